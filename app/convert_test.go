package app

import (
	"slices"
	"testing"
	"time"
)

// Lists are sorted by these texts.
func TestStampsSortAsText(t *testing.T) {
	begin := time.Date(2026, 3, 2, 9, 59, 58, 0, time.UTC)
	var stamps []string
	for ms := range 3000 {
		stamps = append(stamps, stamp(begin.Add(time.Duration(ms)*time.Millisecond)))
	}
	if !slices.IsSorted(stamps) {
		t.Error("out of order")
	}
	if got := stamp(begin.In(time.FixedZone("", 7200))); got != "2026-03-02T09:59:58.000Z" {
		t.Error(got)
	}
	if stamp(time.Time{}) != "" {
		t.Error("no time has a text")
	}
}
