package picture

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// heifBrands are what the formats of this family call themselves.
var heifBrands = []string{"heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "mif2", "msf1", "avif", "avis", "miaf", "1pic"}

// isHEIF asks all brands of a file's first box: the first one may be a program's.
func isHEIF(b []byte) bool {
	end := min(uint64(len(b)), uint64(binary.BigEndian.Uint32(b)), 256)
	for at := uint64(8); at+4 <= end; at += 4 {
		if at != 12 && slices.Contains(heifBrands, string(b[at:at+4])) {
			return true
		}
	}
	return false
}

// maxBlocks bounds the copies of EXIF and XMP that are looked for.
const maxBlocks = 64

// heif looks for what it knows anywhere in the file rather than by its index of
// boxes: what a program can read if the index is damaged must be found as well.
func (n *note) heif(b []byte) error {
	n.turned = true // a box says which side is up, not EXIF
	for _, head := range []string{"II*\x00\x08\x00\x00\x00", "MM\x00*\x00\x00\x00\x08"} {
		n.each(b, head, func(at int) { n.exif(b[at:]) })
	}
	n.each(b, "<x:xmpmeta", func(at int) {
		end := bytes.Index(b[at:], []byte("</x:xmpmeta>"))
		if end < 0 {
			n.Unread = true
			return
		}
		n.xmp(b[at : at+end+len("</x:xmpmeta>")])
	})
	for _, name := range []string{"location.ISO6709", "\xa9xyz", "loci\x00\x00\x00\x00"} {
		n.Location = n.Location || bytes.Contains(b, []byte(name))
	}
	for _, name := range []string{"com.apple.quicktime.make", "com.apple.quicktime.model", "com.apple.quicktime.software"} {
		n.Device = n.Device || bytes.Contains(b, []byte(name))
	}
	n.each(b, "ispe\x00\x00\x00\x00", func(at int) {
		if len(b) < at+16 {
			return
		}
		// Tiles and smaller copies have sizes of their own.
		w, h := bounded(binary.BigEndian.Uint32(b[at+8:])), bounded(binary.BigEndian.Uint32(b[at+12:]))
		if int64(w)*int64(h) > int64(n.Width)*int64(n.Height) {
			n.Width, n.Height = w, h
		}
	})
	n.each(b, "\x00\x00\x00\x09irot", func(at int) {
		if len(b) > at+8 && n.Orientation == 1 {
			n.Orientation = []int{1, 8, 3, 6}[b[at+8]&3] // quarter turns to the left
		}
	})
	if n.Width == 0 {
		return ErrDamaged
	}
	return nil
}

// each calls look with the places where name stands.
func (n *note) each(b []byte, name string, look func(at int)) {
	for at, found := 0, 0; ; found++ {
		next := bytes.Index(b[at:], []byte(name))
		switch {
		case next < 0:
			return
		case found == maxBlocks:
			n.Unread = n.Unread || name[0] != 'i' // sizes of tiles may be many
			return
		}
		at += next
		look(at)
		at += len(name)
	}
}

// bmp has no metadata, and nothing but its size to look at.
func (n *note) bmp(b []byte) error {
	if len(b) < 26 {
		return ErrDamaged
	}
	if size := binary.LittleEndian.Uint32(b[2:]); size > 26 && uint64(size) < uint64(len(b)) {
		n.Hidden = true
	}
	if binary.LittleEndian.Uint32(b[14:]) == 12 { // that of OS/2
		n.Width, n.Height = int(binary.LittleEndian.Uint16(b[18:])), int(binary.LittleEndian.Uint16(b[20:]))
		return nil
	}
	w, h := int(int32(binary.LittleEndian.Uint32(b[18:]))), int(int32(binary.LittleEndian.Uint32(b[22:])))
	n.Width, n.Height = w, max(h, -h) // negative when the first row is the upper one
	return nil
}
