package desk_test

import (
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
)

func TestCheckCandidate(t *testing.T) {
	const pdf = "application/pdf"
	e := func(n int) string { return strings.Repeat("é", n-4) + ".pdf" }
	tests := map[string]struct {
		name  string
		size  int64
		media string
		code  string
	}{
		"OK":                {"facture.pdf", 12, pdf, ""},
		"OKNotRead":         {"facture.pdf", 12, "", ""},
		"OKCapitals":        {"FACTURE.PDF", 12, pdf, ""},
		"OKAtLimit":         {"facture.pdf", 1000, pdf, ""},
		"OKSecondEnding":    {"photo.JPEG", 12, "image/jpeg", ""},
		"OKSeveralDots":     {"facture.2026.pdf", 12, pdf, ""},
		"OKDotsInside":      {"a..b.pdf", 12, pdf, ""},
		"OKNameAtLimit":     {e(200), 12, pdf, ""},
		"OKAccents":         {"relevé n° 3 – été.pdf", 12, pdf, ""},
		"ErrOneByteOver":    {"facture.pdf", 1001, pdf, desk.CodeTooBig},
		"ErrEmpty":          {"facture.pdf", 0, "", desk.CodeEmptyFile},
		"ErrNegative":       {"facture.pdf", -1, pdf, desk.CodeEmptyFile},
		"ErrType":           {"facture.exe", 12, "", desk.CodeFileType},
		"ErrTypeDouble":     {"facture.pdf.exe", 12, pdf, desk.CodeFileType},
		"ErrTypeNoEnding":   {"facture", 12, pdf, desk.CodeFileType},
		"ErrTypeDotLast":    {"facture.pdf.", 12, pdf, desk.CodeFileType},
		"ErrTypeBlankLast":  {"facture.pdf ", 12, pdf, desk.CodeFileType},
		"ErrMismatch":       {"facture.pdf", 12, "application/vnd.microsoft.portable-executable", desk.CodeFileMismatch},
		"ErrXML":            {"journal.xml", 12, "text/xml", desk.CodeFileType}, // it is what it says, and not what is taken
		"ErrXMLDrawing":     {"logo.xml", 12, "image/svg+xml", desk.CodeFileType},
		"ErrXMLMismatch":    {"facture.xml", 12, pdf, desk.CodeFileMismatch},
		"OKXML":             {"facture.xml", 12, "application/x-invoice+xml", ""},
		"ErrXMLAsPDF":       {"facture.pdf", 12, "application/x-invoice+xml", desk.CodeFileMismatch},
		"ErrMismatchOther":  {"facture.pdf", 12, "image/jpeg", desk.CodeFileMismatch}, // allowed, but not under this ending
		"ErrNameOneOver":    {e(201), 12, pdf, desk.CodeNameTooLong},
		"ErrName300":        {e(300), 12, pdf, desk.CodeNameTooLong},
		"ErrNameParent":     {"../x.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameDots":       {"..", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameDot":        {".", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameEmpty":      {"", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameBlank":      {" \u00a0", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameBackslash":  {`..\x.pdf`, 12, pdf, desk.CodeNameUnsafe},
		"ErrNameAbsolute":   {"/etc/x.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameControl":    {"a\x07.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameNUL":        {"a.exe\x00.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameTab":        {"a\tb.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameNewline":    {"a\nb.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameOverride":   {"facture\u202efdp.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameIsolate":    {"facture\u2067fdp.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameSeparator":  {"a\u2028.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameEncoding":   {"factur\xe9.pdf", 12, pdf, desk.CodeNameUnsafe},
		"ErrNameBeforeType": {"../x.exe", 0, "", desk.CodeNameUnsafe},
	}
	office, _ := rulebook().Type("office")
	for name, c := range map[string]struct{ name, code string }{
		"ErrMedical":         {"facture.pdf", desk.CodeMedicalFormat},
		"ErrMedicalAsItSays": {"image.dcm", desk.CodeMedicalFormat},
		"ErrNameOfMedical":   {"../image.dcm", desk.CodeNameUnsafe},
	} {
		t.Run(name, func(t *testing.T) {
			if p, bad := office.Files.CheckCandidate(desk.Candidate{Name: c.name, Size: 12, Media: "application/dicom", Format: "dicom"}); !bad || p.Code != c.code {
				t.Errorf("got %q, want %q", p.Code, c.code)
			}
		})
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p, bad := office.Files.CheckCandidate(desk.Candidate{Name: tt.name, Size: tt.size, Media: tt.media})
			if p.Code != tt.code || bad != (tt.code != "") {
				t.Fatalf("got %q (bad: %t), want %q", p.Code, bad, tt.code)
			}
			if bad && p.Field != desk.KeyFiles {
				t.Errorf("field %q", p.Field)
			}
		})
	}
}

// The files of a draft: how many, and a statement for just these bytes each.
func TestFiles(t *testing.T) {
	tests := map[string]struct {
		change   func(d *desk.Draft)
		problems []string
	}{
		"OK":                    {func(*desk.Draft) {}, nil},
		"OKNone":                {func(d *desk.Draft) { d.Files = nil }, nil},
		"OKMost":                {func(d *desk.Draft) { d.Files = append(d.Files, confirmed("b.pdf")) }, nil},
		"ErrConfirmedByNobody":  {func(d *desk.Draft) { d.Files[0].Confirmation.By = "" }, []string{"files not-confirmed"}},
		"ErrConfirmedByAnother": {func(d *desk.Draft) { d.Files[0].Confirmation.By = "nadia" }, []string{"files not-confirmed"}},
		"ErrTooMany":            {func(d *desk.Draft) { d.Files = append(d.Files, confirmed("b.pdf"), confirmed("c.pdf")) }, []string{"files too-many"}},
		"ErrNotConfirmed":       {func(d *desk.Draft) { d.Files[0].Confirmation = desk.Confirmation{} }, []string{"files not-confirmed"}},
		"ErrConfirmedNoTime":    {func(d *desk.Draft) { d.Files[0].Confirmation.At = time.Time{} }, []string{"files not-confirmed"}},
		"ErrConfirmedNoWording": {func(d *desk.Draft) { d.Files[0].Confirmation.Wording = "" }, []string{"files not-confirmed"}},
		"ErrConfirmedOther":     {func(d *desk.Draft) { d.Files[0].Confirmation.SHA256 = "bb" }, []string{"files not-confirmed"}},
		"ErrBytesChanged":       {func(d *desk.Draft) { d.Files[0].SHA256 = "bb" }, []string{"files not-confirmed"}},
		"ErrNoHash":             {func(d *desk.Draft) { d.Files[0].SHA256, d.Files[0].Confirmation.SHA256 = "", "" }, []string{"files not-confirmed"}},
		"ErrEachFile": {func(d *desk.Draft) {
			d.Files = append(d.Files, confirmed("b.pdf"), confirmed("c.exe"))
			d.Files[0].Confirmation.SHA256 = ""
		}, []string{"files too-many", "files not-confirmed", "files file-type"}},
		"ErrBadOnce": {func(d *desk.Draft) { // what cannot be attached at all needs no statement
			d.Files[0].Size, d.Files[0].Confirmation = 0, desk.Confirmation{}
		}, []string{"files empty-file"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := complete()
			tt.change(&d)
			wantProblems(t, desk.Look(rulebook(), d, claire).Problems, tt.problems...)
		})
	}
}
