package portald_test

import (
	"bytes"
	"database/sql"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"

	"github.com/google/uuid"
)

// TestForward has one request go to the help desk with its file, a reply and its
// withdrawal, and what support does come back.
func TestForward(t *testing.T) {
	d := newDesky(1)
	b := start(t, behind(d, time.Second), quick)
	f, content := fileOf(t, claire, 3000)
	id := newID(t)
	b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	if n, _, _ := d.state(id); n > 0 {
		t.Fatal("the help desk knows what is not whole")
	}
	b.send(claire, id, f, content)
	await(t, "the ticket", func() bool { n, _, _ := d.state(id); return n == 1 })
	ticket, got := d.tickets[0], b.get(claire, id)
	if ticket.Number != got.Number || ticket.Practice.Name != "Cabinet des Tilleuls" || ticket.Author.Name != "Claire Lefèvre" || ticket.Subject != got.Values["subject"] ||
		ticket.Text != got.Values["description"] || !bytes.Equal(d.bytes[f.ID], content) {
		t.Errorf("%+v", ticket)
	}

	b.say(claire, id, "encore une chose")
	mid := b.said(claire, id)[0].ID
	b.do(claire, id, portal.ActPut{Kind: portal.KindWithdraw, Reason: "plus besoin", At: time.Now()})
	await(t, "the withdrawal", func() bool { _, _, states := d.state(id); return slices.Contains(states, desk.PortalWithdrawn) })
	if _, replies, _ := d.state(id); len(replies) != 2 || replies[0] != mid {
		t.Errorf("replies %v, the first should be %s", replies, mid)
	}

	d.files["a"] = []byte("les octets du support")
	d.says(id, helpdesk.Event{Status: desk.PortalResolved, Priority: portal.PriorityHigh, Message: &helpdesk.Message{
		Author: "Agent Dupont", Text: "Bonjour", HTML: `<p>Bonjour<script>alert(1)</script></p>`, Files: []helpdesk.Attachment{{ID: "a", Name: "../avoir\x00.pdf", Media: "application/pdf", Size: 21}},
	}})
	await(t, "the answer", func() bool { return b.get(claire, id).Status == string(desk.PortalResolved) })
	said := b.said(claire, id)
	last := said[len(said)-1]
	if last.Author.Name != "Agent Dupont" || !last.Author.Support || strings.Contains(last.HTML, "script") || len(last.Files) != 1 || last.Files[0].Name != ".._avoir_.pdf" {
		t.Fatalf("%+v", last)
	}
	if r := b.call(claire, http.MethodGet, pathOf(id)+"/files/"+last.Files[0].ID, nil).want(http.StatusOK); string(r.body) != "les octets du support" {
		t.Errorf("%q", r.body)
	}
	if n := len(said); n != 3 {
		t.Errorf("%d messages", n)
	}
	d.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "et encore"}})
	await(t, "the second", func() bool { said := b.said(claire, id); return said[len(said)-1].Text == "et encore" })
	if n := len(b.said(claire, id)); n != 4 { // the first was told again with it
		t.Errorf("%d messages", n)
	}
}

// TestForwardBegins has a help desk that cannot be asked at first what changed: it is
// read from before it is told anything, since support may answer that at once.
func TestForwardBegins(t *testing.T) {
	d := newDesky(3)
	d.deaf = 1
	b := start(t, behind(d, time.Second), quick, func(s *portald.Server) { s.FetchEvery = time.Hour })
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	await(t, "the ticket", func() bool { n, _, _ := d.state(id); return n == 1 })
	if d.mu.Lock(); d.early > 0 {
		t.Error("it was told before anybody read from it")
	}
	d.mu.Unlock()
}

// TestForwardBegunByAnother has another run be at the first question when something is
// to be told: that waits until it is known from where the help desk is read. If it went
// on, the other run would begin behind what support answers at once.
func TestForwardBegunByAnother(t *testing.T) {
	d := newDesky(10)
	asking, answer := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(answer) })
	var first atomic.Bool
	d.asked = func() {
		if first.CompareAndSwap(false, true) {
			close(asking)
			<-answer
		}
	}
	b := start(t, behind(d, time.Second), quick)
	t.Cleanup(release) // before it stops
	<-asking
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	await(t, "the forwarder waits, or goes on", func() bool {
		n, _, _ := d.state(id)
		return n > 0 || running("database.(*DB).Lock(", "portald.(*Server).begun(")
	})
	if n, _, _ := d.state(id); n > 0 {
		t.Error("it was told while another run was at the first question")
	}
	release()
	await(t, "the ticket", func() bool { n, _, _ := d.state(id); return n == 1 })
	d.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "bonjour"}})
	await(t, "the answer", func() bool { return len(b.said(claire, id)) > 0 })
}

// running tells whether a goroutine is in all of these calls.
func running(calls ...string) bool {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for one := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		if !slices.ContainsFunc(calls, func(call string) bool { return !bytes.Contains(one, []byte(call)) }) {
			return true
		}
	}
	return false
}

// TestForwardUnnoted has the portal's own books fail behind what the help desk has
// done: it is found there, and not done again.
func TestForwardUnnoted(t *testing.T) {
	for name, statement := range map[string]string{
		"Ticket": "CREATE TRIGGER broken BEFORE INSERT ON ticket BEGIN SELECT RAISE(ABORT, 'no room'); END",
		"Passed": "CREATE TRIGGER broken BEFORE UPDATE OF done_at ON outbound BEGIN SELECT RAISE(ABORT, 'no room'); END",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesky(4)
			b := start(t, behind(d, 800*time.Millisecond), quick)
			if portald.TestDatabase != nil {
				t.Skip("the trigger is SQLite's")
			}
			db, err := sql.Open("sqlite", "file:"+filepath.Join(b.Folder(), "portald.db")+"?_pragma=busy_timeout(5000)")
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			change := func(statement string) {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			change(statement)
			id := newID(t)
			b.put(claire, id, technical(tilleuls), http.StatusCreated)
			await(t, "the ticket", func() bool { n, _, _ := d.state(id); return n == 1 })
			await(t, "more looks, or a second", func() bool { d.mu.Lock(); defer d.mu.Unlock(); return d.looks > 3 || len(d.tickets) > 1 })
			change("DROP TRIGGER broken")
			await(t, "it is noted", func() bool { return b.Unforwarded() == 0 })
			if d.mu.Lock(); len(d.tickets) != 1 {
				t.Errorf("%d tickets", len(d.tickets))
			}
			d.mu.Unlock()
		})
	}
}

// TestForwardUnread has an attempt end as nobody knows, and then the portal's own books
// fail before the help desk is asked: it is asked all the same once they can be read.
func TestForwardUnread(t *testing.T) {
	d := newDesky(12)
	b := start(t, behind(d, 800*time.Millisecond), quick)
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	await(t, "the ticket", func() bool { return b.Unforwarded() == 0 })
	d.set(func() { d.lose, d.late, d.hears = 1, time.Millisecond, sync.OnceFunc(b.Damage) })
	b.say(claire, id, "une suite")
	await(t, "the books fail", func() bool { return b.Stumbled() > 0 })
	if !strings.Contains(b.log.String(), `"kind":"reply","message":"help desk: not told yet"`) {
		t.Errorf("the log says %s", b.log)
	}
	d.set(func() { d.lose = 0 })
	b.Mend()
	await(t, "all of it", func() bool { return b.Unforwarded() == 0 })
	d.group.Wait()
	if _, replies, _ := d.state(id); len(replies) != 1 {
		t.Errorf("it was told %d times", len(replies))
	}
}

// TestForwardWaits holds what a practice says to its order while the help desk is
// down, and what it refuses to the operator's hands.
func TestForwardWaits(t *testing.T) {
	d := newDesky(2)
	d.down = true
	b := start(t, behind(d, time.Second), quick)
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	b.say(claire, id, "une suite")
	await(t, "two attempts", func() bool { d.mu.Lock(); defer d.mu.Unlock(); return d.calls >= 2 })
	d.mu.Lock()
	d.down = false
	d.mu.Unlock()
	await(t, "both", func() bool { n, replies, _ := d.state(id); return n == 1 && len(replies) == 1 })

	d.mu.Lock()
	d.refuses = true
	d.mu.Unlock()
	other := newID(t)
	b.put(claire, other, technical(tilleuls), http.StatusCreated)
	await(t, "the refusal", func() bool { return b.Refused(other) == "no such queue" })
	d.mu.Lock()
	d.refuses = false
	d.mu.Unlock()
	b.RetryForward(other)
	await(t, "what was refused", func() bool { n, _, _ := d.state(other); return n == 1 })
}

// TestForwardOvertaken has a practice close what support has just taken up, and the
// help desk know it, before the portal has heard that it was taken up: it stays closed.
func TestForwardOvertaken(t *testing.T) {
	d := newDesky(5)
	b := start(t, behind(d, time.Second), quick)
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	await(t, "the ticket", func() bool { n, _, _ := d.state(id); return n == 1 })
	d.says(id, helpdesk.Event{Status: desk.PortalResolved})
	await(t, "it is resolved", func() bool { return b.get(claire, id).Status == string(desk.PortalResolved) })
	read, closed := make(chan struct{}), make(chan struct{})
	d.set(func() { d.between = sync.OnceFunc(func() { close(read); <-closed }) })
	d.says(id, helpdesk.Event{Status: desk.PortalInProgress})
	<-read
	b.do(claire, id, portal.ActPut{Kind: portal.KindClose, At: time.Now()})
	await(t, "the help desk knows", func() bool { return b.Unforwarded() == 0 })
	close(closed)
	d.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "au revoir"}}) // behind it
	await(t, "the answer", func() bool { return len(b.said(claire, id)) == 1 })
	if got := b.get(claire, id).Status; got != string(desk.PortalClosed) {
		t.Errorf("it is %s", got)
	}
	d.says(id, helpdesk.Event{Status: desk.PortalInProgress})
	await(t, "it is taken up anew", func() bool { return b.get(claire, id).Status == string(desk.PortalInProgress) })
}

// TestForwardStatusRefused has the help desk refuse what a practice has made of a
// request: what is said to it goes on, support's own word counts again, and to try
// again what others have overtaken changes nothing.
func TestForwardStatusRefused(t *testing.T) {
	d := newDesky(6)
	b := start(t, behind(d, time.Second), quick)
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	await(t, "the ticket", func() bool { n, _, _ := d.state(id); return n == 1 })
	d.says(id, helpdesk.Event{Status: desk.PortalResolved})
	await(t, "it is resolved", func() bool { return b.get(claire, id).Status == string(desk.PortalResolved) })
	d.set(func() { d.refuses = true })
	act := newID(t)
	b.act(claire, id, act, portal.ActPut{Kind: portal.KindClose, At: time.Now()}).want(http.StatusOK)
	await(t, "the refusal", func() bool { return b.Refused(act+"/status") != "" })
	d.set(func() { d.refuses = false })
	b.do(claire, id, portal.ActPut{Kind: portal.KindReopen, Reason: "une suite", At: time.Now()})
	await(t, "what was said, and its status", func() bool {
		_, replies, states := d.state(id)
		return len(replies) == 1 && slices.Equal(states, []desk.PortalStatus{desk.PortalInProgress})
	})
	d.says(id, helpdesk.Event{Status: desk.PortalWaiting})
	await(t, "support's word", func() bool { return b.get(claire, id).Status == string(desk.PortalWaiting) })
	b.RetryForward(act + "/status")
	await(t, "the other try", func() bool { return b.Unforwarded() == 0 })
	if _, _, states := d.state(id); len(states) != 1 {
		t.Errorf("the help desk heard %v", states)
	}
}

// TestForwardOnce loses half of the answers, has the help desk do late what it was
// asked, and stops the portal now and then: no request is lost or doubled, nor is
// anything that was said to one.
func TestForwardOnce(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	const settle = 2 * time.Second
	d := newDesky(seed)
	d.lose, d.late = 0.5, settle/40 // a machine with other work may make it late
	b := start(t, behind(d, settle), quick)
	t.Cleanup(d.group.Wait)
	ids := make([]string, 40)
	for i := range ids {
		ids[i] = newID(t)
		b.put(claire, ids[i], technical(tilleuls), http.StatusCreated)
		if i%2 == 0 {
			b.say(claire, ids[i], "une suite")
		}
		if i%10 == 9 {
			b.restart()
		}
	}
	await(t, "all of it", func() bool { return b.Unforwarded() == 0 })
	d.group.Wait()
	for i, id := range ids {
		n, replies, _ := d.state(id)
		if n != 1 || len(replies) != 1-i%2 || len(replies) == 1 && uuid.Validate(replies[0]) != nil {
			t.Errorf("request %d: %d tickets, replies %v", i, n, replies)
		}
	}
}
