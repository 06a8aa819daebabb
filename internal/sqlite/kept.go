package sqlite

import (
	"context"
	"fmt"
	"time"
)

// Kept is what lies on this PC of a person, and of the PC itself where anybody may
// read that.
type Kept struct {
	Drafts     int // theirs, and those that were thrown away and can be brought back
	Shared     int // drafts of the PC's
	Waiting    int // requests that the portal does not have, also those to correct
	Received   int
	Acts       int   // replies and what else was done with a request that has not reached the portal
	Files      int   // copies of files
	FileBytes  int64 // of them
	Here       int   // copies of files of drafts and of what waits: nobody else has them
	Statements int   // of the guard
}

// Kept counts what lies on this PC of a person.
func (s *Store) Kept(ctx context.Context, person string) (k Kept, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM draft WHERE person=?1 AND ?1<>''),
		(SELECT count(*) FROM draft WHERE person='' AND deleted_at IS NULL),
		(SELECT count(*) FROM request WHERE person=?1 AND status NOT IN ('received', 'cancelled')),
		(SELECT count(*) FROM request WHERE person=?1 AND status='received'),
		(SELECT count(*) FROM act WHERE person=?1 AND deleted_at IS NULL),
		(SELECT count(DISTINCT stored) FROM file WHERE person=?1 AND stored<>''),
		(SELECT coalesce(sum(size), 0) FROM (SELECT max(size) AS size FROM file WHERE person=?1 AND stored<>'' GROUP BY stored)),
		(SELECT count(DISTINCT stored) FROM file WHERE person=?1 AND stored<>'' AND NOT (`+atPortal+`)),
		(SELECT count(*) FROM statement WHERE person IN ('', ?1))`, person).
		Scan(&k.Drafts, &k.Shared, &k.Waiting, &k.Received, &k.Acts, &k.Files, &k.FileBytes, &k.Here, &k.Statements)
	if err != nil {
		return k, fmt.Errorf("count what is kept: %w", s.noted(err))
	}
	return k, nil
}

// atPortal is what a row of file has to meet for the portal to have its bytes for
// certain: they came with a request that has a number, or with a message of one.
const atPortal = `(EXISTS (SELECT 1 FROM request WHERE request.id=file.item AND request.person=file.person AND status='received' AND number<>'')
		OR EXISTS (SELECT 1 FROM message JOIN request ON request.id=message.request AND request.person=message.person
			WHERE message.id=file.item AND message.person=file.person AND status='received' AND number<>''))
	AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.id=file.item)
	AND NOT EXISTS (SELECT 1 FROM act WHERE act.id=file.item AND act.person=file.person)`

// ReleaseFiles gives up the copies of a person's files that the portal has had since
// before a time: the rows stay, without a stored name, and the sweep of the
// attachments takes the bytes that no row speaks of any more. What was received
// later than now was received under another clock, and stays. It tells how many
// rows changed.
func (s *Store) ReleaseFiles(ctx context.Context, person string, before, now time.Time) (n int64, err error) {
	if !before.Before(now) {
		before = now // a wrong choice gives up nothing that has just come
	}
	const since = `coalesce((SELECT received_at FROM request WHERE request.id=file.item AND request.person=file.person),
		(SELECT at FROM message WHERE message.id=file.item AND message.person=file.person))`
	res, err := s.write.ExecContext(ctx, `UPDATE file SET stored='', released_at=?3 WHERE person=?1 AND stored<>'' AND removed_at IS NULL
		AND `+since+`<?2 AND `+atPortal, person, ms(before), ms(now))
	if err == nil {
		n, err = res.RowsAffected()
	}
	if err != nil {
		return 0, fmt.Errorf("release files: %w", s.noted(err))
	}
	return n, nil
}

// FileOwners lists the persons who have copies of files here.
func (s *Store) FileOwners(ctx context.Context) ([]string, error) {
	out, err := s.column(ctx, "SELECT DISTINCT person FROM file WHERE stored<>'' AND person<>''")
	if err != nil {
		return nil, fmt.Errorf("list owners of files: %w", s.noted(err))
	}
	return out, nil
}
