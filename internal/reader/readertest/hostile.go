package readertest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"strings"
)

// Hostile make files that are to harm who reads them, by the names of the files. Some
// have twenty megabytes, which is why each is made when it is asked for.
func Hostile() map[string]func() []byte {
	all := hostileArchives()
	maps.Copy(all, hostileMessages())
	maps.Copy(all, hostileTexts())
	return all
}

func hostileArchives() map[string]func() []byte {
	return map[string]func() []byte{
		"zeros.zip":       func() []byte { return packed("zeros.txt", 128<<20, nil) },
		"many zeros.zip":  func() []byte { return layered(packed("zeros.txt", 64<<20, nil), 3, 16) },
		"deep.zip":        func() []byte { return layered(Zip(File{"a.txt", []byte("a")}), 40, 1) },
		"itself.zip":      itself,
		"overlapping.zip": func() []byte { return overlapping(2000) },
		"claims.zip":      func() []byte { return claims(Zip(File{"a.txt", []byte("rien de plus")})) },
		"members.zip":     func() []byte { return members(60_000) },
		"many.zip":        func() []byte { return members(12_000) },
		"columns.ods": func() []byte {
			return Odf(`<office:spreadsheet><table:table table:name="A"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="1000000" office:value-type="string"><text:p>a<text:s text:c="2000000000"/></text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>`)
		},
		"deep.docx":   func() []byte { return Docx(strings.Repeat("<w:p>", 1_000_000)) },
		"shared.xlsx": packedBook,
		"rows.xlsx": func() []byte {
			return Xlsx(nil, []Sheet{{Name: "A", Rows: strings.Repeat(`<row r="2147483647"><c r="XFD1" s="99999999" t="s"><v>4294967295</v></c></row>`, 100_000)}})
		},
		"zeros.gz":          func() []byte { return gzipped(128 << 20) },
		"embedded.docx":     func() []byte { return embedded(30) },
		"medical heads.zip": heads,
	}
}

func hostileMessages() map[string]func() []byte {
	return map[string]func() []byte{
		"parts.eml":        func() []byte { return parts(10_000) },
		"nested parts.eml": func() []byte { return nested(3_000) },
		"nested.eml":       func() []byte { return messages(30) },
		"headers.eml": func() []byte {
			return []byte("From: a@b.example\r\nSubject: " + strings.Repeat("=?utf-8?q?a?=\r\n ", 300_000) + "\r\n\r\na")
		},
		"many headers.eml": func() []byte {
			return []byte("From: a@b.example\r\nDate: x\r\n" + strings.Repeat("X: y\r\n", 1_000_000))
		},
		"boundary.eml": func() []byte {
			return []byte("From: a@b.example\r\nDate: x\r\nContent-Type: multipart/mixed; boundary=\"-\"\r\n\r\n" + strings.Repeat("---", 3<<20))
		},
		"base64.eml": func() []byte {
			return []byte("From: a@b.example\r\nDate: x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("=", 8<<20))
		},
		"quoted.eml": func() []byte {
			return []byte("From: a@b.example\r\nDate: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.Repeat("=", 8<<20))
		},
		"mailbox.eml": func() []byte { return []byte(strings.Repeat("From x\nFrom: a@b.example\nDate: x\n\na\n", 200_000)) },
	}
}

func hostileTexts() map[string]func() []byte {
	return map[string]func() []byte{
		"deep.xml":     func() []byte { return []byte("<?xml version=\"1.0\"?>" + strings.Repeat("<a>", 1_000_000)) },
		"deep.html":    func() []byte { return []byte("<html>" + strings.Repeat("<div><b>", 500_000)) },
		"deep.rtf":     func() []byte { return []byte(`{\rtf1 ` + strings.Repeat("{", 5_000_000)) },
		"laughs.xml":   laughs,
		"quotes.xml":   func() []byte { return []byte("<?xml version=\"1.0\"?><a b=\"" + strings.Repeat(">", 8<<20)) },
		"tags.xml":     func() []byte { return []byte("<?xml version=\"1.0\"?>" + strings.Repeat("<", 8<<20)) },
		"comment.xml":  func() []byte { return []byte("<?xml version=\"1.0\"?><!--" + strings.Repeat("->", 4<<20)) },
		"entities.xml": func() []byte { return []byte("<?xml version=\"1.0\"?><a>" + strings.Repeat("&", 8<<20)) },
		"attributes.xml": func() []byte {
			return []byte("<?xml version=\"1.0\"?><a " + strings.Repeat("a=\"1234567890\" ", 500_000) + "/>")
		},
		"attributes.html": func() []byte { return []byte("<html><p " + strings.Repeat("title='1234567890' ", 300_000) + ">") },
		"zeros.txt":       func() []byte { return make([]byte, 8<<20) },
		"line.txt":        func() []byte { return bytes.Repeat([]byte("1 "), 8<<20) },
		"half.txt":        func() []byte { return bytes.Repeat([]byte{0x80}, 8<<20) },
		"sector.doc":      func() []byte { return Ole(nil, bytes.Repeat([]byte{'a', 0}, 4<<20)) },
		"short.doc":       func() []byte { return []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") },
		"binary.rtf":      func() []byte { return []byte(`{\rtf1{\pict\bin2147483647 ` + strings.Repeat("0", 1000)) },
		"pictures.rtf":    func() []byte { return []byte(`{\rtf1` + strings.Repeat(`{\pict ffd8ffe0}`, 300_000)) },
		"pictures.html": func() []byte {
			return []byte("<html>" + strings.Repeat(`<img src="data:image/png;base64,iVBORw0KGgo=">`, 100_000))
		},
		"backslashes.rtf": func() []byte { return []byte(`{\rtf1 ` + strings.Repeat(`\`, 8<<20)) },
	}
}

// layered packs a file width times into an archive, and that again.
func layered(inner []byte, layers, width int) []byte {
	for i := range layers {
		var files []File
		for k := range width {
			files = append(files, File{fmt.Sprintf("%d-%d.zip", i, k), inner})
		}
		inner = Zip(files...)
	}
	return inner
}

// itself is an archive of which each member is its own beginning, as one of those is
// that hold themselves: an end of a directory that stands within a stored member.
func itself() []byte {
	z := Zip(File{"a.zip", []byte("PK\x03\x04")})
	for range 20 {
		z = Zip(File{"a.zip", z}, File{"b.zip", z})
	}
	return z
}

// overlapping lists one member many times in the directory.
func overlapping(times int) []byte {
	z := packed("zeros.txt", 16<<20, nil)
	directory := bytes.Index(z, []byte("PK\x01\x02"))
	end := bytes.Index(z, []byte("PK\x05\x06"))
	record := bytes.Clone(z[directory:end])
	out := append(bytes.Clone(z[:directory]), bytes.Repeat(record, times)...)
	tail := bytes.Clone(z[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(times))
	binary.LittleEndian.PutUint16(tail[10:], uint16(times))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(record)*times))
	return append(out, tail...)
}

// claims makes the directory say that members have four gigabytes.
func claims(z []byte) []byte {
	for at := 0; ; {
		i := bytes.Index(z[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return z
		}
		at += i + 4
		binary.LittleEndian.PutUint32(z[at+20:], 0xfffffffe)
	}
}

func members(n int) []byte {
	files := make([]File, n)
	for i := range files {
		files[i] = File{fmt.Sprintf("%d.txt", i), []byte("a")}
	}
	return Zip(files...)
}

func laughs() []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a0 \"ha\">")
	for i := range 30 {
		fmt.Fprintf(&b, "<!ENTITY a%d \"%s\">", i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	return []byte(b.String() + "]><a>&a30;</a>")
}

// packedBook has more shared texts than anybody reads, in little space.
func packedBook() []byte {
	z := packed("xl/sharedStrings.xml", 0, func(w io.Writer) {
		block := []byte(strings.Repeat("<si><t>texte partage, numero 12345678</t></si><si/>", 10_000))
		_, _ = io.WriteString(w, "<sst>")
		for range 200 {
			_, _ = w.Write(block)
		}
	})
	// Its members are found by their heads: what was before is a directory less.
	end := bytes.Index(z, []byte("PK\x01\x02"))
	rest := Xlsx(nil, []Sheet{{Name: "A", Rows: `<row r="1"><c t="s"><v>0</v></c></row>`}})
	return append(bytes.Clone(z[:end]), rest[:bytes.Index(rest, []byte("PK\x01\x02"))]...)
}

func parts(n int) []byte {
	var a []Attachment
	for i := range n {
		a = append(a, Attachment{fmt.Sprintf("%d.txt", i), "text/plain", []byte("a")})
	}
	return Eml("beaucoup", "a", a...)
}

func nested(n int) []byte {
	var b strings.Builder
	b.WriteString("From: a@b.example\r\nMIME-Version: 1.0\r\n")
	for i := range n {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	return []byte(b.String())
}

func messages(n int) []byte {
	m := Eml("fin", "a")
	for range n {
		m = append([]byte("From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"), m...)
	}
	return m
}

func gzipped(size int) []byte {
	return Gzip(make([]byte, size))
}

func embedded(n int) []byte {
	d := Docx(Paragraphs("fin"))
	for range n {
		d = Docx(Paragraphs("a"), File{"word/embeddings/a.docx", d})
	}
	return d
}

// heads are texts on which every test for a medical format is slow.
func heads() []byte {
	var files []File
	text := []byte("<a>" + strings.Repeat("****LA\n<!-- <? {\"resourceType\" \n", 2<<10))
	for i := range 1000 {
		files = append(files, File{fmt.Sprintf("%d.xml", i), text})
	}
	return Zip(files...)
}
