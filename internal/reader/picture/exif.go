package picture

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Tags of TIFF and EXIF that mean something here.
const (
	tagReduced     = 0x00fe
	tagWidth       = 0x0100
	tagHeight      = 0x0101
	tagStrips      = 0x0111
	tagOrientation = 0x0112
	tagSubs        = 0x014a
	tagThumbnail   = 0x0201
	tagXMP         = 0x02bc
	tagIPTC        = 0x83bb
	tagPhotoshop   = 0x8649
	tagEXIF        = 0x8769
	tagGPS         = 0x8825
	tagMakerNote   = 0x927c
	tagUserComment = 0x9286
	tagInterop     = 0xa005
)

// deviceTags say with what a picture was made, or by whom: make, model, software,
// artist, computer, copyright, author, unique id, owner, serial numbers, lens.
var deviceTags = []uint16{0x010f, 0x0110, 0x0131, 0x013b, 0x013c, 0x8298, 0x9c9d, tagMakerNote, 0xa420, 0xa430, 0xa431, 0xa433, 0xa434, 0xa435,
	0xa436, 0xa437, 0xa438, 0xa439, 0xa43a, 0xa43b, 0xa43c, 0xc614, 0xc62f}

// placeTags of a GPS directory say where; the others say when, how well and how
// fast, and many cameras write only those.
var placeTags = []uint16{1, 2, 3, 4, 5, 6, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c}

// typeSizes are bytes of a value by its type.
var typeSizes = map[uint16]uint64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}

// directory is the kind of a directory.
type directory int

const (
	dirMain  directory = iota // what the picture itself is
	dirSmall                  // the one behind it: in EXIF a smaller copy, in a TIFF the next page
	dirGPS
	dirOther
)

// block is TIFF structure: of a file, or in EXIF.
type block struct {
	*note
	b     []byte
	order binary.ByteOrder
	file  bool // it is the picture, not a description of one
	seen  map[uint32]bool
}

// exif looks into a block as it stands in EXIF.
func (n *note) exif(b []byte) { n.nested(func() { n.block(b, false) }) }

// copied looks into a block that no viewer asks which side is up.
func (n *note) copied(b []byte) {
	was := n.turned
	n.turned = true
	n.exif(b)
	n.turned = was
}

// tiff looks at a picture that is such a block.
func (n *note) tiff(b []byte) error {
	n.block(b, true)
	return nil
}

func (n *note) block(b []byte, file bool) {
	t := block{note: n, b: b, file: file, seen: map[uint32]bool{}}
	switch {
	case len(b) < 8:
		n.Unread = true
		return
	case string(b[:4]) == "II*\x00":
		t.order = binary.LittleEndian
	case string(b[:4]) == "MM\x00*":
		t.order = binary.BigEndian
	default:
		n.Unread = true
		return
	}
	next := t.walk(t.order.Uint32(b[4:]), dirMain)
	for next != 0 && !t.seen[next] {
		next = t.walk(next, dirSmall)
	}
}

// walk looks at one directory and tells where the next one stands.
func (t *block) walk(at uint32, kind directory) (next uint32) {
	if t.seen[at] {
		return 0
	}
	t.seen[at] = true
	if uint64(at)+2 > uint64(len(t.b)) {
		t.Unread = true
		return 0
	}
	rest := t.b[at+2:]
	count := int(t.order.Uint16(t.b[at:]))
	page := t.file && kind == dirSmall
	for i := 0; i < count; i++ {
		if len(rest) < 12 || !t.count() {
			t.Unread = true
			return 0
		}
		tag := t.order.Uint16(rest)
		value, whole := t.value(rest[:12])
		if !whole {
			t.Unread = true
		}
		if tag == tagReduced && page && t.number(value)&1 == 1 {
			page, t.Hidden = false, true
		}
		t.entry(kind, tag, t.order.Uint16(rest[2:]), value)
		rest = rest[12:]
	}
	if page {
		t.Pages++
	}
	if len(rest) < 4 || kind > dirSmall {
		return 0
	}
	return t.order.Uint32(rest)
}

// value is an entry's value, and whether all of it is there.
func (t *block) value(entry []byte) ([]byte, bool) {
	size := typeSizes[t.order.Uint16(entry[2:])] * uint64(t.order.Uint32(entry[4:]))
	if size <= 4 {
		return entry[8 : 8+size], true
	}
	at := uint64(t.order.Uint32(entry[8:]))
	if at >= uint64(len(t.b)) {
		return nil, false
	}
	end := min(at+size, uint64(len(t.b)))
	return t.b[at:end], end == at+size
}

// number is the first of numbers, 0 when there is none.
func (t *block) number(value []byte) uint32 {
	switch {
	case len(value) >= 4:
		return t.order.Uint32(value)
	case len(value) >= 2:
		return uint32(t.order.Uint16(value))
	}
	return 0
}

func (t *block) entry(kind directory, tag, typ uint16, value []byte) {
	switch kind {
	case dirGPS:
		t.Location = t.Location || slices.Contains(placeTags, tag)
		if tag == 0x1b || tag == 0x1c {
			t.coded(value)
		}
	case dirSmall:
		if !t.file && (tag == tagThumbnail || tag == tagStrips) {
			t.Device, t.Hidden = true, true
		}
	case dirMain:
		t.main(tag, value)
	}
	if kind != dirGPS {
		t.told(tag, typ, value)
	}
	if typ == 2 || typ == 129 {
		t.text(value)
	}
}

// main takes what only the first directory says.
func (t *block) main(tag uint16, value []byte) {
	switch {
	case tag == tagOrientation && !t.turned:
		// A single SHORT, which stands at the front of its field.
		if len(value) >= 2 {
			if o := int(t.order.Uint16(value)); o >= 1 && o <= 8 {
				t.Orientation, t.turned = o, true
			}
		}
	case tag == tagWidth && t.file:
		t.Width = int(t.number(value))
	case tag == tagHeight && t.file:
		t.Height = int(t.number(value))
	}
}

// told takes what any directory but that of GPS may say.
func (t *block) told(tag, typ uint16, value []byte) {
	if slices.Contains(deviceTags, tag) && len(bytes.Trim(value, "\x00 ")) > 0 {
		t.Device = true
	}
	switch tag {
	case tagEXIF, tagInterop:
		t.walk(t.number(value), dirOther)
	case tagGPS:
		// Where it leads nowhere, it is the damage that hides a place.
		if at := t.number(value); uint64(at)+2 > uint64(len(t.b)) {
			t.Location = true
		} else {
			t.walk(at, dirGPS)
		}
	case tagSubs:
		for ; len(value) >= 4; value = value[4:] {
			if !t.count() {
				return
			}
			t.walk(t.order.Uint32(value), dirOther)
		}
	case tagUserComment:
		t.coded(value)
	case tagXMP:
		t.xmp(value)
	case tagIPTC:
		t.iptc(value)
	case tagPhotoshop:
		t.nested(func() { t.photoshop(value) })
	}
	if tag >= 0x9c9b && tag <= 0x9c9f && typ == 1 { // what Windows lets people write
		t.text(wide(value[:min(len(value), maxText)], false))
	}
}

// coded takes a text that begins with eight bytes that say how it is written.
func (t *block) coded(value []byte) {
	if len(value) < 8 {
		return
	}
	code, value := string(value[:7]), value[8:min(len(value), 2*maxText)]
	if code == "UNICODE" {
		value = wide(value, t.order == binary.ByteOrder(binary.BigEndian))
	}
	t.text(value)
}

// turnedBlock is the smallest EXIF: the orientation and nothing else.
func turnedBlock(orientation int) []byte {
	return []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, tagOrientation >> 8, tagOrientation & 0xff, 0, 3, 0, 0, 0, 1, 0, byte(orientation), 0, 0, 0, 0, 0, 0}
}
