package extract

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

// kind is how a file is read.
type kind int

const (
	kindUnknown kind = iota
	kindText
	kindXML
	kindHTML
	kindRTF
	kindMail
	kindZip // office documents too
	kindGzip
	kindTar
	kindOLE
	kindPDF
	kindPicture
)

// holds tells what has files in it. What a kindZip is, only its members say.
func (k kind) holds() bool { return k == kindMail || k == kindGzip || k == kindTar }

// pictures are told by their first bytes.
var pictures = []struct {
	at    int
	magic string
	media string
}{
	{0, "\xff\xd8\xff", "image/jpeg"},
	{0, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, "GIF87a", "image/gif"},
	{0, "GIF89a", "image/gif"},
	{8, "WEBPVP8", "image/webp"},
	{0, "II*\x00", "image/tiff"},
	{0, "MM\x00*", "image/tiff"},
	{4, "ftypheic", "image/heic"},
	{4, "ftypheix", "image/heic"},
	{4, "ftypheif", "image/heif"},
	{4, "ftypmif1", "image/heif"},
	{4, "ftypmsf1", "image/heif"},
	{4, "ftyphevc", "image/heic"},
}

// Where the mark of a PDF may stand: readers accept some bytes before it.
const pdfWithin = 1024

// IsPDF tells whether Read takes a file for PDF.
func IsPDF(name string, data []byte) bool {
	k, _ := kindOf(name, data)
	return k == kindPDF
}

// kindOf tells how a file is read, by its bytes first. Media is that of a picture.
func kindOf(name string, data []byte) (k kind, media string) {
	for _, p := range pictures {
		if len(data) > p.at && bytes.HasPrefix(data[p.at:], []byte(p.magic)) {
			return kindPicture, p.media
		}
	}
	starts := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case len(data) > 26 && starts("BM") && bytes.Equal(data[6:10], make([]byte, 4)) && data[15] == 0:
		return kindPicture, "image/bmp"
	case starts("PK\x03\x04"), starts("PK\x05\x06"), starts("PK00PK\x03\x04"):
		return kindZip, ""
	case starts("\x1f\x8b\x08"):
		return kindGzip, ""
	case len(data) > 262 && string(data[257:262]) == "ustar":
		return kindTar, ""
	case starts("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return kindOLE, ""
	case starts("%PDF-"):
		return kindPDF, ""
	case starts(`{\rtf`):
		return kindRTF, ""
	}
	text, ext := isText(data[:min(len(data), looked)]), strings.ToLower(path.Ext(name))
	switch {
	case (!text || ext == ".pdf") && bytes.Contains(data[:min(len(data), pdfWithin)], []byte("%PDF-")):
		return kindPDF, ""
	case !text:
		return kindUnknown, ""
	}
	return textKind(ext, data), ""
}

var (
	htmlBegins = regexp.MustCompile(`(?i)^(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|title|style|p|div|span|font|table|center|h[1-6]|ul|ol|br|img|a)[\s>/]`)
	htmlWithin = regexp.MustCompile(`(?i)<(?:!doctype html|html)[\s>]`)
	xmlBegins  = regexp.MustCompile(`^<(?:\?xml\s|[\w.:-]+\s[^>]*xmlns)`)
	mailHeader = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{1,60}:`)
	// One of these and another header make a message.
	mailBegins = regexp.MustCompile(`(?im)^(?:received|return-path|delivered-to|mime-version|message-id|from|date|subject|to|x-[a-z-]+|content-type):.*(?:\r?\n[ \t].*)*\r?\n(?:[a-z][a-z0-9-]+:.*(?:\r?\n[ \t].*)*\r?\n)*(?:from|date|mime-version|message-id|content-type|received):`)
)

// textKind tells what a text is.
func textKind(ext string, data []byte) kind {
	head := strings.TrimLeft(toUTF8(data[:min(len(data), 4<<10)&^1]), "\ufeff \t\r\n")
	switch {
	case strings.HasPrefix(head, "<?xml") && htmlWithin.MatchString(head):
		return kindHTML
	case xmlBegins.MatchString(head), ext == ".xml" && strings.HasPrefix(head, "<"):
		return kindXML
	case htmlBegins.MatchString(head), (ext == ".html" || ext == ".htm") && strings.Contains(head, "<"):
		return kindHTML
	}
	if ext == ".eml" || ext == ".mht" || ext == ".mhtml" {
		return kindMail
	}
	// A message that somebody copied into a text has no parts, and its lines are those
	// of the text.
	if (ext == ".txt" || ext == ".csv") && !strings.Contains(strings.ToLower(head), "mime-version:") {
		return kindText
	}
	begins := strings.TrimPrefix(head, "From ") // the envelope of a mailbox
	if begins != head {
		_, begins, _ = strings.Cut(begins, "\n")
	}
	if at := mailBegins.FindStringIndex(begins); at != nil && at[0] == 0 && mailHeader.MatchString(begins) {
		return kindMail
	}
	return kindText
}
