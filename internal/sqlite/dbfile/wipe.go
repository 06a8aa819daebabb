package dbfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// Device is a file that can be wiped.
type Device interface {
	io.ReaderAt
	io.WriterAt
}

// Wipe writes zeros over each record of a database of that many bytes for which
// drop says so, over what is free, and over each page that cannot be read as
// rows and has one of the marks in it. drop is told as many values as can be
// read of a record. The file is no database any more afterwards, only what is
// left of one; it is not synced. Wipe returns how many records and pages it
// wiped because of drop or a mark.
func Wipe(db Device, size int64, drop func(values []any) bool, marks [][]byte) (int, error) {
	w := wipe{f: New(db, size, nil), db: db, size: size, drop: drop, marks: marks}
	free := w.f.free()
	for n := uint32(1); n <= w.f.pages; n++ {
		if err := w.page(n, free[n]); err != nil {
			return w.done, fmt.Errorf("wipe page %d: %w", n, err)
		}
	}
	return w.done, nil
}

type wipe struct {
	f     *File
	db    Device
	size  int64
	drop  func([]any) bool
	marks [][]byte
	done  int
}

func (w *wipe) page(n uint32, free bool) error {
	at := int64(n-1) * int64(w.f.size)
	p := make([]byte, min(int64(w.f.size), w.size-at))
	if _, err := w.db.ReadAt(p, at); err != nil {
		return err
	}
	before := bytes.Clone(p)
	whole := len(p) == w.f.size
	if whole && body(p, n).kind() == leafTable && !free {
		var err error
		if whole, err = w.leaf(body(p, n)); err != nil {
			return err
		}
	} else {
		whole = whole && !free && isTree(body(p, n).kind())
	}
	if !whole && (free || w.marked(p)) {
		clear(p)
		if !free {
			w.done++
		}
	}
	if bytes.Equal(p, before) {
		return nil
	}
	_, err := w.db.WriteAt(p, at)
	return err
}

// isTree tells whether a page is one of a table or an index.
func isTree(kind byte) bool {
	return kind == 2 || kind == 10 || kind == interiorTable || kind == leafTable
}

func (w *wipe) marked(p []byte) bool {
	for _, m := range w.marks {
		if bytes.Contains(p, m) {
			return true
		}
	}
	return false
}

// leaf wipes records and free space of a page of rows; whole is false if it
// could not read all of it.
func (w *wipe) leaf(b btree) (whole bool, err error) {
	cells, ok := b.cells(w.f.usable)
	if !ok {
		return false, nil
	}
	used := make([]bool, len(b.page))
	whole = true
	for _, at := range cells {
		c, ok := w.f.cell(b, at)
		if !ok {
			whole = false
			continue
		}
		if values, _ := record(w.f.payload(c, false)); w.drop(values) {
			w.done++
			clear(c.local)
			if err := w.chain(c); err != nil {
				return false, err
			}
		}
		for i := at; i < c.end; i++ {
			used[i] = true
		}
	}
	if !whole {
		return false, nil
	}
	for i := b.head + 8 + 2*len(cells); i < w.f.usable; i++ {
		if !used[i] {
			b.page[i] = 0
		}
	}
	return true, nil
}

// chain wipes the rest of a record, behind its leaf.
func (w *wipe) chain(c cell) error {
	left := c.size - len(c.local)
	for next := c.overflow; left > 0 && next != 0 && next <= w.f.pages; {
		p, ok := w.f.page(next)
		if !ok {
			return nil
		}
		n := min(left, w.f.usable-4)
		clear(p[4 : 4+n])
		if _, err := w.db.WriteAt(p, int64(next-1)*int64(w.f.size)); err != nil {
			return err
		}
		next, left = binary.BigEndian.Uint32(p), left-n
	}
	return nil
}
