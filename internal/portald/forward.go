package portald

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"guichet/internal/portald/helpdesk"

	"github.com/riverqueue/river"
)

// forwarder tells the help desk what practices write, each thing once although
// the help desk knows no repeats. An attempt is noted before it is made. When
// nobody knows how one has ended, the help desk is asked for what it has until it
// must have ended; only then the next is made. Behind each success it is asked
// once more, and what is there twice is made one.
type forwarder struct {
	river.WorkerDefaults[forwardArgs]
	s *Server
}

// Timeout implements river.Worker.
func (*forwarder) Timeout(*river.Job[forwardArgs]) time.Duration { return forwardTimeout }

// NextRetry implements river.Worker.
func (*forwarder) NextRetry(job *river.Job[forwardArgs]) time.Time {
	return time.Now().Add(again(job.Attempt))
}

// Work implements river.Worker.
func (f *forwarder) Work(ctx context.Context, job *river.Job[forwardArgs]) error {
	if job.Args.Look {
		return f.s.lookAgain(ctx, job.Args.Request)
	}
	return f.s.forward(ctx, job.Args.Request)
}

// forward tells the help desk all that waits of a request, in its order.
func (s *Server) forward(ctx context.Context, request string) error {
	unlock, err := s.store.Lock(ctx, forwardKey(request))
	if err != nil {
		return err
	}
	defer unlock()
	if err := s.begun(ctx); err != nil {
		return err
	}
	for {
		o, err := s.store.waiting(ctx, request)
		if err != nil || o == nil {
			return err
		}
		h, err := s.store.request(ctx, s.store, request)
		if err != nil {
			return s.unread(ctx, *o, err)
		}
		if h == nil { // it is forgotten, with what waited of it
			return nil
		}
		ref, err := s.store.ticketOf(ctx, request)
		if err != nil {
			return s.unread(ctx, *o, err)
		}
		if err := s.pass(ctx, *o, h, ref); err != nil {
			return s.failed(ctx, *o, err)
		}
	}
}

// forwardKey is what one forwarder of a request holds, whichever node it is on.
func forwardKey(request string) string { return "forward " + request }

// looks is how often the help desk is asked for what it has while an attempt may
// still be going on.
const looks = 8

// failed notes why something could not be passed on, and tells River when it is to
// try again.
func (s *Server) failed(ctx context.Context, o outbound, err error) error {
	later := context.WithoutCancel(ctx)
	var refusal *helpdesk.Refusal
	var settling settlingError
	switch {
	case errors.As(err, &settling):
		return river.JobSnooze(min(settling.rest, s.cfg.Helpdesk.Settle/looks))
	case errors.Is(err, helpdesk.ErrUnknown):
		s.cfg.Log.Warn().Err(err).Str("item", o.id).Str("kind", o.kind).Msg("help desk: outcome unknown")
		return river.JobSnooze(s.cfg.Helpdesk.Settle / looks)
	case errors.As(err, &refusal):
		s.cfg.Log.Error().Err(err).Str("item", o.id).Str("kind", o.kind).Msg("help desk refuses")
		return errors.Join(s.store.nothingDone(later, o.id, refusal.Reason, true), river.JobCancel(err))
	}
	s.cfg.Log.Warn().Err(err).Str("item", o.id).Str("kind", o.kind).Msg("help desk: not told yet")
	return errors.Join(err, s.store.nothingDone(later, o.id, err.Error(), false))
}

// unread is failed for what the portal's own books do not tell: nobody was asked, so that
// what is noted of an earlier attempt stays.
func (s *Server) unread(ctx context.Context, o outbound, err error) error {
	s.cfg.Log.Warn().Err(err).Str("item", o.id).Str("kind", o.kind).Msg("help desk: not told yet")
	return errors.Join(err, s.store.why(context.WithoutCancel(ctx), o.id, err.Error()))
}

// settlingError says that an attempt may still be going on.
type settlingError struct{ rest time.Duration }

func (e settlingError) Error() string {
	return fmt.Sprintf("an earlier attempt may end within %v", e.rest)
}

// pass tells the help desk one thing of a request, or finds that it has been told. ref is
// the request's ticket, "" if it has none.
func (s *Server) pass(ctx context.Context, o outbound, h *held, ref string) error {
	switch {
	case o.kind == outCreate:
		return s.once(ctx, o, func() (bool, error) { return s.adopt(ctx, o.request) }, func() error {
			t, err := s.ticket(ctx, h)
			if err != nil {
				return err
			}
			if ref, err = s.cfg.Helpdesk.Create(ctx, t); s.short(o, err) != nil {
				return err
			}
			return unchanged(s.store.setTicket(context.WithoutCancel(ctx), o.request, ref))
		})
	case ref == "":
		return errors.New("the request has no ticket yet")
	case o.kind == outMerge: // it was refused, and is tried again by hand
		if _, several, err := s.unite(ctx, o.request); err != nil || several {
			return err
		}
		return s.store.passed(context.WithoutCancel(ctx), o.id, s.Now())
	case o.kind == outReply:
		return s.once(ctx, o, func() (bool, error) { return s.cfg.Helpdesk.Replied(ctx, ref, o.id) }, func() error {
			r, err := s.reply(ctx, h, o.id)
			if err != nil {
				return err
			}
			return s.short(o, s.cfg.Helpdesk.Reply(ctx, ref, r))
		})
	}
	if over, err := s.store.overtaken(ctx, o); err != nil {
		return err
	} else if over { // it was refused, and is tried again by hand
		return s.store.passed(context.WithoutCancel(ctx), o.id, s.Now())
	}
	if err := s.cfg.Helpdesk.SetStatus(ctx, ref, o.status); err != nil && !errors.Is(err, helpdesk.ErrUnknown) {
		return err
	} else if err != nil { // to say it again does no harm
		return fmt.Errorf("set status: %v", err)
	}
	return s.store.passed(context.WithoutCancel(ctx), o.id, s.Now())
}

// short lets pass what was done although the help desk did not keep all of it: to
// tell it once more would double it. Names of files are not for the log.
func (s *Server) short(o outbound, err error) error {
	var short *helpdesk.Incomplete
	if !errors.As(err, &short) {
		return err
	}
	var settings []string
	for _, lack := range short.Lacks {
		if strings.Contains(lack, ".") && !strings.ContainsAny(lack, " /") {
			settings = append(settings, lack)
		}
	}
	s.cfg.Log.Error().Str("item", o.id).Str("kind", o.kind).Int("lacks", len(short.Lacks)).Strs("settings", settings).Msg("help desk: it did not keep all of it")
	return nil
}

// once does what the help desk cannot be told twice. found looks whether it was
// told.
func (s *Server) once(ctx context.Context, o outbound, found func() (bool, error), do func() error) error {
	if o.tried != nil {
		asked := s.Now() // before the look: what it does not see may be made while it goes on
		there, err := found()
		if err != nil {
			return unchanged(err)
		}
		if there {
			return s.done(ctx, o)
		}
		if rest := s.cfg.Helpdesk.Settle - asked.Sub(*o.tried); rest > 0 {
			return settlingError{rest}
		}
	}
	if err := s.store.trying(ctx, o.id, s.Now()); err != nil {
		return unchanged(err)
	}
	faultpoint("helpdesk-trying")
	err := do()
	s.metrics.told.WithLabelValues(howEnded(err)).Inc()
	if err != nil {
		return err
	}
	faultpoint("helpdesk-told")
	if _, err := found(); err != nil { // what an earlier attempt has made late is there by now
		return unchanged(err)
	}
	if o.tried != nil && o.kind == outCreate { // or a help desk took longer than it may
		opts := &river.InsertOpts{ScheduledAt: time.Now().Add(s.cfg.Helpdesk.Settle)}
		if err := s.insert(ctx, nil, forwardArgs{Request: o.request, Look: true}, opts); err != nil {
			return unchanged(err)
		}
	}
	return s.done(ctx, o)
}

// done notes that the help desk has been told. Where that cannot be noted, it is
// found there again.
func (s *Server) done(ctx context.Context, o outbound) error {
	return unchanged(s.store.passed(context.WithoutCancel(ctx), o.id, s.Now()))
}

// unchanged keeps what is noted of an attempt as it is: the error is of a look at the
// help desk, or of the portal's own books.
func unchanged(err error) error {
	if err == nil {
		return nil
	}
	return helpdesk.Unknown(err)
}

// howEnded names how an attempt ended.
func howEnded(err error) string {
	var refusal *helpdesk.Refusal
	switch {
	case err == nil:
		return "done"
	case errors.Is(err, helpdesk.ErrUnknown):
		return "unknown"
	case errors.As(err, &refusal):
		return "refused"
	}
	return "failed"
}

// Retry has something tried again that the help desk has refused, once whoever
// runs the portal has mended why.
func (s *Server) Retry(ctx context.Context, id string) error {
	var request string
	if err := s.store.QueryRowContext(ctx, "SELECT request FROM outbound WHERE id=? AND done_at IS NULL", id).Scan(&request); err != nil {
		return fmt.Errorf("nothing with the id %s waits for the help desk: %w", id, err)
	}
	if err := s.store.mark(ctx, "UPDATE outbound SET refused=0 WHERE id=?", id); err != nil {
		return err
	}
	return s.insert(ctx, nil, forwardArgs{Request: request}, nil)
}
