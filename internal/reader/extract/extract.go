// Package extract pulls the text out of files: of office documents, messages,
// archives and plain texts, with the place at which it stands. What others read
// (PDF, pictures, invoices in XML) it hands on, also out of the middle of an
// archive; what nothing reads it names. It looks for nothing itself, and opens,
// stores and sends nothing.
//
// Its bytes are foreign: depth, members and what comes out of them are bounded
// by constants, and nothing is allocated by a number that a file gives.
package extract

import (
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// Sink takes what is found, as it is found. Bytes are its own until it returns.
type Sink interface {
	// Text is to be looked through.
	Text(Piece)
	// Format is a file of a medical format, whole or in another. It is not read.
	Format(place desk.Place, f privacy.Format)
	// Unread is what could not be read, or not to its end.
	Unread(desk.Unread)
	// PDF is a whole one.
	PDF(place desk.Place, data []byte)
	// Picture is a whole one, of a media type such as image/jpeg.
	Picture(place desk.Place, media string, data []byte)
	// XML is a file, which may be an invoice. Its text comes as Text too.
	XML(place desk.Place, data []byte)
}

// What one file may bring.
const (
	deepest     = 3         // archives and messages in one another; documents may lie in the last
	mostMembers = 5000      // of all archives and messages together
	mostOut     = 100 << 20 // bytes out of all members together
	mostHeld    = 32 << 20  // bytes of one member
	bombFrom    = 4 << 20   // bytes behind which a member that grows too much is given up
	bombRatio   = 250       // what is too much; sheets and texts stay below 100
	mostUnread  = 200       // places; it is plain by then that the file is not read
)

// Reasons to give up, each an Unread.
var (
	errEncrypted = errors.New("encrypted")
	errFormat    = errors.New("unknown format")
	errSize      = errors.New("too much comes out")
	errDepth     = errors.New("too deep")
)

// Read tells sink what the file holds. It returns when all is read, or soon after
// ctx is done; then the last Unread says so.
func Read(ctx context.Context, name string, data []byte, sink Sink) {
	r := &reader{ctx: ctx, sink: sink, out: mostOut, members: mostMembers}
	r.file(desk.Place{}, name, data, 0)
	switch err := ctx.Err(); {
	case errors.Is(err, context.DeadlineExceeded):
		sink.Unread(desk.Unread{Reason: desk.UnreadTime})
	case err != nil:
		sink.Unread(desk.Unread{Reason: desk.UnreadStopped})
	}
}

// reader is one reading.
type reader struct {
	ctx     context.Context
	sink    Sink
	out     int64           // bytes that may still come out of members
	members int             // that may still be opened
	held    [][]byte        // one buffer for each depth
	told    map[string]bool // what Unread was said already
}

// unread says why something was not read, once for each place and reason. The end
// of ctx is said by Read.
func (r *reader) unread(place desk.Place, err error) {
	if err == nil || r.ctx.Err() != nil {
		return
	}
	reason := desk.UnreadDamaged
	switch {
	case errors.Is(err, errEncrypted):
		reason = desk.UnreadEncrypted
	case errors.Is(err, errFormat):
		reason = desk.UnreadFormat
	case errors.Is(err, errSize):
		reason = desk.UnreadSize
	case errors.Is(err, errDepth):
		reason = desk.UnreadDepth
	}
	key := reason + "\x00" + place.Member
	if r.told[key] || len(r.told) >= mostUnread {
		return
	}
	if r.told == nil {
		r.told = map[string]bool{}
	}
	r.told[key] = true
	r.sink.Unread(desk.Unread{Reason: reason, Place: place})
}

// file reads a file, or a member as if it were one.
func (r *reader) file(place desk.Place, name string, data []byte, depth int) {
	if r.ctx.Err() != nil || len(data) == 0 {
		return
	}
	if r.medical(place, data) {
		return
	}
	kind, media := kindOf(name, data)
	if kind.holds() && depth >= deepest {
		r.unread(place, errDepth)
		return
	}
	switch kind {
	case kindPDF:
		r.sink.PDF(place, data)
	case kindPicture:
		r.sink.Picture(place, media, data)
	case kindZip:
		r.zip(place, data, depth)
	case kindGzip:
		r.gzip(place, name, data, depth)
	case kindTar:
		r.tar(place, data, depth)
	case kindMail:
		r.mail(place, data, depth)
	case kindOLE:
		r.ole(place, data)
	case kindRTF:
		r.rtf(place, data, depth)
	case kindHTML:
		r.html(place, data, depth)
	case kindXML:
		r.sink.XML(place, data)
		r.xml(place, strings.NewReader(toUTF8(data)))
	case kindText:
		r.text(place, data)
	default:
		r.runs(place, data)
		r.unread(place, errFormat)
	}
}

// medical tells whether data is of a medical format, and says so.
func (r *reader) medical(place desk.Place, data []byte) bool {
	f := privacy.FormatOf(data[:min(len(data), privacy.FormatHead)])
	if f != privacy.FormatNone {
		r.sink.Format(place, f)
	}
	return f != privacy.FormatNone
}

// hold reads all of a member into the buffer of its depth, where it stays until
// the next member of that depth. What was read before an error comes with it.
func (r *reader) hold(in io.Reader, size int64, depth int) ([]byte, error) {
	for len(r.held) <= depth {
		r.held = append(r.held, nil)
	}
	buf := r.held[depth][:0]
	if want := min(size, mostHeld) + 1; int64(cap(buf)) < want {
		buf = make([]byte, 0, want)
	}
	var err error
	for err == nil {
		if len(buf) > mostHeld {
			buf, err = buf[:mostHeld], errSize
			break
		}
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		var n int
		n, err = in.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
	}
	r.held[depth] = buf
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return buf, err
}

// measured is what comes out of a member: it ends with an error where too much
// does, or when the reading is stopped.
type measured struct {
	r      *reader
	in     io.Reader
	packed int64 // bytes of which it is made
	n      int64 // that came out
}

func (m *measured) Read(b []byte) (int, error) {
	if err := m.r.ctx.Err(); err != nil {
		return 0, err
	}
	if m.r.out <= 0 || m.n > bombFrom && m.n/bombRatio > m.packed {
		return 0, errSize
	}
	n, err := m.in.Read(b[:min(int64(len(b)), m.r.out)])
	m.n += int64(n)
	m.r.out -= int64(n)
	return n, err
}

// within is the place of something that a place holds.
func within(place desk.Place, name string) desk.Place {
	if place.Member != "" {
		name = place.Member + "/" + name
	}
	return desk.Place{Member: name}
}

// longestName is how many characters of a member's name are told.
const longestName = 200

// tidy is a name without what would deceive who reads it.
func tidy(name string) string {
	name = strings.Map(func(c rune) rune {
		switch {
		case c == '\\':
			return '/'
		case c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069:
			return '_'
		}
		return c
	}, strings.ToValidUTF8(name, "_"))
	if utf8.RuneCountInString(name) > longestName {
		name = string([]rune(name)[:longestName]) + "…"
	}
	return name
}
