package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"guichet/internal/desk"
)

// Cursor is how far the person's changes have been brought back, "" for none.
func (s *Store) Cursor(ctx context.Context, person string) (string, error) {
	var c string
	err := s.read.QueryRowContext(ctx, "SELECT cursor FROM person WHERE id=?", person).Scan(&c)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read cursor: %w", s.noted(err))
	}
	return c, nil
}

// Apply stores an answer of the portal and the cursor behind it, in one
// transaction, and returns what its person is to be told, and whether what is shown
// is another now. A request that is still being sent from here and that the portal has
// numbered is received: its receipt came by this way.
//
// The pages of a snapshot are stored like other news, but tell nothing. Once what
// has changed since it began is here as well, what was on none of them is dropped,
// except what left from this PC: a portal that has lost it is no reason to lose it
// here too.
func (s *Store) Apply(ctx context.Context, person string, in desk.Changes, now time.Time) (told []desk.Notice, changed bool, err error) {
	err = s.tx(ctx, func(tx *sql.Tx) error {
		changed = len(in.Changes)+len(in.Gone) > 0 || in.Snapshot
		snap, err := s.progress(ctx, tx, person, in)
		if err != nil {
			return err
		}
		a := &applying{store: s, tx: tx, person: person, snapshot: snap.number, silent: in.Snapshot, now: now}
		if err := a.apply(ctx, in.Changes...); err != nil {
			return err
		}
		for _, id := range in.Gone {
			if err := forget(ctx, tx, person, "id=?2", id.String()); err != nil {
				return err
			}
		}
		if snap.total > 0 && !in.Snapshot && !in.More {
			if err := a.sweep(ctx); err != nil {
				return err
			}
			snap.total, snap.done, changed = 0, 0, true
		}
		told = a.told
		return s.putCursor(ctx, tx, person, in.Cursor, snap, now)
	})
	if err != nil {
		return nil, false, fmt.Errorf("apply changes: %w", err)
	}
	return told, changed, nil
}

// beginAnew has a person's requests brought back from the beginning. Unless the first
// snapshot was under way, all of them were here.
const beginAnew = "renewing=max(renewing, cursor<>'' AND snapshot_total=0), cursor=''"

// Restart has the next question ask for everything anew: the portal does not know
// the cursor any more. What is here stays until the new snapshot is.
func (s *Store) Restart(ctx context.Context, person string) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE person SET "+beginAnew+", snapshot_total=0, snapshot_done=0 WHERE id=?", person)
		return err
	})
	if err != nil {
		return fmt.Errorf("restart: %w", err)
	}
	return nil
}

// Sync tells how far the person's requests have been brought back.
func (s *Store) Sync(ctx context.Context, person string) (desk.Sync, error) {
	var out desk.Sync
	var at sql.NullInt64
	err := s.read.QueryRowContext(ctx, "SELECT synced_at, snapshot_total, snapshot_done, renewing FROM person WHERE id=?", person).
		Scan(&at, &out.Total, &out.Done, &out.Again)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return out, fmt.Errorf("read synchronisation: %w", s.noted(err))
	}
	out.At = fromNull(at)
	return out, nil
}

// Synced notes that the portal answered that nothing has changed.
func (s *Store) Synced(ctx context.Context, person string, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE person SET synced_at=? WHERE id=?", ms(now), person)
		return err
	})
	if err != nil {
		return fmt.Errorf("note synchronisation: %w", err)
	}
	return nil
}

// snapshots is the last one of a person: its number, and as long as it is under way
// how many requests are in it, and how many of them are here.
type snapshots struct{ number, total, done int }

// progress tells how it is with this answer: its first page begins a new one.
func (s *Store) progress(ctx context.Context, tx *sql.Tx, person string, in desk.Changes) (snapshots, error) {
	var out snapshots
	var cursor string
	err := tx.QueryRowContext(ctx, "SELECT cursor, snapshot, snapshot_total, snapshot_done FROM person WHERE id=?", person).
		Scan(&cursor, &out.number, &out.total, &out.done)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return out, err
	}
	if !in.Snapshot {
		return out, nil
	}
	if cursor == "" {
		out = snapshots{number: out.number + 1}
	}
	out.total, out.done = max(in.Total, 1), out.done+len(in.Changes) // an empty one is one too
	return out, nil
}

// putCursor makes the row of a person who has none, as they may have signed in
// while nothing could be saved: with no place for the cursor, everything would
// be brought back over and over. It names nobody; the next sign-in fills
// it.
func (s *Store) putCursor(ctx context.Context, tx *sql.Tx, person, cursor string, snap snapshots, now time.Time) error {
	body, err := s.seal(thePC, desk.Person{ID: person})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO person (id, token, body, cursor, seen_at, snapshot, snapshot_total, snapshot_done, synced_at) VALUES (?1,'',?2,?3,?4,?5,?6,?7,?4)
		ON CONFLICT (id) DO UPDATE SET cursor=excluded.cursor, snapshot=excluded.snapshot, snapshot_total=excluded.snapshot_total,
		snapshot_done=excluded.snapshot_done, synced_at=excluded.synced_at`, person, body, cursor, ms(now), snap.number, snap.total, snap.done)
	return err
}
