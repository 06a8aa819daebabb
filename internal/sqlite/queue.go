package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"guichet/internal/desk"
)

// underWay says that twice, so that the index of what waits is used: whoever starts
// does not go through all that was ever received.
const underWay = "status='sending' AND status<>'received'"

// Recover is called once at the start: what a dead process left in sending has
// an unknown outcome, and is due now.
func (s *Store) Recover(ctx context.Context, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE job SET lease_until=NULL, next_at=?, doubt=1
			WHERE request IN (SELECT seq FROM request WHERE `+underWay+`)`, ms(now)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO history (person, request, at, what, code)
			SELECT person, id, ?, 'unknown', ? FROM request WHERE `+underWay, ms(now), desk.ReasonStopped); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE request SET status='unknown', reason=?, updated_at=? WHERE "+underWay, desk.ReasonStopped, ms(now))
		return errors.Join(err, recoverActs(ctx, tx, now))
	})
	if err != nil {
		return fmt.Errorf("recover: %w", err)
	}
	return nil
}

// Claim takes jobs that are due, oldest first. The attempt and its lease are on
// the disk before it returns: nothing leaves that is not written down.
func (s *Store) Claim(ctx context.Context, ask desk.Ask) ([]desk.Job, error) {
	var jobs []desk.Job
	err := s.tx(ctx, func(tx *sql.Tx) error {
		due, err := dueJobs(ctx, tx, ask)
		if err != nil {
			return err
		}
		for _, d := range due {
			job, err := s.claim(ctx, tx, d, ask.Now, ask.Now.Add(ask.Lease))
			if err != nil {
				return err
			}
			jobs = append(jobs, job)
		}
		if ask.Most -= len(jobs); ask.Most <= 0 {
			return nil
		}
		acts, err := s.claimActs(ctx, tx, ask)
		jobs = append(jobs, acts...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	return jobs, nil
}

// dueJob is a job and its request's row. Late tells that its sender's lease is
// over: what that attempt came to is not known.
type dueJob struct {
	id, request int64
	late        bool
}

// dueAt is when a job can be claimed. What lies further ahead than any pause or
// lease was written before the clock was put back.
const dueAt = `(CASE WHEN request.status='sending' AND job.lease_until<=?2 THEN job.lease_until
	WHEN request.status<>'sending' AND job.next_at<=?3 THEN job.next_at ELSE 0 END)`

// asking are the parameters of a query with dueAt: now, the furthest ahead that
// a lease and a pause can be (twice as far, since the clock may be a little
// off), how many, and the persons and requests to leave out.
func asking(ask desk.Ask) []any {
	args := []any{ms(ask.Now), ms(ask.Now.Add(2 * ask.Lease)), ms(ask.Now.Add(2 * ask.Longest)), ask.Most}
	for _, p := range ask.Skip {
		args = append(args, p)
	}
	for _, id := range ask.Held {
		args = append(args, id.String())
	}
	return args
}

// skipping is the condition that leaves out persons and requests.
func skipping(ask desk.Ask) string {
	places := func(from, n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf("?%d", from+i)
		}
		return strings.Join(out, ",")
	}
	return " AND job.person NOT IN (" + places(5, len(ask.Skip)) + ") AND request.id NOT IN (" + places(5+len(ask.Skip), len(ask.Held)) + ")"
}

const waits = "request.status IN ('queued','unknown','sending')"

// dueJobs lists what may be claimed: waiting and due, or claimed by a sender
// whose lease is over.
func dueJobs(ctx context.Context, tx *sql.Tx, ask desk.Ask) ([]dueJob, error) {
	rows, err := tx.QueryContext(ctx, `SELECT job.id, job.request, request.status='sending' FROM job JOIN request ON request.seq=job.request
		WHERE `+waits+" AND "+dueAt+"<=?1"+skipping(ask)+" ORDER BY job.id LIMIT ?4", asking(ask)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []dueJob
	for rows.Next() {
		var d dueJob
		if err := rows.Scan(&d.id, &d.request, &d.late); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func (s *Store) claim(ctx context.Context, tx *sql.Tx, d dueJob, now, lease time.Time) (desk.Job, error) {
	if _, err := tx.ExecContext(ctx, "UPDATE job SET attempt=attempt+1, lease_until=?, doubt=doubt OR ? WHERE id=?", ms(lease), d.late, d.id); err != nil {
		return desk.Job{}, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE request SET status='sending', sent_at=coalesce(sent_at, ?), updated_at=? WHERE seq=?", ms(now), ms(now), d.request); err != nil {
		return desk.Job{}, err
	}
	r, err := s.request(ctx, tx, "WHERE seq=?", d.request)
	if err != nil {
		return desk.Job{}, err
	}
	job := desk.Job{ID: d.id, Request: r, Attempt: r.Attempts, Lease: lease}
	switch {
	case d.late:
		return job, s.note(ctx, tx, r.Owner.Person, r.ID.String(), now, string(desk.StatusUnknown), desk.ReasonTimeout)
	case job.Attempt == 1:
		return job, s.note(ctx, tx, r.Owner.Person, r.ID.String(), now, string(desk.StatusSending), "")
	}
	return job, nil
}

// ofAttempt finds a job by the attempt that attemptOf names. Its row id alone
// would not do: once a job is gone, the next one gets it.
const (
	ofAttempt   = "job.id=? AND job.attempt=? AND request.id=? AND request.person=? AND request.revision=?"
	idOfAttempt = "SELECT job.id FROM job JOIN request ON request.seq=job.request WHERE " + ofAttempt
)

func attemptOf(job desk.Job) []any {
	r := job.Request
	return []any{job.ID, job.Attempt, r.ID.String(), r.Owner.Person, r.Revision}
}

// Renew prolongs the lease of a long attempt; desk.ErrNotNow when it is not
// the current one any more.
func (s *Store) Renew(ctx context.Context, job desk.Job, lease time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		var err error
		if job.IsAct() {
			err = renewAct(ctx, tx, job, lease)
		} else {
			err = renewJob(ctx, tx, job, lease)
		}
		if errors.Is(err, desk.ErrNotFound) {
			return desk.ErrNotNow
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("renew lease: %w", err)
	}
	return nil
}

func renewJob(ctx context.Context, tx *sql.Tx, job desk.Job, lease time.Time) error {
	return oneRow(tx.ExecContext(ctx, "UPDATE job SET lease_until=? WHERE id IN ("+idOfAttempt+")", append([]any{ms(lease)}, attemptOf(job)...)...))
}

// Release gives back jobs that were claimed and of which nothing has left: the
// attempt has not been. They are due at that time.
func (s *Store) Release(ctx context.Context, jobs []desk.Job, at time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		for _, job := range jobs {
			if job.IsAct() {
				if err := releaseAct(ctx, tx, job, at); err != nil {
					return err
				}
				continue
			}
			var doubt bool
			var seq int64
			err := tx.QueryRowContext(ctx, `UPDATE job SET attempt=attempt-1, lease_until=NULL, next_at=? WHERE id IN (`+idOfAttempt+`)
				RETURNING doubt, request`, append([]any{ms(at)}, attemptOf(job)...)...).Scan(&doubt, &seq)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE request SET status=iif(?1,'unknown','queued'), sent_at=iif(?1,sent_at,NULL)
				WHERE seq=?2 AND status='sending'`, doubt, seq); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

// Finish writes down what attempts came to, in one transaction. An attempt that
// is not the current one any more (its lease was over, or the inbox has seen
// the receipt) changes nothing.
func (s *Store) Finish(ctx context.Context, results []desk.Result, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		for _, res := range results {
			if err := s.finish(ctx, tx, res, now); err != nil && !errors.Is(err, desk.ErrNotNow) {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("finish: %w", err)
	}
	return nil
}

// attempted is what of a request an attempt can change.
type attempted struct {
	seq            int64
	person, id     string
	status         desk.Status
	reason, number string
	portal         desk.PortalStatus
	sent, received sql.NullInt64
	doubt          bool
}

func (s *Store) finish(ctx context.Context, tx *sql.Tx, res desk.Result, now time.Time) error {
	if res.Job.IsAct() {
		return s.finishAct(ctx, tx, res, now)
	}
	out, a := res.Outcome, attempted{}
	err := tx.QueryRowContext(ctx, `SELECT request.seq, request.person, request.id, request.status, request.reason, request.number,
		request.portal_status, request.sent_at, job.doubt FROM job JOIN request ON request.seq=job.request WHERE `+ofAttempt+" AND request.status='sending'",
		attemptOf(res.Job)...).Scan(&a.seq, &a.person, &a.id, &a.status, &a.reason, &a.number, &a.portal, &a.sent, &a.doubt)
	if errors.Is(err, sql.ErrNoRows) {
		return desk.ErrNotNow
	}
	if err != nil {
		return err
	}
	status, err := a.status.Next(out.Event())
	if err != nil {
		return err
	}
	changed := a.reason != out.Code
	a.status, a.reason, a.doubt = status, out.Code, a.doubt || !out.Certain()
	switch {
	case status == desk.StatusReceived:
		a.number, a.portal = out.Receipt.Number, out.Receipt.Status
		a.received = sql.NullInt64{Int64: ms(out.Receipt.ReceivedAt), Valid: true}
	case !a.doubt:
		a.sent = sql.NullInt64{} // for certain, the portal does not have it
	}
	if err := s.putAttempted(ctx, tx, a, res, now); err != nil {
		return err
	}
	if status.Waiting() && !changed {
		return nil // the history tells what is new, not every attempt
	}
	return s.note(ctx, tx, a.person, a.id, now, string(status), out.Code)
}

func (s *Store) putAttempted(ctx context.Context, tx *sql.Tx, a attempted, res desk.Result, now time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE request SET status=?, reason=?, number=?, portal_status=?, sent_at=?, received_at=?, updated_at=? WHERE seq=?",
		a.status, a.reason, a.number, a.portal, a.sent, a.received, ms(now), a.seq)
	if err != nil {
		return err
	}
	if len(res.Outcome.Problems) > 0 {
		body, err := s.seal(a.person, requestBody{Values: res.Job.Request.Values, Problems: res.Outcome.Problems})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE request SET body=? WHERE seq=?", body, a.seq); err != nil {
			return err
		}
	}
	if a.status == desk.StatusReceived { // a snapshot that began before does not have it
		if _, err := tx.ExecContext(ctx, "UPDATE request SET snapshot=coalesce((SELECT snapshot FROM person WHERE person.id=request.person), 0) WHERE seq=?", a.seq); err != nil {
			return err
		}
	}
	if a.status.Waiting() {
		_, err = tx.ExecContext(ctx, "UPDATE job SET next_at=?, lease_until=NULL, doubt=? WHERE request=?", ms(res.NextAt), a.doubt, a.seq)
	} else {
		_, err = tx.ExecContext(ctx, "DELETE FROM job WHERE request=?", a.seq)
	}
	return err
}

// Hasten makes waiting jobs due: all of them, or those that wait for one of
// these reasons.
func (s *Store) Hasten(ctx context.Context, now time.Time, reasons ...string) error {
	stmt, args := "UPDATE job SET next_at=?1 WHERE next_at>?1", []any{ms(now)}
	if len(reasons) > 0 {
		stmt += " AND request IN (SELECT seq FROM request WHERE reason IN (" + strings.TrimSuffix(strings.Repeat("?,", len(reasons)), ",") + "))"
		for _, r := range reasons {
			args = append(args, r)
		}
	}
	err := s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, stmt, args...)
		return errors.Join(err, hastenActs(ctx, tx, now, reasons))
	})
	if err != nil {
		return fmt.Errorf("hasten: %w", err)
	}
	return nil
}

// Due is when the next job can be claimed; zero when none waits.
func (s *Store) Due(ctx context.Context, ask desk.Ask) (time.Time, error) {
	var due sql.NullInt64
	from := " FROM job JOIN request ON request.seq=job.request WHERE " + waits + skipping(ask)
	// Of a full queue most can go now, and the first that can says so.
	err := s.read.QueryRowContext(ctx, "SELECT coalesce((SELECT ?1"+from+" AND "+dueAt+"<=?1 LIMIT 1), (SELECT min("+dueAt+")"+from+"))",
		asking(ask)...).Scan(&due)
	if err != nil {
		return time.Time{}, fmt.Errorf("next job: %w", s.noted(err))
	}
	acts, err := s.dueActs(ctx, ask)
	if err != nil {
		return time.Time{}, err
	}
	if acts.Valid && (!due.Valid || acts.Int64 < due.Int64) {
		due = acts
	}
	if due.Valid && due.Int64 <= ms(ask.Now) {
		return ask.Now, nil
	}
	return fromNull(due), nil
}

// SignedIn lets everything of the person go that waited for a sign-in.
func (s *Store) SignedIn(ctx context.Context, person string, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE job SET next_at=? WHERE request IN
			(SELECT seq FROM request WHERE person=? AND status='needs-sign-in')`, ms(now), person); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE request SET status='queued', updated_at=? WHERE person=? AND status='needs-sign-in'", ms(now), person)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE act SET status=iif(doubt,'unknown','queued'), next_at=? WHERE person=? AND status='needs-sign-in'", ms(now), person)
		return err
	})
	if err != nil {
		return fmt.Errorf("signed in: %w", err)
	}
	return nil
}
