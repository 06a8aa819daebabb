package app

import (
	"guichet/internal/desk"
)

// Outbox lists what the portal does not have yet: requests that wait or came
// back, and those of which something that was done later does, last changed first.
func (x *Requests) Outbox() (out []Item, err error) {
	defer x.a.guard("Requests.Outbox", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	who := x.a.me()
	found, err := x.a.store.Outbox(x.a.ctx, who.ID)
	if err != nil {
		return nil, err
	}
	return each(found, func(r desk.Request) Item { return requestItem(r, x.a.catalogues.version(r.CatalogueVersion), who) }), nil
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
