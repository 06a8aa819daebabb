package inbox_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
	"guichet/internal/inbox"

	"github.com/rs/zerolog"
)

// store keeps cursors and what was applied, in order.
type store struct {
	mu      sync.Mutex
	cursors map[string]string
	applied []string // "person cursor: numbers"
	failing error
	hold    chan struct{}   // Apply waits for it, if it is there
	notices []desk.Notice   // of each answer
	partial map[string]bool // whose snapshot is under way
	synced  time.Time       // last answer that brought nothing
}

func (s *store) Cursor(ctx context.Context, person string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursors[person], s.failing
}

func (s *store) Apply(ctx context.Context, person string, in desk.Changes, now time.Time) ([]desk.Notice, bool, error) {
	if s.hold != nil {
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	if s.failing != nil {
		return nil, false, s.failing
	}
	line := person + " " + in.Cursor + ":"
	for _, c := range in.Changes {
		line += " " + c.Request.Number
	}
	s.applied = append(s.applied, line)
	s.cursors[person] = in.Cursor
	changed := len(in.Changes)+len(in.Gone) > 0 || s.partial[person]
	s.partial[person] = in.Snapshot
	return s.notices, changed || in.Snapshot, nil
}

func (s *store) Restart(ctx context.Context, person string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.applied = append(s.applied, person+" restarts")
	s.cursors[person] = ""
	return s.failing
}

func (s *store) Synced(ctx context.Context, person string, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.synced = now
	return s.failing
}

func (s *store) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = err
}

// portal holds the news of each person and waits for more, as the real one
// does. Its cursor is how many of them were told.
type portal struct {
	mu    sync.Mutex
	news  map[string][]string // numbers
	page  int                 // at most so many in an answer, 0 for all
	stale string              // a cursor that is not known any more
	err   error               // the only answer
	fixed func(cursor string) (changes []desk.Change, next string, more bool)
	given map[string]desk.Changes // answers to those cursors
	came  chan struct{}           // closed when something came
	asked []question
	now   int // questions under way
	most  int // at a time
}

type question struct {
	person, cursor string
	wait           time.Duration
	at             time.Duration // since the test began
}

func (q question) String() string {
	return fmt.Sprintf("%s:%s wait %s at %s", q.person, q.cursor, q.wait, q.at)
}

var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of every bubble

func (p *portal) Changes(ctx context.Context, person, cursor string, wait time.Duration) (desk.Changes, error) {
	p.mu.Lock()
	p.asked = append(p.asked, question{person, cursor, wait, time.Since(epoch)})
	p.now++
	p.most = max(p.most, p.now)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.now--
	}()
	until := time.After(wait)
	for {
		p.mu.Lock()
		err, fixed, came := p.err, p.fixed, p.came
		if p.stale != "" && cursor == p.stale {
			err = desk.StaleCursor{}
		}
		since, _ := strconv.Atoi(cursor)
		news := slices.Clone(p.news[person])
		news = news[min(since, len(news)):]
		page := p.page
		given, ok := p.given[cursor]
		p.mu.Unlock()
		switch {
		case err != nil:
			return desk.Changes{}, err
		case ok:
			return given, nil
		case fixed != nil:
			changes, next, more := fixed(cursor)
			return desk.Changes{Changes: changes, Cursor: next, More: more}, nil
		case len(news) > 0 || wait == 0:
			more := page > 0 && len(news) > page
			if more {
				news = news[:page]
			}
			return desk.Changes{Changes: changesOf(news...), Cursor: strconv.Itoa(since + len(news)), More: more}, nil
		}
		select {
		case <-came:
		case <-until:
			wait = 0
		case <-ctx.Done():
			return desk.Changes{}, desk.ErrOffline.With(ctx.Err())
		}
	}
}

func changesOf(numbers ...string) (out []desk.Change) {
	for _, n := range numbers {
		out = append(out, desk.Change{Request: desk.Request{Number: n}})
	}
	return out
}

// world is an inbox with all that is around it.
type world struct {
	*inbox.Inbox
	store  *store
	portal *portal
	log    bytes.Buffer // read it after Stop
	mu     sync.Mutex
	told   int // calls of Changed
}

// run makes an inbox in a bubble of its own and starts it.
func run(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{
			store:  &store{cursors: map[string]string{}, partial: map[string]bool{}},
			portal: &portal{news: map[string][]string{}, came: make(chan struct{})},
		}
		w.Inbox = inbox.New(w.store, w.portal)
		w.Pace = 0 // TestPace has it
		w.Log = zerolog.New(&w.log)
		w.Rest = func(failed int) time.Duration { return time.Second << failed }
		w.Changed = func() { w.mu.Lock(); w.told++; w.mu.Unlock() }
		w.Start(t.Context())
		defer w.Stop()
		synctest.Wait()
		test(t, w)
		if w.portal.most > 1 {
			t.Errorf("%d questions at a time", w.portal.most)
		}
	})
}

// set changes the portal and wakes who waits there.
func (w *world) set(change func(*portal)) {
	w.portal.mu.Lock()
	change(w.portal)
	close(w.portal.came)
	w.portal.came = make(chan struct{})
	w.portal.mu.Unlock()
	synctest.Wait()
}

func (w *world) news(person string, numbers ...string) {
	w.set(func(p *portal) { p.news[person] = append(p.news[person], numbers...) })
}

func (w *world) person(id string) {
	w.SetPerson(id)
	synctest.Wait()
}

// pass lets time go by.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// questions are those since the last call.
func (w *world) questions() []string {
	w.portal.mu.Lock()
	defer w.portal.mu.Unlock()
	out := []string{}
	for _, q := range w.portal.asked {
		out = append(out, q.String())
	}
	w.portal.asked = nil
	return out
}

func (w *world) wantQuestions(tb testing.TB, want ...string) {
	tb.Helper()
	if got := w.questions(); !slices.Equal(got, want) && len(got)+len(want) > 0 {
		tb.Errorf("asked %q, want %q", got, want)
	}
}

func (w *world) wantApplied(tb testing.TB, told int, want ...string) {
	tb.Helper()
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	if !slices.Equal(w.store.applied, want) {
		tb.Errorf("applied %q, want %q", w.store.applied, want)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.told != told {
		tb.Errorf("told %d times, want %d", w.told, told)
	}
}
