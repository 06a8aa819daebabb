package oidc

import (
	"net"
	"net/http"
	"time"

	"guichet/internal/privacy"
)

// Listen replaces how p listens for the browser.
func Listen(p *Provider, listen func(network, address string) (net.Listener, error)) {
	p.listen = listen
}

// Aged makes the document of p as old as that.
func Aged(p *Provider, age time.Duration) { p.known.read = p.known.read.Add(-age) }

// Leeway is what the tests stand on both sides of.
const Leeway = leeway

// Door returns what answers the browser of a sign-in that is over already, the
// state that it waits for, and whether it has taken an answer.
func Door(host string) (door http.Handler, state string, taken func() (code string, ok bool)) {
	d := newDoor(host)
	d.last = pageDone
	close(d.settled)
	return d, d.state, func() (string, bool) {
		select {
		case got := <-d.answers:
			return got.code, true
		default:
			return "", false
		}
	}
}

// Understand reads an answer of the token endpoint into tokens.
func Understand(now time.Time, status int, body []byte) (Tokens, error) {
	g, err := understand(status, body)
	if err != nil {
		return Tokens{}, err
	}
	var t Tokens
	t.Access, t.Refresh = privacy.Hide(g.Access), privacy.Hide(g.Refresh)
	t.expire(now, float64(g.Expires))
	return t, nil
}
