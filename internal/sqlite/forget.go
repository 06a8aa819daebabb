package sqlite

import (
	"context"
	"database/sql"

	"guichet/internal/desk"
)

// sweep drops what was in no page of a snapshot that is here in full.
func (a *applying) sweep(ctx context.Context) error {
	const missing = "status='received' AND snapshot<?2"
	if _, err := a.tx.ExecContext(ctx, "UPDATE request SET reason=?3 WHERE person=?1 AND "+missing+" AND mine=1 AND sent_at IS NOT NULL",
		a.person, a.snapshot, desk.ReasonMissing); err != nil {
		return err
	}
	return forget(ctx, a.tx, a.person, missing+" AND (mine=0 OR sent_at IS NULL)", a.snapshot)
}

// forget drops requests of a person that are not to be seen any more, with all
// that is of them. What waits here is not the portal's to drop, nor a reply that
// somebody is writing: the next attempt asks. which is a condition with arg as ?2.
func forget(ctx context.Context, tx *sql.Tx, person, which string, arg any) error {
	args := []any{person, arg}
	if _, err := tx.ExecContext(ctx, "CREATE TEMP TABLE IF NOT EXISTS dropped (id TEXT PRIMARY KEY) STRICT"); err != nil {
		return err
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"DELETE FROM temp.dropped", nil},
		{"INSERT INTO temp.dropped SELECT id FROM request WHERE person=?1 AND status='received' AND NOT EXISTS (SELECT 1 FROM act WHERE act.request=request.id AND act.person=request.person AND act.deleted_at IS NULL) AND " + which, args},
		{"DELETE FROM file WHERE person=?1 AND item IN (SELECT id FROM temp.dropped)", args[:1]},
		{"DELETE FROM file WHERE person=?1 AND item IN (SELECT id FROM message WHERE person=?1 AND request IN (SELECT id FROM temp.dropped))", args[:1]},
		{"DELETE FROM file WHERE person=?1 AND item IN (SELECT id FROM act WHERE person=?1 AND request IN (SELECT id FROM temp.dropped))", args[:1]},
		{"DELETE FROM act WHERE person=?1 AND request IN (SELECT id FROM temp.dropped)", args[:1]}, // thrown away, all of them
		{"DELETE FROM message WHERE person=?1 AND request IN (SELECT id FROM temp.dropped)", args[:1]},
		{"DELETE FROM history WHERE person=?1 AND request IN (SELECT id FROM temp.dropped)", args[:1]},
		{"DELETE FROM notice WHERE person=?1 AND request IN (SELECT id FROM temp.dropped)", args[:1]},
		{"DELETE FROM request WHERE person=?1 AND id IN (SELECT id FROM temp.dropped)", args[:1]},
	} {
		if _, err := tx.ExecContext(ctx, step.sql, step.args...); err != nil {
			return err
		}
	}
	return nil
}
