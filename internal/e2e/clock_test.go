package e2e

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/portald"
)

const day = 24 * time.Hour

// jumps are what happens to a clock. A PC whose battery is dead begins in 1970.
var jumps = []struct {
	name string
	by   func() time.Duration
}{
	{"BackADay", func() time.Duration { return -day }},
	{"OnADay", func() time.Duration { return day }},
	{"AsleepForAWeek", func() time.Duration { return 7 * day }},
	{"To1970", func() time.Duration { return -time.Since(time.Unix(0, 0)) }},
}

var clockCases = []struct {
	name string
	at   func(*clockCase, *testing.T)
}{
	{"WhileTheyWait", (*clockCase).whileTheyWait},
	{"AskedToWait", (*clockCase).askedToWait},
	{"WhileThePortalIsAway", (*clockCase).whileThePortalIsAway},
	{"WhileTheyAreSent", (*clockCase).whileTheyAreSent},
	{"BetweenTwoStarts", (*clockCase).betweenTwoStarts},
	{"AfterADeath", (*clockCase).afterADeath},
	{"ThereAndBack", (*clockCase).thereAndBack},
}

// Whatever the clock does, what waits is sent within a minute, once.
func TestClock(t *testing.T) {
	t.Parallel()
	rnd, began := Rand(t), time.Now()
	var all clockFigures
	t.Run("Jump", func(t *testing.T) {
		for _, jump := range jumps {
			for _, c := range clockCases {
				own := rand.New(rand.NewPCG(rnd.Uint64(), 0))
				t.Run(jump.name+"/"+c.name, func(t *testing.T) {
					t.Parallel()
					newClockCase(t, jump.by(), own).run(t, c.at, &all)
				})
			}
		}
	})
	t.Logf("%d jumps, %d requests, the last of them sent %.1f s after it could be; lost %d, doubled %d; %.0f s",
		len(jumps)*len(clockCases), all.received, all.slowest.Seconds(), all.lost, all.doubled, time.Since(began).Seconds())
}

// clockFigures are counted over all cases.
type clockFigures struct {
	mu sync.Mutex
	arrivals
	slowest time.Duration
}

func (f *clockFigures) add(a arrivals, took time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.received, f.lost, f.doubled = f.received+a.received, f.lost+a.lost, f.doubled+a.doubled
	f.slowest = max(f.slowest, took)
}

// clockCase is a desk with a clock, and a portal behind a gate.
type clockCase struct {
	by    time.Duration
	clock wallClock
	data  string
	gate  *gate
	p     *portald.Twin
	c     *clerk
	a     *app.App
	b     *bridge
}

func newClockCase(t *testing.T, by time.Duration, rnd *rand.Rand) *clockCase {
	t.Helper()
	x := &clockCase{by: by, data: t.TempDir(), p: runPortal(t, nil), c: newClerk(t.TempDir(), 1, rnd)}
	x.gate = newGate(t, x.p.URL)
	x.start(t)
	awaitKnown(t, x.b)
	return x
}

func (x *clockCase) start(t *testing.T) {
	t.Helper()
	x.a, x.b = openDeskAt(t, x.data, x.gate.url, &x.clock)
}

// promptly is how long a request may take to be sent once it can be.
const promptly = time.Minute

func (x *clockCase) run(t *testing.T, at func(*clockCase, *testing.T), all *clockFigures) {
	t.Helper()
	at(x, t)
	began := time.Now()
	x.c.awaitReceived(t, x.b, promptly)
	took := time.Since(began)
	if err := x.c.reread(x.b); err != nil {
		t.Error(err)
	}
	a := x.c.count(t, x.p.URL)
	all.add(a, took)
	if a.received == 0 {
		t.Error("nothing was sent")
	}
}

// write submits three requests, one of them with a file.
func (x *clockCase) write(t *testing.T) {
	t.Helper()
	h := x.c.hands[0]
	for i := range 3 {
		p := h.blank()
		err := h.save(x.b, p)
		if err == nil && i == 0 {
			err = h.attach(x.b, p)
		}
		if err = errors.Join(err, h.submit(x.b, p)); err != nil {
			t.Fatal(err)
		}
	}
}

// awaitTried waits until an attempt has failed.
func (x *clockCase) awaitTried(t *testing.T) {
	t.Helper()
	x.awaitItem(t, "an attempt that has failed", func(i app.Item) bool {
		return i.Status != "sending" && i.Status != "received" && i.Reason != ""
	})
}

// awaitItem waits until a request is as it should be.
func (x *clockCase) awaitItem(t *testing.T, what string, ok func(app.Item) bool) {
	t.Helper()
	awaitWithin(t, 20*time.Second, func() string { return what }, func() bool {
		items, err := listed(x.b)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(x.c.papers(), func(p *paper) bool { return ok(items[p.id]) })
	})
}

// whileTheyWait: the portal has turned them away, and their next attempt is
// written down by a clock that shows another time now.
func (x *clockCase) whileTheyWait(t *testing.T) {
	x.gate.turnAway("")
	x.write(t)
	x.awaitTried(t)
	x.clock.jump(x.by)
	x.gate.open()
}

// askedToWait: the portal has said when to come again.
func (x *clockCase) askedToWait(t *testing.T) {
	x.gate.turnAway("3")
	x.write(t)
	x.awaitTried(t)
	x.clock.jump(x.by)
	x.gate.open()
}

// whileThePortalIsAway: the whole queue pauses.
func (x *clockCase) whileThePortalIsAway(t *testing.T) {
	x.p.Down()
	x.write(t)
	x.awaitTried(t)
	x.clock.jump(x.by)
	x.p.Up()
}

// whileTheyAreSent: the jump comes in the middle of an attempt, which goes on
// when another may have begun.
func (x *clockCase) whileTheyAreSent(t *testing.T) {
	release := x.gate.holdBack()
	x.write(t)
	awaitWithin(t, 20*time.Second, func() string { return "attempts under way" }, func() bool { return x.gate.holds() >= 3 })
	x.clock.jump(x.by)
	x.gate.open() // another attempt finds the way free
	x.wake(t)
	release()
}

// wake makes the loop look again, as a wake-up of the PC does.
func (x *clockCase) wake(t *testing.T) {
	t.Helper()
	x.write(t)
	papers := x.c.papers()
	last := papers[len(papers)-1].id
	x.awaitItem(t, "what was written afterwards is received", func(i app.Item) bool { return i.ID == last && i.Status == "received" })
}

// betweenTwoStarts: the PC is switched off, and on again with another clock.
func (x *clockCase) betweenTwoStarts(t *testing.T) {
	x.gate.turnAway("")
	x.write(t)
	x.awaitTried(t)
	x.a.Stop()
	x.clock.jump(x.by)
	x.gate.open()
	x.start(t)
}

// afterADeath: it died in the middle of an attempt, with a lease by the old
// clock.
func (x *clockCase) afterADeath(t *testing.T) {
	x.a.Stop()
	release := x.gate.holdBack()
	d := startDesk(t, x.data, x.gate.url)
	x.b = d.bridge
	awaitKnown(t, x.b)
	x.write(t)
	x.awaitItem(t, "an attempt under way", func(i app.Item) bool { return i.Status == "sending" })
	d.kill()
	x.clock.jump(x.by)
	x.gate.open()
	release()
	x.start(t)
}

// thereAndBack: a wrong clock is put right while they wait.
func (x *clockCase) thereAndBack(t *testing.T) {
	x.clock.jump(x.by)
	x.gate.turnAway("")
	x.write(t)
	x.awaitTried(t)
	x.clock.jump(-x.by)
	x.gate.open()
}

// The draft saved last stands first, whatever the clock says.
func TestClockOrder(t *testing.T) {
	rnd := Rand(t)
	for _, jump := range jumps {
		t.Run(jump.name, func(t *testing.T) {
			x := newClockCase(t, jump.by(), rnd)
			h := x.c.hands[0]
			var papers []*paper
			for range 4 {
				p := h.blank()
				papers = append(papers, p)
				if err := h.save(x.b, p); err != nil {
					t.Fatal(err)
				}
			}
			x.clock.jump(x.by)
			for _, p := range papers[1:3] {
				if err := h.save(x.b, p); err != nil {
					t.Fatal(err)
				}
			}
			var items []app.Item
			if err := x.b.call("Drafts.List", &items); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range items {
				got = append(got, i.Subject)
			}
			want := []string{papers[2].mark, papers[1].mark, papers[3].mark, papers[0].mark}
			if !slices.Equal(got, want) {
				t.Errorf("the list is %q, want %q", got, want)
			}
		})
	}
}
