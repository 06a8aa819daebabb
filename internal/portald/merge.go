package portald

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"guichet/internal/portald/helpdesk"
)

// lookAgain makes one ticket of two, of which the second came late.
func (s *Server) lookAgain(ctx context.Context, request string) error {
	unlock, err := s.store.Lock(ctx, forwardKey(request))
	if err != nil {
		return err
	}
	defer unlock()
	_, err = s.adopt(ctx, request)
	return err
}

// adopt takes what the help desk has made of a request, one ticket if there are
// several. Where the help desk refuses to make them one, that is noted for whoever
// mends it, and the oldest is the request's: nothing waits for it.
func (s *Server) adopt(ctx context.Context, request string) (found bool, err error) {
	found, _, err = s.unite(ctx, request)
	return found, err
}

// unite is adopt, and tells whether there are several tickets still.
func (s *Server) unite(ctx context.Context, request string) (found, several bool, err error) {
	refs, err := s.cfg.Helpdesk.Find(ctx, request)
	if err != nil || len(refs) == 0 {
		return false, false, err
	}
	ref := refs[0]
	if len(refs) > 1 {
		if ref, several, err = s.merge(ctx, request, refs); err != nil {
			return false, false, err
		}
	}
	return true, several, s.store.setTicket(context.WithoutCancel(ctx), request, ref)
}

// merge makes one ticket of several, and names the one to go on with. What was refused
// is not tried again by itself.
func (s *Server) merge(ctx context.Context, request string, refs []string) (ref string, refused bool, err error) {
	if refused, err := s.store.mergeRefused(ctx, request); err != nil || refused {
		return refs[0], true, err
	}
	s.cfg.Log.Warn().Str("item", request).Int("tickets", len(refs)).Msg("help desk: several tickets of one request are made one")
	ref, err = s.cfg.Helpdesk.Merge(ctx, refs)
	var refusal *helpdesk.Refusal
	if !errors.As(err, &refusal) || errors.Is(err, helpdesk.ErrUnknown) {
		return ref, false, err
	}
	s.cfg.Log.Error().Err(err).Str("item", request).Str("kind", outMerge).Msg("help desk refuses")
	return refs[0], true, s.store.refuseMerge(context.WithoutCancel(ctx), request, refusal.Reason, s.Now())
}

// oneTicket makes one of two tickets when support works on another than the one
// that is known.
func (s *Server) oneTicket(ctx context.Context, e helpdesk.Event) error {
	ref, err := s.store.ticketOf(ctx, e.Request)
	if err != nil || ref == e.Ref || ref == "" {
		return err
	}
	_, err = s.adopt(ctx, e.Request)
	return err
}

// mergeID is by what a merge is known among what the help desk is told.
func mergeID(request string) string { return request + "/" + outMerge }

// mergeRefused tells whether the help desk has refused to make the tickets of a request
// one, and nobody has asked for another try.
func (s *store) mergeRefused(ctx context.Context, request string) (refused bool, err error) {
	err = s.QueryRowContext(ctx, "SELECT refused FROM outbound WHERE id=? AND done_at IS NULL", mergeID(request)).Scan(&refused)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("read what the help desk refuses: %w", err)
	}
	return refused, nil
}

// refuseMerge notes why the help desk does not make the tickets of a request one.
func (s *store) refuseMerge(ctx context.Context, request, why string, now time.Time) error {
	return s.mark(ctx, `INSERT INTO outbound (id, request, kind, at, attempts, failed, refused) VALUES (?,?,?,?,1,?,1)
		ON CONFLICT (id) DO UPDATE SET attempts=outbound.attempts+1, failed=excluded.failed, refused=1, done_at=NULL`,
		mergeID(request), request, outMerge, now.UnixMilli(), why)
}
