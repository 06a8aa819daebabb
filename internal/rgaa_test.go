package internal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// criteria is how many criteria each of the thirteen topics of RGAA 4.1 has, 106 in all.
var criteria = []int{9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12}

var (
	rgaaRow   = regexp.MustCompile(`^\| (\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`)
	rgaaTotal = regexp.MustCompile(`^\| (conforme|non conforme|non applicable) \| (\d+) \|$`)
	// A file, and maybe words that stand in it, as the name of a test.
	rgaaProof = regexp.MustCompile("`([^`]+/[^`]+)`((?:,? « [^»]+ »)*)")
	rgaaWords = regexp.MustCompile(`« ([^»]+) »`)
)

// TestRGAA holds docs/rgaa.md to every criterion once, in order, with a verdict that is
// known, the right sums, and proofs that are there.
func TestRGAA(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("..", "docs", "rgaa.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for topic, n := range criteria {
		for i := range n {
			want = append(want, fmt.Sprintf("%d.%d", topic+1, i+1))
		}
	}
	var got []string
	found, told := map[string]string{}, map[string]string{}
	count := map[string]int{}
	for line := range strings.Lines(string(body)) {
		line = strings.TrimSuffix(line, "\n")
		if m := rgaaTotal.FindStringSubmatch(line); m != nil {
			told[m[1]] = m[2]
		}
		m := rgaaRow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		id, verdict, where := m[1], m[3], m[4]
		got = append(got, id)
		count[verdict]++
		switch proofs := rgaaProof.FindAllStringSubmatch(where, -1); {
		case verdict != "conforme" && verdict != "non conforme" && verdict != "non applicable":
			t.Errorf("%s: %q is no verdict", id, verdict)
		case verdict == "conforme" && len(proofs) == 0:
			t.Errorf("%s: names nothing that shows it", id)
		default:
			for _, p := range proofs {
				checkProof(t, id, p[1], p[2])
			}
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") || len(got) != 106 {
		t.Errorf("%d criteria, want all 106 in their order: %v", len(got), got)
	}
	for verdict, n := range count {
		found[verdict] = fmt.Sprint(n)
	}
	applicable := count["conforme"] + count["non conforme"]
	rate := fmt.Sprintf("Soit %.1f %% des critères", 100*float64(count["conforme"])/float64(max(1, applicable)))
	if rate = strings.Replace(rate, ".", ",", 1); !strings.Contains(string(body), rate) {
		t.Errorf("the rows come to another share: %q is not told", rate)
	}
	if fmt.Sprint(found) != fmt.Sprint(told) {
		t.Errorf("the table at the top tells %v, the rows come to %v", told, found)
	}
}

// checkProof wants the file to be there, and in it the words that it is named with.
func checkProof(t *testing.T, id, path, words string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(path)))
	if err != nil {
		t.Errorf("%s: %v", id, err)
		return
	}
	for _, w := range rgaaWords.FindAllStringSubmatch(words, -1) {
		if !strings.Contains(string(text), w[1]) {
			t.Errorf("%s: %s does not say %q", id, path, w[1])
		}
	}
}
