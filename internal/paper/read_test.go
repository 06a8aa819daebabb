package paper

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// run is a marked stretch of a page as it was drawn.
type run struct {
	page     int
	y        float64 // from the bottom
	role     string
	artifact bool
	text     string
}

var (
	contentsRow = regexp.MustCompile(`/Contents (\d+) 0 R`)
	actualText  = regexp.MustCompile(`^/Span <</ActualText <FEFF([0-9A-F]*)>>> BDC`)
	marking     = regexp.MustCompile(`^/(\w+) (?:BMC|<<.*>> BDC)$`)
	drawing     = regexp.MustCompile(`BT (-?[0-9.]+) (-?[0-9.]+) Td \(`)
)

// read takes a document apart by its content streams, without any library:
// what is drawn, in the order in which it is drawn.
func read(t testing.TB, pdf []byte) []run {
	t.Helper()
	o, err := parse(pdf)
	if err != nil {
		t.Fatal(err)
	}
	var runs []run
	for page, n := range pagesOf(t, o) {
		m := contentsRow.FindSubmatch(o.bodies[n])
		if m == nil {
			t.Fatalf("page %d has no content", page+1)
		}
		runs = append(runs, draw(t, page+1, inflate(t, o.bodies[atoi(t, m[1])]))...)
	}
	return runs
}

func pagesOf(t testing.TB, o objects) []int {
	t.Helper()
	var pages []int
	for _, m := range regexp.MustCompile(`(\d+) 0 R`).FindAllSubmatch(kidsRow.Find(o.bodies[1]), -1) {
		pages = append(pages, atoi(t, m[1]))
	}
	return pages
}

func atoi(t testing.TB, digits []byte) int {
	t.Helper()
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func inflate(t testing.TB, object []byte) string {
	t.Helper()
	_, body, ok := bytes.Cut(object, []byte("stream\n"))
	if !ok {
		t.Fatal("an object is no stream")
	}
	z, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func draw(t testing.TB, page int, content string) []run {
	t.Helper()
	var runs []run
	var open []run // marked stretches that have not ended
	stood := false
	for content != "" {
		if m := drawing.FindStringSubmatchIndex(content); m != nil && !strings.Contains(content[:m[0]], "\n") {
			y, _ := strconv.ParseFloat(content[m[4]:m[5]], 64)
			text, rest := literal(content[m[1]:])
			if len(open) == 0 {
				t.Fatalf("page %d draws text outside of any marked stretch", page)
			}
			now := &open[len(open)-1]
			if now.y = y; !stood {
				now.text += text
			}
			_, content, _ = strings.Cut(rest, "\n")
			continue
		}
		var row string
		row, content, _ = strings.Cut(content, "\n")
		switch {
		case actualText.MatchString(row):
			open[len(open)-1].text += fromHex(t, actualText.FindStringSubmatch(row)[1])
			stood = true
		case marking.MatchString(row):
			role := marking.FindStringSubmatch(row)[1]
			open = append(open, run{page: page, role: role, artifact: role == "Artifact"})
		case row == "EMC" && stood:
			stood = false
		case row == "EMC":
			last := open[len(open)-1]
			open = open[:len(open)-1]
			if last.text != "" {
				runs = append(runs, last)
			}
		}
	}
	if len(open) > 0 {
		t.Fatalf("page %d ends within a marked stretch", page)
	}
	return runs
}

// literal reads a string of UTF-16 up to its bracket.
func literal(s string) (text, rest string) {
	var raw []byte
	i := 0
	for ; s[i] != ')'; i++ {
		if s[i] == '\\' {
			i++
			if s[i] == 'r' {
				raw = append(raw, '\r')
				continue
			}
		}
		raw = append(raw, s[i])
	}
	var units []uint16
	for n := 0; n+1 < len(raw); n += 2 {
		units = append(units, uint16(raw[n])<<8|uint16(raw[n+1]))
	}
	return string(utf16.Decode(units)), s[i:]
}

func fromHex(t testing.TB, s string) string {
	t.Helper()
	var units []uint16
	for ; len(s) >= 4; s = s[4:] {
		u, err := strconv.ParseUint(s[:4], 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, uint16(u))
	}
	return string(utf16.Decode(units))
}

// story is what is read out: the text of all that is no artifact. What was
// broken into lines is one text again.
func story(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		if !r.artifact {
			b.WriteString(r.text)
			if !strings.HasSuffix(r.text, " ") {
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// listing shows pages line by line, each with what it is, for golden files.
// Narrow no-break spaces are shown as ~.
func listing(runs []run) string {
	var b strings.Builder
	page := 0
	for _, r := range runs {
		if r.page != page {
			page = r.page
			fmt.Fprintf(&b, "--- page %d\n", page)
		}
		fmt.Fprintf(&b, "%-10s %s\n", r.role, strings.TrimRight(strings.ReplaceAll(r.text, thin, "~"), " "))
	}
	return b.String()
}
