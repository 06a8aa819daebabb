// Package paper puts a request on paper (PDF) and lists into spreadsheets
// (CSV). It is given plain values, in the reader's language where they are
// labels, and asks for nothing: no clock, no disk, no network. What it is
// given is content, so none of it goes into an error.
package paper

import (
	"errors"
	"io"
	"time"
)

// Sheet is a request as it goes on paper. Texts are plain; line breaks in
// them are kept.
type Sheet struct {
	Lang                             string // "fr" or "en": the paper's own words
	Title                            string // what the request is about
	Status, Priority                 string
	Practice, Type, Category, Author string
	Fields                           []Field
	Life                             []Point
	Files                            []File
	Messages                         []Message
	Made                             time.Time // when the paper is made; it fixes the bytes
	Zone                             *time.Location
	Receipt                          *Receipt // nil until the portal has answered
	Local                            *Local   // what this PC knows; said while there is no receipt
}

// Field is a question of the form and its answer.
type Field struct{ Label, Value string }

// Point is a point of the life line. At may be zero.
type Point struct {
	Label   string
	At      time.Time
	Reached bool
}

// File is an attachment: its size in bytes, its hash in hexadecimal digits.
type File struct {
	Name   string
	Size   int64
	SHA256 string
}

// Message is one of the conversation: of the support, or of the practice.
// Pending says that it has not been sent yet.
type Message struct {
	Author           string
	Support, Pending bool
	At               time.Time
	Blocks           []Block
	Files            []File
}

// Kind says what a block is.
type Kind int

// The kinds of blocks. Rows that follow each other are one table.
const (
	Paragraph Kind = iota
	Heading
	Item
	Quote
	Row
	HeadRow
)

// Block is a piece of a message, without any markup.
type Block struct {
	Kind   Kind
	Text   string
	Cells  []string // of rows
	Marker string   // of items: "1." for instance; a bullet without
	Depth  int      // of items: 0 is the outermost list
}

// Receipt is what the portal answered: the number, and when it had received
// everything.
type Receipt struct {
	Number string
	At     time.Time
}

// Local says when the request was saved on this PC, and under which id.
type Local struct {
	SavedAt time.Time
	ID      string
}

var (
	errNoTime = errors.New("make paper: the time of making is missing")
	errNoText = errors.New("make paper: no words in that language")
)

// PDF writes a request as a tagged PDF, A4, with its text in reading order.
// The same sheet gives the same bytes. Without a receipt the paper says that
// it proves nothing. Errors are those of w, and of a sheet without language
// or time.
func PDF(w io.Writer, s Sheet) error {
	if s.Made.IsZero() {
		return errNoTime
	}
	words, ok := vocabulary[s.Lang]
	if !ok {
		return errNoText
	}
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	p := newPress(words, s.Made.In(s.Zone), s.name(words))
	l := letter{press: p, sheet: s, words: words}
	l.write()
	return p.finish(w, l.foot())
}

// name is what the paper is called: nothing of the content.
func (s Sheet) name(words *words) string {
	if s.Receipt == nil {
		return words.local
	}
	return words.request + " " + s.Receipt.Number
}
