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

// Acts wait in the queue behind the request that they are about, and behind what
// its person has done with it before.

// actDueAt is dueAt of an act.
const actDueAt = `(CASE WHEN act.status='sending' AND act.lease_until<=?2 THEN act.lease_until
	WHEN act.status<>'sending' AND act.next_at<=?3 THEN act.next_at ELSE 0 END)`

// actsWait is the condition of acts that can go.
const actsWait = `act.status IN ('queued','unknown','sending')
	AND EXISTS (SELECT 1 FROM request WHERE request.id=act.request AND request.person=act.person AND request.status='received')
	AND NOT EXISTS (SELECT 1 FROM act AS before WHERE before.request=act.request AND before.person=act.person AND before.seq<act.seq
		AND before.status IN ('queued','unknown','sending','needs-sign-in'))`

func actSkipping(ask desk.Ask) string {
	return strings.NewReplacer("job.person", "act.person", "request.id", "act.request").Replace(skipping(ask))
}

// claimActs takes acts that are due, as Claim does with requests.
func (s *Store) claimActs(ctx context.Context, tx *sql.Tx, ask desk.Ask) (jobs []desk.Job, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT act.seq, act.status='sending' FROM act WHERE "+actsWait+" AND "+actDueAt+"<=?1"+actSkipping(ask)+" ORDER BY act.seq LIMIT ?4", asking(ask)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var due []dueJob
	for rows.Next() {
		var d dueJob
		if err := rows.Scan(&d.id, &d.late); err != nil {
			return nil, err
		}
		due = append(due, d)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, d := range due {
		job, err := s.claimAct(ctx, tx, d, ask.Now.Add(ask.Lease))
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

func (s *Store) claimAct(ctx context.Context, tx *sql.Tx, d dueJob, lease time.Time) (desk.Job, error) {
	if _, err := tx.ExecContext(ctx, "UPDATE act SET status='sending', attempt=attempt+1, doubt=doubt OR ?, lease_until=? WHERE seq=?", d.late, ms(lease), d.id); err != nil {
		return desk.Job{}, err
	}
	a, err := s.scanAct(tx.QueryRowContext(ctx, "SELECT "+actColumns+" FROM act WHERE seq=?", d.id))
	if err != nil {
		return desk.Job{}, err
	}
	if a.Files, err = s.files(ctx, tx, a.ID, a.Owner.Person); err != nil {
		return desk.Job{}, err
	}
	return desk.Job{ID: d.id, Request: desk.Request{ID: a.Request, Owner: a.Owner}, Act: a, Attempt: a.Attempts, Lease: lease}, nil
}

// ofActAttempt finds an act by the attempt that actAttempt names.
const ofActAttempt = "seq=? AND attempt=? AND id=? AND person=? AND status='sending'"

func actAttempt(job desk.Job) []any {
	return []any{job.ID, job.Attempt, job.Act.ID.String(), job.Act.Owner.Person}
}

func renewAct(ctx context.Context, tx *sql.Tx, job desk.Job, lease time.Time) error {
	return oneRow(tx.ExecContext(ctx, "UPDATE act SET lease_until=? WHERE "+ofActAttempt, append([]any{ms(lease)}, actAttempt(job)...)...))
}

func releaseAct(ctx context.Context, tx *sql.Tx, job desk.Job, at time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE act SET attempt=attempt-1, lease_until=NULL, next_at=?, status=iif(doubt,'unknown','queued') WHERE "+ofActAttempt,
		append([]any{ms(at)}, actAttempt(job)...)...)
	return err
}

// finishAct writes down what an attempt at an act came to. What the portal refused
// of a reply stays, to be written on.
func (s *Store) finishAct(ctx context.Context, tx *sql.Tx, res desk.Result, now time.Time) error {
	out, a := res.Outcome, res.Job.Act
	var doubt bool
	err := tx.QueryRowContext(ctx, "SELECT doubt FROM act WHERE "+ofActAttempt, actAttempt(res.Job)...).Scan(&doubt)
	if errors.Is(err, sql.ErrNoRows) {
		return desk.ErrNotNow
	}
	if err != nil {
		return err
	}
	status, err := desk.StatusSending.Next(out.Event())
	if err != nil {
		return err
	}
	doubt = doubt || !out.Certain()
	switch {
	case status == desk.StatusReceived:
		return s.done(ctx, tx, res, now)
	case status == desk.StatusToCorrect && a.Kind == desk.ActReply:
		return s.replyBack(ctx, tx, res, now)
	}
	_, err = tx.ExecContext(ctx, "UPDATE act SET status=?, reason=?, doubt=?, next_at=?, lease_until=NULL, updated_at=? WHERE seq=?",
		status, out.Code, doubt && status.Waiting(), ms(res.NextAt), ms(now), res.Job.ID)
	return err
}

// done takes an act out of the queue, and brings what the portal says of its
// request now. A later page of a snapshot or of the feed brings the same.
func (s *Store) done(ctx context.Context, tx *sql.Tx, res desk.Result, now time.Time) error {
	a := res.Job.Act
	if _, err := tx.ExecContext(ctx, "DELETE FROM act WHERE seq=?", res.Job.ID); err != nil {
		return err
	}
	if err := s.note(ctx, tx, a.Owner.Person, a.Request.String(), now, "act."+string(a.Kind), a.ID.String()); err != nil {
		return err
	}
	if res.Outcome.Done == nil {
		return nil
	}
	c := *res.Outcome.Done
	c.Request.ID, c.Request.Owner = a.Request, a.Owner
	own := &applying{store: s, tx: tx, person: a.Owner.Person, silent: true, now: now}
	if err := tx.QueryRowContext(ctx, "SELECT snapshot FROM person WHERE id=?", a.Owner.Person).Scan(&own.snapshot); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if c.Request.Number == "" { // a reply: nothing is said of the request
		_, err := own.putMessages(ctx, c.Request, c.Messages)
		return err
	}
	return own.apply(ctx, c)
}

// recoverActs is Recover for acts.
func recoverActs(ctx context.Context, tx *sql.Tx, now time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE act SET status='unknown', reason=?, doubt=1, lease_until=NULL, next_at=? WHERE status='sending'", desk.ReasonStopped, ms(now))
	return err
}

// hastenActs is Hasten for acts.
func hastenActs(ctx context.Context, tx *sql.Tx, now time.Time, reasons []string) error {
	stmt, args := "UPDATE act SET next_at=?1 WHERE next_at>?1", []any{ms(now)}
	if len(reasons) > 0 {
		stmt += " AND reason IN (" + strings.TrimSuffix(strings.Repeat("?,", len(reasons)), ",") + ")"
		for _, r := range reasons {
			args = append(args, r)
		}
	}
	_, err := tx.ExecContext(ctx, stmt, args...)
	return err
}

// dueActs is Due for acts.
func (s *Store) dueActs(ctx context.Context, ask desk.Ask) (due sql.NullInt64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT min("+actDueAt+") FROM act WHERE "+actsWait+actSkipping(ask), asking(ask)...).Scan(&due)
	if err != nil {
		return due, fmt.Errorf("next act: %w", s.noted(err))
	}
	return due, nil
}
