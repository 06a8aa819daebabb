package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// exposure is what `systemd-analyze security` may find of the unit at most, in tenths
// of ten.
const exposure = "15"

// TestUnit holds the systemd unit to what systemd takes, and to how little of the
// machine the portal gets.
func TestUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd-analyze here")
	}
	unit, err := os.ReadFile("../../../build/portald/portald.service")
	if err != nil {
		t.Fatal(err)
	}
	const program = "/usr/local/bin/portald"
	if !strings.Contains(string(unit), "ExecStart="+program+" ") {
		t.Fatalf("the unit does not start %s", program)
	}
	// systemd gives that folder to root, and the settings in it are read by the service.
	if !strings.Contains(string(unit), "\nConfigurationDirectoryMode=0755\n") {
		t.Error("the service cannot read its settings")
	}
	// What the comment says of secrets is taken as it stands.
	dropIn := []string{}
	for line := range strings.Lines(string(unit)) {
		if says, ok := strings.CutPrefix(line, "#   "); ok && (strings.HasPrefix(says, "[") || strings.HasPrefix(says, "Load")) {
			dropIn = append(dropIn, says)
		}
	}
	if len(dropIn) < 2 {
		t.Errorf("of secrets it says %q", dropIn)
	}
	unit = append(unit, strings.Join(dropIn, "")...)
	file := filepath.Join(t.TempDir(), "portald.service")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(unit), program, os.Args[0])), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify", file}, {"security", "--offline=true", "--threshold=" + exposure, file}} {
		out, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput()
		if err != nil {
			t.Errorf("systemd-analyze %s: %v\n%s", args[0], err, out)
		}
		for line := range strings.Lines(string(out)) {
			if args[0] == "verify" && strings.Contains(line, "portald.service") {
				t.Errorf("systemd says: %s", line)
			}
		}
	}
}
