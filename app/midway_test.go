package app

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// midway is a request whose file is under way on a line that takes minutes for
// it, until lift.
func midway(t *testing.T, address string, p *portald.Twin) (o *office, id string, original []byte, lift func()) {
	t.Helper()
	o = open(t, t.TempDir(), address, p.Token(claire))
	o.known(t)
	limit := func(kilobytes int) {
		settings := must(o.window.Settings())(t)
		settings.Upload = kilobytes
		if err := o.window.SaveSettings(settings); err != nil {
			t.Fatal(err)
		}
	}
	limit(20)
	path, original := pdf(t, "a.pdf", 5_000_000)
	id, revision := o.write(t, content())
	o.attach(t, id, path)
	must(o.drafts.Submit(id, revision))(t)
	await(t, "the file is under way", func() bool {
		o.shell.mu.Lock()
		defer o.shell.mu.Unlock()
		for _, e := range o.shell.events {
			if p, ok := e.data.(Progress); ok && p.Request == id && p.Done > 0 {
				return true
			}
		}
		return false
	})
	return o, id, original, func() { limit(0) }
}

// Whoever takes a request back does not wait for the end of its file, and the
// portal takes nothing more of it.
func TestCancelMidway(t *testing.T) {
	p := portald.Run(t, nil)
	o, id, _, lift := midway(t, p.URL, p)
	if err := o.outbox.Cancel(id); err != nil {
		t.Fatal(err)
	}
	if item := o.status(t, id); item.Status != string(desk.StatusCancelled) {
		t.Errorf("it is %s", item.Status)
	}
	lift()
	if err := o.outbox.SendNow(); err != nil {
		t.Fatal(err)
	}
	next, revision := o.write(t, content())
	must(o.drafts.Submit(next, revision))(t)
	o.received(t, next)
	if got := arrived(t, p, claire); len(got) != 1 || got[0].ID != next {
		t.Errorf("the portal has %d requests", len(got))
	}
	if status := put1(t, p, id); status != http.StatusGone {
		t.Errorf("a late announcement is answered by %d", status)
	}
}

// The same for « Modifier »: the draft has its file, and is sent once.
func TestEditMidway(t *testing.T) {
	p := portald.Run(t, nil)
	o, id, original, lift := midway(t, p.URL, p)
	goesOnAnew(t, o, p, id, original, lift)
}

// As long as the portal is asked whether it has a request, nothing of it leaves:
// not by « Envoyer maintenant », not by itself, and not from the next start of
// the queue. What others wrote goes on.
func TestTakingBackHolds(t *testing.T) {
	for name, take := range map[string]func(o *office, id string) error{
		"Cancel": func(o *office, id string) error { return o.outbox.Cancel(id) },
		"Edit":   func(o *office, id string) error { _, err := o.outbox.Edit(id); return err },
	} {
		t.Run(name, func(t *testing.T) {
			p := portald.Run(t, nil)
			asked, answer := make(chan string, 9), make(chan struct{})
			let := sync.OnceFunc(func() { close(answer) })
			var held, late sync.Map
			address := between(t, p, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
				id := strings.TrimPrefix(r.URL.Path, portal.RouteRequests+"/")
				if r.Method == http.MethodDelete {
					held.Store(id, true)
					asked <- id
					<-answer
				}
				held.Range(func(of, _ any) bool {
					if r.Method != http.MethodDelete && strings.Contains(r.URL.Path, of.(string)) {
						late.Store(r.Method+" "+r.URL.Path, true)
					}
					return true
				})
				pass.ServeHTTP(w, r)
			})
			o, id, _, lift := midway(t, address, p)
			t.Cleanup(let)
			lift()
			done := make(chan error, 1)
			go func() { done <- take(o, id) }()
			select {
			case got := <-asked:
				if got != id {
					t.Fatalf("asked of %s", got)
				}
			case err := <-done:
				t.Fatalf("the portal was not asked: %v", err)
			}
			for range 3 { // each of them takes the queue round once
				if err := o.outbox.SendNow(); err != nil {
					t.Fatal(err)
				}
				next, revision := o.write(t, content())
				must(o.drafts.Submit(next, revision))(t)
				o.received(t, next)
			}
			late.Range(func(call, _ any) bool { t.Errorf("%s while it is taken back", call); return true })
			let()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if got := arrived(t, p, claire); len(got) != 3 {
				t.Errorf("the portal has %d requests", len(got))
			}
		})
	}
}

// A portal that does not say that it will not take it: the request goes on, and
// arrives once.
func TestCancelMidwayInVain(t *testing.T) {
	p := portald.Run(t, nil)
	var asked atomic.Int64
	address := between(t, p, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method == http.MethodDelete {
			asked.Add(1)
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		pass.ServeHTTP(w, r)
	})
	o, id, original, lift := midway(t, address, p)
	fails(t, o.outbox.Cancel(id), desk.ErrOffline)
	if asked.Load() == 0 {
		t.Error("the portal was not asked")
	}
	if item := o.status(t, id); item.Status != string(desk.StatusUnknown) {
		t.Errorf("it is %s", item.Status)
	}
	lift()
	if err := o.outbox.SendNow(); err != nil {
		t.Fatal(err)
	}
	o.received(t, id)
	once(t, p, id, original)
}
