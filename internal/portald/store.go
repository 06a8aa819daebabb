package portald

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"guichet/internal/disk"
	"guichet/internal/portal"

	_ "modernc.org/sqlite" // the driver
)

const applicationID = 0x47554950 // "GUIP"

//go:embed migrations/*.sql
var migrations embed.FS

// store is the portal's database. What a method has done when it returns is on
// the disk: a number is given once and never forgotten.
type store struct {
	write, read *sql.DB
}

func openStore(ctx context.Context, dir string) (*store, error) {
	if err := disk.MakeDir(dir); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	name := "file:" + (&url.URL{Path: filepath.ToSlash(filepath.Join(dir, "portald.db"))}).EscapedPath()
	write, err := sql.Open("sqlite", name+"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=1&_txlock=immediate&_defensive=1&_dqs=0&_error_rc=1")
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	write.SetMaxOpenConns(1)
	s := &store{write: write}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.read, err = sql.Open("sqlite", name+"?mode=ro&_busy_timeout=5000&_query_only=1"); err != nil {
		return nil, errors.Join(fmt.Errorf("open database for reading: %w", err), s.close())
	}
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	return s, nil
}

func (s *store) close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

func (s *store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	var id, version int
	if err := s.write.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version)").Scan(&id, &version); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if id != applicationID && (id != 0 || version != 0) || version > len(files) {
		return fmt.Errorf("database is of another program or of a newer one (application %#x, schema %d)", id, version)
	}
	for i := version; i < len(files); i++ {
		script, err := migrations.ReadFile(files[i])
		if err != nil {
			return fmt.Errorf("read migration: %w", err)
		}
		err = s.tx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, string(script)+fmt.Sprintf(";PRAGMA application_id=%d;PRAGMA user_version=%d", applicationID, i+1))
			return err
		})
		if err != nil {
			return fmt.Errorf("migrate to schema %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *store) tx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(tx); err != nil {
		if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			err = errors.Join(err, back)
		}
		return err
	}
	return tx.Commit()
}

// querier is a transaction or the pool of readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// held is a request as it lies in the store.
type held struct {
	seq    int64
	digest string
	change int64
	portal.Request
}

// content is what of a request is kept as JSON.
type content struct {
	AuthorName string            `json:"authorName"`
	Put        portal.RequestPut `json:"put"`
}

const heldColumns = "seq, id, revision, author, practice, digest, body, coalesce(number,''), status, coalesce(received_at,0), updated_at, coalesce(change,0)"

func scanHeld(row interface{ Scan(...any) error }) (held, error) {
	var h held
	var body []byte
	var received, updated int64
	if err := row.Scan(&h.seq, &h.ID, &h.Revision, &h.Author.ID, &h.Practice, &h.digest, &body, &h.Number, &h.Status, &received, &updated, &h.change); err != nil {
		return h, err
	}
	var c content
	if err := json.Unmarshal(body, &c); err != nil {
		return h, fmt.Errorf("stored request %s cannot be read", h.ID)
	}
	h.Author.Name = c.AuthorName
	h.CatalogueVersion, h.Type, h.Category, h.Values = c.Put.CatalogueVersion, c.Put.Type, c.Put.Category, c.Put.Values
	h.Files, h.WrittenAt, h.SubmittedAt = c.Put.Files, c.Put.WrittenAt, c.Put.SubmittedAt
	h.UpdatedAt = time.UnixMilli(updated).UTC()
	if received != 0 {
		at := time.UnixMilli(received).UTC()
		h.ReceivedAt = &at
	}
	return h, nil
}

// request reads one request with what has arrived of its files; nil if there
// is none.
func (s *store) request(ctx context.Context, q querier, id string) (*held, error) {
	h, err := scanHeld(q.QueryRowContext(ctx, "SELECT "+heldColumns+" FROM request WHERE id=?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read request: %w", err)
	}
	return &h, s.markReceived(ctx, q, &h)
}

func (s *store) markReceived(ctx context.Context, q querier, h *held) error {
	rows, err := q.QueryContext(ctx, "SELECT id FROM file WHERE request=? AND received=1", h.ID)
	if err != nil {
		return fmt.Errorf("read files: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("read files: %w", err)
		}
		for i := range h.Files {
			if h.Files[i].ID == id {
				h.Files[i].Received = true
			}
		}
	}
	return rows.Err()
}

// put stores a request that is new, or a revision in the place of an older one.
func (s *store) put(ctx context.Context, tx *sql.Tx, id, digest string, who person, body portal.RequestPut, now time.Time) error {
	encoded, err := json.Marshal(content{AuthorName: who.Name, Put: body})
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO request (id, revision, author, practice, digest, body, status, held_at, updated_at) VALUES (?,?,?,?,?,?,'',?,?)
		ON CONFLICT (id) DO UPDATE SET revision=excluded.revision, practice=excluded.practice, digest=excluded.digest, body=excluded.body, updated_at=excluded.updated_at`,
		id, body.Revision, who.ID, body.Practice, digest, encoded, now.UnixMilli(), now.UnixMilli()); err != nil {
		return fmt.Errorf("store request: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM file WHERE request=? AND id NOT IN (SELECT value FROM json_each(?))", id, fileIDs(body.Files)); err != nil {
		return fmt.Errorf("drop files: %w", err)
	}
	for _, f := range body.Files {
		// The same id with other bytes is another file.
		if _, err := tx.ExecContext(ctx, `INSERT INTO file (request, id, size, sha256, received) VALUES (?,?,?,?,0)
			ON CONFLICT (request, id) DO UPDATE SET size=excluded.size, sha256=excluded.sha256, received=0
			WHERE size<>excluded.size OR sha256<>excluded.sha256`, id, f.ID, f.Size, f.SHA256); err != nil {
			return fmt.Errorf("announce file: %w", err)
		}
	}
	return nil
}

func fileIDs(files []portal.File) string {
	ids := make([]string, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	out, _ := json.Marshal(ids) // strings cannot fail
	return string(out)
}

// number gives a request its number, if all of its files have arrived and it
// has none yet.
func (s *store) number(ctx context.Context, tx *sql.Tx, id string, now time.Time) (bool, error) {
	var ready bool
	err := tx.QueryRowContext(ctx, `SELECT number IS NULL AND NOT EXISTS (SELECT 1 FROM file WHERE file.request=request.id AND received=0)
		FROM request WHERE id=?`, id).Scan(&ready)
	if err != nil || !ready {
		return false, err
	}
	var n int64
	if err := tx.QueryRowContext(ctx, `INSERT INTO counter (year, last) VALUES (?, 1) ON CONFLICT (year) DO UPDATE SET last=last+1 RETURNING last`,
		now.Year()).Scan(&n); err != nil {
		return false, fmt.Errorf("count: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE request SET number=?, status='received', received_at=? WHERE id=?",
		fmt.Sprintf("AS-%d-%06d", now.Year(), n), now.UnixMilli(), id); err != nil {
		return false, fmt.Errorf("give number: %w", err)
	}
	faultpoint("number-written")
	return true, s.changed(ctx, tx, id, now)
}

// changed puts a request at the end of what the desks are told.
func (s *store) changed(ctx context.Context, tx *sql.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE request SET updated_at=?, change=(SELECT coalesce(max(change),0)+1 FROM request) WHERE id=?", now.UnixMilli(), id)
	if err != nil {
		return fmt.Errorf("note change: %w", err)
	}
	return nil
}

// visible is the condition under which a person sees a request: their own, and
// every one of the practices that their role oversees.
const visible = "number IS NOT NULL AND (author=? OR practice IN (SELECT value FROM json_each(?)))"

// list reads numbered requests that the person sees.
func (s *store) list(ctx context.Context, who person, condition string, args ...any) ([]held, error) {
	overseen, err := json.Marshal(who.overseen())
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	rows, err := s.read.QueryContext(ctx, "SELECT "+heldColumns+" FROM request WHERE "+visible+" AND "+condition, append([]any{who.ID, string(overseen)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	defer rows.Close()
	out := []held{}
	for rows.Next() {
		h, err := scanHeld(rows)
		if err != nil {
			return nil, fmt.Errorf("list requests: %w", err)
		}
		for i := range h.Files {
			h.Files[i].Received = true // it has a number
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// messages reads the conversation about a request.
func (s *store) messages(ctx context.Context, q querier, request string) ([]portal.Message, error) {
	rows, err := q.QueryContext(ctx, "SELECT id, author, name, support, body, at FROM message WHERE request=? ORDER BY at, seq", request)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	defer rows.Close()
	out := []portal.Message{}
	for rows.Next() {
		m := portal.Message{Request: request}
		var at int64
		if err := rows.Scan(&m.ID, &m.Author.ID, &m.Author.Name, &m.Author.Support, &m.Text, &at); err != nil {
			return nil, fmt.Errorf("read messages: %w", err)
		}
		m.At = time.UnixMilli(at).UTC()
		out = append(out, m)
	}
	return out, rows.Err()
}

// addMessage stores a message; a repeat is nothing, another text under the
// same id is errMismatch.
func (s *store) addMessage(ctx context.Context, tx *sql.Tx, m portal.Message) error {
	var text, request, author string
	err := tx.QueryRowContext(ctx, "SELECT body, request, author FROM message WHERE id=?", m.ID).Scan(&text, &request, &author)
	switch {
	case err == nil && text == m.Text && request == m.Request && author == m.Author.ID:
		return nil
	case err == nil:
		return errMismatch
	case !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("read message: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO message (id, request, author, name, support, body, at) VALUES (?,?,?,?,?,?,?)",
		m.ID, m.Request, m.Author.ID, m.Author.Name, m.Author.Support, m.Text, m.At.UnixMilli()); err != nil {
		return fmt.Errorf("store message: %w", err)
	}
	return s.changed(ctx, tx, m.Request, m.At)
}

// keepCatalogue remembers a catalogue that is served from now on.
func (s *store) keepCatalogue(ctx context.Context, version int, body []byte, now time.Time) error {
	if _, err := s.write.ExecContext(ctx, "INSERT INTO catalogue (version, body, served_at) VALUES (?,?,?) ON CONFLICT (version) DO UPDATE SET body=excluded.body",
		version, body, now.UnixMilli()); err != nil {
		return fmt.Errorf("keep catalogue: %w", err)
	}
	return nil
}

// catalogues reads every catalogue that was ever served.
func (s *store) catalogues(ctx context.Context) (bodies [][]byte, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT body FROM catalogue")
	if err != nil {
		return nil, fmt.Errorf("read catalogues: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("read catalogues: %w", err)
		}
		bodies = append(bodies, body)
	}
	return bodies, rows.Err()
}

func cursorOf(change int64) string { return strconv.FormatInt(change, 10) }
