package seal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/disk"
)

// The two copies of what is kept, and what names there are beside them.
const (
	keysFile  = "keys.json"
	copyFile  = "keys.copy.json"
	temporary = ".new"
	damaged   = ".damaged"
	format    = 1
	maxFile   = 16 << 20 // bytes; more is none of ours
)

// kept is what lies in keys.json: no key that opens without the keyring or the
// recovery code. The ids of persons are in it as hashes, by which the records are
// found, and sealed; they are in clear in the database, and need be nowhere else.
type kept struct {
	Generation uint64            `json:"generation"`         // of two copies the higher one is the newer
	Install    string            `json:"install,omitempty"`  // makes the entries in the keyring those of this data folder
	Recovery   []byte            `json:"recovery,omitempty"` // public key of the recovery code
	Persons    map[string]record `json:"persons"`
}

// record is a person's key, as far as it may lie on the disk.
type record struct {
	Public     []byte `json:"public,omitempty"`
	Person     []byte `json:"person,omitempty"`     // the id, sealed with the key
	Wrapped    []byte `json:"wrapped,omitempty"`    // the key, sealed to a recovery code
	WrappedFor []byte `json:"wrappedFor,omitempty"` // public key of that code, which may be an older one
	PIN        bool   `json:"pin,omitempty"`        // what the keyring had last; the entry there decides
	Failures   int    `json:"failures,omitempty"`   // wrong PINs since the last right one
	Tried      int64  `json:"tried,omitempty"`      // when the last of them was tried, unix milliseconds
	Forgotten  bool   `json:"forgotten,omitempty"`  // the entry in the keyring is still to be removed
}

// envelope is the file.
type envelope struct {
	Format int             `json:"format"`
	SHA256 string          `json:"sha256"` // of Keys without white space
	Keys   json.RawMessage `json:"keys"`
}

// name is what a person's record and keyring entry are called.
func (k kept) name(person string) string { return nameOf(k.Install, person) }

func nameOf(install, person string) string {
	sum := sha256.Sum256([]byte("person\x00" + install + "\x00" + person))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// account is what the keyring calls a record's key.
func (s *Safe) account(name string) string { return s.install + "/" + name }

// load reads both copies and takes the newer one. The other is made anew.
func (s *Safe) load(ctx context.Context) error {
	main, mainErr := read(ctx, filepath.Join(s.dir, keysFile))
	second, secondErr := read(ctx, filepath.Join(s.dir, copyFile))
	missing := errors.Is(mainErr, fs.ErrNotExist) && errors.Is(secondErr, fs.ErrNotExist)
	for _, err := range []error{mainErr, secondErr} {
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, desk.ErrDamaged) {
			return err // of what cannot be read, nothing is known
		}
	}
	switch {
	case missing:
		s.kept = kept{Persons: map[string]record{}}
		return nil
	case mainErr != nil && secondErr != nil:
		return desk.ErrDamaged.With(errors.Join(mainErr, secondErr))
	case mainErr == nil && secondErr == nil && main.Install != second.Install:
		return desk.ErrDamaged.With(errors.New("the two copies of the keys are of different data folders"))
	case mainErr == nil && (secondErr != nil || main.Generation >= second.Generation):
		s.kept = main
	default:
		s.kept = second
	}
	s.install = s.kept.Install
	if mainErr != nil || secondErr != nil || main.Generation != second.Generation {
		s.heal(ctx, mainErr, secondErr)
	}
	return nil
}

// heal makes both copies the same again. What it cannot do now, on a full disk
// say, the next change does.
func (s *Safe) heal(ctx context.Context, mainErr, secondErr error) {
	for file, err := range map[string]error{keysFile: mainErr, copyFile: secondErr} {
		if !errors.Is(err, desk.ErrDamaged) {
			continue
		}
		s.repaired = true
		path := filepath.Join(s.dir, file)
		if err := disk.Rename(ctx, path, path+damaged); err != nil {
			return
		}
	}
	_, _ = s.save(ctx, s.kept)
}

// read reads one copy: fs.ErrNotExist, desk.ErrTooNew or desk.ErrDamaged tell
// what is wrong with it.
func read(ctx context.Context, path string) (k kept, err error) {
	f, err := disk.Open(ctx, path)
	if err != nil {
		return k, disk.Classify(err)
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return k, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	bad := func(what string) error {
		return desk.ErrDamaged.With(fmt.Errorf("%s: %s", filepath.Base(path), what))
	}
	var version struct{ Format int }
	if json.Unmarshal(body, &version) != nil {
		return k, bad("not JSON")
	}
	if version.Format > format {
		return k, desk.ErrTooNew.With(fmt.Errorf("%s has format %d", filepath.Base(path), version.Format))
	}
	var e envelope
	if json.Unmarshal(body, &e) != nil || e.Format != format || e.SHA256 != sum(e.Keys) {
		return k, bad("not what was written")
	}
	strict := json.NewDecoder(bytes.NewReader(e.Keys))
	strict.DisallowUnknownFields()
	if strict.Decode(&k) != nil || k.Install == "" || k.Persons == nil {
		return k, bad("not the keys that were written")
	}
	return k, nil
}

func sum(keys json.RawMessage) string {
	var compact bytes.Buffer
	if json.Compact(&compact, keys) != nil {
		return "none"
	}
	sum := sha256.Sum256(compact.Bytes())
	return hex.EncodeToString(sum[:])
}

// change writes what is kept, changed, and takes it over once it is on the disk.
// The caller has the turn.
func (s *Safe) change(ctx context.Context, edit func(*kept)) error {
	next := s.kept
	next.Install, next.Persons = s.install, maps.Clone(next.Persons)
	edit(&next)
	next.Generation++
	there, err := s.save(ctx, next)
	if there {
		s.mu.Lock()
		s.kept = next
		s.mu.Unlock()
	}
	return err
}

// save writes both copies, one after the other, so that one is whole at any
// time. There tells whether the first one is on the disk: a start would find it.
func (s *Safe) save(ctx context.Context, k kept) (there bool, err error) {
	keys, err := json.Marshal(k)
	if err != nil {
		return false, fmt.Errorf("encode keys: %w", err)
	}
	body, err := json.MarshalIndent(envelope{Format: format, SHA256: sum(keys), Keys: keys}, "", "\t")
	if err != nil {
		return false, fmt.Errorf("encode keys: %w", err)
	}
	for _, file := range []string{keysFile, copyFile} {
		if err := s.write(ctx, filepath.Join(s.dir, file), body); err != nil {
			return there, fmt.Errorf("write %s: %w", file, disk.Classify(err))
		}
		there = true
	}
	return there, nil
}

func (s *Safe) write(ctx context.Context, path string, body []byte) error {
	f, err := os.OpenFile(path+temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	s.written("made " + filepath.Base(path))
	if _, err = f.Write(body); err == nil {
		s.written("filled " + filepath.Base(path))
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	s.written("synced " + filepath.Base(path))
	err = disk.Publish(ctx, path+temporary, path)
	s.written("named " + filepath.Base(path))
	return err
}
