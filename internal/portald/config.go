package portald

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/admin"
	"guichet/internal/portald/files"
	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/setting"

	"github.com/rs/zerolog"
)

// Config is what a Server is started with.
type Config struct {
	Listen    string            // host:port; port 0 takes a free one
	Listener  net.Listener      // one that listens already, in the place of Listen; Stop closes it, if Start has not failed
	Data      string            // folder
	Postgres  string            // address of a PostgreSQL that holds the rows, "" for SQLite in the folder
	S3        *files.S3Config   // the bucket that the files lie in, nil for the folder
	People    []Person          // who is known before they come, to name them to their colleagues; may be nobody
	OIDC      *OIDC             // whose access tokens are taken
	Catalogue []byte            // newer than the embedded one; nil for the embedded one
	Contracts []portal.Contract // as ParseContracts reads them; nil in the demo for DemoContracts
	Releases  string            // folder of the desk program's releases, "" for none
	Helpdesk  *Helpdesk         // what is behind the portal, nil for nothing
	Operate   string            // host:port of metrics and health, "" for nowhere: it is not for the outside
	Admin     *admin.Config     // the operators' pages, nil for none
	Retain    time.Duration     // behind its end the content of a request is purged, 0 for never
	Rate      Rate              // of calls of each practice
	TLS       *tls.Config       // nil where something in front speaks TLS, or on loopback
	Demo      bool              // demo data and the demo's support agent
	// Beside serves at the same address what is not the portal's, by path, such
	// as "/demo/".
	Beside map[string]http.Handler
	Log    zerolog.Logger
}

// leastRetain is for how long an ended request may be reopened.
const leastRetain = 30 * 24 * time.Hour

// Helpdesk is the help desk behind a portal.
type Helpdesk struct {
	helpdesk.Connector
	Digest string        // SHA-256 of the mapping, hex; "" for one that is not asked about at the start
	Kind   string        // what where it was read up to is remembered under
	Settle time.Duration // after which a call whose answer was lost has ended there
	Queues []string      // keys of the mapping, which the catalogue should have
	Fields []string
}

// loopback tells whether an address can be reached from this machine only.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	return setting.Loopback(host)
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
	if c.S3 != nil {
		if err := c.S3.Check(); err != nil {
			return err
		}
	}
	if c.Retain != 0 && c.Retain < leastRetain {
		return fmt.Errorf("requests are retained for %v: they may be reopened for %v", c.Retain, leastRetain)
	}
	if c.Admin != nil {
		if err := c.Admin.Check(); err != nil {
			return fmt.Errorf("the operators' sign-in: %w", err)
		}
	}
	return c.OIDC.Check()
}
