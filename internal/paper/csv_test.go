package paper

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func table(t testing.TB, header []string, rows ...[]string) string {
	t.Helper()
	var b bytes.Buffer
	if err := CSV(&b, header, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTableAsSpreadsheetsWantIt(t *testing.T) {
	got := table(t, []string{"Objet", "Reçue le"}, []string{"a;b \"c\"\nd", "2026-11-29 10:42"}, []string{"", "é"})
	want := "\uFEFFObjet;Reçue le\r\n\"a;b \"\"c\"\"\r\nd\";2026-11-29 10:42\r\n;é\r\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHarmless(t *testing.T) {
	for _, test := range []struct{ cell, want string }{
		{"", ""},
		{"Facture", "Facture"},
		{"a=b", "a=b"},
		{"=1+1", "'=1+1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"  =1+1", "'  =1+1"},
		{"\u00a0=1", "'\u00a0=1"},
		{"\uFEFF=1", "'\uFEFF=1"},
		{"\t=1", "'\t=1"},
		{"\r=1", "'\n=1"},
		{"＝1", "'＝1"},
		{"-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"},
		{"-1+1", "'-1+1"},
		{"-12,50", "-12,50"},
		{"-1\u202f240,00\u00a0€", "-1\u202f240,00\u00a0€"},
		{"-5 %", "-5 %"},
		{"- un point", "'- un point"},
		{"+33 1 23 45 67 89", "'+33 1 23 45 67 89"},
		{"'=1", "''=1"},
		{"'a", "'a"},
		{"a\x00b", "a␀b"},
		{"a\xffb", "a\uFFFDb"},
	} {
		got := Harmless(test.cell)
		if got != test.want {
			t.Errorf("Harmless(%q) = %q, want %q", test.cell, got, test.want)
		}
	}
}

func TestCell(t *testing.T) {
	if got := Cell(made, paris); got != "2026-11-29 10:42" {
		t.Errorf("got %q", got)
	}
	if got := Cell(time.Time{}, paris); got != "" {
		t.Errorf("no moment is %q", got)
	}
}

func TestTableErrors(t *testing.T) {
	t.Run("row of another width", func(t *testing.T) {
		err := CSV(io.Discard, []string{"a", "b"}, slices.Values([][]string{{"secret"}}))
		if !errors.Is(err, errWidth) || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("full disk ends the rows", func(t *testing.T) {
		n := 0
		err := CSV(full{}, []string{"a"}, func(yield func([]string) bool) {
			for range 1_000_000 {
				if n++; !yield([]string{"some text"}) {
					return
				}
			}
		})
		if !errors.Is(err, errFull) || n > 100_000 {
			t.Errorf("%v after %d rows", err, n)
		}
	})
}

// many makes rows one by one, as the store hands them out.
func many(n int) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for i := range n {
			row := []string{
				fmt.Sprintf("AS-2026-%06d", i), "Facture contestée ; troisième poste", "-12,50", "En cours",
				"2026-11-29 10:42", "Anne Morel", "=1+1", "Cabinet des Tilleuls",
			}
			if !yield(row) {
				return
			}
		}
	}
}

var columns = []string{"Numéro", "Objet", "Montant", "Statut", "Reçue le", "Auteur", "Note", "Cabinet"}

func TestRowsAreNotKept(t *testing.T) {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var most uint64
	n := 0
	err := CSV(io.Discard, columns, func(yield func([]string) bool) {
		for row := range many(100_000) {
			if n++; n%20_000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc)
			}
			if !yield(row) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if most > before.HeapAlloc+1<<20 {
		t.Errorf("100,000 rows hold %d bytes while they are written", most-before.HeapAlloc)
	}
}

// BenchmarkTable writes 100,000 rows, and the same with encoding/csv alone.
func BenchmarkTable(b *testing.B) {
	var ours, plain time.Duration
	for b.Loop() {
		start := time.Now()
		if err := CSV(io.Discard, columns, many(100_000)); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(start)
		start = time.Now()
		w := csv.NewWriter(io.Discard)
		w.Comma, w.UseCRLF = ';', true
		for row := range many(100_000) {
			if err := w.Write(row); err != nil {
				b.Fatal(err)
			}
		}
		w.Flush()
		plain += time.Since(start)
	}
	b.ReportMetric(float64(ours)/float64(plain), "ours/plain")
}

func FuzzTable(f *testing.F) {
	for _, s := range []string{"", "=1+1", "'=1", "''", " -5", "-5", "a\r\nb", "\r", "\x00", "\xff", `"`, ";", `\.`, "\uFEFF=", "''-1\n"} {
		f.Add(s, "b", s)
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		want := []string{a, b, c}
		one := table(t, []string{c}, []string{a}, []string{b})
		out := table(t, []string{"1", "2", "3"}, want, []string{c, a, b})
		for doc, rows := range map[string][][]string{out: {{"1", "2", "3"}, want, {c, a, b}}, one: {{c}, {a}, {b}}} {
			if !utf8.ValidString(doc) || strings.ContainsRune(doc, 0) || strings.Contains(strings.ReplaceAll(doc, "\r\n", ""), "\n") {
				t.Fatalf("not a clean text: %q", doc)
			}
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(doc, "\uFEFF")))
			r.Comma = ';'
			got, err := r.ReadAll()
			if err != nil {
				t.Fatalf("read back: %v: %q", err, doc)
			}
			if len(got) != len(rows) {
				t.Fatalf("%d rows came back of %d: %q", len(got), len(rows), doc)
			}
			for i, row := range rows {
				for n, cell := range row {
					if dangerous(got[i][n]) {
						t.Errorf("a cell begins like a formula: %q", got[i][n])
					}
					if back := Text(got[i][n]); back != expected(cell) {
						t.Errorf("%q came back as %q", cell, back)
					}
				}
			}
		}
	})
}

var (
	begins  = regexp.MustCompile(`^[\pZ\p{Cc}\p{Cf}\s]*[-=+@＝＋－＠]`)
	broken  = regexp.MustCompile(`^[\pZ\p{Cc}\p{Cf}\s]*[\t\r\n]`)
	numeric = regexp.MustCompile(`^-[0-9., \x{a0}\x{202f}]*[€%]?$`)
)

// dangerous says in other words than the code what no cell may be.
func dangerous(cell string) bool {
	return broken.MatchString(cell) || begins.MatchString(cell) && !numeric.MatchString(cell)
}

// expected is what comes back of a cell: all of it but NUL, broken UTF-8, and
// the kind of its line ends.
func expected(cell string) string {
	cell = strings.ReplaceAll(strings.ToValidUTF8(cell, "\uFFFD"), "\x00", "␀")
	return strings.ReplaceAll(strings.ReplaceAll(cell, "\r\n", "\n"), "\r", "\n")
}
