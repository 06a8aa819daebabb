package app

import (
	"errors"
	"slices"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// List lists drafts, waiting and sent requests together, last changed first.
func (x *Requests) List() (out []Item, err error) {
	defer x.a.guard("Requests.List", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	drafts, err := x.a.draftItems(sqlite.All)
	if err != nil {
		return nil, err
	}
	requests, err := x.a.requestItems(sqlite.All)
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
	if out.Drafts, err = x.a.draftItems(1); err != nil {
		return out, err
	}
	out.Requests, err = x.a.requestItems(latestRequests)
	return out, err
}

func (a *App) requestItems(most int) ([]Item, error) {
	who := a.me()
	requests, err := a.store.Requests(a.ctx, who.ID, most)
	if err != nil {
		return nil, err
	}
	return each(requests, func(r desk.Request) Item {
		return requestItem(r, a.catalogues.version(r.CatalogueVersion), who)
	}), nil
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

// State is what the foot of the window and the counts beside its places show.
func (x *Outbox) State() (out Status, err error) {
	defer x.a.guard("Outbox.State", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	counts, err := x.a.store.Counts(x.a.ctx, x.a.me().ID)
	if err != nil {
		return out, err
	}
	state, since := x.a.contact.read()
	if _, open := x.a.session.Person(); !open {
		state = "signed-out"
	}
	return Status{
		Connection: state, Since: stamp(since), Waiting: counts.Waiting, ToCorrect: counts.ToCorrect, Drafts: counts.Drafts,
		Requests: counts.Requests, LastSent: stamp(counts.LastReceived), Sending: counts.Sending,
	}, nil
}

// SendNow makes everything that waits due.
func (x *Outbox) SendNow() (err error) {
	defer x.a.guard("Outbox.SendNow", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	return x.a.outbox.SendNow(x.a.ctx)
}

// Cancel takes back a request that has not left: "not-now" when it may have.
func (x *Outbox) Cancel(id string) (err error) {
	defer x.a.guard("Outbox.Cancel", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	parsed, err := parseID(id)
	if err != nil {
		return err
	}
	defer x.a.changed("requests", "status")
	return x.a.cancelRequest(parsed)
}

const (
	cancelWait = 3 * time.Second
	cancelStep = 50 * time.Millisecond
)

// cancelRequest waits for an attempt under way: without a connection it is over
// in a moment, and nothing has left.
func (a *App) cancelRequest(id uuid.UUID) error {
	who := a.me().ID
	for late := a.Now().Add(cancelWait); ; {
		err := a.store.Cancel(a.ctx, who, id, a.Now())
		if !errors.Is(err, desk.ErrNotNow) || a.Now().After(late) {
			return err
		}
		r, e := a.store.Request(a.ctx, who, id)
		overMeanwhile := r.Status == desk.StatusQueued && r.SentAt.IsZero()
		if e != nil || r.Status != desk.StatusSending && !overMeanwhile {
			return err
		}
		select {
		case <-a.ctx.Done():
			return err
		case <-time.After(cancelStep):
		}
	}
}

// State is who is at the desk.
func (x *Session) State() (out Person, err error) {
	defer x.a.guard("Session.State", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	return personOf(x.a.session.Person()), nil
}

// SignIn makes the bearer of an access code the person at the desk: "sign-in"
// when the code is nobody's, "offline" when the portal cannot be asked.
func (x *Session) SignIn(code string) (out Person, err error) {
	defer x.a.guard("Session.SignIn", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	if code = strings.TrimSpace(code); code == "" {
		return out, desk.ErrSignIn
	}
	p, err := x.a.session.SignIn(x.a.ctx, code)
	if err != nil {
		return out, err
	}
	return personOf(p, true), nil
}

// SignOut forgets who is at the desk; what waits stays for its sender.
func (x *Session) SignOut() (err error) {
	defer x.a.guard("Session.SignOut", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	x.a.session.SignOut()
	return nil
}
