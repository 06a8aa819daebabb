package app

import (
	"context"
	"errors"

	"guichet/internal/desk"
	"guichet/internal/sqlite"
)

// textIsOf says whose text can be looked for: that of whoever has left is gone from
// memory then. The caller holds the turn of the roster.
func (a *App) textIsOf(who desk.Person) {
	names := sqlite.Names{Practices: map[string]string{}, Categories: a.catalogues.labels()}
	for _, p := range who.Practices {
		names.Practices[p.ID] = p.Name + " " + p.Town
	}
	a.report(a.ctx, "change whose text is looked for", a.store.TextFor(a.ctx, who.ID, names))
}

// renameText has it looked for by the names of a newer catalogue.
func (a *App) renameText() {
	a.roster.turn.Lock()
	defer a.roster.turn.Unlock()
	p, _ := a.session.Person()
	a.textIsOf(p)
}

// readText has text read beside everything else, until all of it can be looked for.
// Then whoever asks brings what has changed: to tell the window each time that there
// is text would have it ask again without an end.
func (a *App) readText() {
	if a.store.TextWhole() {
		return
	}
	select {
	case a.textWanted <- struct{}{}:
	default:
	}
}

// followText reads what can be looked for whenever somebody has asked.
func (a *App) followText(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.textWanted:
		}
		err := a.store.IndexText(ctx, func() { a.changed("text") })
		if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			a.report(ctx, "read text", err)
		}
	}
}
