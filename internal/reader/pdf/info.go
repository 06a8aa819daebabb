package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"fmt"
	"io"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// infoKeys are what a document may say of itself.
var infoKeys = []string{"Title", "Author", "Subject", "Keywords", "Creator", "Company", "Manager", "Comments"}

// Info is what the document says beside its pages, a line each: title, author and the
// like, its metadata (XMP), its table of contents, and the data of an XFA form.
func (d *Doc) Info() (string, error) {
	if d.pdfium == nil {
		return "", fmt.Errorf("read what a document says of itself: %w", ErrDamaged)
	}
	d.engine.memory.refused = false
	var l lines
	err := d.info(&l)
	metadata(d.data, func(packet []byte) { addXML(&l, packet) })
	return l.b.String(), d.reason("read what a document says of itself", err)
}

func (d *Doc) info(l *lines) error {
	for _, key := range infoKeys {
		value, err := d.pdfium.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: d.ref, Tag: key})
		if dead(err) {
			return err
		}
		if err == nil {
			l.add(value.Value)
		}
	}
	left := maxBookmarks
	if err := d.bookmarks(l, nil, 0, &left); err != nil {
		return err
	}
	packets, err := d.pdfium.FPDF_GetXFAPacketCount(&requests.FPDF_GetXFAPacketCount{Document: d.ref})
	if err != nil {
		return err
	}
	for i := range min(max(packets.Count, 0), maxFiles) {
		packet, err := d.pdfium.FPDF_GetXFAPacketContent(&requests.FPDF_GetXFAPacketContent{Document: d.ref, Index: i})
		if dead(err) {
			return err
		}
		if err == nil {
			addXML(l, packet.Content)
		}
	}
	return nil
}

// bookmarks adds the lines of a table of contents. A hostile one goes in circles:
// there is a bound for all of it, and one for its depth.
func (d *Doc) bookmarks(l *lines, parent *references.FPDF_BOOKMARK, depth int, left *int) error {
	const deepest = 16
	if depth == deepest {
		return nil
	}
	first, err := d.pdfium.FPDFBookmark_GetFirstChild(&requests.FPDFBookmark_GetFirstChild{Document: d.ref, Bookmark: parent})
	if err != nil {
		return err
	}
	for at := first.Bookmark; at != nil && *left > 0; *left-- {
		title, err := d.pdfium.FPDFBookmark_GetTitle(&requests.FPDFBookmark_GetTitle{Bookmark: *at})
		if dead(err) {
			return err
		}
		if err == nil {
			l.add(title.Title)
		}
		if err := d.bookmarks(l, at, depth+1, left); err != nil {
			return err
		}
		next, err := d.pdfium.FPDFBookmark_GetNextSibling(&requests.FPDFBookmark_GetNextSibling{Document: d.ref, Bookmark: *at})
		if err != nil {
			return err
		}
		at = next.Bookmark
	}
	return nil
}

// addXML adds the texts and the values in a packet of XML, as far as it can be read.
func addXML(l *lines, packet []byte) {
	decoder := xml.NewDecoder(bytes.NewReader(packet[:min(len(packet), maxNoteBytes)]))
	decoder.Strict = false
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		token, err := decoder.Token()
		if err != nil {
			return
		}
		switch t := token.(type) {
		case xml.CharData:
			l.add(string(t))
		case xml.StartElement:
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					l.add(a.Value)
				}
			}
		}
	}
}

// metadata finds the streams of XML in a file: pdfium has no call for them. Those of
// an encrypted file are mostly plain; else they are not found.
func metadata(data []byte, found func([]byte)) {
	const streams, before = 50, 512 // how many, and how far from its kind a stream begins
	for at, n := 0, 0; n < streams; {
		i := bytes.Index(data[at:], []byte("/XML"))
		if i < 0 {
			return
		}
		at += i + len("/XML")
		head := data[at:min(len(data), at+before)]
		j := bytes.Index(head, []byte("stream"))
		if j < 0 || bytes.Contains(head[:j], []byte("endobj")) {
			continue
		}
		body := bytes.TrimLeft(data[at+j+len("stream"):min(len(data), at+j+maxNoteBytes)], "\r\n")
		if r, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			body, _ = io.ReadAll(io.LimitReader(r, maxNoteBytes)) // what came before an error is read
		} else if end := bytes.Index(body, []byte("endstream")); end >= 0 {
			body = body[:end]
		}
		found(body)
		n++
	}
}
