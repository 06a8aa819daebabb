package pdf

import (
	"strings"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
)

// Bounds of what stands beside the pages.
const (
	maxNotes     = 2000    // annotations of a page
	maxNoteBytes = 1 << 20 // of what they say, and of what the document says of itself
	maxBookmarks = 5000
	maxFiles     = 100
	maxFileBytes = 40 << 20 // of all files of a document
)

// lines gathers them up to a bound. One that stands there already is left out.
type lines struct {
	b    strings.Builder
	seen map[string]bool
}

func (l *lines) add(text string) {
	text = strings.TrimSpace(plain(text))
	if text == "" || l.seen[text] || l.b.Len()+len(text) > maxNoteBytes {
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[text] = true
	l.b.WriteString(text)
	l.b.WriteByte('\n')
}

// notes reads what annotations and fields of a page say, and the files that are pinned to
// it. It tells whether there are any that draw something.
func (d *Doc) notes(by requests.Page, p *Page) (drawn bool, err error) {
	count, err := d.pdfium.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: by})
	if err != nil || count.Count == 0 {
		return false, err
	}
	var l lines
	for i := range min(count.Count, maxNotes) {
		note, err := d.pdfium.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: by, Index: i})
		if dead(err) {
			return false, err
		}
		if err != nil {
			continue
		}
		draws, err := d.note(note.Annotation, p, &l)
		if err != nil {
			return false, err
		}
		drawn = drawn || draws
		if _, err := d.pdfium.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: note.Annotation}); dead(err) {
			return false, err
		}
	}
	p.Notes = l.b.String()
	return drawn, nil
}

// noteKeys are the texts of an annotation: what it says, who says it, its subject, the
// same with its layout, the name of a field, its value and the one before.
var noteKeys = []string{"Contents", "T", "Subj", "RC", "TU", "V", "DV"}

func (d *Doc) note(note references.FPDF_ANNOTATION, p *Page, l *lines) (draws bool, err error) {
	kind, err := d.pdfium.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: note})
	if err != nil {
		return false, err
	}
	for _, key := range noteKeys {
		value, err := d.pdfium.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: note, Key: key})
		if dead(err) {
			return false, err
		}
		if err == nil {
			l.add(value.Value)
		}
	}
	switch kind.Subtype {
	case enums.FPDF_ANNOT_SUBTYPE_LINK, enums.FPDF_ANNOT_SUBTYPE_POPUP:
		return false, nil
	case enums.FPDF_ANNOT_SUBTYPE_WIDGET:
		return true, d.field(note, l)
	case enums.FPDF_ANNOT_SUBTYPE_FILEATTACHMENT:
		pinned, err := d.pdfium.FPDFAnnot_GetFileAttachment(&requests.FPDFAnnot_GetFileAttachment{Document: d.ref, Annotation: note})
		if err != nil {
			if dead(err) {
				return false, err
			}
			return true, nil
		}
		return true, d.file(pinned.Attachment, &p.Files)
	}
	return true, nil
}

// field adds the value of a field, which may stand in another object than what shows
// it.
func (d *Doc) field(note references.FPDF_ANNOTATION, l *lines) error {
	if d.form == "" {
		made, err := d.pdfium.FPDFDOC_InitFormFillEnvironment(&requests.FPDFDOC_InitFormFillEnvironment{Document: d.ref, FormFillInfo: nobody()})
		if dead(err) {
			return err
		}
		if err != nil {
			return nil
		}
		d.form = made.FormHandle
	}
	value, err := d.pdfium.FPDFAnnot_GetFormFieldValue(&requests.FPDFAnnot_GetFormFieldValue{FormHandle: d.form, Annotation: note})
	if dead(err) {
		return err
	}
	if err == nil {
		l.add(value.FormFieldValue)
	}
	return nil
}

// nobody is who looks at a form: pdfium asks for somebody.
func nobody() structs.FPDF_FORMFILLINFO {
	return structs.FPDF_FORMFILLINFO{
		FFI_Invalidate:         func(references.FPDF_PAGE, float64, float64, float64, float64) {},
		FFI_SetCursor:          func(enums.FXCT) {},
		FFI_SetTimer:           func(int, func(int)) int { return 0 },
		FFI_KillTimer:          func(int) {},
		FFI_GetLocalTime:       func() structs.FPDF_SYSTEMTIME { return structs.FPDF_SYSTEMTIME{} },
		FFI_GetPage:            func(references.FPDF_DOCUMENT, int) *references.FPDF_PAGE { return nil },
		FFI_GetRotation:        func(references.FPDF_PAGE) enums.FPDF_PAGE_ROTATION { return 0 },
		FFI_ExecuteNamedAction: func(string) {},
	}
}
