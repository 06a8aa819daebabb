package seal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guichet/internal/desk"
)

func copyDir(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTwoCopies(t *testing.T) {
	s, ring := newSafe(t, "", "claire")
	code := mustUse(t, s)
	sealed := mustSeal(t, s, "claire", "text")
	older := copyDir(t, s.dir)
	enrol(t, s, "denis")
	good := readFile(t, filepath.Join(s.dir, keysFile))
	if !bytes.Equal(good, readFile(t, filepath.Join(s.dir, copyFile))) {
		t.Fatal("the copies differ")
	}
	flipped := bytes.Clone(good)
	flipped[bytes.Index(good, []byte(`"public": "`))+15] ^= 1
	stale := readFile(t, filepath.Join(older, keysFile))
	bad := map[string][]byte{
		"Empty": {}, "Torn": good[:len(good)/2], "Zeroes": make([]byte, len(good)), "Flipped": flipped, "OtherJSON": []byte(`{"format":1}`), "Null": []byte("null"),
		"List": []byte(`[1]`), "FormatZero": []byte(`{"format":0,"sha256":"","keys":{}}`),
	}
	usable := func(t *testing.T, dir string, repaired bool) {
		t.Helper()
		again := openSafe(t, dir, ring)
		if again.Repaired() != repaired {
			t.Errorf("repaired is %t", again.Repaired())
		}
		enrol(t, again, "claire")
		opens(t, again, "claire", sealed, "text")
		if !bytes.Equal(readFile(t, filepath.Join(dir, keysFile)), readFile(t, filepath.Join(dir, copyFile))) {
			t.Error("the copies still differ")
		}
		if _, err := again.Recover(t.Context(), code, "claire"); err != nil {
			t.Errorf("recover: %v", err)
		}
		if openSafe(t, dir, ring).Repaired() {
			t.Error("repaired once more")
		}
	}
	for _, file := range []string{keysFile, copyFile} {
		for name, b := range bad {
			t.Run(name+" "+file, func(t *testing.T) {
				dir := copyDir(t, s.dir)
				writeFile(t, filepath.Join(dir, file), b)
				usable(t, dir, true)
				if got := readFile(t, filepath.Join(dir, file+damaged)); !bytes.Equal(got, b) {
					t.Errorf("the damaged file was not kept: %q", got)
				}
			})
		}
		t.Run("Missing "+file, func(t *testing.T) {
			dir := copyDir(t, s.dir)
			if err := os.Remove(filepath.Join(dir, file)); err != nil {
				t.Fatal(err)
			}
			usable(t, dir, false)
		})
		t.Run("Older "+file, func(t *testing.T) {
			dir := copyDir(t, s.dir)
			writeFile(t, filepath.Join(dir, file), stale)
			usable(t, dir, false)
			if again := openSafe(t, dir, ring); again.Unlock(t.Context(), "denis", "") != nil {
				t.Error("the older copy was taken")
			}
		})
	}
	t.Run("BothOlder", func(t *testing.T) { // a backup of the folder was brought back
		dir := copyDir(t, older)
		usable(t, dir, false)
		again := openSafe(t, dir, ring)
		enrol(t, again, "denis")
		opens(t, again, "denis", mustSeal(t, s, "denis", "text"), "text")
	})
}

// What is wrong with keys.json is told, and nothing is changed.
func TestKeysThatCannotBeRead(t *testing.T) {
	s, ring := newSafe(t, "claire")
	other, _ := newSafe(t, "claire")
	newer := []byte(`{"format":2,"keys":"in some other way"}`)
	for name, c := range map[string]struct {
		main, second []byte
		want         *desk.Error
	}{
		"BothDamaged":      {[]byte("{"), []byte("{"), desk.ErrDamaged},
		"DamagedAndNone":   {[]byte("{"), nil, desk.ErrDamaged},
		"NoneAndDamaged":   {nil, []byte("{"), desk.ErrDamaged},
		"Newer":            {newer, newer, desk.ErrTooNew},
		"NewerAndOurs":     {newer, readFile(t, filepath.Join(s.dir, copyFile)), desk.ErrTooNew},
		"OursAndNewer":     {readFile(t, filepath.Join(s.dir, copyFile)), newer, desk.ErrTooNew},
		"NewerAndDamaged":  {newer, []byte("{"), desk.ErrTooNew},
		"DamagedAndNewer":  {[]byte("{"), newer, desk.ErrTooNew},
		"OfTwoDataFolders": {readFile(t, filepath.Join(s.dir, keysFile)), readFile(t, filepath.Join(other.dir, keysFile)), desk.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, b := range map[string][]byte{keysFile: c.main, copyFile: c.second} {
				if b != nil {
					writeFile(t, filepath.Join(dir, file), b)
				}
			}
			before := listing(t, dir)
			_, err := Open(t.Context(), dir, ring)
			is(t, "open", err, c.want)
			if after := listing(t, dir); after != before {
				t.Errorf("was %s\nis %s", before, after)
			}
		})
	}
}

func listing(t *testing.T, dir string) (out string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out += fmt.Sprintf("%s %q\n", e.Name(), readFile(t, filepath.Join(dir, e.Name())))
	}
	return out
}

// Somebody has deleted keys.json and its copy: the keyring still knows the data
// folder, and the keys with it. Only the recovery code has to be made anew.
func TestKeysFileGone(t *testing.T) {
	s, ring := newSafe(t, "", "claire", "denis")
	mustUse(t, s)
	claires, deniss := mustSeal(t, s, "claire", "text"), mustSeal(t, s, "denis", "text")
	is(t, "set PIN", s.SetPIN(t.Context(), "denis", "1234"), nil)
	for _, file := range []string{keysFile, copyFile} {
		if err := os.Remove(filepath.Join(s.dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	again := openSafe(t, s.dir, ring)
	if again.Sealed() {
		t.Error("sealed, with no keys.json")
	}
	_, err := again.Open("claire", claires)
	is(t, "before the keyring was asked", err, desk.ErrLocked)
	for _, p := range []string{"", "claire", "denis"} {
		enrol(t, again, p)
	}
	opens(t, again, "claire", claires, "text")
	if again.IsOpen("denis") || !again.PIN("denis").Set || again.HasRecovery() {
		t.Error("the PIN was passed over, or there is a code that nobody has")
	}
	is(t, "unlock", again.Unlock(t.Context(), "denis", "1234"), nil)
	opens(t, again, "denis", deniss, "text")
	code := NewCode().Reveal()
	is(t, "use code", again.UseRecovery(t.Context(), code, "denis"), nil)
	clearRing(t, ring)
	if got, err := openSafe(t, s.dir, ring).Recover(t.Context(), code); err != nil || !slices.Equal(got, []string{"", "claire", "denis"}) {
		t.Errorf("%q, %v", got, err)
	}
}

// What is written is what the comments promise: read by nothing but encoding/json.
func TestFileIsJSON(t *testing.T) {
	s, _ := newSafe(t, "", "claire")
	var e struct {
		Format int
		SHA256 string
		Keys   struct {
			Generation int
			Install    string
			Persons    map[string]map[string]any
		}
	}
	if err := json.Unmarshal(readFile(t, filepath.Join(s.dir, keysFile)), &e); err != nil || e.Format != 1 || len(e.Keys.Persons) != 2 || len(e.Keys.Install) != 26 {
		t.Errorf("%+v, %v", e, err)
	}
}
