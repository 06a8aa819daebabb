package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/launch"
	"guichet/internal/portald"
	"guichet/internal/session"
	"guichet/internal/settings"
	"guichet/internal/update"

	"aead.dev/minisign"
	"github.com/gofrs/flock"
)

// onTrial is a trial of the tests.
type onTrial struct {
	said atomic.Int64
	err  error
}

func (o *onTrial) Healthy(context.Context) error {
	o.said.Add(1)
	return o.err
}

// doorbell counts who comes to a portal.
type doorbell struct {
	net.Listener
	rings atomic.Int64
}

func (d *doorbell) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err == nil {
		d.rings.Add(1)
	}
	return c, err
}

// A new program sends nothing and asks nobody before it is healthy, and then goes on
// like any other.
func TestTrial(t *testing.T) {
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bell := &doorbell{Listener: listen}
	p := portald.Run(t, func(c *portald.Config) { c.Listener = bell })
	other, elsewhere := desktop(t)
	data := t.TempDir()
	first := open(t, data, elsewhere.URL, elsewhere.Token(claire))
	first.known(t)
	first.app.Stop()
	first = open(t, data, nobody, p.Token(claire))
	id, revision := first.write(t, content())
	must(first.drafts.Submit(id, revision))(t)
	first.app.Stop()

	o := wire(New(Config{Data: data, Portal: p.URL, Provider: session.NewBearer(p.Token(claire)), SignIn: true}))
	trial := &onTrial{}
	o.app.updates.trial = trial
	o.app.Start(o.shell)
	t.Cleanup(o.app.Stop)
	if drafts := must(o.requests.Outbox())(t); len(drafts) != 1 {
		t.Errorf("%d wait", len(drafts))
	}
	if err := o.outbox.SendNow(); err != nil {
		t.Error(err)
	}
	if _, err := o.app.token(t.Context(), claire); !errors.Is(err, desk.ErrOffline) {
		t.Errorf("a token on trial: %v", err)
	}
	// Another desk has done all of it meanwhile.
	theirs, revision := other.write(t, content())
	must(other.drafts.Submit(theirs, revision))(t)
	other.received(t, theirs)
	if n := bell.rings.Load(); n > 0 || trial.said.Load() > 0 {
		t.Fatalf("%d calls came to the portal from a program on trial", n)
	}
	for range 2 {
		if err := o.window.Painted(); err != nil {
			t.Fatal(err)
		}
	}
	o.received(t, id)
	if trial.said.Load() != 1 {
		t.Errorf("said %d times that it is healthy", trial.said.Load())
	}
}

// Who wants the program to end while an update is being put in place waits for that, and
// has what comes up then end too.
func TestQuitDuringAnUpdate(t *testing.T) {
	cfg := Config{Data: t.TempDir()}
	if code := quit(cfg); code != 0 {
		t.Fatalf("nobody runs: %d", code)
	}
	if err := os.MkdirAll(updateFolder(cfg.Data), 0o700); err != nil {
		t.Fatal(err)
	}
	conductor := flock.New(filepath.Join(updateFolder(cfg.Data), "swap.lock"))
	if ok, err := conductor.TryLock(); err != nil || !ok {
		t.Fatal(ok, err)
	}
	ended := make(chan int, 1)
	go func() { ended <- quit(cfg) }()
	goesOn := func(what string) {
		t.Helper()
		select {
		case code := <-ended:
			t.Fatalf("it ends with %d %s", code, what)
		case <-time.After(300 * time.Millisecond):
		}
	}
	goesOn("in the middle of an update")
	if err := conductor.Unlock(); err != nil {
		t.Fatal(err)
	}
	goesOn("before the program could come up")
	one, err := launch.Claim(t.Context(), cfg.Data, launch.Message{}) // it has a while for that
	if err != nil || one == nil {
		t.Fatal(one, err)
	}
	told := make(chan launch.Message, 1)
	one.Handle(func(m launch.Message) bool { told <- m; return true })
	if m := <-told; !m.Quit {
		t.Errorf("%+v", m)
	}
	goesOn("while the program is there")
	if err := one.Close(); err != nil {
		t.Error(err)
	}
	if code := <-ended; code != 0 {
		t.Errorf("it ends with %d", code)
	}
}

// Whether a check is asked for is told until the last one that was has ended.
func TestChecksAskedFor(t *testing.T) {
	u := updates{ask: make(chan bool, 1)}
	if !u.want(false) || u.want(true) || !u.asked.Load() {
		t.Error("asked for twice")
	}
	<-u.ask
	if !u.want(true) {
		t.Error("nobody can ask while a check is under way")
	}
	if u.answered(); !u.asked.Load() {
		t.Error("the second one is not told")
	}
	<-u.ask
	if u.answered(); u.asked.Load() {
		t.Error("a check that has ended is told as under way")
	}
}

// A trial that was given up writes nothing any more, and ends.
func TestTrialGivenUp(t *testing.T) {
	o := wire(New(Config{Data: t.TempDir(), Portal: nobody}))
	o.app.updates.trial = &onTrial{err: update.ErrGivenUp}
	o.app.Start(o.shell)
	t.Cleanup(o.app.Stop)
	d := must(o.drafts.Create(content()))(t)
	if err := o.window.Painted(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.drafts.Save(d.ID, d.Revision, content()); err == nil {
		t.Error("something was written")
	}
	await(t, "it ends", func() bool { return o.shell.quit() == 1 })
}

// A window that only says why there is no store is not healthy.
func TestTrialWithoutStore(t *testing.T) {
	data := filepath.Join(t.TempDir(), "Guichet")
	put(t, data, nil)
	o := wire(New(Config{Data: data, Portal: nobody}))
	trial := &onTrial{}
	o.app.updates.trial = trial
	o.app.Start(o.shell)
	t.Cleanup(o.app.Stop)
	if err := o.window.Painted(); err != nil || trial.said.Load() > 0 {
		t.Errorf("%v, said %d times", err, trial.said.Load())
	}
}

// publisher signs releases into the folder of a portal.
type publisher struct {
	t       *testing.T
	dir     string
	public  string
	private minisign.PrivateKey
	serial  int64
}

func newPublisher(t *testing.T) *publisher {
	t.Helper()
	public, private, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := public.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(text))
	return &publisher{t: t, dir: t.TempDir(), public: lines[len(lines)-1], private: private}
}

func (p *publisher) publish(version string, program []byte) {
	p.t.Helper()
	p.serial++
	sum := sha256.Sum256(program)
	now := time.Now()
	body, err := json.Marshal(update.Manifest{
		Format: 1, Product: update.Product, Channel: update.StableChannel, Platform: update.Platform(), Serial: p.serial, Published: now, Expires: now.AddDate(0, 0, 90),
		Releases: []update.Release{{
			Version: version, Published: now, File: "guichet-" + version, Size: int64(len(program)), SHA256: hex.EncodeToString(sum[:]), Notes: update.Notes{FR: "Plus rapide", EN: "Faster"},
		}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	r := minisign.NewReader(bytes.NewReader(body))
	_, _ = io.Copy(io.Discard, r)
	name := filepath.Join(p.dir, filepath.FromSlash(update.ManifestName(update.StableChannel, update.Platform())))
	for path, content := range map[string][]byte{name: body, name + ".minisig": r.Sign(p.private), filepath.Join(filepath.Dir(name), "guichet-"+version): program} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// installed is a program folder.
func installed(t *testing.T, scope string) (exe string) {
	t.Helper()
	exe = filepath.Join(t.TempDir(), "guichet")
	put(t, exe, []byte("program 1.0.0"))
	put(t, filepath.Join(filepath.Dir(exe), "install.json"), []byte(`{"scope":"`+scope+`","kind":"tar"}`))
	return exe
}

// What the portal has is brought, over its restarts, told and made ready.
func TestUpdates(t *testing.T) {
	release := newPublisher(t)
	program := bytes.Repeat([]byte("program 1.1.0 "), 200_000)
	release.publish("1.1.0", program)
	p := portald.Run(t, func(c *portald.Config) { c.Releases = release.dir })
	for _, scope := range []string{update.ScopeUser, update.ScopeMachine} {
		t.Run(scope, func(t *testing.T) {
			o := open(t, t.TempDir(), p.URL, "", func(c *Config) {
				c.Version, c.Updates = "1.0.0", UpdateConfig{Exe: installed(t, scope), Keys: []string{release.public}}
			})
			u := &Updates{o.app}
			if err := u.Check(); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{update.ScopeUser: update.OutcomeStaged, update.ScopeMachine: update.OutcomeAvailable}[scope]
			await(t, "the release is known", func() bool { s := must(u.State())(t); return !s.Busy && s.State == want })
			s := must(u.State())(t)
			if s.Offer != "1.1.0" || s.Notes.FR != "Plus rapide" || s.Size != int64(len(program)) || s.Version != "1.0.0" || (s.Staged == "1.1.0") != (scope == update.ScopeUser) || s.Policy == "off" {
				t.Errorf("%+v", s)
			}
			if !o.shell.told("updates") {
				t.Error("the window was not told")
			}
			if err := u.Later(); err != nil || !must(u.State())(t).Quiet {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("Offline", func(t *testing.T) {
		o := open(t, t.TempDir(), p.URL, "", func(c *Config) {
			c.Version, c.Updates = "1.0.0", UpdateConfig{Exe: installed(t, update.ScopeUser), Keys: []string{release.public}}
		})
		u := &Updates{o.app}
		p.Down()
		defer p.Up()
		if err := u.Check(); err != nil {
			t.Fatal(err)
		}
		await(t, "nobody answers", func() bool { return must(u.State())(t).Problem == string(update.ErrOffline) })
		if s := must(u.State())(t); s.State != "problem" || s.Refused == nil {
			t.Errorf("%+v", s)
		}
	})
	t.Run("Off", func(t *testing.T) {
		u := &Updates{alone(t).app}
		if s := must(u.State())(t); s.Policy != "off" {
			t.Errorf("%+v", s)
		}
		for name, do := range map[string]func() error{"Check": u.Check, "Fetch": u.Fetch, "Later": u.Later} {
			if err := do(); !errors.Is(err, desk.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// has tells whether the window was told an event.
func (s *shell) has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.events, func(e event) bool { return e.name == name })
}

// told tells whether the window was told to read something again.
func (s *shell) told(topic string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.events, event{"changed", topic})
}

// A person who stays has not asked for a restart any more.
func TestRestart(t *testing.T) {
	o := alone(t)
	u := &Updates{o.app}
	if err := u.Restart(); err != nil {
		t.Fatal(err)
	}
	await(t, "the window is asked to save", func() bool { return o.shell.has("closing") })
	if err := o.window.Flushed(false); err != nil || o.app.updates.again.Load() {
		t.Errorf("%v; it would start again", err)
	}
}

// releaseEnv has the test binary be an installed Guichet with this data folder.
const releaseEnv = "GUICHET_TEST_RELEASE"

// TestRelease is that Guichet. Its version is what stands at the end of the program;
// 2.0.0 spoils the database as a newer program would and dies, unless it is a good one.
func TestRelease(t *testing.T) {
	data := os.Getenv(releaseEnv)
	if data == "" {
		t.Skip("runs in a process of its own")
	}
	exe := must(os.Executable())(t)
	body := must(os.ReadFile(exe))(t)
	_, kind, _ := strings.Cut(string(body[len(body)-40:]), "RELEASE ")
	version, does, _ := strings.Cut(kind, " ")
	cfg := Config{Version: version, Data: data, Portal: nobody, Updates: UpdateConfig{Keys: []string{os.Getenv(releaseEnv + "_KEY")}}}
	done, code, err := ApplyUpdate(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	if done {
		os.Exit(code)
	}
	o := wire(New(cfg))
	o.app.Start(o.shell)
	if o.app.held() && does == "bad" {
		o.write(t, content())
		for _, q := range []string{"PRAGMA user_version=99", "DELETE FROM draft"} { // and no word of it
			tamper(t, filepath.Join(data, "guichet.db"), q)
		}
		os.Exit(3)
	}
	if err := o.window.Painted(); err != nil {
		t.Fatal(err)
	}
	drafts := must(o.drafts.List())(t)
	o.app.Stop()
	put(t, filepath.Join(filepath.Dir(cfg.Updates.Exe), "said"), fmt.Appendf(nil, "running %s with %d drafts", version, len(drafts)))
	os.Exit(0)
}

// A real database goes through an update, and comes back from one that does not come
// up.
func TestUpdateKeepsTheData(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the rooms of this are tested there") // and this binary is 60 MB
	}
	again := []string{"-test.run=^TestRelease$"}
	for does, want := range map[string]string{"good": "running 2.0.0 with 1 drafts", "bad": "running 1.0.0 with 1 drafts"} {
		t.Run(does, func(t *testing.T) {
			release := newPublisher(t)
			self := must(os.ReadFile(os.Args[0]))(t)
			program := func(kind string) []byte { return append(bytes.Clone(self), "RELEASE "+kind...) }
			exe := filepath.Join(t.TempDir(), "guichet")
			put(t, filepath.Join(filepath.Dir(exe), "install.json"), []byte(`{"scope":"user","kind":"tar"}`))
			if err := os.WriteFile(exe, program("1.0.0 good"), 0o755); err != nil {
				t.Fatal(err)
			}
			release.publish("2.0.0", program("2.0.0 "+does))
			data := t.TempDir()
			o := open(t, data, nobody, "", func(c *Config) {
				c.Version, c.Updates = "1.0.0", UpdateConfig{Exe: exe, Keys: []string{release.public}, Rate: 1 << 30, Again: again}
				c.Given = settings.Read(map[string]string{settings.KeySource: release.dir}, func(string) string { return "" })
			})
			o.write(t, content())
			u := &Updates{o.app}
			if err := u.Check(); err != nil {
				t.Fatal(err)
			}
			await(t, "it lies ready", func() bool { return must(u.State())(t).State == update.OutcomeStaged })
			// A person wants it now: this program ends, and the next one changes them.
			t.Setenv(releaseEnv, data)
			t.Setenv(releaseEnv+"_KEY", release.public)
			if err := u.Restart(); err != nil {
				t.Fatal(err)
			}
			await(t, "the window is asked to save", func() bool { return o.shell.has("closing") })
			if err := o.window.Flushed(true); err != nil {
				t.Fatal(err)
			}
			await(t, "it ends", func() bool { return o.shell.quit() > 0 })
			o.app.Stop()
			said := filepath.Join(filepath.Dir(exe), "said")
			await(t, "a program runs", func() bool { body, err := os.ReadFile(said); return err == nil && len(body) > 0 })
			if got := string(must(os.ReadFile(said))(t)); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			if err := os.Remove(said); err != nil {
				t.Fatal(err)
			}
			// And so does the next start, which waits for the end of all that.
			c := exec.CommandContext(t.Context(), exe, again...)
			out, err := c.CombinedOutput() // of all processes
			if got, _ := os.ReadFile(said); err != nil || string(got) != want {
				t.Errorf("%s, want %s: %v: %s", got, want, err, out)
			}
			left, err := filepath.Glob(filepath.Join(data, "update", "*"))
			if err != nil || slices.ContainsFunc(left, func(p string) bool { return strings.Contains(p, "before") || strings.Contains(p, "swap.json") }) {
				t.Errorf("left over: %q, %v", left, err)
			}
		})
	}
}

// tamper does to a database what only another program would.
func tamper(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.ExecContext(t.Context(), query)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
