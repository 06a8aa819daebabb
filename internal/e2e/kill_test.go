package e2e

import (
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"guichet/internal/issuer"
	"guichet/internal/portald"
)

// The program is killed at random moments while drafts are typed, files
// attached, requests submitted and sent, with the portal there and away. Short
// of the window everything is real here, so this runs everywhere.
func TestKill(t *testing.T) {
	t.Parallel()
	killing{rounds: Rounds(20, 300), start: func(t *testing.T, data, url string, _ <-chan time.Time) *deskProcess {
		return startDesk(t, data, url)
	}}.run(t)
}

// The same with the program itself: the development build with its window,
// through the bridge of that window.
func TestKillWindow(t *testing.T) {
	binary := os.Getenv("GUICHET_TEST_DEV")
	if binary == "" || os.Getenv("DISPLAY") == "" {
		t.Skip("GUICHET_TEST_DEV names no development build, or there is no DISPLAY for its window")
	}
	// It signs in as a person does: by the page of a provider.
	clerk := portald.DemoPeople()[0]
	provider := issuer.Run(t, func(c *issuer.Config) {
		one := issuer.Person{ID: clerk.ID, Name: clerk.Name}
		for _, p := range clerk.Practices {
			one.Practices = append(one.Practices, issuer.Practice(p))
		}
		c.People = []issuer.Person{one}
	})
	killing{rounds: Rounds(50, 2000), issuer: provider.URL, start: func(t *testing.T, data, url string, killed <-chan time.Time) *deskProcess {
		return startWindow(t, binary, data, url, killed)
	}}.run(t)
}

type killing struct {
	rounds int
	issuer string // who signs in, "" for the tests' own tokens
	start  func(t *testing.T, data, url string, killed <-chan time.Time) *deskProcess
}

const (
	longestStart = 400 * time.Millisecond // of a start that is killed
	shortestLife = 100 * time.Millisecond
	longestLife  = 1100 * time.Millisecond
)

// killsOfADesk is how often one desk is killed, before another begins with an
// empty folder: with thousands of requests the checks would take longer than
// the lives.
const killsOfADesk = 100

func (k killing) run(t *testing.T) {
	rnd, began := Rand(t), time.Now()
	var f killFigures
	for left := k.rounds; left > 0 && !t.Failed(); left -= killsOfADesk {
		k.desk(t, rnd, min(left, killsOfADesk), &f)
	}
	t.Logf("%d kills (%d while it started), %d saves acknowledged, %d submits, %d files, %d thrown away; %d requests at the portal; lost %d, doubled %d; %.0f s",
		k.rounds, f.early, f.saves, f.submits, f.files, f.thrown, f.received, f.lost, f.doubled, time.Since(began).Seconds())
	if f.received == 0 {
		t.Error("nothing was ever sent")
	}
}

// killFigures are counted over all desks.
type killFigures struct {
	arrivals
	early, saves, submits, files, thrown int64
}

func (f *killFigures) add(a arrivals, done *acknowledged) {
	f.received, f.lost, f.doubled = f.received+a.received, f.lost+a.lost, f.doubled+a.doubled
	f.saves, f.submits = f.saves+done.saves.Load(), f.submits+done.submits.Load()
	f.files, f.thrown = f.files+done.files.Load(), f.thrown+done.thrown.Load()
}

// desk kills one desk so often, and counts what has arrived in the end.
func (k killing) desk(t *testing.T, rnd *rand.Rand, kills int, all *killFigures) {
	t.Helper()
	data, p := t.TempDir(), runPortal(t, func(c *portald.Config) {
		if k.issuer != "" {
			c.OIDC = portald.DemoOIDC(k.issuer)
		}
	})
	defer p.Down()
	url, c := p.URL, newClerk(t.TempDir(), 4, rnd)
	d := k.start(t, data, url, nil)
	awaitKnown(t, d.bridge)
	d.kill()
	known := hashes{}
	for i := range kills {
		if rnd.IntN(3) == 0 {
			toggle(p)
		}
		if !k.live(t, c, p, data, url, rnd) {
			all.early++
		}
		if i%10 == 0 {
			clear(known) // every byte is read again now and then
		}
		f, err := lookIntoDesk(t, data, known)
		if err = errors.Join(err, c.holdAgainst(f)); err != nil {
			t.Fatalf("after kill %d: %v", i+1, err)
		}
	}
	if p.Server == nil {
		p.Up()
	}
	d = k.start(t, data, url, nil)
	defer d.kill()
	if err := c.reread(d.bridge); err != nil {
		t.Fatal(err)
	}
	c.drain(t, d.bridge, 90*time.Second)
	all.add(c.count(t, url), &c.done)
}

// live is one life of the program, and tells whether it has got as far as to
// answer. One in ten ends while the program starts.
func (k killing) live(t *testing.T, c *clerk, p *portald.Twin, data, url string, rnd *rand.Rand) bool {
	t.Helper()
	var killed <-chan time.Time
	if rnd.IntN(10) == 0 {
		killed = time.After(upTo(rnd, longestStart))
	}
	d := k.start(t, data, url, killed)
	if d == nil {
		return false
	}
	defer d.kill()
	reread := make(chan error, 1)
	go func() { reread <- c.reread(d.bridge) }()
	select {
	case err := <-reread:
		if err != nil {
			t.Fatalf("started again: %v\n%s", err, d.why())
		}
	case <-killed:
		d.kill()
		<-reread
		return false
	}
	killed = time.After(shortestLife + upTo(rnd, longestLife-shortestLife))
	stop := c.work(d.bridge)
	if rnd.IntN(4) == 0 {
		toggle(p) // while it works
	}
	select {
	case <-killed:
	case <-d.gone:
		t.Errorf("the desk ended by itself: %s", d.why())
	}
	d.kill()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	return true
}

// upTo is a random time below d.
func upTo(rnd *rand.Rand, d time.Duration) time.Duration { return time.Duration(rnd.Int64N(int64(d))) }

// toggle takes the portal away or brings it back.
func toggle(p *portald.Twin) {
	if p.Server == nil {
		p.Up()
	} else {
		p.Down()
	}
}

// awaitKnown waits until the portal has said who the clerk is.
func awaitKnown(t *testing.T, b *bridge) {
	t.Helper()
	var who struct{ SignedIn, Known bool }
	awaitWithin(t, 30*time.Second, func() string { return "the clerk is known" }, func() bool {
		if err := b.call("Session.State", &who); err != nil {
			t.Fatal(err)
		}
		return who.Known && who.SignedIn
	})
}
