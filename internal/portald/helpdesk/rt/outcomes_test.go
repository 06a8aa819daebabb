package rt_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/helpdesktest"
	"guichet/internal/portald/helpdesk/rttest"
)

const inJSON = "application/json; charset=utf-8"

// answer answers the same to everything.
func answer(status int, media, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// TestOutcome: what an answer says of whether a ticket was made. What is between
// portal and RT answers as well, and not in RT's words.
func TestOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		is     string
	}{
		"ErrInternal":    {answer(500, inJSON, `{"message":"double"}`), "unknown"},
		"ErrGateway":     {answer(502, "text/html", "<p>double"), "unknown"},
		"ErrUnavailable": {answer(503, "text/html", ""), "unknown"},
		"ErrBad":         {answer(400, inJSON, `{"message":"double"}`), "refusal"},
		"ErrForbidden":   {answer(403, inJSON, `{"message":"double"}`), "refusal"},
		"ErrTooLarge":    {answer(413, "text/html", ""), "refusal"},
		"ErrSignIn":      {answer(401, inJSON, `{}`), "plain"},
		"ErrBusy":        {answer(429, inJSON, `{}`), "plain"},
		"ErrElsewhere":   {answer(404, "text/html", "double"), "plain"},
		"ErrStopped":     {answer(403, "text/html", "double"), "plain"},
		"ErrRedirect":    {http.RedirectHandler("/elsewhere", http.StatusFound).ServeHTTP, "plain"},
		"ErrPage":        {answer(200, "text/html", "double"), "unknown"},
		"ErrNoID":        {answer(201, inJSON, `{"id":""}`), "unknown"},
		"ErrNotJSON":     {answer(201, inJSON, `{"id":"double`), "unknown"},
		"ErrHuge":        {answer(201, inJSON, `{"id":"`+strings.Repeat("1", 17<<20)+`"}`), "unknown"},
		"ErrCut": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", inJSON)
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"id":`)
		}, "unknown"},
		"ErrReset": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "unknown"},
		"ErrSilent": {func(_ http.ResponseWriter, req *http.Request) {
			_, _ = io.Copy(io.Discard, req.Body)
			<-req.Context().Done()
		}, "unknown"},
		"ErrReadBack": {func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodPost {
				answer(201, inJSON, `{"id":"7"}`)(w, req)
				return
			}
			answer(500, inJSON, `{}`)(w, req)
		}, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.answer)
			defer server.Close()
			m := mapping(t, server.URL)
			if name == "ErrSilent" {
				m.RT.Timeout = helpdesk.Duration(200 * time.Millisecond)
			}
			ref, err := connect(t, m, server.Client()).Create(t.Context(), helpdesktest.NewTicket())
			if ref != "" || outcome(err) != c.is || strings.Contains(fmt.Sprint(err), "double") {
				t.Fatalf("ref %q, %v, is %s", ref, err, outcome(err))
			}
		})
	}
}

// TestGivenUp: before RT has the request nothing is done; after that nobody knows.
func TestGivenUp(t *testing.T) {
	t.Run("ErrCertificate", func(t *testing.T) {
		server := httptest.NewTLSServer(answer(500, inJSON, ""))
		defer server.Close()
		if _, err := connect(t, mapping(t, server.URL), nil).Create(t.Context(), helpdesktest.NewTicket()); outcome(err) != "plain" {
			t.Fatal(err)
		}
	})
	t.Run("ErrGivenUp", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
			_, _ = io.Copy(io.Discard, req.Body)
			cancel()
			<-req.Context().Done()
		}))
		defer server.Close()
		if _, err := connect(t, mapping(t, server.URL), server.Client()).Create(ctx, helpdesktest.NewTicket()); outcome(err) != "unknown" {
			t.Fatal(err)
		}
	})
}

func outcome(err error) string {
	var refusal *helpdesk.Refusal
	switch {
	case err == nil:
		return "done"
	case errors.Is(err, helpdesk.ErrUnknown):
		return "unknown"
	case errors.As(err, &refusal):
		return "refusal"
	}
	return "plain"
}

// TestKilled: RT is killed while it makes tickets. Those of which it is not known
// whether they were made are found after it is back, or were not made; none is there
// that was said not to be, and none is lost that was said to be.
func TestKilled(t *testing.T) {
	r := rttest.Shared(t)
	c := connect(t, r.Mapping(t), nil)
	for _, after := range []time.Duration{50 * time.Millisecond, 400 * time.Millisecond} {
		ticket := helpdesktest.NewTicket(helpdesktest.File{Name: "plan.pdf", Media: "application/pdf", Body: make([]byte, 300_000)})
		killed := make(chan struct{})
		time.AfterFunc(after, func() { defer close(killed); r.Kill() })
		ref, err := c.Create(t.Context(), ticket)
		<-killed
		r.Start(t)
		refs, findErr := c.Find(t.Context(), ticket.Request)
		t.Logf("killed after %v: %s, found %v", after, outcome(err), refs)
		switch is := outcome(err); {
		case findErr != nil || is == "refusal" || len(refs) > 1:
			t.Fatalf("%v; found %v, %v", err, refs, findErr)
		case is == "plain" && len(refs) > 0, is == "done" && (len(refs) != 1 || refs[0] != ref):
			t.Errorf("%v, ref %q; found %v", err, ref, refs)
		}
	}
}
