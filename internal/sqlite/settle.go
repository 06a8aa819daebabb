package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guichet/internal/desk"
	"guichet/internal/sqlite/dbfile"
)

// older fills the gaps from older copies: the file as it was before its log,
// then the backups, from the newest one to the first that is whole.
func (r *rescue) older(ctx context.Context, withLog bool) error {
	// What the damaged file says of requests that it has not, apart from what
	// older copies will say of them.
	err := r.do(ctx, `CREATE TEMP TABLE evidence AS SELECT seq, person, request, at, what, code FROM history
		WHERE NOT EXISTS (SELECT 1 FROM request WHERE request.id=history.request AND request.person=history.person)`)
	if err != nil {
		return err
	}
	if withLog {
		if _, err := r.fill(ctx, r.store.path(), time.Time{}); err != nil {
			return err
		}
	}
	copies, err := r.store.copies()
	if err != nil {
		return err
	}
	for _, c := range copies {
		whole, err := r.fill(ctx, c.path, c.at)
		if whole || err != nil {
			return err
		}
	}
	return nil
}

// fill takes from a copy what is missing, and tells whether all of the copy
// could be read. at is when it was made, zero for none of the backups.
func (r *rescue) fill(ctx context.Context, path string, at time.Time) (whole bool, err error) {
	src, err := openSource(ctx, path, false)
	if err != nil {
		return false, err
	}
	defer src.Close()
	if h, ok := src.own(); !ok || h.Application != applicationID || h.Version > noVersion {
		return false, nil
	}
	var open [][2]string // id and person of requests that had not come to an end then
	// Files, messages and history come behind what they belong to.
	whole, err = r.each(ctx, src.File, func(t *table, row dbfile.Row) error {
		values := t.fit(row)
		if values == nil || !r.lost(t, row.ID) || !r.store.readable(t, values) {
			return nil
		}
		wanted, err := r.wanted(ctx, t, values)
		if err != nil || !wanted {
			return err
		}
		if t.name == "act" { // a reply: a person sends it, or does not
			values[t.at("status")], values[t.at("reason")] = string(desk.StatusDraft), ""
		}
		taken, err := r.put(ctx, t, values)
		if err != nil || !taken {
			return err
		}
		if status := desk.Status(t.text(values, "status")); t.name == "request" && (status.Waiting() || status == desk.StatusToCorrect) {
			open = append(open, [2]string{t.text(values, "id"), t.text(values, "person")})
		}
		if !at.IsZero() {
			if r.notice.BackupAt.IsZero() {
				r.notice.BackupAt = at
			}
			if t.name == "draft" || t.name == "request" || t.name == "act" {
				r.notice.FromBackup++
			}
		}
		return nil
	}, func(*table, dbfile.Span) {})
	for _, w := range open {
		if err == nil {
			err = r.fate(ctx, w[0], w[1])
		}
	}
	return whole, err
}

// wanted tells whether a row of an older copy may come back. A job never does: it
// would send. Of what was done with requests only replies do, to be written on,
// unless they were sent since. A draft does not beside its request, nor a request
// beside its draft, and what belongs to none stays away.
func (r *rescue) wanted(ctx context.Context, t *table, values []any) (bool, error) {
	count := func(query string, args ...any) (bool, error) {
		var n int
		err := r.tx.QueryRowContext(ctx, query, args...).Scan(&n)
		return n > 0, err
	}
	switch t.name {
	case "job":
		return false, nil
	case "act":
		if desk.ActKind(t.text(values, "kind")) != desk.ActReply {
			return false, nil
		}
		sent, err := wasDone(ctx, r.tx, t.text(values, "person"), t.text(values, "request"), t.text(values, "id"))
		return !sent, err
	case "draft":
		there, err := count("SELECT count(*) FROM request WHERE id=?", t.text(values, "id"))
		return !there, err
	case "request":
		there, err := count("SELECT count(*) FROM draft WHERE id=?", t.text(values, "id"))
		return !there, err
	case "file":
		item := t.text(values, "item")
		return count(`SELECT (SELECT count(*) FROM draft WHERE id=?1) + (SELECT count(*) FROM request WHERE id=?1)
			+ (SELECT count(*) FROM act WHERE id=?1) + (SELECT count(*) FROM message WHERE id=?1)`, item)
	case "message", "history":
		return count("SELECT count(*) FROM request WHERE id=? AND person=?", t.text(values, "request"), t.text(values, "person"))
	}
	return true, nil
}

// fate gives a request that came from an older copy, where it was open, the
// status that it must have now: it may have been received, cancelled or taken
// back since. If its history tells an end, that is its end. If it waited and is
// in the queue of the damaged file, it goes on, and the portal is asked, which
// may have it. Otherwise nobody knows, and it is a draft again: a person sends
// it, or does not.
func (r *rescue) fate(ctx context.Context, id, person string) error {
	request, err := r.store.request(ctx, r.tx, "WHERE id=? AND person=?", id, person)
	if err != nil {
		return err
	}
	var seq int64
	if err := r.tx.QueryRowContext(ctx, "SELECT seq FROM request WHERE id=? AND person=?", id, person).Scan(&seq); err != nil {
		return err
	}
	var last desk.Status
	err = r.tx.QueryRowContext(ctx, `SELECT what FROM evidence WHERE request=? AND person=?
		AND what IN ('queued','sending','unknown','needs-sign-in','to-correct','received','cancelled') ORDER BY at DESC, seq DESC LIMIT 1`, id, person).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	switch {
	case last != "" && !last.Waiting():
		return r.setStatus(ctx, seq, last)
	case !request.Status.Waiting():
		return nil // a person has to correct it in any case
	}
	queued, err := r.queued(ctx, seq, id, person)
	if err != nil {
		return err
	}
	if last != "" && queued {
		err := r.do(ctx, "UPDATE job SET doubt=1, lease_until=NULL, next_at=? WHERE request=?", ms(r.notice.At), seq)
		return errors.Join(err, r.setStatus(ctx, seq, desk.StatusUnknown))
	}
	r.notice.Reopened++
	return r.store.backToDraft(ctx, r.tx, seq, request, r.notice.At)
}

// queued tells whether a job of the damaged file is this request's, as it is
// here. Once it had been taken back, another one may have got its row id; or
// itself, with another text.
func (r *rescue) queued(ctx context.Context, seq int64, id, person string) (bool, error) {
	var n int
	err := r.tx.QueryRowContext(ctx, `SELECT count(*) FROM job WHERE request=?1 AND person=?3
		AND NOT EXISTS (SELECT 1 FROM evidence other WHERE other.what='queued' AND other.code='' AND other.person=?3 AND other.request<>?2
			AND other.at >= (SELECT max(at) FROM evidence WHERE request=?2 AND person=?3)
			AND NOT EXISTS (SELECT 1 FROM request WHERE request.id=other.request AND request.person=other.person)
			AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.id=other.request))
		AND NOT EXISTS (SELECT 1 FROM evidence again WHERE again.what='queued' AND again.code='' AND again.request=?2 AND again.person=?3
			AND again.at > (SELECT submitted_at FROM request WHERE seq=?1))`, seq, id, person).Scan(&n)
	return n > 0, err
}

func (r *rescue) setStatus(ctx context.Context, seq int64, to desk.Status) error {
	switch to {
	case desk.StatusUnknown:
		return r.do(ctx, "UPDATE request SET status=?, reason=?, sent_at=coalesce(sent_at, submitted_at) WHERE seq=?", to, desk.ReasonStopped, seq)
	case desk.StatusReceived: // the inbox brings the number
		return r.do(ctx, "UPDATE request SET status=?, reason='', portal_status=?, sent_at=coalesce(sent_at, submitted_at) WHERE seq=?", to, desk.PortalReceived, seq)
	}
	return r.do(ctx, "UPDATE request SET status=?, reason='' WHERE seq=?", to, seq)
}

func (r *rescue) do(ctx context.Context, query string, args ...any) error {
	_, err := r.tx.ExecContext(ctx, query, args...)
	return err
}

const onItsWay = "status IN ('queued','sending','unknown','needs-sign-in')"

// settle makes the rows of one database of those that were found. Where an id
// is a draft's and a request's, one of them is older than the other. What waits
// and has lost its job gets a new one; the portal may have had it, and is asked.
// If anything is missing, everything is fetched from the portal again, which
// still has what it had received.
func (r *rescue) settle(ctx context.Context) error {
	now := ms(r.notice.At)
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"DELETE FROM request WHERE status<>'received' AND EXISTS (SELECT 1 FROM draft WHERE draft.id=request.id AND draft.revision>request.revision)", nil},
		{"DELETE FROM draft WHERE EXISTS (SELECT 1 FROM request WHERE request.id=draft.id AND draft.person IN ('', request.person))", nil},
		{"DELETE FROM job WHERE request NOT IN (SELECT seq FROM request WHERE " + onItsWay + ")", nil},
		// No id that a sender may still hold is given anew.
		{"INSERT INTO job (id, request, person, practice, attempt, next_at, doubt) SELECT ?1 + seq, seq, person, practice, 0, ?1, 1 FROM request WHERE " +
			onItsWay + " AND seq NOT IN (SELECT request FROM job)", []any{now}},
	} {
		if err := r.do(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	if len(r.gaps) == 0 {
		return nil
	}
	return r.do(ctx, "UPDATE person SET "+beginAnew)
}
