package issuer

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// key signs, or is published, in the two shapes that zitadel asks for.
type key struct {
	id      string
	private *ecdsa.PrivateKey
}

func newKey() (key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return key{}, fmt.Errorf("make signing key: %w", err)
	}
	return key{id: rand.Text(), private: private}, nil
}

func (k key) jwk() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.private, KeyID: k.id, Algorithm: string(jose.ES256), Use: "sig"}
}

// signing is a key as op.SigningKey.
type signing struct{ key }

func (k signing) ID() string                                  { return k.id }
func (k signing) Key() any                                    { return k.private }
func (k signing) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.ES256 }

// published is a key as op.Key.
type published struct{ key }

func (k published) ID() string                         { return k.id }
func (k published) Key() any                           { return k.private.Public() }
func (k published) Use() string                        { return "sig" }
func (k published) Algorithm() jose.SignatureAlgorithm { return jose.ES256 }

// SigningKey implements op.Storage.
func (s *store) SigningKey(context.Context) (op.SigningKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return signing{s.keys[0]}, nil
}

// SignatureAlgorithms implements op.Storage.
func (s *store) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

// KeySet implements op.Storage.
func (s *store) KeySet(context.Context) ([]op.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []op.Key
	for _, k := range s.keys {
		out = append(out, published{k})
	}
	return out, nil
}

func (s *store) rotate() error {
	fresh, err := newKey()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append([]key{fresh}, s.keys...)
	return s.save()
}

func (s *store) forget() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = s.keys[:1]
	return s.save()
}
