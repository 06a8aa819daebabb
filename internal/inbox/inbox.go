// Package inbox brings back what changed at the portal: numbers, statuses,
// messages. It waits at the portal for news of the person at the desk, and is
// how the desk learns at once that the portal went away or came back. It sends
// nothing.
package inbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"guichet/internal/desk"

	"github.com/rs/zerolog"
)

// Store keeps what was brought back.
type Store interface {
	// Cursor is how far the person's changes have been brought back.
	Cursor(ctx context.Context, person string) (string, error)
	// Apply stores an answer and the cursor behind it, in one transaction, and
	// returns what its person is to be told, and whether what is shown is another now.
	Apply(ctx context.Context, person string, in desk.Changes, now time.Time) (told []desk.Notice, changed bool, err error)
	// Restart has the next question begin anew.
	Restart(ctx context.Context, person string) error
	// Synced notes an answer that brought nothing.
	Synced(ctx context.Context, person string, now time.Time) error
}

// Portal tells what changed.
type Portal interface {
	// Changes returns what changed since the cursor, after waiting for it at
	// the most so long; desk.StaleCursor when it does not know the cursor.
	Changes(ctx context.Context, person, cursor string, wait time.Duration) (desk.Changes, error)
}

// Inbox is the loop. Make it with New, then set its fields before Start.
type Inbox struct {
	Store   Store
	Portal  Portal
	Log     zerolog.Logger
	Changed func() // something was brought back, or is on its way
	Told    func(person string, notices []desk.Notice)
	Now     func() time.Time

	Wait time.Duration                  // of one question
	Pace time.Duration                  // between two questions that bring something: what comes meanwhile comes at once
	Rest func(failed int) time.Duration // after so many failures in a row

	asking sync.Mutex // held from a question to its answer's end

	mu     sync.Mutex
	person string
	down   bool               // this PC has no network
	turn   context.CancelFunc // ends the question under way
	moved  chan struct{}      // another person
	cancel context.CancelFunc
	group  sync.WaitGroup
}

// New returns an inbox of nobody; it does no I/O.
func New(store Store, portal Portal) *Inbox {
	return &Inbox{
		Store: store, Portal: portal, Log: zerolog.Nop(), Changed: func() {}, Told: func(string, []desk.Notice) {}, Now: time.Now,
		Wait: 25 * time.Second, Pace: 500 * time.Millisecond, Rest: rest, moved: make(chan struct{}, 1),
	}
}

// rest grows from a second to a minute, so that a portal that comes back is
// seen soon, with jitter.
func rest(failed int) time.Duration {
	d := min(time.Second<<min(failed, 6), time.Minute)
	return d/2 + rand.N(d/2)
}

// Start begins to ask, until Stop.
func (i *Inbox) Start(ctx context.Context) {
	ctx, i.cancel = context.WithCancel(ctx)
	i.group.Add(1)
	go func() {
		defer i.group.Done()
		i.run(ctx)
	}()
}

// Stop ends the question under way and waits.
func (i *Inbox) Stop() {
	if i.cancel != nil {
		i.cancel()
	}
	i.group.Wait()
}

// SetPerson says whose changes to ask for, "" for nobody's. Calling it with the
// same person asks again at once.
func (i *Inbox) SetPerson(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.person = id
	i.anew()
}

// Quiet waits until nothing is stored any more for whoever was asked for before the
// last SetPerson.
func (i *Inbox) Quiet() {
	i.asking.Lock()
	defer i.asking.Unlock()
}

// Network tells whether this PC has a network: as long as there is none nothing
// is asked, and when there is one again it is asked at once.
func (i *Inbox) Network(up bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = !up
	i.anew()
}

// anew ends the question under way and asks again; the caller holds the lock.
func (i *Inbox) anew() {
	if i.turn != nil {
		i.turn()
	}
	select {
	case i.moved <- struct{}{}:
	default:
	}
}

// next takes up whose turn it is, and a context that ends with it.
func (i *Inbox) next(ctx context.Context) (string, context.Context, context.CancelFunc) {
	i.mu.Lock()
	defer i.mu.Unlock()
	select {
	case <-i.moved: // it is seen now
	default:
	}
	own, cancel := context.WithCancel(ctx)
	i.turn = cancel
	if i.down {
		return "", own, cancel
	}
	return i.person, own, cancel
}

func (i *Inbox) run(ctx context.Context) {
	failed, idle := 0, 0 // questions in a row
	for ctx.Err() == nil {
		person, own, cancel := i.next(ctx)
		pause := time.Duration(-1) // until somebody comes
		if person != "" {
			began := time.Now()
			i.asking.Lock()
			moved, err := i.ask(own, person, failed > 0)
			i.asking.Unlock()
			switch {
			case errors.Is(err, desk.ErrSignIn):
				i.complain(err, failed) // and a sign-in brings SetPerson
			case err != nil && own.Err() == nil:
				i.complain(err, failed)
				pause = i.Rest(failed)
				failed++
			case err != nil: // somebody else came
			case !moved && failed == 0 && time.Since(began) < hasty:
				pause = i.Rest(idle)
				idle++
			case moved:
				pause, failed, idle = i.Pace, 0, 0
			default:
				pause, failed, idle = 0, 0, 0
			}
		}
		changedHands := own.Err() != nil
		cancel()
		if !changedHands && !i.sleep(ctx, pause) {
			failed, idle = 0, 0 // another person: at once
		}
	}
}

// hasty is an answer that cannot have waited. One that brings nothing on as
// well, over and over, would make a busy loop.
const hasty = time.Second

// sleep waits, for ever if d is negative; false when the person changed.
func (i *Inbox) sleep(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return true
	}
	var over <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-ctx.Done():
	case <-over:
	case <-i.moved:
		return false
	}
	return true
}

// ask makes one question, stores its answer, and tells whether the cursor
// moved. After a failure it does not wait at the portal, so that a portal that
// is back is known at once.
func (i *Inbox) ask(ctx context.Context, person string, failedBefore bool) (moved bool, err error) {
	cursor, err := i.Store.Cursor(ctx, person)
	if err != nil {
		return false, err
	}
	wait := i.Wait
	if failedBefore || cursor == "" {
		wait = 0
	}
	pages := i.pages(ctx, person, cursor, wait)
	defer pages.stop()
	for more := true; more; {
		in, err := pages.next()
		if errors.Is(err, desk.StaleCursor{}) && cursor != "" {
			return true, i.Store.Restart(ctx, person) // and the next question begins anew
		}
		if err != nil {
			return moved, err
		}
		if len(in.Changes)+len(in.Gone) == 0 && in.Cursor == cursor {
			return moved, i.Store.Synced(ctx, person, i.Now())
		}
		told, changed, err := i.Store.Apply(ctx, person, in, i.Now())
		if err != nil {
			return moved, err
		}
		more = in.More && in.Cursor != cursor // a portal that does not move on is asked later
		moved = moved || in.Cursor != cursor
		cursor = in.Cursor
		if len(told) > 0 {
			i.Told(person, told)
		}
		if changed {
			i.Changed()
		}
	}
	return moved, nil
}

// complain logs the first failure of a row.
func (i *Inbox) complain(err error, failed int) {
	if failed == 0 {
		i.Log.Warn().Err(err).Msg("changes of the portal")
	}
}
