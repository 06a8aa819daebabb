package database

import (
	"context"
	"fmt"
	"sync"
)

// Hold waits like Lock until nobody else holds that key, here or in another process,
// but whoever holds it is asked to give it free: interrupt is called when somebody
// else wants the key, perhaps more than once, and when the process has lost it.
// It is for what takes long: unlike a lock, it takes no connection of its own.
func (d *DB) Hold(ctx context.Context, key string, interrupt func()) (release func(), err error) {
	leave, err := d.held.take(ctx, key, interrupt)
	if err != nil {
		return nil, err
	}
	free, err := d.hold(ctx, key)
	if err != nil {
		leave()
		return nil, fmt.Errorf("hold: %w", err)
	}
	return func() { free(); leave() }, nil
}

// Holds tells whether somebody in this process has a key, or waits for another process
// to give it free.
func (d *DB) Holds(key string) bool {
	d.held.mu.Lock()
	defer d.held.mu.Unlock()
	return d.held.all[key] != nil
}

// holders are who holds what within one process.
type holders struct {
	mu  sync.Mutex
	all map[string]*holder
}

type holder struct {
	interrupt func()
	gone      chan struct{}
}

func (h *holders) take(ctx context.Context, key string, interrupt func()) (leave func(), err error) {
	for {
		h.mu.Lock()
		before := h.all[key]
		if before == nil {
			if h.all == nil {
				h.all = map[string]*holder{}
			}
			own := &holder{interrupt: interrupt, gone: make(chan struct{})}
			h.all[key] = own
			h.mu.Unlock()
			return func() {
				h.mu.Lock()
				defer h.mu.Unlock()
				delete(h.all, key)
				close(own.gone)
			}, nil
		}
		h.mu.Unlock()
		before.interrupt()
		select {
		case <-before.gone:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// interrupt asks whoever holds a key in this process, "" for all keys.
func (h *holders) interrupt(key string) {
	h.mu.Lock()
	var asked []func()
	for k, one := range h.all {
		if key == "" || k == key {
			asked = append(asked, one.interrupt)
		}
	}
	h.mu.Unlock()
	for _, ask := range asked {
		ask()
	}
}
