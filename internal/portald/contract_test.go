package portald_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/google/uuid"
	"github.com/rs/zerolog"
)

// canary stands in every text that the tests send; no log may hold it.
const canary = "CANARI-7f3a"

// The persons and practices of the demo.
const (
	claire, marc, sophie   = "demo-claire", "demo-marc", "demo-sophie"
	tilleuls, port, michel = "cabinet-tilleuls", "maison-port", "cabinet-saint-michel"
)

// bench is a portal with desks that hold every exchange to openapi.yaml.
type bench struct {
	*portald.Twin
	t    *testing.T
	http *http.Client
	log  *safeBuffer
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func start(t *testing.T, edit func(*portald.Config), tune ...func(*portald.Server)) *bench {
	t.Helper()
	b := &bench{t: t, log: &safeBuffer{}}
	t.Cleanup(func() { // behind the portal's own end
		if strings.Contains(b.log.String(), canary) || strings.Contains(b.log.String(), "-token") || strings.Contains(b.log.String(), "eyJ") {
			t.Errorf("content or a token reached the log:\n%s", b.log)
		}
	})
	b.Twin = portald.Run(t, func(c *portald.Config) {
		c.Log = zerolog.New(b.log)
		if edit != nil {
			edit(c)
		}
	}, tune...)
	plain := &http.Transport{MaxIdleConnsPerHost: 32}
	b.http = &http.Client{Transport: newContract(t, plain), Timeout: 30 * time.Second}
	t.Cleanup(plain.CloseIdleConnections)
	return b
}

// in is the same portal in a subtest.
func (b *bench) in(t *testing.T) *bench {
	c := *b
	c.t = t
	return &c
}

// Down stops the portal. A stop waits for lines on which nothing was asked
// yet, of which parallel calls leave some.
func (b *bench) Down() {
	b.t.Helper()
	b.http.Transport.(*contract).next.CloseIdleConnections()
	b.Twin.Down()
}

// restart ends the portal and starts it again on the same folder.
func (b *bench) restart() {
	b.t.Helper()
	b.Down()
	b.Up()
}

// contract validates every exchange against openapi.yaml.
type contract struct {
	t      *testing.T
	next   *http.Transport
	router routers.Router
}

func newContract(t *testing.T, next *http.Transport) *contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(portal.OpenAPI)
	if err != nil {
		t.Fatalf("load openapi.yaml: %v", err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatalf("route openapi.yaml: %v", err)
	}
	return &contract{t: t, next: next, router: router}
}

// offContract marks a call that breaks the contract on purpose; its answer is
// held to it all the same.
type offContract struct{}

func (c *contract) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	probe := r.Clone(r.Context())
	probe.URL.Scheme, probe.URL.Host = "", "" // the servers of the document are relative
	probe.Body = io.NopCloser(bytes.NewReader(body))
	route, params, routeErr := c.router.FindRoute(probe)
	in := &openapi3filter.RequestValidationInput{
		Request: probe, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if routeErr == nil && r.Context().Value(offContract{}) == nil {
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			c.t.Errorf("%s %s: the call is not of the contract: %v", r.Method, r.URL.Path, err)
		}
	}
	res, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if err := res.Body.Close(); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	if routeErr != nil {
		if res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusMethodNotAllowed {
			c.t.Errorf("%s %s: answered %d, and is not in the contract: %v", r.Method, r.URL.Path, res.StatusCode, routeErr)
		}
		return res, nil
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(answer)), Options: in.Options,
	}
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		c.t.Errorf("%s %s: the answer is not of the contract: %v", r.Method, r.URL.Path, err)
	}
	c.bodiless(r, res, route)
	c.documented(r, res, answer, route)
	return res, nil
}

// documented holds an error to what its operation says of errors: the status
// stands there by itself, and the code is the name of one of its examples.
func (c *contract) documented(r *http.Request, res *http.Response, answer []byte, route *routers.Route) {
	if res.StatusCode < 400 {
		return
	}
	ref := route.Operation.Responses.Value(strconv.Itoa(res.StatusCode))
	if ref == nil {
		c.t.Errorf("%s %s: openapi.yaml has no %d of %s", r.Method, r.URL.Path, res.StatusCode, route.Operation.OperationID)
		return
	}
	media := ref.Value.Content[portal.ProblemType]
	if r.Method == http.MethodHead || media == nil {
		return
	}
	var p portal.Problem
	if err := json.Unmarshal(answer, &p); err != nil || media.Examples[p.Code] == nil {
		c.t.Errorf("%s %s: openapi.yaml has no %d %q of %s", r.Method, r.URL.Path, res.StatusCode, p.Code, route.Operation.OperationID)
	}
}

// bodiless checks the headers of answers that the validator leaves out.
func (c *contract) bodiless(r *http.Request, res *http.Response, route *routers.Route) {
	if r.Method != http.MethodHead && res.StatusCode != http.StatusNotModified {
		return
	}
	ref := route.Operation.Responses.Status(res.StatusCode)
	if ref == nil {
		return
	}
	for name, h := range ref.Value.Headers {
		if h.Value.Required && res.Header.Get(name) == "" {
			c.t.Errorf("%s %s: the answer lacks %s", r.Method, r.URL.Path, name)
		}
	}
}

// reply is an answer, read in full.
type reply struct {
	t      *testing.T
	call   string
	status int
	header http.Header
	body   []byte
}

// call makes an exchange as a person; "" is nobody. body is bytes, or a value
// that goes as JSON, or nil.
func (b *bench) call(who, method, path string, body any, header ...string) reply {
	b.t.Helper()
	return b.callCtx(b.t.Context(), who, method, path, body, header...)
}

// wrong is a call that breaks the contract on purpose.
func (b *bench) wrong(who, method, path string, body any, header ...string) reply {
	b.t.Helper()
	return b.callCtx(context.WithValue(b.t.Context(), offContract{}, true), who, method, path, body, header...)
}

func (b *bench) callCtx(ctx context.Context, who, method, path string, body any, header ...string) reply {
	b.t.Helper()
	r, err := b.try(ctx, who, method, path, body, header...)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// try is call for other goroutines than the test's own.
func (b *bench) try(ctx context.Context, who, method, path string, body any, header ...string) (reply, error) {
	var raw []byte
	var content string
	switch v := body.(type) {
	case nil:
	case []byte:
		raw = v
	default:
		var err error
		if raw, err = json.Marshal(v); err != nil {
			return reply{}, err
		}
		content = "application/json"
	}
	req, err := http.NewRequestWithContext(ctx, method, b.URL+path, bytes.NewReader(raw))
	if err != nil {
		return reply{}, err
	}
	if content != "" {
		req.Header.Set("Content-Type", content)
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+b.Token(who))
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := b.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	out := reply{t: b.t, call: method + " " + path, status: res.StatusCode, header: res.Header}
	if out.body, err = io.ReadAll(res.Body); err != nil {
		return reply{}, err
	}
	if strings.Contains(path, "/files/") || res.StatusCode < 400 {
		return out, nil
	}
	if bytes.Contains(out.body, []byte(canary)) {
		b.t.Errorf("%s: an error repeats content: %s", out.call, out.body)
	}
	return out, nil
}

func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: answered %d, want %d: %s", r.call, r.status, status, r.body)
	}
	return r
}

// refused wants a problem with that code and the status that belongs to it.
func (r reply) refused(code string) portal.Problem {
	r.t.Helper()
	r.want(portal.Status(code))
	var p portal.Problem
	if r.header.Get("Content-Type") != portal.ProblemType {
		r.t.Fatalf("%s: %s, want %s", r.call, r.header.Get("Content-Type"), portal.ProblemType)
	}
	if err := json.Unmarshal(r.body, &p); err != nil || p.Code != code || p.Status != r.status {
		r.t.Fatalf("%s: problem %s, want %s", r.call, r.body, code)
	}
	return p
}

// wrongWith wants 422 with just these problems, each "field code".
func (r reply) wrongWith(want ...string) {
	r.t.Helper()
	var got []string
	for _, f := range r.refused(portal.CodeInvalid).Fields {
		got = append(got, f.Field+" "+f.Code)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		r.t.Fatalf("%s: problems %q, want %q", r.call, got, want)
	}
}

func read[T any](r reply) T {
	r.t.Helper()
	var v T
	if err := json.Unmarshal(r.body, &v); err != nil {
		r.t.Fatalf("%s: %v", r.call, err)
	}
	return v
}

// put announces a request and wants that status.
func (b *bench) put(who, id string, body portal.RequestPut, status int) portal.Request {
	b.t.Helper()
	got := read[portal.Request](b.call(who, http.MethodPut, pathOf(id), body).want(status))
	if got.ID != id {
		b.t.Fatalf("answer is about %s, asked for %s", got.ID, id)
	}
	return got
}

func (b *bench) get(who, id string) portal.Request {
	b.t.Helper()
	return read[portal.Request](b.call(who, http.MethodGet, pathOf(id), nil).want(http.StatusOK))
}

func pathOf(id string) string { return portal.RouteRequests + "/" + id }

func newID(t testing.TB) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

// technical is a request that everybody may write.
func technical(practice string) portal.RequestPut {
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	return portal.RequestPut{
		Revision: 1, Practice: practice, CatalogueVersion: own, Type: "technical", Category: "software",
		Values: map[string]string{desk.KeySubject: "Agenda lent " + canary, desk.KeyDescription: "L’agenda met une minute à s’ouvrir. " + canary},
		Files:  []portal.File{}, WrittenAt: at, SubmittedAt: at.Add(4 * time.Minute),
	}
}

// administrative is a request that Admins may write.
func administrative(practice string) portal.RequestPut {
	r := technical(practice)
	r.Type, r.Category = "administrative", "other"
	return r
}

// await repeats ok until it holds; the test fails if it never does.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	end := time.NewTimer(15 * time.Second)
	defer end.Stop()
	for !ok() {
		select {
		case <-every.C:
		case <-end.C:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// parallel runs do n times at once and gathers what fails.
func parallel(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	errs := make(chan error, n)
	gate := make(chan struct{})
	for i := range n {
		go func() {
			<-gate
			errs <- do(i)
		}()
	}
	close(gate)
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func unexpected(r reply) error { return fmt.Errorf("%s: answered %d: %s", r.call, r.status, r.body) }
