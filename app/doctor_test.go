package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/launch"
	"guichet/internal/line"
	"guichet/internal/portald"
	"guichet/internal/seal/keyring"
	"guichet/internal/support"
)

type doctored struct {
	Version  string
	Findings []struct {
		ID, Code, Level, Is, Fix, Where string
		Facts                           map[string]string
	}
}

// diagnosed runs the doctor in a console and returns what it found, by what it looked at.
func diagnosed(t *testing.T, cfg Config) (found map[string]string, code int) {
	t.Helper()
	begin := time.Now()
	out, code := commanded(t, cfg, "fr", "doctor", "--json")
	if took := time.Since(begin); took > doctorWait {
		t.Errorf("it took %v", took)
	}
	var d doctored
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found = map[string]string{}
	for _, f := range d.Findings {
		found[f.ID] = f.Code
		if f.Is == "" || (f.Fix == "") != (f.Level == "ok") {
			t.Errorf("%+v", f)
		}
	}
	return found, code
}

func wants(t *testing.T, found map[string]string, want map[string]string) {
	t.Helper()
	for id, code := range want {
		if found[id] != code {
			t.Errorf("%s: %q, want %q", id, found[id], code)
		}
	}
}

func TestDoctor(t *testing.T) {
	t.Run("BesideAProgramThatRuns", func(t *testing.T) {
		o, p := desktop(t)
		o.write(t, content())
		found, code := diagnosed(t, Config{Data: o.data, Portal: p.URL, Keyring: &keyring.Memory{}})
		wants(t, found, map[string]string{
			"keyring": "ok", "place": "local", "store": "ok", "portal": "ok", "clock": "ok", "proxy": "none", "tcp": "ok", "tls": "plain", "settings": "ok", "incidents": "none",
		})
		if code != 0 {
			t.Errorf("it ends with %d: %v", code, found)
		}
		if err := onlyErr(o.drafts.List()); err != nil {
			t.Errorf("the program was disturbed: %v", err)
		}
		in := map[string]string{}
		for _, f := range must(o.support.Doctor("en"))(t).Findings {
			in[f.ID] = f.Code
		}
		wants(t, in, map[string]string{"store": "ok", "portal": "ok", "keyring": "none"})
		text, _ := commanded(t, Config{Data: o.data, Portal: p.URL}, "fr", "doctor")
		if !strings.Contains(text, "Base de données : contrôlée, sans défaut.") || !strings.Contains(text, o.data) {
			t.Error(text)
		}
	})
	t.Run("BeforeTheFirstStart", func(t *testing.T) {
		data := filepath.Join(t.TempDir(), "Guichet")
		found, code := diagnosed(t, Config{Data: data})
		wants(t, found, map[string]string{"store": "new", "portal": "unset", "keyring": "none"})
		if _, err := os.Stat(data); err == nil || code != 0 {
			t.Errorf("%v, %d", err, code)
		}
	})
	t.Run("NobodyAnswers", func(t *testing.T) {
		found, code := diagnosed(t, Config{Data: t.TempDir(), Portal: nobody})
		wants(t, found, map[string]string{"portal": "", "tcp": "closed", "clock": "unknown"})
		if code != 1 {
			t.Error(code)
		}
	})
	t.Run("SomebodyElseAnswers", func(t *testing.T) {
		s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Wi-Fi")) }))
		defer s.Close()
		s.Config.ErrorLog = nil
		plain := httptest.NewServer(s.Config.Handler)
		defer plain.Close()
		found, _ := diagnosed(t, Config{Data: t.TempDir(), Portal: plain.URL})
		wants(t, found, map[string]string{"portal": "foreign", "http": ""})
		found, _ = diagnosed(t, Config{Data: t.TempDir(), Portal: s.URL})
		wants(t, found, map[string]string{"portal": "", "tls": "untrusted"})
	})
	t.Run("AClockThatIsWrong", func(t *testing.T) {
		p := portald.Run(t, nil)
		patient := Config{Data: t.TempDir(), Portal: p.URL, Keyring: noKeyring{}}.outside(t.Context())
		patient.portal = p.URL
		for by, want := range map[time.Duration]string{3 * time.Hour: "ahead", -10 * time.Minute: "behind", time.Minute: "ok"} {
			patient.now = func() time.Time { return time.Now().Add(by) }
			if found := patient.reached(t.Context()); len(found) != 2 || found[0].Code != "ok" || found[1].Code != want {
				t.Errorf("%v: %+v", by, found)
			}
		}
	})
	t.Run("AKeyringThatHangs", func(t *testing.T) {
		ring := &keyring.Memory{Fault: func(string, string) error { return keyring.ErrSilent }}
		found, code := diagnosed(t, Config{Data: t.TempDir(), Keyring: ring})
		wants(t, found, map[string]string{"keyring": "silent"})
		if code != 1 {
			t.Error(code)
		}
	})
	t.Run("ADamagedStore", func(t *testing.T) {
		o := alone(t)
		for range 30 {
			o.write(t, content())
		}
		o.app.Stop()
		path := filepath.Join(o.data, "guichet.db")
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := 4096; at < len(body); at += 4096 {
			copy(body[at:], "spoilt spoilt spoilt")
		}
		put(t, path, body)
		found, code := diagnosed(t, Config{Data: o.data})
		wants(t, found, map[string]string{"store": "damaged"})
		if after, err := os.ReadFile(path); err != nil || !slices.Equal(after, body) || code != 1 {
			t.Errorf("it was not only looked at: %v, %d", err, code)
		}
	})
	t.Run("SettingsThatCannotBeUsed", func(t *testing.T) {
		cfg := Config{Data: t.TempDir()}
		markedSettings(&cfg)
		out, _ := commanded(t, cfg, "fr", "doctor")
		if strings.Contains(out, mark) || !strings.Contains(out, "« portal »") || !strings.Contains(out, "--idle") {
			t.Error(out)
		}
	})
	t.Run("LaterStartsThatAreNotHeard", func(t *testing.T) {
		if f := (patient{app: &App{}}).heard(); f != nil {
			t.Errorf("%+v", f)
		}
		for code, one := range map[string]*launch.Instance{"ok": {}, "deaf": {Deaf: errors.New("no place to meet")}} {
			if f := (patient{app: &App{one: one}}).heard(); len(f) != 1 || f[0].Code != code {
				t.Errorf("%+v", f)
			}
		}
	})
	t.Run("ErrArguments", func(t *testing.T) {
		if _, code := commanded(t, Config{Data: t.TempDir()}, "fr", "doctor", "more"); code != 2 {
			t.Error(code)
		}
	})
}

// Whatever can be found on the way is said in words, with what to do.
func TestEveryStepIsSaid(t *testing.T) {
	tls := "intercepted untrusted clock tls-old no-tls wrong-name expired timeout broken"
	for id, codes := range map[string]string{
		line.StepSettings: "proxy-setting ca-file address", line.StepProxy: "proxy-setting timeout broken unreachable", line.StepDNS: "unknown-name timeout broken",
		line.StepTCP: "closed no-route timeout broken", line.StepProxyTLS: tls, line.StepTLS: tls, line.StepHTTP: "foreign redirect timeout broken",
		line.StepConnect: "proxy-auth auth-refused proxy-method proxy-unreachable proxy-refused beyond-proxy",
	} {
		for code := range strings.FieldsSeq(codes) {
			f := seen(line.Step{ID: id, State: line.Failed, Code: code}, "portal.example", "http://proxy.example:3128")
			for _, lang := range []string{"fr", "en"} {
				s := support.Say(lang, []support.Finding{f})[0]
				if s.Level != support.Fail || s.Fix == "" || strings.HasSuffix(s.Is, ": "+f.Code+".") || strings.Contains(s.Is, "erreur de Guichet") || strings.Contains(s.Is, "fault of Guichet") {
					t.Errorf("%s.%s: %+v", id, code, s)
				}
			}
		}
	}
}

// One cause is told once, where it can be mended; what has another cause is told as well.
func TestFold(t *testing.T) {
	for name, c := range map[string]struct{ found, want string }{
		"Well":             {"portal.ok clock.ok proxy.none dns.ok tcp.ok tls.trusted", "portal.ok clock.ok proxy.none dns.ok tcp.ok tls.trusted"},
		"NoNetwork":        {"portal.no-network clock.unknown proxy.none dns.broken", "portal.no-network clock.unknown proxy.none"},
		"NoName":           {"portal.offline clock.unknown proxy.none dns.unknown-name", "clock.unknown proxy.none dns.unknown-name"},
		"NotTrusted":       {"portal.foreign clock.unknown dns.ok tcp.ok tls.intercepted", "clock.unknown dns.ok tcp.ok tls.intercepted"},
		"AnotherPage":      {"portal.foreign clock.ok tcp.ok http.foreign", "portal.foreign clock.ok tcp.ok"},
		"APageElsewhere":   {"portal.foreign clock.ok tcp.ok http.redirect", "clock.ok tcp.ok http.redirect"},
		"OfflineAllTheWay": {"portal.offline clock.unknown tcp.ok", "portal.offline clock.unknown tcp.ok"},
		"ProxySetting":     {"portal.offline settings.proxy-setting proxy.proxy-setting settings.ok", "settings.proxy-setting settings.ok"},
		"NoAuthorities":    {"portal.offline settings.ca-file tcp.ok tls.untrusted", "settings.ca-file tcp.ok"},
		"TwoCauses":        {"portal.offline settings.ca-file dns.timeout store.damaged", "settings.ca-file dns.timeout store.damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			var found []support.Finding
			for one := range strings.FieldsSeq(c.found) {
				id, code, _ := strings.Cut(one, ".")
				found = append(found, support.Finding{ID: id, Code: code})
			}
			var got []string
			for _, f := range fold(found) {
				got = append(got, f.ID+"."+f.Code)
			}
			if said := strings.Join(got, " "); said != c.want {
				t.Errorf("%s", said)
			}
		})
	}
}

// While the store is being mended the doctor waits for nobody.
func TestDoctorWhileTheStoreIsShut(t *testing.T) {
	o := alone(t)
	o.app.opening.Lock()
	begin := time.Now()
	ended := make(chan map[string]string)
	go func() {
		found := map[string]string{}
		x, err := o.support.Doctor("fr")
		for _, f := range x.Findings {
			found[f.ID] = f.Code
		}
		if err != nil {
			found["error"] = err.Error()
		}
		ended <- found
	}()
	found := <-ended
	o.app.opening.Unlock()
	if took := time.Since(begin); found["store"] != "late" || took > doctorWait {
		t.Errorf("%v after %v", found, took)
	}
}

func TestOnTheWay(t *testing.T) {
	last := func(ctx context.Context, address string) support.Finding {
		t.Helper()
		found := patient{cfg: Config{Data: t.TempDir(), Proxy: "none"}, portal: address}.onTheWay(ctx)
		if len(found) == 0 {
			t.Fatal("no step")
		}
		return found[len(found)-1]
	}
	if f := last(t.Context(), "https://nobody.invalid"); f.ID != line.StepDNS || f.Code == "ok" {
		t.Errorf("%+v", f)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	if f := last(t.Context(), strings.Replace(plain.URL, "http:", "https:", 1)); f.ID != line.StepTLS || f.Code != "no-tls" {
		t.Errorf("%+v", f)
	}
	if f := last(t.Context(), plain.URL); f.ID != line.StepHTTP || f.Code != "foreign" {
		t.Errorf("%+v", f)
	}
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11} //nolint:gosec // that is what is tried
	old.StartTLS()
	defer old.Close()
	if f := last(t.Context(), old.URL); f.ID != line.StepTLS || f.Code != "tls-old" {
		t.Errorf("%+v", f)
	}
	// What does not answer is the proxy, and not the portal.
	found := patient{cfg: Config{Data: t.TempDir(), Proxy: strings.TrimPrefix(nobody, "http://")}, portal: "https://portal.example"}.onTheWay(t.Context())
	said := support.Say("fr", found)
	if len(found) != 1 || !strings.HasPrefix(said[0].Is, "Le proxy "+nobody+" ne répond pas") || said[0].Level != support.Fail {
		t.Errorf("%+v", said)
	}
	if found := (patient{}).onTheWay(t.Context()); len(found) > 0 {
		t.Errorf("a way to nowhere: %+v", found)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("given up"))
	if f := last(ctx, plain.URL); f.Code == "ok" {
		t.Errorf("%+v", f)
	}
}
