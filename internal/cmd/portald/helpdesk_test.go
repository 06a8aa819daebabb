package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet/internal/issuer"
	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk/rttest"
)

// TestHelpdesk asks a real Request Tracker whether it has what a mapping names, before
// the portal runs and when it starts.
func TestHelpdesk(t *testing.T) {
	r := rttest.Own(t, rttest.Options{})
	for name, c := range map[string]struct {
		old, with string // what is replaced in a mapping that is good
		says      string // how the sentence begins, "" if all is well
		starts    bool
	}{
		"OK":         {"", "", "", true},
		"OKEmpty":    {"", "", `note: queues.default: The queue "Accueil" has no ticket yet`, true},
		"OKNote":     {`order = "Commande"`, `order = "Rien"`, "note: fields.order: ", true},
		"ErrQueue":   {`order = "Commandes"`, `order = "Nulle part"`, `wrong: queues.order: RT has no queue "Nulle part"`, false},
		"ErrField":   {`request_id = "Demande"`, `request_id = "Rien"`, `wrong: rt.request_id: Tickets of the queue "Accueil" have no custom field "Rien"`, false},
		"ErrMapping": {`in-progress = "open"`, ``, "portald: help desk: status.to.in-progress is missing", false},
	} {
		t.Run(name, func(t *testing.T) {
			args := helpdeskArgs(t, strings.Replace(r.TOML(), c.old, c.with, 1))
			cmd, stderr := program(t, append(args, "check-config")...)
			out, err := cmd.Output()
			said := "\n" + string(out) + stderr.String()
			if good := err == nil; good != c.starts || !strings.Contains(said, "\n"+c.says) || cmd.ProcessState.ExitCode() > 1 {
				t.Errorf("check-config ends with %v and says %s", err, said)
			}
			if whole := "the help desk has all that the mapping names\n"; strings.Contains(said, whole) != c.starts {
				t.Errorf("it says %s", said)
			}
			cmd, stderr = program(t, args...)
			if c.starts {
				ready(t, cmd)
				end(t, cmd)
				return
			}
			setting, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(c.says, "wrong: "), "portald: "), ": RT")
			if out, err := cmd.Output(); err == nil || len(out) > 0 || !strings.Contains("\n"+stderr.String(), "\nportald: ") || !strings.Contains(stderr.String(), setting) {
				t.Errorf("started: %v, said %q and %q", err, out, stderr)
			}
		})
	}
	written := regexp.MustCompile(`(?m)^(url|token_file) = .*\n`).ReplaceAllString(examples(t, "toml")[0], "")
	_, where, _ := strings.Cut(r.TOML(), "\nurl = ")
	cmd, stderr := program(t, append(helpdeskArgs(t, written+"url = "+where), "check-config")...)
	if out, err := cmd.Output(); err != nil {
		t.Errorf("the README's mapping: %v, %s, %s", err, out, stderr)
	}
	r.Stop()
	args := helpdeskArgs(t, r.TOML())
	cmd, stderr = program(t, append(args, "check-config")...)
	if out, err := cmd.Output(); err == nil || !strings.Contains(stderr.String(), "ask the help desk") {
		t.Errorf("one that is away: %v, %s, %s", err, out, stderr)
	}
	cmd, _ = program(t, args...) // what is sent meanwhile waits for it
	ready(t, cmd)
	end(t, cmd)
}

// TestHelpdeskLosesQueue has somebody take a queue out of use between two starts: a
// mapping that was good goes on, and the log tells; one that never was does not start.
func TestHelpdeskLosesQueue(t *testing.T) {
	r := rttest.Own(t, rttest.Options{})
	args := helpdeskArgs(t, r.TOML())
	cmd, _ := program(t, args...)
	ready(t, cmd)
	end(t, cmd)
	if err := r.Agent("anne").Disable(t.Context(), "Commandes"); err != nil {
		t.Fatal(err)
	}
	cmd, stderr := program(t, args...)
	ready(t, cmd)
	end(t, cmd)
	if told := `{"level":"error","setting":"queues.order","problem":"RT has no queue \"Commandes\" that is in use`; strings.Count(stderr.String(), told) != 1 {
		t.Errorf("the log says %s", stderr)
	}
	other := helpdeskArgs(t, r.TOML()+"# another one\n")
	for _, args := range [][]string{other, append(slices.Clone(args), "--helpdesk", other[len(other)-1])} { // of a new portal, and of this one
		cmd, stderr = program(t, args...)
		if out, err := cmd.Output(); err == nil || len(out) > 0 || !strings.Contains(stderr.String(), "portald: help desk: queues.order: ") {
			t.Errorf("started: %v, said %q and %q", err, out, stderr)
		}
	}
}

// helpdeskArgs are those of a portal with that mapping.
func helpdeskArgs(t *testing.T, mapping string) []string {
	t.Helper()
	dir := t.TempDir()
	oidc, err := json.Marshal(portald.DemoOIDC(issuer.Run(t, nil).URL))
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{"oidc.json": oidc, "helpdesk.toml": []byte(mapping)} {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "data"), "--oidc", filepath.Join(dir, "oidc.json"), "--helpdesk", filepath.Join(dir, "helpdesk.toml")}
}
