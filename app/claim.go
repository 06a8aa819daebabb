//go:build !bindings

package app

import (
	"context"
	"errors"

	"guichet/internal/launch"
)

// applied is ApplyUpdate.
func applied(cfg *Config) (done bool, code int, err error) { return ApplyUpdate(cfg) }

// claim makes this program the one of its data folder; done is nil when another one is,
// which has been told what this one was started for. Its error is launch.ErrBusy: a folder
// that nobody can claim is opened all the same, and the window says what is wrong with it.
func (a *App) claim(m launch.Message) (done func(), err error) {
	ctx, cancel := context.WithTimeout(context.Background(), claimWait)
	defer cancel()
	a.one, err = launch.Claim(ctx, a.cfg.Data, m)
	switch {
	case err != nil && !errors.Is(err, launch.ErrBusy):
		a.unclaimed = err // told once there is a log
		return func() {}, nil
	case a.one == nil:
		return nil, err
	}
	return func() { a.report(context.Background(), "leave data folder", a.one.Close()) }, nil
}
