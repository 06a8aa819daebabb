package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"

	"guichet/internal/desk"
	"guichet/internal/seal/keyring"
)

// An entry of the keyring is a format, a kind, and the key: as it is, or wrapped
// with a PIN, whose parameters and the public key stand before it. So an entry
// says by itself what it is, even if keys.json is gone.
const (
	entryFormat = 1
	entryBare   = 1
	entryPIN    = 2
	saltSize    = 16
	pinHeader   = 2 + 4 + 4 + 1 + publicSize + saltSize
)

// cost is what one try of a PIN takes, by Argon2id.
type cost struct {
	time, memory uint32 // passes, KiB
	threads      uint8
}

// standard is half a second or so on a small PC.
var standard = cost{time: 4, memory: 64 << 10, threads: 2}

// most is what an entry may ask for, so that an altered one takes neither all
// memory nor all day.
var most = cost{time: 64, memory: 256 << 10, threads: 16}

// entry is what the keyring has for a person.
type entry struct {
	bare    []byte // the key, if no PIN wraps it
	public  []byte
	cost    cost
	salt    []byte
	wrapped []byte
	header  []byte
}

func bareEntry(root []byte) []byte { return append([]byte{entryFormat, entryBare}, root...) }

// pinEntry wraps a key. The nonce may be zero, as no salt is used twice.
func pinEntry(k *keys, root []byte, pin string, c cost) ([]byte, error) {
	header := []byte{entryFormat, entryPIN}
	header = binary.BigEndian.AppendUint32(header, c.time)
	header = binary.BigEndian.AppendUint32(header, c.memory)
	header = append(append(header, c.threads), k.public...)
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt)
	header = append(header, salt...)
	key := c.key(pin, salt)
	defer clear(key)
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	return aead.Seal(header, make([]byte, nonceSize), root, header), nil
}

func (c cost) key(pin string, salt []byte) []byte {
	return argon2.IDKey([]byte(pin), salt, c.time, c.memory, c.threads, 32)
}

// unwrap tries a PIN.
func (e entry) unwrap(pin string) ([]byte, error) {
	key := e.cost.key(pin, e.salt)
	defer clear(key)
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	root, err := aead.Open(nil, make([]byte, nonceSize), e.wrapped, e.header)
	if err != nil {
		return nil, desk.ErrWrongPIN
	}
	return root, nil
}

func parseEntry(b []byte) (e entry, err error) {
	switch {
	case len(b) > 2 && b[0] > entryFormat:
		return e, desk.ErrTooNew.With(fmt.Errorf("entry of the keyring has format %d", b[0]))
	case len(b) == 2+keySize && b[0] == entryFormat && b[1] == entryBare:
		k, err := derive(b[2:])
		if err != nil {
			return e, err
		}
		return entry{bare: b[2:], public: k.public}, nil
	case len(b) == pinHeader+keySize+tagSize && b[0] == entryFormat && b[1] == entryPIN:
		e = entry{
			cost:    cost{time: binary.BigEndian.Uint32(b[2:]), memory: binary.BigEndian.Uint32(b[6:]), threads: b[10]},
			public:  b[11 : 11+publicSize],
			salt:    b[pinHeader-saltSize : pinHeader],
			wrapped: b[pinHeader:],
			header:  b[:pinHeader],
		}
		if c := e.cost; c.time > 0 && c.threads > 0 && c.time <= most.time && c.memory <= most.memory && c.threads <= most.threads {
			return e, nil
		}
	}
	return entry{}, desk.ErrKeyLost.With(errors.New("entry of the keyring is not what was written"))
}

// entry reads what the keyring has. That it has none is keyring.ErrNotFound, and
// of one that does not answer the error is desk.ErrKeyring.
func (s *Safe) entry(ctx context.Context, account string) (entry, error) {
	b, err := s.ring.Get(ctx, account)
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return entry{}, err
	case err != nil:
		return entry{}, desk.ErrKeyring.With(err)
	}
	return parseEntry(b)
}

// put writes to the keyring and reads it again: what the keyring only seems to
// have taken would be lost with the program's end.
func (s *Safe) put(ctx context.Context, account string, secret []byte) error {
	if err := s.ring.Set(ctx, account, secret); err != nil {
		return desk.ErrKeyring.With(err)
	}
	got, err := s.ring.Get(ctx, account)
	if err == nil && !bytes.Equal(got, secret) {
		err = errors.New("it does not give back what it was given")
	}
	if err != nil {
		return desk.ErrKeyring.With(err)
	}
	return nil
}
