// Package support is what a program can say of itself when something does not work on a
// PC: findings, each with what is and what to do about it in both languages; notes of
// crashes, made by a process that watches; and the bundle of all that which a person may
// hand on, after having read it. It knows the PC and no request: what is looked at in
// the store, the keyring and the network is another room's. Nothing here is sent.
package support

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Level is how bad a finding is.
type Level string

// The levels. With Fail something does not work; with Warn it may come to that.
const (
	OK   Level = "ok"
	Warn Level = "warn"
	Fail Level = "fail"
)

// Facts are what was seen, by name: figures, versions, codes. No content, no name of
// anybody or of a file of theirs.
type Facts map[string]string

// Finding is what was found of one thing. Its id and code have the sentences.
type Finding struct {
	ID    string // what was looked at: "disk"
	Code  string // what was found: "low"
	Facts Facts
	Where string // a path of this PC, for its screen alone
}

// Said is a finding in words.
type Said struct {
	ID    string `json:"id"`
	Code  string `json:"code"`
	Level Level  `json:"level"`
	Is    string `json:"is"`            // what is
	Fix   string `json:"fix,omitempty"` // what to do
	Facts Facts  `json:"facts,omitempty"`
	Where string `json:"where,omitempty"`
}

// Check is one thing to look at.
type Check struct {
	ID    string
	Limit time.Duration
	First bool // it measures, and is alone
	Do    func(ctx context.Context) []Finding
}

// The codes that every check can end with.
const (
	CodeLate  = "late"  // it took longer than it may
	CodePanic = "panic" // it broke off
)

// Run makes all checks, those that come first one after the other, the others together,
// and returns what they found in their order. A check that does not end in its time, or
// panics, is a finding itself; one that hangs in the system is left behind.
func Run(ctx context.Context, checks []Check) []Finding {
	found := make([][]Finding, len(checks))
	var all sync.WaitGroup
	for i, c := range checks {
		if c.First {
			found[i] = c.run(ctx)
		}
	}
	for i, c := range checks {
		if !c.First {
			all.Go(func() { found[i] = c.run(ctx) })
		}
	}
	all.Wait()
	return slices.Concat(found...)
}

// grace is how long a check that was told to end has to say what it has found.
const grace = 500 * time.Millisecond

func (c Check) run(ctx context.Context) []Finding {
	ctx, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	done := make(chan []Finding, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- []Finding{{ID: c.ID, Code: CodePanic, Facts: Facts{"panic": fmt.Sprintf("%T", p)}}} // its value may quote anything
			}
		}()
		done <- c.Do(ctx)
	}()
	late := time.NewTimer(c.Limit + grace)
	defer late.Stop()
	select {
	case out := <-done:
		return out
	case <-late.C:
		return []Finding{{ID: c.ID, Code: CodeLate, Facts: Facts{"limit": fmt.Sprint(int(c.Limit.Seconds()))}}}
	}
}

// Say puts findings into words of a language, "fr" or "en".
func Say(lang string, found []Finding) []Said {
	out := make([]Said, 0, len(found))
	for _, f := range found {
		s := sentenceOf(f)
		out = append(out, Said{
			ID: f.ID, Code: f.Code, Level: s.level, Is: fill(s.is.In(lang), lang, f.Facts), Fix: fill(s.fix.In(lang), lang, f.Facts),
			Facts: maps.Clone(f.Facts), Where: f.Where,
		})
	}
	return out
}

// Bare leaves out what is for the screen of the PC alone.
func Bare(said []Said) []Said {
	out := slices.Clone(said)
	for i := range out {
		out[i].Where = ""
	}
	return out
}

// Worst is the level of the worst finding.
func Worst(said []Said) Level {
	worst := OK
	for _, s := range said {
		if s.Level == Fail || s.Level == Warn && worst == OK {
			worst = s.Level
		}
	}
	return worst
}

// Print writes findings as a console shows them, the bad ones first.
func Print(w io.Writer, lang string, said []Said) error {
	var b strings.Builder
	for _, level := range []Level{Fail, Warn, OK} {
		for _, s := range said {
			if s.Level != level {
				continue
			}
			fmt.Fprintf(&b, "%-10s %s\n", "["+levelNames[level].In(lang)+"]", s.Is)
			if s.Where != "" {
				fmt.Fprintf(&b, "%-10s %s\n", "", s.Where)
			}
			if s.Fix != "" {
				fmt.Fprintf(&b, "%-10s -> %s\n", "", s.Fix)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
