package picture

import (
	"bytes"
	"encoding/binary"
)

// Resources of Photoshop that mean something here.
const (
	resIPTC      = 0x0404
	resThumbOld  = 0x0409
	resThumbnail = 0x040c
	resEXIF      = 0x0422
	resXMP       = 0x0424
)

// photoshop looks into resources: "8BIM", id, a name, a size, data, each padded to
// two bytes.
func (n *note) photoshop(b []byte) {
	for len(b) >= 12 && n.count() {
		if !bytes.HasPrefix(b, []byte("8BIM")) {
			n.Unread = true
			return
		}
		id := binary.BigEndian.Uint16(b[4:])
		name := 1 + int(b[6])
		b = b[min(len(b), 6+name+name&1):]
		if len(b) < 4 {
			n.Unread = true
			return
		}
		size := uint64(binary.BigEndian.Uint32(b))
		b = b[4:]
		if size > uint64(len(b)) {
			n.Unread = true
			size = uint64(len(b))
		}
		n.resource(id, b[:size])
		b = b[min(uint64(len(b)), size+size&1):]
	}
}

func (n *note) resource(id uint16, value []byte) {
	switch id {
	case resIPTC:
		n.iptc(value)
	case resThumbOld, resThumbnail:
		n.Device, n.Hidden = true, true
	case resEXIF:
		n.copied(value)
	case resXMP:
		n.xmp(value)
	}
}

// iptc looks into fields of IPTC-IIM: 1C, record, field, size, value. All of
// record 2 is about the picture, and most of it about who made it.
func (n *note) iptc(b []byte) {
	for len(b) >= 5 && b[0] == 0x1c && n.count() {
		record, field, size := b[1], b[2], int(binary.BigEndian.Uint16(b[3:]))
		b = b[5:]
		if size > len(b) { // or a size of more than 32 KiB, which nobody writes
			n.Unread = true
			size = len(b)
		}
		if record == 2 && field != 0 { // field 0 is a version
			n.Device = true
			switch field {
			case 26, 27, 90, 92, 95, 100, 101:
				n.Location = true
			}
			n.text(b[:size])
		}
		b = b[size:]
	}
}
