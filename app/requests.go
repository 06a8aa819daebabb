package app

import (
	"slices"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/sqlite"
)

// List lists drafts, waiting and sent requests together, last changed first.
func (x *Requests) List() (out []Item, err error) {
	defer x.a.guard("Requests.List", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	drafts, requests, err := x.a.items(sqlite.All, sqlite.All)
	if err != nil {
		return nil, err
	}
	out = append(drafts, requests...)
	slices.SortStableFunc(out, func(a, b Item) int { return strings.Compare(b.UpdatedAt, a.UpdatedAt) })
	return out, nil
}

// latestRequests is how many requests the first page shows.
const latestRequests = 6

// Latest is what the first page shows: it costs the same however much there is.
func (x *Requests) Latest() (out Latest, err error) {
	defer x.a.guard("Requests.Latest", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	out.Drafts, out.Requests, err = x.a.items(1, latestRequests)
	return out, err
}

// items lists drafts and requests of whoever is at the desk, so many at the most.
func (a *App) items(drafts, requests int) (d, r []Item, err error) {
	who := a.me()
	written, sent, err := a.store.Written(a.ctx, who.ID, drafts, requests)
	if err != nil {
		return nil, nil, err
	}
	d = each(written, func(d desk.Draft) Item { return draftItem(d, a.catalogues.version(d.CatalogueVersion), who) })
	r = each(sent, func(r desk.Request) Item { return requestItem(r, a.catalogues.version(r.CatalogueVersion), who) })
	return d, r, nil
}

// Open reads one request with its files, conversation and history.
func (x *Requests) Open(id string) (out Request, err error) {
	defer x.a.guard("Requests.Open", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	parsed, err := parseID(id)
	if err != nil {
		return out, err
	}
	d, err := x.a.store.Request(x.a.ctx, x.a.me().ID, parsed)
	if err != nil {
		return out, err
	}
	return x.a.dossierOf(d), nil
}

// Seen notes that the person has seen how a request is now.
func (x *Requests) Seen(id string) (err error) {
	defer x.a.guard("Requests.Seen", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	parsed, err := parseID(id)
	if err != nil {
		return err
	}
	was, err := x.a.store.Seen(x.a.ctx, x.a.me().ID, parsed, x.a.Now())
	if was {
		x.a.changed("requests", "notices")
	}
	return err
}
