package line_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/line"
	"guichet/internal/line/linetest"
	"guichet/internal/portal"
	"guichet/internal/portal/client"
	"guichet/internal/portald"

	"github.com/google/uuid"
)

const claire, tilleuls = "demo-claire", "cabinet-tilleuls"

// size of the file that is sent, in bytes.
const size = 5 << 20

// place is a portal behind TLS under its name, and the real client of a desk.
type place struct {
	*client.Client
	twin    *portald.Twin
	address string // under its name
	content []byte
	request desk.Request

	mu    sync.Mutex
	told  []string // states with their reasons
	sent  []int64
	tell  func(sent int64)
	clean *http.Client // a look at the portal without any proxy
}

func furnish(t *testing.T, l *line.Line) *place {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cert := world.Certify(t, portalName, nil)
	p := &place{address: "https://" + listen.Addr().String(), content: make([]byte, size), tell: func(int64) {}}
	_, port, err := net.SplitHostPort(listen.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	p.address = "https://" + portalName + ":" + port
	p.twin = portald.Run(t, func(c *portald.Config) {
		c.Listener = tls.NewListener(listen, &tls.Config{Certificates: []tls.Certificate{cert}})
	})
	p.clean = &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{ServerName: portalName},
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", listen.Addr().String())
		},
	}}
	p.fill(t)
	by := l.Transport(func() []string { return []string{p.address} })
	p.Client = client.New(client.Config{
		Base: p.address, Transport: by,
		Token: func(context.Context, string) (string, error) { return p.twin.Token(claire), nil },
		Open: func(context.Context, desk.Owner, desk.File) (io.ReadSeekCloser, error) {
			return stored{bytes.NewReader(p.content)}, nil
		},
		Progress: func(_, _ uuid.UUID, sent, _ int64) {
			p.mu.Lock()
			p.sent = append(p.sent, sent)
			p.mu.Unlock()
			p.tell(sent)
		},
		Contact: func(state, reason, _ string) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.told = append(p.told, strings.TrimSpace(state+" "+reason))
		},
	})
	p.Announce = 0
	t.Cleanup(by.Close)
	return p
}

type stored struct{ *bytes.Reader }

func (stored) Close() error { return nil }

// fill writes a request with a file that does not compress.
func (p *place) fill(t *testing.T) {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var key [32]byte
	copy(key[:], fmt.Sprint(seed))
	_, _ = rand.NewChaCha8(key).Read(p.content)
	sum := sha256.Sum256(p.content)
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	file := desk.File{ID: uuid.Must(uuid.NewV7()), Name: "facture.pdf", Size: size, Media: "application/pdf", SHA256: hex.EncodeToString(sum[:])}
	file.Confirmation = desk.Confirmation{By: claire, At: at, Wording: "2026-1", SHA256: file.SHA256}
	p.request = desk.Request{
		ID: uuid.Must(uuid.NewV7()), Revision: 1, Owner: desk.Owner{Person: claire, Practice: tilleuls}, CatalogueVersion: 1,
		Type: "technical", Category: "software", Files: []desk.File{file}, WrittenAt: at, SubmittedAt: at.Add(time.Minute),
		Values: desk.Values{desk.KeySubject: "Agenda lent", desk.KeyDescription: "L’agenda met une minute à s’ouvrir."},
	}
}

func (p *place) send(t *testing.T) desk.Outcome {
	t.Helper()
	return p.Send(t.Context(), p.request, func() {})
}

// look reads at the portal, by no proxy.
func (p *place) look(t *testing.T, path string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.twin.Token(claire))
	res, err := p.clean.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v", res.StatusCode, err)
	}
	return body
}

// numbered is how many requests with a number the portal has.
func (p *place) numbered(t *testing.T) (n int) {
	t.Helper()
	var page portal.RequestPage
	if err := json.Unmarshal(p.look(t, portal.RouteRequests), &page); err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Requests {
		if r.Number != "" {
			n++
		}
	}
	return n
}

// kept waits until the portal has that much of the file.
func (p *place) kept(t *testing.T, least int64) {
	t.Helper()
	at := filepath.Join(p.twin.Folder(), "files", portal.UploadID(p.request.ID.String(), p.request.Files[0].ID.String()))
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	end := time.After(15 * time.Second)
	for {
		if info, err := os.Stat(at); err == nil && info.Size() >= least {
			return
		}
		select {
		case <-every.C:
		case <-end:
			t.Fatal("the portal does not have what has passed")
		}
	}
}

// once holds that the portal has it once, with its file as it was.
func (p *place) once(t *testing.T) {
	t.Helper()
	if n := p.numbered(t); n != 1 {
		t.Errorf("the portal has numbered %d requests", n)
	}
	at := portal.RouteRequests + "/" + p.request.ID.String() + "/files/" + p.request.Files[0].ID.String()
	if !bytes.Equal(p.look(t, at), p.content) {
		t.Error("the file came otherwise than it left")
	}
}

// expect is what an attempt came to, and what was told of the line.
func (p *place) expect(t *testing.T, out desk.Outcome, kind desk.OutcomeKind, told string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := p.told[len(p.told)-1]; out.Kind != kind || last != told {
		t.Errorf("came to %s (%v), told %q; want %s, %q", out.Kind, out.Err, last, kind, told)
	}
	if kind == desk.OutcomeRetry && (out.Reach != desk.ReachNetwork || out.Arrived) {
		t.Errorf("%+v", out)
	}
}

// A request with its file, through the proxies that practices have, each of which
// is killed in the middle of the file once.
func TestSendThroughRealProxies(t *testing.T) {
	needsSystem(t)
	for name, start := range linetest.Reals {
		t.Run(name, func(t *testing.T) {
			t.Run("Received", func(t *testing.T) {
				real := start(t, user, password)
				p := furnish(t, line.New(line.Config{Proxy: real.URL(), Secret: (&secret{real.Address, user, password, nil}).give}))
				p.expect(t, p.send(t), desk.OutcomeReceived, client.ContactOnline)
				p.expect(t, p.send(t), desk.OutcomeReceived, client.ContactOnline)
				p.once(t)
			})
			t.Run("KilledInTheMiddle", func(t *testing.T) {
				real := start(t, "", "")
				p := furnish(t, line.New(line.Config{Proxy: real.URL()}))
				p.SetRate(8 << 20)
				kill := sync.OnceFunc(real.Stop)
				p.tell = func(sent int64) {
					if sent > 2<<20 {
						kill()
					}
				}
				p.expect(t, p.send(t), desk.OutcomeLost, client.ContactOffline)
				p.expect(t, p.send(t), desk.OutcomeRetry, client.ContactOffline+" proxy-unreachable")
				if n := p.numbered(t); n != 0 {
					t.Errorf("%d numbers for half a file", n)
				}
				p.tell, p.sent = func(int64) {}, nil
				p.SetRate(0)
				real.Start()
				p.expect(t, p.send(t), desk.OutcomeReceived, client.ContactOnline)
				if p.sent[0] < 128<<10 { // what was on its way when it was killed may be lost
					t.Errorf("the last attempt began with byte %d", p.sent[0])
				}
				p.once(t)
			})
			t.Run("PasswordLater", func(t *testing.T) {
				real := start(t, user, password)
				l := line.New(line.Config{Proxy: real.URL()})
				p := furnish(t, l)
				p.expect(t, p.send(t), desk.OutcomeRetry, client.ContactOffline+" proxy-auth")
				l.Set(line.Config{Proxy: real.URL(), Secret: (&secret{real.Address, user, password, nil}).give})
				p.expect(t, p.send(t), desk.OutcomeReceived, client.ContactOnline)
				p.once(t)
			})
		})
	}
}

// What the client makes of each fault of the line: none has reached the portal,
// and each says why.
func TestFaultsOfTheLine(t *testing.T) {
	needsSystem(t)
	device := linetest.Authorize(t, "FG100F-4821", "Fortinet")
	for name, c := range map[string]struct {
		proxy func(*linetest.Proxy)
		told  string
		code  string
	}{
		"Asks":      {func(p *linetest.Proxy) { p.User = user }, "offline proxy-auth", desk.ReasonNetwork},
		"AsksNTLM":  {func(p *linetest.Proxy) { p.Offers = []string{"NTLM"} }, "offline proxy-method", desk.ReasonNetwork},
		"Refuses":   {func(p *linetest.Proxy) { p.Status = http.StatusForbidden }, "offline proxy-refused", desk.ReasonNetwork},
		"Beyond":    {func(p *linetest.Proxy) { p.Status = http.StatusServiceUnavailable }, "offline beyond-proxy", desk.ReasonNetwork},
		"LooksInto": {func(p *linetest.Proxy) { p.Looks = device }, "foreign intercepted", desk.ReasonForeign},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := linetest.Start(t, c.proxy)
			l := line.New(line.Config{Proxy: proxy.URL()})
			p := furnish(t, l)
			out := p.send(t)
			p.expect(t, out, desk.OutcomeRetry, c.told)
			if out.Code != c.code {
				t.Errorf("code %q", out.Code)
			}
			if n := p.numbered(t); n != 0 {
				t.Errorf("%d numbers", n)
			}
			l.Set(line.Config{Proxy: linetest.Start(t, nil).URL()})
			p.expect(t, p.send(t), desk.OutcomeReceived, client.ContactOnline)
			p.once(t)
		})
	}
	t.Run("CutInTheMiddle", func(t *testing.T) {
		proxy := linetest.Start(t, nil)
		p := furnish(t, line.New(line.Config{Proxy: proxy.URL()}))
		proxy.CutAfter(3 << 20)
		p.expect(t, p.send(t), desk.OutcomeLost, client.ContactOffline)
		if proxy.Whole() {
			t.Error("nothing was cut")
		}
		p.kept(t, 2<<20)
		p.sent = nil
		p.expect(t, p.send(t), desk.OutcomeReceived, client.ContactOnline)
		if p.sent[0] < 2<<20 {
			t.Errorf("the second attempt began with byte %d", p.sent[0])
		}
		p.once(t)
	})
}

// The portal itself says that it is one, through a proxy and behind TLS.
func TestDiagnosePortal(t *testing.T) {
	needsSystem(t)
	proxy := linetest.Start(t, nil)
	l := line.New(line.Config{Proxy: proxy.URL()})
	p := furnish(t, l)
	at, err := url.JoinPath(p.address, client.ConfigPath)
	if err != nil {
		t.Fatal(err)
	}
	isPortal := func(a line.Answer) bool { return client.IsPortal(a.Status, a.Header, a.Body) }
	if r := l.Diagnose(t.Context(), at, isPortal); !r.OK() || r.Step(line.StepClock).State != line.OK {
		t.Errorf("%+v", r)
	}
	other := server(t, world.Certify(t, portalName, nil), hello)
	if step, _ := l.Diagnose(t.Context(), other+client.ConfigPath, isPortal).Trouble(); step.ID != line.StepHTTP || step.Code != line.CodeForeign {
		t.Errorf("%+v", step)
	}
}
