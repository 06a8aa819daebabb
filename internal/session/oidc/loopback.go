package oidc

import (
	"context"
	"crypto/subtle"
	"io"
	"log"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	callbackPath = "/callback"
	lastPath     = "/fini"
)

// answer is what the provider sent by way of the browser.
type answer struct{ code, issuer, err string }

// door is where the browser comes back to: a listener that this machine alone
// reaches, for one answer. Any program and any page in a browser can knock, so
// whatever does not know the state is turned away and changes nothing.
type door struct {
	state   string
	answers chan answer // the one

	host    string // address and port that it listens at
	server  *http.Server
	serving sync.WaitGroup

	mu      sync.Mutex
	used    bool
	last    page
	settled chan struct{} // closed once last is known
	shown   chan struct{} // closed once the browser has been given it
	showing sync.Once
}

// open begins to listen, on IPv4 or else on IPv6, since a PC may lack either.
func (p *Provider) open() (*door, error) {
	l, err := p.listen("tcp", "127.0.0.1:0")
	if err != nil {
		var second error
		if l, second = p.listen("tcp", "[::1]:0"); second != nil {
			return nil, err
		}
	}
	d := newDoor(l.Addr().String())
	d.server = &http.Server{
		Handler: d, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // it quotes what it was asked
	}
	// A browser keeps spare lines open, which would hold up the end.
	d.server.SetKeepAlivesEnabled(false)
	d.serving.Go(func() { _ = d.server.Serve(l) })
	return d, nil
}

func newDoor(host string) *door {
	return &door{
		host: host, state: random(), answers: make(chan answer, 1), settled: make(chan struct{}), shown: make(chan struct{}),
	}
}

// address is the redirect URI.
func (d *door) address() string { return "http://" + d.host + callbackPath }

// settle says how the sign-in ended, and waits until the browser has been told.
func (d *door) settle(last page, linger time.Duration) {
	d.last = last
	close(d.settled)
	timeout := time.NewTimer(linger)
	defer timeout.Stop()
	select {
	case <-d.shown:
	case <-timeout.C:
	}
}

// close ends the listening; an answer that is being written is finished. Lines
// that a browser opened and never used are not waited for.
func (d *door) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 250*time.Millisecond)
	defer cancel()
	if d.server.Shutdown(ctx) != nil {
		_ = d.server.Close()
	}
	d.serving.Wait()
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Host != d.host:
		// A name that leads here is how a page elsewhere would reach in.
		pageForeign.write(w, r, http.StatusMisdirectedRequest)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		pageForeign.write(w, r, http.StatusMethodNotAllowed)
	case r.URL.EscapedPath() == callbackPath:
		d.callback(w, r)
	case r.URL.EscapedPath() == lastPath:
		d.end(w, r)
	default:
		pageForeign.write(w, r, http.StatusNotFound)
	}
}

// callback takes the one answer, and holds the browser until it is known what
// came of it. Then it is sent on: the code stands in the address bar no longer
// than that.
func (d *door) callback(w http.ResponseWriter, r *http.Request) {
	got, ours := d.read(r.URL.RawQuery)
	if !ours {
		pageForeign.write(w, r, http.StatusBadRequest)
		return
	}
	d.mu.Lock()
	again := d.used
	d.used = true
	d.mu.Unlock()
	if again {
		pageForeign.write(w, r, http.StatusGone)
		return
	}
	d.answers <- got
	select {
	case <-d.settled:
	case <-r.Context().Done():
		return
	}
	protect(w)
	w.Header().Set("Location", lastPath)
	w.WriteHeader(http.StatusSeeOther)
}

// read returns the answer in a query, and whether it is one of this sign-in.
// Nothing may stand in it twice.
func (d *door) read(query string) (answer, bool) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return answer{}, false
	}
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(values[name]) > 1 {
			return answer{}, false
		}
	}
	if subtle.ConstantTimeCompare([]byte(values.Get("state")), []byte(d.state)) != 1 {
		return answer{}, false
	}
	return answer{code: values.Get("code"), issuer: values.Get("iss"), err: values.Get("error")}, true
}

// end shows how the sign-in ended, once that is known.
func (d *door) end(w http.ResponseWriter, r *http.Request) {
	select {
	case <-d.settled:
		d.last.write(w, r, http.StatusOK)
		d.showing.Do(func() { close(d.shown) })
	default:
		pageForeign.write(w, r, http.StatusNotFound)
	}
}
