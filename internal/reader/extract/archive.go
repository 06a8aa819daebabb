package extract

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"guichet/internal/desk"
)

var errCut = errors.New("cut short")

// Methods of compression that are read, and that of encrypted members.
const (
	methodBzip2 = 12
	methodAES   = 99
)

// Deflate makes no more than so many bytes of one.
const deflateMost = 1032

// entry is a member of a ZIP file.
type entry struct {
	name   string // with / for folders
	packed int64  // bytes in the archive
	size   int64  // bytes that it says to have
	flags  uint16
	method uint16
	open   func() (io.Reader, error)
}

// zip reads an archive, or an office document, which is one inside.
func (r *reader) zip(place desk.Place, data []byte, depth int) {
	entries, err := entriesOf(data)
	has := func(name string) bool {
		return slices.ContainsFunc(entries, func(e entry) bool { return e.name == name })
	}
	prefix := func(names ...string) bool {
		return slices.ContainsFunc(entries, func(e entry) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(e.name, n) })
		})
	}
	o := office{r: r, place: place, entries: entries, depth: depth}
	switch {
	case has("[Content_Types].xml") && prefix("word/", "xl/", "ppt/", "visio/"):
		o.ooxml()
	case has("content.xml") && (has("mimetype") || has("META-INF/manifest.xml")):
		o.odf()
	case depth >= deepest:
		r.unread(place, errDepth)
		return
	default:
		r.archive(place, entries, depth)
	}
	r.unread(place, err)
}

// archive reads every member as a file, and the names.
func (r *reader) archive(place desk.Place, entries []entry, depth int) {
	names := r.pieces(place)
	for _, e := range entries {
		names.at(within(place, tidy(e.name)), true)
		names.add(e.name + "\n")
	}
	names.flush()
	for _, e := range entries {
		if strings.HasSuffix(e.name, "/") || r.ctx.Err() != nil {
			continue
		}
		at := within(place, tidy(e.name))
		if r.members <= 0 || r.out <= 0 { // one of many is enough to say
			r.unread(place, errSize)
			return
		}
		in, err := r.open(e)
		if err != nil {
			r.unread(at, err)
			continue
		}
		r.readHeld(at, e.name, in, e.expected(), depth)
	}
}

// readHeld reads a member that comes as a stream.
func (r *reader) readHeld(place desk.Place, name string, in io.Reader, size int64, depth int) {
	data, err := r.hold(in, size, depth)
	r.file(place, name, data, depth+1)
	r.unread(place, err)
}

// member reads one that is in memory already.
func (r *reader) member(place desk.Place, name string, data []byte, depth int) {
	if r.members--; r.members < 0 || r.out < int64(len(data)) {
		r.unread(place, errSize)
		return
	}
	r.out -= int64(len(data))
	r.file(place, name, data, depth)
}

// expected is how many bytes may come out, whatever the archive says.
func (e entry) expected() int64 { return max(0, min(e.size, e.packed*deflateMost)) }

// open begins to read a member.
func (r *reader) open(e entry) (io.Reader, error) {
	if r.members--; r.members < 0 {
		return nil, errSize
	}
	if e.flags&1 != 0 || e.method == methodAES {
		return nil, errEncrypted
	}
	if !slices.Contains([]uint16{zip.Store, zip.Deflate, methodBzip2}, e.method) {
		return nil, errFormat
	}
	in, err := e.open()
	if err != nil {
		return nil, fmt.Errorf("open member: %w", err)
	}
	return &measured{r: r, in: in, packed: e.packed}, nil
}

// entriesOf lists the members of an archive: those of its directory, or, when that
// is gone, those whose own heads are found.
func entriesOf(data []byte) ([]entry, error) {
	// An archive of tiny members makes a directory that is many times its size.
	if bytes.Count(data, []byte("PK\x01\x02")) > 4*mostMembers {
		return nil, errSize
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return salvaged(data), errCut
	}
	if len(z.File) == 0 && bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return salvaged(data), errCut
	}
	z.RegisterDecompressor(methodBzip2, func(in io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(in)) })
	entries := make([]entry, 0, len(z.File))
	for _, f := range z.File {
		entries = append(entries, entry{
			name: zipName(f.Name), packed: int64(min(f.CompressedSize64, uint64(len(data)))), size: int64(min(f.UncompressedSize64, mostOut)), flags: f.Flags, method: f.Method,
			open: func() (io.Reader, error) { return f.Open() },
		})
	}
	return entries, nil
}

// zipName is a name in UTF-8: older programs wrote it in the code page of DOS.
func zipName(name string) string {
	if !utf8.ValidString(name) {
		if s, err := charmap.CodePage850.NewDecoder().String(name); err == nil {
			name = s
		}
	}
	return strings.ReplaceAll(name, "\\", "/")
}

// The head of a member, before its name.
const localHead = 30

// salvaged finds members by their own heads.
func salvaged(data []byte) []entry {
	var entries []entry
	for at := 0; len(entries) < mostMembers; {
		i := bytes.Index(data[at:], []byte("PK\x03\x04"))
		if i < 0 || len(data)-at-i < localHead {
			break
		}
		at += i
		h := data[at:]
		names, extra := int(binary.LittleEndian.Uint16(h[26:])), int(binary.LittleEndian.Uint16(h[28:]))
		begin := at + localHead + names + extra
		if begin > len(data) {
			break
		}
		// A size that is not known yet is 0 here: deflate knows its own end.
		packed := int(binary.LittleEndian.Uint32(h[18:]))
		end := len(data)
		if packed > 0 && packed < len(data)-begin {
			end = begin + packed
		} else if i := bytes.Index(data[begin:], []byte("PK\x03\x04")); packed == 0 && i >= 0 {
			end = begin + i
		}
		e := entry{name: zipName(string(h[localHead : localHead+names])), packed: int64(end - begin), size: int64(end-begin) * 4,
			flags: binary.LittleEndian.Uint16(h[6:]), method: binary.LittleEndian.Uint16(h[8:])}
		body := data[begin:end]
		e.open = func() (io.Reader, error) {
			switch e.method {
			case zip.Deflate:
				return flate.NewReader(bytes.NewReader(body)), nil
			case zip.Store:
				return bytes.NewReader(body), nil
			}
			return nil, errFormat
		}
		entries = append(entries, e)
		at = end
	}
	return entries
}

func (r *reader) gzip(place desk.Place, name string, data []byte, depth int) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		r.unread(place, err)
		return
	}
	inner := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if strings.EqualFold(path.Ext(name), ".tgz") {
		inner += ".tar"
	}
	at := place // there is one file in it, which has no place of its own
	in := &measured{r: r, in: z, packed: int64(len(data))}
	r.readHeld(at, inner, in, int64(len(data))*4, depth)
}

func (r *reader) tar(place desk.Place, data []byte, depth int) {
	t := tar.NewReader(bytes.NewReader(data))
	names := r.pieces(place)
	defer names.flush()
	for r.ctx.Err() == nil {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.unread(place, err)
			return
		}
		if r.members--; r.members < 0 {
			r.unread(place, errSize)
			return
		}
		at := within(place, tidy(h.Name))
		names.at(at, true)
		names.add(h.Name + "\n")
		if h.Typeflag == tar.TypeReg {
			in := &measured{r: r, in: t, packed: max(h.Size, int64(len(data)))}
			r.readHeld(at, h.Name, in, min(h.Size, int64(len(data))), depth)
		}
	}
}
