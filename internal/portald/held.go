package portald

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/database"
)

// held is a request as it lies in the store.
type held struct {
	seq      int64
	digest   string
	change   int64
	practice namedPractice
	portal.Request
}

// namedPractice is how the author's practice was called when they wrote.
type namedPractice struct {
	Name string `json:"name"`
	Town string `json:"town"`
}

// content is what of a request is kept as JSON.
type content struct {
	AuthorName string            `json:"authorName"`
	Practice   namedPractice     `json:"practice"`
	Put        portal.RequestPut `json:"put"`
}

const heldColumns = `seq, id, revision, author, practice, digest, body, coalesce(number,''), status, updated_at, coalesce(change,0), priority,
	received_at, taken_at, answered_at, closed_at, purged_at,
	coalesce((SELECT json_group_array(json_object('id', person, 'name', name)) FROM watcher WHERE watcher.request=request.id), '[]')`

func scanHeld(row interface{ Scan(...any) error }) (held, error) {
	var h held
	var body, watchers []byte
	var updated int64
	var received, taken, answered, closed, purged sql.NullInt64
	if err := row.Scan(&h.seq, &h.ID, &h.Revision, &h.Author.ID, &h.Practice, &h.digest, &body, &h.Number, &h.Status, &updated, &h.change, &h.Priority,
		&received, &taken, &answered, &closed, &purged, &watchers); err != nil {
		return h, err
	}
	var c content
	if json.Unmarshal(body, &c) != nil || json.Unmarshal(watchers, &h.Watchers) != nil {
		return h, fmt.Errorf("stored request %s cannot be read", h.ID)
	}
	h.Author.Name, h.practice = c.AuthorName, c.Practice
	h.CatalogueVersion, h.Type, h.Category, h.Values = c.Put.CatalogueVersion, c.Put.Type, c.Put.Category, c.Put.Values
	h.Files, h.WrittenAt, h.SubmittedAt = c.Put.Files, c.Put.WrittenAt, c.Put.SubmittedAt
	h.UpdatedAt = time.UnixMilli(updated).UTC()
	h.ReceivedAt, h.TakenAt, h.AnsweredAt, h.ClosedAt = instant(received), instant(taken), instant(answered), instant(closed)
	h.PurgedAt = instant(purged)
	byName(h.Watchers)
	return h, nil
}

func instant(ms sql.NullInt64) *time.Time {
	if !ms.Valid {
		return nil
	}
	at := time.UnixMilli(ms.Int64).UTC()
	return &at
}

// byName sorts persons as people read them.
func byName(list []portal.Watcher) {
	slices.SortFunc(list, func(a, b portal.Watcher) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
}

// request reads one request with what has arrived of its files; nil if there
// is none.
func (s *store) request(ctx context.Context, q database.Querier, id string) (*held, error) {
	if id != database.Storable(id) {
		return nil, nil
	}
	h, err := scanHeld(q.QueryRowContext(ctx, "SELECT "+heldColumns+" FROM request WHERE id=?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read request: %w", err)
	}
	return &h, s.markReceived(ctx, q, &h)
}

func (s *store) markReceived(ctx context.Context, q database.Querier, h *held) error {
	return s.marked(ctx, q, "SELECT id FROM file WHERE request=? AND received=1", h.ID, h.Files)
}

// put stores a request that is new, or a revision in the place of an older one.
func (s *store) put(ctx context.Context, tx *database.Tx, id, digest string, who person, body portal.RequestPut, now time.Time) error {
	practice, _ := who.Practice(body.Practice)
	encoded, err := json.Marshal(content{AuthorName: who.Name, Practice: namedPractice{practice.Name, practice.Town}, Put: body})
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO request (id, revision, author, practice, digest, body, status, held_at, updated_at) VALUES (?,?,?,?,?,?,'',?,?)
		ON CONFLICT (id) DO UPDATE SET revision=excluded.revision, practice=excluded.practice, digest=excluded.digest, body=excluded.body, updated_at=excluded.updated_at`,
		id, body.Revision, who.ID, body.Practice, digest, encoded, now.UnixMilli(), now.UnixMilli()); err != nil {
		return fmt.Errorf("store request: %w", err)
	}
	for _, f := range body.Files {
		// The same id with other bytes is another file.
		if _, err := tx.ExecContext(ctx, `INSERT INTO file (request, id, size, sha256, received) VALUES (?,?,?,?,0)
			ON CONFLICT (request, id) DO UPDATE SET size=excluded.size, sha256=excluded.sha256, received=0
			WHERE file.size<>excluded.size OR file.sha256<>excluded.sha256`, id, f.ID, f.Size, f.SHA256); err != nil {
			return fmt.Errorf("announce file: %w", err)
		}
	}
	return nil
}

// keepFiles drops the files of a request that are not among those.
func (s *store) keepFiles(ctx context.Context, tx *database.Tx, id string, files []portal.File) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM file WHERE request=? AND NOT id IN (SELECT value FROM json_each(?))", id, asJSON(idsOf(files))); err != nil {
		return fmt.Errorf("drop files: %w", err)
	}
	return nil
}

func idsOf(files []portal.File) []string {
	ids := make([]string, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	return ids
}

// number gives a request its number, if all of its files have arrived and it
// has none yet: nil if that is not so.
func (s *store) number(ctx context.Context, tx *database.Tx, id string, now time.Time) (*held, error) {
	var ready bool
	var author string
	var body []byte
	err := tx.QueryRowContext(ctx, `SELECT number IS NULL AND NOT EXISTS (SELECT 1 FROM file WHERE file.request=request.id AND received=0), author, body
		FROM request WHERE id=?`, id).Scan(&ready, &author, &body)
	if err != nil || !ready {
		return nil, err
	}
	var c content
	if json.Unmarshal(body, &c) != nil {
		return nil, fmt.Errorf("stored request %s cannot be read", id)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO watcher (request, person, name) VALUES (?,?,?)", id, author, c.AuthorName); err != nil {
		return nil, fmt.Errorf("let author watch: %w", err)
	}
	// From here on every other request waits: the numbers and the changes are in the
	// order of the commits.
	var n int64
	if err := tx.QueryRowContext(ctx, "INSERT INTO counter (year, last) VALUES (?, 1) ON CONFLICT (year) DO UPDATE SET last=counter.last+1 RETURNING last",
		now.Year()).Scan(&n); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	change, err := s.nextChange(ctx, tx)
	if err != nil {
		return nil, err
	}
	h, err := scanHeld(tx.QueryRowContext(ctx, "UPDATE request SET number=?1, status='received', received_at=?2, updated_at=?2, change=?3 WHERE id=?4 RETURNING "+heldColumns,
		fmt.Sprintf("AS-%d-%06d", now.Year(), n), now.UnixMilli(), change, id))
	if err != nil {
		return nil, fmt.Errorf("give number: %w", err)
	}
	for i := range h.Files {
		h.Files[i].Received = true
	}
	faultpoint("number-written")
	return &h, nil
}

// changed puts a request at the end of what the desks are told, and returns the
// number of the change.
func (s *store) changed(ctx context.Context, tx *database.Tx, id string, now time.Time) (change int64, err error) {
	if change, err = s.nextChange(ctx, tx); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE request SET updated_at=CASE WHEN updated_at>?1 THEN updated_at ELSE ?1 END, change=?2 WHERE id=?3", now.UnixMilli(), change, id); err != nil {
		return 0, fmt.Errorf("note change: %w", err)
	}
	return change, nil
}

func (s *store) nextChange(ctx context.Context, tx *database.Tx) (change int64, err error) {
	if err := tx.QueryRowContext(ctx, "UPDATE feed SET change=change+1 RETURNING change").Scan(&change); err != nil {
		return 0, fmt.Errorf("count change: %w", err)
	}
	return change, nil
}
