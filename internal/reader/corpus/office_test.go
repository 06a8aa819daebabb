package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf16"

	"guichet/internal/reader/readertest"
)

var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// word is a document whose runs are cut anywhere, as Word does after corrections.
func word(r *rand.Rand, blocks []block) []byte {
	cut := chance(r, 50)
	paragraph := func(text string) string {
		var b strings.Builder
		b.WriteString(`<w:p w:rsidR="00A77B3E">`)
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				b.WriteString(`<w:r><w:br/></w:r>`)
			}
			for k, tabbed := range strings.Split(line, "\t") {
				if k > 0 {
					b.WriteString(`<w:r><w:tab/></w:r>`)
				}
				for _, run := range runs(r, tabbed, cut) {
					b.WriteString(`<w:r><w:rPr><w:lang w:val="fr-FR"/></w:rPr><w:t xml:space="preserve">` + escaped.Replace(run) + `</w:t></w:r>`)
					if cut && chance(r, 30) {
						b.WriteString(`<w:proofErr w:type="spellEnd"/>`)
					}
				}
			}
		}
		return b.String() + `</w:p>`
	}
	var b strings.Builder
	for _, bl := range blocks {
		if bl.text != "" {
			b.WriteString(paragraph(bl.text))
		}
		if len(bl.rows) > 0 {
			b.WriteString("<w:tbl>")
			for _, row := range bl.rows {
				b.WriteString("<w:tr>")
				for _, c := range row {
					b.WriteString("<w:tc><w:tcPr/>" + paragraph(c.text) + "</w:tc>")
				}
				b.WriteString("</w:tr>")
			}
			b.WriteString("</w:tbl>")
		}
	}
	return readertest.Docx(b.String())
}

func runs(r *rand.Rand, text string, cut bool) []string {
	if !cut {
		return []string{text}
	}
	var out []string
	for c := []rune(text); len(c) > 0; {
		n := min(len(c), 1+r.IntN(14))
		out = append(out, string(c[:n]))
		c = c[n:]
	}
	return out
}

// rowsOf are blocks as rows of a sheet.
func rowsOf(blocks []block) [][]cell {
	var out [][]cell
	for _, bl := range blocks {
		if bl.text != "" {
			out = append(out, []cell{{text: bl.text}})
		}
		out = append(append(out, bl.rows...), nil)
	}
	return out
}

func excel(r *rand.Rand, blocks []block) []byte {
	inline := chance(r, 30)
	var shared []string
	var b strings.Builder
	for y, row := range rowsOf(blocks) {
		fmt.Fprintf(&b, `<row r="%d">`, y+1)
		for x, c := range row {
			at := fmt.Sprintf("%c%d", 'A'+x, y+1)
			switch {
			case c.number && chance(r, 40):
				fmt.Fprintf(&b, `<c r="%s"><v>%s</v></c>`, at, power(c.text))
			case c.number:
				fmt.Fprintf(&b, `<c r="%s" s="2"><v>%s</v></c>`, at, c.text)
			case inline:
				fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at, escaped.Replace(c.text))
			default:
				fmt.Fprintf(&b, `<c r="%s" t="s"><v>%d</v></c>`, at, len(shared))
				shared = append(shared, escaped.Replace(c.text))
			}
		}
		b.WriteString("</row>")
	}
	return readertest.Xlsx(shared, []readertest.Sheet{{Name: "Feuil1", Rows: b.String()}})
}

// power writes a long number as spreadsheets store some: 1.84054410900187E14.
func power(s string) string {
	if len(s) < 12 {
		return s
	}
	return s[:1] + "." + strings.TrimRight(s[1:], "0") + fmt.Sprintf("E%d", len(s)-1)
}

func calc(r *rand.Rand, blocks []block) []byte {
	var b strings.Builder
	b.WriteString(`<office:spreadsheet><table:table table:name="Feuille1">`)
	for _, row := range rowsOf(blocks) {
		b.WriteString(`<table:table-row>`)
		for _, c := range row {
			if c.number {
				seen := c.text
				if len(seen) > 11 && chance(r, 40) {
					seen = seen[:1] + "," + seen[1:6] + fmt.Sprintf("E+%d", len(c.text)-1)
				}
				fmt.Fprintf(&b, `<table:table-cell office:value-type="float" office:value="%s"><text:p>%s</text:p></table:table-cell>`, c.text, seen)
				continue
			}
			b.WriteString(`<table:table-cell office:value-type="string"><text:p>` + strings.Join(strings.Split(spaced(c.text), "\n"), `</text:p><text:p>`) + `</text:p></table:table-cell>`)
		}
		b.WriteString(`</table:table-row>`)
	}
	return readertest.Odf(b.String() + `</table:table></office:spreadsheet>`)
}

// spaced is a text as ODF writes it, which has elements for tabs and for spaces at an
// edge or behind another.
func spaced(text string) string {
	var b strings.Builder
	last := len(text) - 1
	for i, c := range text {
		switch {
		case c == '\t':
			b.WriteString("<text:tab/>")
		case c == ' ' && (i == 0 || i == last || text[i-1] == ' '):
			b.WriteString("<text:s/>")
		default:
			b.WriteString(escaped.Replace(string(c)))
		}
	}
	return b.String()
}

func writer(r *rand.Rand, blocks []block) []byte {
	cut := chance(r, 50)
	paragraph := func(text string) string {
		var b strings.Builder
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				b.WriteString("<text:line-break/>")
			}
			for _, run := range runs(r, line, cut) {
				run = spaced(run)
				if cut {
					run = `<text:span text:style-name="T1">` + run + `</text:span>`
				}
				b.WriteString(run)
			}
		}
		return `<text:p text:style-name="Standard">` + b.String() + `</text:p>`
	}
	var b strings.Builder
	b.WriteString("<office:text>")
	for _, bl := range blocks {
		if bl.text != "" {
			b.WriteString(paragraph(bl.text))
		}
		if len(bl.rows) > 0 {
			b.WriteString(`<table:table table:name="T">`)
			for _, row := range bl.rows {
				b.WriteString("<table:table-row>")
				for _, c := range row {
					b.WriteString(`<table:table-cell office:value-type="string">` + paragraph(c.text) + `</table:table-cell>`)
				}
				b.WriteString("</table:table-row>")
			}
			b.WriteString("</table:table>")
		}
	}
	return readertest.Odf(b.String() + "</office:text>")
}

func page(r *rand.Rand, blocks []block) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Dossier</title><style>p{margin:0}</style></head><body>\n")
	in := func(text string) string {
		text = strings.NewReplacer("\n", "<br>", "\u00a0", "&nbsp;").Replace(escaped.Replace(text))
		if chance(r, 30) {
			text = "<span style=\"color:#333\">" + text + "</span>"
		}
		return text
	}
	for _, bl := range blocks {
		if bl.text != "" {
			b.WriteString("<p>" + in(bl.text) + "</p>\n")
		}
		if len(bl.rows) > 0 {
			b.WriteString("<table>")
			for _, row := range bl.rows {
				b.WriteString("<tr>")
				for _, c := range row {
					b.WriteString("<td>" + in(c.text) + "</td>")
				}
				b.WriteString("</tr>\n")
			}
			b.WriteString("</table>\n")
		}
	}
	return b.String() + "</body></html>\n"
}

// rich is a document of WordPad.
func rich(_ *rand.Rand, blocks []block) []byte {
	var b strings.Builder
	b.WriteString(`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}\f0\fs20 `)
	put := func(text string) {
		for _, c := range text {
			switch {
			case c == '\n':
				b.WriteString("\\line ")
			case c == '\t':
				b.WriteString("\\tab ")
			case c == '\\' || c == '{' || c == '}':
				b.WriteString(`\` + string(c))
			case c == 0xa0:
				b.WriteString(`\~`)
			case c == 0x2011:
				b.WriteString(`\_`)
			case c > 0x7f && c <= 0xff:
				fmt.Fprintf(&b, `\'%02x`, c)
			case c > 0xff:
				for _, u := range utf16.Encode([]rune{c}) {
					fmt.Fprintf(&b, `\u%d?`, int16(u))
				}
			default:
				b.WriteRune(c)
			}
		}
	}
	for _, bl := range blocks {
		for _, row := range bl.rows {
			b.WriteString(`\trowd `)
			for _, c := range row {
				put(c.text)
				b.WriteString(`\cell `)
			}
			b.WriteString("\\row\n")
		}
		if bl.text != "" {
			put(bl.text)
			b.WriteString("\\par\n")
		}
	}
	return []byte(b.String() + "}")
}
