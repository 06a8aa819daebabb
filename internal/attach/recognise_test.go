package attach_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"guichet/internal/attach"
	"guichet/internal/reader/invoice"
)

// office is a zip of empty parts, in this order, its head only. A part named
// "…" is one that fills the head.
func office(tb testing.TB, parts ...string) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, name := range parts {
		body := []byte("<xml/>")
		if long, ok := strings.CutSuffix(name, "…"); ok {
			name, body = long, bytes.Repeat([]byte("x"), attach.HeadSize)
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := f.Write(body); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return head(buf.Bytes())
}

func head(b []byte) []byte { return b[:min(len(b), attach.HeadSize)] }

// oldOffice is the head of a compound file whose directory stands beyond it.
func oldOffice() []byte {
	b := make([]byte, attach.HeadSize)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(b[24:], 0x3e)
	binary.LittleEndian.PutUint16(b[26:], 3)
	binary.LittleEndian.PutUint16(b[28:], 0xfffe)
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint16(b[32:], 6)
	binary.LittleEndian.PutUint32(b[48:], 5000)
	return b
}

func TestRecognise(t *testing.T) {
	const (
		docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		ole  = "application/x-ole-storage"
		exe  = "application/vnd.microsoft.portable-executable"
	)
	program := append([]byte("MZ\x90\x00"), make([]byte, 200)...)
	const types, xmlHead = "[Content_Types].xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	wide := func(s string) []byte {
		out := []byte{0xff, 0xfe}
		for _, c := range s {
			out = append(out, byte(c), 0)
		}
		return out
	}
	tests := map[string]struct {
		name string
		head []byte
		want string
	}{
		"OKEmpty":            {"a.pdf", nil, ""},
		"OKPDF":              {"a.pdf", []byte("%PDF-1.4\n%âãÏÓ\n"), "application/pdf"},
		"OKPNG":              {"a.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "image/png"},
		"OKJPEG":             {"a.jpg", []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), "image/jpeg"},
		"OKDocx":             {"a.docx", office(t, types, "_rels/.rels", "word/document.xml"), docx},
		"OKDocxTypesLast":    {"a.docx", office(t, "_rels/.rels", "docProps/app.xml", "word/document.xml", types), docx},
		"OKDocxPartBeyond":   {"a.DOCX", office(t, types+"…", "word/document.xml"), docx},
		"OKDocxTypesSecond":  {"a.docx", office(t, "media/logo.png", types+"…", "word/document.xml"), docx},
		"OKXlsx":             {"a.xlsx", office(t, types, "_rels/.rels", "xl/workbook.xml"), xlsx},
		"OKXlsxTypesLast":    {"a.xlsx", office(t, "_rels/.rels", "xl/workbook.xml", types), xlsx},
		"OKXlsxPartBeyond":   {"a.xlsx", office(t, types+"…", "xl/workbook.xml"), xlsx},
		"OtherDocxAsXlsx":    {"a.xlsx", office(t, types, "word/document.xml"), docx},
		"OtherZipAsDocx":     {"a.docx", office(t, "virus.exe"), "application/zip"},
		"OtherOfficeAsPDF":   {"a.pdf", office(t, types+"…", "word/document.xml"), "application/zip"},
		"OKDoc":              {"a.doc", oldOffice(), ole},
		"OKXls":              {"a.XLS", oldOffice(), ole},
		"OtherOleAsPDF":      {"a.pdf", oldOffice(), ole},
		"OtherProgramAsPDF":  {"facture.pdf", program, exe},
		"OtherProgramAsDoc":  {"facture.doc", program, exe},
		"OtherProgramAsText": {"facture.txt", program, exe},
		"OtherHTMLAsPDF":     {"a.pdf", []byte("<html><script>alert(1)</script>"), "text/html"},
		"OKText":             {"a.txt", []byte("Bonjour,\r\nmerci pour tout.\r\n"), "text/plain"},
		"OKTextOldEncoding":  {"a.txt", []byte("re\xe7u le 3, pay\xe9\n"), "text/plain"},
		"OKTextUTF16":        {"a.txt", []byte("\xff\xfeb\x00o\x00n\x00"), "text/plain"},
		// A letter whose lines have a comma each looks like a table.
		"OKTextCommas":     {"a.txt", []byte("Bonjour, madame\nMerci, au revoir\n"), "text/plain"},
		"OKTextTabs":       {"a.txt", []byte("Nom\tPrix\nFacture\t12\n"), "text/plain"},
		"OKCSV":            {"a.csv", []byte("nom,prix\nfacture,12\n"), "text/csv"},
		"OKCSVFrench":      {"a.csv", []byte("nom;prix\nreçu;12,50\n"), "text/csv"},
		"OKCSVTabs":        {"a.csv", []byte("nom\tprix\nfacture\t12\n"), "text/csv"}, // as Excel writes it
		"OKCSVOneCell":     {"a.csv", []byte("nom\n"), "text/csv"},
		"OtherCSVName":     {"a.pdf", []byte("nom,prix\nfacture,12\n"), "text/csv"},
		"OKInvoiceCII":     {"a.xml", []byte(xmlHead + "<!-- export -->\n" + `<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">`), invoice.MediaCII},
		"OKInvoiceZUGFeRD": {"a.xml", []byte(`<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0">`), invoice.MediaCII},
		"OKInvoiceUBL":     {"a.XML", []byte("\ufeff" + xmlHead + `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">`), invoice.MediaUBL},
		"OKCreditNoteUBL":  {"a.xml", []byte(`<n:CreditNote xmlns:n="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2">`), invoice.MediaUBL},
		"OKInvoiceUTF16":   {"a.xml", wide(xmlHead + `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">`), invoice.MediaUBL},
		"OtherOrderUBL":    {"a.xml", []byte(xmlHead + `<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2">`), "text/xml"},
		"OtherRootAlike":   {"a.xml", []byte(xmlHead + `<Invoice xmlns="urn:mine">`), "text/xml"},
		"OtherInner":       {"a.xml", []byte(xmlHead + `<a><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">`), "text/xml"},
		"OtherEntities":    {"a.xml", []byte(xmlHead + `<!DOCTYPE a [<!ENTITY b "c">]><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">`), "text/xml"},
		"OtherBareXML":     {"a.xml", []byte(`<a xmlns="urn:mine">`), "text/xml"},
		"OtherPDFAsXML":    {"a.xml", []byte("%PDF-1.4\n"), "application/pdf"},
		"OtherBytes":       {"a.pdf", []byte{0, 1, 2, 3, 4, 5}, "application/octet-stream"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := attach.Recognise(tt.name, tt.head); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
