package pdf

import "github.com/tetratelabs/wazero/experimental"

// MaxMemory is how many bytes pdfium may take for a document and all it makes of
// it. A file that wants more is ErrMemory.
const MaxMemory = 160 << 20

// memory gives an instance of pdfium its memory. It lies outside of Go's heap: there
// it would count as live, and the collector would let as much garbage gather again.
// The room is reserved whole, and taken as it is used, so that growing copies
// nothing.
type memory struct {
	most    int  // bytes
	refused bool // more was asked for
}

// Allocate implements experimental.MemoryAllocator.
func (m *memory) Allocate(_, _ uint64) experimental.LinearMemory {
	room, err := reserve(m.most)
	if err != nil {
		room = nil // whoever asks for the first byte is refused
	}
	return &linear{of: m, room: room}
}

// linear is the memory of one instance.
type linear struct {
	of   *memory
	room []byte
	used uint64
}

// Reallocate implements experimental.LinearMemory.
func (l *linear) Reallocate(size uint64) []byte {
	if size > uint64(len(l.room)) || size > l.used && commit(l.room[l.used:size]) != nil {
		l.of.refused = true
		return nil
	}
	l.used = max(l.used, size)
	return l.room[:size]
}

// Free implements experimental.LinearMemory.
func (l *linear) Free() {
	release(l.room)
	l.room = nil
}
