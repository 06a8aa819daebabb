package corpus

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"guichet/internal/reader/pdf/pdftest"
	"guichet/internal/reader/readertest"
)

// block is a paragraph, or a table.
type block struct {
	text string
	rows [][]cell
}

// format is a way to write blocks to a file.
type format struct {
	name    string // of a row of the list
	ending  string
	western bool // it has only the letters of Windows' code page
	write   func(r *rand.Rand, blocks []block) []byte
}

var formats = []format{
	{"txt utf-8", ".txt", false, func(r *rand.Rand, b []block) []byte { return []byte(lines(r, b)) }},
	{"txt utf-16", ".txt", false, func(r *rand.Rand, b []block) []byte {
		order := pick(r, []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian})
		return readertest.Wide("\ufeff"+lines(r, b), order)
	}},
	{"txt cp1252", ".txt", true, func(r *rand.Rand, b []block) []byte { return western(lines(r, b)) }},
	{"csv", ".csv", false, func(r *rand.Rand, b []block) []byte {
		return []byte(pick(r, []string{"", "\ufeff"}) + values(r, b))
	}},
	{"csv cp1252", ".csv", true, func(r *rand.Rand, b []block) []byte { return western(values(r, b)) }},
	{"pdf", ".pdf", true, printed},
	{"docx", ".docx", false, word},
	{"xlsx", ".xlsx", false, excel},
	{"ods", ".ods", false, calc},
	{"odt", ".odt", false, writer},
	{"eml", ".eml", false, message},
	{"html", ".html", false, func(r *rand.Rand, b []block) []byte { return []byte(page(r, b)) }},
	{"rtf", ".rtf", false, rich},
}

func western(s string) []byte {
	b, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		panic("a text that the code page has not")
	}
	return []byte(b)
}

// lines is a plain text: long lines are wrapped or not, tables stand in columns.
func lines(r *rand.Rand, blocks []block) string {
	var b strings.Builder
	width := pick(r, []int{0, 0, 72, 95})
	sep := pick(r, []string{"\t", " | ", "  ", ""})
	for _, bl := range blocks {
		for _, row := range bl.rows {
			for i, c := range row {
				if sep == "" {
					fmt.Fprintf(&b, "%-16s ", c.text)
				} else {
					b.WriteString(c.text)
					if i < len(row)-1 {
						b.WriteString(sep)
					}
				}
			}
			b.WriteString("\n")
		}
		b.WriteString(wrapped(bl.text, width) + pick(r, []string{"\n", "\n\n"}))
	}
	if chance(r, 40) {
		return strings.ReplaceAll(b.String(), "\n", "\r\n")
	}
	return b.String()
}

// wrapped ends lines at a space near a width; 0 leaves them.
func wrapped(text string, width int) string {
	if width == 0 {
		return text
	}
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		for len(line) > width {
			i := strings.LastIndexByte(line[:width], ' ')
			if i <= 0 {
				break
			}
			out = append(out, line[:i])
			line = line[i+1:]
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func values(r *rand.Rand, blocks []block) string {
	sep := pick(r, []string{";", ";", ",", "\t"})
	var b strings.Builder
	put := func(row []cell) {
		for i, c := range row {
			if i > 0 {
				b.WriteString(sep)
			}
			if strings.ContainsAny(c.text, "\"\n"+sep) {
				c.text = `"` + strings.ReplaceAll(c.text, `"`, `""`) + `"`
			}
			b.WriteString(c.text)
		}
		b.WriteString("\r\n")
	}
	for _, bl := range blocks {
		if bl.text != "" {
			put([]cell{{text: bl.text}})
		}
		for _, row := range bl.rows {
			put(row)
		}
	}
	return b.String()
}

// printed is a PDF: lines are drawn in one go, word by word or with corrections
// between letters, cells each at its place.
func printed(r *rand.Rand, blocks []block) []byte {
	f := pdftest.File{Packed: chance(r, 50)}
	style := r.IntN(3)
	var b strings.Builder
	y := 800
	turn := func() {
		if y -= 12; y < 60 {
			f.Page(b.String(), "", "")
			b.Reset()
			y = 800
		}
	}
	draw := func(x, size float64, text string) {
		fmt.Fprintf(&b, "BT /F1 %.1f Tf %.0f %d Td %s ET\n", size, x, y, shown(r, style, text))
	}
	for _, bl := range blocks {
		places, size := spread(bl.rows)
		for _, row := range bl.rows {
			high := 1
			for i, c := range row {
				for k, part := range strings.Split(c.text, "\n") {
					y -= 11 * k
					draw(places[i], size, part)
					y += 11 * k
					high = max(high, k+1)
				}
			}
			for range high {
				turn()
			}
		}
		if bl.text != "" {
			for line := range strings.SplitSeq(wrapped(bl.text, 100), "\n") {
				draw(50, 9, strings.ReplaceAll(line, "\t", "    "))
				turn()
			}
		}
		turn()
	}
	f.Page(b.String(), "", "")
	return f.Bytes()
}

// spread is where the columns of a table begin, and how big its letters are, so that
// none stands over another.
func spread(rows [][]cell) (places []float64, size float64) {
	var widths []float64
	sum := 0.0
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if w := float64(len([]rune(c.text)) + 2); w > widths[i] {
				sum += w - widths[i]
				widths[i] = w
			}
		}
	}
	const wide, letter = 520, 0.6
	size = min(9, wide/(sum*letter))
	x := 40.0
	for _, w := range widths {
		places = append(places, x)
		x += w * letter * size
	}
	return places, size
}

func shown(r *rand.Rand, style int, text string) string {
	if style == 0 || len(text) < 4 || strings.ContainsAny(text, "\u00a0") {
		return pdftest.String(text) + " Tj"
	}
	var parts []string
	if style == 1 {
		parts = strings.SplitAfter(text, " ")
	} else {
		for c := []rune(text); len(c) > 0; {
			n := min(len(c), 1+r.IntN(4))
			parts = append(parts, string(c[:n]))
			c = c[n:]
		}
	}
	for i := range parts {
		parts[i] = pdftest.String(parts[i])
	}
	return "[" + strings.Join(parts, fmt.Sprint(" ", 5-r.IntN(20), " ")) + "] TJ"
}

// message is a mail, as programs of different times write it.
func message(r *rand.Rand, blocks []block) []byte {
	text := strings.ReplaceAll(strings.ReplaceAll(lines(r, blocks), "\r\n", "\n"), "\n", "\r\n")
	head := "From: Accueil <accueil@cabinet.example>\r\nTo: Assistance <aide@logiciel.example>\r\nSubject: =?utf-8?q?Dossier_=C3=A0_suivre?=\r\nDate: Mon, 30 Nov 2026 08:12:00 +0100\r\nMIME-Version: 1.0\r\n"
	quoted := func(s string) string {
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		if _, err := w.Write([]byte(s)); err != nil {
			panic(err)
		}
		if err := w.Close(); err != nil {
			panic(err)
		}
		return b.String()
	}
	switch r.IntN(5) {
	case 0:
		return readertest.Eml("Dossier", text)
	case 1:
		return []byte(head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted(text))
	case 2:
		return []byte(head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + folded(base64.StdEncoding.EncodeToString([]byte(text))))
	case 3:
		return readertest.Eml("Dossier", "Voir la pièce jointe.", readertest.Attachment{Name: "lettre.docx", Media: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Data: word(r, blocks)})
	default:
		return []byte(head + "Content-Type: multipart/alternative; boundary=\"=_x\"\r\n\r\n--=_x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted(text) +
			"\r\n--=_x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted(page(r, blocks)) + "\r\n--=_x--\r\n")
	}
}

func folded(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s + "\r\n"
}
