package paper

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	foot   = regexp.MustCompile(`(?m)^Guichet · .* page \d+ sur \d+$`)
	quoted = regexp.MustCompile(`(?m)^ *"(.*)"$`)
)

// What other people's readers make of it.
func TestPopplerReadsIt(t *testing.T) {
	for _, tool := range []string{"pdftotext", "pdfinfo"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed here (Debian: poppler-utils)", tool)
		}
	}
	for name, s := range map[string]Sheet{"received": receivedSheet(), "hard": hardSheet()} {
		file := filepath.Join(t.TempDir(), "paper.pdf")
		if err := os.WriteFile(file, print(t, s), 0o644); err != nil {
			t.Fatal(err)
		}
		var complaints bytes.Buffer
		poppler := func(args ...string) string {
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Stderr = &complaints
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%s: %v", args[0], err)
			}
			return string(out)
		}
		text := bare(foot.ReplaceAllString(poppler("pdftotext", "-raw", "-enc", "UTF-8", file, "-"), ""))
		for _, want := range texts(s) {
			if strings.ContainsFunc(want, func(r rune) bool { return r < ' ' && r != '\n' || unicode.In(r, unicode.Hebrew, unicode.Arabic) }) {
				continue // poppler turns what is written from right to left round, and leaves out control characters
			}
			if len(want) > 1500 {
				continue // goes over a page's end below the head of a table, which comes again
			}
			if !strings.Contains(text, bare(want)) {
				t.Errorf("%s: pdftotext does not find %.80q", name, want)
			}
		}
		if name == "received" {
			told := bare(quoted.ReplaceAllString(poppler("pdfinfo", "-struct-text", file), "$1"))
			for _, want := range texts(s) {
				// This tool shows the box, where screen readers say what it stands for.
				if want = strings.ReplaceAll(want, "👍", "□"); !strings.Contains(told, bare(want)) {
					t.Errorf("a screen reader is not told %.80q", want)
				}
			}
		}
		if info := poppler("pdfinfo", file); !regexp.MustCompile(`Tagged: +yes`).MatchString(info) {
			t.Errorf("%s: not tagged: %s", name, info)
		}
		if complaints.Len() > 0 {
			t.Errorf("%s: poppler complains: %s", name, complaints.String())
		}
	}
}
