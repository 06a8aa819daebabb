package seal

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// What a key is made of is printed by nothing.
func TestKeysDoNotPrint(t *testing.T) {
	s, ring := newSafe(t, "claire")
	var buf bytes.Buffer
	w, err := s.Writer("claire", &buf)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("canary of a text")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := s.Reader("claire", bytes.NewReader(buf.Bytes()), 16)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	name, _, _ := s.record("claire")
	root := ring.Entries()[s.account(name)][2:]
	code := NewCode()
	unfinished, err := s.Writer("claire", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unfinished.Write([]byte("canary of a text")); err != nil {
		t.Fatal(err)
	}
	things := []any{s, w, unfinished, r, code, struct{ w, u, r, s, c any }{w, unfinished, r, s, code}}
	marks := []string{string(root), fmt.Sprint(root)[1:40], fmt.Sprintf("%x", root[:8]), "canary", fmt.Sprint([]byte("canary"))[1:20], code.Reveal()}
	if own := s.open[name].Reveal(); own.root == [32]byte{} {
		t.Error("an open key without its root")
	} else if s.Lock("claire"); own.root != [32]byte{} {
		t.Error("a locked key stays in memory")
	}
	enrol(t, s.use(ring), "claire")
	s.ring = nil // the one for tests hides nothing
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		for _, thing := range things {
			out := fmt.Sprintf(verb, thing)
			for _, mark := range marks {
				if strings.Contains(out, mark) {
					t.Errorf("%s of %T prints a secret", verb, thing)
				}
			}
		}
	}
}

func TestIdsAreNotInClear(t *testing.T) {
	s, _ := newSafe(t, "claire.dupont@cabinet.fr")
	for _, file := range []string{keysFile, copyFile} {
		body, err := os.ReadFile(filepath.Join(s.dir, file))
		if err != nil || bytes.Contains(body, []byte("claire")) {
			t.Errorf("%s: %v %s", file, err, body)
		}
		if info, err := os.Stat(filepath.Join(s.dir, file)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}
