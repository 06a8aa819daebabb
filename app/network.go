package app

import (
	"context"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"guichet/internal/portal/client"
	"guichet/internal/settings"
)

// Where the connection stands beside what the client says of it.
const (
	contactUnknown   = "unknown"
	contactNoNetwork = "no-network"
)

// network is what this PC's interfaces show.
type network struct {
	// addresses lists the addresses that lead elsewhere; replaced in tests.
	addresses func() []string
	local     func(portal string) bool // whether that is on this PC, which needs no network; replaced in tests
	every     time.Duration            // between two looks
	slept     time.Duration            // a longer time between two looks was a sleep
}

func newNetwork() network {
	return network{addresses: addresses, local: local, every: 5 * time.Second, slept: 20 * time.Second}
}

// addresses lists the global addresses of this PC, in order; nil when it cannot
// tell.
func addresses() []string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	out := []string{}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			out = append(out, n.String())
		}
	}
	slices.Sort(out)
	return out
}

// local tells whether an address is on this PC.
func local(address string) bool {
	u, err := url.Parse(address)
	return err == nil && settings.Loopback(u.Hostname())
}

// followNetwork looks after the network of this PC: while there is none, nothing
// is tried; when it changes, or the PC has slept, what waits is tried at once.
// It looks rather than listens: the same on every system, and cheap.
func (a *App) followNetwork(ctx context.Context) {
	tick := time.NewTicker(a.network.every)
	defer tick.Stop()
	known, seen, up := a.network.addresses(), a.Now(), true
	for {
		found, now := a.network.addresses(), a.Now()
		is := a.network.local(a.client.Base()) || found == nil || len(found) > 0
		// The wall clock goes on while a PC sleeps.
		woke := now.Round(0).Sub(seen.Round(0)) > a.network.slept
		if is != up || woke || strings.Join(found, " ") != strings.Join(known, " ") {
			a.networkChanged(is, up)
		}
		known, seen, up = found, now, is
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *App) networkChanged(is, was bool) {
	a.log.Info().Bool("up", is).Msg("network")
	a.line.Renew() // what is open leads nowhere any more, and another network may have another proxy
	a.contact.unplug(!is)
	switch {
	case !is && a.contact.move(contactNoNetwork, "", a.Now()), is && !was && a.contact.move(client.ContactOffline, "", a.Now()):
		a.changed("status")
	}
	a.outbox.Network(is)
	a.inbox.Network(is)
}
