package app

import (
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/markup"
	"guichet/internal/paper"
	"guichet/internal/sqlite"
)

// PDF asks where to, under that title, and puts a request on paper there, in the
// window's words. It answers where the paper lies, "" when the dialog was
// cancelled. "not-written" when that place takes no file.
func (x *Papers) PDF(id, title, name string, words PaperWords) (path string, err error) {
	defer x.a.guard("Papers.PDF", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	parsed, err := parseID(id)
	if err != nil {
		return "", err
	}
	d, err := x.a.store.Request(x.a.ctx, x.a.me().ID, parsed)
	if err != nil {
		return "", err
	}
	return x.a.saveAs(title, name, ".pdf", func(w io.Writer) error { return paper.PDF(w, x.a.sheet(d, words)) })
}

// CSV asks where to, under that title, and writes there what a query asks for, for
// a spreadsheet.
func (x *Papers) CSV(q Query, title, name string, table Table) (path string, err error) {
	defer x.a.guard("Papers.CSV", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	query, err := x.a.asked(q)
	if err != nil {
		return "", err
	}
	var header []string
	for _, c := range table.Columns {
		header = append(header, c.Label)
	}
	var failed error
	path, err = x.a.saveAs(title, name, ".csv", func(w io.Writer) error {
		err := paper.CSV(w, header, x.a.tableRows(query, table, &failed))
		if failed != nil {
			return failed
		}
		return err
	})
	return path, err
}

// Print has the system print the page that the window shows.
func (x *Papers) Print() (err error) {
	defer x.a.guard("Papers.Print", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	x.a.shell.Print()
	return nil
}

// saveAs asks where to and writes a file there. It writes beside the target first:
// what is there already stays until the new file is whole.
func (a *App) saveAs(title, name, ending string, write func(io.Writer) error) (path string, err error) {
	if path, err = a.shell.SaveFile(title, name+ending); err != nil || path == "" {
		return "", err
	}
	path = named(path, ending)
	part, err := os.CreateTemp(filepath.Dir(path), ".guichet-*")
	if err != nil {
		return "", exportFault(err)
	}
	defer func() {
		if err != nil {
			path = ""
			_ = part.Close()
			_ = disk.Remove(a.ctx, part.Name())
		}
	}()
	if err := write(target{part}); err != nil {
		return "", err
	}
	for _, step := range []func() error{part.Sync, part.Close} {
		if err := step(); err != nil {
			return "", exportFault(err)
		}
	}
	return path, exportFault(disk.Publish(a.ctx, part.Name(), path))
}

// in says the catalogue's wordings in a language of the window.
func in(lang string) func(Text) string {
	return func(t Text) string {
		if lang == "en" {
			return t.EN
		}
		return t.FR
	}
}

// sheet is a request as it goes on paper.
func (a *App) sheet(d sqlite.Dossier, words PaperWords) paper.Sheet {
	c, who := a.catalogues.version(d.CatalogueVersion), a.me()
	item := requestItem(d.Request, c, who)
	in := in(words.Lang)
	s := paper.Sheet{
		Lang: words.Lang, Title: item.Subject, Status: words.Status, Priority: words.Priority, Practice: item.PracticeName,
		Type: in(item.TypeLabel), Category: in(item.CatLabel), Author: who.Name, Made: a.Now(), Zone: time.Local,
		Files: papersOf(d.Files),
	}
	if item.Author != "" {
		s.Author = item.Author
	}
	for _, answer := range answersOf(d.Request, c) {
		value := answer.Value
		if answer.Shown != nil {
			value = in(*answer.Shown)
		}
		s.Fields = append(s.Fields, paper.Field{Label: in(answer.Label), Value: value})
	}
	for i, at := range []time.Time{d.WrittenAt, d.SubmittedAt, d.SentAt, d.ReceivedAt, d.TakenAt, d.AnsweredAt, d.ClosedAt} {
		if i < len(words.Life) {
			s.Life = append(s.Life, paper.Point{Label: words.Life[i], At: at, Reached: !at.IsZero()})
		}
	}
	for _, m := range d.Messages {
		s.Messages = append(s.Messages, paper.Message{Author: m.Author, Support: m.Support, At: m.At, Blocks: blocksOf(m), Files: papersOf(m.Files)})
	}
	for _, act := range d.Acts {
		if act.Kind == desk.ActReply && act.Status != desk.StatusDraft {
			s.Messages = append(s.Messages, paper.Message{Author: who.Name, Pending: true, Blocks: []paper.Block{{Text: act.Text}}, Files: papersOf(act.Files)})
		}
	}
	if d.Status == desk.StatusReceived {
		s.Receipt = &paper.Receipt{Number: d.Number, At: d.ReceivedAt}
	} else {
		s.Local = &paper.Local{SavedAt: d.SubmittedAt, ID: d.ID.String()}
	}
	return s
}

func papersOf(files []desk.File) (out []paper.File) {
	for _, f := range files {
		out = append(out, paper.File{Name: f.Name, Size: f.Size, SHA256: f.SHA256})
	}
	return out
}

// paperKinds are what the parts of a message are on paper.
var paperKinds = map[string]paper.Kind{
	markup.Paragraph: paper.Paragraph, markup.Heading: paper.Heading, markup.Item: paper.Item, markup.Quote: paper.Quote,
	markup.Code: paper.Paragraph, markup.Row: paper.Row,
}

func blocksOf(m desk.Message) (out []paper.Block) {
	if m.HTML == "" {
		return []paper.Block{{Text: m.Text}}
	}
	for _, b := range markup.Blocks(m.HTML) {
		block := paper.Block{Kind: paperKinds[b.Kind], Depth: max(b.Level-1, 0)}
		if b.Kind == markup.Row {
			block.Cells = b.Cells
		} else {
			block.Text = strings.Join(b.Cells, "\n")
		}
		if mark := strings.TrimSpace(b.Mark); mark != "–" {
			block.Marker = mark
		}
		if b.Quotes > 0 && block.Kind == paper.Paragraph {
			block.Kind = paper.Quote
		}
		out = append(out, block)
	}
	return out
}

// errEnough ends the rows of a table that cannot be written any more.
var errEnough = errors.New("no more rows")

// tableRows are the rows of a table; what cannot be read ends them, and is in
// failed.
func (a *App) tableRows(q desk.Query, table Table, failed *error) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		who := a.me()
		err := a.store.Each(a.ctx, who.ID, q, func(r sqlite.FoundRow) error {
			item := a.rowItem(r, who)
			if item.Author == "" && !item.Shared {
				item.Author = who.Name // whoever reads the file is not told by « moi »
			}
			if !yield(cellsOf(item, table)) {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			*failed = err
		}
	}
}

// cellsOf is a row of a table, in the window's words.
func cellsOf(item Item, table Table) []string {
	in := in(table.Lang)
	state := item.Status
	if state == string(desk.StatusReceived) && item.PortalStatus != "" {
		state = item.PortalStatus
	}
	at := func(s string) string {
		t, _ := time.Parse(time.RFC3339, s) // ours; none is an empty cell
		return paper.Cell(t, time.Local)
	}
	cell := map[string]func() string{
		"number": func() string { return item.Number }, "subject": func() string { return item.Subject },
		"state": func() string { return table.Words["state."+state] }, "priority": func() string { return table.Words["priority."+item.Priority] },
		"practice": func() string { return item.PracticeName }, "category": func() string { return in(item.CatLabel) },
		"type": func() string { return in(item.TypeLabel) }, "reference": func() string { return item.Reference },
		"document": func() string { return item.Document }, "author": func() string { return item.Author },
		"files":   func() string { return strconv.Itoa(item.Files) },
		"written": func() string { return at(item.Life.Written) }, "submitted": func() string { return at(item.Life.Saved) },
		"received": func() string { return at(item.Life.Received) }, "answered": func() string { return at(item.Life.Answered) },
		"closed": func() string { return at(item.Life.Closed) }, "updated": func() string { return at(item.UpdatedAt) },
	}
	out := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		if f := cell[c.Key]; f != nil {
			out[i] = f()
		}
	}
	return out
}
