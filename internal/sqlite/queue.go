package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// Recover is called once at the start: what a dead process left in sending has
// an unknown outcome, and is due now.
func (s *Store) Recover(ctx context.Context, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE job SET lease_until=NULL, next_at=?, doubt=1
			WHERE request IN (SELECT seq FROM request WHERE status='sending')`, ms(now)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO history (person, request, at, what, code)
			SELECT person, id, ?, 'unknown', ? FROM request WHERE status='sending'`, ms(now), desk.ReasonStopped); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE request SET status='unknown', reason=?, updated_at=? WHERE status='sending'", desk.ReasonStopped, ms(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("recover: %w", err)
	}
	return nil
}

// Claim takes up to n jobs that are due, oldest first, leaving out the persons
// in skip. The attempt and its lease are on the disk before it returns: nothing
// leaves that is not written down.
func (s *Store) Claim(ctx context.Context, now time.Time, n int, lease time.Duration, skip []string) ([]desk.Job, error) {
	var jobs []desk.Job
	err := s.tx(ctx, func(tx *sql.Tx) error {
		due, err := dueJobs(ctx, tx, now, n, skip)
		if err != nil {
			return err
		}
		for _, d := range due {
			job, err := s.claim(ctx, tx, d, now, now.Add(lease))
			if err != nil {
				return err
			}
			jobs = append(jobs, job)
		}
		return nil
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

// dueJobs lists what may be claimed: waiting and due, or claimed by a sender
// whose lease is over.
func dueJobs(ctx context.Context, tx *sql.Tx, now time.Time, n int, skip []string) ([]dueJob, error) {
	args := []any{ms(now), ms(now)}
	for _, p := range skip {
		args = append(args, p)
	}
	rows, err := tx.QueryContext(ctx, `SELECT job.id, job.request, request.status='sending' FROM job JOIN request ON request.seq=job.request
		WHERE ((request.status IN ('queued','unknown') AND job.next_at<=?) OR (request.status='sending' AND job.lease_until<=?))
		AND job.person NOT IN (`+places(len(skip))+`)
		ORDER BY job.id LIMIT ?`, append(args, n)...)
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

// places are the question marks of a list of n.
func places(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

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
	job := desk.Job{ID: d.id, Request: r, Lease: lease}
	if err := tx.QueryRowContext(ctx, "SELECT attempt FROM job WHERE id=?", d.id).Scan(&job.Attempt); err != nil {
		return desk.Job{}, err
	}
	switch {
	case d.late:
		return job, s.note(ctx, tx, r, now, string(desk.StatusUnknown), desk.ReasonTimeout)
	case job.Attempt == 1:
		return job, s.note(ctx, tx, r, now, string(desk.StatusSending), "")
	}
	return job, nil
}

// Renew prolongs the lease of a long attempt; desk.ErrNotNow when it is not
// the current one any more.
func (s *Store) Renew(ctx context.Context, job desk.Job, lease time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		err := oneRow(tx.ExecContext(ctx, "UPDATE job SET lease_until=? WHERE id=? AND attempt=?", ms(lease), job.ID, job.Attempt))
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

// Finish writes down what an attempt came to. An attempt that is not the
// current one any more (the lease was over, or the inbox has seen the receipt)
// is desk.ErrNotNow and changes nothing.
func (s *Store) Finish(ctx context.Context, job desk.Job, out desk.Outcome, nextAt, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		var attempt int
		var seq int64
		err := tx.QueryRowContext(ctx, "SELECT attempt, request FROM job WHERE id=?", job.ID).Scan(&attempt, &seq)
		if errors.Is(err, sql.ErrNoRows) || (err == nil && attempt != job.Attempt) {
			return desk.ErrNotNow
		}
		if err != nil {
			return err
		}
		r, err := s.request(ctx, tx, "WHERE seq=?", seq)
		if err != nil {
			return err
		}
		return s.finish(ctx, tx, seq, r, out, nextAt, now)
	})
	if err != nil {
		return fmt.Errorf("finish: %w", err)
	}
	return nil
}

func (s *Store) finish(ctx context.Context, tx *sql.Tx, seq int64, r desk.Request, out desk.Outcome, nextAt, now time.Time) error {
	status, err := r.Status.Next(out.Event())
	if err != nil {
		return err
	}
	changed := r.Reason != out.Code
	r.Status, r.Reason, r.UpdatedAt, r.Problems = status, out.Code, now, out.Problems
	var doubt bool
	if err := tx.QueryRowContext(ctx, "UPDATE job SET doubt=doubt OR ? WHERE request=? RETURNING doubt",
		out.Kind == desk.OutcomeLost || out.Arrived, seq).Scan(&doubt); err != nil {
		return err
	}
	if !doubt && out.Kind != desk.OutcomeReceived {
		r.SentAt = time.Time{} // for certain, the portal does not have it
	}
	if status == desk.StatusReceived {
		r.Number, r.PortalStatus, r.ReceivedAt = out.Receipt.Number, out.Receipt.Status, out.Receipt.ReceivedAt
	}
	if err := s.updateRequest(ctx, tx, seq, r); err != nil {
		return err
	}
	if status.Waiting() {
		_, err = tx.ExecContext(ctx, "UPDATE job SET next_at=?, lease_until=NULL WHERE request=?", ms(nextAt), seq)
	} else {
		_, err = tx.ExecContext(ctx, "DELETE FROM job WHERE request=?", seq)
	}
	if err != nil {
		return err
	}
	if status.Waiting() && !changed {
		return nil // the history tells what is new, not every attempt
	}
	return s.note(ctx, tx, r, now, string(status), out.Code)
}

func (s *Store) updateRequest(ctx context.Context, tx *sql.Tx, seq int64, r desk.Request) error {
	body, err := s.seal(r.Owner.Person, requestBody{Values: r.Values, Problems: r.Problems})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE request SET status=?, reason=?, number=?, portal_status=?, body=?,
		sent_at=?, received_at=?, answered_at=?, updated_at=? WHERE seq=?`,
		r.Status, r.Reason, r.Number, r.PortalStatus, body, msOrNull(r.SentAt), msOrNull(r.ReceivedAt), msOrNull(r.AnsweredAt), ms(r.UpdatedAt), seq)
	return err
}

// Hasten makes every waiting job due.
func (s *Store) Hasten(ctx context.Context, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE job SET next_at=?1 WHERE next_at>?1", ms(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("hasten: %w", err)
	}
	return nil
}

// Due is when the next job can be claimed, leaving out the persons in skip;
// zero when none waits.
func (s *Store) Due(ctx context.Context, skip []string) (time.Time, error) {
	var due sql.NullInt64
	var args []any
	for _, p := range skip {
		args = append(args, p)
	}
	err := s.read.QueryRowContext(ctx, `SELECT min(CASE request.status WHEN 'sending' THEN job.lease_until ELSE job.next_at END)
		FROM job JOIN request ON request.seq=job.request WHERE request.status IN ('queued','unknown','sending')
		AND job.person NOT IN (`+places(len(skip))+`)`, args...).Scan(&due)
	if err != nil {
		return time.Time{}, fmt.Errorf("next job: %w", classify(err))
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
		return err
	})
	if err != nil {
		return fmt.Errorf("signed in: %w", err)
	}
	return nil
}

// Cancel takes back a request that the portal does not have for certain: no
// attempt was made, or none can have arrived. Anything else is desk.ErrNotNow.
func (s *Store) Cancel(ctx context.Context, person string, id uuid.UUID, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		r, err := s.request(ctx, tx, "WHERE id=? AND person=?", id.String(), person)
		if err != nil {
			return err
		}
		if !r.SentAt.IsZero() {
			return desk.ErrNotNow // the portal may have it: only it can say
		}
		if r.Status, err = r.Status.Next(desk.EventCancel); err != nil {
			return err
		}
		r.UpdatedAt = now
		var seq int64
		if err := tx.QueryRowContext(ctx, "SELECT seq FROM request WHERE id=? AND person=?", id.String(), person).Scan(&seq); err != nil {
			return err
		}
		if err := s.updateRequest(ctx, tx, seq, r); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM job WHERE request=?", seq); err != nil {
			return err
		}
		return s.note(ctx, tx, r, now, string(r.Status), "")
	})
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	return nil
}
