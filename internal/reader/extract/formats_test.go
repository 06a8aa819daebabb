package extract_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/reader/readertest"
)

const docxPage = `<w:p><w:r><w:lastRenderedPageBreak/><w:t>`

func cells(row int, values ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, row)
	for i, v := range values {
		fmt.Fprintf(&b, `<c r="%c%d"><v>%s</v></c>`, 'A'+i, row, v)
	}
	return b.String() + "</row>"
}

func inline(row int, text string) string {
	return fmt.Sprintf(`<row r="%d"><c r="A%d" t="inlineStr"><is><r><t>%s</t></r></is></c></row>`, row, row, text)
}

func odsRow(attrs string, cells ...string) string {
	var b strings.Builder
	b.WriteString(`<table:table-row` + attrs + `>`)
	for _, c := range cells {
		b.WriteString(`<table:table-cell office:value-type="string"><text:p>` + c + `</text:p></table:table-cell>`)
	}
	return b.String() + `</table:table-row>`
}

func odsSheet(name string, rows ...string) string {
	return `<office:spreadsheet><table:table table:name="` + name + `">` + strings.Join(rows, "") + `</table:table></office:spreadsheet>`
}

// sample is a good file with the number in it, and where it stands.
type sample struct {
	file string
	data []byte
	at   desk.Place
}

func at(member string, page, line int) desk.Place {
	return desk.Place{Member: member, Page: page, Line: line}
}

// Samples that others have in them.
var (
	docx = readertest.Docx(readertest.Paragraphs("Bonjour", "le n° "+nir))
	xlsx = readertest.Xlsx([]string{"Nom", nir}, []readertest.Sheet{{Name: "Liste", Rows: `<row r="7"><c r="B7" t="s"><v>1</v></c></row>`}})
)

// formats are good files of every format.
func formats() map[string]sample {
	all := texts()
	maps.Copy(all, documents())
	maps.Copy(all, containers())
	return all
}

func texts() map[string]sample {
	text := "Bonjour,\r\nvoici le numéro de la patiente\r\n" + spaced(nir) + "\r\nmerci\r\n"
	latin := []byte("Num\xe9ro :\n" + nir + "\n")
	rtf := `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial 184054410900136;}}\pard Num\'e9ro\~: \u50 ?` + nir[1:7] + `{\b ` + nir[7:] + `}\par}`
	return map[string]sample{
		"Text":                {"a.txt", []byte(text), at("", 0, 3)},
		"TextMarked":          {"a.txt", []byte("\ufeff" + text), at("", 0, 3)},
		"TextLatin":           {"a.txt", latin, at("", 0, 2)},
		"TextWide":            {"a.txt", append([]byte{0xff, 0xfe}, readertest.Wide(text, binary.LittleEndian)...), at("", 0, 3)},
		"TextWideBig":         {"a.txt", append([]byte{0xfe, 0xff}, readertest.Wide(text, binary.BigEndian)...), at("", 0, 3)},
		"TextWideUnmarked":    {"a.csv", readertest.Wide(text, binary.LittleEndian), at("", 0, 3)},
		"TextWideBigUnmarked": {"a.csv", readertest.Wide(text, binary.BigEndian), at("", 0, 3)},
		"TextOfMac":           {"a.txt", []byte("Bonjour\rle " + nir + "\rmerci"), at("", 0, 2)},
		"TextWithZeros":       {"a.txt", []byte(text[:20] + "\x00" + text[20:]), at("", 0, 3)},
		"TextOfMessage":       {"a.txt", []byte("From: Accueil\nDate: lundi\n\nle " + nir + "\n"), at("", 0, 4)},
		"TextLong":            {"a.txt", []byte(strings.Repeat("ligne\n", 100_000) + nir + "\n"), at("", 0, 100_001)},
		"CSV":                 {"a.csv", []byte("nom;nir\nx;" + nir + "\n"), at("", 0, 2)},
		"HTML":                {"a.html", []byte("<html><body><p>n°</p><p>" + nir[:5] + "<b>" + nir[5:] + "</b></p></body></html>"), at("", 0, 0)},
		"HTMLCells":           {"a.html", []byte("<table><tr><td><p>" + nir[:1] + "</p></td><td><p>" + nir[1:3] + "</p></td><td>" + nir[3:13] + "</td><td>" + nir[13:] + "</td></tr></table>"), at("", 0, 0)},
		"HTMLEntities":        {"a.html", []byte("<p>" + strings.ReplaceAll(spaced(nir), " ", "&nbsp;") + "</p>"), at("", 0, 0)},
		"HTMLComment":         {"a.html", []byte("<p>a</p><!-- " + nir + " -->"), at("", 0, 0)},
		"HTMLAttribute":       {"a.html", []byte(`<p>a</p><input value="` + nir + `">`), at("", 0, 0)},
		"RTF":                 {"a.rtf", []byte(rtf), at("", 0, 0)},
		"XML":                 {"a.xml", []byte(`<?xml version="1.0"?><a><nir>` + nir[:13] + `</nir></a>`), at("", 0, 0)},
		"XMLAttribute":        {"a.xml", []byte(`<?xml version="1.0"?><a><p nir="` + nir + `"/></a>`), at("", 0, 0)},
		"XMLSection":          {"a.xml", []byte(`<?xml version="1.0"?><a><![CDATA[` + nir + `]]></a>`), at("", 0, 0)},
		"XMLWide":             {"a.xml", append([]byte{0xff, 0xfe}, readertest.Wide(`<?xml version="1.0"?><a>`+nir+`</a>`, binary.LittleEndian)...), at("", 0, 0)},
		"JSON":                {"a.json", []byte("{\n\"n\": \"" + nir + "\"}"), at("", 0, 2)},
	}
}

func documents() map[string]sample {
	return map[string]sample{
		"DocxBody":         {"a.docx", docx, at("", 0, 0)},
		"DocxPage":         {"a.docx", readertest.Docx(readertest.Paragraphs("un") + docxPage + "deux</w:t></w:r></w:p>" + docxPage + nir + "</w:t></w:r></w:p>"), at("", 3, 0)},
		"DocxRuns":         {"a.docx", readertest.Docx("<w:p><w:r><w:t>" + nir[:4] + "</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>" + nir[4:] + "</w:t></w:r></w:p>"), at("", 0, 0)},
		"DocxCells":        {"a.docx", readertest.Docx("<w:tbl><w:tr><w:tc>" + readertest.Paragraphs(nir[:1]) + "</w:tc><w:tc>" + readertest.Paragraphs(nir[1:13]) + "</w:tc><w:tc>" + readertest.Paragraphs(nir[13:]) + "</w:tc></w:tr></w:tbl>"), at("", 0, 0)},
		"DocxDeleted":      {"a.docx", readertest.Docx("<w:p><w:del><w:r><w:delText>" + nir + "</w:delText></w:r></w:del></w:p>"), at("", 0, 0)},
		"DocxHeader":       {"a.docx", readertest.Docx("", readertest.File{Name: "word/header1.xml", Data: []byte("<w:hdr>" + readertest.Paragraphs(nir) + "</w:hdr>")}), at("", 0, 0)},
		"DocxFootnote":     {"a.docx", readertest.Docx("", readertest.File{Name: "word/footnotes.xml", Data: []byte("<w:footnotes>" + readertest.Paragraphs(nir) + "</w:footnotes>")}), at("", 0, 0)},
		"DocxComment":      {"a.docx", readertest.Docx("", readertest.File{Name: "word/comments.xml", Data: []byte("<w:comments>" + readertest.Paragraphs(nir) + "</w:comments>")}), at("", 0, 0)},
		"DocxBox":          {"a.docx", readertest.Docx("<w:p><w:r><wps:txbx><w:txbxContent>" + readertest.Paragraphs(nir) + "</w:txbxContent></wps:txbx></w:r></w:p>"), at("", 0, 0)},
		"DocxVariable":     {"a.docx", readertest.Docx("", readertest.File{Name: "word/settings.xml", Data: []byte(`<w:settings><w:docVars><w:docVar w:name="n" w:val="` + nir + `"/></w:docVars></w:settings>`)}), at("", 0, 0)},
		"DocxTitle":        {"a.docx", readertest.Docx("", readertest.File{Name: "docProps/core.xml", Data: []byte("<cp:coreProperties><dc:title>" + nir + "</dc:title></cp:coreProperties>")}), at("", 0, 0)},
		"DocxEmbeddedBook": {"a.docx", readertest.Docx("", readertest.File{Name: "word/embeddings/Book1.xlsx", Data: xlsx}), at("Book1.xlsx/Liste", 0, 7)},
		"XlsxShared":       {"a.xlsx", xlsx, at("Liste", 0, 7)},
		"XlsxInline":       {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: inline(2, nir)}}), at("A", 0, 2)},
		"XlsxNumber":       {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: cells(3, "1", nir)}}), at("A", 0, 3)},
		"XlsxScientific":   {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: cells(3, nir[:1]+"."+nir[1:]+"E+14")}}), at("A", 0, 3)},
		"XlsxCells":        {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: cells(9, nir[:1], nir[1:3], nir[3:5], nir[5:7], nir[7:10], nir[10:13], nir[13:])}}), at("A", 0, 9)},
		"XlsxFormula":      {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: `<row r="4"><c r="A4" t="str"><f>A1&amp;B1</f><v>` + nir + `</v></c></row>`}}), at("A", 0, 4)},
		"XlsxHidden":       {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A"}, {Name: "Données", Rows: inline(5, nir), Hidden: true}}), at("Données", 0, 5)},
		"XlsxBrokenCell":   {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: inline(1, "un\ndeux\ntrois") + inline(2, "x\ny "+nir)}}), at("A", 0, 2)},
		"XlsxUnused":       {"a.xlsx", readertest.Xlsx([]string{nir}, []readertest.Sheet{{Name: "A"}}), at("", 0, 0)},
		"XlsxComment":      {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A"}}, readertest.File{Name: "xl/comments1.xml", Data: []byte("<comments><comment><text><t>" + nir + "</t></text></comment></comments>")}), at("", 0, 0)},
		"XlsxPivot":        {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A"}}, readertest.File{Name: "xl/pivotCache/pivotCacheRecords1.xml", Data: []byte(`<r><n v="` + nir[:1] + "." + nir[1:] + `E+14"/></r>`)}), at("", 0, 0)},
		"Pptx": {"a.pptx", readertest.Zip(readertest.File{Name: "[Content_Types].xml"},
			readertest.File{Name: "ppt/presentation.xml", Data: []byte(`<p:presentation><p:sldIdLst><p:sldId id="256" r:id="r1"/><p:sldId id="257" r:id="r2"/></p:sldIdLst></p:presentation>`)},
			readertest.File{Name: "ppt/_rels/presentation.xml.rels", Data: []byte(`<Relationships><Relationship Id="r2" Target="slides/slide1.xml"/><Relationship Id="r1" Target="slides/slide2.xml"/></Relationships>`)},
			readertest.File{Name: "ppt/slides/slide1.xml", Data: []byte(`<p:sld><a:p><a:r><a:t>` + nir + `</a:t></a:r></a:p></p:sld>`)},
			readertest.File{Name: "ppt/slides/slide2.xml", Data: []byte(`<p:sld/>`)}), at("", 2, 0)},
	}
}

func containers() map[string]sample {
	eml := readertest.Eml("Dossier", "voir la pièce", readertest.Attachment{Name: "liste.csv", Media: "text/csv", Data: []byte("a;b\nx;" + nir + "\n")})
	head := "From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\n"
	return map[string]sample{
		"Odt":         {"a.odt", readertest.Odf(`<office:text><text:p>n° <text:span>` + nir[:3] + `</text:span>` + nir[3:] + `</text:p></office:text>`), at("", 0, 0)},
		"OdtBlanks":   {"a.odt", readertest.Odf(`<office:text><text:p>` + nir[:1] + `<text:s/>` + nir[1:13] + `<text:tab/>` + nir[13:] + `</text:p></office:text>`), at("", 0, 0)},
		"OdtPage":     {"a.odt", readertest.Odf(`<office:text><text:p>a</text:p><text:soft-page-break/><text:p>` + nir + `</text:p></office:text>`), at("", 2, 0)},
		"OdtHeader":   {"a.odt", readertest.Odf(`<office:text/>`, readertest.File{Name: "styles.xml", Data: []byte(`<style:header><text:p>` + nir + `</text:p></style:header>`)}), at("", 0, 0)},
		"OdtMeta":     {"a.odt", readertest.Odf(`<office:text/>`, readertest.File{Name: "meta.xml", Data: []byte(`<office:meta><dc:subject>` + nir + `</dc:subject></office:meta>`)}), at("", 0, 0)},
		"Ods":         {"a.ods", readertest.Odf(odsSheet("Mars", odsRow(""), odsRow(` table:number-rows-repeated="40"`), odsRow("", "x", nir))), at("Mars", 0, 42)},
		"OdsCells":    {"a.ods", readertest.Odf(odsSheet("Mars", odsRow("", nir[:1], nir[1:13], nir[13:]))), at("Mars", 0, 1)},
		"OdsRounded":  {"a.ods", readertest.Odf(odsSheet("Mars", `<table:table-row><table:table-cell office:value-type="float" office:value="`+nir+`"><text:p>1,84E+14</text:p></table:table-cell></table:table-row>`)), at("Mars", 0, 1)},
		"OdtForm":     {"a.odt", readertest.Odf(`<office:text><office:forms><form:text form:name="a" form:current-value="` + nir + `"/></office:forms><text:p>a</text:p></office:text>`), at("", 0, 0)},
		"OdtOption":   {"a.odt", readertest.Odf(`<office:forms><form:listbox><form:option form:label="x" form:value="` + spaced(nir) + `"/></form:listbox></office:forms>`), at("", 0, 0)},
		"OdtField":    {"a.odt", readertest.Odf(`<text:p>a</text:p><text:soft-page-break/><text:p><text:user-field-get text:formula="&quot;` + nir + `&quot;">x</text:user-field-get></text:p>`), at("", 2, 0)},
		"OdtTable":    {"a.odt", readertest.Odf(`<table:table><table:table-row><table:table-cell office:value-type="string" office:string-value="` + nir + `"><text:p>x</text:p></table:table-cell></table:table-row></table:table>`), at("", 0, 0)},
		"OdsFormula":  {"a.ods", readertest.Odf(odsSheet("Mars", odsRow(""), `<table:table-row><table:table-cell table:formula="of:=&quot;n°&quot;&amp;`+nir+`"><text:p>Err</text:p></table:table-cell></table:table-row>`)), at("Mars", 0, 2)},
		"OdsKept":     {"a.ods", readertest.Odf(odsSheet("Mars", `<table:table-row><table:table-cell office:value-type="currency" office:value="`+nir+`"><text:p>élevé</text:p></table:table-cell></table:table-row>`)), at("Mars", 0, 1)},
		"OdsFilter":   {"a.ods", readertest.Odf(odsSheet("Mars", odsRow("", "x")) + `<table:filter-condition table:value="` + nir + `"/>`), at("", 0, 0)},
		"DocWide":     {"a.doc", readertest.Ole(nil, readertest.Wide("Numéro "+nir, binary.LittleEndian)), at("", 0, 0)},
		"DocNarrow":   {"a.doc", readertest.Ole(nil, []byte("Num\xe9ro "+spaced(nir)+"\r")), at("", 0, 0)},
		"XlsNumber":   {"a.xls", readertest.Ole(nil, xlsNumber(12)), at("", 0, 12)},
		"Msg":         {"a.msg", readertest.Ole(nil, readertest.Wide("Objet : "+spaced(nir), binary.LittleEndian)), at("", 0, 0)},
		"EmlBody":     {"a.eml", readertest.Eml("Dossier", "a\r\nle "+nir), at("", 0, 2)},
		"EmlSubject":  {"a.eml", readertest.Eml("=?iso-8859-1?q?Num=E9ro_"+nir+"?=", "a"), at("", 0, 0)},
		"EmlAttached": {"a.eml", eml, at("liste.csv", 0, 2)},
		"EmlDocx":     {"a.eml", readertest.Eml("Dossier", "a", readertest.Attachment{Name: "lettre.docx", Media: "application/octet-stream", Data: docx}), at("lettre.docx", 0, 0)},
		"EmlNested":   {"a.eml", readertest.Eml("Tr", "a", readertest.Attachment{Name: "avant.eml", Media: "message/rfc822", Data: eml}), at("avant.eml/liste.csv", 0, 2)},
		"EmlQuoted":   {"a.eml", []byte(head + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nNum=E9ro\r\n" + nir[:6] + "=\r\n" + nir[6:] + "=20\r\n"), at("", 0, 2)},
		"EmlBase64":   {"a.eml", []byte(head + "Content-Transfer-Encoding: base64\r\n\r\n" + base64Of("le "+nir) + "\r\n"), at("", 0, 1)},
		"EmlHTML":     {"a.eml", []byte(head + "Content-Type: text/html\r\n\r\n<p>" + nir[:5] + "<i>" + nir[5:] + "</i></p>"), at("", 0, 0)},
		"EmlUnnamed":  {"message", readertest.Eml("Dossier", nir), at("", 0, 1)},
		"EmlUnclosed": {"a.eml", []byte(strings.TrimSuffix(string(readertest.Eml("D", nir)), "--b1--\r\n")), at("", 0, 1)},
		"Mailbox":     {"a.mbox", []byte("From a\nFrom: a@b.example\nDate: x\n\nun\n\nFrom b\nFrom: a@b.example\nDate: x\n\n" + nir + "\n"), at("2", 0, 1)},
		"Zip":         {"a.zip", readertest.Zip(readertest.File{Name: "lot 1/a.docx", Data: docx}), at("lot 1/a.docx", 0, 0)},
		"ZipName":     {"a.zip", readertest.Zip(readertest.File{Name: nir + ".txt", Data: []byte("a")}), at(nir+".txt", 0, 0)},
		"ZipSheet":    {"a.zip", readertest.Zip(readertest.File{Name: "a.xlsx", Data: xlsx}), at("a.xlsx/Liste", 0, 7)},
		"ZipThree":    {"a.zip", zipped(3, docx), at("2.zip/1.zip/0.zip", 0, 0)},
		"ZipPassed":   {"a.zip", truncated(readertest.Zip(readertest.File{Name: "a.txt", Data: []byte(nir)}, readertest.File{Name: "b.txt", Data: []byte("b")})), at("a.txt", 0, 1)},
		"Tar":         {"a.tar", readertest.Tar(readertest.File{Name: "d/a.txt", Data: []byte("a\n" + nir)}), at("d/a.txt", 0, 2)},
		"TarGz":       {"a.tgz", readertest.Gzip(readertest.Tar(readertest.File{Name: "a.txt", Data: []byte(nir)})), at("a.txt", 0, 1)},
		"Unknown":     {"a.xyz", []byte("\x00\x01\x02\x03\x04\x05\x06\x0e\x0f\x10\x11" + nir + "\x00\x01\x02\x03"), at("", 0, 0)},
	}
}

// xlsNumber is the number as an old workbook keeps it.
func xlsNumber(row int) []byte {
	var v float64
	if _, err := fmt.Sscan(nir, &v); err != nil {
		panic(err)
	}
	return readertest.XlsNumber(row, v)
}

// zipped is a file in so many archives.
func zipped(layers int, data []byte) []byte {
	for i := range layers {
		name := fmt.Sprintf("%d.zip", i)
		if i == 0 {
			name = "0.zip"
		}
		data = readertest.Zip(readertest.File{Name: name, Data: data})
	}
	return data
}

// truncated is an archive without its directory.
func truncated(z []byte) []byte { return z[:strings.LastIndex(string(z), "PK\x03\x04")+10] }

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
