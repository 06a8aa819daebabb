package pdf

import (
	"fmt"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Attachment is a file in a PDF. One that cannot be taken out has an error: ErrDamaged
// or ErrMemory.
type Attachment struct {
	Name string
	Data []byte
	Err  error
}

// Files takes out the files that the document carries, up to a number and a size; those
// that are pinned to a page come with it. What is left out is said by ErrMemory.
func (d *Doc) Files() ([]Attachment, error) {
	if d.pdfium == nil {
		return nil, fmt.Errorf("count files: %w", ErrDamaged)
	}
	d.engine.memory.refused = false
	count, err := d.pdfium.FPDFDoc_GetAttachmentCount(&requests.FPDFDoc_GetAttachmentCount{Document: d.ref})
	if err != nil {
		return nil, d.reason("count files", err)
	}
	var files []Attachment
	for i := range count.AttachmentCount {
		if i == maxFiles {
			return files, fmt.Errorf("take out files: %w", ErrMemory)
		}
		got, err := d.pdfium.FPDFDoc_GetAttachment(&requests.FPDFDoc_GetAttachment{Document: d.ref, Index: i})
		if err == nil {
			err = d.file(got.Attachment, &files)
		}
		if dead(err) {
			return files, d.reason("take out file", err)
		}
		if err != nil {
			files = append(files, Attachment{Err: d.reason("take out file", err)})
		}
	}
	return files, nil
}

// file takes one out. The error is one that ended pdfium.
func (d *Doc) file(ref references.FPDF_ATTACHMENT, files *[]Attachment) error {
	var f Attachment
	name, err := d.pdfium.FPDFAttachment_GetName(&requests.FPDFAttachment_GetName{Attachment: ref})
	if dead(err) {
		return err
	}
	if err == nil {
		f.Name = plain(name.Name)
	}
	if d.taken >= maxFileBytes || len(*files) >= maxFiles {
		f.Err = fmt.Errorf("take out file: %w", ErrMemory)
		*files = append(*files, f)
		return nil
	}
	got, err := d.pdfium.FPDFAttachment_GetFile(&requests.FPDFAttachment_GetFile{Attachment: ref})
	if dead(err) {
		return err
	}
	f.Err = d.reason("take out file", err)
	if err == nil {
		d.taken += len(got.Contents)
		f.Data = got.Contents
	}
	if f.Err == nil && f.Data == nil {
		f.Err = fmt.Errorf("take out file: %w", ErrDamaged) // it has no stream
	}
	*files = append(*files, f)
	return nil
}
