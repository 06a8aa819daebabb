package seal

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"guichet/internal/seal/keyring"
)

// Whatever a value became on the disk: it opens as what was sealed, or as a
// plain value, or not at all.
func FuzzOpen(f *testing.F) {
	s, _ := newSafe(f, "claire")
	own := mustSeal(f, s, "claire", "the text")
	s.Lock("claire")
	public := mustSeal(f, s, "claire", "the text")
	enrol(f, s, "claire")
	for _, b := range [][]byte{own, public, {}, {kindOwn}, []byte(`{"a":1}`)} {
		f.Add(b, 0, byte(0))
		f.Add(b, 7, byte(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, at int, flip byte) {
		for _, sealed := range [][]byte{b, own, public} {
			sealed = bytes.Clone(sealed)
			if at >= 0 && at < len(sealed) {
				sealed[at] ^= flip
			}
			got, err := s.Open("claire", sealed)
			switch {
			case len(sealed) == 0 || sealed[0] >= firstPlain:
				if err != nil || !bytes.Equal(got, sealed) {
					t.Errorf("plain: %q, %v", got, err)
				}
			case bytes.Equal(sealed, own), bytes.Equal(sealed, public):
				if err != nil || string(got) != "the text" {
					t.Errorf("%q, %v", got, err)
				}
			default:
				altered(t, "altered", err)
			}
		}
	})
}

// Whatever a stream became on the disk, and whatever size its row has: no byte
// is read that was not written.
func FuzzReader(f *testing.F) {
	s, _ := newSafe(f, "claire")
	plain := noise(chunkSize + 100)
	sealed := mustStream(f, s, "claire", plain)
	head := len(magic) + sealedKey[kindOwn]
	f.Add([]byte(nil), 0, len(sealed), 0, int64(len(plain)))
	f.Add([]byte{1}, head, len(sealed), 0, int64(len(plain)))
	f.Add([]byte(nil), 0, head+chunkSize+tagSize, 0, int64(chunkSize))
	f.Add([]byte(nil), 0, head+tagSize, chunkSize, int64(100))
	f.Add([]byte("%PDF"), 0, 4, 0, int64(4))
	f.Fuzz(func(t *testing.T, patch []byte, at, cut, drop int, size int64) {
		b := bytes.Clone(sealed)
		if at >= 0 && at < len(b) {
			copy(b[at:], patch)
		}
		if cut >= 0 && cut < len(b) {
			b = b[:cut]
		}
		if drop > 0 && head+drop < len(b) {
			b = append(b[:head:head], b[head+drop:]...)
		}
		r, err := s.Reader("claire", bytes.NewReader(b), size)
		if err != nil {
			return
		}
		got, err := io.ReadAll(r)
		if isPlain := len(b) < len(magic) || !bytes.Equal(b[:len(magic)], []byte(magic)); isPlain {
			if err != nil || !bytes.Equal(got, b) {
				t.Errorf("plain: %d bytes, %v", len(got), err)
			}
			return
		}
		if !bytes.HasPrefix(plain, got) || err == nil && (len(got) != len(plain) || int64(len(got)) != size) {
			t.Errorf("%d bytes as %d: %v", len(got), size, err)
		}
	})
}

// Whatever keys.json became: it is read as it was, or said to be damaged, and
// left alone.
func FuzzKeysFile(f *testing.F) {
	s, _ := newSafe(f, "claire")
	good, err := os.ReadFile(filepath.Join(s.dir, keysFile))
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range [][]byte{good, bytes.Replace(good, []byte("keys"), []byte("kEys"), 1), good[:len(good)/2], nil, []byte("{}"), []byte(`{"format":1,"keys":{"persons":{}}}`), []byte(`{"format":9}`)} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, keysFile)
		writeFile(t, path, b)
		was, readErr := read(t.Context(), path)
		_, err := Open(t.Context(), dir, &keyring.Memory{})
		if err == nil && (sum(b) == "none" || !bytes.Contains(b, []byte("sha256"))) {
			t.Errorf("read %q", b)
		}
		if readErr == nil { // its copy is made, and both are written as we write them
			if is, err := read(t.Context(), path); err != nil || !reflect.DeepEqual(is, was) {
				t.Errorf("was %+v, is %+v, %v", was, is, err)
			}
		} else if got := readFile(t, path); !bytes.Equal(got, b) {
			t.Error("was overwritten")
		}
	})
}

// Whatever is typed as a code, or lies in the keyring.
func FuzzCodeAndEntry(f *testing.F) {
	k, err := newKeys()
	if err != nil {
		f.Fatal(err)
	}
	wrapped, err := pinEntry(k, k.root[:], "1234", cheap)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(NewCode().Reveal(), bareEntry(k.root[:]))
	f.Add("ÀÉ-1l0O", wrapped)
	f.Fuzz(func(t *testing.T, code string, b []byte) {
		_, _ = parseCode(code)
		e, err := parseEntry(b)
		if err == nil && e.bare == nil && (e.cost.time == 0 || e.cost.memory > most.memory || len(e.public) != publicSize) {
			t.Errorf("took %+v", e.cost)
		}
	})
}
