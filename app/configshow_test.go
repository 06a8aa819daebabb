package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/settings"
)

// What counts is shown with who has set it, also while the program runs.
func TestConfigShow(t *testing.T) {
	o, p := desktop(t)
	s := must(o.window.Settings())(t)
	s.Upload = 250
	if err := o.window.SaveSettings(s); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Data: o.data, Given: settings.Ruled(map[string]string{settings.KeyPortal: p.URL + "/"}, map[string]string{settings.KeyDelay: "3", settings.KeyUpload: "100"})}
	out, code := commanded(t, cfg, "en", "config", "show", "--json")
	var said struct {
		Settings []inForce
		Problems []problem
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil || code != 0 || len(said.Problems) > 0 || len(said.Settings) != len(settings.Table) {
		t.Fatalf("%d, %v: %s", code, err, out)
	}
	for _, got := range said.Settings {
		want := inForce{Key: got.Key, Value: settings.Find(got.Key).Default, Origin: "default"}
		switch got.Key {
		case settings.KeyPortal:
			want = inForce{got.Key, p.URL, "policy", "policy of a test", true}
		case settings.KeyDelay:
			want = inForce{got.Key, "3", "recommended", "policy of a test", false}
		case settings.KeyUpload:
			want = inForce{got.Key, "250", "user", "", false}
		case settings.KeyData:
			want.Value = o.data
		}
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	text, code := commanded(t, cfg, "fr", "config", "show")
	if code != 0 || !strings.Contains(text, "stratégie (verrouillé), policy of a test") || !strings.Contains(text, "choisi dans la fenêtre") {
		t.Errorf("%d: %s", code, text)
	}
}

// What cannot be used is told as it was given, but for a password.
func TestConfigShowProblems(t *testing.T) {
	cfg := Config{Data: t.TempDir(), Given: settings.Ruled(map[string]string{
		settings.KeyProxy: "http://claire:" + mark + "@proxy.example:3128", settings.KeyIssuer: "claire:" + mark + "@id.example", settings.KeyDelay: "soon",
	}, nil)}
	for _, args := range [][]string{{"config", "show"}, {"config", "show", "--json"}} {
		out, code := commanded(t, cfg, "en", args...)
		if code != 1 || strings.Contains(out, mark) || !strings.Contains(out, "proxy.example:3128") || !strings.Contains(out, "soon") {
			t.Errorf("%d: %s", code, out)
		}
	}
}

func TestConfigTemplates(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "modèles")
	out, code := commanded(t, Config{Data: t.TempDir()}, "fr", "config", "templates", dir)
	for name, body := range settings.Templates() {
		if got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))); err != nil || string(got) != string(body) || !strings.Contains(out, filepath.FromSlash(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if again, _ := commanded(t, Config{Data: t.TempDir()}, "fr", "config", "templates", dir); code != 0 || again != out {
		t.Errorf("%d: the same files are told in another order: %s", code, again)
	}
	for _, args := range [][]string{{"config"}, {"config", "show", "--xml"}, {"config", "templates"}} {
		if _, code := commanded(t, Config{Data: t.TempDir()}, "fr", args...); code != 2 {
			t.Errorf("%q: %d", args, code)
		}
	}
}
