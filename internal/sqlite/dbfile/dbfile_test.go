package dbfile_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"guichet/internal/sqlite/dbfile"

	_ "modernc.org/sqlite"
)

// random prints its seed; GUICHET_SEED repeats a run.
func random(tb testing.TB) *rand.Rand {
	tb.Helper()
	seed := rand.Uint64()
	if _, err := fmt.Sscan(os.Getenv("GUICHET_SEED"), &seed); err != nil {
		seed = rand.Uint64()
	}
	tb.Logf("GUICHET_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// base is a database with a table of many rows of all kinds.
type base struct {
	path string
	db   *sql.DB
}

func open(tb testing.TB, pageSize int, mode string) base {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "a.db")
	db := must(sql.Open("sqlite", "file:"+path))(tb)
	db.SetMaxOpenConns(1)
	tb.Cleanup(func() { _ = db.Close() })
	b := base{path, db}
	b.exec(tb, fmt.Sprintf("PRAGMA page_size=%d", pageSize))
	b.exec(tb, "PRAGMA journal_mode="+mode)
	b.exec(tb, "PRAGMA wal_autocheckpoint=0")
	b.exec(tb, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, r REAL, s TEXT, b BLOB)")
	b.exec(tb, "CREATE INDEX t_s ON t (s)") // one entry for each row
	b.exec(tb, "CREATE TABLE other (k TEXT PRIMARY KEY, v TEXT)")
	return b
}

func (b base) exec(tb testing.TB, query string, args ...any) {
	tb.Helper()
	if _, err := b.db.Exec(query, args...); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// fill writes rows of all sizes, among them some that fill several pages, and
// changes and deletes some.
func (b base) fill(tb testing.TB, r *rand.Rand, n int) {
	tb.Helper()
	tx := must(b.db.Begin())(tb)
	for range n {
		id := r.Int64() >> r.IntN(64)
		text := string(bytes.Repeat([]byte("é€x"), r.IntN(10)))
		blob := make([]byte, []int{0, 1, 40, 400, 3000, 9000, 70_000}[r.IntN(7)])
		for i := range blob {
			blob[i] = byte(r.Uint32())
		}
		args := []any{id, r.Int64() >> r.IntN(64), r.NormFloat64(), text, blob}
		for i := 1; i < len(args); i++ {
			if r.IntN(10) == 0 {
				args[i] = nil
			}
		}
		query := "INSERT OR REPLACE INTO t VALUES (?,?,?,?,?)"
		switch r.IntN(8) {
		case 0:
			query, args = "DELETE FROM t WHERE id > ? AND id < ?", []any{id, id + 1<<56}
		case 1:
			query, args = "UPDATE t SET b=zeroblob(?) WHERE id=(SELECT min(id) FROM t WHERE id>?)", []any{r.IntN(5000), id}
		}
		if _, err := tx.Exec(query, args...); err != nil {
			tb.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
}

// rows are those that SQLite reads.
func (b base) rows(tb testing.TB) []dbfile.Row {
	tb.Helper()
	found := must(b.db.Query("SELECT id, n, r, s, b FROM t ORDER BY id"))(tb)
	defer found.Close()
	var out []dbfile.Row
	for found.Next() {
		values := make([]any, 5)
		if err := found.Scan(&values[0], &values[1], &values[2], &values[3], &values[4]); err != nil {
			tb.Fatal(err)
		}
		id := values[0].(int64)
		values[0] = nil
		if blob, ok := values[4].([]byte); ok {
			values[4] = append([]byte{}, blob...) // an empty one is nil there
		}
		out = append(out, dbfile.Row{ID: id, Values: values})
	}
	if err := found.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// raw is the database as bytes, with its log.
func (b base) raw(tb testing.TB) (db, log []byte) {
	tb.Helper()
	db = must(os.ReadFile(b.path))(tb)
	log, err := os.ReadFile(b.path + "-wal")
	if err != nil && !os.IsNotExist(err) {
		tb.Fatal(err)
	}
	return db, log
}

func fileOf(db, log []byte) *dbfile.File {
	h, _ := dbfile.ReadHeader(db)
	return dbfile.New(bytes.NewReader(db), int64(len(db)), dbfile.ReadLog(bytes.NewReader(log), int64(len(log)), h.PageSize))
}

func read(tb testing.TB, f *dbfile.File) (out []dbfile.Row, gaps []dbfile.Span) {
	tb.Helper()
	schema := f.Schema()
	if !schema.Whole || len(schema.Tables) != 2 {
		tb.Fatalf("%+v", schema)
	}
	gaps = f.Table(schema.Tables["t"], func(r dbfile.Row) { out = append(out, r) })
	f.Table(schema.Tables["other"], func(dbfile.Row) {})
	for _, root := range schema.Indexes["t"] {
		if n := f.Entries(root); n != len(out) && len(gaps) == 0 {
			tb.Errorf("%d rows, %d in the index", len(out), n)
		}
	}
	return out, gaps
}

func same(tb testing.TB, got, want []dbfile.Row) {
	tb.Helper()
	if len(got) != len(want) {
		tb.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			tb.Fatalf("row %d is another one", want[i].ID)
		}
	}
}

// What SQLite reads of a whole database is read, with and without a log, and
// there is no gap and no stray.
func TestReadsLikeSQLite(t *testing.T) {
	r := random(t)
	for _, size := range []int{512, 4096, 65536} {
		for _, mode := range []string{"DELETE", "WAL"} {
			t.Run(fmt.Sprintf("%s%d", mode, size), func(t *testing.T) {
				b := open(t, size, mode)
				for range 3 {
					b.fill(t, r, 100)
					f := fileOf(b.raw(t))
					got, gaps := read(t, f)
					same(t, got, b.rows(t))
					if len(gaps) > 0 {
						t.Errorf("gaps %v", gaps)
					}
					f.Strays(func(r dbfile.Row) { t.Errorf("row %d leads nowhere", r.ID) })
				}
			})
		}
	}
}

// pages lists the pages of a database that begin with a byte, but for the first.
func pages(db []byte, size int, kind byte) (out []int) {
	for at := size; at < len(db); at += size {
		if db[at] == kind {
			out = append(out, at)
		}
	}
	return out
}

// One page that is lost costs its own rows, which the gap names; of a page that
// leads to others nothing is lost, since they are found by their look.
func TestLostPage(t *testing.T) {
	r := random(t)
	const size = 512
	b := open(t, size, "DELETE")
	b.fill(t, r, 600)
	all := b.rows(t)
	whole, _ := b.raw(t)
	for kind, name := range map[byte]string{13: "Leaf", 5: "Interior"} {
		t.Run(name, func(t *testing.T) {
			for _, at := range pages(whole, size, kind) {
				db := slices.Clone(whole)
				for i := range size {
					db[at+i] = byte(r.Uint32() | 0x80) // no kind of page begins so
				}
				f := fileOf(db, nil)
				got, gaps := read(t, f)
				missing := 0
				for _, row := range all {
					if slices.ContainsFunc(got, func(g dbfile.Row) bool { return g.ID == row.ID }) {
						continue
					}
					missing++
					if !slices.ContainsFunc(gaps, func(s dbfile.Span) bool { return row.ID >= s.From && row.ID <= s.To }) {
						t.Errorf("row %d is missing from no gap", row.ID)
					}
				}
				strays := 0
				f.Strays(func(dbfile.Row) { strays++ })
				if kind == 5 && strays != missing {
					t.Errorf("%d rows missing, %d found", missing, strays)
				}
			}
		})
	}
}

// Only a table without rows has a page without rows.
func TestEmptiedPage(t *testing.T) {
	const size = 512
	b := open(t, size, "DELETE")
	b.fill(t, random(t), 200)
	whole, _ := b.raw(t)
	for _, at := range pages(whole, size, 13) {
		db := slices.Clone(whole)
		copy(db[at:at+size], append([]byte{13, 0, 0, 0, 0, 2, 0, 0}, make([]byte, size-8)...))
		before, _ := read(t, fileOf(whole, nil))
		got, gaps := read(t, fileOf(db, nil))
		if len(got) < len(before) && len(gaps) != 1 {
			t.Errorf("%d rows of %d, gaps %v", len(got), len(before), gaps)
		}
	}
}

func TestHeaderLost(t *testing.T) {
	r := random(t)
	b := open(t, 4096, "DELETE")
	b.fill(t, r, 200)
	db, _ := b.raw(t)
	clear(db[:dbfile.HeaderSize])
	if _, ok := dbfile.ReadHeader(db); ok {
		t.Error("zeros are a header")
	}
	got, gaps := read(t, fileOf(db, nil))
	same(t, got, b.rows(t))
	if len(gaps) > 0 {
		t.Errorf("gaps %v", gaps)
	}
}

// A database that is damaged anywhere ends the reading in time, whatever it
// says, and never with a panic.
func TestNoise(t *testing.T) {
	r := random(t)
	b := open(t, 1024, "WAL")
	b.fill(t, r, 200)
	b.exec(t, "PRAGMA wal_checkpoint(PASSIVE)")
	b.fill(t, r, 30)
	wholeDB, wholeLog := b.raw(t)
	end := time.Now().Add(time.Second)
	rounds := 0
	for ; time.Now().Before(end); rounds++ {
		db, log := slices.Clone(wholeDB), slices.Clone(wholeLog)
		for range 1 + r.IntN(40) {
			part := db
			if r.IntN(4) == 0 {
				part = log
			}
			at, n := r.IntN(len(part)), 1+r.IntN(600)
			if r.IntN(2) == 0 {
				n = 1
			}
			for i := at; i < min(at+n, len(part)); i++ {
				part[i] = byte(r.Uint32())
			}
		}
		db, log = db[:r.IntN(len(db)+1)], log[:r.IntN(len(log)+1)]
		f := fileOf(db, log)
		for _, root := range f.Schema().Tables {
			f.Table(root, func(dbfile.Row) {})
			f.Entries(root)
		}
		f.Strays(func(dbfile.Row) {})
		f.Replaced(func(_, _ []dbfile.Row) {})
		if _, err := dbfile.Wipe(device(db), int64(len(db)), func(v []any) bool { return len(v) > 2 }, [][]byte{[]byte("é€")}); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d damaged databases read", rounds)
}

// device is bytes as a file.
type device []byte

func (d device) ReadAt(p []byte, at int64) (int, error)  { return bytes.NewReader(d).ReadAt(p, at) }
func (d device) WriteAt(p []byte, at int64) (int, error) { return copy(d[at:], p), nil }
