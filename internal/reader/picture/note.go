package picture

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What is read of foreign metadata at the most, in one picture.
const (
	maxTexts   = 1 << 20 // bytes of texts
	maxText    = 64 << 10
	maxEntries = 8192    // entries of all directories of EXIF, resources of Photoshop, fields of IPTC
	maxXMP     = 8 << 20 // bytes of XMP
	maxInflate = 4 << 20 // bytes that come out of compressed texts
	maxDepth   = 4       // EXIF in Photoshop's resources in EXIF
)

// note gathers what a picture tells, within bounds.
type note struct {
	Info
	texts, entries, xmpLeft, inflateLeft, depth int
	turned                                      bool // the orientation is known: the first that is told counts
}

func newNote(f Format) *note {
	return &note{Info: Info{Format: f, Orientation: 1, Pages: 1}, texts: maxTexts, entries: maxEntries, xmpLeft: maxXMP, inflateLeft: maxInflate}
}

// text keeps a text that has something to read.
func (n *note) text(b []byte) {
	b = bytes.Trim(b, "\x00 \t\r\n")
	if len(b) < 3 {
		return
	}
	if limit := min(maxText, n.texts); len(b) > limit {
		n.Unread = true
		b = b[:limit]
	}
	s := plain(b)
	n.texts -= len(b)
	if s != "" {
		n.Texts = append(n.Texts, s)
	}
}

// count takes entries from the budget and tells whether there were any left.
func (n *note) count() bool {
	if n.entries == 0 {
		n.Unread = true
		return false
	}
	n.entries--
	return true
}

// nested runs look unless that is metadata in metadata too many times over.
func (n *note) nested(look func()) {
	if n.depth == maxDepth {
		n.Unread = true
		return
	}
	n.depth++
	look()
	n.depth--
}

// inflate is what comes out of b.
func (n *note) inflate(b []byte) []byte {
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		n.Unread = true
		return nil
	}
	out, err := io.ReadAll(io.LimitReader(r, int64(n.inflateLeft)+1))
	if err != nil || len(out) > n.inflateLeft {
		n.Unread = true
		out = out[:min(len(out), n.inflateLeft)]
	}
	n.inflateLeft -= len(out)
	return out
}

// plain is b as text: UTF-8, or else Latin-1, as old programs write.
func plain(b []byte) string {
	// A text that was cut may end within a letter.
	for i := 0; i < utf8.UTFMax-1 && len(b) > 0 && !utf8.Valid(b) && b[len(b)-1] >= utf8.RuneSelf; i++ {
		if utf8.Valid(b[:len(b)-1-i]) {
			b = b[:len(b)-1-i]
		}
	}
	if !utf8.Valid(b) {
		runes := make([]rune, len(b))
		for i, c := range b {
			runes[i] = rune(c)
		}
		return strings.ReplaceAll(string(runes), "\x00", "\n")
	}
	return strings.ReplaceAll(string(b), "\x00", "\n")
}

// wide is text of two bytes a unit.
func wide(b []byte, big bool) []byte {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		if big {
			units = append(units, uint16(b[0])<<8|uint16(b[1]))
		} else {
			units = append(units, uint16(b[1])<<8|uint16(b[0]))
		}
	}
	return []byte(string(utf16.Decode(units)))
}
