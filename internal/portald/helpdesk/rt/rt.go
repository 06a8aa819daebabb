// Package rt is the connector to Request Tracker 5, by its REST interface 2.0. RT
// answers "created" for what it drops, "done" for what it refuses, and "nothing
// found" for what it does not understand: so everything is read again, and nothing
// that is found is taken for what was asked before it was looked at. It stores
// nothing.
package rt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/setting"
)

// Connector speaks to one RT as one of its users. It may be used at once.
type Connector struct {
	mapping helpdesk.Mapping
	rt      helpdesk.RT
	base    string // with /REST/2.0
	token   string
	client  *http.Client

	mu sync.Mutex
	me account // as RT knows the token's owner, once it was asked
}

var _ helpdesk.Connector = (*Connector)(nil)

// account is the RT user that the token belongs to.
type account struct{ ID, Name, Timezone string }

const defaultTimeout = 30 * time.Second

// A token says whose it is: version, user, secret.
var tokenForm = regexp.MustCompile(`^\d+-(\d+)-[0-9a-f]+$`)

// New makes a connector of a mapping, whose token it reads; RT is not asked for
// anything yet. client, which may be nil, is for whoever needs a line of their own.
func New(m helpdesk.Mapping, client *http.Client) (*Connector, error) {
	if m.RT == nil {
		return nil, errors.New("help desk: there is no [rt]")
	}
	c := &Connector{mapping: m, rt: *m.RT, client: client}
	c.rt.Timeout = helpdesk.Duration(cmp.Or(time.Duration(c.rt.Timeout), defaultTimeout))
	u, err := url.Parse(c.rt.URL)
	switch {
	case err != nil || u.Host == "":
		return nil, fmt.Errorf("help desk: rt.url is %q, which is no address", c.rt.URL)
	case u.Scheme != "https" && (u.Scheme != "http" || !setting.Loopback(u.Hostname())):
		return nil, errors.New("help desk: rt.url must begin with https://, since the token goes there")
	case c.rt.RequestID == "":
		return nil, errors.New("help desk: rt.request_id is missing: by which custom field is a request found again?")
	}
	c.base = strings.TrimSuffix(c.rt.URL, "/") + "/REST/2.0"
	token, err := os.ReadFile(c.rt.TokenFile)
	if err != nil {
		return nil, fmt.Errorf("help desk: rt.token_file: %w", err)
	}
	c.token = strings.TrimSpace(string(token))
	parts := tokenForm.FindStringSubmatch(c.token)
	if parts == nil {
		return nil, errors.New("help desk: rt.token_file does not hold an authentication token of RT, as in 1-14-…")
	}
	c.me.ID = parts[1]
	if c.client == nil {
		c.client = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	// What is redirected would go as another method, and the token elsewhere.
	own := *c.client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.client = &own
	return c, nil
}

// self is the token's owner.
func (c *Connector) self(ctx context.Context) (account, error) {
	c.mu.Lock()
	me := c.me
	c.mu.Unlock()
	if me.Name != "" {
		return me, nil
	}
	var got struct{ Name, Timezone string }
	if err := c.get(ctx, "/user/"+me.ID, nil, &got); err != nil {
		return me, fmt.Errorf("ask who the token belongs to: %w", err)
	}
	if got.Name == "" {
		return me, errors.New("ask who the token belongs to: no name")
	}
	me.Name, me.Timezone = got.Name, got.Timezone
	c.mu.Lock()
	c.me = me
	c.mu.Unlock()
	return me, nil
}

// quote writes a value into a query.
func quote(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// field names a custom field in a query.
func field(name string) string { return quote("CF.{" + name + "}") }

// anyOf is a condition that one of several numbers fulfils.
func anyOf(field string, ids []string) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = field + "=" + id
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}
