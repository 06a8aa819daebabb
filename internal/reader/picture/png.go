package picture

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"iter"
	"slices"
	"strings"
)

const pngHead = "\x89PNG\r\n\x1a\n"

// chunk is a part of a PNG or WebP: a name and what it holds.
type chunk struct {
	name string
	raw  []byte // all of it, with its frame
	body []byte
}

// pngChunks goes through a PNG until it is damaged or ends. The end comes as a
// chunk whose body is all that stands behind it.
func pngChunks(data []byte) iter.Seq[chunk] {
	return func(yield func(chunk) bool) {
		for rest := data[len(pngHead):]; len(rest) >= 12; {
			size := uint64(binary.BigEndian.Uint32(rest))
			if size+12 > uint64(len(rest)) {
				return
			}
			c := chunk{string(rest[4:8]), rest[:size+12], rest[8 : size+8]}
			rest = rest[size+12:]
			if c.name == "IEND" {
				c.body = rest
				yield(c)
				return
			}
			if !yield(c) {
				return
			}
		}
	}
}

// pngKept are the chunks that say how the pixels are to be shown, with their
// sizes: nothing else can stand in them. -1 is any, -n at the most n.
var pngKept = map[string]int{
	"IHDR": 13, "PLTE": -768, "IDAT": -1, "tRNS": -256, "gAMA": 4, "cHRM": 32, "sRGB": 1, "iCCP": -1, "pHYs": 9,
	"cICP": 4, "mDCV": 24, "cLLI": 8, // the same for pictures of high dynamic range
	"acTL": 8, "fcTL": 26, "fdAT": -1, // pictures that move
}

func pngKeeps(c chunk) bool {
	size, known := pngKept[c.name]
	return known && (size == -1 || size == len(c.body) || size < 0 && len(c.body) <= -size)
}

// pngPlain are chunks that go although nothing can be read in them.
var pngPlain = []string{"bKGD", "hIST", "sBIT", "sPLT", "tIME", "oFFs", "pCAL", "sCAL", "sTER", "vpAg"}

func (n *note) png(data []byte) error {
	for c := range pngChunks(data) {
		switch c.name {
		case "IHDR":
			if len(c.body) >= 8 && n.Width == 0 {
				n.Width, n.Height = bounded(binary.BigEndian.Uint32(c.body)), bounded(binary.BigEndian.Uint32(c.body[4:]))
			}
		case "IEND":
			n.Hidden = n.Hidden || len(c.raw) > 12 || len(bytes.Trim(c.body, "\x00\r\n")) > 0
			return nil
		case "acTL":
			if len(c.body) >= 4 {
				n.Pages = max(1, bounded(binary.BigEndian.Uint32(c.body)))
			}
		case "eXIf":
			n.exif(c.body)
		case "tEXt", "zTXt", "iTXt":
			n.pngText(c)
		default:
			n.Hidden = n.Hidden || !pngKeeps(c) && !slices.Contains(pngPlain, c.name)
		}
	}
	return ErrDamaged
}

// bounded is a number as int on every machine.
func bounded(v uint32) int { return int(min(v, 1<<31-1)) }

// pngText looks into a keyword and its text, which may be compressed, and may be
// EXIF, XMP or Photoshop's.
func (n *note) pngText(c chunk) {
	n.Device = true // programs write them of themselves, and scripts all that they were told
	keyword, text, ok := bytes.Cut(c.body, []byte{0})
	if !ok {
		n.text(c.body)
		return
	}
	switch c.name {
	case "zTXt":
		text = n.inflate(text[min(1, len(text)):])
	case "iTXt":
		parts := bytes.SplitN(text[min(2, len(text)):], []byte{0}, 3) // language, keyword in it, text
		compressed := len(text) > 0 && text[0] == 1
		text = parts[len(parts)-1]
		if compressed {
			text = n.inflate(text)
		}
	}
	n.text(keyword)
	kind, isProfile := strings.CutPrefix(string(keyword), "Raw profile type ")
	switch {
	case isProfile:
		n.profile(strings.ToLower(kind), text)
	case string(keyword) == "XML:com.adobe.xmp":
		n.xmp(text)
	default:
		n.text(text)
	}
}

// profile looks into what ImageMagick keeps of other formats: name, length, and
// the bytes in hexadecimal.
func (n *note) profile(kind string, text []byte) {
	words := bytes.Fields(text)
	if len(words) < 3 {
		n.text(text)
		return
	}
	digits := bytes.Join(words[2:], nil)
	b := make([]byte, hex.DecodedLen(len(digits)))
	got, err := hex.Decode(b, digits)
	n.Unread = n.Unread || err != nil
	b = b[:got]
	switch {
	case bytes.HasPrefix(b, []byte(nameEXIF)):
		n.copied(b[len(nameEXIF):])
	case kind == "exif":
		n.copied(b)
	case kind == "xmp":
		n.xmp(b)
	case bytes.HasPrefix(b, []byte(nameXMP)):
		n.xmp(b[len(nameXMP):])
	case bytes.HasPrefix(b, []byte("8BIM")):
		n.photoshop(b)
	case kind == "iptc":
		n.iptc(b)
	}
}

func stripPNG(data []byte) ([]byte, error) {
	n := newNote(PNG)
	for c := range pngChunks(data) {
		if c.name == "eXIf" {
			n.exif(c.body)
		}
	}
	out := append(make([]byte, 0, len(data)), pngHead...)
	pixels, turned := false, n.Orientation == 1
	for c := range pngChunks(data) {
		if c.name == "IDAT" && !turned {
			out = appendPNG(out, "eXIf", turnedBlock(n.Orientation))
			turned = true
		}
		switch {
		case c.name == "IEND":
			if !pixels {
				return nil, ErrDamaged
			}
			return appendPNG(out, "IEND", nil), nil
		case pngKeeps(c):
			out = append(out, c.raw...)
			pixels = pixels || c.name == "IDAT"
		case c.name[0]&0x20 == 0: // a part that no viewer may pass over
			return nil, ErrCannot
		}
	}
	return nil, ErrDamaged
}

func appendPNG(out []byte, name string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	at := len(out)
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[at:]))
}
