package extract

import (
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Bounds of what is read at a time, in bytes.
const (
	window  = 64 << 10
	tagMost = 1 << 20 // of a tag; a longer one is taken for text
)

// event is what an xmlScanner came to.
type event int

const (
	eventText event = iota
	eventOpen
	eventClose
)

// xmlScanner goes through XML without a tree, a stack or a rule that it could fail
// by: what is not well formed has a text too. It knows no entities but those of
// HTML, so none grows. A long text comes in several events.
type xmlScanner struct {
	in    *bufio.Reader
	event event
	name  []byte // of the element, without its prefix; until the next event
	text  []byte // until the next event
	attrs []byte
	empty bool   // the element that was opened is closed next
	tag   []byte // what name and attrs are part of
	inTag bool   // a < was read
	err   error
}

func newXMLScanner(in io.Reader) *xmlScanner {
	b := bufio.NewReaderSize(in, window)
	if head, _ := b.Peek(2); string(head) == "\xff\xfe" || string(head) == "\xfe\xff" {
		enc := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
		b = bufio.NewReaderSize(transform.NewReader(b, enc.NewDecoder()), window)
	}
	if head, _ := b.Peek(3); string(head) == "\ufeff" {
		_, _ = b.Discard(len(head))
	}
	return &xmlScanner{in: b}
}

// next goes on to the next event. False is the end, or what stands in err.
func (s *xmlScanner) next() bool {
	if s.empty {
		s.empty, s.event = false, eventClose
		return true
	}
	for s.err == nil {
		if !s.inTag {
			if s.readText() {
				return true
			}
			continue
		}
		s.inTag = false
		if s.readTag() {
			return true
		}
	}
	if errors.Is(s.err, io.EOF) {
		s.err = nil
		return false
	}
	return false
}

// readText reads up to the next tag, or as far as the window goes.
func (s *xmlScanner) readText() bool {
	for want := 1; ; {
		_, s.err = s.in.Peek(want)
		text, _ := s.in.Peek(s.in.Buffered())
		if i := bytes.IndexByte(text, '<'); i >= 0 {
			_, _ = s.in.Discard(i + 1)
			s.inTag, s.err = true, nil
			return s.give(unescaped(text[:i]))
		}
		whole := len(text) - halved(text)
		if whole > 0 || s.err != nil {
			if s.err != nil {
				whole = len(text)
			}
			_, _ = s.in.Discard(whole)
			return s.give(unescaped(text[:whole]))
		}
		want = len(text) + 1
	}
}

// halved is how many of the last bytes are of an entity or a character that is not
// whole yet.
func halved(text []byte) int {
	last := text[max(0, len(text)-12):]
	if i := bytes.LastIndexByte(last, '&'); i >= 0 && bytes.IndexByte(last[i:], ';') < 0 {
		return len(last) - i
	}
	for n := 1; n <= min(len(text), utf8.UTFMax); n++ {
		if c := text[len(text)-n]; utf8.RuneStart(c) {
			if c < utf8.RuneSelf || utf8.FullRune(text[len(text)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}

func (s *xmlScanner) give(text []byte) bool {
	s.event, s.text = eventText, text
	return len(text) > 0
}

// unescaped is a text with its entities read.
func unescaped(b []byte) []byte {
	if bytes.IndexByte(b, '&') < 0 {
		return b
	}
	return []byte(html.UnescapeString(string(b)))
}

// readTag reads what begins with a < that was read already.
func (s *xmlScanner) readTag() bool {
	head, _ := s.in.Peek(8)
	switch {
	case bytes.HasPrefix(head, []byte("!--")):
		return s.until("-->", 3)
	case bytes.HasPrefix(head, []byte("![CDATA[")):
		return s.until("]]>", 8)
	case len(head) == 0 || head[0] != '/' && head[0] != '?' && head[0] != '!' && !nameByte(head[0]):
		return s.give([]byte("<"))
	}
	s.tag = s.tag[:0]
	declares := head[0] == '!' || head[0] == '?'
	quote := byte(0) // a > in quotes ends no tag
	for {
		part, err := s.in.ReadSlice('>')
		s.tag = append(s.tag, part...)
		if !declares {
			quote = quoted(part, quote)
		}
		if err == nil && quote == 0 {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			s.err = err
		}
		if s.err != nil || len(s.tag) > tagMost {
			return s.give(s.tag)
		}
	}
	tag := s.tag[:len(s.tag)-1]
	s.event = eventOpen
	switch tag[0] {
	case '?':
		return false
	case '!': // an entity may be all that a text consists of
		return bytes.HasPrefix(tag, []byte("!ENTITY")) && s.give(tag)
	case '/':
		s.event, tag = eventClose, tag[1:]
	default:
		if n := len(tag); tag[n-1] == '/' {
			s.empty, tag = true, tag[:n-1]
		}
	}
	end := 0
	for end < len(tag) && tag[end] > ' ' {
		end++
	}
	s.name, s.attrs = local(tag[:end]), tag[end:]
	return true
}

// quoted is the quote that is open behind a part of a tag, 0 if none is.
func quoted(part []byte, quote byte) byte {
	for _, c := range part {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote
}

// until gives the text up to a mark, of a comment or a CDATA section.
func (s *xmlScanner) until(end string, skip int) bool {
	_, _ = s.in.Discard(skip)
	var text []byte
	for {
		part, err := s.in.ReadSlice('>')
		text = append(text, part...)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			s.err = err
		}
		if bytes.HasSuffix(text, []byte(end)) {
			return s.give(text[:len(text)-len(end)])
		}
		if s.err != nil || len(text) > tagMost { // the rest is read as if it were outside
			return s.give(text)
		}
	}
}

func nameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= utf8.RuneSelf
}

// local is a name without its prefix.
func local(name []byte) []byte {
	return name[bytes.LastIndexByte(name, ':')+1:]
}

// each gives the attributes of the element that was opened, without prefixes.
func (s *xmlScanner) each(do func(name, value []byte)) {
	for b := s.attrs; ; {
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return
		}
		name := local(bytes.TrimSpace(b[:eq]))
		b = bytes.TrimLeft(b[eq+1:], " \t\r\n")
		if len(b) == 0 {
			return
		}
		end := -1
		if b[0] == '"' || b[0] == '\'' {
			end = bytes.IndexByte(b[1:], b[0])
		}
		if end < 0 {
			return
		}
		do(name, unescaped(b[1:1+end]))
		b = b[end+2:]
	}
}

// attr is one of them, empty if it is not there.
func (s *xmlScanner) attr(name string) (value string) {
	if !bytes.Contains(s.attrs, []byte(name)) {
		return ""
	}
	s.each(func(n, v []byte) {
		if value == "" && string(n) == name {
			value = string(v)
		}
	})
	return value
}
