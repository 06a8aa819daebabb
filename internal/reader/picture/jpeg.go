package picture

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// Markers of JPEG.
const (
	markSOI  = 0xd8
	markEOI  = 0xd9
	markSOS  = 0xda
	markAPP0 = 0xe0
	markCOM  = 0xfe
)

// Names at the front of application segments.
const (
	nameJFIF      = "JFIF\x00"
	nameEXIF      = "Exif\x00\x00"
	nameXMP       = "http://ns.adobe.com/xap/1.0/\x00"
	nameMoreXMP   = "http://ns.adobe.com/xmp/extension/\x00"
	nameProfile   = "ICC_PROFILE\x00"
	namePhotoshop = "Photoshop 3.0\x00"
	nameAdobe     = "Adobe"
)

// segment is a marker with what belongs to it.
type segment struct {
	mark byte
	raw  []byte // from the marker on; a scan's holds its pixels as well
	body []byte // behind marker and size
}

// is tells an application segment by its number and name.
func (s segment) is(app byte, name string) bool {
	return s.mark == markAPP0+app && bytes.HasPrefix(s.body, []byte(name))
}

// segments goes through a JPEG until its end, and stops where it is damaged. The
// end comes as a segment whose body is all that stands behind it.
func segments(data []byte) iter.Seq[segment] {
	return func(yield func(segment) bool) {
		for at := 2; ; {
			start := bytes.IndexByte(data[at:], 0xff) // between segments decoders skip what is none
			if start < 0 {
				return
			}
			at += start
			for at+1 < len(data) && data[at+1] == 0xff { // fill bytes
				at++
			}
			if at+1 >= len(data) {
				return
			}
			mark := data[at+1]
			switch {
			case mark == 0 || mark >= 0xd0 && mark <= 0xd7:
				at += 2
				continue
			case mark == markEOI:
				yield(segment{mark, data[at : at+2], data[at+2:]})
				return
			}
			end := at + 4
			if end > len(data) {
				return
			}
			end = at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
			if end < at+4 || end > len(data) {
				return
			}
			body := data[at+4 : end]
			if mark == markSOS {
				end = scanEnd(data, end)
			}
			if !yield(segment{mark, data[at:end], body}) {
				return
			}
			at = end
		}
	}
}

// scanEnd is where the pixels that begin at at end: at a marker that is neither a
// restart nor a byte FF of the pixels themselves.
func scanEnd(data []byte, at int) int {
	for {
		next := bytes.IndexByte(data[at:], 0xff)
		if next < 0 {
			return len(data)
		}
		at += next
		end := at
		for at < len(data) && data[at] == 0xff {
			at++
		}
		if at == len(data) {
			return end
		}
		if mark := data[at]; mark != 0 && (mark < 0xd0 || mark > 0xd7) {
			return end
		}
	}
}

// isFrame tells the segments that hold the size, and isPart all that pixels are
// decoded with.
func isFrame(mark byte) bool {
	return mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc
}

func isPart(mark byte) bool {
	return mark >= 0xc0 && mark <= 0xcf && mark != 0xc8 || mark >= markSOS && mark <= 0xdf
}

func (n *note) jpeg(data []byte) error {
	var more []byte // XMP that goes on in further segments
	ended := false
	for s := range segments(data) {
		switch {
		case isFrame(s.mark) && len(s.body) >= 6 && n.Width == 0:
			n.Height, n.Width = int(binary.BigEndian.Uint16(s.body[1:])), int(binary.BigEndian.Uint16(s.body[3:]))
		case s.mark == markEOI:
			ended = true
			n.Hidden = n.Hidden || len(bytes.Trim(s.body, "\x00\r\n")) > 0
		case s.is(1, nameMoreXMP) && len(s.body) > len(nameMoreXMP)+40:
			if len(more) < maxXMP {
				more = append(more, s.body[len(nameMoreXMP)+40:]...)
			}
		case !isPart(s.mark):
			n.segment(s)
		}
	}
	if more != nil {
		n.xmp(more)
	}
	if !ended {
		return ErrDamaged
	}
	return nil
}

// segment looks at one that no pixel needs.
func (n *note) segment(s segment) {
	switch {
	case s.is(1, nameEXIF):
		n.exif(s.body[len(nameEXIF):])
	case s.is(1, nameXMP):
		n.xmp(s.body[len(nameXMP):])
	case s.is(13, namePhotoshop):
		n.photoshop(s.body[len(namePhotoshop):])
	case s.mark == markCOM:
		n.text(s.body)
	case s.is(0, nameJFIF):
		if len(s.body) > 14 { // a thumbnail
			n.Device, n.Hidden = true, true
		}
	case s.is(0, "JFXX\x00"):
		n.Device, n.Hidden = true, true
	case s.is(2, nameProfile):
	case s.is(14, nameAdobe):
		n.Hidden = n.Hidden || len(s.body) > 12
	case s.is(12, "Ducky"): // how well it was compressed
	default:
		n.Hidden = true
	}
}

// stripJPEG keeps the pixels with what they need, JFIF without a thumbnail, the
// colour profile and Adobe's mark, which says what the colours are. What stands
// behind the end goes: second pictures, and the films of moving photos.
func stripJPEG(data []byte) ([]byte, error) {
	n := newNote(JPEG)
	for s := range segments(data) {
		if s.is(1, nameEXIF) {
			n.exif(s.body[len(nameEXIF):])
		}
	}
	out := append(make([]byte, 0, len(data)), 0xff, markSOI)
	turned, pixels, ended := n.Orientation == 1, false, false
	for s := range segments(data) {
		jfif := s.is(0, nameJFIF)
		if !turned && !jfif { // behind JFIF, which wants to be the first
			out = appendSegment(out, 1, append([]byte(nameEXIF), turnedBlock(n.Orientation)...))
			turned = true
		}
		switch {
		case jfif && len(s.body) < 14:
		case jfif:
			body := bytes.Clone(s.body[:14])
			body[12], body[13] = 0, 0
			out = appendSegment(out, 0, body)
		case s.is(14, nameAdobe):
			out = appendSegment(out, 14, s.body[:min(12, len(s.body))])
		case s.is(2, nameProfile), isPart(s.mark), s.mark == markEOI:
			out = append(out, s.raw...)
			pixels, ended = pixels || s.mark == markSOS, s.mark == markEOI
		case s.mark < markAPP0 || s.mark > 0xef && s.mark != markCOM:
			return nil, ErrDamaged // nobody knows what such a segment is for
		}
	}
	if !pixels || !ended {
		return nil, ErrDamaged
	}
	return out, nil
}

func appendSegment(out []byte, app byte, body []byte) []byte {
	out = append(out, 0xff, markAPP0+app, byte((len(body)+2)>>8), byte(len(body)+2))
	return append(out, body...)
}
