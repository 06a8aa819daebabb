package e2e

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/portal"

	_ "modernc.org/sqlite" // a database is looked at from outside
)

// folder is what lies in a data folder whose program is dead.
type folder struct {
	sums    map[string]string // SHA-256 of each file's bytes, by the id in its row
	numbers map[string]string // of a portal's requests, by id
}

// hashes are the SHA-256 of files that were read, by path. Whoever looks again
// and again without a power cut in between may keep them.
type hashes map[string]string

// lookIntoDesk reads the database of a dead desk from a copy, and the stored
// file of every row. A damaged database and a row without its bytes are errors.
func lookIntoDesk(tb testing.TB, data string, known hashes) (folder, error) {
	tb.Helper()
	f := folder{sums: map[string]string{}}
	err := lookIntoDatabase(tb, filepath.Join(data, "guichet.db"), "SELECT id, size, sha256, stored FROM file WHERE stored<>''", func(scan func(...any) error) error {
		var id, want, stored string
		var size int64
		if err := scan(&id, &size, &want, &stored); err != nil {
			return err
		}
		sum, err := known.of(filepath.Join(data, "files", stored), size)
		if err == nil && sum != want {
			err = errors.New("other bytes")
		}
		if err != nil {
			return fmt.Errorf("DANGLING: the row of file %s: %w", id, err)
		}
		f.sums[id] = sum
		return nil
	})
	return f, err
}

// lookIntoPortal is the same for the portal.
func lookIntoPortal(tb testing.TB, data string) (folder, error) {
	tb.Helper()
	f := folder{sums: map[string]string{}, numbers: map[string]string{}}
	db := filepath.Join(data, "portald.db")
	err := lookIntoDatabase(tb, db, "SELECT request, id, size, sha256 FROM file WHERE received=1", func(scan func(...any) error) error {
		var request, id, want string
		var size int64
		if err := scan(&request, &id, &size, &want); err != nil {
			return err
		}
		sum, err := hashes{}.of(filepath.Join(data, "files", portal.UploadID(request, id)), size)
		if err == nil && sum != want {
			err = errors.New("other bytes")
		}
		if err != nil {
			return fmt.Errorf("DANGLING at the portal: file %s, marked as received: %w", id, err)
		}
		f.sums[id] = sum
		return nil
	})
	return f, errors.Join(err, lookIntoDatabase(tb, db, "SELECT id, coalesce(number,'') FROM request", func(scan func(...any) error) error {
		var id, number string
		err := scan(&id, &number)
		f.numbers[id] = number
		return err
	}))
}

// lookIntoDatabase copies a database with its log, checks it, and calls row for each
// row of a query. One that is not there has no rows.
func lookIntoDatabase(tb testing.TB, path, query string, row func(scan func(...any) error) error) (err error) {
	tb.Helper()
	dir, err := os.MkdirTemp("", "guichet-look")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, ending := range []string{"", "-wal"} {
		body, err := os.ReadFile(path + ending)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "copy.db"+ending), body, 0o600); err != nil {
			return err
		}
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "copy.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var verdict string
	if err := db.QueryRowContext(tb.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		return fmt.Errorf("DAMAGED: %s, %w", verdict, err)
	}
	var tables int
	if err := db.QueryRowContext(tb.Context(), "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil || tables == 0 {
		return err // it died before there was anything
	}
	rows, err := db.QueryContext(tb.Context(), query)
	if err != nil {
		return err
	}
	defer rows.Close()
	var errs []error
	for rows.Next() {
		errs = append(errs, row(rows.Scan))
	}
	return errors.Join(append(errs, rows.Err())...)
}

// of is the SHA-256 of a file of that size.
func (h hashes) of(path string, size int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != size {
		return "", errors.Join(errors.New("another size"), err)
	}
	if sum, ok := h[path]; ok {
		return sum, nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	h[path] = hex.EncodeToString(hash.Sum(nil))
	return h[path], nil
}
