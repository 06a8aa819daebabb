package app

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/reader/readertest"
)

// picture is a PNG.
func picture(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestBadFiles(t *testing.T) {
	const limit = 100 << 20
	dir := t.TempDir()
	for name, c := range map[string]struct {
		file string
		make func(path string) error
		want Problem
	}{
		"TooBig": {"gros.pdf", func(path string) error { // sparse: it takes no room
			put(t, path, []byte("%PDF-1.7\n"))
			return os.Truncate(path, limit+1)
		}, Problem{Code: desk.CodeTooBig, Max: limit, Actual: limit + 1}},
		"ForbiddenType": {"setup.exe", func(path string) error { return os.WriteFile(path, []byte("MZ"), 0o600) }, Problem{Code: desk.CodeFileType}},
		"NoEnding":      {"facture", func(path string) error { return os.WriteFile(path, []byte("%PDF-1.7"), 0o600) }, Problem{Code: desk.CodeFileType}},
		"NotWhatItSays": {"a.pdf", func(path string) error { return os.WriteFile(path, picture(t), 0o600) }, Problem{Code: desk.CodeFileMismatch}},
		"DICOM":         {"image.dcm", func(path string) error { return os.WriteFile(path, readertest.DICOM, 0o600) }, Problem{Code: desk.CodeMedicalFormat}},
		"DICOMAsText":   {"image.txt", func(path string) error { return os.WriteFile(path, readertest.DICOM, 0o600) }, Problem{Code: desk.CodeMedicalFormat}},
		"DICOMAsImage":  {"image.png", func(path string) error { return os.WriteFile(path, readertest.DICOM, 0o600) }, Problem{Code: desk.CodeMedicalFormat}},
		"FHIR": {"bundle.json", func(path string) error {
			return os.WriteFile(path, []byte(`{"id":"`+strings.Repeat("a", 10<<10)+`","resourceType":"Bundle"}`), 0o600)
		}, Problem{Code: desk.CodeMedicalFormat}},
		"HL7": {"message.hl7", func(path string) error { return os.WriteFile(path, []byte(hl7), 0o600) }, Problem{Code: desk.CodeMedicalFormat}},
		"CDA": {"cr.xml", func(path string) error {
			return os.WriteFile(path, []byte(`<ClinicalDocument xmlns="urn:hl7-org:v3">`), 0o600)
		}, Problem{Code: desk.CodeMedicalFormat}},
		"XML": {"journal.xml", func(path string) error {
			return os.WriteFile(path, []byte(`<?xml version="1.0"?><journal/>`), 0o600)
		}, Problem{Code: desk.CodeFileType}},
		"InvoiceWithEntities": {"facture.xml", func(path string) error {
			return os.WriteFile(path, []byte(`<!DOCTYPE a>`+ubl), 0o600)
		}, Problem{Code: desk.CodeFileType}},
		"InvoiceAsText": {"facture.txt", func(path string) error { return os.WriteFile(path, []byte(ubl), 0o600) }, Problem{Code: desk.CodeFileMismatch}},
		"FHIRXML": {"patient.xml", func(path string) error {
			return os.WriteFile(path, []byte(`<Patient xmlns="http://hl7.org/fhir">`), 0o600)
		}, Problem{Code: desk.CodeMedicalFormat}},
		"HL7v3": {"message.xml", func(path string) error {
			return os.WriteFile(path, []byte(`<PRPA_IN201305UV02 xmlns="urn:hl7-org:v3">`), 0o600)
		}, Problem{Code: desk.CodeMedicalFormat}},
		"JSON":        {"reglages.json", func(path string) error { return os.WriteFile(path, []byte(`{"a":1}`), 0o600) }, Problem{Code: desk.CodeFileType}},
		"Program":     {"b.pdf", func(path string) error { return os.WriteFile(path, []byte("MZ\x90\x00"), 0o600) }, Problem{Code: desk.CodeFileMismatch}},
		"Empty":       {"vide.pdf", func(path string) error { return os.WriteFile(path, nil, 0o600) }, Problem{Code: desk.CodeEmptyFile}},
		"Missing":     {"parti.pdf", func(string) error { return nil }, Problem{Code: desk.CodeUnreadable}},
		"Folder":      {"dossier.pdf", func(path string) error { return os.Mkdir(path, 0o700) }, Problem{Code: desk.CodeUnreadable}},
		"Directional": {"a\u202efdp.pdf", func(path string) error { return os.WriteFile(path, []byte("%PDF-1.7"), 0o600) }, Problem{Code: desk.CodeNameUnsafe}},
		"LongName": {strings.Repeat("n", desk.MaxFileName) + ".pdf", func(path string) error { return os.WriteFile(path, []byte("%PDF-1.7"), 0o600) },
			Problem{Code: desk.CodeNameTooLong, Max: desk.MaxFileName, Actual: desk.MaxFileName + 4}},
	} {
		t.Run(name, func(t *testing.T) {
			o := alone(t)
			id, _ := o.write(t, content())
			path := filepath.Join(dir, c.file)
			if err := c.make(path); err != nil {
				t.Skipf("this file system has no such file: %v", err)
			}
			out := must(o.files.Look(id, []string{path}))(t)
			refused(t, o, id, out[0], c.want)
		})
	}
}

// ubl is an invoice of nobody.
const ubl = `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">` +
	`<b:ID>FA-2026-0417</b:ID><b:IssueDate>2026-11-12</b:IssueDate><b:Note>NIR 255081416802538</b:Note></Invoice>`

// hl7 is the beginning of a laboratory's message.
const hl7 = "MSH|^~\\&|LABO|CHU|DPI|CHU|20261103||ORU^R01|1|P|2.5\rPID|1||123\r"

// refused holds that a candidate has that problem and that nothing of it can be
// stored.
func refused(t *testing.T, o *office, draft string, c Candidate, want Problem) {
	t.Helper()
	want.Field, want.Step = desk.KeyFiles, string(desk.StepFiles)
	if c.Problem == nil || *c.Problem != want {
		t.Fatalf("problem %+v, want %+v", c.Problem, want)
	}
	if c.Token != "" {
		t.Error("it has a token")
	}
	must(o.files.Confirm(draft, []string{c.Token}, wording, nil))(t)
	o.nothing(t, draft)
}

func TestBadOffers(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	head := base64.StdEncoding.EncodeToString([]byte("%PDF-1.7\n"))
	for name, c := range map[string]struct {
		file string
		size int64
		want Problem
	}{
		"LongName":      {strings.Repeat("é", 296) + ".pdf", 10, Problem{Code: desk.CodeNameTooLong, Max: desk.MaxFileName, Actual: 300}},
		"ParentFolder":  {"../a.pdf", 10, Problem{Code: desk.CodeNameUnsafe}},
		"WindowsParent": {`..\a.pdf`, 10, Problem{Code: desk.CodeNameUnsafe}},
		"Absolute":      {"/etc/a.pdf", 10, Problem{Code: desk.CodeNameUnsafe}},
		"Dots":          {"..", 10, Problem{Code: desk.CodeNameUnsafe}},
		"NoName":        {"", 10, Problem{Code: desk.CodeNameUnsafe}},
		"NUL":           {"a\x00.pdf", 10, Problem{Code: desk.CodeNameUnsafe}},
		"BadUTF8":       {"a\xff.pdf", 10, Problem{Code: desk.CodeNameUnsafe}},
		"TooBig":        {"a.pdf", 100<<20 + 1, Problem{Code: desk.CodeTooBig, Max: 100 << 20, Actual: 100<<20 + 1}},
		"Empty":         {"a.pdf", 0, Problem{Code: desk.CodeEmptyFile}},
		"NotWhatItSays": {"a.png", 10, Problem{Code: desk.CodeFileMismatch}},
		"ForbiddenType": {"a.exe", 10, Problem{Code: desk.CodeFileType}},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, o, id, must(o.files.Offer(id, c.file, c.size, head))(t), c.want)
		})
	}
	for name, file := range map[string]string{"MedicalAsText": "a.txt", "MedicalFormat": "a.hl7"} {
		t.Run(name, func(t *testing.T) {
			offered := must(o.files.Offer(id, file, 10, base64.StdEncoding.EncodeToString([]byte(hl7))))(t)
			refused(t, o, id, offered, Problem{Code: desk.CodeMedicalFormat})
		})
	}
	for name, c := range map[string]struct {
		size int64
		head string
	}{
		"NegativeSize": {-1, head},
		"NotBase64":    {10, "%PDF"},
		"LongHead":     {10, base64.StdEncoding.EncodeToString(make([]byte, 4000))},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := o.files.Offer(id, "a.pdf", c.size, c.head)
			fails(t, err, desk.ErrInvalid)
		})
	}
}

func TestTooManyFiles(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	var paths []string
	for i := range 11 {
		path, _ := pdf(t, fmt.Sprintf("%d.pdf", i), 100+i)
		paths = append(paths, path)
	}
	want := Problem{Field: desk.KeyFiles, Step: "files", Code: desk.CodeTooMany, Max: 10, Actual: 1}
	out := must(o.files.Look(id, paths))(t)
	refused(t, o, id, out[10], want)
	o.attach(t, id, paths[:10]...)
	want.Actual = 11
	if c := must(o.files.Look(id, paths[10:]))(t)[0]; c.Problem == nil || *c.Problem != want || c.Token != "" {
		t.Errorf("%+v", c.Problem)
	}
	if n := len(o.stored(t)); n != 10 {
		t.Errorf("%d stored", n)
	}
	t.Run("ByLooksSideBySide", func(t *testing.T) { // each for itself had room
		other, revision := o.write(t, content())
		first, second := o.looked(t, other, paths[:10]...), o.looked(t, other, paths[10:]...)
		out := must(o.files.Confirm(other, append(first, second...), wording, nil))(t)
		if len(out.Problems) != 1 || out.Problems[0].Code != desk.CodeTooMany {
			t.Errorf("%+v", out.Problems)
		}
		_, err := o.drafts.Submit(other, revision)
		fails(t, err, desk.ErrInvalid)
	})
}
