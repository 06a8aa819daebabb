// Package readertest makes files for the tests of what reads them: good ones of each
// format with a text planted, and hostile ones. Nothing of it is anybody's.
package readertest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

// NIR is a number as the social security gives them, with its key, of nobody: the
// order within the commune makes each another one.
func NIR(order int) string {
	body := fmt.Sprintf("2840544109%03d", 1+order%999)
	n, err := strconv.ParseInt(body, 10, 64)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%s%02d", body, 97-n%97)
}

// IBAN is a German account with its key, of nobody.
func IBAN(account int) string {
	body := fmt.Sprintf("50010517%010d", account)
	rest := 0
	for _, digit := range body + "131400" { // the letters DE, and no key yet
		rest = (rest*10 + int(digit-'0')) % 97
	}
	return fmt.Sprintf("DE%02d%s", 98-rest, body)
}

// File is a member of an archive.
type File struct {
	Name string
	Data []byte
}

// Zip makes an archive.
func Zip(files ...File) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.Name)
		must(err)
		_, err = w.Write(f.Data)
		must(err)
	}
	must(z.Close())
	return b.Bytes()
}

// Tar makes an archive, Gzip packs one file.
func Tar(files ...File) []byte {
	var b bytes.Buffer
	t := tar.NewWriter(&b)
	for _, f := range files {
		must(t.WriteHeader(&tar.Header{Name: f.Name, Size: int64(len(f.Data)), Mode: 0o600}))
		_, err := t.Write(f.Data)
		must(err)
	}
	must(t.Close())
	return b.Bytes()
}

// Gzip packs one file.
func Gzip(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	must(err)
	must(z.Close())
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

const prolog = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`

var types = File{"[Content_Types].xml", []byte(prolog + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`)}

// Docx makes a document of Word. The body is XML of w:p and the like; more are parts
// such as word/header1.xml.
func Docx(body string, more ...File) []byte {
	return Zip(append([]File{types, {"word/document.xml", []byte(prolog + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`)}}, more...)...)
}

// Paragraphs are w:p, one for each text.
func Paragraphs(texts ...string) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString(`<w:p w:rsidR="00A77B3E"><w:r><w:t xml:space="preserve">` + t + `</w:t></w:r></w:p>`)
	}
	return b.String()
}

// Sheet is one of a workbook: rows are XML of row elements, for Excel or LibreOffice.
type Sheet struct {
	Name, Rows string
	Hidden     bool
}

// Xlsx makes a workbook of Excel with shared strings.
func Xlsx(shared []string, sheets []Sheet, more ...File) []byte {
	var list, rels, texts strings.Builder
	files := []File{types}
	for i, s := range sheets {
		state := ""
		if s.Hidden {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, s.Name, i+1, state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
		files = append(files, File{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), []byte(prolog + `<worksheet><sheetData>` + s.Rows + `</sheetData></worksheet>`)})
	}
	for _, s := range shared {
		texts.WriteString("<si><t>" + s + "</t></si>")
	}
	return Zip(append(append(files,
		File{"xl/workbook.xml", []byte(prolog + `<workbook xmlns:r="r"><sheets>` + list.String() + `</sheets></workbook>`)},
		File{"xl/_rels/workbook.xml.rels", []byte(prolog + `<Relationships>` + rels.String() + `</Relationships>`)},
		File{"xl/sharedStrings.xml", []byte(prolog + `<sst>` + texts.String() + `</sst>`)}), more...)...)
}

// Odf makes a document of LibreOffice: body is what stands in office:body.
func Odf(body string, more ...File) []byte {
	return Zip(append([]File{{"mimetype", []byte("application/vnd.oasis.opendocument.text")},
		{"content.xml", []byte(prolog + `<office:document-content><office:body>` + body + `</office:body></office:document-content>`)},
		{"META-INF/manifest.xml", []byte(prolog + `<manifest:manifest/>`)}}, more...)...)
}

// Attachment is one of a message.
type Attachment struct {
	Name, Media string
	Data        []byte
}

// Eml makes a message with a text and attachments in base64.
func Eml(subject, text string, attached ...Attachment) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: Accueil <accueil@cabinet.example>\r\nTo: aide@logiciel.example\r\nSubject: %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n", subject)
	fmt.Fprintf(&b, "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", text)
	for _, a := range attached {
		fmt.Fprintf(&b, "--b1\r\nContent-Type: %s; name=\"%s\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"%s\"\r\n\r\n", a.Media, a.Name, a.Name)
		s := base64.StdEncoding.EncodeToString(a.Data)
		for len(s) > 76 {
			b.WriteString(s[:76] + "\r\n")
			s = s[76:]
		}
		b.WriteString(s + "\r\n")
	}
	b.WriteString("--b1--\r\n")
	return b.Bytes()
}

// Wide is a text in UTF-16.
func Wide(s string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// Ole is what Word, Excel and Outlook wrote before: the head of such a file, a first
// stream and what follows it. It is no whole one.
func Ole(first []byte, rest ...[]byte) []byte {
	b := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), bytes.Repeat([]byte{0}, 504)...)
	b = append(b, first...)
	b = append(b, bytes.Repeat([]byte{0xff}, 512)...)
	for _, r := range rest {
		b = append(append(b, r...), bytes.Repeat([]byte{0xff, 0xfe}, 64)...)
	}
	return b
}

// XlsNumber is a record of a number in a cell of an old workbook.
func XlsNumber(row int, v float64) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{0x03, 0x02, 0x0e, 0x00}, uint16(row-1))
	b = append(b, 0, 0, 15, 0)
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

// JPEG is the beginning of one, enough to be told by.
var JPEG = []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9")

// DICOM is the beginning of one.
var DICOM = append(make([]byte, 128), "DICM\x02\x00\x00\x00UL\x04\x00"...)

// packed is a deflated member that is longer than what is written into it.
func packed(name string, size int, fill func(w io.Writer)) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	must(err)
	block := bytes.Repeat([]byte{'0'}, 1<<20)
	for ; size > 0; size -= len(block) {
		_, err := w.Write(block[:min(size, len(block))])
		must(err)
	}
	if fill != nil {
		fill(w)
	}
	must(z.Close())
	return b.Bytes()
}
