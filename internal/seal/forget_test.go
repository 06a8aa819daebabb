package seal

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/seal/keyring"
)

func TestForget(t *testing.T) {
	s, ring := newSafe(t, "", "claire", "denis")
	code := NewCode().Reveal()
	is(t, "use code", s.UseRecovery(t.Context(), code, ""), nil)
	claires, deniss := mustSeal(t, s, "claire", "text"), mustSeal(t, s, "denis", "text")
	name, _, _ := s.record("claire")
	entry := ring.Entries()[s.account(name)]
	is(t, "forget", s.Forget(t.Context(), "claire"), nil)
	if _, there := ring.Entries()[s.account(name)]; there || s.IsOpen("claire") {
		t.Error("the key is still there")
	}
	_, err := s.Open("claire", claires)
	is(t, "open", err, desk.ErrLocked)
	_, err = s.Seal("claire", nil)
	is(t, "seal", err, desk.ErrLocked)
	is(t, "unlock", s.Unlock(t.Context(), "claire", ""), desk.ErrNotFound)
	_, err = s.Recover(t.Context(), code, "claire")
	is(t, "recover", err, desk.ErrWrongCode)
	for _, file := range []string{keysFile, copyFile} {
		if body, err := os.ReadFile(filepath.Join(s.dir, file)); err != nil || strings.Contains(string(body), name) {
			t.Errorf("%s still has the record, %v", file, err)
		}
	}
	enrol(t, s, "claire")
	if got := ring.Entries()[s.account(name)]; string(got) == string(entry) {
		t.Error("the same key again")
	}
	_, err = s.Open("claire", claires)
	is(t, "open with the new key", err, desk.ErrKeyLost)
	opens(t, s, "denis", deniss, "text")
	is(t, "forget who was never here", s.Forget(t.Context(), "nobody"), nil)

	t.Run("GoesOn", func(t *testing.T) {
		sealed := mustSeal(t, s, "denis", "text")
		_, r, _ := s.record("denis")
		ring.Fault = func(op, _ string) error {
			if op == "delete" {
				return keyring.ErrSilent
			}
			return nil
		}
		is(t, "forget", s.Forget(t.Context(), "denis"), desk.ErrKeyring)
		_, err := s.Open("denis", sealed)
		is(t, "open", err, desk.ErrLocked)
		again := openSafe(t, s.dir, ring)
		for _, file := range []string{keysFile, copyFile} {
			if wrapped := base64.StdEncoding.EncodeToString(r.Wrapped); wrapped == "" || strings.Contains(string(readFile(t, filepath.Join(s.dir, file))), wrapped) {
				t.Errorf("%s still has the copy for the recovery code", file)
			}
		}
		is(t, "unlock", again.Unlock(t.Context(), "denis", ""), desk.ErrNotFound)
		is(t, "enrol", again.Enrol(t.Context(), "denis"), desk.ErrKeyring)
		_, err = again.Seal("denis", nil)
		is(t, "seal", err, desk.ErrLocked)
		ring.Fault = nil
		enrol(t, again, "denis")
		_, err = again.Open("denis", sealed)
		is(t, "open with the new key", err, desk.ErrKeyLost)
	})
	t.Run("HalfWritten", func(t *testing.T) {
		s, ring := newSafe(t, "claire")
		sealed := mustSeal(t, s, "claire", "text")
		block(t, s.dir)
		if err := s.Forget(t.Context(), "claire"); err == nil {
			t.Error("forgotten without a word on the disk")
		}
		opens(t, s, "claire", sealed, "text")
		unblock(t, s.dir)
		if err := os.Mkdir(filepath.Join(s.dir, copyFile+temporary), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := s.Forget(t.Context(), "claire"); err == nil || s.IsOpen("claire") {
			t.Errorf("one copy could not be written: %v, open %t", err, s.IsOpen("claire"))
		}
		if err := os.Remove(filepath.Join(s.dir, copyFile+temporary)); err != nil {
			t.Fatal(err)
		}
		is(t, "once more", s.Forget(t.Context(), "claire"), nil)
		if len(ring.Entries()) != 1 { // the install id
			t.Errorf("%d entries", len(ring.Entries()))
		}
	})
	t.Run("NothingSealed", func(t *testing.T) {
		s := openSafe(t, t.TempDir(), &keyring.Memory{})
		is(t, "forget", s.Forget(t.Context(), "claire"), nil)
		is(t, "unlock", s.Unlock(t.Context(), "claire", ""), nil)
		is(t, "set PIN", s.SetPIN(t.Context(), "claire", "1234"), desk.ErrKeyring)
		is(t, "use code", s.UseRecovery(t.Context(), NewCode().Reveal(), ""), desk.ErrKeyring)
	})
}
