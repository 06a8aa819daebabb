package reader

import (
	"context"

	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// look reads a file and tells what is in it.
func look(ctx context.Context, o order, data []byte, say teller) error {
	for _, f := range privacy.Scan(o.Name) {
		if err := say.say(sayFinding, desk.Finding{Kind: string(f.Kind), Tail: f.Tail, Place: desk.Place{Part: desk.PartName}}); err != nil {
			return err
		}
	}
	return ctx.Err()
}
