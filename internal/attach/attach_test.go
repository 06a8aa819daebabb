package attach_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/privacy"
)

const mega = 1 << 20

// newStore is a store in a folder that does not exist yet.
func newStore(tb testing.TB, sealer privacy.Sealer) (*attach.Store, string) {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "data", "files")
	return attach.New(dir, sealer), dir
}

// noise is n bytes that no two seeds share.
func noise(tb testing.TB, n int) []byte {
	tb.Helper()
	seed := uint64(time.Now().UnixNano())
	tb.Logf("seed %d", seed)
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	b := make([]byte, n)
	if _, err := rand.NewChaCha8(key).Read(b); err != nil {
		tb.Fatal(err)
	}
	return b
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// names lists what lies in the folder, nothing if there is none.
func names(tb testing.TB, dir string) []string {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		tb.Fatal(err)
	}
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func put(tb testing.TB, s *attach.Store, b []byte) attach.Stored {
	tb.Helper()
	stored, err := s.Put(tb.Context(), "claire", bytes.NewReader(b), mega, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return stored
}

func TestPut(t *testing.T) {
	tests := map[string]struct {
		size int
		wrap func(io.Reader) io.Reader
	}{
		"OKOneByte":    {1, nil},
		"OKBuffer":     {256 << 10, nil},
		"OKBufferMore": {256<<10 + 1, nil},
		"OKAtLimit":    {mega, nil},
		"OKDribble":    {3000, iotest.OneByteReader},
		"OKHalves":     {300 << 10, iotest.HalfReader},
		"OKErrAtEnd":   {300 << 10, iotest.DataErrReader}, // the last bytes and the end together
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			b := noise(t, tt.size)
			var r io.Reader = bytes.NewReader(b)
			if tt.wrap != nil {
				r = tt.wrap(r)
			}
			var told []int64
			stored, err := s.Put(t.Context(), "claire", r, mega, func(n int64) { told = append(told, n) })
			if err != nil {
				t.Fatal(err)
			}
			if stored.Size != int64(tt.size) || stored.SHA256 != hashOf(b) {
				t.Errorf("got %+v, want size %d, hash %s", stored, tt.size, hashOf(b))
			}
			if got := names(t, dir); !slices.Equal(got, []string{stored.Name}) {
				t.Errorf("folder holds %q", got)
			}
			if got := read(t, s, stored); !bytes.Equal(got, b) {
				t.Error("the bytes are others")
			}
			if !slices.IsSorted(told) || told[len(told)-1] != int64(tt.size) {
				t.Errorf("progress told %d at last", told[len(told)-1])
			}
		})
	}
}

// Nobody else on the PC reads stored files, and names tell nothing.
func TestPutNamesAndModes(t *testing.T) {
	s, dir := newStore(t, privacy.Plain{})
	a, b := put(t, s, []byte("same")), put(t, s, []byte("same"))
	if a.Name == b.Name || len(a.Name) < 26 || filepath.Ext(a.Name) != "" {
		t.Errorf("names %q and %q", a.Name, b.Name)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, a.Name): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want && filepath.Separator == '/' {
			t.Errorf("%s: mode %o, want %o", filepath.Base(path), got, want)
		}
	}
}

var errBroken = errors.New("broken")

// Whatever goes wrong, nothing stays, and what was there before does.
func TestPutErr(t *testing.T) {
	tests := map[string]struct {
		reader func(context.CancelFunc) io.Reader
		sealer privacy.Sealer
		want   error
		code   string // of the problem, for ErrInvalid
	}{
		"ErrOneByteOver": {
			reader: func(context.CancelFunc) io.Reader { return io.LimitReader(zeros{}, mega+1) },
			want:   desk.ErrInvalid, code: desk.CodeTooBig,
		},
		"ErrEndless": {
			reader: func(context.CancelFunc) io.Reader { return zeros{} },
			want:   desk.ErrInvalid, code: desk.CodeTooBig,
		},
		"ErrEmpty": {
			reader: func(context.CancelFunc) io.Reader { return bytes.NewReader(nil) },
			want:   desk.ErrInvalid, code: desk.CodeEmptyFile,
		},
		"ErrReader": {
			reader: func(context.CancelFunc) io.Reader {
				return io.MultiReader(io.LimitReader(zeros{}, 300<<10), iotest.ErrReader(errBroken))
			},
			want: desk.ErrInvalid, code: desk.CodeUnreadable,
		},
		"ErrReaderCause": {
			reader: func(context.CancelFunc) io.Reader { return iotest.ErrReader(errBroken) },
			want:   errBroken, code: desk.CodeUnreadable,
		},
		"ErrReaderCut": { // of a file that shrank: not an end like any other
			reader: func(context.CancelFunc) io.Reader { return iotest.ErrReader(io.ErrUnexpectedEOF) },
			want:   desk.ErrInvalid, code: desk.CodeUnreadable,
		},
		"ErrCancelledBefore": {
			reader: func(cancel context.CancelFunc) io.Reader { cancel(); return zeros{} },
			want:   context.Canceled,
		},
		"ErrCancelledMidway": {
			reader: func(cancel context.CancelFunc) io.Reader {
				return io.MultiReader(io.LimitReader(zeros{}, 300<<10), readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }), zeros{})
			},
			want: context.Canceled,
		},
		"ErrSealStart": {reader: some, sealer: sealer{start: errBroken}, want: errBroken},
		"ErrSealWrite": {reader: some, sealer: sealer{write: errBroken}, want: errBroken},
		"ErrSealClose": {reader: some, sealer: sealer{close: errBroken}, want: errBroken},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			plain, dir := newStore(t, privacy.Plain{})
			before := put(t, plain, []byte("before"))
			s := plain
			if tt.sealer != nil {
				s = attach.New(dir, tt.sealer)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stored, err := s.Put(ctx, "claire", tt.reader(cancel), mega, nil)
			if !errors.Is(err, tt.want) || stored != (attach.Stored{}) {
				t.Errorf("got %+v, %v; want %v", stored, err, tt.want)
			}
			if got := codeOf(err); got != tt.code {
				t.Errorf("problem %q, want %q", got, tt.code)
			}
			if got := names(t, dir); !slices.Equal(got, []string{before.Name}) {
				t.Errorf("folder holds %q, want %q only", got, before.Name)
			}
		})
	}
}

// The figures of "too big" are for its sentence.
func TestPutErrTooBigFigures(t *testing.T) {
	s, _ := newStore(t, privacy.Plain{})
	_, err := s.Put(t.Context(), "claire", io.LimitReader(zeros{}, 11), 10, nil)
	var e *desk.Error
	if !errors.As(err, &e) || len(e.Problems) != 1 || e.Problems[0] != (desk.Problem{Field: desk.KeyFiles, Code: desk.CodeTooBig, Max: 10, Actual: 11}) {
		t.Errorf("got %+v", e)
	}
}

// A store whose folder cannot be made says so and does not write elsewhere.
func TestPutErrFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := attach.New(filepath.Join(file, "files"), privacy.Plain{}).Put(t.Context(), "", some(nil), mega, nil); err == nil {
		t.Error("stored below a file")
	}
}

// codeOf is the code of the one problem of an error, "" if it has none.
func codeOf(err error) string {
	var e *desk.Error
	if errors.As(err, &e) && len(e.Problems) == 1 {
		return e.Problems[0].Code
	}
	return ""
}

func some(context.CancelFunc) io.Reader { return io.LimitReader(zeros{}, 300<<10) }

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) {
	n, err := f(p)
	if n == 0 && err == nil {
		err = io.EOF // of this part
	}
	return n, err
}
