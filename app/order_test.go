package app

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
	"guichet/internal/launch"
	"guichet/internal/session"
	"guichet/internal/settings"
)

func TestParseOrder(t *testing.T) {
	const id = "01976f0e-3c1c-7c1e-9d6d-3f0a5a2b1c4d"
	folder := filepath.FromSlash("/srv/claire")
	if runtime.GOOS == "windows" {
		folder = `C:\claire`
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	for _, c := range []struct {
		name string
		args []string
		want Order
		err  bool
	}{
		{name: "Nothing"},
		{name: "Version", args: []string{"--version"}, want: Order{Command: "version"}},
		{name: "Command", args: []string{"--portal=https://p.example", "config", "show", "--json"}, want: Order{
			Command: "config", Args: []string{"show", "--json"}, Flags: map[string]string{"portal": "https://p.example"},
		}},
		{name: "New", args: []string{"--new"}, want: Order{New: true}},
		{name: "NewFiles", args: []string{"--new", "a.pdf", in("b c.pdf"), "../d.pdf"}, want: Order{New: true, Files: []string{in("a.pdf"), in("b c.pdf"), in("../d.pdf")}}},
		{name: "AFileCalledConfig", args: []string{"--new", "config"}, want: Order{New: true, Files: []string{in("config")}}},
		{name: "FilesDroppedOnTheIcon", args: []string{in("a.pdf")}, want: Order{New: true, Files: []string{in("a.pdf")}}},
		{name: "Link", args: []string{"guichet://request/" + id}, want: Order{Request: id}},
		{name: "LinkOfABrowser", args: []string{"Guichet://Request/" + id + "/"}, want: Order{Request: id}},
		{name: "ErrLink", args: []string{"guichet://request/../../etc"}, err: true},
		{name: "ErrLinkElsewhere", args: []string{"guichet://settings/" + id}, err: true},
		{name: "ErrLinkAndMore", args: []string{"guichet://request/" + id, "a.pdf"}, err: true},
		{name: "ErrLinkThatBroughtFiles", args: []string{"guichet:", in("a.pdf")}, err: true},
		{name: "ErrLinkThatBroughtOptions", args: []string{"guichet://request/" + id, "--portal=https://elsewhere.example"}, err: true},
		{name: "ErrLinkWithoutAPlace", args: []string{"guichet:request/" + id}, err: true},
		{name: "Minimised", args: []string{"--minimised"}, want: Order{Minimised: true}},
		{name: "Quit", args: []string{"--quit"}, want: Order{Quit: true}},
		{name: "ErrFlag", args: []string{"--colour=red"}, err: true},
		{name: "ErrFlagLate", args: []string{"a.pdf", "--new"}, err: true},
		{name: "Host", args: []string{"-devserver", "localhost:1", "--new"}, want: Order{New: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want.Flags == nil {
				c.want.Flags = map[string]string{}
			}
			got, err := ParseOrder(c.args, folder, "devserver")
			if c.err { // of what was read so far nothing is done
				c.want = Order{Flags: got.Flags}
			}
			if (err != nil) != c.err || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// Who presses a link that leads nowhere has no console: they are told in a box, here on
// standard error.
func TestMainTellsOfALinkThatLeadsNowhere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Setenv("GUICHET_LOG", "stderr")
	}
	t.Setenv("GUICHET_DATA", t.TempDir())
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	said, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	before := os.Stderr
	os.Stderr = said
	a, done, code := Main([]string{"guichet", "guichet://request/cut-sh"}, "1.2.3")
	os.Stderr = before
	body, err := os.ReadFile(said.Name())
	if a != nil || done != nil || code != 2 || err != nil || !strings.Contains(string(body), "Ce lien ne mène à aucune demande") {
		t.Errorf("%v, %d, %q, %v", a, code, body, err)
	}
}

// What later starts were for waits in order for the window, which is brought to the
// front, and is taken once.
func TestOpenings(t *testing.T) {
	o := alone(t)
	folder := t.TempDir()
	o.app.Started(launch.Message{Args: []string{"--new", "a.pdf"}, Folder: folder})
	o.app.Started(launch.Message{Args: []string{"--minimised"}})
	o.app.Started(launch.Message{Args: []string{"--nonsense"}})
	o.app.Started(launch.Message{Args: []string{"a.pdf", "--new"}, Folder: folder})
	got := must(o.launch.Openings())(t)
	if want := []Opening{{Kind: "new", Files: []string{filepath.Join(folder, "a.pdf")}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if again := must(o.launch.Openings())(t); len(again) > 0 {
		t.Errorf("taken twice: %+v", again)
	}
	if !o.shell.heard("raised", nil) || !o.shell.heard("changed", "openings") {
		t.Error("the window does not come to the front, or is not told")
	}
	for range 2 * maxOpenings {
		o.app.Started(launch.Message{Args: []string{"--new"}})
	}
	if n := len(must(o.launch.Openings())(t)); n != maxOpenings {
		t.Errorf("%d wait", n)
	}
	o.app.Started(launch.Message{Quit: true})
	if !o.shell.heard("closing", nil) {
		t.Error("it does not close as it does by its window")
	}
}

// Explorer starts the program once for each file that was chosen in it: together they
// begin one request. What comes later begins another.
func TestFilesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o openings
		file := func(name string) Opening { return Opening{Kind: "new", Files: []string{name}} }
		o.add(file("a.pdf"))
		taken := make(chan []Opening)
		go func() { taken <- o.take(t.Context()) }()
		time.Sleep(filesApart / 2)
		o.add(file("b.pdf"))
		time.Sleep(filesApart / 2)
		o.add(Opening{Kind: "new", Files: []string{}})
		o.add(file("c.pdf"))
		want := []Opening{{Kind: "new", Files: []string{"a.pdf", "b.pdf"}}, {Kind: "new", Files: []string{}}, file("c.pdf")}
		if got := <-taken; !reflect.DeepEqual(got, want) {
			t.Errorf("together: %+v", got)
		}
		o.add(file("d.pdf"))
		time.Sleep(filesApart)
		o.add(file("e.pdf"))
		ended, end := context.WithCancel(t.Context())
		end()
		if got := o.take(ended); !reflect.DeepEqual(got, []Opening{file("d.pdf"), file("e.pdf")}) {
			t.Errorf("apart: %+v", got)
		}
		time.Sleep(filesApart)
		begun := time.Now()
		o.add(Opening{Kind: "request", Request: "r"})
		if got := o.take(t.Context()); len(got) != 1 || time.Since(begun) != 0 {
			t.Errorf("a link waits: %+v", got)
		}
	})
}

func TestSettingsGiven(t *testing.T) {
	data := t.TempDir()
	starts := make(chan bool, 10)
	run := func(policy, recommended map[string]string) *office {
		t.Helper()
		a := New(Config{Data: data, Portal: nobody, Given: settings.Ruled(policy, recommended), Provider: session.NewBearer("")})
		a.startsWithSession = func(_ string, on bool) error { starts <- on; return nil }
		o := wire(a)
		a.Start(o.shell)
		t.Cleanup(a.Stop)
		return o
	}
	o := run(nil, map[string]string{settings.KeyIdle: "5", settings.KeyLanguage: "en"})
	s := must(o.window.Settings())(t)
	if s.Idle != 5 || s.Language != "en" || len(s.Locked) > 0 {
		t.Fatalf("%+v", s)
	}
	s.Theme = "dark" // what is not touched goes on following the recommendation
	if err := o.window.SaveSettings(s); err != nil {
		t.Fatal(err)
	}
	o.app.Stop()
	o = run(nil, map[string]string{settings.KeyIdle: "7"})
	if s = must(o.window.Settings())(t); s.Idle != 7 || s.Language != "fr" || s.Theme != "dark" {
		t.Fatalf("%+v", s)
	}
	s.Idle, s.Upload = 30, 100
	if err := o.window.SaveSettings(s); err != nil {
		t.Fatal(err)
	}
	o.app.Stop()
	o = run(map[string]string{settings.KeyIdle: "2", settings.KeyAutostart: "on"}, map[string]string{settings.KeyUpload: "200"})
	if s = must(o.window.Settings())(t); s.Idle != 2 || s.Upload != 100 || !s.Autostart || !reflect.DeepEqual(s.Locked, []string{settings.KeyIdle, settings.KeyAutostart}) {
		t.Fatalf("%+v", s)
	}
	if on := <-starts; !on {
		t.Error("the policy is not obeyed")
	}
	await(t, "who wants it is noted", func() bool {
		return must(o.app.store.Setting(t.Context(), settingStarted))(t) == string(settings.Policy)
	})
	s.Upload = 300 // what is locked stays out of the way of the rest
	if err := o.window.SaveSettings(s); err != nil {
		t.Fatal(err)
	}
	s.Idle = 9
	fails(t, o.window.SaveSettings(s), desk.ErrPinned)
	s.Idle, s.Autostart = 2, false
	fails(t, o.window.SaveSettings(s), desk.ErrPinned)
	o.app.Stop()
	o = run(nil, nil)
	if s = must(o.window.Settings())(t); s.Idle != 30 || s.Upload != 300 { // what the person chose before
		t.Errorf("%+v", s)
	}
	select {
	case on := <-starts: // what the policy had put there
		if on {
			t.Error("the policy is obeyed once it is gone")
		}
	case <-time.After(10 * time.Second):
		t.Error("what the policy has put there stays when it is gone")
	}
	await(t, "it is done once", func() bool { return must(o.app.store.Setting(t.Context(), settingStarted))(t) == "" })
	o.app.Stop()
	o = run(nil, nil)
	s = must(o.window.Settings())(t)
	s.Autostart = true
	if err := o.window.SaveSettings(s); err != nil || !<-starts {
		t.Errorf("%v, or it does not start with the session", err)
	}
}

// What cannot be understood is said in the language of whoever typed it.
func TestMisuse(t *testing.T) {
	for _, c := range []struct{ arg, fr, en string }{
		{"--colour=red", "Option inconnue ou incomplète : « --colour=red »", "Unknown or incomplete option: \"--colour=red\""},
		{"--portal", "Option inconnue ou incomplète : « --portal »", "Unknown or incomplete option: \"--portal\""},
	} {
		_, err := ParseOrder([]string{c.arg}, t.TempDir())
		for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
			var said strings.Builder
			if code := (console{err: &said, lang: lang}).misused(err); code != 2 || !strings.HasPrefix(said.String(), want+"\n") {
				t.Errorf("%d %s", code, said.String())
			}
		}
	}
	if o, err := ParseOrder([]string{"-h"}, ""); err != nil || o.Command != "help" {
		t.Errorf("-h: %+v, %v", o, err)
	}
}

// What nobody can choose in the window counts, whoever has given it: as "config show" says.
func TestRecommendedEarly(t *testing.T) {
	data := t.TempDir()
	cfg := configured(settings.Ruled(nil, map[string]string{
		settings.KeyData: data, settings.KeyIssuer: "https://id.example", settings.KeyClientID: "desk", settings.KeyScopes: "a b", settings.KeyPortal: "https://p.example",
	}))
	if cfg.Data != data || cfg.OIDC == nil || cfg.OIDC.Issuer != "https://id.example" || cfg.OIDC.ClientID != "desk" || len(cfg.OIDC.Scopes) != 2 {
		t.Errorf("%+v", cfg)
	}
	if cfg.Portal != "" {
		t.Error("a portal that is only recommended cannot be changed")
	}
}

// Whoever has given a value that no setting takes reads what it takes.
func TestConfigSaysWhatASettingTakes(t *testing.T) {
	var out strings.Builder
	c := console{out: &out, lang: "fr", cfg: Config{Data: t.TempDir(), Given: settings.Ruled(map[string]string{settings.KeyIdle: "vingt", settings.KeyUpdates: "true"}, nil)}}
	if code := showConfig(c, false); code != 1 {
		t.Error(code)
	}
	for _, want := range []string{`idle: valeur impossible : "vingt" ; attendu : 0–240 min`, `updates: valeur impossible : "true" ; attendu : auto, notify, off`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing:\n%s", want, out.String())
		}
	}
}
