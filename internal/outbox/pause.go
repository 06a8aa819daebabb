package outbox

import (
	"context"
	"errors"
	"time"

	"guichet/internal/desk"
)

// line is what is known of the way to the portal. While it is broken nothing
// is sent: one probe asks for all.
type line struct {
	faults  int       // in a row
	until   time.Time // of the next probe; zero while it holds
	asked   bool      // the portal itself asked for the pause
	probing bool
	out     bool // a probe has found the portal away
	down    bool // this PC has no network at all
}

func (l *line) broken() bool { return l.down || !l.until.IsZero() }

// lift ends the pause. The count of faults ends with an attempt that does not
// meet one: a probe may get through where requests do not.
func (l *line) lift() { l.until, l.asked = time.Time{}, false }

// lineReasons are what requests wait for that only the line has kept.
var lineReasons = []string{desk.ReasonNetwork, desk.ReasonTimeout, desk.ReasonForeign, desk.ReasonClock, desk.ReasonPortalFault, desk.ReasonCut, desk.ReasonStopped}

// Online tells that the portal has answered: whatever waited for that waits no
// longer, unless the portal itself asked to wait.
func (o *Outbox) Online() {
	o.mu.Lock()
	if o.line.asked && o.line.until.After(o.Now()) {
		o.mu.Unlock()
		return
	}
	o.line.lift()
	out := o.line.out
	o.line.out = false
	o.mu.Unlock()
	if out {
		o.hasten()
	}
	o.Wake()
}

// Network tells whether this PC has a network, and that it may be another one
// than before: as long as there is none nothing is tried.
func (o *Outbox) Network(up bool) {
	o.mu.Lock()
	o.line.down = !up
	if up && !o.line.asked {
		o.line.lift()
		o.line.faults = 0
	}
	o.mu.Unlock()
	if up {
		o.hasten()
	}
	o.Wake()
}

// AskedUntil is until when the portal itself has asked to wait with everything;
// zero if it has not.
func (o *Outbox) AskedUntil() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.line.asked || !o.line.until.After(o.Now()) {
		return time.Time{}
	}
	return o.line.until
}

func (o *Outbox) hasten() {
	o.report("hasten", o.Queue.Hasten(context.Background(), o.Now(), lineReasons...))
}

// pause is how long a job waits after an outcome: full jitter below a limit
// that doubles, and never less than the portal asked for. What has not met
// anybody waits for the line alone.
func (o *Outbox) pause(attempt int, out desk.Outcome) time.Duration {
	atLeast := min(out.RetryAfter, o.Cap)
	longest := o.Cap
	switch {
	case out.Kind == desk.OutcomeReceived, out.Kind == desk.OutcomeRefused, out.Kind == desk.OutcomeSignIn, out.Code == desk.ReasonStopped:
		return 0
	case out.Code == desk.ReasonNetwork && out.Certain():
		return atLeast
	case out.Reach == desk.ReachNetwork:
		longest = o.LineCap // long pauses are for a request that fails by itself
	}
	limit := doubled(o.Base, attempt, longest)
	return max(limit/10+o.Jitter(limit-limit/10), atLeast)
}

// doubled is base after the first time, twice as much after each further one,
// up to a cap.
func doubled(base time.Duration, times int, longest time.Duration) time.Duration {
	limit := base << min(max(times-1, 0), 20)
	if limit > longest || limit <= 0 {
		limit = longest
	}
	return limit
}

// breaks notes a fault of the line; the caller holds the lock.
func (o *Outbox) breaks(out desk.Outcome, now time.Time) {
	o.line.faults++
	limit := doubled(o.Base, o.line.faults, o.LineCap)
	pause := limit/2 + o.Jitter(limit-limit/2)
	asked := min(out.RetryAfter, o.Cap)
	o.line.asked = asked > 0 // of this pause: what was asked for before is over
	o.line.until = now.Add(max(pause, asked))
	o.giveBack(func(*run) bool { return true })
}

// settle draws from an outcome what concerns more than its own request; the
// caller holds the lock.
func (o *Outbox) settle(job desk.Job, out desk.Outcome, now time.Time) {
	switch {
	case out.Reach == desk.ReachNetwork:
		if o.line.until.IsZero() || out.RetryAfter > 0 { // attempts that failed side by side are one fault
			o.breaks(out, now)
		}
		return
	case out.Reach == desk.ReachAccount:
		person := job.Request.Owner.Person
		o.paused[person] = now.Add(o.Cap)
		o.giveBack(func(r *run) bool { return r.job.Request.Owner.Person == person })
	}
	if !answered(out) {
		return
	}
	o.line.faults = 0
	if !o.line.asked {
		o.line.lift()
	}
}

// answered tells whether an outcome that does not reach the network rests on
// an answer of the portal. A panic is ours, a stop as well, and without a token
// nobody was asked.
func answered(out desk.Outcome) bool {
	return out.Code != desk.ReasonStopped && !errors.Is(out.Err, errPanicked) && !errors.Is(out.Err, desk.ErrSignIn)
}

// probe asks the portal when its time has come, and returns how long until
// then; the caller holds the lock. Nothing is asked as long as nothing is due.
func (o *Outbox) probe(ctx context.Context, now time.Time, due time.Duration) time.Duration {
	wait := o.line.until.Sub(now)
	if wait > o.Cap { // the clock was put back
		wait = 0
	}
	if wait = max(wait, due); wait > 0 {
		return wait
	}
	o.line.probing = true
	o.group.Add(1)
	go func() {
		defer o.group.Done()
		out := o.Portal.Probe(ctx)
		o.mu.Lock()
		o.line.probing = false
		back := out.Reach != desk.ReachNetwork
		switch {
		case ctx.Err() != nil:
		case back:
			o.line.lift()
			back = o.line.out
			o.line.out = false
		default:
			o.line.out = true
			o.breaks(out, o.Now())
		}
		o.mu.Unlock()
		if back && ctx.Err() == nil {
			o.hasten()
		}
		o.Wake()
	}()
	return o.Idle
}

// skipped are the persons whose account is paused; the caller holds the lock.
func (o *Outbox) skipped(now time.Time) (who []string) {
	for person, until := range o.paused {
		if now.Before(until) && until.Sub(now) <= o.Cap {
			who = append(who, person)
		}
	}
	return who
}

// pauseEnds is when the first account's pause ends, zero if there is none; the
// caller holds the lock.
func (o *Outbox) pauseEnds(now time.Time) (first time.Time) {
	for _, until := range o.paused {
		if now.Before(until) && (first.IsZero() || until.Before(first)) {
			first = until
		}
	}
	return first
}

// note logs an outcome when it is another one than before: an outage of a
// night is one line.
func (o *Outbox) note(job desk.Job, out desk.Outcome) {
	said := out.Code
	if out.Kind == desk.OutcomeReceived {
		said = ""
		o.Log.Info().Str("request", job.Request.ID.String()).Int("attempt", job.Attempt).Msg("received")
	}
	o.mu.Lock()
	same := o.said == said
	o.said = said
	o.mu.Unlock()
	if !same && said != "" {
		o.Log.Warn().Str("request", job.Request.ID.String()).Int("attempt", job.Attempt).Str("outcome", string(out.Kind)).Str("reason", out.Code).
			AnErr("error", out.Err).Msg("not sent")
	}
}
