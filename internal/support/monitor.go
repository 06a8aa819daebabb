package support

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// MonitorArgument is what a program is started with to watch over the one that has
// started it. Its main calls Watch.
const MonitorArgument = "--watch"

// Restarts names the variable in which a program that was started again finds when it
// crashed: unix times with commas between them.
const Restarts = "GUICHET_RESTARTS"

// A program that crashes over and over is not started again.
const (
	mostCrashes = 3
	crashSpan   = 5 * time.Minute
)

// Watched is what a monitor knows of the program that it watches.
type Watched struct {
	PID       int      `json:"pid"`
	Data      string   `json:"data"` // folder, for the note
	Version   string   `json:"version"`
	Lang      string   `json:"lang"`
	Program   string   `json:"program"`
	Args      []string `json:"args"`      // to start it again with
	Minimised bool     `json:"minimised"` // the window is out of the way, and is to be so again
}

// Monitor is the process that watches over this one: a child, which outlives it for as
// long as it takes to write a note and start it again. Go's runtime writes what it says
// of a panic into a pipe; when the pipe ends without such words, by a clean end or by a
// kill, the monitor ends and nothing is started.
type Monitor struct {
	mu   sync.Mutex
	told Watched
	pipe *os.File
	gone chan struct{} // closed when the process has ended
}

// StartMonitor starts it: program with args is to call Watch.
func StartMonitor(program string, args []string, w Watched) (*Monitor, error) {
	from, to, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start monitor: %w", err)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdin = from
	if _, err := os.Stderr.Stat(); err == nil { // a program with a window may have none
		cmd.Stderr = os.Stderr
	}
	apart(cmd)
	err = cmd.Start()
	_ = from.Close() // the child has its own, or there is none
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start monitor: %w", err), to.Close())
	}
	w.PID = os.Getpid()
	m := &Monitor{told: w, pipe: to, gone: make(chan struct{})}
	go func() {
		defer close(m.gone)
		_ = cmd.Wait() // whatever it ends with, nobody is watched any more
	}()
	err = m.tell()
	if err == nil {
		err = debug.SetCrashOutput(to, debug.CrashOptions{})
	}
	if err != nil {
		m.Stop()
		return nil, fmt.Errorf("start monitor: %w", err)
	}
	return m, nil
}

// Minimised tells how the window is to come back.
func (m *Monitor) Minimised(is bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.told.Minimised != is {
		m.told.Minimised = is
		_ = m.tell() // one that has gone needs to know nothing
	}
}

// tell writes one line; the last one counts.
func (m *Monitor) tell() error {
	body, err := json.Marshal(m.told)
	if err != nil {
		return err
	}
	_, err = m.pipe.Write(append(body, '\n'))
	return err
}

// stopWait is how long a monitor may take to end.
const stopWait = 5 * time.Second

// Stop is the clean end: the monitor goes, and starts nothing.
func (m *Monitor) Stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{}) // nil is always taken
	_ = m.pipe.Close()                                  // what is not read is not needed
	select {
	case <-m.gone:
	case <-time.After(stopWait): // it ends by itself
	}
}

// maxCrash bounds what is kept of what the runtime says, in bytes.
const maxCrash = 256 << 10

// Watch is the monitor: it waits for the end of the program at the other end of in, and
// returns what this process ends with.
func Watch(in io.Reader) int {
	settle()
	watched, said := hear(in)
	what, stack, ok := Crash(said)
	if !ok || watched.Program == "" {
		return 0
	}
	untilGone(watched.PID)
	now := time.Now()
	// A disk without room takes no note, and the program comes back all the same.
	_ = Note(context.Background(), watched.Data, Incident{At: now, Version: watched.Version, Kind: KindCrash, What: what, Stack: stack})
	crashes := append(Crashes(os.Getenv(Restarts), now), now)
	if len(crashes) >= mostCrashes {
		Alert(tooOften.In(watched.Lang))
		return 1
	}
	if err := again(watched, crashes); err != nil {
		Alert(notAgain.In(watched.Lang))
		return 1
	}
	return 0
}

var (
	tooOften = text{
		FR: "Guichet s'est interrompu trois fois de suite et ne se rouvre plus de lui-même. Ce qui a été enregistré est là. Redémarrez le poste, puis ouvrez Guichet ; si cela recommence, lancez « guichet support rapport.zip » et envoyez ce fichier à l'assistance.",
		EN: "Guichet broke off three times in a row, and does not open by itself any more. What was saved is there. Restart the PC, then open Guichet; if it happens again, run \"guichet support report.zip\" and send that file to support.",
	}
	notAgain = text{
		FR: "Guichet s'est interrompu et n'a pas pu être rouvert. Ce qui a été enregistré est là : ouvrez Guichet comme d'habitude.",
		EN: "Guichet broke off and could not be opened again. What was saved is there: open Guichet as usual.",
	}
)

// hear reads what the program says of itself, and then what the runtime says of its end.
func hear(in io.Reader) (Watched, string) {
	var w Watched
	var said strings.Builder
	for lines := bufio.NewReaderSize(in, 64<<10); ; {
		line, err := lines.ReadString('\n')
		var told Watched
		switch {
		case said.Len() == 0 && strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &told) == nil:
			w = told
		case said.Len() < maxCrash:
			said.WriteString(line)
		}
		if err != nil {
			return w, said.String()
		}
	}
}

// Crashes are the times in a list that lie less than the span of a crash loop back.
func Crashes(list string, now time.Time) []time.Time {
	var out []time.Time
	for _, one := range strings.Split(list, ",") {
		at, err := strconv.ParseInt(one, 10, 64)
		if age := now.Sub(time.Unix(at, 0)); err == nil && age.Abs() < crashSpan {
			out = append(out, time.Unix(at, 0))
		}
	}
	return out
}

// again starts the program once more, with a word of when it crashed.
func again(w Watched, crashes []time.Time) error {
	list := make([]string, len(crashes))
	for i, at := range crashes {
		list[i] = strconv.FormatInt(at.Unix(), 10)
	}
	args := slices.Clone(w.Args)
	if w.Minimised {
		args = append(args, "--minimised")
	}
	cmd := exec.Command(w.Program, args...)
	cmd.Env = append(os.Environ(), Restarts+"="+strings.Join(list, ","))
	apart(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

// settle keeps a process that only waits small, and its own end quiet: what it holds in
// memory may be the value of a panic.
func settle() {
	runtime.GOMAXPROCS(1)
	debug.SetTraceback("none")
	quiet()
	debug.FreeOSMemory()
}
