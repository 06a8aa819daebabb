package support

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// watched runs the program that crashes, in the ways given, one for each start, and
// returns what it wrote at each start once that many have come and the last has ended.
func watched(t *testing.T, data string, ways string, starts int) (lines []string, said string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "diary")
	var heard bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Args[0], crasher, data)
	cmd.Env = append(os.Environ(), diary+"="+path, howToEnd+"="+ways, "GUICHET_LOG=stderr", "DISPLAY=", "WAYLAND_DISPLAY=")
	cmd.Stderr = &heard
	_ = cmd.Run() // how it ends is the test; its monitor writes to the same pipe, and is waited for
	read := func() []string {
		body, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
	}
	for until := time.Now().Add(20 * time.Second); ; {
		lines = read()
		if len(lines) >= starts || time.Now().After(until) {
			break
		}
		<-time.After(20 * time.Millisecond)
	}
	if len(lines) != starts {
		t.Fatalf("%d starts, want %d: %q\n%s", len(lines), starts, lines, heard.String())
	}
	return lines, heard.String()
}

// quietFor makes sure that nothing more is started.
func quietFor(t *testing.T, path string, starts int) {
	t.Helper()
	<-time.After(500 * time.Millisecond)
	if body, err := os.ReadFile(path); err != nil || strings.Count(string(body), "\n") != starts {
		t.Errorf("%s, %v", body, err)
	}
}

func TestMonitor(t *testing.T) {
	for _, c := range []struct{ how, what string }{
		{"text", "panic"}, {"error", "panic"}, {"struct", "panic"}, {"nil", "panic: assignment to entry in nil map"},
		{"spoof", "panic: runtime error: index out of range"},
	} {
		t.Run(c.how, func(t *testing.T) {
			data := t.TempDir()
			lines, _ := watched(t, data, c.how, 2)
			if !strings.HasPrefix(lines[0], " ") && lines[0] != "" {
				t.Errorf("the first start knows of a crash: %q", lines[0])
			}
			args, times, _ := strings.Cut(lines[1], " ")
			if args != "--portal=https://p.example" || len(Crashes(times, time.Now())) != 1 {
				t.Errorf("started again with %q", lines[1])
			}
			all, err := Incidents(data)
			if err != nil || len(all) != 1 {
				t.Fatalf("%+v, %v", all, err)
			}
			i := all[0]
			if i.Kind != KindCrash || i.What != c.what || i.Version != "1.2.3" || time.Since(i.At).Abs() > time.Minute {
				t.Errorf("%+v", i)
			}
			if !strings.Contains(asText(t, filepath.Join(data, incidentFolder)), `"guichet/internal/support.end"`) {
				t.Errorf("%+v", i.Stack)
			}
			if body := asText(t, filepath.Join(data, incidentFolder)); strings.Contains(body, mark) || strings.Contains(body, "/main_test.go") || strings.Contains(body, "0x") {
				t.Error(body)
			}
		})
	}
}

// asText is all that a folder holds.
func asText(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(e.Name() + "\n" + string(body))
	}
	return out.String()
}

func TestMonitorKeepsTheWindowAway(t *testing.T) {
	lines, _ := watched(t, t.TempDir(), "minimised-index text", 3)
	if !strings.Contains(lines[1], "--minimised") || strings.Contains(lines[2], "--minimised") {
		t.Errorf("%q", lines)
	}
}

func TestMonitorGivesUp(t *testing.T) {
	data := t.TempDir()
	_, said := watched(t, data, "text text text text", 3)
	all, err := Incidents(data)
	for until := time.Now().Add(10 * time.Second); len(all) < 3 && time.Now().Before(until); all, err = Incidents(data) {
		<-time.After(20 * time.Millisecond)
	}
	if err != nil || len(all) != 3 {
		t.Errorf("%d notes, %v", len(all), err)
	}
	_ = said // only the first monitor writes here
}

func TestMonitorSaysWhyItGivesUp(t *testing.T) {
	now := time.Now().Unix()
	t.Setenv(Restarts, itoa(now-10)+","+itoa(now-5))
	_, said := watched(t, t.TempDir(), "text text", 1)
	if !strings.Contains(said, "three times in a row") {
		t.Error(said)
	}
}

// A crash long ago does not count.
func TestMonitorForgives(t *testing.T) {
	now := time.Now().Unix()
	t.Setenv(Restarts, itoa(now-1000)+","+itoa(now-900))
	watched(t, t.TempDir(), "text", 2)
}

func TestMonitorStartsNothing(t *testing.T) {
	for _, how := range []string{"clean", "exit"} {
		t.Run(how, func(t *testing.T) {
			data := t.TempDir()
			watched(t, data, how, 1)
			<-time.After(300 * time.Millisecond)
			if all, err := Incidents(data); err != nil || len(all) > 0 {
				t.Errorf("%+v, %v", all, err)
			}
		})
	}
}

// A kill is no crash: whoever kills means it, or there is no power.
func TestMonitorAfterAKill(t *testing.T) {
	data, path := t.TempDir(), filepath.Join(t.TempDir(), "diary")
	cmd := exec.CommandContext(t.Context(), os.Args[0], crasher, data)
	cmd.Env = append(os.Environ(), diary+"="+path, howToEnd+"=wait")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(20 * time.Second); ; {
		if body, err := os.ReadFile(path); err == nil && len(body) > 0 || time.Now().After(until) {
			break
		}
		<-time.After(20 * time.Millisecond)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { // the monitor has the other end of it as well
		defer close(ended)
		_, _ = new(bytes.Buffer).ReadFrom(stderr)
	}()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Error("the monitor has outlived the program")
	}
	_ = cmd.Wait() // it was killed
	quietFor(t, path, 1)
	if all, err := Incidents(data); err != nil || len(all) > 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestMonitorWithoutRoomForANote(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file in the place of a folder is enough elsewhere")
	}
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, incidentFolder), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	watched(t, data, "text", 2)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
