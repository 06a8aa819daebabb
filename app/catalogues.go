package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/sqlite"
)

// catalogues holds every version that is known: the newest one for new drafts,
// the older ones for drafts and requests that began with them.
type catalogues struct {
	mu      sync.RWMutex
	known   map[int]desk.Catalogue
	current int
	etag    string
}

// load reads the embedded catalogue and the stored ones. A stored one that
// cannot be read is left out: the portal will be asked for it again.
func (c *catalogues) load(ctx context.Context, store *sqlite.Store) error {
	own, err := catalogue.Default()
	if err != nil {
		return err
	}
	bodies, etag, err := store.Catalogues(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known, c.current = map[int]desk.Catalogue{own.Version: own}, own.Version
	for i, body := range bodies {
		parsed, err := catalogue.Parse(body)
		if err != nil {
			continue
		}
		c.add(parsed)
		if i == 0 {
			c.etag = etag
		}
	}
	return nil
}

func (c *catalogues) add(parsed desk.Catalogue) {
	c.known[parsed.Version] = parsed
	c.current = max(c.current, parsed.Version)
}

// replace takes a catalogue from the portal and tells whether it is a newer one.
func (c *catalogues) replace(ctx context.Context, store *sqlite.Store, body []byte, etag string, now time.Time) (bool, error) {
	parsed, err := catalogue.Parse(body)
	if err != nil {
		return false, err
	}
	if err := store.SaveCatalogue(ctx, parsed.Version, etag, body, now); err != nil {
		return false, fmt.Errorf("keep catalogue: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.current
	c.add(parsed)
	c.etag = etag
	return c.current != before, nil
}

func (c *catalogues) tag() string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.etag
}

// version returns that catalogue, or the current one if it is not known (or 0).
func (c *catalogues) version(v int) desk.Catalogue {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if known, ok := c.known[v]; ok {
		return known
	}
	return c.known[c.current]
}

// exactly returns that catalogue, or the zero one if it is not known.
func (c *catalogues) exactly(v int) desk.Catalogue {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.known[v]
}

// labels are what categories are called, in every language, by the keys of type and
// category; what the newest catalogue has no more is called as it was.
func (c *catalogues) labels() map[[2]string]string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := map[[2]string]string{}
	for _, v := range slices.Sorted(maps.Keys(c.known)) {
		for _, t := range c.known[v].Types {
			for _, cat := range t.Categories {
				out[[2]string{t.Key, cat.Key}] = cat.Label.FR + " " + cat.Label.EN
			}
		}
	}
	return out
}

// bringCatalogue asks the portal for a newer catalogue than the one that is
// here. A fault is not worth a word: the next contact asks again.
func (a *App) bringCatalogue(ctx context.Context) {
	person, open := a.session.Person()
	if !open || person.ID == "" {
		return
	}
	_ = a.fetchContracts(ctx) // likewise: they are asked for again when they are looked at
	body, etag, err := a.client.Catalogue(ctx, person.ID, a.catalogues.tag())
	if err != nil || len(body) == 0 {
		return
	}
	newer, err := a.catalogues.replace(a.ctx, a.store, body, etag, a.Now())
	switch {
	case err != nil:
		a.log.Error().Str("error", safe(err)).Msg("catalogue of the portal not taken")
	case newer:
		a.renameText()
		a.changed("catalogue", "drafts")
	}
}

// Current returns the catalogue for new drafts.
func (x *Catalogues) Current() (out Catalogue, err error) {
	defer x.a.guard("Catalogues.Current", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	return catalogueOf(x.a.catalogues.version(0), x.a.me()), nil
}

// Version returns the catalogue that a draft began with, or the current one if
// that is not known here.
func (x *Catalogues) Version(version int) (out Catalogue, err error) {
	defer x.a.guard("Catalogues.Version", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	return catalogueOf(x.a.catalogues.version(version), x.a.me()), nil
}
