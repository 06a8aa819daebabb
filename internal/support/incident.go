package support

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/disk"
)

// The kinds of incidents.
const (
	KindCrash = "crash" // the program ended
	KindPage  = "page"  // the process that draws the page ended, and the page was loaded anew
)

// Incident is a note of something that broke off: when, where in the program, and
// nothing of what it was working on.
type Incident struct {
	At      time.Time `json:"at"`
	Version string    `json:"version"`
	Kind    string    `json:"kind"`
	What    string    `json:"what"`            // the runtime's own words, or "panic" where the program had others
	Stack   []Frame   `json:"stack,omitempty"` // innermost first
}

// Frame is a place in the program.
type Frame struct {
	Func string `json:"func"`
	Line int    `json:"line"`
}

// keptIncidents bounds how many notes lie in a data folder.
const keptIncidents = 20

const incidentFolder = "incidents"

// Note writes an incident down in a data folder, and drops the oldest beyond the bound.
func Note(ctx context.Context, data string, i Incident) error {
	dir := filepath.Join(data, incidentFolder)
	if err := disk.MakeDir(dir); err != nil {
		return fmt.Errorf("note incident: %w", err)
	}
	body, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return fmt.Errorf("note incident: %w", err)
	}
	name := i.At.UTC().Format("20060102T150405.000000000Z") + "-" + i.Kind + ".json"
	if err := disk.Write(ctx, filepath.Join(dir, name), append(body, '\n'), 0o600); err != nil {
		return fmt.Errorf("note incident: %w", err)
	}
	return prune(ctx, dir)
}

func prune(ctx context.Context, dir string) error {
	names, err := notes(dir)
	if err != nil || len(names) <= keptIncidents {
		return err
	}
	var old []string
	for _, name := range names[:len(names)-keptIncidents] {
		old = append(old, filepath.Join(dir, name))
	}
	return disk.Remove(ctx, old...)
}

// notes are the names of notes, oldest first.
func notes(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() && noteName.MatchString(e.Name()) {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out, nil
}

var noteName = regexp.MustCompile(`^\d{8}T\d{6}\.\d{9}Z-[a-z]+\.json$`)

// Incidents reads the notes of a data folder, newest first. A note that is none is
// passed over.
func Incidents(data string) ([]Incident, error) {
	dir := filepath.Join(data, incidentFolder)
	names, err := notes(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Incident
	for _, name := range slices.Backward(names) {
		body, err := os.ReadFile(filepath.Join(dir, name))
		var i Incident
		if err == nil && json.Unmarshal(body, &i) == nil {
			out = append(out, i)
		}
	}
	return out, nil
}

// incidentDays is how far back incidents count.
const incidentDays = 7

// Recent tells whether there were incidents of late.
func Recent(data string, now time.Time) Finding {
	all, err := Incidents(data)
	f := Finding{ID: "incidents", Code: "none", Facts: Facts{"days": strconv.Itoa(incidentDays)}}
	if err != nil {
		f.Code = "unread"
		return f
	}
	count := map[string]int{}
	for _, i := range all {
		if age := now.Sub(i.At); age < incidentDays*24*time.Hour {
			count[i.Kind]++
		}
	}
	switch {
	case count[KindCrash] > 0:
		f.Code, f.Facts["count"] = "some", strconv.Itoa(count[KindCrash])
	case count[KindPage] > 0:
		f.Code, f.Facts["count"] = "page", strconv.Itoa(count[KindPage])
	}
	return f
}

// Crash reads what Go's runtime says when it ends a program: the kind of it, and where.
// The value of a panic may be anything that somebody has typed: of it only the runtime's
// own sentences are kept, and of the stack neither arguments nor paths. False if it is
// none, or was asked for (SIGQUIT).
func Crash(said string) (what string, stack []Frame, ok bool) {
	for line := range strings.Lines(said) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "panic: "):
			return panicOf(line), Frames(said), true
		case strings.HasPrefix(line, "fatal error: "):
			return plainWords.FindString(line), Frames(said), true
		case strings.HasPrefix(line, "SIGQUIT: "):
			return "", nil, false
		case signalLine.MatchString(line):
			return line, Frames(said), true
		}
	}
	return "", nil, false
}

var (
	// What the runtime itself throws with has no values in it.
	plainWords = regexp.MustCompile(`^fatal error: [A-Za-z0-9 .,:;/()'_-]{1,120}`)
	signalLine = regexp.MustCompile(`^SIG[A-Z]{2,8}: [a-z /-]{1,60}$`)
	// The runtime's own sentences of panics, without the types in them.
	runtimeWords = regexp.MustCompile(`^panic: (runtime error: (?:index out of range(?: \[-?\d+\](?: with length \d+)?)?|slice bounds out of range(?: \[[-\d:]*\](?: with (?:length|capacity) \d+)?)?|` +
		`invalid memory address or nil pointer dereference|integer divide by zero|integer overflow|makeslice: (?:len|cap) out of range|makechan: size out of range|hash of unhashable type|` +
		`comparing uncomparable type|growslice: len out of range|negative shift amount|cannot convert slice)|assignment to entry in nil map|close of nil channel|close of closed channel|` +
		`send on closed channel|all goroutines are asleep - deadlock!|interface conversion|sync: negative WaitGroup counter|sync: unlock of unlocked mutex)(?:$|[ :\[])`)
)

// panicOf is the kind of a panic.
func panicOf(line string) string {
	if m := runtimeWords.FindStringSubmatch(line); m != nil {
		return "panic: " + m[1]
	}
	return "panic"
}

// mostFrames bounds a stack.
const mostFrames = 60

var (
	goroutineLine = regexp.MustCompile(`^goroutine [1-9]\d* .*\[.*\]:$`) // 0 is the runtime's own
	frameLine     = regexp.MustCompile(`^(?:created by )?([\w./*()\[\]·,~%-]+?)(?:\([^()]*\))?(?: in goroutine \d+)?$`)
	placeLine     = regexp.MustCompile(`^\t.*?:(\d+)(?: \+0x[0-9a-f]+.*)?$`)
)

// Frames reads the first goroutine of a stack: what it was in, innermost first.
func Frames(said string) []Frame {
	out := []Frame{}
	in, name := false, ""
	for line := range strings.Lines(said) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case !in:
			in = goroutineLine.MatchString(line)
		case line == "" || len(out) == mostFrames:
			return out
		case strings.HasPrefix(line, "\t"):
			if m := placeLine.FindStringSubmatch(line); m != nil && name != "" {
				n, _ := strconv.Atoi(m[1]) // it is digits
				out = append(out, Frame{name, n})
			}
			name = ""
		default:
			name = ""
			if m := frameLine.FindStringSubmatch(line); m != nil {
				name = m[1]
			}
		}
	}
	return out
}
