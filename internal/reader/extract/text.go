package extract

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"guichet/internal/desk"
)

// looked is how many bytes tell a text from what is none.
const looked = 64 << 10

// chunk is how much of a text is turned into UTF-8 at a time.
const chunk = 64 << 10

// encodingOf tells an encoding of two bytes a character by its mark, or by the zeros
// that every second byte is in our languages. Nil is UTF-8, or one byte a character.
func encodingOf(b []byte) (order binary.ByteOrder, mark int) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return binary.LittleEndian, 2
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return binary.BigEndian, 2
	case bytes.HasPrefix(b, []byte("\ufeff")):
		return nil, 3
	}
	b = b[:min(len(b), looked)]
	var zeros [2]int
	for i, c := range b {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := max(len(b)/2, 1)
	switch {
	case zeros[1]*2 > half && zeros[0]*20 < half:
		return binary.LittleEndian, 0
	case zeros[0]*2 > half && zeros[1]*20 < half:
		return binary.BigEndian, 0
	}
	return nil, 0
}

// fewest is how many bytes behind others say whether the text has ended.
const fewest = 1 << 10

// isText tells a text by how few of its characters are for control. Every tenth is
// one in what is compressed.
func isText(b []byte) bool {
	order, mark := encodingOf(b)
	b = b[mark:]
	controls, all := 0, len(b)
	if order != nil {
		all /= 2
		for ; len(b) >= 2; b = b[2:] {
			// What is no text has characters without a meaning.
			if c := order.Uint16(b); c < ' ' && !layout(byte(c)) || c == 0xffff || c == 0xfffe {
				controls++
			}
		}
		return controls*16 <= all
	}
	for _, c := range b {
		if c < ' ' && !layout(c) {
			controls++
		}
	}
	return controls*16 <= all
}

// layout tells the controls that texts have.
func layout(c byte) bool { return c >= '\t' && c <= '\r' || c == 0x1b || c == 0x1a }

// toUTF8 is a text in UTF-8 without its mark.
func toUTF8(b []byte) string {
	order, mark := encodingOf(b)
	return decode(b[mark:], order)
}

// decode makes UTF-8 of a whole number of characters. Bytes that are no UTF-8 are
// taken for Windows-1252: some files are of both.
func decode(b []byte, order binary.ByteOrder) string {
	if order != nil {
		units := make([]uint16, 0, len(b)/2)
		for ; len(b) >= 2; b = b[2:] {
			units = append(units, order.Uint16(b))
		}
		return string(utf16.Decode(units))
	}
	if utf8.Valid(b) {
		if bytes.IndexByte(b, 0) < 0 {
			return string(b)
		}
		return strings.ReplaceAll(string(b), "\x00", "")
	}
	var out strings.Builder
	out.Grow(len(b) + len(b)/8)
	for len(b) > 0 {
		c, n := utf8.DecodeRune(b)
		if c == utf8.RuneError && n == 1 {
			c = charmap.Windows1252.DecodeByte(b[0])
		}
		if c != 0 {
			out.WriteRune(c)
		}
		b = b[n:]
	}
	return out.String()
}

// text reads a plain text.
func (r *reader) text(place desk.Place, data []byte) {
	if bytes.HasPrefix(data, []byte("-----BEGIN PGP MESSAGE-----")) {
		r.unread(place, errEncrypted)
	}
	order, mark := encodingOf(data)
	data = data[mark:]
	whole := place
	place.Line = 1
	p := r.pieces(place)
	// Only carriage returns: they are the ends of its lines.
	old := bytes.IndexByte(data, '\n') < 0 && bytes.IndexByte(data, '\r') >= 0
	for len(data) > 0 && r.ctx.Err() == nil {
		n := min(len(data), chunk)
		if n < len(data) && order == nil { // a character stays whole
			for back := 0; back < utf8.UTFMax && !utf8.RuneStart(data[n]); back++ {
				n--
			}
		}
		if order == nil && n >= fewest && !isText(data[:n]) {
			r.unread(whole, errFormat)
		}
		s := decode(data[:n], order)
		if old {
			s = strings.ReplaceAll(s, "\r", "\n")
		}
		p.add(s)
		data = data[n:]
	}
	p.flush()
}

// charsets are those of one byte a character in which messages and documents come.
// Others have their digits where ASCII has them.
var charsets = map[string]*charmap.Charmap{
	"iso-8859-1": charmap.Windows1252, "latin1": charmap.Windows1252, "windows-1252": charmap.Windows1252, "us-ascii": charmap.Windows1252,
	"iso-8859-15": charmap.ISO8859_15, "iso-8859-2": charmap.ISO8859_2, "windows-1250": charmap.Windows1250, "windows-1251": charmap.Windows1251,
	"macintosh": charmap.Macintosh, "x-mac-roman": charmap.Macintosh, "ibm850": charmap.CodePage850, "cp850": charmap.CodePage850, "ibm437": charmap.CodePage437,
}

// fromCharset is a text of a named encoding in UTF-8. Of an unknown name the bytes
// decide.
func fromCharset(b []byte, name string) string {
	var enc encoding.Encoding
	switch name = strings.ToLower(strings.TrimSpace(name)); name {
	case "utf-16le":
		return decode(b, binary.LittleEndian)
	case "utf-16be":
		return decode(b, binary.BigEndian)
	default:
		if c := charsets[name]; c != nil && !utf8.Valid(b) {
			enc = c
		}
	}
	if enc == nil {
		return toUTF8(b)
	}
	s, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return toUTF8(b)
	}
	return string(s)
}
