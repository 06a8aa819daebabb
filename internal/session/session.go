// Package session knows who is known to this PC, who of them is at the desk, and
// what each of them shows to the portal. Writing never needs a session, only
// sending does.
package session

import (
	"context"
	"math/rand/v2"
	"time"

	"guichet/internal/desk"
)

// Portal tells who a token is for: desk.ErrSignIn when it is for nobody,
// desk.ErrOffline when it could not be asked.
type Portal interface {
	Me(ctx context.Context, token string) (desk.Person, error)
}

// pause grows from one second to half a minute, with jitter.
func pause(attempt int) time.Duration {
	d := min(time.Second<<min(attempt, 5), 30*time.Second)
	return d/2 + rand.N(d/2)
}
