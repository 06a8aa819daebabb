package portald

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// vouchWithin is how long the start waits for the help desk.
const vouchWithin = 30 * time.Second

// vouch asks the help desk before anything is taken for it: a name that it does not have
// would lose requests to support. One that does not answer is no reason not to start: what is
// taken waits for it. Nor is one that had everything once, under the same mapping: somebody has
// changed it since, and what it refuses waits for the operator.
func (s *Server) vouch(ctx context.Context) error {
	h := s.cfg.Helpdesk
	if h == nil || h.Digest == "" {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, vouchWithin)
	defer cancel()
	findings, err := h.Check(within)
	if err != nil {
		s.cfg.Log.Warn().Err(err).Msg("help desk: it could not be asked whether it has what the mapping names")
		return nil
	}
	good, err := s.store.vouched(ctx, h.Digest)
	if err != nil {
		return err
	}
	var fatal []error
	for _, f := range findings {
		tell := s.cfg.Log.Warn()
		if f.Fatal {
			fatal = append(fatal, fmt.Errorf("%s: %s", f.Setting, f.Problem))
			tell = s.cfg.Log.Error()
		}
		if good || !f.Fatal {
			tell.Str("setting", f.Setting).Str("problem", f.Problem).Msg("help desk")
		}
	}
	s.lacking = errors.Join(fatal...)
	switch {
	case s.lacking == nil:
		return s.store.keepVouched(ctx, h.Digest, s.Now())
	case !good:
		return fmt.Errorf("help desk: %w", s.lacking)
	}
	return nil
}

// vouched tells whether a help desk has had all of a mapping, by the mapping's digest.
func (s *store) vouched(ctx context.Context, digest string) (bool, error) {
	return has(ctx, s, "mapping", "SELECT 1 FROM vouched WHERE digest=?", digest)
}

func (s *store) keepVouched(ctx context.Context, digest string, now time.Time) error {
	if _, err := s.ExecContext(ctx, "INSERT INTO vouched (digest, at) VALUES (?,?) ON CONFLICT (digest) DO NOTHING", digest, now.UnixMilli()); err != nil {
		return fmt.Errorf("remember the mapping: %w", err)
	}
	return nil
}
