package attach_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/attach"
	"guichet/internal/privacy"
)

// sealer turns every byte by the length of the person's name, puts a mark
// before and after, and fails where it is told to.
type sealer struct {
	privacy.Plain
	start, write, close, open error
}

func (s sealer) Writer(person string, w io.Writer) (io.WriteCloser, error) {
	if s.start != nil {
		return nil, s.start
	}
	_, err := io.WriteString(w, "<")
	return &sealing{sealer: s, w: w, key: byte(len(person))}, err
}

type sealing struct {
	sealer
	w   io.Writer
	key byte
}

func (s *sealing) Write(p []byte) (int, error) {
	if s.write != nil {
		return 0, s.write
	}
	return s.w.Write(turn(p, s.key))
}

func (s *sealing) Close() error {
	if s.close != nil {
		return s.close
	}
	_, err := io.WriteString(s.w, ">")
	return err
}

func (s sealer) Reader(person string, sealed io.ReadSeeker, size int64) (io.ReadSeeker, error) {
	if s.open != nil {
		return nil, s.open
	}
	b, err := io.ReadAll(sealed)
	if err != nil {
		return nil, err
	}
	if int64(len(b)) != size+2 || b[len(b)-1] != '>' {
		return nil, fmt.Errorf("seal of %d bytes for %d", len(b), size)
	}
	return bytes.NewReader(turn(b[1:len(b)-1], -byte(len(person)))), nil
}

func turn(p []byte, by byte) []byte {
	out := bytes.Clone(p)
	for i := range out {
		out[i] += by
	}
	return out
}

func read(tb testing.TB, s *attach.Store, stored attach.Stored) []byte {
	tb.Helper()
	f, err := s.Open(tb.Context(), "claire", stored.Name, stored.Size)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// Size and hash are of the plain bytes, the disk has the sealed ones, and the
// seal is finished before the file has its name.
func TestSealed(t *testing.T) {
	s, dir := newStore(t, sealer{})
	stored := put(t, s, []byte("facture"))
	if stored.Size != 7 || stored.SHA256 != hashOf([]byte("facture")) {
		t.Errorf("got %+v", stored)
	}
	disk, err := os.ReadFile(filepath.Join(dir, stored.Name))
	if err != nil {
		t.Fatal(err)
	}
	if want := "<" + string(turn([]byte("facture"), 6)) + ">"; string(disk) != want {
		t.Errorf("the disk has %q, want %q", disk, want)
	}
	if got := read(t, s, stored); string(got) != "facture" {
		t.Errorf("read %q", got)
	}
}

func TestOpen(t *testing.T) {
	s, dir := newStore(t, privacy.Plain{})
	stored := put(t, s, []byte("facture"))
	t.Run("OKSeek", func(t *testing.T) { // an upload that resumes
		f, err := s.Open(t.Context(), "claire", stored.Name, stored.Size)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Seek(3, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(f); string(rest) != "ture" || err != nil {
			t.Errorf("got %q, %v", rest, err)
		}
	})
	t.Run("ErrGone", func(t *testing.T) {
		if _, err := s.Open(t.Context(), "claire", "GONE", 7); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ErrSeal", func(t *testing.T) {
		if _, err := attach.New(dir, sealer{open: errBroken}).Open(t.Context(), "claire", stored.Name, 7); !errors.Is(err, errBroken) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ErrOutside", func(t *testing.T) { // a name leads nowhere but into the store
		outside := filepath.Join(dir, "..", "secret")
		if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"../secret", outside} {
			if _, err := s.Open(t.Context(), "claire", name, 1); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: got %v", name, err)
			}
			if err := s.Remove(t.Context(), name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := os.Stat(outside); err != nil {
			t.Error("removed outside of the store")
		}
	})
}

func TestRemove(t *testing.T) {
	s, dir := newStore(t, privacy.Plain{})
	a, b := put(t, s, []byte("a")), put(t, s, []byte("b"))
	for range 2 { // the second time it is gone already, which is what was wanted
		if err := s.Remove(t.Context(), a.Name); err != nil {
			t.Error(err)
		}
	}
	if got := names(t, dir); !slices.Equal(got, []string{b.Name}) {
		t.Errorf("folder holds %q", got)
	}
}

func TestSweep(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	s, dir := newStore(t, privacy.Plain{})
	if n, err := s.Sweep(nil, now, time.Hour); n != 0 || err != nil {
		t.Errorf("no folder yet: %d, %v", n, err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "folder-old"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{
		"row-old": 48 * time.Hour, "row-young": 0, "orphan-old": 48 * time.Hour, "orphan-edge": time.Hour,
		"orphan-young": time.Hour - time.Second, "cut-old.part": 48 * time.Hour, "cut-young.part": time.Minute,
		"orphan-future": -time.Hour, "folder-old": 48 * time.Hour,
	} {
		path := filepath.Join(dir, name)
		if !strings.HasPrefix(name, "folder") {
			if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	rows := map[string]bool{"row-old": true, "row-young": true, "row-without-file": true}
	n, err := s.Sweep(rows, now, time.Hour)
	if n != 3 || err != nil {
		t.Errorf("removed %d, %v; want 3", n, err)
	}
	want := []string{"cut-young.part", "folder-old", "orphan-future", "orphan-young", "row-old", "row-young"}
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("folder holds %q, want %q", got, want)
	}
	if n, err := s.Sweep(rows, now, time.Hour); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
}

// What is being written, and what is stored and waits for its row, stays whatever its age;
// what is settled, or was stored before this start, does not.
func TestSweepLeavesWhatWaits(t *testing.T) {
	s, dir := newStore(t, privacy.Plain{})
	swept := func(want ...string) {
		t.Helper()
		if _, err := s.Sweep(nil, time.Now(), 0); err != nil {
			t.Error(err)
		}
		if got := names(t, dir); !slices.Equal(got, want) {
			t.Errorf("folder holds %q, want %q", got, want)
		}
	}
	during := sweeping{strings.NewReader("bytes"), func() {
		if got := names(t, dir); len(got) != 1 || !strings.HasSuffix(got[0], ".part") {
			t.Errorf("folder holds %q", got)
		} else {
			swept(got...)
		}
	}}
	stored, err := s.Put(t.Context(), "claire", during, 100, nil)
	if err != nil {
		t.Fatal(err)
	}
	swept(stored.Name)
	s.Settled(stored.Name)
	swept()
	if stored, err = s.Put(t.Context(), "claire", strings.NewReader("bytes"), 100, nil); err != nil {
		t.Fatal(err)
	}
	if s = attach.New(dir, privacy.Plain{}); stored.Size != 5 {
		t.Errorf("%+v", stored)
	}
	swept()
}

// sweeping does something before each read.
type sweeping struct {
	io.Reader
	do func()
}

func (s sweeping) Read(p []byte) (int, error) {
	s.do()
	return s.Reader.Read(p)
}

func TestSweepErr(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := attach.New(file, privacy.Plain{}).Sweep(nil, time.Now(), 0); err == nil {
		t.Error("a store that cannot be read was swept without a word")
	}
}
