// Package reader looks into files of others. Whatever parses their bytes runs in a
// child process, this same program under another order, which is given the bytes,
// knows no path, and is killed when it takes too long or too much memory: a hostile
// file can neither crash nor stall the app. It tells what was found; it stores and
// sends nothing.
package reader

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/reader/pdf"
)

// Argument is what a program is started with to be the child. Its main calls Serve.
const Argument = "--read"

// Reader starts the children.
type Reader struct {
	Program string   // path of this program
	Args    []string // that make it a child
	Cache   string   // folder of what is compiled once, see Warm; "" for none

	Time   time.Duration // that a child may take
	Memory int64         // bytes that it may have resident
	Look   time.Duration // how often its memory is looked at

	Now func() time.Time

	turns chan struct{} // one for each child that may run at a time
	warm  chan struct{} // whoever warms, and reads or writes cold, holds its only place
	cold  cold
}

// cold is why a cache could not be filled, and when that was.
type cold struct {
	err error
	at  time.Time
}

// warmAgain is how long a cache that could not be filled is left as it is.
const warmAgain = 5 * time.Minute

// How much a child may take. Two at a time leave a PC of four cores usable.
const (
	usualTime   = 10 * time.Second
	usualMemory = 256 << 20
	usualLook   = 20 * time.Millisecond
	atATime     = 2
)

// New returns a reader whose children are this program; it does no I/O.
func New(cache string) *Reader {
	return &Reader{
		Program: self(), Args: []string{Argument}, Cache: cache,
		Time: usualTime, Memory: usualMemory, Look: usualLook, Now: time.Now,
		turns: make(chan struct{}, atATime), warm: make(chan struct{}, 1),
	}
}

// File is what is to be read: its name tells what it should be, and is looked
// through as well.
type File struct {
	Name string
	Data []byte
	// From is read once in the place of Data, if it is not nil: this process need not
	// hold a big file to have it read. Size is what it is expected to have, in bytes.
	From io.Reader
	Size int64
}

// stream is what the child is given, and how much that is expected to be.
func (f File) stream() (*bufio.Reader, int64) {
	if f.From != nil {
		return bufio.NewReader(f.From), f.Size
	}
	return bufio.NewReader(bytes.NewReader(f.Data)), int64(len(f.Data))
}

// Progress is how far a reading is, in pages or parts; Total is 0 where nobody knows.
type Progress struct{ Done, Total int }

// Read looks into a file. What could not be looked at stands in Unread, with the
// reason; so does whatever went wrong, but an end of ctx, which is its error.
func (r *Reader) Read(ctx context.Context, f File, told func(Progress)) (desk.Reading, error) {
	if told == nil {
		told = func(Progress) {}
	}
	in, size := f.stream()
	r.warmFor(ctx, f.Name, in)
	var out collected
	err := r.run(ctx, order{Op: opRead, Name: f.Name, Size: size}, in, func(kind byte, payload []byte) error {
		return out.take(kind, payload, told)
	})
	if ctx.Err() != nil {
		return out.reading, context.Cause(ctx)
	}
	if reason := unreadOf(err); reason != "" {
		out.unread(desk.Unread{Reason: reason, Place: out.at})
	}
	return out.reading, nil
}

// unreadOf is the reason of what broke a reading off.
func unreadOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errTime):
		return desk.UnreadTime
	case errors.Is(err, errMemory):
		return desk.UnreadMemory
	}
	return desk.UnreadFailed
}

// collected is what a child has told so far.
type collected struct {
	reading desk.Reading
	at      desk.Place // where it is
	found   map[desk.Finding]bool
	ofKind  map[string]int
	unseen  map[desk.Unread]bool
}

// A reading has at most so many findings of a kind and places that were not read: what
// is in a list that nobody can go through helps nobody. No kind takes the place of
// another: the bank details of a long list hide no number of a patient.
const maxFindings, maxUnread, maxScans = 500, 100, 2000

func (c *collected) take(kind byte, payload []byte, told func(Progress)) error {
	var err error
	switch kind {
	case sayProgress:
		var p progress
		if err = json.Unmarshal(payload, &p); err == nil {
			c.at = p.At
			c.reading.Pages = max(c.reading.Pages, p.Pages)
			told(Progress{p.Done, p.Total})
		}
	case sayFinding:
		var f desk.Finding
		if err = json.Unmarshal(payload, &f); err == nil {
			c.finding(f)
		}
	case sayUnread:
		var u desk.Unread
		if err = json.Unmarshal(payload, &u); err == nil {
			c.unread(u)
		}
	case sayScan:
		var page int
		if err = json.Unmarshal(payload, &page); err == nil && len(c.reading.Scans) < maxScans {
			c.reading.Scans = append(c.reading.Scans, page)
		}
	case sayInvoice:
		c.reading.Invoice = new(desk.Invoice)
		err = json.Unmarshal(payload, c.reading.Invoice)
	default:
		return errProtocol
	}
	return err
}

func (c *collected) finding(f desk.Finding) {
	if c.found == nil {
		c.found, c.ofKind = map[desk.Finding]bool{}, map[string]int{}
	}
	switch {
	case c.found[f]:
	case c.ofKind[f.Kind] == maxFindings:
		c.unread(desk.Unread{Reason: desk.UnreadSize}) // there is more of it
	default:
		c.found[f] = true
		c.ofKind[f.Kind]++
		c.reading.Findings = append(c.reading.Findings, f)
	}
}

func (c *collected) unread(u desk.Unread) {
	if c.unseen == nil {
		c.unseen = map[desk.Unread]bool{}
	}
	if !c.unseen[u] && len(c.unseen) < maxUnread {
		c.unseen[u] = true
		c.reading.Unread = append(c.reading.Unread, u)
	}
}

// ErrCannot is what a file of that kind does not allow.
var ErrCannot = errors.New("this kind of file cannot be changed")

// maxMade bounds what a child may make.
const maxMade = 64 << 20

// Page draws a page, from 1, of a PDF or a picture, upright, as PNG, that wide at the
// most (pixels).
func (r *Reader) Page(ctx context.Context, f File, page, width int) ([]byte, error) {
	return r.make(ctx, order{Op: opPage, Name: f.Name, Page: page, Width: width}, f)
}

// Change is what is to be made of a file before it leaves.
type Change struct {
	Strip bool  `json:"strip,omitempty"` // what a picture says beside what it shows
	Boxes []Box `json:"boxes,omitempty"` // blackened
	Side  int   `json:"side,omitempty"`  // a picture becomes a JPEG with sides of that many pixels at the most; 0 leaves it
	Mask  bool  `json:"mask,omitempty"`  // numbers of the social security in a plain text lose their digits

	Spare []desk.Finding `json:"spare,omitempty"` // that Mask leaves as they are
}

// Box is a part of a page, in fractions of its upright width and height.
type Box struct {
	Page int     `json:"page"` // from 1
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	W    float64 `json:"w"`
	H    float64 `json:"h"`
}

// Changed makes the copy of a file that is to leave. ErrCannot when a file of that
// kind cannot be changed so.
func (r *Reader) Changed(ctx context.Context, f File, c Change) ([]byte, error) {
	// An order is one message: it has room for what a reading finds of these kinds.
	c.Spare = slices.DeleteFunc(slices.Clone(c.Spare), func(f desk.Finding) bool { return !masks(f.Kind) || f.Place != desk.Place{Line: f.Place.Line} })
	return r.make(ctx, order{Op: opChange, Name: f.Name, Change: c}, f)
}

// UserCache is a folder for Cache that all Guichets of a user share.
func UserCache() (string, error) { return pdf.UserCache() }

// Warm compiles once, into Cache, what reads PDF files; it reads none itself. It may
// take seconds, and more memory than a reading may; whoever gives up waits for nobody
// else who warms. Where that has failed it is not tried again for a while.
func (r *Reader) Warm(ctx context.Context) error {
	select {
	case r.warm <- struct{}{}:
		defer func() { <-r.warm }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if r.Cache == "" || pdf.Cached(r.Cache) {
		return nil
	}
	if r.cold.err != nil && r.Now().Sub(r.cold.at) < warmAgain {
		return r.cold.err
	}
	warmer := &Reader{
		Program: r.Program, Args: r.Args, Cache: r.Cache, Time: 2 * time.Minute, Memory: 2 << 30, Look: r.Look, turns: r.turns,
	}
	_, err := warmer.made(ctx, order{Op: opWarm}, bufio.NewReader(bytes.NewReader(nil)))
	if ctx.Err() == nil {
		r.cold = cold{err, r.Now()}
	}
	return err
}

// warmFor warms before the first file that may be a PDF or hold one. Where that fails,
// the child has to do it, and says what it could not read.
func (r *Reader) warmFor(ctx context.Context, name string, in *bufio.Reader) {
	head, _ := in.Peek(1024) // a shorter file is all there
	name = strings.ToLower(name)
	packed := bytes.HasPrefix(head, []byte("PK")) || strings.HasSuffix(name, ".eml") || strings.HasSuffix(name, ".msg")
	if packed || bytes.Contains(head, []byte("%PDF-")) {
		_ = r.Warm(ctx)
	}
}

// make has a child make something of a file.
func (r *Reader) make(ctx context.Context, o order, f File) ([]byte, error) {
	in, size := f.stream()
	r.warmFor(ctx, f.Name, in)
	o.Size = size
	return r.made(ctx, o, in)
}

func (r *Reader) made(ctx context.Context, o order, in *bufio.Reader) ([]byte, error) {
	var out []byte
	err := r.run(ctx, o, in, func(kind byte, payload []byte) error {
		switch {
		case kind == sayCannot:
			return ErrCannot
		case kind != sayBytes || len(out)+len(payload) > maxMade:
			return errProtocol
		}
		out = append(out, payload...)
		return nil
	})
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Op, err)
	}
	return out, nil
}
