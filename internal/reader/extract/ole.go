package extract

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"guichet/internal/desk"
)

// ole looks into what older programs of Office wrote, and messages of Outlook. Their
// text is fished out of the bytes; that is no reading, and said so.
func (r *reader) ole(place desk.Place, data []byte) {
	if bytes.Contains(data, wide("EncryptedPackage")) || oleEncrypted(data) {
		r.unread(place, errEncrypted)
		return
	}
	r.runs(place, data)
	r.cells(place, data)
	r.unread(place, errFormat)
}

func wide(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// Where the first stream of such a file begins, and what says there that Word or
// Excel encrypted it.
const (
	oleSector    = 512
	wordMagic    = 0xa5ec
	wordEncrypts = 0x0100
	excelBOF     = 0x0809
	excelPass    = 0x002f
)

func oleEncrypted(data []byte) bool {
	if len(data) < oleSector+32 {
		return false
	}
	s := data[oleSector:]
	switch binary.LittleEndian.Uint16(s) {
	case wordMagic:
		return binary.LittleEndian.Uint16(s[10:])&wordEncrypts != 0
	case excelBOF:
		next := 4 + int(binary.LittleEndian.Uint16(s[2:]))
		return next+2 <= len(s) && binary.LittleEndian.Uint16(s[next:]) == excelPass
	}
	return false
}

// cells finds the numbers of Excel's older format: records of a row, a column and a
// number in eight bytes. Only whole ones that are long enough to mean a person are
// told.
func (r *reader) cells(place desk.Place, data []byte) {
	p := r.pieces(place)
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte{0x03, 0x02, 0x0e, 0x00})
		if i < 0 || at+i+18 > len(data) {
			break
		}
		at += i + 4
		v := math.Float64frombits(binary.LittleEndian.Uint64(data[at+6:]))
		if v >= 1e11 && v < 1e16 && v == math.Trunc(v) {
			p.at(desk.Place{Member: place.Member, Line: int(binary.LittleEndian.Uint16(data[at:])) + 1}, true)
			p.add(strconv.FormatFloat(v, 'f', -1, 64) + "\n\n")
		}
	}
	p.flush()
}

// shortestRun is how many characters in a row are taken for text.
const shortestRun = 6

// runs fishes text out of the bytes of a format that nothing reads.
func (r *reader) runs(place desk.Place, data []byte) {
	p := r.pieces(place)
	var text strings.Builder
	give := func(n int) {
		if n >= shortestRun {
			p.add(text.String() + "\n\n")
		}
		text.Reset()
	}
	for at := 0; at < len(data) && r.ctx.Err() == nil; {
		n := 0
		for ; wideAt(data, at) && n < pieceMost; at, n = at+2, n+1 {
			text.WriteRune(cellEnd(rune(binary.LittleEndian.Uint16(data[at:]))))
		}
		if give(n); n > 0 {
			continue
		}
		for ; at < len(data) && n < pieceMost; at, n = at+1, n+1 {
			c := charmap.Windows1252.DecodeByte(data[at])
			if !printed(c) || wideAt(data, at) && wideAt(data, at+2) {
				break
			}
			text.WriteRune(cellEnd(c))
		}
		if give(n); n == 0 {
			at++
		}
	}
	p.flush()
}

// wideAt tells whether a character of two bytes stands at an offset. In a text of one
// byte a character none has a second byte so small.
func wideAt(data []byte, at int) bool {
	return at+1 < len(data) && (data[at+1] <= 1 || data[at+1] == 0x20 && (data[at] < ' ' || data[at] >= 0x7f)) && printed(rune(binary.LittleEndian.Uint16(data[at:])))
}

// printed tells the characters of our languages, and the controls that documents of
// Word have between them.
func printed(c rune) bool {
	return c >= ' ' && c < 0x7f || c >= 0xa0 && c < 0x180 && c != 0xff || c >= 0x2010 && c < 0x2040 || c == 0x202f || c == 0x20ac || c == 7 || c == '\t' || c == '\r' || c == '\n' || c == 0x0b
}

// cellEnd makes of the mark behind a cell what it is elsewhere.
func cellEnd(c rune) rune {
	switch c {
	case 7:
		return '\t'
	case '\r', 0x0b:
		return '\n'
	}
	return c
}
