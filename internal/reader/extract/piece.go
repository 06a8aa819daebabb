package extract

import (
	"bytes"
	"sort"
	"strings"
	"unicode/utf8"

	"guichet/internal/desk"
)

// Bounds of a piece in bytes. What stands on the seam of two is in both.
const (
	pieceMost = 256 << 10
	overlap   = 1 << 10
)

// Piece is a stretch of text in UTF-8: a file, a sheet, a page.
type Piece struct {
	Place desk.Place // of its first byte; Line is 0 where lines mean nothing
	Text  string
	Again int // how many of its first bytes are the last ones of the piece before
	marks []mark
}

// mark says where the text from an offset on stands.
type mark struct {
	offset int
	place  desk.Place
	still  bool // the ends of lines do not count: they are those of a cell
}

// At is the place of an offset of the text.
func (p Piece) At(offset int) desk.Place {
	offset = min(max(offset, 0), len(p.Text))
	m := mark{place: p.Place}
	if i := sort.Search(len(p.marks), func(i int) bool { return p.marks[i].offset > offset }); i > 0 {
		m = p.marks[i-1]
	}
	return m.after(p.Text[m.offset:offset])
}

// after is the place behind a text that begins at the mark.
func (m mark) after(text string) desk.Place {
	place := m.place
	if place.Line > 0 && !m.still {
		place.Line += strings.Count(text, "\n")
	}
	return place
}

// pieces gathers text and gives it on piece by piece.
type pieces struct {
	r     *reader
	buf   []byte
	again int
	marks []mark
}

func (r *reader) pieces(place desk.Place) *pieces {
	return &pieces{r: r, marks: []mark{{place: place}}}
}

// at says where what is added next stands.
func (p *pieces) at(place desk.Place, still bool) {
	p.marks = append(p.marks, mark{len(p.buf), place, still})
}

// add appends text.
func (p *pieces) add(s string) {
	if !utf8.ValidString(s) {
		s = decode([]byte(s), nil)
	}
	for len(s) > 0 {
		n := min(len(s), pieceMost-len(p.buf))
		if n == 0 {
			p.cut()
			continue
		}
		p.buf = append(p.buf, s[:n]...)
		s = s[n:]
	}
}

// cut gives on what there is, at the end of a line if there is one near, and keeps
// the seam.
func (p *pieces) cut() {
	end := len(p.buf)
	if i := bytes.LastIndexByte(p.buf[end/2:], '\n'); i >= 0 {
		end = end/2 + i + 1
	} else {
		for back := 0; back < utf8.UTFMax && !utf8.RuneStart(p.buf[end-1]); back++ {
			end--
		}
		end-- // the character that begins there may not be whole
	}
	from := end - overlap
	for back := 0; back < utf8.UTFMax && !utf8.RuneStart(p.buf[from]); back++ {
		from--
	}
	if i := bytes.LastIndexByte(p.buf[from-overlap:from], '\n'); i >= 0 {
		from = from - overlap + i + 1
	}
	p.give(end)
	// The mark in force at the seam begins there, with its lines counted.
	i := sort.Search(len(p.marks), func(i int) bool { return p.marks[i].offset > from }) - 1
	first := p.marks[i]
	first.place = first.after(string(p.buf[first.offset:from]))
	first.offset = from
	kept := append([]mark{first}, p.marks[i+1:]...)
	for i := range kept {
		kept[i].offset -= from
	}
	p.marks = kept
	p.again = end - from
	p.buf = p.buf[:copy(p.buf, p.buf[from:])]
}

// give hands the text up to an offset to the sink.
func (p *pieces) give(end int) {
	if end <= p.again || p.r.ctx.Err() != nil {
		return
	}
	marks := p.marks
	if n := sort.Search(len(marks), func(i int) bool { return marks[i].offset >= end }); n < len(marks) {
		marks = marks[:n]
	}
	marks = append([]mark(nil), marks...)
	first := marks[0].place
	for _, m := range marks { // the last one at the beginning is the one in force
		if m.offset == 0 {
			first = m.place
		}
	}
	p.r.sink.Text(Piece{Place: first, Text: string(p.buf[:end]), Again: p.again, marks: marks})
}

// flush gives on the rest. The next text is not beside it.
func (p *pieces) flush() {
	p.give(len(p.buf))
	last := p.marks[len(p.marks)-1]
	p.marks = []mark{{place: last.place, still: last.still}}
	p.buf, p.again = p.buf[:0], 0
}
