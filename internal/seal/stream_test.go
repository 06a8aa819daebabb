package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/seal/keyring"
)

func noise(n int) []byte {
	b := make([]byte, n)
	c := rand.NewChaCha8([32]byte{1})
	_, _ = c.Read(b)
	return b
}

func mustStream(tb testing.TB, s *Safe, person string, plain []byte) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w, err := s.Writer(person, &buf)
	if err != nil {
		tb.Fatalf("writer: %v", err)
	}
	if n, err := w.Write(plain); err != nil || n != len(plain) {
		tb.Fatalf("wrote %d: %v", n, err)
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		tb.Fatalf("close: %v", err)
	}
	return buf.Bytes()
}

// readStream reads all of a stream.
func readStream(s *Safe, person string, sealed []byte, size int) ([]byte, error) {
	r, err := s.Reader(person, bytes.NewReader(sealed), int64(size))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// The sizes around which chunks begin and end.
var edges = []int{0, 1, 1000, chunkSize - 1, chunkSize, chunkSize + 1, 2*chunkSize - 1, 2 * chunkSize, 3*chunkSize + 5}

func TestStreamIsAsPlain(t *testing.T) {
	s, _ := newSafe(t, "claire")
	for _, size := range edges {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			plain := noise(size)
			sealed := mustStream(t, s, "claire", plain)
			if size > 7 && bytes.Contains(sealed, plain[:8]) {
				t.Error("the bytes are in what is sealed")
			}
			r, err := s.Reader("claire", bytes.NewReader(sealed), int64(size))
			if err != nil {
				t.Fatal(err)
			}
			if err := iotest.TestReader(r, plain); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestStreamByAnyPattern(t *testing.T) {
	s, _ := newSafe(t, "claire")
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.SampledFrom(edges), rapid.IntRange(0, 4*chunkSize)).Draw(t, "size")
		plain := noise(size)
		var buf bytes.Buffer
		w, err := s.Writer("claire", &buf)
		if err != nil {
			t.Fatal(err)
		}
		for rest := plain; len(rest) > 0; {
			n := min(len(rest), rapid.OneOf(rapid.IntRange(0, 100), rapid.IntRange(0, 2*chunkSize), rapid.Just(chunkSize)).Draw(t, "write"))
			if got, err := w.Write(rest[:n]); err != nil || got != n {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := s.Reader("claire", bytes.NewReader(buf.Bytes()), int64(size))
		if err != nil {
			t.Fatal(err)
		}
		same := bytes.NewReader(plain)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "seek") {
				off, whence := rapid.Int64Range(int64(-size-2), int64(size+2)).Draw(t, "off"), rapid.IntRange(-1, 3).Draw(t, "whence")
				a, errA := r.Seek(off, whence)
				b, errB := same.Seek(off, whence)
				if (errA == nil) != (errB == nil) || errA == nil && a != b {
					t.Fatalf("seek %d from %d: %d, %v and %d, %v", off, whence, a, errA, b, errB)
				}
				continue
			}
			n := rapid.IntRange(0, 2*chunkSize).Draw(t, "read")
			a, b := make([]byte, n), make([]byte, n)
			na, errA := io.ReadFull(r, a)
			nb, errB := io.ReadFull(same, b)
			if na != nb || errA != errB || !bytes.Equal(a, b) {
				t.Fatalf("read %d: %d, %v and %d, %v", n, na, errA, nb, errB)
			}
		}
	})
}

func TestStreamForWhoIsNotHere(t *testing.T) {
	s, _ := newSafe(t, "claire")
	s.Lock("claire")
	plain := noise(chunkSize + 3)
	sealed := mustStream(t, s, "claire", plain)
	_, err := readStream(s, "claire", sealed, len(plain))
	is(t, "locked", err, desk.ErrLocked)
	enrol(t, s, "claire")
	if got, err := readStream(s, "claire", sealed, len(plain)); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	enrol(t, s, "denis")
	_, err = readStream(s, "denis", sealed, len(plain))
	altered(t, "another person's", err)
	_, err = s.Writer("nobody", io.Discard)
	is(t, "a person without a key", err, desk.ErrLocked)
}

// Every byte of the head and of each chunk's ends, and some between, by one bit.
func TestStreamFlips(t *testing.T) {
	s, _ := newSafe(t, "claire")
	s.Lock("claire")
	public := mustStream(t, s, "claire", noise(100))
	enrol(t, s, "claire")
	small := mustStream(t, s, "claire", noise(100))
	big := mustStream(t, s, "claire", noise(2*chunkSize+100))
	for _, c := range []struct {
		sealed []byte
		size   int
	}{{small, 100}, {public, 100}, {mustStream(t, s, "claire", nil), 0}} {
		for i := range c.sealed {
			for bit := range 8 {
				changed := bytes.Clone(c.sealed)
				changed[i] ^= 1 << bit
				_, err := readStream(s, "claire", changed, c.size)
				altered(t, fmt.Sprintf("size %d, byte %d, bit %d", c.size, i, bit), err)
			}
		}
	}
	for i := 0; i < len(big); i += 811 {
		changed := bytes.Clone(big)
		changed[i] ^= 0x10
		_, err := readStream(s, "claire", changed, 2*chunkSize+100)
		altered(t, fmt.Sprintf("byte %d", i), err)
	}
}

func TestStreamCutAndShuffled(t *testing.T) {
	s, _ := newSafe(t, "claire")
	const whole = chunkSize + tagSize
	head := len(magic) + sealedKey[kindOwn]
	three := mustStream(t, s, "claire", noise(3*chunkSize))
	other := mustStream(t, s, "claire", noise(3*chunkSize))
	chunk := func(b []byte, n int) []byte { return b[head+n*whole : head+(n+1)*whole] }
	join := func(parts ...[]byte) []byte { return bytes.Join(append([][]byte{three[:head]}, parts...), nil) }
	for name, c := range map[string]struct {
		sealed []byte
		size   int
	}{
		"LastLeftOut":         {join(chunk(three, 0), chunk(three, 1)), 2 * chunkSize},
		"OnlyFirst":           {join(chunk(three, 0)), chunkSize},
		"NoChunk":             {join(), 0},
		"FirstLeftOut":        {join(chunk(three, 1), chunk(three, 2)), 2 * chunkSize},
		"MiddleLeftOut":       {join(chunk(three, 0), chunk(three, 2)), 2 * chunkSize},
		"Swapped":             {join(chunk(three, 1), chunk(three, 0), chunk(three, 2)), 3 * chunkSize},
		"LastFirst":           {join(chunk(three, 2), chunk(three, 1), chunk(three, 0)), 3 * chunkSize},
		"Twice":               {join(chunk(three, 0), chunk(three, 0), chunk(three, 2)), 3 * chunkSize},
		"LastTwice":           {join(chunk(three, 0), chunk(three, 1), chunk(three, 2), chunk(three, 2)), 4 * chunkSize},
		"FromAnother":         {join(chunk(three, 0), chunk(other, 1), chunk(three, 2)), 3 * chunkSize},
		"BytesMore":           {append(bytes.Clone(three), 0), 3 * chunkSize},
		"RowSaysMore":         {three, 3*chunkSize + 1},
		"RowSaysLess":         {three, 3*chunkSize - 1},
		"RowSaysNothing":      {three, 0},
		"RowSaysLessThanZero": {three, -1},
		"RowSaysTooMuch":      {three, 1<<63 - 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readStream(s, "claire", c.sealed, c.size)
			altered(t, "read", err)
		})
	}
	for cut := 0; cut < len(three); cut += 509 {
		_, err := readStream(s, "claire", three[:cut], 3*chunkSize)
		altered(t, fmt.Sprintf("the first %d bytes", cut), err)
	}
	for cut := range head + 20 { // whatever the row says
		for _, size := range []int{cut - head - tagSize, cut - head, 1, 0} {
			if size = max(0, size); cut == size && cut < 2 {
				continue // may be a file from before sealing
			}
			_, err := readStream(s, "claire", three[:cut], size)
			altered(t, fmt.Sprintf("the first %d bytes as %d", cut, size), err)
		}
	}
}

// A damaged chunk does not keep the others from being read, before or after.
func TestStreamReadsRoundDamage(t *testing.T) {
	s, _ := newSafe(t, "claire")
	plain := noise(3 * chunkSize)
	sealed := mustStream(t, s, "claire", plain)
	sealed[len(sealed)-chunkSize-100] ^= 1 // in the second of three
	r, err := s.Reader("claire", bytes.NewReader(sealed), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	part := make([]byte, 100)
	for _, at := range []int64{0, chunkSize, 5, 2 * chunkSize, chunkSize + 5, 10} {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		n, err := io.ReadFull(r, part)
		if damaged := at/chunkSize == 1; damaged {
			altered(t, "the damaged chunk", err)
		} else if err != nil || !bytes.Equal(part[:n], plain[at:at+100]) {
			t.Errorf("at %d: %v", at, err)
		}
	}
}

func TestPlainStreams(t *testing.T) {
	s := openSafe(t, t.TempDir(), &keyring.Memory{Fault: func(_, _ string) error { return keyring.ErrNone }})
	enrol(t, s, "claire")
	plain := [][]byte{nil, noise(5), []byte("%PDF-1.7 text"), noise(chunkSize + 1)}
	for _, p := range plain {
		if got := mustStream(t, s, "claire", p); !bytes.Equal(got, p) {
			t.Errorf("%d bytes became %d", len(p), len(got))
		}
	}
	s.ring = &keyring.Memory{}
	enrol(t, s, "claire")
	for _, p := range plain {
		if got, err := readStream(s, "claire", p, len(p)); err != nil || !bytes.Equal(got, p) {
			t.Errorf("%d bytes from before sealing: %d, %v", len(p), len(got), err)
		}
		_, err := readStream(s, "claire", p, len(p)+1)
		altered(t, "a plain stream of another size", err)
	}
	later := mustStream(t, s, "claire", noise(5))
	later[len(magic)-1]++
	_, err := readStream(s, "claire", later, 5)
	is(t, "a later format", err, desk.ErrTooNew)
}

// No file that may be attached begins as a sealed stream does.
func TestMagicIsNoFile(t *testing.T) {
	for _, ext := range []string{"pdf", "png", "jpg", "txt", "csv", "docx", "heic", "xml", "eml"} {
		path := filepath.Join(t.TempDir(), "file."+ext)
		if err := os.WriteFile(path, []byte(magic+"\x01some text"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := attach.Recognise(path, []byte(magic+"\x01some text")); got != "application/octet-stream" {
			t.Errorf("%s: taken for %s", ext, got)
		}
	}
}
