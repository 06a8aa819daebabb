package app

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
)

// halves breaks the first upload in its middle, and tells from where the next ones go
// on. held, if not nil, is told of the half, which the portal has then.
func halves(t *testing.T, p *portald.Twin, held chan<- struct{}) (address string, offsets func() []string) {
	t.Helper()
	var mu sync.Mutex
	var from []string
	over := make(chan struct{})
	address = between(t, p, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method == http.MethodPatch {
			mu.Lock()
			from = append(from, r.Header.Get("Upload-Offset"))
			first := len(from) == 1
			mu.Unlock()
			if first {
				r.Body = &half{Reader: io.LimitReader(r.Body, r.ContentLength/2), held: held, over: over}
			}
		}
		pass.ServeHTTP(w, r)
	})
	t.Cleanup(func() { close(over) })
	return address, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(from)
	}
}

// half is a body that breaks off at its end.
type half struct {
	io.Reader
	held chan<- struct{}
	over <-chan struct{}
}

func (h *half) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	if err == nil {
		return n, nil
	}
	if h.held != nil {
		h.held <- struct{}{}
		<-h.over
	}
	return n, errors.New("the line is cut")
}

func (h *half) Close() error { return nil }

// A file that is half sent goes on, and its reply arrives once, whatever the line
// does to it.
func TestReplyFileOnce(t *testing.T) {
	const size = 3 << 20
	t.Run("CutMidway", func(t *testing.T) {
		p := portald.Run(t, nil)
		address, offsets := halves(t, p, nil)
		o := open(t, t.TempDir(), address, p.Token(claire))
		o.known(t)
		request := o.sent(t, content())
		path, bytes := pdf(t, "a.pdf", size)
		reply := o.replied(t, request, "Voici", path)
		await(t, "the portal has it", func() bool {
			if err := o.outbox.SendNow(); err != nil {
				t.Fatal(err)
			}
			return len(o.dossier(t, request).Messages) == 1
		})
		if saidOnce(t, p, request, bytes) != reply {
			t.Error("another message")
		}
		if from := offsets(); len(from) != 2 || from[0] != "0" || from[1] == "0" {
			t.Errorf("sent from %v", from)
		}
	})
	t.Run("AnswersLost", func(t *testing.T) {
		p := portald.Run(t, nil)
		var lost sync.Map
		address := between(t, p, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
			call := r.Method + " " + r.URL.Path
			_, again := lost.LoadOrStore(call, true)
			if strings.HasPrefix(call, "GET") || strings.HasPrefix(call, "HEAD") || again {
				pass.ServeHTTP(w, r)
				return
			}
			pass.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		})
		o := open(t, t.TempDir(), address, p.Token(claire))
		o.known(t)
		request, revision := o.write(t, content())
		must(o.drafts.Submit(request, revision))(t)
		path, bytes := pdf(t, "a.pdf", size)
		reply := o.replied(t, request, "Voici", path)
		await(t, "the portal has it", func() bool {
			if err := o.outbox.SendNow(); err != nil {
				t.Fatal(err)
			}
			return len(o.dossier(t, request).Messages) == 1
		})
		if saidOnce(t, p, request, bytes) != reply {
			t.Error("another message")
		}
	})
	t.Run("Killed", func(t *testing.T) {
		p := portald.Run(t, nil)
		o := open(t, t.TempDir(), p.URL, p.Token(claire))
		o.known(t)
		request := o.sent(t, content())
		o.app.Stop()
		held := make(chan struct{}, 1)
		address, offsets := halves(t, p, held)
		t.Setenv(childReplyTo, request)
		path, bytes := pdf(t, "a.pdf", size)
		ids, kill := killable(t, o.data, address, p.Token(claire), path)
		<-held
		kill()
		if err := os.Remove(path); err != nil { // what was confirmed is what counts
			t.Fatal(err)
		}
		o = open(t, o.data, nobody, p.Token(claire))
		if r := o.dossier(t, request); len(r.Acts) != 1 || !desk.Status(r.Acts[0].Status).Waiting() || len(r.Acts[0].Files) != 1 { // an attempt may have begun that meets nobody
			t.Errorf("%+v", r.Acts)
		}
		fails(t, o.acts.TakeBack(ids[0]), desk.ErrNotNow)
		o.app.Stop()
		o = open(t, o.data, address, p.Token(claire))
		o.settled(t, request)
		if saidOnce(t, p, request, bytes) != ids[0] {
			t.Error("another message")
		}
		if from := offsets(); len(from) != 2 || from[1] == "0" {
			t.Errorf("sent from %v", from)
		}
	})
}
