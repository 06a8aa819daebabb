package extract

import (
	"io"
	"regexp"
	"strconv"
	"strings"

	"guichet/internal/desk"
)

// flow makes a text of the elements of a document. What separates two texts is
// written in front of the second: so the end of a paragraph in a cell gives way to
// the end of the cell, and a number that is spread over cells stays one.
type flow struct {
	*pieces
	gap   string
	place *desk.Place // of the next text
	still bool
}

func (f *flow) write(s string) {
	if s == "" {
		return
	}
	if len(f.buf) > 0 {
		f.add(f.gap)
	}
	f.gap = ""
	if f.place != nil {
		f.at(*f.place, f.still)
		f.place = nil
	}
	f.add(s)
}

// paragraph ends one. An empty one leaves an empty line.
func (f *flow) paragraph() {
	if strings.HasPrefix(f.gap, "\n") {
		f.gap = "\n\n"
		return
	}
	f.gap = "\n"
}

// ends says what separates the cell or row that ends from the next one.
func (f *flow) ends(gap string) { f.gap = gap }

// stands says where what comes next stands.
func (f *flow) stands(place desk.Place, still bool) { f.place, f.still = &place, still }

// aside is for what does not belong to the flow of a text: attributes, formulas,
// what is hidden. Nothing of it is read together with what stands beside it.
type aside struct{ *pieces }

func (a aside) note(name, value string) {
	if value = strings.TrimSpace(value); value != "" {
		a.add(name + " " + plainNumber(value) + " ;\n")
	}
}

// telling are the names of elements beside which a number means a person or an
// account, so that they are read with it.
var telling = regexp.MustCompile(`(?i)nir|secu|insee|^ins|matricule|assur|iban|carte|patient|naissance|birth|account`)

// Attributes shorter than this hold no number that is looked for, and their names and
// values would only be noise.
const shortestAttr = 10

// drawn are attributes of lines and shapes: many numbers, and none of a person.
var drawn = map[string]bool{"d": true, "points": true, "transform": true, "viewBox": true, "style": true, "path": true}

// address tells the name of a vocabulary.
var address = regexp.MustCompile(`^(?:https?://(?:schemas|www\.w3\.org|purl\.org)|urn:(?:oasis|schemas|un:unece))`)

// xml reads the text of XML of any kind: that of each element is a line.
func (r *reader) xml(place desk.Place, in io.Reader) {
	r.unread(place, r.parts(r.pieces(place), place, in))
}

// parts gives the text of any XML.
func (r *reader) parts(p *pieces, place desk.Place, in io.Reader) error {
	f, beside := &flow{pieces: p}, aside{r.pieces(place)}
	s := newXMLScanner(in)
	for s.next() {
		switch s.event {
		case eventText:
			f.write(plainNumber(strings.TrimSpace(string(s.text))))
		case eventOpen:
			f.ends("\n")
			if telling.Match(s.name) {
				f.write(string(s.name) + " ")
			}
			s.each(func(name, value []byte) {
				if len(value) >= shortestAttr && !drawn[string(name)] && !address.Match(value) {
					beside.note(string(name), string(value))
				}
			})
		case eventClose:
			f.ends("\n")
		}
	}
	f.flush()
	beside.flush()
	return s.err
}

var scientific = regexp.MustCompile(`^-?\d([.,]\d{1,17})?[eE]\+?\d{1,2}$`)

// plainNumber writes a number as people do: 1.85E+14 is what a sheet keeps of one
// that is shown with all of its digits.
func plainNumber(s string) string {
	if len(s) > 24 || !scientific.MatchString(s) {
		return s
	}
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || v > 1e23 || v < -1e23 {
		return s
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
