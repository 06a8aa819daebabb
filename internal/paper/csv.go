package paper

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

var errWidth = errors.New("a row is not as wide as the header")

// CSV writes a table that Excel and LibreOffice open by a double click:
// UTF-8 with a byte order mark, semicolons, CRLF. Rows are written as they
// come; none is kept. Rows end early where writing fails; a row that is not
// as wide as the header is an error.
//
// No cell is taken for a formula: see Harmless. Line ends within a cell are
// CRLF as well, NUL becomes ␀, since spreadsheets cut a cell there, and bytes
// that are no UTF-8 become U+FFFD.
func CSV(w io.Writer, header []string, rows iter.Seq[[]string]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	if _, err := out.WriteString("\uFEFF"); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	table := csv.NewWriter(out) // writes to out itself, as it is large enough
	table.Comma, table.UseCRLF = ';', true
	cells := make([]string, len(header))
	write := func(row []string) error {
		if len(row) != len(header) {
			return errWidth
		}
		for i, c := range row {
			cells[i] = Harmless(c)
		}
		if len(cells) == 1 && cells[0] == "" {
			// The writer's empty line would be read as no row at all.
			_, err := out.WriteString("\"\"\r\n")
			return err
		}
		return table.Write(cells)
	}
	err := write(header)
	if err == nil {
		rows(func(row []string) bool {
			err = write(row)
			return err == nil
		})
	}
	if err == nil {
		table.Flush()
		err = table.Error()
	}
	if err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// Cell is a moment as spreadsheets read and sort it: 2026-11-29 10:42. No
// moment is an empty cell.
func Cell(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

var ends = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\u2400")

// amount tells whether what follows a minus is a number, perhaps with spaces
// and a unit: without letters, brackets or signs there is no formula in it.
func amount(s string) bool {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return false
	}
	if cut, ok := strings.CutSuffix(s, "€"); ok {
		s = cut
	} else {
		s = strings.TrimSuffix(s, "%")
	}
	return strings.Trim(s, "0123456789,. \u00a0\u202f") == ""
}

// Harmless is a cell's text as no spreadsheet takes it for a formula. What
// begins like one, be it after spaces, gets an apostrophe before it: nothing
// of the text is changed, and Text takes it away again. A text that begins
// with apostrophes and goes on like a formula gets one more, so that the way
// back is certain.
//
// Negative amounts stay as they are: they must add up. Phone numbers
// (+33 1 …) get the apostrophe: without it Excel takes them for a number and
// drops the + and the zeros.
func Harmless(cell string) string {
	if strings.IndexByte(cell, '\r') >= 0 || strings.IndexByte(cell, 0) >= 0 {
		cell = ends.Replace(cell)
	}
	if !utf8.ValidString(cell) {
		cell = strings.ToValidUTF8(cell, "\uFFFD")
	}
	if formula(cell) {
		return "'" + cell
	}
	return cell
}

// Text is the text of a cell that Harmless wrote.
func Text(cell string) string {
	if strings.HasPrefix(cell, "'") && formula(cell) {
		return cell[1:]
	}
	return cell
}

// formula tells whether a cell begins like a formula, or like a formula
// behind apostrophes. Tabs and line ends count: some programs skip them.
func formula(cell string) bool {
	cell = strings.TrimLeft(cell, "'")
	for i, r := range cell {
		switch {
		case strings.ContainsRune("=+@\t\n\r＝＋－＠", r):
			return true
		case r == '-':
			return i > 0 || !amount(cell[1:])
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			continue
		}
		return false
	}
	return false
}
