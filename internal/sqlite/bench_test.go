package sqlite

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/desk"
)

// text is a description of about two thousand bytes.
var text = strings.Repeat("La facture de mars compte deux fois la maintenance. ", 40)

// BenchmarkAutosave is one autosave of a draft, committed.
func BenchmarkAutosave(b *testing.B) {
	s := open(b, b.TempDir())
	d := newDraft(b)
	d.Values = desk.Values{"subject": "Double facturation", "description": text}
	d = save(b, s, d)
	for i := 0; b.Loop(); i++ {
		d.Values["subject"] = []string{"Double facturation", "Double facturation de mars"}[i%2]
		var err error
		if d, err = s.SaveDraft(context.Background(), d, at); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend is its baseline: the same bytes appended to a file and
// synced.
func BenchmarkAppend(b *testing.B) {
	d := newDraft(b)
	d.Values = desk.Values{"subject": "Double facturation", "description": text}
	body, err := json.Marshal(bodyOf(d))
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(b.TempDir(), "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for b.Loop() {
		if _, err := f.Write(body); err != nil {
			b.Fatal(err)
		}
		if err := dataSync(f); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen is a start: the database was closed, and the first list is read.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	for range 200 {
		d := newDraft(b)
		d.Values = desk.Values{"subject": "Double facturation", "description": text}
		save(b, s, d)
	}
	for b.Loop() {
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		s = open(b, dir)
		if _, err := s.Drafts(context.Background(), "claire", 20); err != nil {
			b.Fatal(err)
		}
	}
}
