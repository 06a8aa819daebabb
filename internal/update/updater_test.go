package update

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
)

// shelf is a folder of releases, and a server of it that fails as it is told.
type shelf struct {
	tb  testing.TB
	dir string
	url string
	key signer

	mu     sync.Mutex
	asked  []string // "path" or "path bytes=100-"
	sent   map[string]int64
	cut    int64  // of a package, the line ends behind so many bytes; 0 never
	whole  bool   // ranges are ignored
	weak   bool   // no tags
	stalls bool   // behind the first byte of a package
	more   bool   // a package has a byte too many
	page   bool   // a hotspot answers
	tag    string // put behind tags
}

func newShelf(tb testing.TB, key signer) *shelf {
	tb.Helper()
	s := &shelf{tb: tb, dir: tb.TempDir(), key: key, sent: map[string]int64{}}
	server := httptest.NewServer(s)
	tb.Cleanup(server.Close)
	s.url = server.URL + "/v1/releases"
	return s
}

// publish signs a manifest with these releases of these bytes.
func (s *shelf) publish(m Manifest, programs ...[]byte) {
	s.tb.Helper()
	for i, p := range programs {
		if err := os.MkdirAll(filepath.Join(s.dir, m.Channel), 0o755); err != nil {
			s.tb.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(s.dir, m.Channel, m.Releases[i].File), p, 0o644); err != nil {
			s.tb.Fatal(err)
		}
	}
	body := encode(s.tb, m)
	s.write(body, s.key.sign(body))
}

func (s *shelf) write(body, signature []byte) {
	s.tb.Helper()
	name := filepath.Join(s.dir, filepath.FromSlash(ManifestName(StableChannel, Platform())))
	put(s.tb, name, string(body))
	put(s.tb, name+".minisig", string(signature))
}

// ServeHTTP serves the folder.
func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	cut, whole, weak, stalls, more, page, tag := s.cut, s.whole, s.weak, s.stalls, s.more, s.page, s.tag
	s.asked = append(s.asked, strings.TrimSpace(filepath.Base(r.URL.Path)+" "+r.Header.Get("Range")))
	s.mu.Unlock()
	if page {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<html>Bienvenue</html>")
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, "/v1/releases/")
	body, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
	if !ok || err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	if strings.Contains(name, ".json") {
		_, _ = w.Write(body)
		return
	}
	sum := sha256.Sum256(body)
	if !weak {
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:4])+tag+`"`)
	}
	if whole {
		r.Header.Del("Range")
	}
	if more {
		body = append(body, 0)
	}
	out := &meter{ResponseWriter: w, s: s, cut: cut, stall: map[bool]<-chan struct{}{true: r.Context().Done()}[stalls]}
	http.ServeContent(out, r, "", time.Time{}, bytes.NewReader(body))
}

// meter counts what is sent, and cuts it.
type meter struct {
	http.ResponseWriter
	s     *shelf
	cut   int64
	done  int64
	stall <-chan struct{}
}

func (m *meter) Write(p []byte) (int, error) {
	if m.stall != nil {
		_, _ = m.ResponseWriter.Write(p[:1])
		m.ResponseWriter.(http.Flusher).Flush()
		<-m.stall
		panic(http.ErrAbortHandler)
	}
	end := false
	if m.cut > 0 && m.done+int64(len(p)) >= m.cut {
		p, end = p[:m.cut-m.done], true
	}
	n, err := m.ResponseWriter.Write(p)
	m.done += int64(n)
	m.s.mu.Lock()
	m.s.sent["all"] += int64(n)
	m.s.mu.Unlock()
	if end {
		m.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, err
}

func (s *shelf) set(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// took is what was sent and asked since the last call.
func (s *shelf) took() (int64, []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, asked := s.sent["all"], s.asked
	s.sent["all"], s.asked = 0, nil
	return n, asked
}

// someBytes are a package of that size.
func someBytes(n int, seed uint64) []byte {
	out := make([]byte, n)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// reader is an installed Guichet 1.0.0 that looks at a shelf.
func (s *shelf) reader(tb testing.TB, edit func(c *Config)) *Updater {
	tb.Helper()
	c := Config{
		Dir: filepath.Join(tb.TempDir(), "update"), Version: "1.0.0", Install: Install{Scope: ScopeUser}, Keys: []string{s.key.public},
		Choices: func() Choices { return Choices{Source: s.url} },
	}
	if edit != nil {
		edit(&c)
	}
	u := New(c)
	u.Now = func() time.Time { return noon }
	u.Complain = func(op string, err error) { tb.Logf("%s: %v", op, err) }
	tb.Cleanup(u.cfg.HTTP.CloseIdleConnections)
	return u
}

func (u *Updater) status(tb testing.TB) Status {
	tb.Helper()
	s, err := u.Status(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// ready holds that just these bytes lie ready.
func (u *Updater) ready(tb testing.TB, version string, program []byte) {
	tb.Helper()
	if s := u.status(tb); s.Staged != version || s.Outcome != OutcomeStaged {
		tb.Fatalf("status %+v, want %s ready", s, version)
	}
	got, err := os.ReadFile(u.dir.path(filepath.Join(stagedDir, stagedPackage)))
	if err != nil || !bytes.Equal(got, program) {
		tb.Errorf("%d bytes lie ready, want %d: %v", len(got), len(program), err)
	}
	if _, err := u.dir.verifyStaged(tb.Context(), version, u.cfg.Keys); err != nil {
		tb.Errorf("what lies ready: %v", err)
	}
	left, err := filepath.Glob(u.dir.path("*.part"))
	if err != nil || len(left) > 0 {
		tb.Errorf("left over: %q, %v", left, err)
	}
}

func TestBring(t *testing.T) {
	key := newSigner(t)
	program := someBytes(300_000, 1)
	for name, c := range map[string]struct {
		edit func(c *Config, s *shelf)
	}{
		"FromAServer":   {nil},
		"FromAFolder":   {func(c *Config, s *shelf) { c.Choices = func() Choices { return Choices{Source: s.dir} } }},
		"SlashInTheEnd": {func(c *Config, s *shelf) { c.Choices = func() Choices { return Choices{Source: s.url + "/"} } }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t, key)
			s.publish(manifest(3, release(t, "1.1.0", program)), program)
			u := s.reader(t, func(cfg *Config) {
				if c.edit != nil {
					c.edit(cfg, s)
				}
			})
			if err := u.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			u.ready(t, "1.1.0", program)
			// It is not brought twice, not even by a program that was started anew.
			s.took()
			again := s.reader(t, func(cfg *Config) { *cfg = u.cfg })
			if err := again.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			again.ready(t, "1.1.0", program)
			if sent, asked := s.took(); sent > 0 {
				t.Errorf("sent again: %d bytes, asked %q", sent, asked)
			}
			// A newer one takes its place.
			newer := someBytes(200_000, 2)
			s.publish(manifest(4, release(t, "1.2.0", newer)), newer)
			if err := u.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			u.ready(t, "1.2.0", newer)
		})
	}
}

// Nothing that is not what it has to be is brought, and each has its own reason.
func TestRefused(t *testing.T) {
	key, other := newSigner(t), newSigner(t)
	program := someBytes(50_000, 1)
	good := func(t *testing.T) Manifest { return manifest(3, release(t, "1.1.0", program)) }
	for name, c := range map[string]struct {
		serve func(t *testing.T, s *shelf)
		want  string
	}{
		"Nothing":  {func(*testing.T, *shelf) {}, string(ErrNone)},
		"Unsigned": {func(t *testing.T, s *shelf) { s.publish(good(t), program); s.remove(t, ".minisig") }, string(ErrUnsigned)},
		"OtherKey": {func(t *testing.T, s *shelf) { s.key = other; s.publish(good(t), program); s.key = key }, string(ErrKey)},
		"ManifestAltered": {func(t *testing.T, s *shelf) {
			body := encode(t, good(t))
			s.write(bytes.Replace(body, []byte("1.1.0"), []byte("1.9.0"), 1), key.sign(body))
		}, string(ErrAltered)},
		"PackageAltered": {func(t *testing.T, s *shelf) {
			bad := bytes.Clone(program)
			bad[40_000] ^= 1
			s.publish(good(t), bad)
		}, string(ErrPackage)},
		"PackageShort":  {func(t *testing.T, s *shelf) { s.publish(good(t), program[:49_000]) }, string(ErrPackage)},
		"PackageLong":   {func(t *testing.T, s *shelf) { s.publish(good(t), program); s.more = true }, string(ErrPackage)},
		"PackageGone":   {func(t *testing.T, s *shelf) { s.publish(good(t)) }, string(ErrNone)},
		"OtherProduct":  {func(t *testing.T, s *shelf) { m := good(t); m.Product = "caisse"; s.publish(m, program) }, string(ErrProduct)},
		"OtherChannel":  {func(t *testing.T, s *shelf) { m := good(t); m.Channel = "beta"; s.publish(m, program) }, string(ErrChannel)},
		"OtherPlatform": {func(t *testing.T, s *shelf) { m := good(t); m.Platform = "plan9-arm"; s.publish(m, program) }, string(ErrPlatform)},
		"Stale":         {func(t *testing.T, s *shelf) { m := good(t); m.Expires = noon; s.publish(m, program) }, string(ErrStale)},
		"Downgrade":     {func(t *testing.T, s *shelf) { s.publish(manifest(3, release(t, "0.9.0", program)), program) }, string(ErrDowngrade)},
		"Current":       {func(t *testing.T, s *shelf) { s.publish(manifest(3, release(t, "1.0.0", program)), program) }, OutcomeCurrent},
		"TooLarge": {func(t *testing.T, s *shelf) {
			m := good(t)
			m.Releases[0].Size = MaxPackage + 1
			s.publish(m)
		}, string(ErrTooLarge)},
		"ManifestTooLarge": {func(t *testing.T, s *shelf) {
			body := append(encode(t, good(t)), bytes.Repeat([]byte{' '}, MaxManifest)...)
			s.write(body, key.sign(body))
		}, string(ErrTooLarge)},
		"Page":      {func(_ *testing.T, s *shelf) { s.page = true }, string(ErrOffline)},
		"NobodyIn":  {func(_ *testing.T, s *shelf) { s.url = "http://127.0.0.1:1/v1/releases" }, string(ErrOffline)},
		"NoAddress": {func(_ *testing.T, s *shelf) { s.url = "" }, string(ErrOffline)},
		"NoFolder":  {func(_ *testing.T, s *shelf) { s.url = filepath.Join(s.dir, "gone") }, string(ErrOffline)},
		"Relative":  {func(_ *testing.T, s *shelf) { s.url = "releases" }, string(ErrOffline)},
		"File":      {func(_ *testing.T, s *shelf) { s.url = "file://" + s.dir }, string(ErrOffline)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t, key)
			c := c
			c.serve(t, s)
			u := s.reader(t, nil)
			err := u.Check(t.Context())
			got := u.status(t)
			if got.Outcome != c.want || got.Staged != "" || !got.Checked.Equal(noon) {
				t.Errorf("%v; status %+v, want %s", err, got, c.want)
			}
			if there(u.dir.path(filepath.Join(stagedDir, stagedPackage))) {
				t.Error("something lies ready")
			}
			if left, _ := filepath.Glob(u.dir.path("*.part")); len(left) > 0 {
				t.Errorf("left over: %q", left)
			}
			if again := s.reader(t, func(cfg *Config) { cfg.Dir = u.cfg.Dir }).status(t); again.Outcome != c.want {
				t.Errorf("behind a restart %+v", again)
			}
		})
	}
	t.Run("Redirect", func(t *testing.T) {
		s := newShelf(t, key)
		s.publish(good(t), program)
		away := httptest.NewServer(http.RedirectHandler(s.url, http.StatusFound))
		defer away.Close()
		u := s.reader(t, func(c *Config) { c.Choices = func() Choices { return Choices{Source: away.URL} } })
		if err := u.Check(t.Context()); !errors.Is(err, ErrOffline) {
			t.Errorf("got %v", err)
		}
		if _, asked := s.took(); len(asked) > 0 {
			t.Errorf("another host was asked %q", asked)
		}
	})
}

func (s *shelf) remove(t *testing.T, suffix string) {
	t.Helper()
	if err := os.Remove(filepath.Join(s.dir, filepath.FromSlash(ManifestName(StableChannel, Platform()))+suffix)); err != nil {
		t.Fatal(err)
	}
}

// A manifest that was accepted is the floor of all that come behind it, over restarts
// as well.
func TestReplayed(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(10_000, 1)
	old := encode(t, manifest(3, release(t, "1.1.0", program)))
	s.publish(manifest(4, release(t, "1.0.0", program)), program)
	u := s.reader(t, nil)
	if err := u.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.write(old, key.sign(old))
	for _, u := range []*Updater{u, s.reader(t, func(c *Config) { c.Dir = u.cfg.Dir })} {
		if err := u.Check(t.Context()); !errors.Is(err, ErrReplayed) || u.status(t).Outcome != string(ErrReplayed) {
			t.Errorf("got %v, %+v", err, u.status(t))
		}
	}
	another := encode(t, manifest(4, release(t, "1.1.0", program)))
	s.write(another, key.sign(another))
	if err := u.Check(t.Context()); !errors.Is(err, ErrReplayed) {
		t.Errorf("two manifests with one serial: %v", err)
	}
}

// A package that is cut again and again arrives byte by byte, and no byte is sent
// twice that had arrived.
func TestResume(t *testing.T) {
	key := newSigner(t)
	program := someBytes(700_000, 3)
	seed := seed(t)
	for _, kind := range []string{"Tags", "NoTags"} {
		t.Run(kind, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 5))
			s := newShelf(t, key)
			s.weak = kind == "NoTags"
			s.publish(manifest(3, release(t, "1.1.0", program)), program)
			dir := filepath.Join(t.TempDir(), "update")
			cuts := 0
			var u *Updater
			for {
				u = s.reader(t, func(c *Config) { c.Dir = dir }) // a restart each time
				s.set(func() { s.cut = 1 + r.Int64N(200_000) })
				err := u.Check(t.Context())
				if err == nil {
					break
				}
				if cuts++; !errors.Is(err, ErrOffline) || cuts > 100 {
					t.Fatalf("cut %d: %v", cuts, err)
				}
			}
			u.ready(t, "1.1.0", program)
			if sent, _ := s.took(); sent != int64(len(program)) || cuts < 2 {
				t.Errorf("%d bytes were sent for %d, with %d cuts", sent, len(program), cuts)
			}
		})
	}
	// What makes the rest useless has all of it sent again, and once.
	for kind, change := range map[string]func(s *shelf, part string){
		"RangesIgnored": func(s *shelf, _ string) { s.whole = true },
		"OtherTag":      func(s *shelf, _ string) { s.tag = "x" },
		"PartLonger": func(_ *shelf, part string) {
			if err := os.WriteFile(part, make([]byte, 800_000), 0o600); err != nil {
				panic(err)
			}
		},
		"PartSpoilt": func(_ *shelf, part string) {
			body, err := os.ReadFile(part)
			if err == nil {
				body[17] ^= 1
				err = os.WriteFile(part, body, 0o600)
			}
			if err != nil {
				panic(err)
			}
		},
	} {
		t.Run(kind, func(t *testing.T) {
			s := newShelf(t, key)
			s.publish(manifest(3, release(t, "1.1.0", program)), program)
			u := s.reader(t, nil)
			s.cut = 300_000
			if err := u.Check(t.Context()); !errors.Is(err, ErrOffline) {
				t.Fatal(err)
			}
			s.took()
			s.set(func() { s.cut = 0; change(s, u.dir.path(release(t, "1.1.0", program).SHA256+".part")) })
			if err := u.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			u.ready(t, "1.1.0", program)
			want := map[string]int64{"PartSpoilt": 400_000 + 700_000}[kind]
			if sent, asked := s.took(); sent != max(want, 700_000) {
				t.Errorf("%d bytes were sent, asked %q", sent, asked)
			}
		})
	}
}

// A server that goes down in the middle and comes up again goes on where it was.
func TestServerRestarted(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(500_000, 4)
	s.publish(manifest(3, release(t, "1.1.0", program)), program)
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listen.Addr().String()
	first := &httptest.Server{Listener: listen, Config: &http.Server{Handler: s}}
	first.Start()
	u := s.reader(t, func(c *Config) {
		c.Choices = func() Choices { return Choices{Source: "http://" + address + "/v1/releases"} }
	})
	s.cut = 123_456
	if err := u.Check(t.Context()); !errors.Is(err, ErrOffline) {
		t.Fatal(err)
	}
	first.CloseClientConnections()
	first.Close()
	if err := u.Check(t.Context()); !errors.Is(err, ErrOffline) {
		t.Fatal(err)
	}
	s.set(func() { s.cut = 0 })
	if listen, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	second := &httptest.Server{Listener: listen, Config: &http.Server{Handler: s}}
	second.Start()
	defer second.Close()
	s.took()
	if err := u.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	u.ready(t, "1.1.0", program)
	if sent, _ := s.took(); sent != 500_000-123_456 {
		t.Errorf("%d bytes were sent", sent)
	}
}

func TestStall(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(100_000, 4)
	s.publish(manifest(3, release(t, "1.1.0", program)), program)
	s.stalls = true
	u := s.reader(t, nil)
	u.Stall = 50 * time.Millisecond
	if err := u.Check(t.Context()); !errors.Is(err, ErrOffline) || u.status(t).Outcome != string(ErrOffline) {
		t.Errorf("got %v", err)
	}
	// Somebody who ends the program does not wait for it either.
	u.Stall = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := u.Check(ctx); err == nil || u.status(t).Busy {
		t.Errorf("got %v", err)
	}
}

// What is read is asked for before, and no more than that is read in a while.
func TestLimit(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(200_000, 4)
	s.publish(manifest(3, release(t, "1.1.0", program)), program)
	asked := 0
	u := s.reader(t, func(c *Config) {
		c.Limit = func(_ context.Context, n int) error {
			if asked += n; asked > 150_000 {
				return context.Canceled
			}
			return nil
		}
	})
	if err := u.Check(t.Context()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if asked < 150_000 || asked > 200_000 {
		t.Errorf("asked for %d bytes", asked)
	}
}

// Who only wants to be told is told, and decides.
func TestNotify(t *testing.T) {
	key := newSigner(t)
	program := someBytes(50_000, 4)
	for scope, may := range map[string]bool{ScopeUser: true, ScopeMachine: false} {
		t.Run(scope, func(t *testing.T) {
			s := newShelf(t, key)
			s.publish(manifest(3, release(t, "1.1.0", program)), program)
			u := s.reader(t, func(c *Config) {
				c.Install.Scope, c.Choices = scope, func() Choices { return Choices{Source: s.url, Policy: PolicyNotify} }
			})
			if err := u.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := u.status(t)
			if got.Outcome != OutcomeAvailable || got.Offer == nil || got.Offer.Version != "1.1.0" || got.Staged != "" || got.Policy != PolicyNotify {
				t.Errorf("status %+v", got)
			}
			if sent, _ := s.took(); sent > 0 {
				t.Errorf("%d bytes of a package were sent", sent)
			}
			err := u.Bring(t.Context())
			if !may {
				if !errors.Is(err, ErrOff) || u.status(t).Staged != "" {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			u.ready(t, "1.1.0", program)
			if err := u.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			u.ready(t, "1.1.0", program) // and it stays
		})
	}
}

func TestOff(t *testing.T) {
	key := newSigner(t)
	for name, edit := range map[string]func(c *Config){
		"Policy":       func(c *Config) { c.Choices = func() Choices { return Choices{Policy: PolicyOff} } },
		"NotInstalled": func(c *Config) { c.Install = Install{} },
		"NoKey":        func(c *Config) { c.Keys = nil },
		"Commit":       func(c *Config) { c.Version = "v1.0.0-3-gabcdef0" },
		"Dev":          func(c *Config) { c.Version = "dev" },
		"Channel":      func(c *Config) { c.Choices = func() Choices { return Choices{Channel: "../x"} } },
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t, key)
			u := s.reader(t, edit)
			if u.Possible() == (name == "NotInstalled" || name == "NoKey" || name == "Commit" || name == "Dev") {
				t.Errorf("possible: %v", u.Possible())
			}
			if !u.Possible() {
				u.Run(t.Context()) // returns at once
			}
			if err := u.Check(t.Context()); !errors.Is(err, ErrOff) {
				t.Errorf("got %v", err)
			}
			if _, asked := s.took(); len(asked) > 0 || u.status(t).Policy != PolicyOff || there(u.cfg.Dir) {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

// A release that is taken off the list is not put in place, even if it lies ready.
func TestWithdrawn(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(50_000, 4)
	s.publish(manifest(3, release(t, "1.1.0", program)), program)
	u := s.reader(t, nil)
	if err := u.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	u.ready(t, "1.1.0", program)
	s.publish(manifest(4, release(t, "1.0.0", program)), program)
	if err := u.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := u.status(t); got.Staged != "" || got.Offer != nil || got.Outcome != OutcomeCurrent || there(u.dir.path(stagedDir)) {
		t.Errorf("status %+v", got)
	}
}

// What is kept and cannot be read is set aside and told of.
func TestStateDamaged(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(5_000, 4)
	s.publish(manifest(3, release(t, "1.0.0", program)), program)
	for name, body := range map[string]string{"Cut": `{"format":1,"serial":9`, "Empty": "", "OfALater": `{"format":2}`, "Null": "null"} {
		t.Run(name, func(t *testing.T) {
			u := s.reader(t, nil)
			put(t, u.dir.path(stateFile), body)
			if got := u.status(t); !got.Damaged.Equal(noon) {
				t.Errorf("status %+v", got)
			}
			if aside, err := os.ReadFile(u.dir.path("state.damaged.json")); string(aside) != body {
				t.Errorf("set aside: %q, %v", aside, err)
			}
			if err := u.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := s.reader(t, func(c *Config) { c.Dir = u.cfg.Dir }).status(t); !got.Damaged.Equal(noon) || got.Outcome != OutcomeCurrent {
				t.Errorf("behind a restart %+v", got)
			}
		})
	}
	t.Run("NotReadable", func(t *testing.T) { // of which nothing is known
		u := s.reader(t, nil)
		if err := os.MkdirAll(u.dir.path(stateFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := u.Check(t.Context()); !errors.Is(err, ErrState) {
			t.Errorf("got %v", err)
		}
	})
}

func TestLater(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(5_000, 4)
	s.publish(manifest(3, release(t, "1.1.0", program)), program)
	u := s.reader(t, nil)
	if err := u.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := noon
	u.Now = func() time.Time { return now }
	if u.status(t).Quiet {
		t.Error("quiet from the beginning")
	}
	if err := u.Later(t.Context()); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]bool{0: true, 23 * time.Hour: true, 24 * time.Hour: false} {
		if now = noon.Add(after); u.status(t).Quiet != want {
			t.Errorf("after %v: quiet is %v", after, !want)
		}
	}
	now = noon
	s.publish(manifest(4, release(t, "1.2.0", program)), program)
	if err := u.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if u.status(t).Quiet {
		t.Error("a newer one is not told")
	}
}

// Checks come within the first minute and then about every six hours, by the wall
// clock.
func TestRun(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(5_000, 4)
	s.publish(manifest(3, release(t, "1.0.0", program)), program)
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		u := s.reader(t, func(c *Config) { c.Choices = func() Choices { return Choices{Source: s.dir} }; c.Dir = dir })
		u.Now = time.Now
		slept := time.Duration(0)
		var mu sync.Mutex
		u.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(slept) }
		var checks []time.Time
		u.Changed = func() {
			if got := u.status(t); !got.Busy {
				checks = append(checks, time.Now())
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { u.Run(ctx); close(done) }()
		began := time.Now()
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if n := len(checks); n < 4 || n > 6 || checks[0].Sub(began) > time.Minute {
			t.Errorf("%d checks in a day: %v", n, checks)
		}
		for i := 1; i < len(checks); i++ {
			if d := checks[i].Sub(checks[i-1]); d < 5*time.Hour || d > 7*time.Hour+10*time.Minute {
				t.Errorf("%v between two checks", d)
			}
		}
		before := len(checks)
		mu.Lock()
		slept = 8 * time.Hour
		mu.Unlock()
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		if len(checks) != before+1 {
			t.Errorf("%d checks behind a sleep", len(checks)-before)
		}
		cancel()
		<-done
	})
}

func TestErrors(t *testing.T) {
	for want, err := range map[string]error{
		"": nil, "offline": fmt.Errorf("x: %w", ErrOffline), "disk-full": fmt.Errorf("%w: %w", ErrState, desk.ErrDiskFull), "state": errors.New("x"),
	} {
		if got := codeOf(err); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
}
