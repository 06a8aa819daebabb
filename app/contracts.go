package app

import (
	"context"
	"slices"

	"guichet/internal/desk"
)

func contractOf(c desk.Contract, who desk.Person) Contract {
	return Contract{
		ID: c.ID, Number: c.Number, Practice: c.Practice, PracticeName: practiceName(who, c.Practice), Label: textOf(c.Label), State: c.State,
		Start: c.Start, End: c.End, Notice: c.Notice, Amount: c.Amount, Period: c.Period,
		Topics: each(c.Topics, func(t desk.Topic) string { return t.Key }),
	}
}

// List lists the contracts that the portal told of last.
func (x *Contracts) List() (out []Contract, err error) {
	defer x.a.guard("Contracts.List", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	who := x.a.me()
	contracts, err := x.a.store.Contracts(x.a.ctx, who.ID)
	if err != nil {
		return nil, err
	}
	return each(contracts, func(c desk.Contract) Contract { return contractOf(c, who) }), nil
}

// SeenAt is when the portal last said which contracts there are, "" if it never
// has.
func (x *Contracts) SeenAt() (at string, err error) {
	defer x.a.guard("Contracts.SeenAt", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	return x.a.store.Setting(x.a.ctx, ofPerson(settingContractsAt, x.a.me().ID))
}

// Refresh asks the portal for the contracts; "offline" when it cannot be asked.
func (x *Contracts) Refresh() (err error) {
	defer x.a.guard("Contracts.Refresh", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	return x.a.fetchContracts(x.a.ctx)
}

// What is noted of the contracts of each person: their ETag, and when the portal
// last gave it.
const (
	settingContracts   = "contracts"
	settingContractsAt = "contracts-at"
)

// fetchContracts brings the contracts of whoever is at the desk.
func (a *App) fetchContracts(ctx context.Context) error {
	me := a.me().ID
	if me == "" {
		return desk.ErrSignIn
	}
	etag, err := a.store.Setting(ctx, ofPerson(settingContracts, me))
	if err != nil {
		return err
	}
	contracts, etag, fresh, err := a.client.Contracts(ctx, me, etag)
	if err != nil {
		return err
	}
	now := a.Now()
	if fresh {
		if err := a.store.SaveContracts(ctx, me, contracts, now.UnixMilli()); err != nil {
			return err
		}
	}
	// What is noted after them is never newer than they are.
	noted := map[string]string{ofPerson(settingContracts, me): etag, ofPerson(settingContractsAt, me): stamp(now)}
	if err := a.store.SaveSettings(ctx, noted); err != nil {
		return err
	}
	if fresh {
		a.changed("contracts")
	}
	return nil
}

// Begin begins a draft about a contract, with what its topic tells filled in. "not-found"
// when there is no such contract or topic.
func (x *Contracts) Begin(id, topic, road string) (out Draft, err error) {
	defer x.a.guard("Contracts.Begin", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	contracts, err := x.a.store.Contracts(x.a.ctx, x.a.me().ID)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(contracts, func(c desk.Contract) bool { return c.ID == id })
	if i < 0 {
		return out, desk.ErrNotFound
	}
	c := contracts[i]
	j := slices.IndexFunc(c.Topics, func(t desk.Topic) bool { return t.Key == topic })
	if j < 0 {
		return out, desk.ErrNotFound
	}
	return (&Drafts{x.a}).Create(Content{
		Road: road, Step: string(desk.StepDetails), Type: c.Topics[j].Type, Practice: c.Practice, Category: c.Topics[j].Category,
		Values: map[string]string{x.a.contractField(c.Topics[j]): c.Number}, Orphans: []Orphan{},
	})
}

// contractField is where a request about a topic names its contract: the field of
// its category that is for that, or the practice's own reference, which all have.
func (a *App) contractField(topic desk.Topic) string {
	const contract = "contract"
	typ, _ := a.catalogues.version(0).Type(topic.Type)
	category, _ := typ.Category(topic.Category)
	if slices.ContainsFunc(category.Fields, func(f desk.Field) bool { return f.Key == contract }) {
		return contract
	}
	return desk.KeyReference
}
