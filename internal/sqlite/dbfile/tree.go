package dbfile

import (
	"encoding/binary"
	"math"
)

// The kinds of pages that tables and indexes are made of.
const (
	interiorIndex = 2
	interiorTable = 5
	leafIndex     = 10
	leafTable     = 13
)

// Span is a range of row ids, both ends included.
type Span struct{ From, To int64 }

// Everything is the span of all row ids.
var Everything = Span{math.MinInt64, math.MaxInt64}

// deepest is how many levels a table can have at the most.
const deepest = 20

// Table reads the table whose first page is root, row by row in the order of
// their ids. It returns the spans of which it cannot tell what was there.
func (f *File) Table(root uint32, row func(Row)) (gaps []Span) {
	w := walk{f: f, row: row}
	w.page(root, Everything, 0)
	return w.gaps
}

// walk is one way through a table.
type walk struct {
	f    *File
	row  func(Row)
	gaps []Span
}

// gap notes a span that is lost. Two that touch are one.
func (w *walk) gap(s Span) {
	if s.From > s.To {
		return
	}
	if n := len(w.gaps); n > 0 && w.gaps[n-1].To >= s.From-1 && s.From != math.MinInt64 {
		w.gaps[n-1].To = max(w.gaps[n-1].To, s.To)
		return
	}
	w.gaps = append(w.gaps, s)
}

func (w *walk) page(n uint32, span Span, depth int) {
	p, ok := w.f.take(n)
	if !ok || depth > deepest {
		w.gap(span)
		return
	}
	b := body(p, n)
	switch b.kind() {
	case leafTable:
		w.leaf(b, span)
		if depth > 0 && binary.BigEndian.Uint16(p[b.head+3:]) == 0 {
			w.gap(span) // only a table without rows has an empty leaf
		}
	case interiorTable:
		w.interior(b, span, depth)
	default:
		w.gap(span)
	}
}

// btree is a page with the place where its header begins.
type btree struct {
	page []byte
	head int
}

// body finds the header of a page: the first page has the file's before it.
func body(p []byte, n uint32) btree {
	if n == 1 {
		return btree{p, HeaderSize}
	}
	return btree{p, 0}
}

func (b btree) kind() byte { return b.page[b.head] }

// cells are where the cells of the page begin, 0 for one that is out of place;
// false if the header cannot be right.
func (b btree) cells(usable int) ([]int, bool) {
	first := b.head + 8
	if b.kind() == interiorTable || b.kind() == interiorIndex {
		first += 4
	}
	n := int(binary.BigEndian.Uint16(b.page[b.head+3:]))
	if n > (usable-first)/2 {
		return nil, false
	}
	out := make([]int, n)
	for i := range out {
		at := int(binary.BigEndian.Uint16(b.page[first+2*i:]))
		if at >= first+2*n && at < usable {
			out[i] = at
		}
	}
	return out, true
}

// interior goes to the children of a page. Each holds the ids above the key
// before it and up to its own.
func (w *walk) interior(b btree, span Span, depth int) {
	cells, ok := b.cells(w.f.usable)
	if !ok {
		w.gap(span)
		return
	}
	from, hole := span.From, false // hole: a child was lost, and its key with it
	visit := func(child uint32, to int64) {
		if hole {
			w.gap(Span{from, to})
		}
		w.page(child, Span{from, to}, depth+1)
		from, hole = to+1, false
	}
	for _, at := range cells {
		if at == 0 || at+4 >= w.f.usable {
			hole = true
			continue
		}
		key, n := varint(b.page[at+4 : w.f.usable])
		if id := int64(key); n == 0 || id < from || id > span.To {
			hole = true
		} else {
			visit(binary.BigEndian.Uint32(b.page[at:]), id)
		}
	}
	visit(binary.BigEndian.Uint32(b.page[b.head+8:]), span.To)
}

// leaf reads the rows of a page.
func (w *walk) leaf(b btree, span Span) {
	cells, ok := b.cells(w.f.usable)
	if !ok {
		w.gap(span)
		return
	}
	from, hole := span.From, false // hole: a row was lost, and its id with it
	for _, at := range cells {
		c, ok := w.f.cell(b, at)
		if !ok || c.id < from || c.id > span.To {
			hole = true
			continue
		}
		if hole {
			w.gap(Span{from, c.id - 1})
		}
		from, hole = c.id+1, false
		if values, whole := record(w.f.payload(c, true)); whole {
			w.row(Row{c.id, values})
		} else {
			w.gap(Span{c.id, c.id})
		}
		if c.id == math.MaxInt64 {
			return // no id is above it
		}
	}
	if hole {
		w.gap(Span{from, span.To})
	}
}

// cell is a row's place in a page.
type cell struct {
	id       int64
	size     int    // of its record
	local    []byte // the part of it that lies in the page
	overflow uint32 // the page with the next part, 0 if there is none
	end      int    // of the cell, in the page
}

// cell reads the cell of a leaf that begins at a place; false if there is none.
func (f *File) cell(b btree, at int) (cell, bool) {
	if at == 0 {
		return cell{}, false
	}
	p := b.page[:f.usable]
	size, n := varint(p[at:])
	if n == 0 || size == 0 || size > uint64(f.pages)*uint64(f.size) {
		return cell{}, false
	}
	at += n
	id, n := varint(p[at:])
	if n == 0 {
		return cell{}, false
	}
	at += n
	c := cell{id: int64(id), size: int(size)}
	local := f.local(c.size)
	if at+local > len(p) {
		return cell{}, false
	}
	c.local, c.end = p[at:at+local], at+local
	if local == c.size {
		return c, true
	}
	if c.end+4 > len(p) {
		return cell{}, false
	}
	c.overflow = binary.BigEndian.Uint32(p[c.end:])
	c.end += 4
	return c, true
}

// local is how many bytes of a record of that size lie in its leaf.
func (f *File) local(size int) int {
	most := f.usable - 35
	if size <= most {
		return size
	}
	least := (f.usable-12)*32/255 - 23
	if k := least + (size-least)%(f.usable-4); k <= most {
		return k
	}
	return least
}

// payload puts a record together. It stops where a page is missing, and, with
// take, where one belongs to another record too.
func (f *File) payload(c cell, take bool) []byte {
	out := append(make([]byte, 0, min(c.size, 1<<20)), c.local...)
	for next := c.overflow; len(out) < c.size && next != 0; {
		get := f.page
		if take {
			get = f.take
		}
		p, ok := get(next)
		if !ok {
			break
		}
		out = append(out, p[4:min(f.usable, 4+c.size-len(out))]...)
		next = binary.BigEndian.Uint32(p)
	}
	return out
}

// rows reads what of a page of rows is whole and lies in the page itself.
func (f *File) rows(b btree, row func(Row)) {
	cells, _ := b.cells(f.usable)
	for _, at := range cells {
		if c, ok := f.cell(b, at); ok && c.overflow == 0 {
			if values, whole := record(c.local); whole {
				row(Row{c.id, values})
			}
		}
	}
}

// Strays reads the rows of pages that no walk has met and that are not free:
// what led to them is lost. They may be older than what replaced them.
func (f *File) Strays(row func(Row)) {
	free := f.free()
	for n := uint32(2); n <= f.pages; n++ {
		if f.seen[n] || free[n] {
			continue
		}
		if p, ok := f.page(n); ok && p[0] == leafTable {
			f.seen[n] = true
			stray := walk{f: f, row: row}
			stray.leaf(body(p, n), Everything)
		}
	}
}
