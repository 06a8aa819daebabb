package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

const slowRoom = 20.0 // seconds that are worth a word

// figure is a line of a proof that is shown although it has passed.
var figure = regexp.MustCompile(`\b(lost|requests/s|memory of the portal)\b`)

// goCounter reads the events of go test -json and shows what failed.
type goCounter struct {
	mu     sync.Mutex
	tally  tally
	output map[string][]string
	slow   []string // packages, with their seconds
}

func (c *goCounter) line(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var e struct {
		Action, Package, Test, Output string
		Elapsed                       float64 // seconds
	}
	if json.Unmarshal([]byte(line), &e) != nil {
		say("%s", line)
		return
	}
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		c.output[key] = append(c.output[key], e.Output)
		return
	case "pass", "skip":
		if e.Package == proofRoom {
			for _, line := range c.output[key] {
				if figure.MatchString(line) {
					say("%s %s", e.Test, strings.TrimSpace(line))
				}
			}
		}
		delete(c.output, key)
	case "fail", "build-fail":
		fmt.Print(strings.Join(c.output[key], ""))
		delete(c.output, key)
	}
	if e.Test == "" {
		if e.Elapsed > slowRoom {
			c.slow = append(c.slow, fmt.Sprintf("%s %.0f s", strings.TrimPrefix(e.Package, "guichet/"), e.Elapsed))
		}
		if e.Action == "fail" || e.Action == "build-fail" {
			say("FAIL %s", e.Package)
		}
		return
	}
	switch e.Action {
	case "pass":
		c.tally.passed++
	case "fail":
		c.tally.failed++
	case "skip":
		c.tally.skipped++
	}
}
