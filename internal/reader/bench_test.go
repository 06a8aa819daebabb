package reader

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/reader/pdf/pdftest"
	"guichet/internal/reader/readertest"
)

// BenchmarkPDF is a PDF file of 20 MB of text looked through by the child, from its
// start to its end, against pdftotext of the same file, in turns.
func BenchmarkPDF(b *testing.B) {
	other, err := exec.LookPath("pdftotext")
	if err != nil {
		b.Skip("there is no pdftotext here (poppler-utils)")
	}
	data := textPDF(20 << 20)
	path := filepath.Join(b.TempDir(), "file.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	r := real(b)
	r.Time = 10 * time.Minute // it is measured, not bounded
	var ours, theirs []float64
	for b.Loop() {
		begin := time.Now()
		if err := exec.CommandContext(b.Context(), other, path, os.DevNull).Run(); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if got := read(b, r, "file.pdf", data); len(got.Unread) > 0 || len(got.Findings) != 1 {
			b.Fatalf("%+v", got)
		}
		theirs = append(theirs, middle.Sub(begin).Seconds())
		ours = append(ours, time.Since(middle).Seconds())
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	mine, base := ours[len(ours)/2], theirs[len(theirs)/2]
	b.ReportMetric(mine, "child-s")
	b.ReportMetric(base, "pdftotext-s")
	b.ReportMetric(base/mine, "speed/pdftotext")
	b.ReportMetric(slices.Min(theirs)/slices.Min(ours), "best/best")
}

// textPDF is a file of so many bytes of the texts of an office. On its last page stands
// a number that is to be found: all of it was read.
func textPDF(size int) []byte {
	words := strings.Fields("le la les de du nous vous votre facture commande contrat cabinet accueil poste lecteur logiciel version installation " +
		"montant maintenance mensuelle règlement échéance courrier réclamation technicien intervention sauvegarde serveur imprimante sans avec pour " +
		"depuis avant après ordonnance patient praticien secrétariat module télétransmission, mise à jour. prévue confirmée annulée reportée")
	r := rand.New(rand.NewPCG(1, 1))
	var f pdftest.File
	for made := 0; made < size; {
		var text strings.Builder
		for range 60 {
			for range 14 {
				text.WriteString(words[r.IntN(len(words))] + " ")
			}
			fmt.Fprintf(&text, "%d\n", r.IntN(100_000))
		}
		content := pdftest.Lines(text.String())
		f.Page(content, "", "")
		made += len(content) + 250
	}
	f.Page(pdftest.Lines("NIR "+readertest.NIR(7)), "", "")
	return f.Bytes()
}
