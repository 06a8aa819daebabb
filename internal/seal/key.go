package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"guichet/internal/desk"
)

// A sealed value is a header and what the key made of the text. The header has
// the kind and the mark of the key, so that a key that is gone is told from a
// value that was altered. Purpose and person are bound to the text.
const (
	kindOwn    = 1 // AES-256-GCM with the person's key: nonce, text, tag
	kindPublic = 2 // HPKE to the person's public key: encapsulated key, text, tag
	firstPlain = 9 // no JSON begins with a byte below, and no later kind will be above

	markSize   = 4
	headerSize = 1 + markSize
	nonceSize  = 12
	tagSize    = 16
	publicSize = 32
)

// What is sealed for one purpose opens for no other.
const (
	forValue    = "value"
	forFile     = "file"
	forName     = "name"     // of a person, in the record that is found by it
	forRecovery = "recovery" // a key, which shows by its public half whose it is
)

var errAltered = desk.ErrDamaged.With(errors.New("what is sealed was altered, or sealed for somebody else"))

// keys is a person's key and all that is derived from it.
type keys struct {
	root    [32]byte // what the keyring has; zero once the person is locked
	aead    cipher.AEAD
	private hpke.PrivateKey
	public  []byte
}

// kem, kdf and aead of every HPKE here.
func suite() (hpke.KEM, hpke.KDF, hpke.AEAD) {
	return hpke.DHKEM(ecdh.X25519()), hpke.HKDFSHA256(), hpke.AES256GCM()
}

// derive makes the keys of a root, which stays the caller's.
func derive(root []byte) (*keys, error) {
	k := &keys{}
	if copy(k.root[:], root) != len(root) || len(root) != len(k.root) {
		return nil, errors.New("a key of another size")
	}
	secret, err := hkdf.Key(sha256.New, root, nil, "guichet own", 32)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	if k.aead, err = gcm(secret); err != nil {
		return nil, err
	}
	if k.private, err = pair(root, "guichet public"); err != nil {
		return nil, err
	}
	k.public = k.private.PublicKey().Bytes()
	return k, nil
}

func newKeys() (*keys, error) {
	root := make([]byte, 32)
	defer clear(root)
	_, _ = rand.Read(root)
	return derive(root)
}

// pair derives an HPKE key pair from a secret.
func pair(secret []byte, use string) (hpke.PrivateKey, error) {
	seed, err := hkdf.Key(sha256.New, secret, nil, use, 32)
	if err != nil {
		return nil, err
	}
	defer clear(seed)
	kem, _, _ := suite()
	return kem.DeriveKeyPair(seed)
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// mark is how values name the key that they were sealed with.
func mark(public []byte) []byte {
	sum := sha256.Sum256(public)
	return sum[:markSize]
}

// bound is what a sealed value cannot be moved away from.
func bound(purpose, person string) []byte { return []byte(purpose + "\x00" + person) }

// seal seals with the key itself. Its nonces are random: they hold for four
// thousand million values of one person.
func (k *keys) seal(purpose, person string, plain []byte) []byte {
	out := make([]byte, headerSize+nonceSize, headerSize+nonceSize+len(plain)+tagSize)
	out[0] = kindOwn
	copy(out[1:], mark(k.public))
	nonce := out[headerSize:]
	_, _ = rand.Read(nonce)
	return k.aead.Seal(out, nonce, plain, bound(purpose, person))
}

// sealTo seals to a public key.
func sealTo(public []byte, purpose, person string, plain []byte) ([]byte, error) {
	header := append([]byte{kindPublic}, mark(public)...)
	sealed, err := hpkeSeal(public, bound(purpose, person), plain)
	if err != nil {
		return nil, fmt.Errorf("seal to public key: %w", err)
	}
	return append(header, sealed...), nil
}

func hpkeSeal(public, info, plain []byte) ([]byte, error) {
	kem, kdf, aead := suite()
	to, err := kem.NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(to, kdf, aead, info, plain)
}

func hpkeOpen(private hpke.PrivateKey, info, sealed []byte) ([]byte, error) {
	_, kdf, aead := suite()
	return hpke.Open(private, kdf, aead, info, sealed)
}

// open opens what seal or sealTo made.
func (k *keys) open(purpose, person string, sealed []byte) (plain []byte, err error) {
	if len(sealed) < headerSize+nonceSize+tagSize {
		return nil, fmt.Errorf("open: %w", errAltered)
	}
	header, body := sealed[:headerSize], sealed[headerSize:]
	if !bytes.Equal(header[1:], mark(k.public)) {
		return nil, fmt.Errorf("open: %w", desk.ErrKeyLost.With(errors.New("sealed with a key that is not the person's present one")))
	}
	info := bound(purpose, person)
	switch header[0] {
	case kindOwn:
		plain, err = k.aead.Open(nil, body[:nonceSize], body[nonceSize:], info)
	case kindPublic:
		plain, err = hpkeOpen(k.private, info, body)
	default:
		err = errAltered
	}
	if err != nil {
		return nil, fmt.Errorf("open: %w", errAltered)
	}
	return plain, nil
}
