package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// Census is how much lies in a database and how far each thing has come: ids, codes,
// counts and times. Nothing of it is what anybody has written or what the portal has
// said: no sealed column is read, and a code that this program does not know is
// "other".
type Census struct {
	Schema   int            `json:"schema"`
	Rows     map[string]int `json:"rows"`     // by table
	States   map[string]int `json:"states"`   // requests, by status
	Requests []Counted      `json:"requests"` // those that wait first, then the newest
	Acts     []Counted      `json:"acts"`
}

// Counted is a request or an act without its content.
type Counted struct {
	ID       string     `json:"id"`
	Request  string     `json:"request,omitempty"` // of an act
	Kind     string     `json:"kind,omitempty"`    // of an act
	Person   string     `json:"person"`            // P1, P2: the same one in the whole census; "" is the PC
	Status   string     `json:"status"`
	Reason   string     `json:"reason,omitempty"`
	Portal   string     `json:"portal,omitempty"` // the portal's status
	Revision int64      `json:"revision,omitempty"`
	Files    int        `json:"files"`
	Bytes    int64      `json:"bytes"`
	Attempts int        `json:"attempts"`
	Doubt    bool       `json:"doubt,omitempty"` // the portal may have it
	Next     *time.Time `json:"next,omitempty"`
	Lease    *time.Time `json:"lease,omitempty"`
	Written  *time.Time `json:"written,omitempty"`
	Saved    *time.Time `json:"saved,omitempty"`
	Sent     *time.Time `json:"sent,omitempty"`
	Received *time.Time `json:"received,omitempty"`
	Answered *time.Time `json:"answered,omitempty"`
	Updated  *time.Time `json:"updated,omitempty"`
}

// mostCounted bounds the requests and the acts that a census names.
const mostCounted = 300

// Census counts what is stored.
func (s *Store) Census(ctx context.Context) (out Census, err error) {
	err = s.atOnce(ctx, func(q querier) error {
		out, err = census(ctx, q)
		return err
	})
	return out, err
}

// CensusOf counts what is stored in a data folder, as Settings reads there. A folder
// without a database has nothing.
func CensusOf(ctx context.Context, dir string) (out Census, err error) {
	out = Census{Rows: map[string]int{}, States: map[string]int{}, Requests: []Counted{}, Acts: []Counted{}}
	_, err = peek(dir, func(db *sql.DB) error {
		out, err = census(ctx, db)
		return err
	})
	return out, err
}

func census(ctx context.Context, q querier) (Census, error) {
	out := Census{Rows: map[string]int{}, States: map[string]int{}, Requests: []Counted{}, Acts: []Counted{}}
	if err := q.QueryRowContext(ctx, "SELECT user_version FROM pragma_user_version").Scan(&out.Schema); err != nil {
		return out, fmt.Errorf("count: %w", err)
	}
	for table := range meanings {
		var n int
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			return out, fmt.Errorf("count: %w", err)
		}
		out.Rows[table] = n
	}
	c := counter{persons: map[string]string{}, census: &out}
	for _, step := range []struct {
		query string
		take  func(*sql.Rows) error
	}{
		{"SELECT status, count(*) FROM request GROUP BY status", c.state},
		{`SELECT r.id, r.person, r.status, r.reason, r.portal_status, r.revision, r.written_at, r.submitted_at, r.sent_at, r.received_at, r.answered_at, r.updated_at,
			coalesce(j.attempt, 0), coalesce(j.doubt, 0), j.next_at, j.lease_until,
			(SELECT count(*) FROM file f WHERE f.item=r.id AND f.person=r.person AND f.removed_at IS NULL),
			(SELECT coalesce(sum(size), 0) FROM file f WHERE f.item=r.id AND f.person=r.person AND f.removed_at IS NULL)
			FROM request r LEFT JOIN job j ON j.request=r.seq ORDER BY r.status='received', r.updated_at DESC LIMIT ?`, c.request},
		{`SELECT id, request, person, kind, status, reason, attempt, doubt, next_at, lease_until, created_at, updated_at,
			(SELECT count(*) FROM file f WHERE f.item=act.id AND f.person=act.person AND f.removed_at IS NULL),
			(SELECT coalesce(sum(size), 0) FROM file f WHERE f.item=act.id AND f.person=act.person AND f.removed_at IS NULL)
			FROM act WHERE deleted_at IS NULL ORDER BY updated_at DESC LIMIT ?`, c.act},
	} {
		if err := each(ctx, q, step.query, step.take); err != nil {
			return out, fmt.Errorf("count: %w", err)
		}
	}
	return out, nil
}

// each runs a query, whose ? is the most that is counted.
func each(ctx context.Context, q querier, query string, take func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, mostCounted)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// counter reads the rows of a census.
type counter struct {
	persons map[string]string
	census  *Census
}

func (c *counter) state(rows *sql.Rows) error {
	var status string
	var n int
	if err := rows.Scan(&status, &n); err != nil {
		return err
	}
	c.census.States[known(status, statuses)] += n
	return nil
}

func (c *counter) request(rows *sql.Rows) error {
	var out Counted
	var written, saved, updated int64
	var sent, received, answered, next, lease sql.NullInt64
	if err := rows.Scan(&out.ID, &out.Person, &out.Status, &out.Reason, &out.Portal, &out.Revision, &written, &saved, &sent, &received, &answered, &updated,
		&out.Attempts, &out.Doubt, &next, &lease, &out.Files, &out.Bytes); err != nil {
		return err
	}
	out.Written, out.Saved, out.Updated = moment(written), moment(saved), moment(updated)
	out.Sent, out.Received, out.Answered, out.Next, out.Lease = momentOr(sent), momentOr(received), momentOr(answered), momentOr(next), momentOr(lease)
	c.census.Requests = append(c.census.Requests, c.bare(out))
	return nil
}

func (c *counter) act(rows *sql.Rows) error {
	var out Counted
	var created, updated int64
	var next, lease sql.NullInt64
	if err := rows.Scan(&out.ID, &out.Request, &out.Person, &out.Kind, &out.Status, &out.Reason, &out.Attempts, &out.Doubt, &next, &lease, &created, &updated,
		&out.Files, &out.Bytes); err != nil {
		return err
	}
	out.Written, out.Updated, out.Next, out.Lease = moment(created), moment(updated), momentOr(next), momentOr(lease)
	out.Kind = known(out.Kind, actKinds)
	c.census.Acts = append(c.census.Acts, c.bare(out))
	return nil
}

// bare has a number in the place of a person, and no word that is not this program's.
func (c *counter) bare(in Counted) Counted {
	if in.Person != "" {
		if c.persons[in.Person] == "" {
			c.persons[in.Person] = fmt.Sprintf("P%d", len(c.persons)+1)
		}
		in.Person = c.persons[in.Person]
	}
	in.ID, in.Request = onlyID(in.ID), onlyID(in.Request)
	in.Status, in.Reason, in.Portal = known(in.Status, statuses), known(in.Reason, desk.ReasonCodes()), known(in.Portal, portalStatuses)
	return in
}

var (
	statuses = []string{
		string(desk.StatusQueued), string(desk.StatusSending), string(desk.StatusUnknown), string(desk.StatusNeedsSignIn), string(desk.StatusToCorrect),
		string(desk.StatusReceived), string(desk.StatusCancelled), string(desk.StatusDraft),
	}
	portalStatuses = []string{
		string(desk.PortalReceived), string(desk.PortalInProgress), string(desk.PortalWaiting), string(desk.PortalResolved), string(desk.PortalClosed), string(desk.PortalWithdrawn),
	}
	actKinds = []string{
		string(desk.ActReply), string(desk.ActWithdraw), string(desk.ActReopen), string(desk.ActClose), string(desk.ActWatch), string(desk.ActUnwatch), string(desk.ActWatchers),
	}
)

// known is a word of this program, or "other".
func known(word string, all []string) string {
	if word == "" || slices.Contains(all, word) {
		return word
	}
	return "other"
}

// onlyID is an id that is one.
func onlyID(text string) string {
	if id, err := uuid.Parse(text); err == nil {
		return id.String()
	}
	return known(text, nil)
}

func moment(ms int64) *time.Time { t := fromMS(ms); return &t }

func momentOr(ms sql.NullInt64) *time.Time {
	if !ms.Valid || ms.Int64 == 0 {
		return nil
	}
	return moment(ms.Int64)
}
