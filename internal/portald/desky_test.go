package portald_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
)

// desky is a help desk that knows no repeats, and answers as the wire lets it: an
// answer may be lost, and what was asked may be done a while after the line broke.
type desky struct {
	mu      sync.Mutex
	rng     *rand.Rand
	lose    float64       // of answers
	late    time.Duration // until which what has no answer is done at the latest
	down    bool
	refuses bool
	apart   bool   // it refuses to make one ticket of several
	merges  int    // that it was asked for
	deaf    int    // so many times it cannot be asked what changed
	begun   bool   // it was asked
	early   int    // tickets that were made before
	looks   int    // for tickets
	hears   func() // once it is told a reply, and has not answered yet; nil for nothing
	lacks   []helpdesk.Finding
	asked   func() // before it looks what changed; nil for nothing
	between func() // once what changed has been read, and nobody told yet; nil for nothing

	tickets []helpdesk.Ticket
	bytes   map[string][]byte // of files, by id
	replies map[string][]string
	states  map[string][]desk.PortalStatus
	merged  map[string]string
	events  []helpdesk.Event
	files   map[string][]byte // of support's
	calls   int
	group   sync.WaitGroup
}

func newDesky(seed uint64) *desky {
	return &desky{rng: rand.New(rand.NewPCG(seed, 9)), bytes: map[string][]byte{}, replies: map[string][]string{}, states: map[string][]desk.PortalStatus{}, merged: map[string]string{}, files: map[string][]byte{}}
}

func (d *desky) set(what func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	what()
}

// do has something done, now or late, and answers, or not.
func (d *desky) do(act func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	switch {
	case d.down:
		return errors.New("connection refused")
	case d.refuses:
		return &helpdesk.Refusal{Reason: "no such queue"}
	case d.rng.Float64() >= d.lose:
		act()
		return nil
	}
	wait := time.Duration(d.rng.Int64N(int64(d.late)))
	d.group.Go(func() {
		time.Sleep(wait) // the help desk's own time
		d.mu.Lock()
		defer d.mu.Unlock()
		act()
	})
	return helpdesk.Unknown(io.ErrUnexpectedEOF)
}

func (d *desky) Check(context.Context) (found []helpdesk.Finding, err error) {
	d.set(func() {
		if found = d.lacks; d.down {
			err = errors.New("connection refused")
		}
	})
	return found, err
}

func (d *desky) Create(ctx context.Context, t helpdesk.Ticket) (ref string, err error) {
	for _, f := range t.Files {
		from, err := f.Open(ctx)
		if err != nil {
			return "", err
		}
		body, err := io.ReadAll(from)
		if err := errors.Join(err, from.Close()); err != nil {
			return "", err
		}
		d.mu.Lock()
		d.bytes[f.ID] = body
		d.mu.Unlock()
	}
	var made string
	if err := d.do(func() {
		d.tickets = append(d.tickets, t)
		made = fmt.Sprint(len(d.tickets))
		if !d.begun {
			d.early++
		}
	}); err != nil {
		return "", err // it may be made later
	}
	return made, nil
}

func (d *desky) Find(_ context.Context, request string) (refs []string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return nil, errors.New("connection refused")
	}
	d.looks++
	for i, t := range d.tickets {
		if ref := fmt.Sprint(i + 1); t.Request == request && d.merged[ref] == "" {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

func (d *desky) Merge(_ context.Context, refs []string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.merges++; d.apart {
		return "", fmt.Errorf("merge: %w", &helpdesk.Refusal{Reason: "no right to merge"})
	}
	for _, ref := range refs[1:] {
		d.merged[ref] = refs[0]
	}
	return refs[0], nil
}

func (d *desky) Reply(_ context.Context, ref string, r helpdesk.Reply) error {
	d.mu.Lock()
	hears := d.hears
	d.mu.Unlock()
	if hears != nil {
		hears()
	}
	return d.do(func() { d.replies[ref] = append(d.replies[ref], r.ID) })
}

func (d *desky) Replied(_ context.Context, ref, id string) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Contains(d.replies[ref], id), nil
}

func (d *desky) SetStatus(_ context.Context, ref string, status desk.PortalStatus) error {
	return d.do(func() { d.states[ref] = append(d.states[ref], status) })
}

func (d *desky) Changes(_ context.Context, cursor string) ([]helpdesk.Event, string, error) {
	d.mu.Lock()
	asked := d.asked
	d.mu.Unlock()
	if asked != nil {
		asked()
	}
	events, next, between, err := d.changes(cursor)
	if between != nil && len(events) > 0 {
		between()
	}
	return events, next, err
}

func (d *desky) changes(cursor string) (_ []helpdesk.Event, next string, between func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.deaf > 0 {
		d.deaf--
		return nil, "", nil, errors.New("connection refused")
	}
	d.begun = true
	from := len(d.events) // without a cursor it begins now
	_, _ = fmt.Sscan(cursor, &from)
	from = max(0, from-1) // it tells some twice
	return slices.Clone(d.events[from:]), fmt.Sprint(len(d.events)), d.between, nil
}

func (d *desky) Open(_ context.Context, _, file string) (io.ReadCloser, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if file == "lost" {
		return nil, helpdesk.ErrGone
	}
	return io.NopCloser(bytes.NewReader(d.files[file])), nil
}

// says has support do something with the ticket of a request.
func (d *desky) says(request string, e helpdesk.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, t := range d.tickets {
		if t.Request == request {
			e.Ref = fmt.Sprint(i + 1)
		}
	}
	e.ID, e.Request, e.At = fmt.Sprint("event-", len(d.events)), request, time.Now()
	d.events = append(d.events, e)
}

// state tells of a request how many tickets there are, and its replies and
// statuses.
func (d *desky) state(request string) (tickets int, replies []string, states []desk.PortalStatus) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, t := range d.tickets {
		ref := fmt.Sprint(i + 1)
		if t.Request != request || d.merged[ref] != "" {
			continue
		}
		tickets++
		replies = append(replies, d.replies[ref]...)
		states = append(states, d.states[ref]...)
	}
	return tickets, replies, states
}

func behind(d *desky, settle time.Duration) func(*portald.Config) {
	return func(c *portald.Config) {
		c.Helpdesk = &portald.Helpdesk{Connector: d, Kind: "test", Settle: settle}
	}
}

func quick(s *portald.Server) {
	s.PollJobs, s.FetchEvery, s.ResumeAfter = 20*time.Millisecond, time.Second, time.Second
}
