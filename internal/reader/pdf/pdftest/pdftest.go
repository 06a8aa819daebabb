// Package pdftest makes PDF files for tests: plain ones, scans, invoices, and what
// hostile people make. It writes the format by hand, so that what reads it is not held
// to its own ideas of it.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"golang.org/x/text/encoding/charmap"
)

// File is a PDF in the making. Its first object is the catalogue, its second the
// root of the pages, its third a font.
type File struct {
	Version string // "1.7"; a header may be anything
	Catalog string // more entries of the catalogue
	Info    string // entries of the information dictionary
	Packed  bool   // streams are deflated
	pages   []int
	objects []string // from number 4
}

const firstFree = 4

// Add puts an object in and returns its number.
func (f *File) Add(object string) int {
	f.objects = append(f.objects, object)
	return firstFree + len(f.objects) - 1
}

// Stream puts a stream in and returns its number.
func (f *File) Stream(entries string, data []byte) int {
	if f.Packed && !strings.Contains(entries, "/Filter") {
		data = Deflate(data)
		entries += "/Filter/FlateDecode"
	}
	return f.Add(fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data))
}

// Page adds a page of A4 that paints such a content. Entries are more of its dictionary,
// resources more of what its content names; F1 is a font.
func (f *File) Page(content, entries, resources string) {
	stream := f.Stream("", []byte(content))
	f.pages = append(f.pages, f.Add(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>%s>>/Contents %d 0 R%s>>", resources, stream, entries)))
}

// Bytes is the file.
func (f *File) Bytes() []byte {
	var b bytes.Buffer
	version := f.Version
	if version == "" {
		version = "1.7"
	}
	fmt.Fprintf(&b, "%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n", version)
	var kids strings.Builder
	for _, page := range f.pages {
		fmt.Fprintf(&kids, "%d 0 R ", page)
	}
	all := append([]string{
		"<</Type/Catalog/Pages 2 0 R" + f.Catalog + ">>",
		fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(f.pages), kids.String()),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	}, f.objects...)
	if f.Info != "" {
		all = append(all, "<<"+f.Info+">>")
	}
	var places []int
	for i, object := range all {
		places = append(places, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(all)+1)
	for _, place := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", place)
	}
	info := ""
	if f.Info != "" {
		info = fmt.Sprintf("/Info %d 0 R", len(all))
	}
	const id = "<00112233445566778899aabbccddeeff>"
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R%s/ID[%s%s]>>\nstartxref\n%d\n%%%%EOF\n", len(all)+1, info, id, id, start)
	return b.Bytes()
}

// Lines is a content that shows the lines of a text from the top of a page.
func Lines(text string) string {
	var b strings.Builder
	b.WriteString("BT /F1 9 Tf 50 800 Td 11 TL\n")
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(String(line) + " Tj T*\n")
	}
	b.WriteString("ET\n")
	return b.String()
}

// String is a string of a PDF, in Windows' Western code page.
func String(text string) string {
	coded, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		panic("a test's text that the font has not: " + err.Error())
	}
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\r", `\r`, "\n", `\n`).Replace(coded) + ")"
}

// Text is a file with a page for each text.
func Text(pages ...string) []byte {
	var f File
	for _, page := range pages {
		f.Page(Lines(page), "", "")
	}
	return f.Bytes()
}

// Scan is a file of one page, all of it a picture.
func Scan(picture image.Image) []byte {
	var f File
	f.Scan(picture, "")
	return f.Bytes()
}

// Scan adds a page that is a picture, with more content over it.
func (f *File) Scan(picture image.Image, over string) {
	f.Picture(picture, "q 595 0 0 842 0 0 cm /I1 Do Q\n"+over, false)
}

// Picture adds a page whose content paints a picture, which is I1 there, or a form with
// nothing but the picture in it.
func (f *File) Picture(picture image.Image, content string, form bool) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		panic("encode a test's picture: " + err.Error())
	}
	size := picture.Bounds().Size()
	n := f.Stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", size.X, size.Y), b.Bytes())
	if form {
		n = f.Stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</I1 %d 0 R>>>>", n), []byte("/I1 Do"))
	}
	f.Page(content, "", fmt.Sprintf("/XObject<</I1 %d 0 R>>", n))
}

// Attach puts a file in, as Factur-X does it.
func (f *File) Attach(name string, data []byte) {
	stream := f.Stream("/Type/EmbeddedFile/Subtype/text#2Fxml", data)
	spec := f.Add(fmt.Sprintf("<</Type/Filespec/F %s/UF %s/AFRelationship/Data/EF<</F %d 0 R/UF %d 0 R>>>>", String(name), String(name), stream, stream))
	f.Catalog += fmt.Sprintf("/AF[%d 0 R]/Names<</EmbeddedFiles<</Names[%s %d 0 R]>>>>", spec, String(name), spec)
}

// Attached is an invoice on paper with one for programs in it.
func Attached(name string, data []byte) []byte {
	f := File{Packed: true}
	f.Page(Lines("Facture"), "", "")
	f.Attach(name, data)
	return f.Bytes()
}

// Encrypted closes a file with passwords: the first for reading, which may be empty, the
// second for all else.
func Encrypted(data []byte, user, owner string) []byte {
	api.DisableConfigDir()
	config := model.NewAESConfiguration(user, owner, 256)
	var b bytes.Buffer
	if err := api.Encrypt(bytes.NewReader(data), &b, config); err != nil {
		panic("encrypt a test's PDF: " + err.Error())
	}
	return b.Bytes()
}

// Deflate packs a stream.
func Deflate(data []byte) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		panic(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(data)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
