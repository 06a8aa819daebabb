package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/app"
	"guichet/internal/desk"
)

// written is a request as somebody wrote it: what has to arrive.
type written struct {
	id       string
	revision int64
	values   map[string]string
	files    []source
}

// source is a file as it lay on the disk before it was attached.
type source struct {
	path string
	sum  string // SHA-256
}

func (f source) name() string { return filepath.Base(f.path) }

// pdfSource writes a file that is a PDF by its first bytes.
func pdfSource(tb testing.TB, random *rand.Rand, name string, size int) source {
	tb.Helper()
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(random.Uint32())
	}
	copy(content, "%PDF-1.7\n")
	f := source{path: filepath.Join(tb.TempDir(), name)}
	if err := os.WriteFile(f.path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	sum := sha256.Sum256(content)
	f.sum = hex.EncodeToString(sum[:])
	return f
}

// write saves a draft that can be sent, with its files.
func (s *seat) write(subject string, files ...source) written {
	s.tb.Helper()
	values := map[string]string{desk.KeySubject: subject, desk.KeyDescription: "Depuis lundi, à l’accueil.\n" + strings.Repeat("Une ligne de plus.\n", 20) + "Merci."}
	return s.writeAs(app.Content{Road: "form", Step: "details", Type: "technical", Category: "software", Values: values}, files...)
}

// writeAs is write of any content.
func (s *seat) writeAs(c app.Content, files ...source) written {
	s.tb.Helper()
	d, err := s.drafts.Create(c)
	if err != nil {
		s.tb.Fatalf("create: %v", err)
	}
	saved, err := s.drafts.Save(d.ID, 0, c)
	if err != nil {
		s.tb.Fatalf("save: %v", err)
	}
	s.attach(d.ID, files...)
	return written{id: d.ID, revision: saved.Revision, values: c.Values, files: files}
}

// attach puts files to a draft, or to a reply that is being written.
func (s *seat) attach(to string, files ...source) {
	s.tb.Helper()
	for _, f := range files {
		looked, err := s.files.Look(to, []string{f.path})
		if err != nil || looked[0].Problem != nil {
			s.tb.Fatalf("look: %v, %+v", err, looked)
		}
		out, err := s.files.Confirm(to, []string{looked[0].Token}, "2026-1", nil)
		if err != nil || len(out.Refused) > 0 {
			s.tb.Fatalf("confirm: %v, %+v", err, out.Refused)
		}
	}
}

// reply answers a request with files, and tells the answer's id.
func (s *seat) reply(w written, text string, files ...source) (id string) {
	s.tb.Helper()
	id, err := s.acts.SaveReply(w.id, "", text)
	if err != nil {
		s.tb.Fatalf("write reply: %v", err)
	}
	s.attach(id, files...)
	s.does(w, id, "reply", text)
	return id
}

// does has the person do something with a request.
func (s *seat) does(w written, id, kind, text string) {
	s.tb.Helper()
	if _, err := s.acts.Do(w.id, id, kind, text, nil); err != nil {
		s.tb.Fatalf("%s: %v", kind, err)
	}
}
