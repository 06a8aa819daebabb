package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guichet/internal/portald"
	"guichet/internal/portald/admin"
	"guichet/internal/portald/helpdesk"
)

const readme = "../../../build/portald/README.md"

// examples are the README's blocks in one language, "" for those without any.
func examples(t *testing.T, language string) (out []string) {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if block[1] == language {
			out = append(out, block[2])
		}
	}
	if len(out) == 0 {
		t.Fatalf("the README has no example of %q", language)
	}
	return out
}

// TestReadme takes what the README says as whoever copies it does.
func TestReadme(t *testing.T) {
	kinds := ""
	for _, mapping := range examples(t, "toml") {
		m, err := helpdesk.Parse([]byte(mapping))
		if err != nil {
			t.Errorf("%v in\n%s", err, mapping)
		}
		kinds += m.Kind + " "
	}
	if kinds != "rt mail " {
		t.Errorf("help desks: %s", kinds)
	}
	settings := 0
	for _, block := range examples(t, "") {
		if !strings.HasPrefix(block, "# /etc/portald/portald.conf\n") {
			continue
		}
		settings++
		file := filepath.Join(t.TempDir(), "portald.conf")
		if err := os.WriteFile(file, []byte(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if o, err := parse([]string{"--config", file}, t.Output()); err != nil || o.oidc == "" || o.helpdesk == "" {
			t.Errorf("%+v, %v of\n%s", o, err, block)
		}
	}
	if settings != 1 {
		t.Errorf("%d examples of portald.conf", settings)
	}
	tells, issuers := examples(t, "json"), 0
	for _, body := range tells {
		if strings.Contains(body, `"value"`) {
			if _, err := admin.Parse([]byte(body)); err != nil {
				t.Errorf("%v in\n%s", err, body)
			}
			continue
		}
		issuers++
		if _, err := portald.ParseOIDC([]byte(body)); err != nil {
			t.Errorf("%v in\n%s", err, body)
		}
	}
	if issuers == 0 || issuers == len(tells) {
		t.Errorf("%d of %d examples are of sign-ins at the desk", issuers, len(tells))
	}
}
