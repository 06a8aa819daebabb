package app

import (
	"context"
	"errors"

	"guichet/internal/desk"
)

// textIsOf says whose text can be looked for: that of whoever has left is gone from
// memory then.
func (a *App) textIsOf(ctx context.Context, who desk.Person) error {
	names := map[string]string{}
	for _, p := range who.Practices {
		names[p.ID] = p.Name + " " + p.Town
	}
	return a.store.TextFor(ctx, who.ID, names)
}

// readText has text read beside everything else, until all of it can be looked for.
func (a *App) readText() {
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
