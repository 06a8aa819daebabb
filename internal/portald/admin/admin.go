// Package admin is the pages of whoever runs the portal: how many requests came, what
// waits for the help desk, what each practice has. It signs operators in by OpenID
// Connect and is given what it shows, which is numbers, ids and names of practices:
// nothing that anybody wrote. It keeps nothing itself, so that any node answers.
package admin

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/rs/zerolog"
)

// Path is where the pages are, at the portal's own address.
const Path = "/admin/"

// pageSize is how many rows a page shows.
const pageSize = 50

// Portal is what the pages show and do.
type Portal interface {
	Overview(ctx context.Context) (Overview, error)
	// Queue lists what waits for the help desk, at most limit behind skip.
	Queue(ctx context.Context, limit, skip int) ([]Item, error)
	// Practices lists figures of practices in an order, at most limit behind skip.
	Practices(ctx context.Context, order Order, limit, skip int) ([]Practice, error)
	// Again has something of the queue tried again; false if it waits no more.
	Again(ctx context.Context, id string) (bool, error)
	// Operator tells whether the claims of an ID token are an operator's.
	Operator(claims map[string]any) bool
	// Spend notes that something is used; false if it was before. It may be
	// forgotten behind until.
	Spend(ctx context.Context, id string, until time.Time) (bool, error)
	// Spent tells whether something is used.
	Spent(ctx context.Context, id string) (bool, error)
}

// Overview is how the portal does. A nil time is none.
type Overview struct {
	Today, Week, Unnumbered int
	Helpdesk                bool // there is one
	Waiting, Refused        int
	Oldest                  *time.Time // since when something waits
	Asked                   *time.Time // when the help desk was asked last what changed
	Failed                  string     // why that did not work, "" if it did
	Lacking                 string     // what it did not have of the mapping when this node started, a line each
	Bytes                   int64      // of files
}

// Item is something that the help desk is to be told.
type Item struct {
	ID, Number, Kind string
	Since            time.Time
	Attempts         int
	State            State
	Reason           string // of the last attempt that did nothing
}

// State is where an item stands.
type State string

// The states of an item.
const (
	Waiting State = "waiting"
	Trying  State = "trying" // or nobody knows how that ended
	Refused State = "refused"
)

// Practice is what came of one practice.
type Practice struct {
	ID, Name                string
	Requests, Open, Refused int
	Last                    time.Time
}

// Order is how practices are sorted.
type Order string

// The orders of practices, each most first but the last one.
const (
	ByLast     Order = "last"
	ByRequests Order = "requests"
	ByOpen     Order = "open"
	ByRefused  Order = "refused"
	ByID       Order = "id"
)

// Admin is the pages, an http.Handler for all below Path. Make it with New.
type Admin struct {
	cfg    Config
	portal Portal
	log    zerolog.Logger
	now    func() time.Time
	seal   sealer
	http   *http.Client
	routes http.Handler

	mu    sync.Mutex
	found *oidc.Provider // nil until it was asked
}

// New makes the pages. key is 32 bytes that every node has and nobody else. It does
// no I/O.
func New(cfg Config, portal Portal, key []byte, now func() time.Time, log zerolog.Logger) (*Admin, error) {
	seal, err := newSealer(key)
	if err != nil {
		return nil, fmt.Errorf("admin: %w", err)
	}
	a := &Admin{cfg: cfg, portal: portal, log: log, now: now, seal: seal}
	// Somebody signs in a few times a day: no line is kept open for that.
	a.http = &http.Client{Timeout: answerWithin, Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path+"{$}", a.signedIn(a.overview))
	mux.HandleFunc("GET "+Path+"queue", a.signedIn(a.queue))
	mux.HandleFunc("GET "+Path+"practices", a.signedIn(a.practices))
	mux.HandleFunc("POST "+Path+"again", a.signedIn(a.again))
	mux.HandleFunc("GET "+Path+"sign-in", a.begin)
	mux.HandleFunc("GET "+Path+"callback", a.callback)
	mux.HandleFunc("POST "+Path+"sign-out", a.signOut)
	mux.HandleFunc("GET "+Path+"signed-out", func(w http.ResponseWriter, r *http.Request) { a.tell(w, r, http.StatusOK, signedOut) })
	mux.HandleFunc("GET "+Path+"style.css", serveStyle)
	mux.HandleFunc(Path, func(w http.ResponseWriter, r *http.Request) { a.tell(w, r, http.StatusNotFound, noPage) })
	own := http.NewCrossOriginProtection() // the browser tells where a form was sent from
	own.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.tell(w, r, http.StatusForbidden, foreign) }))
	if err := own.AddTrustedOrigin(cfg.URL); err != nil {
		return nil, fmt.Errorf("admin: %w", err)
	}
	a.routes = own.Handler(mux)
	return a, nil
}

// policy lets a page show its own style and send its own forms, and nothing else.
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP implements http.Handler.
func (a *Admin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin") // "no-referrer" would take the origin from the forms
	h.Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	a.routes.ServeHTTP(w, r)
}

// page is a handler for whoever is signed in.
type page func(w http.ResponseWriter, r *http.Request, who session) error

// signedIn asks whoever is not for a sign-in, and answers errors without content.
func (a *Admin) signedIn(next page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, ok, err := a.session(r)
		if err == nil && !ok {
			http.Redirect(w, r, Path+"sign-in?"+backTo(r), http.StatusSeeOther)
			return
		}
		if err == nil {
			err = next(w, r, who)
		}
		if err != nil && r.Context().Err() == nil {
			a.log.Error().Err(err).Str("route", r.Pattern).Msg("admin")
		}
		if err != nil {
			a.tell(w, r, http.StatusServiceUnavailable, broken)
		}
	}
}
