package e2e

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guichet/internal/portal"
)

// deskCalls are one call of each step.
var deskCalls = map[Step][2]string{
	StepMe:        {http.MethodGet, portal.RouteMe},
	StepCatalogue: {http.MethodGet, portal.RouteCatalogue},
	StepChanges:   {http.MethodGet, portal.RouteChanges},
	StepAnnounce:  {http.MethodPut, portal.RouteRequests + "/r1"},
	StepOffset:    {http.MethodHead, portal.RouteUploads + "/r1.f1"},
	StepCreate:    {http.MethodPost, portal.RouteUploads},
	StepBytes:     {http.MethodPatch, portal.RouteUploads + "/r1.f1"},
	StepAsk:       {http.MethodGet, portal.RouteRequests + "/r1"},
	StepWithdraw:  {http.MethodDelete, portal.RouteRequests + "/r1"},
	StepOther:     {http.MethodGet, portal.RouteRequests + "/r1/messages"},
}

// noted is a portal that takes everything and remembers it.
type noted struct {
	*httptest.Server
	mu    sync.Mutex
	calls []string // method, path, length of the body or "cut"
}

func newNoted(t *testing.T) *noted {
	n := &noted{}
	n.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		length := fmt.Sprint(len(body))
		if err != nil {
			length = "cut"
		}
		n.mu.Lock()
		n.calls = append(n.calls, r.Method+" "+r.URL.Path+" "+length)
		n.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPatch {
			w.Header().Set("Upload-Offset", length)
		}
		_, _ = io.WriteString(w, `{"from":"the portal"}`)
	}))
	t.Cleanup(n.Close)
	return n
}

func (n *noted) heard() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.calls)
}

// calling makes one call on a connection of its own.
func calling(t *testing.T, address string, step Step, body string) (status int, answer string, err error) {
	t.Helper()
	c := deskCalls[step]
	if step == StepReceipt {
		c = deskCalls[StepAnnounce]
	}
	req, err := http.NewRequestWithContext(t.Context(), c[0], address+c[1], strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	return res.StatusCode, string(read), err
}

// waitBriefly is how long what happens at once may take.
const waitBriefly = 10 * time.Second

const putOne = `{"files":[{"id":"f1"}]}`

func TestLinePasses(t *testing.T) {
	n := newNoted(t)
	l := NewLine(t, n.URL)
	var mu sync.Mutex
	var steps []Step
	l.Watch = func(s Step, _ string) {
		mu.Lock()
		defer mu.Unlock()
		steps = append(steps, s)
	}
	for _, s := range []Step{StepMe, StepAnnounce, StepOffset, StepCreate, StepBytes, StepReceipt, StepAsk, StepWithdraw, StepOther} {
		status, answer, err := calling(t, l.URL, s, putOne)
		if err != nil || status != http.StatusOK || s != StepOffset && answer != `{"from":"the portal"}` {
			t.Errorf("%s: %d %q %v", s, status, answer, err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if want := []Step{StepMe, StepAnnounce, StepOffset, StepCreate, StepBytes, StepReceipt, StepAsk, StepWithdraw, StepOther}; !slices.Equal(steps, want) {
		t.Errorf("recognised %v", steps)
	}
	if calls := n.heard(); len(calls) != 9 || !l.Holds("r1") || l.Holds("r2") {
		t.Errorf("the portal heard %v", calls)
	}
}

// What each kind of fault does to the two sides of a line.
func TestLineFaults(t *testing.T) {
	putHeard := fmt.Sprintf("PUT %s/r1 %d", portal.RouteRequests, len(putOne))
	for name, want := range map[string]struct {
		status int    // that the desk sees; 0 for none
		err    error  // instead of an answer, io.EOF for any
		heard  string // by the portal, joined
	}{
		"drop":            {err: io.EOF},
		"drop-half":       {err: io.EOF},
		"reset":           {err: syscall.ECONNRESET},
		"half-forwarded":  {err: io.EOF, heard: "PUT " + portal.RouteRequests + "/r1 cut"},
		"half-then-502":   {status: 502, heard: "PUT " + portal.RouteRequests + "/r1 cut"},
		"drop-after":      {err: io.EOF, heard: putHeard},
		"reset-after":     {err: syscall.ECONNRESET, heard: putHeard},
		"cut-body":        {err: io.ErrUnexpectedEOF, heard: putHeard},
		"cut-head":        {err: io.EOF, heard: putHeard},
		"garbage-chunk":   {err: io.EOF, heard: putHeard},
		"not-http":        {err: io.EOF, heard: putHeard},
		"huge-answer":     {status: 200, heard: putHeard},
		"502-after":       {status: 502, heard: putHeard},
		"twice":           {status: 200, heard: putHeard + ", " + putHeard},
		"twice-at-once":   {status: 200, heard: putHeard + ", " + putHeard},
		"slow-request":    {status: 200, heard: putHeard},
		"slow-answer":     {status: 200, heard: putHeard},
		"503-retry-after": {status: 503},
		"redirect":        {status: 302},
		"wrong-id":        {status: 200},
		"says-gone":       {status: 410},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNoted(t)
			l := NewLine(t, n.URL)
			p := l.Arm(Plan{Fault: faultNamed(name), Step: StepAnnounce, Request: "r1"})
			status, _, err := calling(t, l.URL, StepAnnounce, putOne)
			switch {
			case want.err == nil && err != nil, want.err != nil && err == nil, want.status != 0 && status != want.status:
				t.Errorf("the desk sees %d, %v", status, err)
			case want.err != nil && !errors.Is(want.err, io.EOF) && !errors.Is(err, want.err):
				t.Errorf("the desk sees %v, not %v", err, want.err)
			}
			if !closed(p.Hit) || !closed(p.Done) || l.Hits(p) != 1 {
				t.Error("not hit")
			}
			if !eventually(t.Context(), nil, waitBriefly, func() bool { return strings.Join(n.heard(), ", ") == want.heard }) {
				t.Errorf("the portal heard %v", n.heard())
			}
			if status, _, err := calling(t, l.URL, StepAnnounce, putOne); status != http.StatusOK || err != nil {
				t.Errorf("and the next call sees %d, %v", status, err)
			}
		})
	}
}

func TestLineAway(t *testing.T) {
	n := newNoted(t)
	l := NewLine(t, n.URL)
	l.Arm(Plan{Fault: faultNamed("refuse"), Step: StepMe})
	if status, _, err := calling(t, l.URL, StepMe, ""); status != http.StatusOK || err != nil {
		t.Errorf("the last call sees %d, %v", status, err)
	}
	if _, _, err := calling(t, l.URL, StepChanges, ""); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("refused with %v", err)
	}
	l.Heal()
	if status, _, err := calling(t, l.URL, StepChanges, ""); status != http.StatusOK || err != nil {
		t.Errorf("healed, it sees %d, %v", status, err)
	}
	l.Deafen()
	if _, _, err := calling(t, l.URL, StepMe, ""); err == nil || errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("taken and dropped with %v", err)
	}
	l.Heal()

	l.Arm(Plan{Fault: faultNamed("late"), Step: StepAnnounce})
	if _, _, err := calling(t, l.URL, StepAnnounce, putOne); err == nil || l.Holds("r1") {
		t.Errorf("held back, %v", err)
	}
	if statuses, err := l.Deliver(); err != nil || !slices.Equal(statuses, []int{200}) || !l.Holds("r1") {
		t.Errorf("delivered %v, %v", statuses, err)
	}

	p := l.Arm(Plan{Fault: faultNamed("stall"), Step: StepMe})
	over := make(chan error, 1)
	go func() {
		conn, err := net.Dial("tcp", strings.TrimPrefix(l.URL, "http://"))
		if err == nil {
			_, _ = io.WriteString(conn, "GET "+portal.RouteMe+" HTTP/1.1\r\nHost: portal\r\n\r\n")
			_, err = conn.Read(make([]byte, 1))
			_ = conn.Close()
		}
		over <- err
	}()
	<-p.Hit
	select {
	case err := <-over:
		t.Errorf("did not stall: %v", err)
	default:
	}
	l.Release()
	if err := <-over; !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("released with %v", err)
	}
}
