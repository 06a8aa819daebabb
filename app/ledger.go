package app

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/paper"
)

// Ledger asks where to, under that title, and writes there for a spreadsheet what was
// said of files and of texts by whoever is at the desk, and before anybody had signed
// in: a row for each file and for each answer about a text. The table's columns are
// keys of ledgerCells; its words are those for "finding.X", "unread.X", "change.X",
// "wording.X", "field.X", and "place.X" with {} for what is named there, "tail" with {}
// for the last digits, "reason" with {what} and {why}, and "none" where there is no number yet. It
// answers where the table lies, "" when the dialog was cancelled.
func (x *Privacy) Ledger(title, name string, table Table) (path string, err error) {
	defer x.a.guard("Privacy.Ledger", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	var header []string
	for _, c := range table.Columns {
		header = append(header, c.Label)
	}
	var failed error
	path, err = x.a.saveAs(title, name, ".csv", func(w io.Writer) error {
		err := paper.CSV(w, header, x.a.ledgerRows(table, &failed))
		if failed != nil {
			return failed
		}
		return err
	})
	return path, err
}

// ledgerRows are the rows of the ledger; what cannot be read ends them, and is in
// failed.
func (a *App) ledgerRows(table Table, failed *error) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		who := a.me()
		names := map[string]string{}
		for _, k := range a.session.People() {
			names[k.ID] = k.Name
		}
		err := a.store.EachStatement(a.ctx, who.ID, func(st desk.Statement, number string) error {
			cell := a.ledgerCells(st, number, names, table)
			cell["practice"] = practiceName(who, st.Owner.Practice)
			row := make([]string, len(table.Columns))
			for i, c := range table.Columns {
				row[i] = cell[c.Key]
			}
			if !yield(row) {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			*failed = err
		}
	}
}

// ledgerCells is a statement in the window's words, by column.
func (a *App) ledgerCells(st desk.Statement, number string, names map[string]string, table Table) map[string]string {
	say := ledgerWords(table.Words)
	cell := map[string]string{
		"at": st.At.In(time.Local).Format("2006-01-02 15:04:05"), "person": names[st.By], "request": number, "file": st.Name, "sha256": st.SHA256,
		"wording": st.Wording, "sentence": table.Words["wording."+st.Wording],
		"findings": say.each(len(st.Findings), func(i int) string { return say.finding(st.Findings[i]) }),
		"unread":   say.each(len(st.Unread), func(i int) string { return say.unread(st.Unread[i]) }),
		"answers":  say.each(len(st.Answers), func(i int) string { return say.answer(st.Answers[i]) }),
		"changes":  say.each(len(st.Changes), func(i int) string { return say.word("change.", st.Changes[i]) }),
	}
	if number == "" {
		cell["request"] = table.Words["none"]
	}
	if cell["person"] == "" {
		cell["person"] = st.By
	}
	if st.Field != "" {
		cell["text"] = a.fieldName(st.Field, table)
	} else {
		cell["size"] = strconv.FormatInt(st.Size, 10)
	}
	return cell
}

// fieldName is what a field is called: by the window, or by the catalogue.
func (a *App) fieldName(key string, table Table) string {
	if name := table.Words["field."+key]; name != "" {
		return name
	}
	for _, t := range a.catalogues.version(0).Types {
		for _, c := range t.Categories {
			if i := slices.IndexFunc(c.Fields, func(f desk.Field) bool { return f.Key == key }); i >= 0 {
				return in(table.Lang)(textOf(c.Fields[i].Label))
			}
		}
	}
	return key
}

// ledgerWords say what the guard has seen.
type ledgerWords map[string]string

// word says a code, or the code itself where this window has no word for it.
func (w ledgerWords) word(group, code string) string {
	if said := w[group+code]; said != "" {
		return said
	}
	return code
}

func (w ledgerWords) each(n int, say func(int) string) string {
	out := make([]string, n)
	for i := range n {
		out[i] = say(i)
	}
	return strings.Join(out, "\n")
}

// named puts what is named into the place that a word has for it.
func (w ledgerWords) named(key, what string) string {
	return strings.ReplaceAll(w[key], "{}", what)
}

func (w ledgerWords) place(p desk.Place) string {
	var parts []string
	if p.Part != "" {
		parts = append(parts, w.word("place.", p.Part))
	}
	if p.Member != "" {
		parts = append(parts, w.named("place.member", p.Member))
	}
	if p.Page > 0 {
		parts = append(parts, w.named("place.page", strconv.Itoa(p.Page)))
	}
	if p.Line > 0 {
		parts = append(parts, w.named("place.line", strconv.Itoa(p.Line)))
	}
	return strings.Join(parts, ", ")
}

func (w ledgerWords) finding(f desk.Finding) string {
	what := w.word("finding.", f.Kind)
	if f.Tail != "" {
		what += " " + w.named("tail", f.Tail)
	}
	if place := w.place(f.Place); place != "" {
		what += ", " + place
	}
	return what
}

func (w ledgerWords) unread(u desk.Unread) string {
	if place := w.place(u.Place); place != "" {
		return w.word("unread.", u.Reason) + " (" + place + ")"
	}
	return w.word("unread.", u.Reason)
}

func (w ledgerWords) answer(answer desk.Answer) string {
	return strings.NewReplacer("{what}", w.finding(answer.Finding), "{why}", answer.Reason).Replace(w["reason"])
}
