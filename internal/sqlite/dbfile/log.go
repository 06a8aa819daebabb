package dbfile

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
)

const (
	logHeader   = 32
	logMagic    = 0x377f0682 // the last bit tells the byte order of the checksums
	frameHeader = 24
)

// Log is what a write-ahead log adds to its database: the pages of everything
// that was committed.
type Log struct {
	PageSize int    // bytes
	Pages    uint32 // of the database after the last commit
	// Broken tells that part of what was committed cannot be proven any more.
	// SQLite would not say so: it takes the first frame that does not fit for the
	// end. The frames behind it are here all the same.
	Broken bool

	r      io.ReaderAt
	newest map[uint32]int64 // page number: where its newest content begins
}

// frame is a page in a log.
type frame struct {
	page   uint32
	commit uint32 // for the last one of a transaction: pages of the database then
	at     int64  // where the page begins
}

// ReadLog reads a log of that many bytes; nil if nothing was committed in it.
// pageSize is that of the database, for a log whose own header is lost; 0 if
// that is not known.
func ReadLog(r io.ReaderAt, size int64, pageSize int) *Log {
	head := make([]byte, logHeader+frameHeader)
	if n, _ := r.ReadAt(head, 0); n < len(head) {
		return nil
	}
	c := chain{salt: head[16:24], last: sumAt(head[24:]), order: binary.LittleEndian}
	l := &Log{PageSize: int(binary.BigEndian.Uint32(head[8:])), r: r, newest: map[uint32]int64{}}
	magic := binary.BigEndian.Uint32(head)
	if magic&1 == 1 {
		c.order = binary.BigEndian
	}
	lost := magic&^1 != logMagic || !validSize(l.PageSize) || c.sum(sum{}, head[:24]) != c.last
	if lost {
		c.order, c.salt, l.PageSize = binary.LittleEndian, head[logHeader+8:logHeader+16], cmp.Or(pageSize, ordinary)
	}
	l.settle(c.frames(r, size, l.PageSize), lost)
	if len(l.newest) == 0 {
		return nil
	}
	return l
}

// settle takes over what was committed. A power cut tears at most the frames of
// one transaction, the last one, which nobody had been promised: each is synced
// before the next one begins. Two ends of transactions at a hole or behind it
// are therefore a damage.
func (l *Log) settle(all []frame, lost bool) {
	end, hole, ends := 0, false, 0
	for i, f := range all {
		hole = hole || f.at == 0
		switch {
		case f.commit == 0:
		case hole:
			ends++
		default:
			end = i + 1
		}
	}
	if ends > 1 || lost && (ends > 0 || end > 0) {
		l.Broken, end = true, len(all)
		for end > 0 && (all[end-1].at == 0 || all[end-1].commit == 0) {
			end--
		}
	}
	for _, f := range all[:end] {
		if f.at == 0 {
			continue
		}
		l.newest[f.page] = f.at
		if f.commit != 0 {
			l.Pages = f.commit
		}
	}
}

// chain checks the frames of a log. The checksum of each goes on from the one
// before it, as that frame tells it: behind a damaged frame the chain can be
// taken up again.
type chain struct {
	salt  []byte // of the log's generation: older frames have another one
	last  sum    // of the frame before, as it is stored
	order binary.ByteOrder
}

// frames lists what fits, in order, and holes where something does not: of a
// hole nothing but its commit is told, if it is of this generation.
func (c *chain) frames(r io.ReaderAt, size int64, pageSize int) []frame {
	var out []frame
	in := bufio.NewReaderSize(io.NewSectionReader(r, logHeader, max(0, size-logHeader)), 1<<20)
	b := make([]byte, frameHeader+pageSize)
	for at := int64(logHeader); ; at += int64(len(b)) {
		if _, err := io.ReadFull(in, b); err != nil {
			return out
		}
		f, ok := c.next(b)
		if ok {
			f.at = at + frameHeader
		}
		if n := len(out); ok || n == 0 || out[n-1].at != 0 || f.commit != 0 {
			out = append(out, f)
		}
	}
}

func (c *chain) next(b []byte) (frame, bool) {
	before := c.last
	c.last = sumAt(b[16:])
	if !bytes.Equal(b[8:16], c.salt) {
		return frame{}, false
	}
	f := frame{page: binary.BigEndian.Uint32(b), commit: binary.BigEndian.Uint32(b[4:])}
	return f, f.page != 0 && c.sum(c.sum(before, b[:8]), b[frameHeader:]) == c.last
}

// sum is SQLite's checksum.
type sum [2]uint32

// sumAt reads one that is stored.
func sumAt(b []byte) sum {
	return sum{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

func (c *chain) sum(s sum, b []byte) sum {
	for ; len(b) >= 8; b = b[8:] {
		s[0] += c.order.Uint32(b) + s[1]
		s[1] += c.order.Uint32(b[4:]) + s[0]
	}
	return s
}

// Replaced tells of each page of rows that the log replaces by another such
// page what was in it, and what is.
func (f *File) Replaced(pair func(before, after []Row)) {
	if f.log == nil {
		return
	}
	plain := *f
	plain.log = nil
	for n := range f.log.newest {
		var both [2][]Row
		for i, from := range []*File{&plain, f} {
			if p, ok := from.page(n); ok && n > 1 && p[0] == leafTable {
				from.rows(body(p, n), func(r Row) { both[i] = append(both[i], r) })
			}
		}
		if len(both[0]) > 0 && len(both[1]) > 0 {
			pair(both[0], both[1])
		}
	}
}
