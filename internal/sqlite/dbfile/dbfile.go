// Package dbfile reads rows out of the bytes of a SQLite database that SQLite
// itself refuses. It takes nothing for granted: each page, cell and record
// proves itself or is reported as a gap, and what no page leads to any more is
// found by its look. It knows the file format
// (https://www.sqlite.org/fileformat2.html) and nothing of what rows mean.
// Reading changes nothing; the one thing that it writes is zeros (Wipe).
package dbfile

import (
	"encoding/binary"
	"io"
)

const (
	magic = "SQLite format 3\x00"
	// HeaderSize is how many bytes ReadHeader needs.
	HeaderSize = 100
	// ordinary is the page size that SQLite gives to a new database: of a file
	// whose header is lost.
	ordinary = 4096
)

// Header is what the first bytes of a database say.
type Header struct {
	PageSize    int    // bytes
	Reserved    int    // bytes at the end of each page that are not used
	Logged      bool   // it is written by way of a log (WAL)
	Version     uint32 // user_version
	Application uint32 // application_id
}

// ReadHeader reads a header; false if it is none.
func ReadHeader(b []byte) (Header, bool) {
	if len(b) < HeaderSize || string(b[:len(magic)]) != magic {
		return Header{}, false
	}
	h := Header{
		PageSize: int(binary.BigEndian.Uint16(b[16:])), Reserved: int(b[20]), Logged: b[18] == 2 && b[19] == 2,
		Version: binary.BigEndian.Uint32(b[60:]), Application: binary.BigEndian.Uint32(b[68:]),
	}
	if h.PageSize == 1 {
		h.PageSize = 1 << 16
	}
	return h, validSize(h.PageSize) && h.PageSize-h.Reserved >= 480
}

func validSize(n int) bool { return n >= 512 && n <= 1<<16 && n&(n-1) == 0 }

// File is the pages of a database. It is not safe for concurrent use.
type File struct {
	db     io.ReaderAt
	log    *Log // may be nil
	size   int  // of a page
	usable int  // bytes of a page
	pages  uint32
	seen   []bool // pages that a walk has met, by number
}

// New returns the pages of a database of that many bytes, with the newer ones
// of its log, which may be nil. Its own header may be lost: then it is taken to
// be like the ones that SQLite makes.
func New(db io.ReaderAt, bytes int64, log *Log) *File {
	f := &File{db: db, log: log, size: ordinary, usable: ordinary}
	if log != nil {
		f.size, f.usable = log.PageSize, log.PageSize
	}
	first := make([]byte, HeaderSize)
	if n, _ := db.ReadAt(first, 0); n == HeaderSize {
		if h, ok := ReadHeader(first); ok {
			f.size, f.usable = h.PageSize, h.PageSize-h.Reserved
		}
	}
	if log != nil && log.PageSize != f.size {
		f.log = nil // it cannot be this file's
	}
	f.pages = uint32((bytes + int64(f.size) - 1) / int64(f.size))
	if f.log != nil {
		f.pages = max(f.pages, f.log.Pages)
	}
	f.seen = make([]bool, f.pages+1)
	return f
}

// Header is the newest header; false if it is lost.
func (f *File) Header() (Header, bool) {
	p, ok := f.page(1)
	if !ok {
		return Header{}, false
	}
	return ReadHeader(p)
}

// page reads a page; false if it is not there in full.
func (f *File) page(n uint32) ([]byte, bool) {
	if n == 0 || n > f.pages {
		return nil, false
	}
	p := make([]byte, f.size)
	if f.log != nil {
		if at, ok := f.log.newest[n]; ok {
			_, err := f.log.r.ReadAt(p, at)
			return p, err == nil
		}
	}
	got, _ := f.db.ReadAt(p, int64(n-1)*int64(f.size)) // a short page has no end, where its cells begin
	return p, got == f.size
}

// take reads a page and notes that it was met; false if it cannot be read or
// has been met before: two ways to one page are a damage.
func (f *File) take(n uint32) ([]byte, bool) {
	p, ok := f.page(n)
	if !ok || f.seen[n] {
		return nil, false
	}
	f.seen[n] = true
	return p, true
}

// free lists the pages that the file says are not in use. A list that is
// damaged is read as far as it goes.
func (f *File) free() map[uint32]bool {
	out := map[uint32]bool{}
	first, ok := f.page(1)
	if !ok {
		return out
	}
	if _, ok := ReadHeader(first); !ok {
		return out
	}
	for trunk := binary.BigEndian.Uint32(first[32:]); trunk != 0 && !out[trunk]; {
		p, ok := f.page(trunk)
		n := uint32(0)
		if ok {
			n = binary.BigEndian.Uint32(p[4:])
		}
		if !ok || n > uint32(f.size/4-2) {
			break
		}
		out[trunk] = true
		for i := range n {
			out[binary.BigEndian.Uint32(p[8+4*i:])] = true
		}
		trunk = binary.BigEndian.Uint32(p)
	}
	return out
}
