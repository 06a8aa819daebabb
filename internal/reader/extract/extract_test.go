package extract_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/reader/extract"
	"guichet/internal/reader/readertest"
)

// taken is a sink that keeps everything, and looks for numbers as the reader does.
type taken struct {
	pieces  []extract.Piece
	numbers map[string]desk.Place // by their last three characters
	formats map[desk.Place]privacy.Format
	unread  []desk.Unread
	pdfs    []desk.Place
	media   map[desk.Place]string
	xml     []desk.Place
}

func (s *taken) Text(p extract.Piece) {
	s.pieces = append(s.pieces, p)
	for _, f := range privacy.Scan(p.Text) {
		if _, ok := s.numbers[f.Tail]; !ok && f.Kind == privacy.KindNIR {
			s.numbers[f.Tail] = p.At(f.Start)
		}
	}
}
func (s *taken) Format(place desk.Place, f privacy.Format)        { s.formats[place] = f }
func (s *taken) Unread(u desk.Unread)                             { s.unread = append(s.unread, u) }
func (s *taken) PDF(place desk.Place, _ []byte)                   { s.pdfs = append(s.pdfs, place) }
func (s *taken) Picture(place desk.Place, media string, _ []byte) { s.media[place] = media }
func (s *taken) XML(place desk.Place, _ []byte)                   { s.xml = append(s.xml, place) }

func (s *taken) text() string {
	var b strings.Builder
	for _, p := range s.pieces {
		b.WriteString(p.Text[p.Again:])
		b.WriteString("\n")
	}
	return b.String()
}

func read(tb testing.TB, name string, data []byte) *taken {
	tb.Helper()
	s := &taken{numbers: map[string]desk.Place{}, formats: map[desk.Place]privacy.Format{}, media: map[desk.Place]string{}}
	extract.Read(tb.Context(), name, data, s)
	return s
}

// where is the place of a number, or of one without its key: only the last characters
// of what is found are known.
func (s *taken) where(number string) (desk.Place, bool) {
	for tail, place := range s.numbers {
		if tail = strings.ReplaceAll(tail, " ", ""); strings.HasSuffix(number, tail) || strings.HasSuffix(number[:13], tail) {
			return place, true
		}
	}
	return desk.Place{}, false
}

var nir = readertest.NIR(1)

func spaced(n string) string {
	return n[:1] + " " + n[1:3] + " " + n[3:5] + " " + n[5:7] + " " + n[7:10] + " " + n[10:13] + " " + n[13:]
}

func TestRead(t *testing.T) {
	for name, c := range formats() {
		t.Run(name, func(t *testing.T) {
			s := read(t, c.file, c.data)
			got, ok := s.where(nir)
			if !ok {
				t.Fatalf("the number is not read: %q, unread %v", s.text(), s.unread)
			}
			if got != c.at {
				t.Errorf("read at %+v, stands at %+v", got, c.at)
			}
		})
	}
}

// emptyDirectory is the end of an archive that says to have no members.
var emptyDirectory = append([]byte("PK\x05\x06"), make([]byte, 18)...)

// TestReadSays holds what is told beside the text.
func TestReadSays(t *testing.T) {
	zip := func(name string, data []byte) []byte { return readertest.Zip(readertest.File{Name: name, Data: data}) }
	fhir := []byte(`{"resourceType": "Patient"}`)
	hl7 := []byte("MSH|^~\\&|LABO|CHU|DPI|CHU|20260312||ORU^R01|1|P|2.5\rPID|||")
	cda := []byte(`<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">`)
	locked := zip("a.txt", []byte("secret"))
	for at := 0; at < len(locked)-4; at++ {
		if string(locked[at:at+4]) == "PK\x01\x02" {
			locked[at+8] |= 1
		}
	}
	pdf := []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	for name, c := range map[string]struct {
		file string
		data []byte
		want string
	}{
		"DICOMInZip":     {"a.zip", zip("IM0001.dcm", readertest.DICOM), "format dicom IM0001.dcm"},
		"HL7Attached":    {"a.eml", readertest.Eml("r", "a", readertest.Attachment{Name: "r.hl7", Media: "text/plain", Data: hl7}), "format hl7 r.hl7"},
		"FHIRInZip":      {"a.zip", zip("p.json", fhir), "format fhir p.json"},
		"HL7InBody":      {"a.eml", append([]byte("From: a@b.example\r\nDate: x\r\n\r\n"), hl7...), "format hl7 "},
		"PDFBehindBytes": {"a.bin", append([]byte("\x00\x01\x02"), pdf...), "pdf "},
		"CDAAlone":       {"a.xml", cda, "format cda "},
		"PDF":            {"a.pdf", pdf, "pdf "},
		"PDFInZip":       {"a.zip", zip("lot/a.pdf", pdf), "pdf lot/a.pdf"},
		"PDFAttached":    {"a.eml", readertest.Eml("r", "a", readertest.Attachment{Name: "a.pdf", Media: "application/pdf", Data: pdf}), "pdf a.pdf"},
		"Picture":        {"a.jpg", readertest.JPEG, "picture image/jpeg "},
		"PictureInZip":   {"a.zip", zip("a.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")), "picture image/png a.png"},
		"PictureInDocx":  {"a.docx", readertest.Docx("", readertest.File{Name: "word/media/image1.jpeg", Data: readertest.JPEG}), "picture image/jpeg "},
		"PictureInOdt":   {"a.odt", readertest.Odf("", readertest.File{Name: "Pictures/1.jpg", Data: readertest.JPEG}), "picture image/jpeg "},
		"PictureInHTML":  {"a.html", []byte(`<p><img src="data:image/jpeg;base64,` + base64Of(string(readertest.JPEG)) + `">`), "picture image/jpeg "},
		"PictureInRTF":   {"a.rtf", []byte(`{\rtf1{\pict\jpegblip ` + fmt.Sprintf("%x", readertest.JPEG) + `}}`), "picture image/jpeg "},
		"XML":            {"f.xml", []byte(`<?xml version="1.0"?><Invoice xmlns="urn:x"/>`), "xml "},
		"XMLInZip":       {"a.zip", zip("f.xml", []byte(`<Invoice xmlns="urn:x"/>`)), "xml f.xml"},
		"ErrEncrypted":   {"a.zip", locked, "unread encrypted a.txt"},
		"ErrLockedDocx":  {"a.docx", readertest.Ole(nil, readertest.Wide("EncryptedPackage", binary.LittleEndian)), "unread encrypted "},
		"ErrLockedDoc":   {"a.doc", readertest.Ole([]byte("\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x01")), "unread encrypted "},
		"ErrLockedXls":   {"a.xls", readertest.Ole([]byte("\x09\x08\x04\x00\x00\x06\x05\x00\x2f\x00\x06\x00")), "unread encrypted "},
		"ErrLockedOdt":   {"a.odt", readertest.Zip(readertest.File{Name: "mimetype"}, readertest.File{Name: "content.xml", Data: []byte("\x01\x02")}, readertest.File{Name: "META-INF/manifest.xml", Data: []byte(`<manifest:encryption-data/>`)}), "unread encrypted "},
		"ErrLockedMail":  {"a.eml", []byte("From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nAAAA"), "unread encrypted "},
		"ErrDepth":       {"a.zip", zipped(5, []byte("a")), "unread depth 4.zip/3.zip/2.zip"},
		"ErrDepthMail":   {"a.eml", readertest.Hostile()["nested.eml"](), "unread depth message.eml/message.eml/message.eml"},
		"ErrDoc":         {"a.doc", readertest.Ole(nil), "unread format "},
		"ErrRar":         {"a.zip", zip("a.rar", []byte("Rar!\x1a\x07\x01\x00\x0c\x01\x05\x00\x00")), "unread format a.rar"},
		"ErrDamaged":     {"a.zip", truncated(zip("a.txt", []byte("a"))), "unread damaged "},
		"ErrNoMembers":   {"a.zip", append([]byte("PK\x03\x04"), emptyDirectory...), "unread damaged "},
		"ErrUnclosed":    {"a.eml", []byte("From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na"), "unread damaged "},
		"ErrLies":        {"a.zip", readertest.Hostile()["claims.zip"](), "unread damaged a.txt"},
		"ErrSize":        {"a.zip", readertest.Hostile()["zeros.zip"](), "unread size zeros.txt"},
		"ErrMembers":     {"a.zip", readertest.Hostile()["many.zip"](), "unread size "},
		"ErrBinaryBelow": {"a.txt", append([]byte(strings.Repeat("un texte\n", 10_000)), strings.Repeat("\x01\x02\x03\x04", 20_000)...), "unread format "},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(t, c.file, c.data).said(); !slices.Contains(got, c.want) {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}

// said is all but the texts, in words.
func (s *taken) said() (all []string) {
	for place, f := range s.formats {
		all = append(all, "format "+string(f)+" "+place.Member)
	}
	for _, place := range s.pdfs {
		all = append(all, "pdf "+place.Member)
	}
	for place, media := range s.media {
		all = append(all, "picture "+media+" "+place.Member)
	}
	for _, place := range s.xml {
		all = append(all, "xml "+place.Member)
	}
	for _, u := range s.unread {
		all = append(all, "unread "+u.Reason+" "+u.Place.Member)
	}
	return all
}

// TestReadWords holds what the place of a number does not show: the words around it,
// as a person reads them.
func TestReadWords(t *testing.T) {
	short := "284054410900" // a sheet leaves out the zeros at the end
	for name, c := range map[string]struct {
		file string
		data []byte
		want string
	}{
		"Latin":      {"a.txt", []byte("\xab Num\xe9ro \xbb, 12 \x80"), "« Numéro », 12 €"},
		"Mixed":      {"a.txt", []byte("é puis \xe9"), "é puis é"},
		"RTF":        {"a.rtf", []byte(`{\rtf1\ansi{\*\generator Word;}{\info{\title a}}\'e9t\u233 ?\par l\'92ann\'e9e}`), "été\nl’année"},
		"HTML":       {"a.html", []byte("<html><p>d&eacute;j&agrave;<p>d&#233;<b>j</b>à"), "déjà\ndéjà"},
		"Subject":    {"a.eml", []byte("From: a@b.example\r\nDate: x\r\nSubject: =?utf-8?b?" + base64Of("Pièce ") + "?=\r\n =?iso-8859-1?q?jointe_=E9?=\r\n\r\n"), "Subject: Pièce jointe é"},
		"Charset":    {"a.eml", []byte("From: a@b.example\r\nDate: x\r\nContent-Type: text/plain; charset=macintosh\r\n\r\n\x8et\x8e"), "été"},
		"Scientific": {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: cells(1, "2.840544109E+11")}}), short},
		"Date": {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: `<row r="1"><c r="A1" s="1"><v>21256</v></c><c r="B1" s="2"><v>5</v></c></row>`}},
			readertest.File{Name: "xl/styles.xml", Data: []byte(`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`)}), "12/03/1958\t05"},
		"Empty":   {"a.docx", readertest.Docx(readertest.Paragraphs("a") + "<w:p/>" + readertest.Paragraphs("b")), "a\n\nb"},
		"ZipName": {"a.zip", readertest.Zip(readertest.File{Name: "\x82t\x82.txt", Data: []byte("a")}), "été.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			if s := read(t, c.file, c.data); !strings.Contains(s.text(), c.want) {
				t.Errorf("%q in %q", c.want, s.text())
			}
		})
	}
}

// TestReadNoPDF holds that a text which speaks of PDF is none.
func TestReadNoPDF(t *testing.T) {
	s := read(t, "a.txt", []byte("Le fichier commence par %PDF-1.7\n"+nir))
	if _, ok := s.where(nir); !ok || len(s.pdfs) > 0 {
		t.Errorf("%q", s.said())
	}
}

// TestReadQuiet holds that good files leave nothing to say.
func TestReadQuiet(t *testing.T) {
	for name, c := range formats() {
		if slices.ContainsFunc([]string{"Doc", "Xls", "Msg", "ZipPassed", "EmlUnclosed", "Unknown"}, func(p string) bool {
			return strings.HasPrefix(name, p) && !strings.HasPrefix(name, p+"x")
		}) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if s := read(t, c.file, c.data); len(s.unread)+len(s.formats) > 0 {
				t.Errorf("%v %v", s.unread, s.formats)
			}
		})
	}
}

func TestReadStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &taken{numbers: map[string]desk.Place{}}
	extract.Read(ctx, "a.txt", []byte(nir), s)
	if len(s.pieces) > 0 || !slices.Equal(s.said(), []string{"unread stopped "}) {
		t.Errorf("%q", s.said())
	}
}

// TestOdfOnce: what a cell shows is not read again from what is kept of it, and what a
// program numbers by itself is no text.
func TestOdfOnce(t *testing.T) {
	cell := func(kept, shown string) string {
		return odsSheet("Mars", `<table:table-row><table:table-cell office:value-type="float" office:value="`+kept+`"><text:p>`+shown+`</text:p></table:table-cell></table:table-row>`)
	}
	for name, c := range map[string]struct {
		body string
		want int
	}{
		"Cell":       {cell(nir, spaced(nir)), 1},
		"Scientific": {cell(nir[:1]+"."+nir[1:]+"E+14", nir), 1},
		"Path":       {`<draw:path svg:d="` + nir + `" draw:points="` + nir + `" svg:viewBox="0 0 ` + nir + `"/>`, 0},
		"Shape":      {`<draw:enhanced-geometry draw:enhanced-path="M ` + nir + `" draw:modifiers="` + nir + `"><draw:equation draw:name="f0" draw:formula="` + nir + `"/></draw:enhanced-geometry>`, 0},
		"Picture":    {`<draw:image xlink:href="Pictures/` + nir + `.png"/>`, 0},
		"Object":     {`<draw:object xlink:href="./Object ` + nir + `"/>`, 0},
		"Style":      {`<text:p text:style-name="` + nir + `">a</text:p>`, 0},
		"List":       {`<text:list xml:id="list` + nir + `" text:continue-list="list` + nir + `"/>`, 0},
		"Link":       {`<text:p><text:a xlink:href="https://cabinet.example/` + nir + `">a</text:a></text:p>`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			for _, p := range read(t, "a.ods", readertest.Odf(c.body)).pieces {
				n += len(privacy.Scan(p.Text))
			}
			if n != c.want {
				t.Errorf("%d numbers, want %d", n, c.want)
			}
		})
	}
}
