package paper

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write the golden files anew, and the documents beside them into the folder of PAPERS")

func print(t testing.TB, s Sheet) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := PDF(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sheets() map[string]Sheet {
	return map[string]Sheet{"local": localSheet(), "received": receivedSheet(), "english": english(receivedSheet())}
}

func TestPagesReadAsBefore(t *testing.T) {
	for name, s := range sheets() {
		t.Run(name, func(t *testing.T) {
			pdf := print(t, s)
			got := listing(read(t, pdf))
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				if dir := os.Getenv("PAPERS"); dir != "" {
					if err := os.WriteFile(filepath.Join(dir, name+".pdf"), pdf, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.ReplaceAll(string(want), "\r\n", "\n"); got != want {
				t.Errorf("the pages read differently (go test -update writes them anew):\n%s", got)
			}
		})
	}
}

func TestOnlyAReceiptSaysThatItWasSent(t *testing.T) {
	proof := map[string][2]string{
		"fr": {"Ce document ne prouve pas que la demande est arrivée.", "Transmise sous le n° AS-2026-000012"},
		"en": {"This document does not prove that the request has arrived.", "Sent under no. AS-2026-000012"},
	}
	for lang, says := range proof {
		s := localSheet()
		s.Lang = lang
		for name, local := range map[string]*Local{"saved": s.Local, "nothing known": nil, "no time known": {}} {
			s.Local, s.Receipt = local, nil
			text := story(read(t, print(t, s)))
			if !strings.Contains(text, says[0]) || strings.Contains(text, says[1]) || !strings.Contains(text, vocabulary[lang].local) {
				t.Errorf("%s, %s: the paper does not say that it proves nothing:\n%s", lang, name, text)
			}
			s.Receipt = &Receipt{Number: "AS-2026-000012", At: made}
			text = story(read(t, print(t, s)))
			if strings.Contains(text, says[0]) || !strings.Contains(text, says[1]) || strings.Contains(text, vocabulary[lang].local) {
				t.Errorf("%s, %s: the paper does not say what was received:\n%s", lang, name, text)
			}
		}
	}
}

func TestPendingMessagesAreMarked(t *testing.T) {
	s := localSheet()
	s.Messages = []Message{{Author: "A", Pending: true, At: made}, {Author: "B", At: made}}
	if n := strings.Count(story(read(t, print(t, s))), "pas encore envoyée"); n != 1 {
		t.Errorf("%d messages of one are marked", n)
	}
}

func TestSameSheetSameBytes(t *testing.T) {
	want := print(t, receivedSheet())
	for range 8 {
		if !bytes.Equal(print(t, receivedSheet()), want) {
			t.Fatal("the same sheet gave other bytes")
		}
	}
	later := receivedSheet()
	later.Made = later.Made.Add(time.Second)
	if bytes.Equal(print(t, later), want) {
		t.Error("another time gave the same bytes")
	}
}

func TestOnePageIsSmall(t *testing.T) {
	if n := len(print(t, localSheet())); n > 60_000 {
		t.Errorf("one page takes %d bytes", n)
	}
}

// bare is a text without what paper may change: spaces, line ends, and
// characters that have no look.
func bare(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
			return -1
		}
		return r
	}, clean(s)))
}

// texts is all that a sheet says.
func texts(s Sheet) []string {
	all := []string{s.Title, s.Status, s.Priority, s.Practice, s.Type, s.Category, s.Author}
	for _, f := range s.Fields {
		all = append(all, f.Label, f.Value)
	}
	for _, p := range s.Life {
		all = append(all, p.Label)
	}
	files := s.Files
	for _, m := range s.Messages {
		all = append(all, m.Author)
		files = append(files, m.Files...)
		for _, b := range m.Blocks {
			all = append(all, b.Text, b.Marker)
			if len(b.Cells) < 15 {
				all = append(all, b.Cells...)
			}
		}
	}
	for _, f := range files {
		all = append(all, f.Name, f.SHA256)
	}
	return all
}

func TestNothingIsLostOnPaper(t *testing.T) {
	hard := hardSheet()
	if *update && os.Getenv("PAPERS") != "" {
		if err := os.WriteFile(filepath.Join(os.Getenv("PAPERS"), "hard.pdf"), print(t, hard), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range map[string]Sheet{"received": receivedSheet(), "hard": hard, "empty": {Lang: "fr", Made: made}} {
		text := bare(story(read(t, print(t, s))))
		for _, want := range texts(s) {
			if !strings.Contains(text, bare(want)) {
				t.Errorf("%s: %.80q is not on the paper", name, want)
			}
		}
	}
}

func TestEveryPageNamesThePaper(t *testing.T) {
	pdf := print(t, hardSheet())
	feet := map[int]string{}
	pages := 0
	for _, r := range read(t, pdf) {
		pages = r.page
		switch margin := r.y < pageHeight-bottom; {
		case margin && r.artifact:
			feet[r.page] += r.text
		case margin:
			t.Errorf("text in the margin of page %d: %.40q", r.page, r.text)
		}
	}
	if pages < 40 {
		t.Fatalf("only %d pages", pages)
	}
	for n := 1; n <= pages; n++ {
		want := fmt.Sprintf("Guichet · Demande AS-2026-000012 · Établi le 29 novembre 2026 à 10 h 42page %d sur %d", n, pages)
		if feet[n] != want {
			t.Errorf("foot of page %d is %q", n, feet[n])
		}
	}
}

// A text that grows line by line moves every heading, and the lines of
// another text, past every place of a page, the last ones too.
func TestNoHeadingAndNoLineStandsAlone(t *testing.T) {
	s := receivedSheet()
	s.Fields = append([]Field{{}, {}}, s.Fields...)
	broken := 0
	for filler := range 45 {
		s.Fields[0] = Field{"Contexte", strings.Repeat("ligne\n", filler+5) + "fin"}
		s.Fields[1] = Field{"Texte", strings.Repeat("motif ", 60+filler)}
		last, lines := map[int]run{}, map[int]int{}
		pages := 0
		for _, r := range read(t, print(t, s)) {
			if r.artifact {
				continue
			}
			last[r.page] = r
			pages = r.page
			if strings.Contains(r.text, "motif") {
				lines[r.page]++
			}
		}
		for n := 1; n < pages; n++ {
			if r := last[n]; strings.HasPrefix(r.role, "H") || r.role == "TH" {
				t.Errorf("%d lines before: page %d ends with %s %q", filler, n, r.role, r.text)
			}
		}
		for page, n := range lines {
			if n == 1 {
				t.Errorf("%d lines before: one line of a text stands alone on page %d", filler, page)
			}
		}
		broken += len(lines) - 1
	}
	if broken == 0 {
		t.Error("no text went over the end of a page")
	}
}

func TestHeadOfATableComesAgain(t *testing.T) {
	again := 0
	for _, r := range read(t, print(t, hardSheet())) {
		if r.artifact && r.y > pageHeight-bottom && strings.Contains(r.text, "Libellé") {
			again++
		}
	}
	if again < 3 {
		t.Errorf("the head of a table on four pages or more came again %d times", again)
	}
}

func TestMetadataHoldsNoContent(t *testing.T) {
	o, err := parse(print(t, receivedSheet()))
	if err != nil {
		t.Fatal(err)
	}
	utf16 := func(s string) string {
		var b strings.Builder
		b.WriteString("\xFE\xFF")
		for _, r := range s {
			b.WriteByte(byte(r >> 8))
			b.WriteByte(byte(r))
		}
		return b.String()
	}
	want := "<<\n/Producer (" + utf16("Guichet") + ")\n/Title (" + utf16("Demande AS-2026-000012") +
		")\n/CreationDate (D:20261129104217+01'00')\n/ModDate (D:20261129104217+01'00')\n>>\nendobj\n"
	if got := string(o.bodies[o.info]); got != want {
		t.Errorf("metadata are %q", got)
	}
}

var errFull = errors.New("no space left")

// full is a disk that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestErrors(t *testing.T) {
	untimed, speechless := localSheet(), localSheet()
	untimed.Made = time.Time{}
	speechless.Lang = "de"
	for name, test := range map[string]struct {
		w     io.Writer
		sheet Sheet
		want  error
	}{
		"no time":     {io.Discard, untimed, errNoTime},
		"no language": {io.Discard, speechless, errNoText},
		"full disk":   {full{}, localSheet(), errFull},
	} {
		if err := PDF(test.w, test.sheet); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Any text may stand anywhere.
func TestAnyTextAnywhere(t *testing.T) {
	for n, text := range odd {
		s := localSheet()
		s.Title, s.Practice, s.Fields[n%4] = text, text, Field{text, text}
		s.Life[n%5].Label = text
		s.Files[0].Name = text
		s.Local.ID = text
		s.Messages = []Message{{Author: text, Support: n&1 == 0, Pending: n&2 == 0, Files: s.Files, Blocks: []Block{
			{Text: text}, {Kind: HeadRow, Cells: []string{text, "b"}}, {Kind: Row, Cells: []string{"a", text, text}},
			{Kind: Item, Marker: text, Text: text, Depth: n - 5}, {Kind: Quote, Text: text}, {Kind: Heading, Text: text},
		}}}
		got := bare(story(read(t, print(t, s))))
		for _, want := range texts(s) {
			if !strings.Contains(got, bare(want)) {
				t.Errorf("%.80q is not on the paper", want)
			}
		}
	}
}
