package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"guichet/internal/sqlite/dbfile"
)

// rescue brings what can be read of a damaged database into a new one. What is
// sealed stays sealed on the way.
//
// The damaged file comes first: what can be read there is how things are. Only
// where it has a gap is anything taken from an older copy, since a row that is
// missing elsewhere was deleted: a draft that was sent must not come back. What
// became of a request that only the copy has, is asked of the damaged file
// (fate): only a job that is still in its queue lets it go on by itself.
type rescue struct {
	store  *Store // for its seals
	tx     *sql.Tx
	tables []*table
	puts   map[string]*sql.Stmt // insertions
	gaps   map[string][]dbfile.Span
	spoilt map[string][]int64 // ids of rows that are there and cannot be read
	notice *Recovered
}

// targetOptions are those of the new database: until it is whole nobody relies
// on it, and rows come before those that they refer to.
const targetOptions = "_journal_mode=MEMORY&_synchronous=OFF&_foreign_keys=0&_txlock=immediate&_dqs=0&_error_rc=1&_pragma=temp_store(MEMORY)"

// rescue makes a new database at path, and fills notice.
func (s *Store) rescue(ctx context.Context, path string, strange bool, notice *Recovered) (err error) {
	t := &Store{dir: s.dir, sealer: s.sealer}
	if t.write, err = t.gate.pool(dsn(path, targetOptions), 1); err != nil {
		return fmt.Errorf("make new database: %w", err)
	}
	defer func() { err = errors.Join(err, t.disconnect()) }()
	if err := t.migrate(ctx); err != nil {
		return fmt.Errorf("make new database: %w", err)
	}
	tx, err := t.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("fill new database: %w", err)
	}
	r := &rescue{store: s, tx: tx, puts: map[string]*sql.Stmt{}, gaps: map[string][]dbfile.Span{}, spoilt: map[string][]int64{}, notice: notice}
	if err := r.run(ctx, strange); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("fill new database: %w", err)
	}
	if _, err := t.write.ExecContext(ctx, "PRAGMA journal_mode=WAL"); err != nil {
		return fmt.Errorf("finish new database: %w", err)
	}
	return nil
}

func (r *rescue) run(ctx context.Context, strange bool) (err error) {
	if r.tables, err = tablesOf(ctx, r.tx); err != nil {
		return err
	}
	if err := r.damaged(ctx, !strange); err != nil {
		return fmt.Errorf("read damaged database: %w", err)
	}
	if len(r.gaps) > 0 {
		if err := r.older(ctx, !strange); err != nil {
			return fmt.Errorf("read older copies: %w", err)
		}
	}
	if err := r.settle(ctx); err != nil {
		return fmt.Errorf("settle rows: %w", err)
	}
	return r.tell(ctx)
}

// damaged brings over what the damaged file holds.
func (r *rescue) damaged(ctx context.Context, withLog bool) error {
	src, err := openSource(ctx, r.store.path(), withLog)
	if err != nil {
		return err
	}
	defer src.Close()
	if !withLog || src.log != nil && src.log.Broken {
		r.notice.Gaps++ // in the log
	}
	if _, err := r.each(ctx, src.File, func(t *table, row dbfile.Row) error { return r.keep(ctx, t, row) }, r.gap); err != nil {
		return err
	}
	// What nothing leads to is found by its look.
	src.Strays(func(row dbfile.Row) {
		t := r.looksLike(row)
		if t == nil || err != nil {
			return
		}
		if len(r.gaps[t.name]) == 0 { // whatever led to it does not know of it
			r.gap(t, dbfile.Everything)
		}
		if t.name != "job" && r.lost(t, row.ID) { // an old job would send
			_, err = r.put(ctx, t, t.fit(row))
		}
	})
	return err
}

// each goes through the rows of a database, table by table, and tells whether
// its tables could all be found and read.
func (r *rescue) each(ctx context.Context, f *dbfile.File, row func(*table, dbfile.Row) error, gap func(*table, dbfile.Span)) (whole bool, err error) {
	schema := f.Schema()
	whole = schema.Whole
	for _, t := range r.tables {
		root, there := schema.Tables[t.name]
		delete(schema.Tables, t.name)
		if !there {
			if !schema.Whole { // an older schema has fewer tables
				gap(t, dbfile.Everything)
			}
			continue
		}
		rows := 0
		gaps := f.Table(root, func(dr dbfile.Row) {
			rows++
			if err == nil {
				err = errors.Join(ctx.Err(), row(t, dr))
			}
		})
		for _, index := range schema.Indexes[t.name] {
			if f.Entries(index) > rows+room(gaps) {
				gaps = []dbfile.Span{dbfile.Everything}
			}
		}
		for _, g := range gaps {
			whole = false
			gap(t, g)
		}
		if err != nil {
			return whole, err
		}
	}
	for _, root := range schema.Tables { // so that their rows are no strays
		f.Table(root, func(dbfile.Row) {})
	}
	return whole, nil
}

// room is how many rows gaps can hold.
func room(gaps []dbfile.Span) int {
	n := 0
	for _, g := range gaps {
		n += int(min(uint64(g.To-g.From), 1<<31)) + 1
	}
	return n
}

func (r *rescue) gap(t *table, s dbfile.Span) { r.gaps[t.name] = append(r.gaps[t.name], s) }

// lost tells whether a row of that id would be in a gap. Rows whose id is not
// one of their values may have another one in each copy.
func (r *rescue) lost(t *table, id int64) bool {
	if !t.byRowID() {
		return len(r.gaps[t.name]) > 0
	}
	return slices.ContainsFunc(r.gaps[t.name], func(s dbfile.Span) bool { return id >= s.From && id <= s.To })
}

// keep brings over a row of the damaged file.
func (r *rescue) keep(ctx context.Context, t *table, row dbfile.Row) error {
	values := t.fit(row)
	if values == nil || !r.store.readable(t, values) {
		r.spoil(t, row.ID)
		return nil
	}
	_, err := r.put(ctx, t, values)
	return err
}

// spoil notes a row that is there and cannot be read.
func (r *rescue) spoil(t *table, id int64) {
	r.spoilt[t.name] = append(r.spoilt[t.name], id)
	r.gap(t, dbfile.Span{From: id, To: id})
}

// looksLike finds the table that a row must be of, nil if it could be of
// several or cannot be read.
func (r *rescue) looksLike(row dbfile.Row) (found *table) {
	for _, t := range r.tables {
		if values := t.fit(row); values != nil {
			if found != nil {
				return nil
			}
			found = t
		}
	}
	if found == nil || !r.store.readable(found, found.fit(row)) {
		return nil
	}
	return found
}

// put stores a row and tells whether it did. Of two with the same key the newer
// one stays, or else the one that was there; a row id that is taken by another
// row is exchanged for a free one.
func (r *rescue) put(ctx context.Context, t *table, values []any) (bool, error) {
	ok, err := r.insert(ctx, t, values)
	if err != nil || ok {
		return ok, err
	}
	id, newer, err := t.stored(ctx, r.tx, values)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if !t.byRowID() {
			return false, nil
		}
		values = slices.Clone(values)
		values[slices.IndexFunc(t.columns, func(c column) bool { return c.rowid })] = nil
	case err != nil:
		return false, err
	default:
		mine, _ := t.value(values, t.newer).(int64)
		if t.newer == "" || mine <= newer {
			return false, nil
		}
		if _, err := r.tx.ExecContext(ctx, "DELETE FROM "+t.name+" WHERE rowid=?", id); err != nil {
			return false, err
		}
	}
	return r.insert(ctx, t, values)
}

func (r *rescue) insert(ctx context.Context, t *table, values []any) (bool, error) {
	text := t.insertion(len(values))
	stmt, ok := r.puts[text]
	if !ok {
		var err error
		if stmt, err = r.tx.PrepareContext(ctx, text); err != nil {
			return false, err
		}
		r.puts[text] = stmt
	}
	res, err := stmt.ExecContext(ctx, values...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
