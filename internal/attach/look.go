package attach

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/privacy"
	"guichet/internal/reader/invoice"

	"github.com/gabriel-vasile/mimetype"
)

// HeadSize is how many bytes from the start of a file are enough to recognise
// what it is.
const HeadSize = 3072

// Look tells name, size and true type of the file at path, reading its first
// bytes only. What cannot be opened, or is no plain file, comes back as the
// problem that says so.
func Look(path string) (desk.Candidate, *desk.Problem) {
	c := desk.Candidate{Name: filepath.Base(path)}
	unreadable := &desk.Problem{Field: desk.KeyFiles, Code: desk.CodeUnreadable}
	// A pipe or a device would block Open; a folder has nothing to read.
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return c, unreadable
	}
	f, err := disk.OpenShared(path)
	if err != nil {
		return c, unreadable
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return c, unreadable
	}
	c.Size = info.Size()
	head := make([]byte, privacy.FormatHead)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return c, unreadable
	}
	return Judge(c, head[:n]), nil
}

// Judge fills in what the first bytes of a candidate tell: HeadSize of them tell its
// media type, privacy.FormatHead every format of health data.
func Judge(c desk.Candidate, head []byte) desk.Candidate {
	c.Media = Recognise(c.Name, head[:min(len(head), HeadSize)])
	c.Format = string(privacy.FormatOf(head[:min(len(head), privacy.FormatHead)]))
	return c
}

// Open opens the original at path for copying. One that another program holds
// is unreadable at once: the person can close it, and nobody knows when.
func Open(path string) (*os.File, error) {
	f, err := disk.OpenShared(path)
	if err != nil {
		return nil, fmt.Errorf("open original: %w", desk.Invalid(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeUnreadable}).With(err))
	}
	return f, nil
}

// Recognise returns the media type of a file by its first bytes, without
// parameters. It is empty for an empty head.
func Recognise(name string, head []byte) string {
	if len(head) == 0 {
		return ""
	}
	if media := invoice.MediaOf(head); media != "" {
		return media
	}
	media, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
	if media == "application/zip" && bytes.Contains(head, []byte("[Content_Types].xml")) {
		// The parts of an Office file may stand in any order, its main part
		// beyond the head.
		if m, ok := officeMedia[ext]; ok {
			return m
		}
	}
	if ext == "xml" && strings.HasPrefix(media, "text/") {
		return "text/xml" // it need not begin with a declaration
	}
	// Whether a text is a table, its commas and tabs cannot say: a letter has
	// them too, and tables of one column or with semicolons have none.
	if want, ok := textMedia[ext]; ok && slices.Contains([]string{"text/plain", "text/csv", "text/tab-separated-values"}, media) {
		return want
	}
	return media
}

// officeMedia are the formats that are a zip with a list of content types.
var officeMedia = map[string]string{
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// textMedia are the formats that are text and nothing else.
var textMedia = map[string]string{"txt": "text/plain", "csv": "text/csv"}
