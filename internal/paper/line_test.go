package paper

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// odd texts are what breaks lines, fonts and encodings.
var odd = []string{
	"", " ", "a", "« oui » !", "👩‍👩‍👧🇫🇷🇫", "e\u0301\u0301", "\xff\x00)\\(", "\u202E\u200D", "  x\r\n\r\ny", strings.Repeat("x", 900),
	"\u0628\u05D0", "\U0010FFFF\uFFFF\uFFFE", "\r\r\n\n", "\\\r(", "日本語のとても長い文章" + strings.Repeat("字", 300), strings.Repeat("« a ! ", 90),
}

func setting() *press { return newPress(vocabulary["fr"], made, "essai") }

// shown is the text of lines, one below the other.
func shown(lines []line) []string {
	var out []string
	for _, l := range lines {
		var b strings.Builder
		for _, a := range l.atoms {
			b.WriteRune(a.r)
		}
		out = append(out, b.String())
	}
	return out
}

func TestLines(t *testing.T) {
	p := setting()
	for _, test := range []struct {
		name, text string
		width      float64 // in units of the size of the type
		want       []string
	}{
		{"OK", "un deux trois", 5, []string{"un deux", "trois"}},
		{"line ends are kept", "un\r\n\r\ndeux\r", 9, []string{"un", "", "deux"}},
		{"no sign at the beginning of a line", "oui non !", 3.3, []string{"oui", "non !"}},
		{"no quotation mark at the end of a line", "a dit « oui » fort", 4, []string{"a dit", "« oui »", "fort"}},
		{"no-break spaces hold", "à 10\u00a0h\u00a042 dit", 3.9, []string{"à", "10 h 42", "dit"}},
		{"long word at a slash", "chemin/dossier/fichier", 8, []string{"chemin/dossier/", "fichier"}},
		{"long word anywhere", strings.Repeat("x", 12), 2.6, []string{"xxxxx", "xxxxx", "xx"}},
		{"joined letters come apart", "ﬁn", 9, []string{"fin"}},
		{"accents are joined", "e\u0301", 9, []string{"é"}},
		{"one box for one sign", "a👩‍👩‍👧b🇫🇷👍🏽", 9, []string{"a□b□□"}},
		{"marks without a look", "a\u200b\u202eb\u00ad\ufeffc", 9, []string{"abc"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := shown(p.regular.wrap(test.text, test.width, p.has)); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// FuzzLines breaks any text: no line is wider than its column, nothing is
// lost, and nothing is drawn that the face lacks.
func FuzzLines(f *testing.F) {
	for _, s := range odd {
		f.Add(s, uint8(len(s)))
	}
	p := setting()
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		width := 0.5 + float64(n)/5
		var back strings.Builder
		for _, l := range p.bold.wrap(text, width, p.has) {
			if len(l.atoms) > 1 && p.bold.span(l) > width {
				t.Errorf("%q is wider than %g", shown([]line{l}), width)
			}
			for _, a := range l.atoms {
				if !p.has[a.r] {
					t.Errorf("%q is drawn, which the face lacks", a.r)
				}
				if a.lost != "" {
					back.WriteString(a.lost)
				} else {
					back.WriteRune(a.r)
				}
			}
		}
		if bare(back.String()) != bare(text) {
			t.Errorf("%q became %q", text, back.String())
		}
	})
}

func TestMoments(t *testing.T) {
	plain := func(s string) string { return strings.ReplaceAll(s, nb, " ") }
	for lang, want := range map[string][2]string{
		"fr": {"29 novembre 2026 à 10 h 42", "1er février 2027 à 0 h 05"},
		"en": {"29 November 2026 at 10:42", "1 February 2027 at 00:05"},
	} {
		moment := vocabulary[lang].moment
		if got := plain(moment(made.In(paris))); got != want[0] {
			t.Errorf("got %q, want %q", got, want[0])
		}
		if got := plain(moment(time.Date(2027, 2, 1, 0, 5, 0, 0, paris))); got != want[1] {
			t.Errorf("got %q, want %q", got, want[1])
		}
	}
}

func TestSizes(t *testing.T) {
	for _, test := range []struct {
		bytes           int64
		french, british string
	}{
		{0, "0 octet", "0 bytes"}, {1, "1 octet", "1 byte"}, {1023, "1023 octets", "1023 bytes"}, {1024, "1 ko", "1 KB"},
		{1_263_000, "1,2 Mo", "1.2 MB"}, {2 << 20, "2 Mo", "2 MB"}, {300 << 20, "300 Mo", "300 MB"}, {5 << 40, "5120 Go", "5120 GB"},
	} {
		if got := strings.ReplaceAll(frenchSize(test.bytes), nb, " "); got != test.french {
			t.Errorf("%d: got %q, want %q", test.bytes, got, test.french)
		}
		if got := strings.ReplaceAll(englishSize(test.bytes), nb, " "); got != test.british {
			t.Errorf("%d: got %q, want %q", test.bytes, got, test.british)
		}
	}
}
