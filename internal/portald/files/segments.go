package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// segment is a stretch of a file, an object of its own. What it holds never
// changes: its name says where it begins and how long it is.
type segment struct {
	key        string
	start, end int64
}

// segmentName is a segment's name within its upload; names are in the order of starts.
func segmentName(start, size int64) string { return fmt.Sprintf("%015d-%d", start, size) }

// segmentOf reads the name of an object of that size; false if it is no segment.
func segmentOf(key string, size int64) (segment, bool) {
	from, length, ok := strings.Cut(key[strings.LastIndexByte(key, '/')+1:], "-")
	start, err := strconv.ParseInt(from, 10, 64)
	said, err2 := strconv.ParseInt(length, 10, 64)
	if !ok || err != nil || err2 != nil || start < 0 || said <= 0 || said != size {
		return segment{}, false
	}
	return segment{key: key, start: start, end: start + size}, true
}

// joined puts segments in order, as far as they follow each other without a gap.
// Where two nodes have written the same stretch, either holds the same bytes.
func joined(all []segment) (out []segment) {
	slices.SortFunc(all, func(a, b segment) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	at := int64(0)
	for i := 0; i < len(all); {
		best := segment{end: at}
		for ; i < len(all) && all[i].start <= at; i++ {
			if all[i].end > best.end {
				best = all[i]
			}
		}
		if best.end == at {
			return out
		}
		out, at = append(out, best), best.end
	}
	return out
}

func endOf(joined []segment) int64 {
	if len(joined) == 0 {
		return 0
	}
	return joined[len(joined)-1].end
}

// reading reads a file segment by segment, each asked for when it is come to.
type reading struct {
	ctx      context.Context
	get      func(ctx context.Context, key string, from int64) (io.ReadCloser, error)
	segments []segment

	at   int64
	body io.ReadCloser // of the segment that at lies in, nil when it has to be asked for
	left int64         // bytes in body
}

// Read implements io.Reader.
func (r *reading) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if r.body == nil {
		i := slices.IndexFunc(r.segments, func(s segment) bool { return s.end > r.at })
		if i < 0 {
			return 0, io.EOF
		}
		s := r.segments[i]
		body, err := r.get(r.ctx, s.key, r.at-s.start)
		if err != nil {
			return 0, err
		}
		r.body, r.left = body, s.end-r.at
	}
	n, err := r.body.Read(p[:min(int64(len(p)), r.left)])
	r.at, r.left = r.at+int64(n), r.left-int64(n)
	switch {
	case r.left == 0:
		r.drop()
		return n, nil
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		r.drop()
		return n, fmt.Errorf("read file: %w", err)
	}
	return n, nil
}

// drop lets go of the segment that is being read.
func (r *reading) drop() {
	if r.body != nil {
		_ = r.body.Close() // nothing more is wanted of it
		r.body = nil
	}
}

// Seek implements io.Seeker.
func (r *reading) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += endOf(r.segments)
	}
	if offset < 0 {
		return 0, fmt.Errorf("seek: %w", fs.ErrInvalid)
	}
	if offset != r.at {
		r.drop()
		r.at = offset
	}
	return offset, nil
}

// Close implements io.Closer.
func (r *reading) Close() error {
	r.drop()
	return nil
}
