package app

import (
	"time"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// maxPage bounds Lists.Find.
const maxPage = 200

// maxName bounds what a combination of filters is called, in characters.
const maxName = 80

// Find lists what a query asks for, most rows from the offset on. "invalid" when
// there is no such order.
func (x *Lists) Find(q Query, offset, most int) (out Page, err error) {
	defer x.a.guard("Lists.Find", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	query, err := x.a.asked(q)
	if err != nil {
		return out, err
	}
	who := x.a.me()
	if query.Text != "" || query.Sort == desk.SortSubject {
		x.a.readText()
	}
	found, err := x.a.store.Find(x.a.ctx, who.ID, query, max(offset, 0), min(max(most, 1), maxPage))
	if err != nil {
		return out, err
	}
	out.Items, out.More = each(found.Rows, func(r sqlite.FoundRow) Item { return x.a.rowItem(r, who) }), found.More
	out.Read, out.Of = x.a.store.TextProgress()
	return out, nil
}

func (a *App) rowItem(r sqlite.FoundRow, who desk.Person) Item {
	if r.Draft != nil {
		return draftItem(*r.Draft, a.catalogues.version(r.Draft.CatalogueVersion), who)
	}
	return requestItem(*r.Request, a.catalogues.version(r.Request.CatalogueVersion), who)
}

// Total counts what a query asks for.
func (x *Lists) Total(q Query) (n int, err error) {
	defer x.a.guard("Lists.Total", &err)
	if err := x.a.begin(); err != nil {
		return 0, err
	}
	query, err := x.a.asked(q)
	if err != nil {
		return 0, err
	}
	who := x.a.me()
	if query.Text != "" || query.Sort == desk.SortSubject {
		x.a.readText()
	}
	return x.a.store.Total(x.a.ctx, who.ID, query)
}

// mostSame is how many requests the window is told of that name the same number.
const mostSame = 3

// Same lists what names the same invoice, order, contract or document for the same
// practice as one that is being written, last changed first: three at the most, and
// whether there are others. An item whose practice is not chosen yet may be of any.
func (x *Lists) Same(draft, practice, number string) (out Page, err error) {
	defer x.a.guard("Lists.Same", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	x.a.readText()
	who := x.a.me()
	rows, err := x.a.store.Same(x.a.ctx, who.ID, number)
	if err != nil {
		return out, err
	}
	out.Items = []Item{}
	for _, r := range rows {
		item := x.a.rowItem(r, who)
		if item.ID == draft || practice != "" && item.Practice != "" && item.Practice != practice || !x.a.stillNames(r, who, number) {
			continue
		}
		if out.More = len(out.Items) == mostSame; out.More {
			break
		}
		out.Items = append(out.Items, item)
	}
	out.Read, out.Of = x.a.store.TextProgress()
	return out, nil
}

// stillNames tells whether a number stands where somebody who reads the item sees
// it: a draft also keeps answers to what is not asked any more.
func (a *App) stillNames(r sqlite.FoundRow, who desk.Person, number string) bool {
	if r.Draft == nil {
		return true
	}
	return desk.Look(a.catalogues.version(r.Draft.CatalogueVersion), *r.Draft, who).Names(r.Draft.Values, number)
}

// Views lists the combinations of filters that the person has given a name.
func (x *Lists) Views() (out []NamedQuery, err error) {
	defer x.a.guard("Lists.Views", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	views, err := x.a.store.Views(x.a.ctx, x.a.me().ID)
	if err != nil {
		return nil, err
	}
	return each(views, func(v desk.NamedQuery) NamedQuery { return NamedQuery{v.ID, v.Name, queryFrom(v.Query)} }), nil
}

// SaveView gives a combination of filters a name, or replaces the one with that
// id; an empty id makes a new one. "invalid" without a name, or with one of more
// than 80 characters.
func (x *Lists) SaveView(v NamedQuery) (id string, err error) {
	defer x.a.guard("Lists.SaveView", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	query, err := queryOf(v.Query)
	if err != nil {
		return "", err
	}
	n := utf8.RuneCountInString(v.Name)
	switch {
	case n == 0:
		return "", desk.Invalid(desk.Problem{Field: "name", Code: desk.CodeRequired})
	case n > maxName:
		return "", desk.Invalid(desk.Problem{Field: "name", Code: desk.CodeTooLong, Max: maxName, Actual: int64(n)})
	case v.ID == "":
		made, err := uuid.NewV7()
		if err != nil {
			return "", err
		}
		v.ID = made.String()
	}
	if _, err := parseID(v.ID); err != nil {
		return "", err
	}
	defer x.a.changed("views")
	return v.ID, x.a.store.SaveView(x.a.ctx, x.a.me().ID, desk.NamedQuery{ID: v.ID, Name: v.Name, Query: query})
}

// DropView forgets a combination of filters.
func (x *Lists) DropView(id string) (err error) {
	defer x.a.guard("Lists.DropView", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	defer x.a.changed("views")
	return x.a.store.DropView(x.a.ctx, x.a.me().ID, id)
}

// boardEach is how many requests stand in each column of the dashboard.
const boardEach = 5

// Board is what the dashboard shows. since is where yesterday began at the desk.
func (x *Lists) Board(since string) (out Board, err error) {
	defer x.a.guard("Lists.Board", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	from, err := timeOf(since)
	if err != nil {
		return out, err
	}
	who := x.a.me()
	board, err := x.a.store.Board(x.a.ctx, who.ID, boardEach, from)
	if err != nil {
		return out, err
	}
	sync, err := x.a.store.Sync(x.a.ctx, who.ID)
	if err != nil {
		return out, err
	}
	return Board{
		States: figuresOf(board.States), Priorities: figuresOf(board.Priorities),
		Latest:   each(board.Latest, func(r desk.Request) Item { return x.a.rowItem(sqlite.FoundRow{Request: &r}, who) }),
		Answered: board.Answered, Unread: board.Unread, Stuck: board.Stuck,
		SyncedAt: stamp(sync.At), SyncDone: sync.Done, SyncTotal: sync.Total, SyncAgain: sync.Again,
	}, nil
}

func figuresOf(counts map[string]int) []Figure {
	out := []Figure{}
	for key, n := range counts {
		out = append(out, Figure{key, n})
	}
	return out
}

// timeOf reads a time of the window; an empty one is zero.
func timeOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, desk.ErrInvalid
	}
	return t, nil
}

// asked is what a query asks for today.
func (a *App) asked(q Query) (desk.Query, error) {
	out, err := queryOf(q)
	return out.On(a.Now()), err
}

func queryOf(q Query) (desk.Query, error) {
	since, err := timeOf(q.Since)
	if err != nil {
		return desk.Query{}, err
	}
	until, err := timeOf(q.Until)
	if err != nil {
		return desk.Query{}, err
	}
	answered, err := timeOf(q.Answered)
	if err != nil {
		return desk.Query{}, err
	}
	out := desk.Query{
		Text: q.Text, States: q.States, Priorities: q.Priorities, Practices: q.Practices, Types: q.Types, Categories: q.Categories,
		Whose: desk.Whose(q.Whose), Watching: q.Watching, Unread: q.Unread, Answered: answered,
		Period: desk.Period(q.Period), Since: since, Until: until, Sort: desk.Sort(q.Sort), Up: q.Up,
	}
	return out, out.Check()
}

func queryFrom(q desk.Query) Query {
	list := func(in []string) []string { return each(in, func(s string) string { return s }) }
	return Query{
		Text: q.Text, States: list(q.States), Priorities: list(q.Priorities), Practices: list(q.Practices), Types: list(q.Types),
		Categories: list(q.Categories), Whose: string(q.Whose), Watching: q.Watching, Unread: q.Unread,
		Answered: stamp(q.Answered), Period: string(q.Period), Since: stamp(q.Since), Until: stamp(q.Until), Sort: string(q.Sort), Up: q.Up,
	}
}
