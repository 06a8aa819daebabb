package invoice_test

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/reader/invoice"
	"guichet/internal/reader/pdf"
	"guichet/internal/reader/pdf/pdftest"
)

// fromPDF reads the invoice that a PDF carries, and the text of its pages.
func fromPDF(t *testing.T, data []byte) (desk.Invoice, string, error) {
	t.Helper()
	d, err := pdftest.Engine(t).Open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	carried, err := d.Files()
	if err != nil {
		t.Fatal(err)
	}
	var files []invoice.File
	for _, f := range carried {
		if f.Err != nil {
			t.Errorf("%s: %v", f.Name, f.Err)
		}
		files = append(files, invoice.File{Name: f.Name, Data: f.Data})
	}
	var text strings.Builder
	for n := 1; n <= d.Pages(); n++ {
		page, err := d.Page(n)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(page.Text + "\n" + page.Notes + "\n")
		if n == 1 {
			drawn(t, d)
		}
	}
	got, err := invoice.FromFiles(files)
	return got, text.String(), err
}

// drawn draws the first page, and looks whether there is anything on it.
func drawn(t *testing.T, d *pdf.Doc) {
	t.Helper()
	picture, err := d.Picture(1, 100, 4<<20)
	if err != nil {
		t.Error(err)
		return
	}
	light, dark := 0, 0
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			if r, _, _, _ := picture.At(x, y).RGBA(); r > 0xc000 {
				light++
			} else {
				dark++
			}
		}
	}
	if light == 0 || dark == 0 {
		t.Errorf("the first page has %d light pixels and %d dark ones", light, dark)
	}
}

func TestFacturX(t *testing.T) {
	for name, c := range map[string]struct{ version, file, data string }{
		"FacturX":      {"1.7", "factur-x.xml", cii2("380")},
		"XRechnungUBL": {"1.6", "xrechnung.xml", ubl("Invoice", "380")},
		"ZUGFeRD1":     {"1.4", "ZUGFeRD-invoice.xml", zugferd1},
		"OldHeader":    {"1.x", "factur-x.xml", cii2("380")},
		"OldestHeader": {"1.0", "zugferd-invoice.xml", zugferd1},
		"AnyName":      {"1.7", "données.xml", cii2("380")},
	} {
		t.Run(name, func(t *testing.T) {
			for _, packed := range []bool{false, true} {
				f := pdftest.File{Version: c.version, Packed: packed}
				f.Page(pdftest.Lines("Facture"), "", "")
				f.Attach(c.file, []byte(c.data))
				if got, _, err := fromPDF(t, f.Bytes()); err != nil || got != said {
					t.Errorf("packed %v: %+v, %v", packed, got, err)
				}
			}
		})
	}
	t.Run("BehindAnOwnersPassword", func(t *testing.T) {
		data := pdftest.Encrypted(pdftest.Attached("factur-x.xml", []byte(cii2("380"))), "", "secret")
		if got, _, err := fromPDF(t, data); err != nil || got != said {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// samples is the folder of invoices that others made; it lies beside the repository.
func samples(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no module around this test")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "testdata", "invoices")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no sample invoices beside the repository")
	}
	return dir
}

// onPaper are numbers that samples show, where their data say another or nothing.
var onPaper = map[string]string{
	"acme_invoice-42_ZUGFeRD.pdf":                             "42",
	"MustangGnuaccountingBeispielRE-20201121_508_withBOM.pdf": "RE-20190610/507",
	"RE-E-974-Hetzner_2016-01-19_R0005532486.pdf":             "R0005532486",
}

func TestSamples(t *testing.T) {
	dir := samples(t)
	table, err := os.Open(filepath.Join(dir, "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	lines := csv.NewReader(table)
	lines.Comma = '\t'
	rows, err := lines.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const samples = 14
	if len(rows) != samples+1 {
		t.Errorf("%d samples", len(rows)-1)
	}
	for _, row := range rows[1:] {
		t.Run(row[0], func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, row[0]))
			if err != nil {
				t.Fatal(err)
			}
			got, text, err := fromPDF(t, data)
			if row[1] == "NONE" {
				if !errors.Is(err, invoice.ErrNoInvoice) || got != (desk.Invoice{}) {
					t.Errorf("%+v, %v", got, err)
				}
			} else if err != nil || got.Number != row[2] || got.Order != row[3] || got.Seller != row[4] || !got.Sure || got.Credit != strings.HasPrefix(row[0], "Avoir") {
				t.Errorf("%+v, %v", got, err)
			}
			want := row[2]
			if paper, ok := onPaper[row[0]]; ok {
				want = paper
			}
			guess, ok := invoice.Guess(text, row[0])
			if guess.Number != "" && guess.Number != want || guess.Sure || guess.Credit && !got.Credit {
				t.Errorf("guessed %+v, %v", guess, ok)
			}
			for _, f := range privacy.Scan(text) {
				if f.Kind != privacy.KindIBAN {
					t.Errorf("an invoice of a firm is said to hold %s", f.Kind)
				}
			}
		})
	}
}
