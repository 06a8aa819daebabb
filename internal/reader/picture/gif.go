package picture

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// Parts of a GIF.
const (
	gifExtension = 0x21
	gifImage     = 0x2c
	gifEnd       = 0x3b

	gifControl = 0xf9 // extensions: how long a picture is shown, what is clear in it
	gifComment = 0xfe
	gifApp     = 0xff
	gifText    = 0x01
)

// gifPart is an image, an extension or the end.
type gifPart struct {
	kind, label byte   // label is that of an extension
	raw         []byte // all of it
	blocks      []byte // its data as sub-blocks; behind the end all that stands there
}

// gifHead is the length of the head with the palette, 0 when it is cut short.
func gifHead(data []byte) int {
	if len(data) < 13 {
		return 0
	}
	end := 13 + palette(data[10])
	if end > len(data) {
		return 0
	}
	return end
}

// palette is the size of the colours that flags announce.
func palette(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// gifParts goes through what follows a GIF's head until it is damaged or ends.
func gifParts(data []byte) iter.Seq[gifPart] {
	return func(yield func(gifPart) bool) {
		for b := data; len(b) > 0; {
			p := gifPart{kind: b[0]}
			head := 0
			switch {
			case p.kind == gifEnd:
				p.raw, p.blocks = b[:1], b[1:]
				yield(p)
				return
			case p.kind == gifExtension && len(b) >= 2:
				head, p.label = 2, b[1]
			case p.kind == gifImage && len(b) >= 10:
				head = 10 + palette(b[9]) + 1
			}
			if head == 0 || head > len(b) {
				return
			}
			end := head
			for {
				if end >= len(b) {
					return
				}
				size := int(b[end])
				end += 1 + size
				if size == 0 {
					break
				}
			}
			p.raw, p.blocks = b[:end], b[head:end]
			b = b[end:]
			if !yield(p) {
				return
			}
		}
	}
}

// joined are the data of sub-blocks.
func joined(blocks []byte) []byte {
	var out []byte
	for len(blocks) > 0 && blocks[0] > 0 {
		size := int(blocks[0])
		out = append(out, blocks[1:1+size]...)
		blocks = blocks[1+size:]
	}
	return out
}

const (
	gifLoops    = "\x0bNETSCAPE2.0\x03\x01"
	gifXMP      = "\x0bXMP DataXMP"
	gifLoopsLen = len(gifLoops) + 3 // how often, and the end
)

func (n *note) gif(data []byte) error {
	head := gifHead(data)
	if head == 0 {
		return ErrDamaged
	}
	n.Width, n.Height = int(binary.LittleEndian.Uint16(data[6:])), int(binary.LittleEndian.Uint16(data[8:]))
	frames := 0
	for p := range gifParts(data[head:]) {
		switch {
		case p.kind == gifEnd:
			n.Pages = max(1, frames)
			n.Hidden = n.Hidden || len(bytes.Trim(p.blocks, "\x00\r\n")) > 0
			return nil
		case p.kind == gifImage:
			frames++
		case p.label == gifComment, p.label == gifText:
			n.text(joined(p.blocks))
		case p.label == gifApp && bytes.HasPrefix(p.blocks, []byte(gifXMP)):
			// It stands there as it is, and a tail makes sub-blocks of it.
			packet, _, _ := bytes.Cut(p.blocks[len(gifXMP):], []byte("\x01\xff\xfe\xfd"))
			n.xmp(packet)
		default:
			n.Hidden = n.Hidden || !gifKeeps(p) && !bytes.HasPrefix(p.blocks, []byte("\x0bNETSCAPE2.0"))
		}
	}
	return ErrDamaged
}

// gifKeeps tells the parts that are shown, and how often.
func gifKeeps(p gifPart) bool {
	switch {
	case p.kind == gifImage:
		return true
	case p.label == gifControl:
		return len(p.blocks) == 6
	}
	return p.label == gifApp && bytes.HasPrefix(p.blocks, []byte(gifLoops)) && len(p.blocks) == gifLoopsLen
}

func stripGIF(data []byte) ([]byte, error) {
	head := gifHead(data)
	out := append(make([]byte, 0, len(data)), data[:head]...)
	pixels := false
	for p := range gifParts(data[head:]) {
		switch {
		case p.kind == gifEnd && pixels:
			return append(out, gifEnd), nil
		case gifKeeps(p):
			out = append(out, p.raw...)
			pixels = pixels || p.kind == gifImage
		}
	}
	return nil, ErrDamaged
}
