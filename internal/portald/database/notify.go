package database

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	channel = "portald_changes"
	// together is how long changes are gathered before the other processes are told:
	// PostgreSQL lets commits that notify pass one by one, so they do it apart.
	together = 10 * time.Millisecond
	// atLatest is when a process looks by itself: whoever changed something may have
	// died before it told.
	atLatest = 5 * time.Second
)

func (p *postgres) tell() {
	select {
	case p.changed <- struct{}{}:
	default: // it is told already
	}
}

// announce tells the other processes of changes.
func (p *postgres) announce(ctx context.Context, d *DB) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.changed:
		}
		_, _ = d.write.ExecContext(ctx, "SELECT pg_notify($1, '')", channel) // they look by themselves at latest
		select {
		case <-ctx.Done():
			return
		case <-time.After(together):
		}
	}
}

// listen wakes whoever waits here when another process tells of a change.
func (p *postgres) listen(ctx context.Context, config *pgx.ConnConfig, d *DB) {
	for ctx.Err() == nil {
		if err := p.hear(ctx, config, d); err != nil && ctx.Err() == nil {
			d.held.interrupt("") // that somebody wants a key would not be heard
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

func (p *postgres) hear(ctx context.Context, config *pgx.ConnConfig, d *DB) error {
	conn, err := pgx.ConnectConfig(ctx, config.Copy())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, c := range []string{channel, wanted} {
		if _, err := conn.Exec(ctx, "LISTEN "+c); err != nil {
			return err
		}
	}
	last := int64(-1)
	for {
		now, err := p.beat(ctx, conn)
		if err != nil {
			return err
		}
		if now != last { // also what was told while nobody listened
			last = now
			d.wake()
		}
		wait, cancel := context.WithTimeout(ctx, atLatest)
		told, err := conn.WaitForNotification(wait)
		timedOut := wait.Err() != nil && ctx.Err() == nil
		cancel()
		if err != nil && (!timedOut || conn.IsClosed()) {
			return err
		}
		if told != nil && told.Channel == wanted {
			if key := p.wantedHere(told.Payload); key != "" {
				d.held.interrupt(key)
			}
		}
	}
}

// beat reads the pulse. A line on which nothing comes any more is none.
func (p *postgres) beat(ctx context.Context, conn *pgx.Conn) (now int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	err = conn.QueryRow(ctx, p.pulse).Scan(&now)
	return now, err
}
