package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"guichet/internal/desk"
)

// firstPlain is the lowest byte that a plain value may begin with: what the
// store seals is JSON, and a Sealer begins what it has sealed with a lower one.
// SQL can ask for it, so that nothing has to be loaded to be told sealed.
const firstPlain = "x'09'"

func isPlain(value []byte) bool { return len(value) > 0 && value[0] >= 9 }

// Reseal seals for its person whatever was stored plain before there was a
// keyring, and then takes away what else held the plain text: the log, the free
// parts of the database, its copies, and damaged databases that lie aside. n is
// how many values it sealed, those in copies too. As long as the Sealer leaves
// things as they are, it does nothing.
//
// It may be cut short anywhere and run beside everything else: what it has not
// done, or not been able to do, the next call does. Values of persons who have no
// key yet stay, and are desk.ErrLocked at the end of all the rest. A backup that
// is damaged can be sealed by nobody: it is removed if a newer one is sealed, and
// else kept and told of.
func (s *Store) Reseal(ctx context.Context) (n int, err error) {
	n, err = (&reseal{store: s, step: func(string) {}}).run(ctx)
	if err != nil {
		return n, fmt.Errorf("reseal: %w", err)
	}
	return n, nil
}

// reseal is one run of Reseal.
type reseal struct {
	store *Store
	step  func(string) // after each step, for the tests that stop there
	n     int          // values that were sealed
	left  int          // values of persons without a key
}

// resealedKey is the setting that says that a database, or a copy of one, was
// sealed. It does not outlive a mending, which may bring rows of older copies.
const resealedKey = "resealed"

type resealed struct {
	Mended time.Time // the last one before
	Left   bool      // values of persons without a key are plain still
}

func (r *reseal) run(ctx context.Context) (int, error) {
	if seals, err := r.seals(); err != nil || !seals {
		return 0, err
	}
	// A value that passed the Sealer before sealing began may be on its way still;
	// it is stored once everybody who writes now has ended.
	if err := r.store.tx(ctx, func(*sql.Tx) error { return nil }); err != nil {
		return 0, err
	}
	mark, now, err := markIn(ctx, r.store.read)
	if err != nil {
		return 0, r.store.noted(err)
	}
	marked := mark == now
	if !marked {
		if err := r.rows(ctx); err != nil {
			return r.n, err
		}
	}
	clean := marked || r.n == 0 && mark.Left && mark.Mended.Equal(now.Mended)
	if !clean {
		err = r.clean(ctx)
		clean = err == nil
		r.step("cleaned")
	}
	now.Left = r.left > 0
	if clean && mark != now {
		err = errors.Join(err, r.store.tx(ctx, func(tx *sql.Tx) error { return now.store(ctx, tx) }))
		r.step("marked")
	}
	err = errors.Join(err, r.copies(ctx), r.asides(ctx))
	if r.left > 0 {
		err = errors.Join(err, desk.ErrLocked.With(fmt.Errorf("%d values are of persons who have no key here yet", r.left)))
	}
	return r.n, err
}

// seals tells whether the Sealer does anything.
func (r *reseal) seals() (bool, error) {
	sealed, err := r.store.sealer.Seal(thePC, []byte("{}"))
	if closed(err) {
		return true, nil
	}
	return err == nil && !isPlain(sealed), err
}

// markIn reads what a database says of itself, and what it would say if all of
// it were sealed.
func markIn(ctx context.Context, q querier) (mark, whole resealed, err error) {
	mended, err := recoveredIn(ctx, q)
	if err != nil {
		return mark, whole, err
	}
	whole = resealed{Mended: mended.At.UTC()}
	var text string
	err = q.QueryRowContext(ctx, "SELECT value FROM setting WHERE key=?", resealedKey).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return mark, whole, err
	}
	if json.Unmarshal([]byte(text), &mark) != nil {
		mark = resealed{Mended: time.Time{}.Add(-1)} // no mark, which is never the same
	}
	mark.Mended = mark.Mended.UTC()
	return mark, whole, nil
}

func (m resealed) store(ctx context.Context, tx *sql.Tx) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO setting (key, value) VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value", resealedKey, string(text))
	return err
}

// sealedColumn is a column whose values are sealed, and the one that tells for
// whom, "" for the PC.
type sealedColumn struct{ table, name, person string }

// sealedColumns lists them. A person's tokens are the one column that a mending
// does not look into.
func sealedColumns() []sealedColumn {
	out := []sealedColumn{{"person", "tokens", "id"}}
	for table, m := range meanings {
		for name := range m.sealed {
			out = append(out, sealedColumn{table, name, m.person})
		}
	}
	slices.SortFunc(out, func(a, b sealedColumn) int {
		return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.name, b.name))
	})
	return out
}

func (c sealedColumn) owner() string {
	if c.person == "" {
		return "''"
	}
	return c.person
}

// value is a stored one that is plain.
type value struct {
	row           int64
	person        string
	plain, sealed []byte
}

// How much one transaction exchanges at the most: an autosave has to wait for it.
const (
	resealRows  = 100
	resealBytes = 256 << 10
)

// plain reads the next plain values behind a row.
func (c sealedColumn) plain(ctx context.Context, q querier, after int64) (out []value, err error) {
	rows, err := q.QueryContext(ctx, "SELECT rowid, "+c.owner()+", "+c.name+" FROM "+c.table+
		" WHERE rowid > ? AND substr("+c.name+",1,1) >= "+firstPlain+" ORDER BY rowid LIMIT ?", after, resealRows)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for size := 0; size < resealBytes && rows.Next(); {
		var v value
		if err := rows.Scan(&v.row, &v.person, &v.plain); err != nil {
			return nil, err
		}
		out = append(out, v)
		size += len(v.plain)
	}
	return out, rows.Err()
}

// seal seals values and leaves out those of persons without a key. What opens
// here has to open as it was before anything is exchanged.
func (r *reseal) seal(values []value) (out []value, left int, err error) {
	for _, v := range values {
		v.sealed, err = r.store.sealer.Seal(v.person, v.plain)
		if closed(err) {
			left++
			continue
		}
		if err != nil {
			return nil, 0, fmt.Errorf("seal: %w", err)
		}
		again, err := r.store.sealer.Open(v.person, v.sealed)
		if err == nil && (isPlain(v.sealed) || !bytes.Equal(again, v.plain)) {
			err = errors.New("a sealed value does not open as it was")
		}
		if err != nil && !errors.Is(err, desk.ErrLocked) {
			return nil, 0, fmt.Errorf("seal: %w", err)
		}
		out = append(out, v)
	}
	return out, left, nil
}

// exchange stores sealed values, where the plain ones are as they were read.
func (c sealedColumn) exchange(ctx context.Context, tx *sql.Tx, values []value) (done int, err error) {
	for _, v := range values {
		res, err := tx.ExecContext(ctx, "UPDATE "+c.table+" SET "+c.name+"=? WHERE rowid=? AND "+c.owner()+"=? AND "+c.name+"=?", v.sealed, v.row, v.person, v.plain)
		if err != nil {
			return done, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return done, err
		}
		done += int(n)
	}
	return done, nil
}

// rows seals what is plain in the database. One pass is enough: whoever changes
// or moves a row meanwhile seals it.
func (r *reseal) rows(ctx context.Context) error {
	for _, c := range sealedColumns() {
		if err := r.column(ctx, c); err != nil {
			return fmt.Errorf("seal %s of %s: %w", c.name, c.table, r.store.noted(err))
		}
	}
	return nil
}

// column seals one column.
func (r *reseal) column(ctx context.Context, c sealedColumn) error {
	for after := int64(-1 << 63); ; {
		plain, err := c.plain(ctx, r.store.read, after)
		if err != nil || len(plain) == 0 {
			return err
		}
		after = plain[len(plain)-1].row
		values, left, err := r.seal(plain)
		if err != nil {
			return err
		}
		r.left += left
		if len(values) == 0 {
			continue
		}
		r.step("read")
		n := 0
		err = r.store.tx(ctx, func(tx *sql.Tx) (err error) {
			// The free parts of the database have plain text in them from now on.
			if _, err = tx.ExecContext(ctx, "DELETE FROM setting WHERE key=?", resealedKey); err == nil {
				n, err = c.exchange(ctx, tx, values)
			}
			return err
		})
		if err != nil {
			return err
		}
		r.n += n
		r.step("exchanged")
	}
}
