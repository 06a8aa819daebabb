package issuer

import (
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
)

// kept is the file: what must outlive a restart so that nobody is signed out
// by it.
type kept struct {
	Keys   []jose.JSONWebKey `json:"keys"`   // the first one signs
	Secret []byte            `json:"secret"` // refresh tokens are made with it
	Grants []*grant          `json:"grants"`
}

// load reads the file, or makes what it would hold.
func (s *store) load() error {
	body, err := os.ReadFile(s.cfg.File)
	if s.cfg.File == "" || errors.Is(err, fs.ErrNotExist) {
		fresh, err := newKey()
		if err != nil {
			return err
		}
		s.keys, s.secret = []key{fresh}, make([]byte, 32)
		if _, err := rand.Read(s.secret); err != nil {
			return err
		}
		return s.save()
	}
	if err != nil {
		return fmt.Errorf("read the issuer's file: %w", err)
	}
	var k kept
	if json.Unmarshal(body, &k) != nil || len(k.Keys) == 0 || len(k.Secret) < 32 { // the decoder would quote keys
		return fmt.Errorf("the issuer's file %s is damaged; without it everybody signs in again", s.cfg.File)
	}
	for _, j := range k.Keys {
		private, ok := j.Key.(*ecdsa.PrivateKey)
		if !ok {
			return fmt.Errorf("the issuer's file %s holds a key of another kind", s.cfg.File)
		}
		s.keys = append(s.keys, key{id: j.KeyID, private: private})
	}
	s.secret = k.Secret
	for _, g := range k.Grants {
		s.grants[g.ID] = g
	}
	return nil
}

// save writes the file; the caller has the lock.
func (s *store) save() error {
	if s.cfg.File == "" {
		return nil
	}
	k := kept{Secret: s.secret}
	for _, one := range s.keys {
		k.Keys = append(k.Keys, one.jwk())
	}
	for _, g := range s.grants {
		k.Grants = append(k.Grants, g)
	}
	body, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("keep sign-ins: %w", err)
	}
	if err := replace(s.cfg.File, body); err != nil {
		return fmt.Errorf("keep sign-ins: %w", err)
	}
	return nil
}

// replace writes a file anew, for this account alone. A power cut leaves the
// old one or the new one.
func replace(path string, body []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".issuer-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(body)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
