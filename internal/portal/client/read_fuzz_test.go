package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

var asked = []*desk.Error{desk.ErrOffline, desk.ErrSignIn, desk.ErrForbidden, desk.ErrNotFound}

// FuzzRead gives any answer to the questions of the desk. An error is one of
// four, and what is no error can be used as it is.
func FuzzRead(f *testing.F) {
	change := `{"changes":[{"request":{"id":"` + fuzzedRequest.String() + `","revision":3,"number":"AS-2026-000001","status":"waiting","practice":"cabinet-tilleuls",` +
		`"author":{"id":"demo-claire","name":"Claire","support":false},"catalogueVersion":1,"type":"technical","category":"software","values":{"subject":"` + canary + `"},` +
		`"files":[{"id":"` + fuzzedFile.String() + `","name":"a.pdf","size":20,"media":"application/pdf","sha256":"00","received":true}],` +
		`"writtenAt":"2026-03-02T09:30:00Z","submittedAt":"2026-03-02T09:34:00Z","receivedAt":"2026-03-02T09:35:00Z","updatedAt":"2026-03-02T09:36:00Z"},` +
		`"messages":[{"id":"` + fuzzedFile.String() + `","request":"x","author":{"id":"s","name":"Support","support":true},"text":"` + canary + `","at":"2026-03-02T09:36:00Z"}]}],"cursor":"7","more":false}`
	for _, body := range []string{
		change, `{"changes":[],"cursor":"7","more":false}`, `{"id":"demo-claire","name":"Claire","practices":[{"id":"p","name":"n","town":"t","roles":["admin"]}]}`,
		`{"version":1,"types":[]}`, "null", "[]", "{", page, `{"changes":[{"request":{"id":"x"}}]}`, `{"changes":[{"deleted":true,"request":{"id":"` + fuzzedRequest.String() + `"}}],"cursor":"8"}`,
	} {
		f.Add(200, "application/json", `"v1"`, []byte(body))
	}
	for _, code := range portal.Codes() {
		f.Add(portal.Status(code), portal.ProblemType, "", quoting(f, code))
		f.Add(418, portal.ProblemType, "", quoting(f, code)) // a status that no code has
	}
	f.Add(304, "", `"v1"`, []byte{})
	f.Add(200, "text/html", "", []byte(page))
	f.Fuzz(func(t *testing.T, status int, media, etag string, body []byte) {
		if status < 200 || status > 999 {
			t.Skip("net/http gives no such answer")
		}
		d := fuzzed(t, far(func(r *http.Request) (*http.Response, error) {
			header := http.Header{"Content-Type": {media}, "Etag": {etag}}
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		}))
		in, err := d.Changes(t.Context(), claire, "3", time.Second)
		if errors.Is(err, desk.StaleCursor{}) && status == http.StatusGone {
			err = desk.ErrOffline // its own kind
		}
		if named(t, status, err); err == nil {
			usable(t, in.Changes)
		} else if in.Changes != nil {
			t.Errorf("%d changes beside an error", len(in.Changes))
		}
		who, err := d.Me(t.Context(), secret)
		if named(t, status, err); err == nil && who.ID == "" {
			t.Error("nobody is somebody")
		}
		catalogue, _, err := d.Catalogue(t.Context(), claire, `"v0"`)
		if named(t, status, err); err == nil && catalogue != nil && !json.Valid(catalogue) {
			t.Error("a catalogue that is not JSON")
		}
	})
}

// named holds an error to those that callers know, and to silence about content.
func named(t *testing.T, status int, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if !slices.ContainsFunc(asked, func(e *desk.Error) bool { return errors.Is(err, e) }) {
		t.Errorf("error of no kind: %v", err)
	}
	if errors.Is(err, desk.ErrSignIn) && status != http.StatusUnauthorized || errors.Is(err, desk.ErrForbidden) && status != http.StatusForbidden {
		t.Errorf("%v for %d", err, status)
	}
	if text := err.Error(); strings.Contains(text, canary) || strings.Contains(text, secret) {
		t.Errorf("the error quotes: %v", err)
	}
}

// usable holds changes to what the store takes for granted.
func usable(t *testing.T, changes []desk.Change) {
	t.Helper()
	for _, c := range changes {
		if c.Request.Owner.Person != claire || c.Request.Number == "" {
			t.Errorf("a change of %q with number %q", c.Request.Owner.Person, c.Request.Number)
		}
		for _, m := range c.Messages {
			if m.Request != c.Request.ID {
				t.Error("a message about another request")
			}
		}
	}
}
