package database

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	wanted = "portald_wanted" // tells who holds a key that somebody else wants it
	// askAgain is how long a process waits before it tries again for a key that another one holds.
	askAgain = 50 * time.Millisecond
	// answerWithin is for one statement on the connection that all of a process's keys lie on.
	answerWithin = 5 * time.Second
)

// holding is the one connection on which a process holds keys for long.
type holding struct {
	config *pgx.ConnConfig
	self   string        // this process, among those that are told of a key
	turn   chan struct{} // who may use the connection
	conn   *pgx.Conn
	lost   func() // every key that is held is not any more
}

func newHolding(config *pgx.ConnConfig, lost func()) *holding {
	config = config.Copy()
	config.RuntimeParams["synchronous_commit"] = "off" // it writes nothing
	return &holding{config: config, self: rand.Text(), turn: make(chan struct{}, 1), lost: lost}
}

// ask runs a statement whose answer is one truth. A statement is never given up because its caller
// has gone: that would end the connection, with the keys of all others.
func (h *holding) ask(ctx context.Context, statement string, args ...any) (yes bool, err error) {
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	if h.conn == nil {
		if h.conn, err = pgx.ConnectConfig(within, h.config); err != nil {
			return false, err
		}
	}
	if err = h.conn.QueryRow(within, statement, args...).Scan(&yes); err != nil {
		_ = h.conn.Close(within)
		h.conn = nil
		h.lost()
	}
	return yes, err
}

func (h *holding) close() {
	h.turn <- struct{}{}
	defer func() { <-h.turn }()
	if h.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
		defer cancel()
		_ = h.conn.Close(ctx)
	}
}

func (p *postgres) hold(ctx context.Context, key string) (release func(), err error) {
	n := number("hold " + key)
	for {
		switch got, err := p.holding.ask(ctx, "SELECT pg_try_advisory_lock($1)", n); {
		case err != nil:
			return nil, err
		case got:
			return func() { _, _ = p.holding.ask(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", n) }, nil
		}
		if _, err := p.holding.ask(ctx, "SELECT true FROM pg_notify($1, $2)", wanted, p.holding.self+" "+key); err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(askAgain):
		}
	}
}

// wantedHere is the key that another process wants, of what it told; "" for what
// this one told itself.
func (p *postgres) wantedHere(payload string) string {
	self, key, _ := strings.Cut(payload, " ")
	if self == p.holding.self {
		return ""
	}
	return key
}
