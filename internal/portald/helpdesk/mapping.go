package helpdesk

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"time"

	"guichet/internal/desk"

	"github.com/pelletier/go-toml/v2"
)

// Mapping is how the portal's words become the help desk's and back. It is read
// of a TOML file, together with how the help desk is reached.
type Mapping struct {
	Kind string `toml:"kind"` // rt, mail
	// Settle is how long the help desk may go on with a call whose answer was lost.
	Settle Duration `toml:"settle"`
	// Queues by category, or by "type/category" where a category is of two types;
	// "default" takes the others.
	Queues map[string]string `toml:"queues"`
	// Fields of the catalogue by key, with the help desk's name for each.
	Fields map[string]string `toml:"fields"`
	Status struct {
		// To is the help desk's status for each of the portal's that a practice can
		// bring about: with "rt" every one of broughtAbout.
		To map[desk.PortalStatus]string `toml:"to"`
		// From is the portal's status for each of the help desk's.
		From map[string]desk.PortalStatus `toml:"from"`
	} `toml:"status"`
	RT   *RT   `toml:"rt"`
	Mail *Mail `toml:"mail"`
}

// RT is how Request Tracker is reached.
type RT struct {
	URL       string   `toml:"url"`        // below which /REST/2.0 lies
	TokenFile string   `toml:"token_file"` // authentication token of a user of its own
	RequestID string   `toml:"request_id"` // custom field of tickets for the request's id
	MessageID string   `toml:"message_id"` // custom field of transactions for a reply's id
	Timeout   Duration `toml:"timeout"`    // of one call, without its files
	// Requestor is the address by which RT knows a practice, with {practice} for its
	// id. "" is none. RT writes to it, if its scrips say so.
	Requestor string `toml:"requestor"`
}

// Mail is how a help desk that is nothing but an address is reached.
type Mail struct {
	To           string            `toml:"to"`   // address of the help desk
	From         string            `toml:"from"` // address of the portal, where answers come
	SMTP         Server            `toml:"smtp"`
	IMAP         Server            `toml:"imap"`
	Mailbox      string            `toml:"mailbox"`       // INBOX
	MaxSize      int64             `toml:"max_size"`      // bytes of one message that the servers take, 20 MB
	Timeout      Duration          `toml:"timeout"`       // of a server that says nothing, 60s
	AfterReply   desk.PortalStatus `toml:"after_reply"`   // once support has answered; "" if it stays
	SubjectClose string            `toml:"subject_close"` // word in an answer's subject that resolves the request
	// Senders are the addresses, and domains as "@domain", whose messages belong to
	// a request by its number alone; without any it is the domain of To. An answer in
	// the thread is taken from anybody.
	Senders []string `toml:"senders"`
	// PlusAddress has answers come to from+id@…, for a help desk whose answers name
	// no message. The portal's server must know such addresses.
	PlusAddress bool `toml:"plus_address"`
}

// Server is a mail server and how it is signed in to.
type Server struct {
	Address      string `toml:"address"` // host:port
	TLS          string `toml:"tls"`     // "tls", "starttls", or "none" on loopback
	CAFile       string `toml:"ca_file"`
	User         string `toml:"user"`
	PasswordFile string `toml:"password_file"`
}

// Duration is written as in "90s".
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err == nil && v <= 0 {
		err = errors.New("a duration is above 0")
	}
	*d = Duration(v)
	return err
}

// DefaultQueue is the key of Queues for what no other key names.
const DefaultQueue = "default"

// Parse reads a mapping and reports what can be told of it without asking the
// help desk.
func Parse(body []byte) (m Mapping, err error) {
	m.Settle = Duration(90 * time.Second)
	d := toml.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			return m, fmt.Errorf("help desk: these settings are not known:\n%s", strict.String())
		}
		var syntax *toml.DecodeError
		if errors.As(err, &syntax) {
			return m, fmt.Errorf("help desk:\n%s", syntax.String())
		}
		return m, fmt.Errorf("help desk: %w", err)
	}
	return m, m.check()
}

func (m Mapping) check() error {
	switch {
	case m.Kind == "rt" && m.RT == nil:
		return errors.New(`help desk: kind is "rt" and there is no [rt]`)
	case m.Kind == "mail" && m.Mail == nil:
		return errors.New(`help desk: kind is "mail" and there is no [mail]`)
	case m.Kind != "rt" && m.Kind != "mail":
		return fmt.Errorf(`help desk: kind is %q; there are "rt" and "mail"`, m.Kind)
	case m.Kind == "rt" && m.Queues[DefaultQueue] == "":
		return errors.New("help desk: queues.default is missing: where do requests go that no other key names?")
	}
	if err := errors.Join(m.checkDurations(), m.Mail.check()); err != nil {
		return err
	}
	for _, status := range slices.Sorted(maps.Keys(m.Status.To)) {
		if !slices.Contains(statuses, status) {
			return fmt.Errorf("help desk: status.to.%s: the portal's statuses are %v", status, statuses)
		}
	}
	for _, status := range broughtAbout {
		if m.Kind == "rt" && m.Status.To[status] == "" {
			return fmt.Errorf("help desk: status.to.%s is missing: which status gets a ticket whose request the practice has %s?", status, acts[status])
		}
	}
	for _, theirs := range slices.Sorted(maps.Keys(m.Status.From)) {
		if !slices.Contains(statuses, m.Status.From[theirs]) {
			return fmt.Errorf("help desk: status.from.%s is %q: the portal's statuses are %v", theirs, m.Status.From[theirs], statuses)
		}
	}
	return nil
}

// checkDurations refuses numbers without a unit: TOML gives them as nanoseconds.
func (m Mapping) checkDurations() error {
	told := map[string]Duration{"settle": m.Settle}
	if m.RT != nil {
		told["rt.timeout"] = m.RT.Timeout
	}
	if m.Mail != nil {
		told["mail.timeout"] = m.Mail.Timeout
	}
	for _, setting := range slices.Sorted(maps.Keys(told)) {
		if d := time.Duration(told[setting]); d != 0 && d < time.Millisecond {
			return fmt.Errorf(`help desk: %s is %v: a duration has a unit, as in "90s"`, setting, d)
		}
	}
	return nil
}

func (m *Mail) check() error {
	if m == nil {
		return nil
	}
	for setting, value := range map[string]string{"to": m.To, "from": m.From} {
		if a, err := mail.ParseAddress(value); err != nil || a.Address != value {
			return fmt.Errorf("help desk: mail.%s is %q, which is no address such as portail@cabinets.example", setting, value)
		}
	}
	if m.AfterReply != "" && !slices.Contains(statuses, m.AfterReply) {
		return fmt.Errorf("help desk: mail.after_reply is %q: the portal's statuses are %v", m.AfterReply, statuses)
	}
	if m.MaxSize < 0 {
		return errors.New("help desk: mail.max_size is below 0")
	}
	return nil
}

var statuses = []desk.PortalStatus{
	desk.PortalReceived, desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved, desk.PortalClosed, desk.PortalWithdrawn,
}

// broughtAbout are those that a practice brings about. What waits behind one that the
// help desk cannot be told would wait for ever.
var broughtAbout = []desk.PortalStatus{desk.PortalWithdrawn, desk.PortalClosed, desk.PortalInProgress}

var acts = map[desk.PortalStatus]string{desk.PortalWithdrawn: "withdrawn", desk.PortalClosed: "closed", desk.PortalInProgress: "taken up again"}

// Queue is where a request of that type and category goes.
func (m Mapping) Queue(kind, category string) string {
	for _, key := range []string{kind + "/" + category, category} {
		if q := m.Queues[key]; q != "" {
			return q
		}
	}
	return m.Queues[DefaultQueue]
}
