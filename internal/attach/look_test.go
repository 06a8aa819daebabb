package attach_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/attach"
	"guichet/internal/desk"
)

func TestLook(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pdf := write("Facture n° 3.PDF", "%PDF-1.7\n1 0 obj\n")
	if err := os.Truncate(pdf, 5<<20); err != nil { // longer than the head, sparse
		t.Fatal(err)
	}
	tests := map[string]struct {
		path string
		want desk.Candidate
		code string
	}{
		"OK":            {pdf, desk.Candidate{Name: "Facture n° 3.PDF", Size: 5 << 20, Media: "application/pdf"}, ""},
		"OKShort":       {write("a.txt", "a"), desk.Candidate{Name: "a.txt", Size: 1, Media: "text/plain"}, ""},
		"OKEmpty":       {write("b.pdf", ""), desk.Candidate{Name: "b.pdf"}, ""}, // the rules say what is wrong with it
		"ErrFolder":     {dir, desk.Candidate{Name: filepath.Base(dir)}, desk.CodeUnreadable},
		"ErrMissing":    {filepath.Join(dir, "no.pdf"), desk.Candidate{Name: "no.pdf"}, desk.CodeUnreadable},
		"ErrBelowAFile": {filepath.Join(pdf, "x.pdf"), desk.Candidate{Name: "x.pdf"}, desk.CodeUnreadable},
		"ErrNUL":        {filepath.Join(dir, "a\x00b"), desk.Candidate{Name: "a\x00b"}, desk.CodeUnreadable},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, problem := attach.Look(tt.path)
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			switch {
			case (problem != nil) != (tt.code != ""):
				t.Errorf("problem %+v, want %q", problem, tt.code)
			case problem != nil && *problem != (desk.Problem{Field: desk.KeyFiles, Code: tt.code}):
				t.Errorf("problem %+v", *problem)
			}
		})
	}
}

func TestOpenOriginal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	if _, err := attach.Open(path); !errors.Is(err, desk.ErrInvalid) || !errors.Is(err, fs.ErrNotExist) || codeOf(err) != desk.CodeUnreadable {
		t.Errorf("missing: %v", err)
	}
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := attach.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if b, err := io.ReadAll(f); string(b) != "abc" || err != nil {
		t.Errorf("got %q, %v", b, err)
	}
}
