package portald

import (
	"errors"
	"net"
	"net/http"
	"strings"

	"guichet/internal/portal"

	"github.com/rs/zerolog"
)

// Config is what a Server is started with.
type Config struct {
	Listen    string            // host:port; port 0 takes a free one
	Listener  net.Listener      // one that listens already, in the place of Listen; Stop closes it, if Start has not failed
	Data      string            // folder
	People    []Person          // who is known before they come, to name them to their colleagues; may be nobody
	OIDC      *OIDC             // whose access tokens are taken
	Catalogue []byte            // newer than the embedded one; nil for the embedded one
	Contracts []portal.Contract // as ParseContracts reads them; nil in the demo for DemoContracts
	Demo      bool              // demo data and the demo's support agent
	// Beside serves at the same address what is not the portal's, by path, such
	// as "/demo/".
	Beside map[string]http.Handler
	Log    zerolog.Logger
}

// loopback tells whether an address can be reached from this machine only.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Check reports what makes a configuration unusable.
func (c Config) Check() error {
	listen := c.Listen
	if c.Listener != nil {
		listen = c.Listener.Addr().String()
	}
	if c.Demo && !loopback(listen) {
		return errors.New("--demo has persons that everybody can be: it listens on 127.0.0.1 only")
	}
	if c.OIDC == nil {
		return errors.New("nobody could sign in: give --demo or --oidc FILE")
	}
	return c.OIDC.Check()
}
