package main

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/portal"
)

// TestCommands backs up a portal that runs, purges a request of it beside it, and
// restores the backup, in which that request is whole.
func TestCommands(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	cmd, _ := program(t, "--demo", "--listen", "127.0.0.1:0", "--data", data)
	l, _ := ready(t, cmd)
	list := func(l line) []portal.Request {
		return get[portal.RequestPage](t, l.Address+portal.RouteRequests, accessOf(t, l.Address, "demo-claire")).Requests
	}
	one := list(l)[0]
	run := func(args ...string) (string, bool) {
		t.Helper()
		c, stderr := program(t, args...)
		out := &bytes.Buffer{}
		c.Stdout = out
		err := c.Run()
		return out.String() + stderr.String(), err == nil
	}
	backup := filepath.Join(dir, "backup")
	for _, step := range []struct {
		ok   bool
		args []string
	}{
		{true, []string{"backup", "--data", data, backup}},
		{false, []string{"backup", "--data", data, backup}},
		{false, []string{"backup", "--data", filepath.Join(dir, "nothing"), filepath.Join(dir, "b")}},
		{true, []string{"purge", "--data", data, one.Number}},
		{true, []string{"--data", data, "purge", one.ID}},
		{false, []string{"purge", "--data", data, "AS-2020-000001"}},
		{false, []string{"purge", "--data", data}},
		{false, []string{"restore", "--data", data, backup}},
		{true, []string{"restore", "--data", filepath.Join(dir, "new"), backup}},
		{false, []string{"--demo", "--retain", "3d", "--data", filepath.Join(dir, "c"), "--listen", "127.0.0.1:0"}},
		{false, []string{"--demo", "--retain", "3 years", "--data", filepath.Join(dir, "c"), "--listen", "127.0.0.1:0"}},
	} {
		if out, ok := run(step.args...); ok != step.ok || ok && strings.Count(out, "\n") != 1 {
			t.Errorf("%s: %s", strings.Join(step.args, " "), out)
		}
	}
	if now := get[portal.Request](t, l.Address+portal.RouteRequests+"/"+one.ID, accessOf(t, l.Address, "demo-claire")); now.PurgedAt == nil {
		t.Error("it is not purged")
	}
	end(t, cmd)
	cmd, _ = program(t, "--demo", "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "new"))
	l, _ = ready(t, cmd)
	defer end(t, cmd)
	if again := list(l)[0]; again.ID != one.ID || again.PurgedAt != nil || again.Values["subject"] != one.Values["subject"] {
		t.Errorf("restored %+v", again)
	}
	if got := status(t, l.Address, accessOf(t, l.Address, "demo-claire")); got != http.StatusOK {
		t.Errorf("answered %d", got)
	}
}
