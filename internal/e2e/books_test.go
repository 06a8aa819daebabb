package e2e

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/files"
)

// books is what a portal holds, read in its own folder beside it.
type books struct {
	dir string
	db  *sql.DB
}

func openBooks(tb testing.TB, dir string) *books {
	tb.Helper()
	return &books{dir, lookInto(tb, filepath.Join(dir, "portald.db"))}
}

// entry is a request in the portal's books.
type entry struct {
	id, number string
	put        portal.RequestPut
}

func (b *books) entries(person string) (out []entry, err error) {
	rows, err := b.db.Query("SELECT id, coalesce(number,''), body FROM request WHERE author=?", person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e entry
		var body []byte
		var content struct{ Put portal.RequestPut }
		if err := rows.Scan(&e.id, &e.number, &body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(body, &content); err != nil {
			return nil, err
		}
		e.put = content.Put
		out = append(out, e)
	}
	return out, rows.Err()
}

// tallied counts what went wrong, of requests.
type tallied struct{ lost, doubled, altered int }

// audit compares what a person has written with what the portal holds of
// theirs: each once, under a number of its own, with the same texts and bytes,
// and nothing else.
func (b *books) audit(tb testing.TB, person string, all []written) (bad tallied, numbers map[string]string) {
	tb.Helper()
	entries, err := b.entries(person)
	if err != nil {
		tb.Errorf("read the portal's books: %v", err)
		return bad, nil
	}
	numbers = map[string]string{}
	seen := map[string]bool{}
	for _, e := range entries {
		i := slices.IndexFunc(all, func(w written) bool { return w.id == e.id })
		if i < 0 || numbers[e.id] != "" || e.number != "" && seen[e.number] {
			bad.doubled++
			tb.Errorf("the portal holds %s of %s, which nobody sent, or twice", e.id, person)
			continue
		}
		if e.number == "" {
			continue // counted as lost below
		}
		numbers[e.id], seen[e.number] = e.number, true
		if err := b.same(e, all[i]); err != nil {
			bad.altered++
			tb.Errorf("%s arrived otherwise than it was sent: %v", e.id, err)
		}
	}
	for _, w := range all {
		if numbers[w.id] == "" {
			bad.lost++
			tb.Errorf("the portal has no numbered %s", w.id)
		}
	}
	return bad, numbers
}

// same compares texts, names and bytes.
func (b *books) same(e entry, w written) error {
	if !maps.Equal(e.put.Values, w.values) {
		return fmt.Errorf("%d values, %d were written, or others", len(e.put.Values), len(w.values))
	}
	if len(e.put.Files) != len(w.files) {
		return fmt.Errorf("%d files, %d were attached", len(e.put.Files), len(w.files))
	}
	for i, f := range e.put.Files {
		sum, err := sumOf(filepath.Join(b.dir, "files", portal.UploadID(e.id, f.ID)))
		if err != nil {
			return err
		}
		if sum != w.files[i].sum || f.SHA256 != sum || f.Name != w.files[i].name() {
			return fmt.Errorf("file %d has other bytes or another name", i+1)
		}
	}
	stored, err := filepath.Glob(filepath.Join(b.dir, "files", e.id+".*"))
	if err != nil {
		return err
	}
	if len(stored) != 2*len(w.files) { // bytes and .info
		return fmt.Errorf("%d things in the portal's folder for %d files", len(stored), len(w.files))
	}
	return nil
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// close holds the books as a whole: no number was given and forgotten, nothing
// is begun, and no file lies about that no request has.
func (b *books) close(tb testing.TB) {
	tb.Helper()
	var requests, numbered, counted, missing int
	if err := b.db.QueryRow(`SELECT count(*), count(number), (SELECT coalesce(sum(last),0) FROM counter),
		(SELECT count(*) FROM file WHERE received=0) FROM request`).Scan(&requests, &numbered, &counted, &missing); err != nil {
		tb.Errorf("read the portal's books: %v", err)
		return
	}
	if requests != numbered || counted != numbered || missing > 0 {
		tb.Errorf("%d requests, %d with a number, %d numbers given, %d files not received", requests, numbered, counted, missing)
	}
	entries, err := os.ReadDir(filepath.Join(b.dir, "files"))
	if err != nil {
		tb.Errorf("read the portal's folder: %v", err)
	}
	for _, f := range entries {
		if f.Name() == files.Mark {
			continue
		}
		var known bool
		upload := strings.TrimSuffix(f.Name(), ".info")
		if err := b.db.QueryRow("SELECT EXISTS (SELECT 1 FROM file WHERE request||'.'||id=?)", upload).Scan(&known); err != nil || !known {
			tb.Errorf("%s lies about in the portal's folder (%v)", f.Name(), err)
		}
	}
}

// settled holds the desk's side behind its stop: every request received under
// the number that the portal gave, and nothing left to do.
func (s *seat) settled(numbers map[string]string) {
	s.tb.Helper()
	db := deskDB(s.tb, s.data)
	defer db.Close()
	var jobs, drafts int
	if err := db.QueryRow("SELECT (SELECT count(*) FROM job), (SELECT count(*) FROM draft WHERE deleted_at IS NULL)").Scan(&jobs, &drafts); err != nil {
		s.tb.Errorf("read the desk's store: %v", err)
		return
	}
	if jobs > 0 || drafts > 0 {
		s.tb.Errorf("%d jobs and %d drafts are left at the desk", jobs, drafts)
	}
	rows, err := db.Query("SELECT id, status, number FROM request")
	if err != nil {
		s.tb.Errorf("read the desk's store: %v", err)
		return
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var id, status, number string
		if err := rows.Scan(&id, &status, &number); err != nil {
			s.tb.Errorf("read the desk's store: %v", err)
		}
		if status != string(desk.StatusReceived) || number == "" || number != numbers[id] {
			s.tb.Errorf("the desk has %s as %s under %q, the portal under %q", id, status, number, numbers[id])
		}
	}
	if err := rows.Err(); err != nil || n != len(numbers) {
		s.tb.Errorf("the desk has %d requests, the portal %d (%v)", n, len(numbers), err)
	}
}
