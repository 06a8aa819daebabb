package keyring

import (
	"bytes"
	"context"
	"maps"
	"sync"
)

// Memory is a keyring for tests, which ends with the test. Its zero value works,
// and it is held to what the real ones do.
type Memory struct {
	// Fault is asked before every call ("get", "set", "delete") and answers
	// for it if it returns an error.
	Fault func(op, account string) error
	// Done is told after every call that was carried out.
	Done func(op, account string)

	mu      sync.Mutex
	entries map[string][]byte
}

func (m *Memory) do(ctx context.Context, op, account string, call func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.Fault != nil {
		if err := m.Fault(op, account); err != nil {
			return err
		}
	}
	m.mu.Lock()
	err := call()
	m.mu.Unlock()
	if m.Done != nil {
		m.Done(op, account)
	}
	return err
}

// Get does as Ring's.
func (m *Memory) Get(ctx context.Context, account string) (secret []byte, err error) {
	err = m.do(ctx, "get", account, func() error {
		if e, there := m.entries[account]; there {
			secret = bytes.Clone(e)
			return nil
		}
		return ErrNotFound
	})
	return secret, err
}

// Set does as Ring's.
func (m *Memory) Set(ctx context.Context, account string, secret []byte) error {
	if len(secret) < MinSize || len(secret) > MaxSize {
		return ErrSize
	}
	return m.do(ctx, "set", account, func() error {
		if m.entries == nil {
			m.entries = map[string][]byte{}
		}
		m.entries[account] = bytes.Clone(secret)
		return nil
	})
}

// Delete does as Ring's.
func (m *Memory) Delete(ctx context.Context, account string) error {
	return m.do(ctx, "delete", account, func() error {
		if _, there := m.entries[account]; !there {
			return ErrNotFound
		}
		delete(m.entries, account)
		return nil
	})
}

// Entries returns a copy of all that is in it.
func (m *Memory) Entries() map[string][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.entries)
}
