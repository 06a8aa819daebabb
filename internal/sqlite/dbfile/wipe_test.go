package dbfile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"guichet/internal/sqlite/dbfile"
)

func TestWipe(t *testing.T) {
	b := open(t, 1024, "DELETE")
	b.exec(t, "DROP INDEX t_s") // which has the text as well
	secret := func(i int) string { return fmt.Sprintf("secret-%03d-", i) }
	for i := range 60 {
		b.exec(t, "INSERT INTO t (id, s, b) VALUES (?,?,?)", i, secret(i), bytes.Repeat([]byte(secret(i)), 20+i*10))
	}
	b.exec(t, "PRAGMA secure_delete=0")
	b.exec(t, "DELETE FROM t WHERE id=7")
	whole, _ := b.raw(t)
	drop := func(values []any) bool { return len(values) > 3 && values[3] == secret(30) }
	t.Run("RecordAndItsPages", func(t *testing.T) {
		db := slices.Clone(whole)
		if n, err := dbfile.Wipe(device(db), int64(len(db)), drop, nil); err != nil || n != 1 {
			t.Fatalf("wiped %d, %v", n, err)
		}
		got, _ := read(t, fileOf(db, nil))
		if len(got) != 58 {
			t.Errorf("%d rows left", len(got))
		}
		for _, row := range got {
			if want := bytes.Repeat([]byte(secret(int(row.ID))), 20+int(row.ID)*10); !bytes.Equal(row.Values[4].([]byte), want) {
				t.Errorf("row %d is another one", row.ID)
			}
		}
		if n := bytes.Count(db, []byte(secret(30))); n != 0 {
			t.Errorf("it stands there %d times", n)
		}
		if n := bytes.Count(db, []byte(secret(7))); n != 0 {
			t.Errorf("what was deleted before stands there %d times", n)
		}
	})
	t.Run("PageThatCannotBeRead", func(t *testing.T) {
		db := slices.Clone(whole)
		for _, at := range pages(db, 1024, 13) {
			if bytes.Contains(db[at:at+1024], []byte(secret(30))) {
				binary.BigEndian.PutUint16(db[at+3:], 60_000) // so many cells
			}
		}
		if n, err := dbfile.Wipe(device(db), int64(len(db)), drop, [][]byte{[]byte(secret(30))}); err != nil || n == 0 {
			t.Fatalf("wiped %d, %v", n, err)
		}
		if n := bytes.Count(db, []byte(secret(30))); n != 0 {
			t.Errorf("it stands there %d times", n)
		}
	})
}
