package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/line"
)

// The window has a sentence for every code that it can be told, in each
// language.
func TestWords(t *testing.T) {
	for _, language := range []string{"fr", "en"} {
		t.Run(language, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "frontend", "src", "text", language+".ts"))
			if err != nil {
				t.Fatal(err)
			}
			for prefix, codes := range map[string][]string{
				"problem.": desk.ProblemCodes(), "reason.": desk.ReasonCodes(), "error.": desk.ErrorCodes(), "line.": line.Reasons(),
			} {
				if len(codes) == 0 {
					t.Errorf("no codes for %s", prefix)
				}
				for _, code := range slices.Sorted(slices.Values(codes)) {
					if !strings.Contains(string(text), "\n  '"+prefix+code+"':") {
						t.Errorf("no sentence for '%s%s'", prefix, code)
					}
				}
			}
		})
	}
}
