package e2e

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/outbox"
	"guichet/internal/privacy"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// modelLoop is a desk whose real loop sends from its real store.
type modelLoop struct {
	t      *testing.T
	dir    string
	rules  desk.Catalogue
	rnd    *rand.Rand // the person's moves
	portal *modelPortal
	store  *sqlite.Store
	outbox *outbox.Outbox
	sent   map[uuid.UUID]string // whose, of everything that was submitted and not cancelled
}

func (l *modelLoop) must(what string, err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatalf("%s: %v", what, err)
	}
}

func (l *modelLoop) start() {
	var err error
	l.store, err = sqlite.Open(context.Background(), l.dir, privacy.Plain{})
	l.must("open", err)
	l.must("recover", l.store.Recover(context.Background(), time.Now()))
	l.outbox = outbox.New(l.store, l.portal)
	l.outbox.Jitter = func(d time.Duration) time.Duration { return time.Duration(l.portal.draw(int(d) + 1)) }
	l.outbox.Start(context.Background())
}

func (l *modelLoop) stop() {
	l.outbox.Stop()
	l.must("close", l.store.Close())
}

func (l *modelLoop) freeze(who string) func(desk.Draft) (desk.Request, error) {
	return func(d desk.Draft) (desk.Request, error) {
		return desk.Finalize(l.rules, d, modelPerson(who), time.Now())
	}
}

func (l *modelLoop) submit() {
	who := modelPersons[1+l.rnd.IntN(2)]
	d, err := l.store.SaveDraft(l.t.Context(), desk.Draft{ID: uuid.Must(uuid.NewV7()), Owner: desk.Owner{Person: who}, Content: desk.Content{
		Road: desk.RoadForm, CatalogueVersion: own, Type: "technical", Category: "other", Practice: "tilleuls",
		Values: desk.Values{desk.KeySubject: "Agenda lent", desk.KeyDescription: "L’agenda met une minute à s’ouvrir."},
	}}, time.Now())
	l.must("save", err)
	_, err = l.store.Submit(l.t.Context(), d.ID, d.Revision, time.Now(), l.freeze(who))
	l.must("submit", err)
	l.sent[d.ID] = who
	l.outbox.Wake()
}

// cancel takes a request back if it can be, and then the portal must not have
// it, for good.
func (l *modelLoop) cancel() {
	for id, who := range l.sent {
		err := l.store.Cancel(l.t.Context(), who, id, false, time.Now())
		if errors.Is(err, desk.ErrNotNow) {
			return
		}
		l.must("cancel", err)
		l.portal.mu.Lock()
		if l.portal.numbers[id] != "" {
			l.t.Errorf("%s is cancelled, and the portal has it", id)
		}
		l.portal.cancelled[id] = true
		l.portal.mu.Unlock()
		delete(l.sent, id)
		return
	}
}

// correct sends again what was refused.
func (l *modelLoop) correct() {
	for id, who := range l.sent {
		err := l.store.Correct(l.t.Context(), who, id, time.Now())
		if errors.Is(err, desk.ErrNotNow) {
			continue
		}
		l.must("correct", err)
		d, err := l.store.Draft(l.t.Context(), id)
		l.must("read draft", err)
		_, err = l.store.Submit(l.t.Context(), id, d.Revision, time.Now(), l.freeze(who))
		l.must("submit again", err)
		l.outbox.Wake()
	}
}

func (l *modelLoop) signIn() {
	for _, who := range modelPersons[1:] {
		l.must("sign in", l.store.SignedIn(l.t.Context(), who, time.Now()))
		l.outbox.Resume(who)
	}
}

func (l *modelLoop) move() {
	switch l.rnd.IntN(12) {
	case 0, 1, 2, 3:
		l.submit()
	case 4:
		l.cancel()
	case 5:
		l.correct()
	case 6:
		l.signIn()
	case 7:
		l.must("send now", l.outbox.SendNow(l.t.Context()))
	case 8:
		l.outbox.Network(l.rnd.IntN(2) == 0)
	case 9:
		l.stop()
		l.start()
	case 10:
		l.outbox.Online()
	}
	time.Sleep(time.Duration(l.rnd.IntN(int([]time.Duration{time.Second, time.Minute, 20 * time.Minute}[l.rnd.IntN(3)]))))
}

// heal makes everything work and waits until nothing is left to do.
func (l *modelLoop) heal() {
	l.portal.mu.Lock()
	l.portal.healed = true
	l.portal.mu.Unlock()
	l.outbox.Network(true)
	for range 40 { // minutes
		l.signIn()
		l.correct()
		time.Sleep(time.Minute)
		left := 0
		for _, who := range modelPersons[1:] {
			c, err := l.store.Counts(l.t.Context(), who)
			l.must("count", err)
			left += c.Waiting + c.ToCorrect
		}
		if left == 0 {
			break
		}
	}
	for id, who := range l.sent {
		r, err := l.store.Request(l.t.Context(), who, id)
		l.must("read request", err)
		if r.Status != desk.StatusReceived || r.Number == "" || r.Number != l.portal.numbers[id] {
			l.t.Errorf("%s is %s with number %q, at the portal %q", id, r.Status, r.Number, l.portal.numbers[id])
		}
	}
	for id := range l.portal.numbers {
		if _, ok := l.sent[id]; !ok {
			l.t.Errorf("the portal has %s, which nobody wanted sent", id)
		}
	}
}

// TestModelLoop plays with the real loop over the real store, in time that does
// not pass by itself: whatever portal, line, process and person did, in the end
// all is received, each once, and nothing that was cancelled.
func TestModelLoop(t *testing.T) {
	rules, err := catalogue.Default()
	if err != nil {
		t.Fatal(err)
	}
	rnd := Rand(t)
	games, attempts, received := 0, 0, 0
	for end := modelEnd(12, 600); time.Now().Before(end); games++ {
		seed := rnd.Uint64()
		synctest.Test(t, func(t *testing.T) {
			l := &modelLoop{t: t, dir: t.TempDir(), rules: rules, rnd: rand.New(rand.NewPCG(seed, 1)), sent: map[uuid.UUID]string{}}
			l.portal = &modelPortal{
				t: t, store: func() *sqlite.Store { return l.store }, rnd: rand.New(rand.NewPCG(seed, 2)), numbers: map[uuid.UUID]string{},
				cancelled: map[uuid.UUID]bool{}, sending: map[uuid.UUID]time.Time{},
			}
			l.start()
			t.Cleanup(func() { l.outbox.Stop(); _ = l.store.Close() }) // of a lost game
			for range 30 {
				l.move()
			}
			l.heal()
			l.stop()
			attempts, received = attempts+l.portal.sent, received+len(l.portal.numbers)
		})
		if t.Failed() {
			t.Fatalf("game %d is lost", games)
		}
	}
	t.Logf("%d games, %d attempts, %d requests received once each", games, attempts, received)
}
