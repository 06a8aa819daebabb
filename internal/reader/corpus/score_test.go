package corpus

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"guichet/internal/desk"
)

// score counts what was to be found, and what was.
type score struct{ planted, found, wrong int }

func (s score) recall() float64    { return ratio(s.found, s.planted) }
func (s score) precision() float64 { return ratio(s.found, s.found+s.wrong) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// scores are those of all documents.
type scores struct {
	mu        sync.Mutex
	documents int
	decoys    map[string]int
	kinds     map[string]*score // by kind
	formats   map[string]*score // by format and kind
	spellings map[string]*score // by kind and spelling
	sorts     map[string]*score // by kind and sort
	misnamed  map[string]int    // a number of one kind found as one of another
	wrong     map[string]int    // what was found and is not there, by kind and class
	examples  map[string][]string
}

func newScores() *scores {
	return &scores{decoys: map[string]int{}, kinds: map[string]*score{}, formats: map[string]*score{}, spellings: map[string]*score{}, sorts: map[string]*score{},
		misnamed: map[string]int{}, wrong: map[string]int{}, examples: map[string][]string{}}
}

func at(m map[string]*score, key string) *score {
	if m[key] == nil {
		m[key] = &score{}
	}
	return m[key]
}

// related are the kinds that the same number can have.
func related(a, b string) bool { return family(a) == family(b) }

func family(kind string) string {
	if kind == "ins" {
		return "nir"
	}
	return kind
}

// take scores a document.
func (s *scores) take(d *document, findings []desk.Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.documents++
	for _, y := range d.decoys {
		s.decoys[y.class]++
	}
	hit := make([]bool, len(d.plants))
	medical, told := false, map[string]bool{}
	for _, f := range findings {
		if f.Kind == "medical" {
			medical = true
			continue
		}
		i := d.plantOf(f)
		if key := f.Kind + f.Tail; i < 0 && !told[key] {
			told[key] = true
			s.fault(d, f)
		}
		if i >= 0 && !hit[i] {
			hit[i] = true
			if d.plants[i].kind != f.Kind {
				s.misnamed[d.plants[i].kind+" as "+f.Kind]++
			}
		}
	}
	for i, p := range d.plants {
		s.count(d, p.kind, p.spelling, p.sort, hit[i], p.near)
	}
	switch {
	case d.paper != "":
		s.count(d, "medical", d.paper, d.paper, medical, d.text())
	case medical:
		s.fault(d, desk.Finding{Kind: "medical"})
	}
}

// plantOf is the planted number that a finding is of, -1 if of none.
func (d *document) plantOf(f desk.Finding) int {
	tail := normal(f.Tail)
	for i, p := range d.plants {
		if tail != "" && related(p.kind, f.Kind) && strings.HasSuffix(p.plain(), tail) {
			return i
		}
	}
	return -1
}

func (s *scores) count(d *document, kind, spelling, sort string, hit bool, near string) {
	all := []*score{at(s.kinds, kind), at(s.formats, d.format.name+"\t"+kind), at(s.spellings, kind+"\t"+spelling), at(s.sorts, kind+"\t"+sort)}
	for _, sc := range all {
		sc.planted++
		if hit {
			sc.found++
		}
	}
	if !hit {
		s.example("missed "+kind+", "+spelling, d, near)
	}
}

// forced are numbers that were made to fit a key, which those of their place do once in
// a hundred times. In a column, only its head says what they are: they are counted
// apart.
const forced = "fits by chance, in a column"

func (s *scores) fault(d *document, f desk.Finding) {
	class, near := "another place", d.around(f.Tail)
	if f.Kind == "medical" {
		class, near = "administrative text", d.text()
	}
	for _, y := range d.decoys {
		if tail := normal(f.Tail); tail != "" && strings.HasSuffix(y.value, tail) {
			class, near = y.class, y.near
		}
	}
	if class != forced {
		at(s.kinds, f.Kind).wrong++
		at(s.formats, d.format.name+"\t"+f.Kind).wrong++
	}
	s.wrong[f.Kind+"\t"+class]++
	s.example("wrong "+f.Kind+", "+class, d, near)
}

func (s *scores) example(class string, d *document, near string) {
	if len(s.examples[class]) < 3 {
		s.examples[class] = append(s.examples[class], d.format.name+": "+fmt.Sprintf("%.300q", near))
	}
}

// text is what a document says, for the list of what was not judged well.
func (d *document) text() string {
	var b strings.Builder
	for _, bl := range d.blocks {
		b.WriteString(bl.text + "\n")
		for _, row := range bl.rows {
			for _, c := range row {
				b.WriteString(c.text + "\t")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// around is a paragraph or a row in which a finding may have ended.
func (d *document) around(tail string) string {
	for line := range strings.SplitSeq(d.text(), "\n") {
		if strings.Contains(normal(line), normal(tail)) {
			return tail + " in " + line
		}
	}
	return tail
}

// print shows the tables; GUICHET_EXAMPLES shows texts that were not judged well too.
func (s *scores) print(t *testing.T) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	sum := 0
	for _, n := range s.decoys {
		sum += n
	}
	fmt.Fprintf(w, "%d documents, %d numbers that look alike\n", s.documents, sum)
	section := func(title string, m map[string]*score, bad bool) {
		fmt.Fprintf(w, "\n%s\tplanted\tfound\twrong\trecall\tprecision\n", title)
		for _, k := range sortedKeys(m) {
			if sc := m[k]; !bad || sc.found < sc.planted || sc.wrong > 0 {
				fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%.4f\t%.4f\n", k, sc.planted, sc.found, sc.wrong, sc.recall(), sc.precision())
			}
		}
	}
	section("kind", s.kinds, false)
	section("format\tkind", s.formats, false)
	section("kind\tspelling that was missed", s.spellings, true)
	section("kind\tsort that was missed", s.sorts, true)
	for _, k := range sortedKeys(s.wrong) {
		_, class, _ := strings.Cut(k, "\t")
		fmt.Fprintf(w, "wrong\t%s\t%d\tof %d\n", k, s.wrong[k], s.decoys[class])
	}
	for _, k := range sortedKeys(s.misnamed) {
		fmt.Fprintf(w, "misnamed\t%s\t%d\n", k, s.misnamed[k])
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
	if os.Getenv("GUICHET_EXAMPLES") != "" {
		for _, k := range sortedKeys(s.examples) {
			t.Log(k + "\n  " + strings.Join(s.examples[k], "\n  "))
		}
	}
}

// goals are what is promised of each kind: recall, precision.
var goals = map[string][2]float64{"nir": {1, 0.99}, "ins": {1, 0.97}, "iban": {0.99, 0.98}}

func (s *scores) judge(t *testing.T) {
	for kind, goal := range goals {
		got := at(s.kinds, kind)
		if got.planted == 0 || got.recall() < goal[0] || got.precision() < goal[1] {
			t.Errorf("%s: recall %.4f, precision %.4f of %d; want %.2f and %.2f", kind, got.recall(), got.precision(), got.planted, goal[0], goal[1])
		}
	}
}
