package app

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// been makes Claire known in a data folder.
func been(t *testing.T, p *portald.Twin) (data string) {
	t.Helper()
	data = t.TempDir()
	o := open(t, data, p.URL, p.Token(claire))
	o.known(t)
	o.app.Stop()
	return data
}

// What was submitted without a network arrives by itself, once, though Guichet
// was killed in between.
func TestOffline(t *testing.T) {
	p := portald.Run(t, nil)
	data := been(t, p)
	p.Down()
	first, one := pdf(t, "a.pdf", 100<<10)
	second, two := pdf(t, "b.pdf", 10)
	ids, kill := killable(t, data, p.URL, p.Token(claire), first, second)
	kill()

	o := open(t, data, p.URL, p.Token(claire))
	for _, id := range ids {
		if item := o.status(t, id); item.Status == string(desk.StatusReceived) || item.Number != "" {
			t.Fatalf("before the portal is there: %+v", item)
		}
	}
	if s := must(o.outbox.State())(t); s.Waiting != 2 || s.Drafts != 0 {
		t.Fatalf("%+v", s)
	}
	p.Up()
	for i, id := range ids {
		o.received(t, id)
		once(t, p, id, [][]byte{one, two}[i])
	}
	t.Run("AndOnceOnly", func(t *testing.T) {
		if err := o.outbox.SendNow(); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			must(o.drafts.Submit(id, 1))(t)
		}
		if got := arrived(t, p, claire); len(got) != 2 || got[0].Number == got[1].Number {
			t.Errorf("the portal has %d requests", len(got))
		}
		if s := must(o.outbox.State())(t); s.Waiting != 0 || s.Requests != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// once holds that the portal has a request once, numbered, with those bytes.
func once(t *testing.T, p *portald.Twin, id string, content []byte) {
	t.Helper()
	all := arrived(t, p, claire)
	got := slices.DeleteFunc(slices.Clone(all), func(r portal.Request) bool { return r.ID != id })
	if len(got) != 1 || got[0].Number == "" || len(got[0].Files) != 1 {
		t.Fatalf("the portal has it %d times among %d", len(got), len(all))
	}
	if body := ask(t, p, claire, portal.RouteRequests+"/"+id+"/files/"+got[0].Files[0].ID); !bytes.Equal(body, content) {
		t.Error("other bytes")
	}
}

// mute lets everything through to the portal, and keeps its answers to PUT.
func mute(t *testing.T, p *portald.Twin) (address string, put <-chan struct{}) {
	t.Helper()
	over, taken := make(chan struct{}), make(chan struct{})
	var first sync.Once
	address = between(t, p, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method != http.MethodPut {
			pass.ServeHTTP(w, r)
			return
		}
		pass.ServeHTTP(httptest.NewRecorder(), r)
		first.Do(func() { close(taken) })
		<-over
	})
	t.Cleanup(func() { close(over) })
	return address, taken
}

// An attempt is on the disk before it begins: a Guichet that is killed in the
// middle of it knows afterwards that the portal may have the request.
func TestKilledInAnAttempt(t *testing.T) {
	p := portald.Run(t, nil)
	data := been(t, p)
	path, original := pdf(t, "a.pdf", 1000)
	muted, put := mute(t, p)
	ids, kill := killable(t, data, muted, p.Token(claire), path)
	await(t, "the portal has the announcement", func() bool {
		select {
		case <-put:
			return true
		default:
			return false
		}
	})
	kill()
	id := ids[0]

	o := open(t, data, nobody, p.Token(claire))
	r := must(o.requests.Open(id))(t)
	if !slices.ContainsFunc(r.History, func(h HistoryEntry) bool {
		return h.What == string(desk.StatusUnknown) && h.Code == desk.ReasonStopped
	}) {
		t.Errorf("the attempt was forgotten: %+v", r.History)
	}
	if r.Item.Life.Sent == "" {
		t.Error("it was never sent, says the life line")
	}
	fails(t, o.outbox.Cancel(id), desk.ErrSignIn) // only the portal can say, and only to her
	o.app.Stop()

	o = open(t, data, p.URL, p.Token(claire))
	o.received(t, id)
	once(t, p, id, original)
	if got := arrived(t, p, claire); len(got) != 1 {
		t.Errorf("the portal has %d requests", len(got))
	}
}

// A text that the window has been told is saved survives a kill too.
func TestKilledBehindASave(t *testing.T) {
	p := portald.Run(t, nil)
	data := been(t, p)
	p.Down()
	path, _ := pdf(t, "a.pdf", 100)
	ids, kill := killable(t, data, p.URL, p.Token(claire), path)
	kill()
	r := must(open(t, data, p.URL, p.Token(claire)).requests.Open(ids[0]))(t)
	got := map[string]string{}
	for _, a := range r.Answers {
		got[a.Key] = a.Value
	}
	for key, want := range content().Values {
		if got[key] != want {
			t.Errorf("%s is %q", key, got[key])
		}
	}
	if len(r.Files) != 1 || r.Files[0].ConfirmedBy != claire {
		t.Errorf("%+v", r.Files)
	}
}

// A request that has not left can be taken back; the portal never sees it.
func TestCancel(t *testing.T) {
	o, p := desktop(t)
	p.Down()
	await(t, "the loss is noticed", func() bool { return must(o.outbox.State())(t).Connection == "offline" })
	// An attempt at an address where nobody listens has not left.
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	if err := o.outbox.Cancel(id); err != nil {
		t.Fatal(err)
	}
	if item := o.status(t, id); item.Status != string(desk.StatusCancelled) {
		t.Errorf("%+v", item)
	}
	p.Up()
	other, revision := o.write(t, content())
	must(o.drafts.Submit(other, revision))(t)
	o.received(t, other)
	fails(t, o.outbox.Cancel(other), desk.ErrNotNow)
	if got := arrived(t, p, claire); len(got) != 1 || got[0].ID != other {
		t.Errorf("the portal has %d requests", len(got))
	}
}

// Whoever takes a request back in the very moment of an attempt does not wait
// for its answer: the portal is asked.
func TestCancelInAnAttempt(t *testing.T) {
	p := portald.Run(t, nil)
	begun, over := make(chan struct{}), make(chan struct{})
	address := between(t, p, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method != http.MethodPut {
			pass.ServeHTTP(w, r)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		begun <- struct{}{} // a second attempt would stay here
		<-over
		// Turned away by the portal itself.
		w.Header().Set("Content-Type", portal.ProblemType)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"code":"busy","status":503}`)
	})
	o := open(t, t.TempDir(), address, p.Token(claire))
	o.known(t)
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	<-begun
	if item := o.status(t, id); item.Status != string(desk.StatusSending) {
		t.Errorf("it is %s", item.Status)
	}
	err := o.outbox.Cancel(id)
	close(over)
	if err != nil {
		t.Fatal(err)
	}
	if item := o.status(t, id); item.Status != string(desk.StatusCancelled) {
		t.Errorf("it is %s", item.Status)
	}
	if err := o.outbox.SendNow(); err != nil {
		t.Fatal(err)
	}
	if got := arrived(t, p, claire); len(got) != 0 {
		t.Errorf("the portal has %d requests", len(got))
	}
}
