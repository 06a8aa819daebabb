package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"github.com/google/uuid"
	"go.uber.org/goleak"
)

// TestMain finds goroutines that are left. Those of tusd, in the portal, outlive
// their call by some seconds.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/tus/tusd/v2/pkg/handler.newDelayedContext.func1"))
}

const (
	claire, sophie = "demo-claire", "demo-sophie"
	tilleuls       = "cabinet-tilleuls"
	// secret is a token that no error may quote, canary a text that none may.
	secret, canary = "SECRET-9d1e-token", "CANARI-41c7"
)

// desktop is a client with what an app gives it, and a note of what it was told.
type desktop struct {
	*Client
	mu       sync.Mutex
	token    string // "" means that nobody is signed in
	stored   map[uuid.UUID][]byte
	opened   int
	contacts []string
	why      string // reason of the last one
	progress []step
}

// step is one word about an upload.
type step struct {
	request, file uuid.UUID
	sent, total   int64
}

func newDesktop(tb testing.TB, base, token string) *desktop {
	d := &desktop{token: token, stored: map[uuid.UUID][]byte{}}
	d.Client = New(Config{
		Base: base,
		Token: func(context.Context, string) (string, error) {
			if d.token == "" {
				return "", desk.ErrSignIn
			}
			return d.token, nil
		},
		Open: d.open,
		Progress: func(request, file uuid.UUID, sent, total int64) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.progress = append(d.progress, step{request, file, sent, total})
		},
		Contact: func(state, reason, _ string) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.contacts, d.why = append(d.contacts, state), reason
		},
	})
	tb.Cleanup(d.Close)
	return d
}

// Send makes an attempt that nobody watches.
func (d *desktop) Send(ctx context.Context, r desk.Request) desk.Outcome {
	return d.Client.Send(ctx, r, func() {})
}

func (d *desktop) open(_ context.Context, _ desk.Owner, f desk.File) (io.ReadSeekCloser, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	content, ok := d.stored[f.ID]
	if !ok {
		return nil, fs.ErrNotExist
	}
	d.opened++
	return stored{bytes.NewReader(content)}, nil
}

type stored struct{ *bytes.Reader }

func (stored) Close() error { return nil }

// told returns the states of the connection that were told, and forgets them.
func (d *desktop) told() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.contacts
	d.contacts = nil
	return out
}

// reason is what was told with the last state.
func (d *desktop) reason() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.why
}

// file keeps bytes as the app would, confirmed by Claire.
func (d *desktop) file(tb testing.TB, name string, content []byte) desk.File {
	tb.Helper()
	sum := sha256.Sum256(content)
	f := desk.File{ID: newID(tb), Name: name, Size: int64(len(content)), Media: "application/pdf", SHA256: hex.EncodeToString(sum[:])}
	f.Confirmation = desk.Confirmation{By: claire, At: time.Date(2026, 3, 2, 9, 31, 0, 0, time.UTC), Wording: "2026-1", SHA256: f.SHA256}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stored[f.ID] = content
	return f
}

func newID(tb testing.TB) uuid.UUID {
	tb.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// request is one of Claire's that the rulebook accepts.
func request(tb testing.TB, files ...desk.File) desk.Request {
	tb.Helper()
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	return desk.Request{
		ID: newID(tb), Revision: 1, Owner: desk.Owner{Person: claire, Practice: tilleuls}, CatalogueVersion: 1,
		Type: "technical", Category: "software", Files: files, WrittenAt: at, SubmittedAt: at.Add(4 * time.Minute),
		Values: desk.Values{desk.KeySubject: "Agenda lent " + canary, desk.KeyDescription: "L’agenda met une minute à s’ouvrir. " + canary},
	}
}

// noise is content that does not compress or repeat; the seed is in the log.
func noise(tb testing.TB, size int) []byte {
	tb.Helper()
	seed := rand.Uint64()
	tb.Logf("seed %d", seed)
	var key [32]byte
	copy(key[:], fmt.Sprint(seed))
	content := make([]byte, size)
	_, _ = rand.NewChaCha8(key).Read(content) // never fails
	return content
}

// look reads something at the portal by hand.
func look(tb testing.TB, url, token, path string) (status int, body []byte) {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, url+path, nil)
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err != nil {
		tb.Fatal(err)
	}
	return res.StatusCode, body
}

// held is what the portal holds of a request.
func held(tb testing.TB, url, token string, id uuid.UUID) portal.Request {
	tb.Helper()
	status, body := look(tb, url, token, portal.RouteRequests+"/"+id.String())
	var r portal.Request
	if status != http.StatusOK || json.Unmarshal(body, &r) != nil {
		tb.Fatalf("the portal holds no such request: %d", status)
	}
	return r
}

// numbered is how many requests of the bearer have a number.
func numbered(tb testing.TB, url, token string) (n int) {
	tb.Helper()
	_, body := look(tb, url, token, portal.RouteRequests)
	var page portal.RequestPage
	if err := json.Unmarshal(body, &page); err != nil {
		tb.Fatal(err)
	}
	for _, r := range page.Requests {
		if r.Number != "" {
			n++
		}
	}
	return n
}

// wanted is what an attempt should come to.
type wanted struct {
	kind  desk.OutcomeKind
	reach desk.Reach
	code  string
}

// expect compares, and holds every error to be free of content and tokens.
func expect(tb testing.TB, out desk.Outcome, want wanted) {
	tb.Helper()
	if got := (wanted{out.Kind, out.Reach, out.Code}); got != want {
		tb.Errorf("came to %v (%v), want %v", got, out.Err, want)
	}
	if (out.Receipt.Number != "") != (out.Kind == desk.OutcomeReceived) {
		tb.Errorf("%s with the number %q", out.Kind, out.Receipt.Number)
	}
	if out.Code != "" && !slices.Contains(desk.ReasonCodes(), out.Code) {
		tb.Errorf("reason %q has no sentence", out.Code)
	}
	discreet(tb, out.Err)
}

func discreet(tb testing.TB, err error) {
	tb.Helper()
	if err == nil {
		return
	}
	if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, secret) || strings.Contains(text, canary) || strings.Contains(text, "-token") {
		tb.Errorf("an error quotes what is confidential: %s", text)
	}
}

// await repeats ok until it holds; the test fails if it never does.
func await(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	end := time.NewTimer(15 * time.Second)
	defer end.Stop()
	for !ok() {
		select {
		case <-every.C:
		case <-end.C:
			tb.Fatalf("waited in vain: %s", what)
		}
	}
}
