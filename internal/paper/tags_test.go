package paper

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var (
	structElem = regexp.MustCompile(`^<</Type /StructElem /S /(\w+) /P (\d+) 0 R`)
	contentRef = regexp.MustCompile(`/MCR /Pg (\d+) 0 R /MCID (\d+)`)
)

// Every stretch of text belongs to one element of the tree, and the tree is
// what a screen reader needs.
func TestTaggedForScreenReaders(t *testing.T) {
	pdf := print(t, hardSheet())
	o, err := parse(pdf)
	if err != nil {
		t.Fatal(err)
	}
	root := string(o.bodies[o.root])
	for _, want := range []string{"/Lang (fr-FR)", "/MarkInfo <</Marked true>>", "/StructTreeRoot", "/DisplayDocTitle true"} {
		if !strings.Contains(root, want) {
			t.Errorf("the catalogue lacks %s", want)
		}
	}
	owned := map[string]int{}
	roles := map[string]int{}
	for n, body := range o.bodies {
		m := structElem.FindSubmatch(body)
		if m == nil {
			continue
		}
		roles[string(m[1])]++
		parent := o.bodies[atoi(t, m[2])]
		if !bytes.Contains(parent, fmt.Appendf(nil, " %d 0 R ", n)) && !bytes.Contains(parent, fmt.Appendf(nil, "[%d 0 R ", n)) && string(m[1]) != "Document" {
			t.Errorf("element %d is not among its parent's", n)
		}
		for _, ref := range contentRef.FindAllSubmatch(body, -1) {
			owned[string(ref[1])+" "+string(ref[2])]++
		}
	}
	heads := regexp.MustCompile(`^<</Type /StructElem /S /TH .*/A <</O /Table /Scope /(Row|Column)>> /K`)
	for n, body := range o.bodies {
		if bytes.Contains(body, []byte("/S /TH ")) && !heads.Match(body) {
			t.Errorf("element %d heads neither a row nor a column", n)
		}
	}
	for _, role := range []string{"Document", "H1", "H2", "H3", "P", "L", "LI", "LBody", "Table", "TR", "TH", "TD"} {
		if roles[role] == 0 {
			t.Errorf("no element is %s", role)
		}
	}
	drawn := 0
	for _, n := range pagesOf(t, o) {
		contents := inflate(t, o.bodies[atoi(t, contentsRow.FindSubmatch(o.bodies[n])[1])])
		for _, m := range regexp.MustCompile(`/MCID (\d+)>> BDC`).FindAllStringSubmatch(contents, -1) {
			drawn++
			if key := fmt.Sprintf("%d %s", n, m[1]); owned[key] != 1 {
				t.Errorf("stretch %s belongs to %d elements", key, owned[key])
			}
		}
	}
	if drawn != len(owned) || drawn < 1000 {
		t.Errorf("%d stretches are drawn, %d are in the tree", drawn, len(owned))
	}
}

// Readers that are strict need every place to be exact.
func TestTableOfPlacesIsExact(t *testing.T) {
	pdf := print(t, receivedSheet())
	m := regexp.MustCompile(`\nxref\n0 (\d+)\n((?:\d{10} \d{5} [fn] \n)+)trailer\n<<.*>>\nstartxref\n(\d+)\n%%EOF\n$`).FindSubmatchIndex(pdf)
	if m == nil {
		t.Fatal("no table of places at the end")
	}
	rows, at := bytes.Split(bytes.TrimSuffix(pdf[m[4]:m[5]], []byte("\n")), []byte("\n")), atoi(t, pdf[m[6]:m[7]])
	if len(rows) != atoi(t, pdf[m[2]:m[3]]) || at != m[0]+1 {
		t.Errorf("%d rows; the table is said to be at %d and is at %d", len(rows), at, m[0]+1)
	}
	for n, row := range rows[1:] {
		if want := fmt.Appendf(nil, "\n%d 0 obj\n", n+1); !bytes.HasPrefix(pdf[atoi(t, row[:10])-1:], want) {
			t.Errorf("object %d is elsewhere", n+1)
		}
	}
}
