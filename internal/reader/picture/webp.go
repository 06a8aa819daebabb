package picture

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// Flags of VP8X that say what else there is.
const (
	webpXMP  = 0x04
	webpEXIF = 0x08
)

// riffChunks goes through chunks until one is damaged: name, size, data, padded to
// two bytes. whole tells whether all of b was chunks.
func riffChunks(b []byte, whole *bool) iter.Seq[chunk] {
	return func(yield func(chunk) bool) {
		*whole = false
		for len(b) >= 8 {
			size := uint64(binary.LittleEndian.Uint32(b[4:]))
			if size+8 > uint64(len(b)) {
				return
			}
			end := min(size+8+size&1, uint64(len(b)))
			if !yield(chunk{string(b[:4]), b[:end], b[8 : size+8]}) {
				return
			}
			b = b[end:]
		}
		*whole = len(b) == 0
	}
}

// webpBody are the chunks of a WebP, and what stands behind its end.
func webpBody(data []byte) (chunks, behind []byte) {
	if len(data) < 12 {
		return nil, nil
	}
	end := min(8+uint64(binary.LittleEndian.Uint32(data[4:])), uint64(len(data)))
	if end < 12 {
		return nil, nil
	}
	return data[12:end], data[end:]
}

// webpKept are the chunks that pixels are made of, and how they are shown.
func webpKept(name string) bool {
	switch name {
	case "VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP":
		return true
	}
	return false
}

func (n *note) webp(data []byte) error {
	chunks, behind := webpBody(data)
	n.Hidden = len(bytes.Trim(behind, "\x00\r\n")) > 0
	var whole, extended bool
	frames := 0
	for c := range riffChunks(chunks, &whole) {
		switch c.name {
		case "VP8X":
			extended = true
			if len(c.body) >= 10 {
				n.Width, n.Height = 1+int24(c.body[4:]), 1+int24(c.body[7:])
			}
		case "VP8 ", "VP8L":
			if n.Width == 0 {
				n.Width, n.Height = webpSize(c)
			}
		case "ANMF":
			frames++
			n.Hidden = n.Hidden || !bytes.Equal(webpFrame(c.body), c.body)
		case "EXIF":
			if block := bytes.TrimPrefix(c.body, []byte(nameEXIF)); extended {
				n.exif(block)
			} else { // no viewer asks it
				n.copied(block)
			}
		case "XMP ":
			n.xmp(c.body)
		default:
			n.Hidden = n.Hidden || !webpKept(c.name)
		}
	}
	n.Pages = max(1, frames)
	if !whole {
		return ErrDamaged
	}
	return nil
}

func int24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// webpSize is the size that the pixels themselves tell.
func webpSize(c chunk) (width, height int) {
	b := c.body
	switch {
	case c.name == "VP8 " && len(b) >= 10:
		return int(binary.LittleEndian.Uint16(b[6:])) & 0x3fff, int(binary.LittleEndian.Uint16(b[8:])) & 0x3fff
	case c.name == "VP8L" && len(b) >= 5:
		bits := binary.LittleEndian.Uint32(b[1:])
		return 1 + int(bits&0x3fff), 1 + int(bits>>14&0x3fff)
	}
	return 0, 0
}

// webpFrame is a frame of one that moves with nothing but its pixels: 16 bytes
// about the frame, then chunks.
func webpFrame(body []byte) []byte {
	const head = 16
	if len(body) < head {
		return body
	}
	out := append(make([]byte, 0, len(body)), body[:head]...)
	var whole bool
	for c := range riffChunks(body[head:], &whole) {
		switch c.name {
		case "ALPH", "VP8 ", "VP8L":
			out = appendRIFF(out, c.name, c.body)
		}
	}
	return out
}

func stripWebP(data []byte) ([]byte, error) {
	chunks, _ := webpBody(data)
	n := newNote(WebP)
	var whole bool
	for c := range riffChunks(chunks, &whole) {
		if c.name == "EXIF" {
			n.exif(bytes.TrimPrefix(c.body, []byte(nameEXIF)))
		}
	}
	if !whole {
		return nil, ErrDamaged
	}
	out := append(make([]byte, 0, len(data)), "RIFF\x00\x00\x00\x00WEBP"...)
	pixels, flags := false, -1
	for c := range riffChunks(chunks, &whole) {
		body := c.body
		switch {
		case !webpKept(c.name):
			continue
		case c.name == "VP8X" && len(body) >= 10:
			flags = len(out) + 8
			body = body[:10]
		case c.name == "ANMF":
			body = webpFrame(body)
		}
		pixels = pixels || c.name == "VP8 " || c.name == "VP8L" || c.name == "ANMF"
		out = appendRIFF(out, c.name, body)
	}
	if !pixels {
		return nil, ErrDamaged
	}
	if flags >= 0 {
		out[flags] &^= webpXMP | webpEXIF
		if n.Orientation != 1 {
			out[flags] |= webpEXIF
			out = appendRIFF(out, "EXIF", turnedBlock(n.Orientation))
		}
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}

func appendRIFF(out []byte, name string, body []byte) []byte {
	out = append(out, name...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}
