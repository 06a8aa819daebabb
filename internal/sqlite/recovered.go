package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"guichet/internal/sqlite/dbfile"
)

// Recovered tells of a database that was damaged and of what is in the new one
// that took its place, for all persons of this PC. It holds counts only.
type Recovered struct {
	At         time.Time // zero when there is nothing to tell
	Drafts     int
	Requests   int
	Waiting    int       // of the requests, those that will be sent by themselves
	Files      int       // attachments
	FromBackup int       // drafts, requests and replies that only a backup still had, as they were then
	BackupAt   time.Time // when the newest backup that was needed was made, zero when none was
	Reopened   int       // requests that were on their way and are drafts again
	Lost       int       // drafts, requests, messages, what was done with requests, files, and what was said of files and texts, that are known to be gone
	Gaps       int       // places of those tables of which nobody knows what they held
	Folder     string    // where the damaged file lies, empty when there was none
	Seen       bool
	LostAt     time.Time // of the last mending that could not save everything
}

const (
	recoveredKey = "recovered"
)

// Recovered tells what became of a damaged database; the zero value when that
// was seen, or never happened. Several mendings are one until it was seen.
func (s *Store) Recovered(ctx context.Context) (Recovered, error) {
	r, err := recoveredIn(ctx, s.read)
	if err != nil {
		return r, fmt.Errorf("read notice: %w", s.noted(err))
	}
	if r.Seen {
		return Recovered{}, nil
	}
	if r.Folder != "" {
		r.Folder = filepath.Join(s.aside(), r.Folder)
	}
	return r, nil
}

// RecoveredSeen takes the notice away.
func (s *Store) RecoveredSeen(ctx context.Context) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		r, err := recoveredIn(ctx, tx)
		if err != nil || r.At.IsZero() {
			return err
		}
		r.Seen = true
		return r.store(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("take notice away: %w", err)
	}
	return nil
}

func recoveredIn(ctx context.Context, q querier) (Recovered, error) {
	var r Recovered
	var text string
	err := q.QueryRowContext(ctx, "SELECT value FROM setting WHERE key=?", recoveredKey).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &r)
	}
	return r, err
}

func (r Recovered) store(ctx context.Context, tx *sql.Tx) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO setting (key, value) VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value", recoveredKey, string(text))
	return err
}

// LostSomething is when a mending last could not save everything, zero if it
// always could.
func (s *Store) LostSomething(ctx context.Context) (time.Time, error) {
	r, err := recoveredIn(ctx, s.read)
	if err != nil {
		return time.Time{}, fmt.Errorf("read notice: %w", s.noted(err))
	}
	return r.LostAt, nil
}

// rolledBack tells whether drafts may be missing, or be older than a window
// knows them.
func rolledBack(ctx context.Context, q querier) (bool, error) {
	r, err := recoveredIn(ctx, q)
	return !r.LostAt.IsZero(), err
}

// tell counts what was saved and what was not, and stores the notice.
func (r *rescue) tell(ctx context.Context) error {
	n := r.notice
	err := r.tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM draft WHERE deleted_at IS NULL),
		(SELECT count(*) FROM request WHERE status<>'cancelled'), (SELECT count(*) FROM request WHERE `+onItsWay+`),
		(SELECT count(*) FROM file WHERE stored<>'' AND removed_at IS NULL AND item IN
			(SELECT id FROM draft WHERE deleted_at IS NULL UNION SELECT id FROM request WHERE status<>'cancelled' UNION SELECT id FROM act WHERE deleted_at IS NULL))`).Scan(&n.Drafts, &n.Requests, &n.Waiting, &n.Files)
	if err != nil {
		return fmt.Errorf("count what was saved: %w", err)
	}
	for _, t := range r.tables {
		if !tells(t.name) {
			continue
		}
		for _, span := range r.gaps[t.name] {
			if span.From != span.To {
				n.Gaps++
			} else if gone, err := r.gone(ctx, t, span); err != nil {
				return err
			} else if gone {
				n.Lost++
			}
		}
	}
	before, err := recoveredIn(ctx, r.tx)
	if err != nil {
		before = Recovered{} // what is left of it cannot be read
	}
	n.LostAt = before.LostAt
	if n.Lost+n.Gaps > 0 {
		n.LostAt = n.At
	}
	if !before.Seen {
		n.Lost, n.Gaps, n.Reopened, n.FromBackup = n.Lost+before.Lost, n.Gaps+before.Gaps, n.Reopened+before.Reopened, n.FromBackup+before.FromBackup
		if n.BackupAt.IsZero() {
			n.BackupAt = before.BackupAt
		}
	}
	return n.store(ctx, r.tx)
}

func tells(table string) bool {
	switch table {
	case "draft", "request", "message", "act", "file", "statement":
		return true
	}
	return false
}

// gone tells whether the one row of a span has not come back.
func (r *rescue) gone(ctx context.Context, t *table, span dbfile.Span) (bool, error) {
	var n int
	err := r.tx.QueryRowContext(ctx, "SELECT count(*) FROM "+t.name+" WHERE rowid=?", span.From).Scan(&n)
	return n == 0, err
}
