package picturetest

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// field is one of a directory of EXIF.
type field struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

func ascii(tag uint16, s string) field { return field{tag, 2, uint32(len(s) + 1), []byte(s + "\x00")} }

func long(tag uint16, v uint32) field {
	return field{tag, 4, 1, binary.LittleEndian.AppendUint32(nil, v)}
}

func short(tag uint16, v int) field {
	return field{tag, 3, 1, binary.LittleEndian.AppendUint16(nil, uint16(v))}
}

func degrees(tag uint16, d, m, s uint32) field {
	var b []byte
	for _, v := range []uint32{d, 1, m, 1, s, 100} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return field{tag, 5, 3, b}
}

// size is how long a directory will be with its values.
func size(fields []field) uint32 {
	n := 2 + 12*len(fields) + 4
	for _, f := range fields {
		if len(f.value) > 4 {
			n += len(f.value) + len(f.value)%2
		}
	}
	return uint32(n)
}

// directory is one that begins at at.
func directory(at uint32, fields []field, next uint32) []byte {
	out := binary.LittleEndian.AppendUint16(nil, uint16(len(fields)))
	var values []byte
	behind := at + uint32(2+12*len(fields)+4)
	for _, f := range fields {
		out = binary.LittleEndian.AppendUint16(out, f.tag)
		out = binary.LittleEndian.AppendUint16(out, f.kind)
		out = binary.LittleEndian.AppendUint32(out, f.count)
		if len(f.value) <= 4 {
			out = append(append(out, f.value...), make([]byte, 4-len(f.value))...)
			continue
		}
		out = binary.LittleEndian.AppendUint32(out, behind+uint32(len(values)))
		values = append(append(values, f.value...), make([]byte, len(f.value)%2)...)
	}
	return append(binary.LittleEndian.AppendUint32(out, next), values...)
}

// EXIF is the block that tells the facts, as it stands in a JPEG behind "Exif", in
// a PNG's eXIf, and so on.
func EXIF(f Facts) []byte {
	var main, exif, gps, small []field
	if f.Comment != "" {
		main = append(main, ascii(0x010e, f.Comment))
		var wide []byte
		for _, u := range utf16.Encode([]rune(f.Comment)) {
			wide = binary.LittleEndian.AppendUint16(wide, u)
		}
		main = append(main, field{0x9c9c, 1, uint32(len(wide)), wide})
		exif = append(exif, field{0x9286, 7, uint32(8 + len(f.Comment)), []byte("ASCII\x00\x00\x00" + f.Comment)})
	}
	if f.Device {
		main = append(main, ascii(0x010f, Make), ascii(0x0110, "MODELE"))
		exif = append(exif, field{0x927c, 7, 12, []byte("NOTE" + Make[:8])}, ascii(0xa430, Owner), ascii(0xa431, Serial))
	}
	if f.Orientation != 0 {
		main = append(main, short(0x0112, f.Orientation))
	}
	if f.Place {
		gps = []field{ascii(1, "N"), degrees(2, 47, 13, 600), ascii(3, "W"), degrees(4, 1, 33, 1200)}
	} else if f.Device {
		gps = []field{{0, 1, 4, []byte{2, 3, 0, 0}}} // many cameras write the version alone
	}
	shot := []byte("\xff\xd8\xff\xd9")
	if f.Thumbnail {
		small = []field{short(0x0103, 6), long(0x0201, 0), long(0x0202, uint32(len(shot)))}
	}
	main = append(main, long(0x8769, 0), long(0x8825, 0))
	atEXIF := 8 + size(main)
	atGPS := atEXIF + size(exif)
	atSmall := atGPS + size(gps)
	main[len(main)-2], main[len(main)-1] = long(0x8769, atEXIF), long(0x8825, atGPS)
	next := uint32(0)
	if small != nil {
		next = atSmall
		small[1] = long(0x0201, atSmall+size(small))
	}
	parts := [][]byte{[]byte("II*\x00\x08\x00\x00\x00"), directory(8, main, next), directory(atEXIF, exif, 0), directory(atGPS, gps, 0)}
	if small != nil {
		parts = append(parts, directory(atSmall, small, 0), shot)
	}
	return bytes.Join(parts, nil)
}

// XMP is a packet with a place and a tool, and a text.
func XMP(text string) []byte {
	return []byte(`<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="47,13.1N" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="` + Make + `">` +
		`<dc:description>` + text + `</dc:description></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`)
}
