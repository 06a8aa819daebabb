package client

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

func quiet(testing.TB) *log.Logger { return log.New(io.Discard, "", 0) }

// taker is a portal that holds a request with one file of which nothing has
// arrived, and whose answers to the upload can be set. A nil one is tus's own.
type taker struct {
	head, post, patch http.HandlerFunc

	mu    sync.Mutex
	size  int64
	there bool
	whole bool
	calls []string
}

func (k *taker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	k.calls = append(k.calls, r.Method)
	there, whole := k.there, k.whole
	k.mu.Unlock()
	own := map[string]http.HandlerFunc{http.MethodHead: k.head, http.MethodPost: k.post, http.MethodPatch: k.patch}[r.Method]
	switch {
	case own != nil:
		own(w, r)
	case r.Method == http.MethodPut:
		answering(func(h *portal.Request) {
			if !whole {
				h.Number, h.Status, h.Files[0].Received = "", "", false
			}
		})(w, r)
	case r.Method == http.MethodHead && !there:
		w.Header().Set("Content-Type", portal.ProblemType)
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodHead:
		offset := int64(0)
		if whole {
			offset = k.size
		}
		tus(w, http.StatusOK, "Upload-Offset", strconv.FormatInt(offset, 10))
	case r.Method == http.MethodPost:
		k.set(func() { k.there = true; k.size, _ = strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64) })
		tus(w, http.StatusCreated)
	case r.Method == http.MethodPatch:
		_, _ = io.Copy(io.Discard, r.Body)
		k.set(func() { k.whole = true })
		tus(w, http.StatusNoContent)
	}
}

func (k *taker) set(do func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	do()
}

func (k *taker) did() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Join(k.calls, " ")
}

func tus(w http.ResponseWriter, status int, header ...string) {
	w.Header().Set("Tus-Resumable", tusVersion)
	for i := 0; i < len(header); i += 2 {
		w.Header().Set(header[i], header[i+1])
	}
	w.WriteHeader(status)
}

// once does something the first time, and nil afterwards.
func (k *taker) once(do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		do(w, r)
		k.set(func() { k.head, k.post, k.patch = nil, nil, nil })
	}
}

func TestUploadFaults(t *testing.T) {
	received := wanted{kind: desk.OutcomeReceived}
	const normal = "PUT HEAD POST PATCH PUT"
	for name, c := range map[string]struct {
		set   func(k *taker)
		want  wanted
		calls string
	}{
		"OK": {func(*taker) {}, received, normal},
		// Behind the first answer nothing is certainly untaken any more.
		"HeadTurnedAway": {func(k *taker) { k.head = saying(503, "text/html") }, gateway, "PUT HEAD"},
		"HeadForeign":    {func(k *taker) { k.head = saying(302, "text/html", "Location", "/") }, posed, "PUT HEAD"},
		"HeadNotTus":     {func(k *taker) { k.head = saying(200, "text/html") }, posed, "PUT HEAD"},
		"HeadBeyondTheEnd": {func(k *taker) {
			k.head = func(w http.ResponseWriter, _ *http.Request) { tus(w, 200, "Upload-Offset", "99") }
		}, posed, "PUT HEAD"},
		"PostRefused":    {func(k *taker) { k.post = problem(portal.CodeTooLarge) }, refusal(desk.ReasonTooLarge), "PUT HEAD POST"},
		"PostForeign":    {func(k *taker) { k.post = saying(200, "text/html") }, posed, "PUT HEAD POST"},
		"PatchDropped":   {func(k *taker) { k.patch = raw(false, "") }, lost, "PUT HEAD POST PATCH"},
		"PatchUnheard":   {func(k *taker) { k.patch = raw(true, "") }, lost, "PUT HEAD POST PATCH"},
		"Patch500":       {func(k *taker) { k.patch = problem(portal.CodeInternal) }, faulty, "PUT HEAD POST PATCH"},
		"Patch502":       {func(k *taker) { k.patch = saying(502, "text/html") }, faulty5x, "PUT HEAD POST PATCH"},
		"PatchNotTus":    {func(k *taker) { k.patch = saying(200, "text/html") }, posed, "PUT HEAD POST PATCH"},
		"PatchSignIn":    {func(k *taker) { k.patch = problem(portal.CodeSignIn) }, wanted{desk.OutcomeSignIn, desk.ReachAccount, desk.ReasonSignIn}, "PUT HEAD POST PATCH"},
		"PatchSpoiled":   {func(k *taker) { k.patch = k.once(problem(portal.CodeHashMismatch)) }, received, "PUT HEAD POST PATCH HEAD PATCH PUT"},
		"PatchElsewhere": {func(k *taker) { k.patch = k.once(problem(portal.CodeMismatch)) }, received, "PUT HEAD POST PATCH HEAD PATCH PUT"},
		// tus says so of a body that a gateway has cut, and to an upload that
		// another call has interrupted: neither is for the person to mend.
		"PatchCutOnTheWay": {func(k *taker) { k.patch = k.once(problem(portal.CodeBadRequest)) }, received, "PUT HEAD POST PATCH HEAD PATCH PUT"},
		"PatchNeverRight": {func(k *taker) { k.patch = problem(portal.CodeHashMismatch) }, faulty,
			"PUT HEAD POST PATCH HEAD PATCH HEAD PATCH HEAD PATCH"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &taker{}
			c.set(k)
			s := httptest.NewServer(k)
			defer s.Close()
			d := newDesktop(t, s.URL, secret)
			expect(t, d.Send(t.Context(), request(t, d.file(t, "a.pdf", []byte("contenu "+canary)))), c.want)
			if got := k.did(); got != c.calls {
				t.Errorf("did %s, want %s", got, c.calls)
			}
		})
	}
}

// narrow takes lines with little room, so that an upload stands still soon.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetReadBuffer(4 << 10)
	}
	return c, err
}

func TestUploadStandsStill(t *testing.T) {
	timeout := wanted{desk.OutcomeLost, desk.ReachNetwork, desk.ReasonTimeout}
	for name, c := range map[string]struct {
		size   int
		read   bool // the portal takes the bytes
		stall  time.Duration
		verify time.Duration
	}{
		"InTheMiddle":  {8 << 20, false, 100 * time.Millisecond, time.Hour},
		"BehindTheEnd": {100, true, time.Hour, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			over := make(chan struct{})
			s := httptest.NewUnstartedServer(&taker{patch: func(_ http.ResponseWriter, r *http.Request) {
				if c.read {
					_, _ = io.Copy(io.Discard, r.Body)
				}
				<-over
			}})
			s.Listener = narrow{s.Listener}
			s.Start()
			defer s.Close()
			defer close(over)
			d := newDesktop(t, s.URL, secret)
			d.Stall, d.Verify = c.stall, c.verify
			f := d.file(t, "a.pdf", make([]byte, c.size))
			expect(t, d.Send(t.Context(), request(t, f)), timeout)
			if got := d.told(); got[len(got)-1] != ContactOffline {
				t.Errorf("told %v", got)
			}
		})
	}
}
