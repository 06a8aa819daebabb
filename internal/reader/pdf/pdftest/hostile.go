package pdftest

import (
	"bytes"
	"fmt"
	"strings"
)

// Hostile are files that hurt whoever reads them without care, by name. Some can be
// read in part, none may end a program.
func Hostile() map[string][]byte {
	whole := Text("Première page\nfin", "Deuxième page")
	files := map[string][]byte{
		"empty":               {},
		"a header only":       []byte("%PDF-1.7\n"),
		"no PDF":              []byte("PK\x03\x04 this is none"),
		"zeros":               make([]byte, 1<<16),
		"cut in the header":   whole[:6],
		"cut in the middle":   whole[:len(whole)/2],
		"cut before its end":  whole[:len(whole)-40],
		"10000 pages":         manyPages(10_000),
		"pages in a circle":   pagesInACircle(),
		"xref in a circle":    xrefInACircle(),
		"a bomb":              bomb(1),
		"a bomb in a bomb":    bomb(2),
		"a form in itself":    formInItself(),
		"bookmarks in circle": bookmarksInACircle(),
		"arrays too deep":     tooDeep(),
		"a picture too large": pictureTooLarge(),
		"JBIG2 of nothing":    oddPicture("JBIG2Decode", bytes.Repeat([]byte{0, 0, 0, 0, 0x30, 0, 1}, 100)),
		"JPX of nothing":      oddPicture("JPXDecode", append([]byte("\x00\x00\x00\x0cjP  \r\n\x87\n\xff\x4f\xff\x51"), bytes.Repeat([]byte{0xff}, 200)...)),
		"a page of no size":   noSize(),
		"length of 4 GB":      bytes.Replace(Text("a"), []byte("/Length "), []byte("/Length 4294967295%"), 1),
		"names in a circle":   namesInACircle(),
	}
	return files
}

func manyPages(n int) []byte {
	var f File
	for range n {
		f.Page("", "", "")
	}
	return f.Bytes()
}

func pagesInACircle() []byte {
	return bytes.Replace(Text("a"), []byte("/Kids["), []byte("/Kids[2 0 R 2 0 R "), 1)
}

func xrefInACircle() []byte {
	data := Text("a")
	at := bytes.LastIndex(data, []byte("xref\n0 "))
	return bytes.Replace(data, []byte("/Root 1 0 R"), fmt.Appendf(nil, "/Root 1 0 R/Prev %d", at), 1)
}

// bomb is a content that is larger than pdfium's memory, packed so often.
func bomb(times int) []byte {
	var f File
	data := Deflate(bytes.Repeat([]byte("(aaaaaaaaaaaaaaaa) Tj "), 200<<20/22))
	filters := "/FlateDecode"
	for range times - 1 {
		data, filters = Deflate(data), filters+"/FlateDecode"
	}
	stream := f.Stream("/Filter["+filters+"]", data)
	f.pages = append(f.pages, f.Add(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", stream)))
	f.Page(Lines("La page d'après"), "", "")
	return f.Bytes()
}

func formInItself() []byte {
	var f File
	n := firstFree + len(f.objects)
	f.Stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 500 500]/Resources<</XObject<</X %d 0 R>>>>", n), []byte("/X Do /X Do"))
	f.Page("/X Do", "", fmt.Sprintf("/XObject<</X %d 0 R>>", n))
	return f.Bytes()
}

func bookmarksInACircle() []byte {
	f := File{Catalog: "/Outlines 4 0 R"}
	f.Add("<</First 5 0 R/Last 5 0 R>>")
	f.Add("<</Title(a)/Parent 4 0 R/First 6 0 R/Next 6 0 R>>")
	f.Add("<</Title(b)/Parent 4 0 R/First 5 0 R/Next 5 0 R>>")
	f.Page(Lines("a"), "", "")
	return f.Bytes()
}

func tooDeep() []byte {
	var f File
	f.Page(strings.Repeat("[", 1<<20)+" TJ "+strings.Repeat("q ", 1<<18), "/Deep "+strings.Repeat("[", 1<<16)+strings.Repeat("]", 1<<16), "")
	return f.Bytes()
}

func pictureTooLarge() []byte {
	var f File
	n := f.Stream("/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode", Deflate(make([]byte, 1<<20)))
	f.Page("q 595 0 0 842 0 0 cm /I1 Do Q", "", fmt.Sprintf("/XObject<</I1 %d 0 R>>", n))
	return f.Bytes()
}

func oddPicture(filter string, data []byte) []byte {
	var f File
	n := f.Stream("/Type/XObject/Subtype/Image/Width 1000/Height 1000/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/"+filter, data)
	f.Page("q 595 0 0 842 0 0 cm /I1 Do Q", "", fmt.Sprintf("/XObject<</I1 %d 0 R>>", n))
	return f.Bytes()
}

func noSize() []byte {
	return bytes.Replace(Text("a"), []byte("/MediaBox[0 0 595 842]"), []byte("/MediaBox[0 0 1e38 1e-9]"), 1)
}

func namesInACircle() []byte {
	f := File{Catalog: "/Names<</EmbeddedFiles 4 0 R>>"}
	f.Add("<</Kids[4 0 R 4 0 R 5 0 R]>>")
	f.Add("<</Names[(a)<</F(a)/EF<</F 5 0 R>>>>]/Kids[4 0 R]>>")
	f.Page(Lines("a"), "", "")
	return f.Bytes()
}
