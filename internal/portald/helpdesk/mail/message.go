package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"guichet/internal/portald/helpdesk"
)

// answer is a message from outside, as far as it is read.
type answer struct {
	head       header
	text, html string
	files      []helpdesk.Attachment // with the number of their part as ID
	odd        bool
	sum        string // of all below the header

	returned string // Message-ID of what a mail server could not deliver, "" if it is no such report
	failed   bool   // and it is given up
}

// whole is the number under which the message itself is a file.
const wholeFile = 0

// parse reads a message. Only a broken connection is an error.
func parse(r *exact) (*answer, error) {
	head, body, err := behead(r)
	if err != nil {
		return nil, err
	}
	a := &answer{head: head}
	sum := sha256.New()
	body = io.TeeReader(body, sum)
	w := &walker{visit: a.take}
	if err := w.walk(head, body); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return nil, err
	}
	if r.err != nil {
		return nil, r.err // what was taken for its end is where it was cut
	}
	a.sum = hex.EncodeToString(sum.Sum(nil)[:8])
	if a.odd = a.odd || w.odd; a.odd {
		a.files = append(a.files, helpdesk.Attachment{ID: fmt.Sprint(wholeFile), Name: "message.eml", Media: "message/rfc822", Size: r.total})
	}
	return a, nil
}

// take reads one part.
func (a *answer) take(l leaf, body io.Reader) error {
	if l.report {
		return a.report(l, body)
	}
	if l.file() {
		n, err := io.Copy(io.Discard, body)
		a.files = append(a.files, helpdesk.Attachment{ID: fmt.Sprint(l.n), Name: fileName(l), Media: l.media, Size: n})
		return err
	}
	if len(a.text)+len(a.html) > 2*maxText {
		a.odd = true
		return nil
	}
	raw, more, err := cropped(body, maxText)
	if err != nil {
		return err
	}
	text, known := toUTF8(raw, l.params["charset"])
	text = strings.ReplaceAll(text, "\r\n", "\n")
	a.odd = a.odd || more || !known
	switch {
	case l.media == "text/html":
		if a.html = joined(a.html, text); l.alternative != nil && l.alternative.plain {
			return nil
		}
		text = helpdesk.Plain(text)
	case l.alternative != nil:
		l.alternative.plain = strings.TrimSpace(text) != ""
	}
	a.text = joined(a.text, text)
	return nil
}

func joined(before, text string) string {
	if before == "" || text == "" {
		return before + text
	}
	return strings.TrimRight(before, "\n") + "\n\n" + text
}

// report reads what a mail server says of a message that it could not deliver.
func (a *answer) report(l leaf, body io.Reader) error {
	raw, _, err := cropped(body, maxHeader)
	switch l.media {
	case "message/delivery-status", "message/global-delivery-status":
		for _, block := range strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n\n") {
			if strings.EqualFold(parseHeader([]byte(block)).raw("Action"), "failed") {
				a.failed = true
			}
		}
	case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
		if ids := messageIDs(parseHeader(raw).raw("Message-ID")); len(ids) > 0 {
			a.returned = ids[0]
		}
	}
	return err
}

// fileName is what a file is called on a disk: no folder, and never nothing.
func fileName(l leaf) string {
	name := printable(l.name)
	name = strings.Trim(name[strings.LastIndexAny(name, `/\`)+1:], " .")
	if runes := []rune(name); len(runes) > 200 {
		name = string(runes[len(runes)-200:]) // with its extension
	}
	if name != "" {
		return name
	}
	ending, ok := endings[l.media]
	if !ok {
		ending = ".bin"
	}
	return fmt.Sprintf("fichier-%d%s", l.n, ending)
}

var endings = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/tiff": ".tif", "image/bmp": ".bmp",
	"message/rfc822": ".eml", "application/pdf": ".pdf", "text/calendar": ".ics", "text/plain": ".txt", "text/html": ".html",
}
