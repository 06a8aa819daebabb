package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/rttest"
)

// TestTold has desks send requests and replies to a portal whose Request Tracker lies
// behind a line that loses, cuts and delays, is killed over and over, and the portal
// is started again now and then. In the end each request has one ticket and each reply
// stands once, with its bytes, and what support said meanwhile is at the desk once.
func TestTold(t *testing.T) {
	u := upset(t)
	rounds := u.requests / 8
	for n := range rounds {
		for range 8 {
			u.write()
		}
		u.strike(n)
		u.supportAnswers(2)
	}
	u.way.set(true, false)
	began := time.Now()
	for _, s := range u.seats {
		s.await("everything is at the portal", patience, func() bool { _ = s.outbox.SendNow(); return s.idle() })
	}
	await(t, "the help desk is told all of it", func() bool { return u.portal.Unforwarded() == 0 })
	drained := time.Since(began)
	u.awaitAnswers()
	bad := u.audit()
	t.Logf("%d requests with %d files and %d replies, %d answers of support; %d kills of the help desk, %d starts of the portal, %d faults of the line (%v); "+
		"drained %.0f s behind them; %d tickets were made twice and are one: %d lost, %d doubled, %d altered", len(u.sent), u.files, u.replies, u.answers,
		u.kills, u.starts, u.way.met(), u.way.names(), drained.Seconds(), u.merged, bad.lost, bad.doubled, bad.altered)
}

// toldOf is a request that was sent, what was said to it, and by support.
type toldOf struct {
	written
	seat  *seat
	reply string   // id, "" for none
	with  []source // its files
	hears []string // what support has answered
}

// upsetting is a help desk that everything happens to.
type upsetting struct {
	t        *testing.T
	random   *rand.Rand
	rt       *rttest.RT
	way      *way
	portal   *portald.Twin
	seats    []*seat
	source   source
	requests int

	sent                                           []*toldOf
	files, replies, answers, kills, starts, merged int
}

// settle is how long a call may go on here whose answer was lost.
const settle = 4 * time.Second

func upset(t *testing.T) *upsetting {
	u := &upsetting{t: t, random: Rand(t), rt: rttest.Own(t, rttest.Options{}), requests: Rounds(24, 200)}
	u.way = newWay(t, u.rt.URL, u.random)
	h := throughRT(t, u.rt, func(m *helpdesk.Mapping) { m.RT.URL = u.way.URL }, u.way.client(t))
	h.Settle = settle
	u.portal = portalBefore(t, h, staff("told", 4))
	for i := range 4 {
		u.seats = append(u.seats, sit(t, t.TempDir(), u.portal.URL, fmt.Sprintf("told-%04d", i)))
	}
	for _, s := range u.seats {
		s.known()
	}
	u.source = pdfSource(t, u.random, "Facture n° 12 – été.pdf", 60<<10)
	u.way.set(false, false)
	return u
}

// write sends the next request: every third with a file, every second with a reply,
// every fourth with a file in that.
func (u *upsetting) write() {
	n := len(u.sent)
	w := &toldOf{seat: u.seats[n%len(u.seats)]}
	var files []source
	if n%3 == 0 {
		files = []source{u.source}
	}
	w.written = w.seat.write(fmt.Sprintf("Demande %d", n), files...)
	w.seat.submit(w.written)
	if n%2 == 0 {
		if n%4 == 0 {
			w.with = []source{u.source}
		}
		w.reply = w.seat.reply(w.written, fmt.Sprintf("Suite de la demande %d", n), w.with...)
		u.replies++
	}
	u.files += len(files) + len(w.with)
	u.sent = append(u.sent, w)
}

// strike kills Request Tracker in the middle of what it does, and every other time
// ends the portal too.
func (u *upsetting) strike(n int) {
	u.some(2500)
	u.rt.Kill()
	u.kills++
	u.way.set(false, u.random.IntN(2) == 0)
	if n%2 == 1 {
		u.portal.Restart()
		u.starts++
	}
	u.some(1000)
	u.rt.Start(u.t)
	u.way.set(false, false)
	u.some(1500)
}

func (u *upsetting) some(most int) {
	u.way.mu.Lock()
	wait := u.random.IntN(most)
	u.way.mu.Unlock()
	pass(u.t.Context(), time.Duration(wait)*time.Millisecond)
}

// supportAnswers has support answer so many requests that it has, with a file.
func (u *upsetting) supportAnswers(n int) {
	anne := u.rt.Agent("anne")
	for _, w := range slices.Backward(u.sent) {
		if n == 0 {
			return
		}
		ids := tickets(u.t, anne, w.id)
		if len(ids) == 0 || len(w.hears) > 0 {
			continue
		}
		text := "Réponse du support à " + w.id
		must(u.t, anne.Answer(u.t.Context(), ids[len(ids)-1], text, rttest.File{Name: "avoir.pdf", Media: "application/pdf", Body: []byte("%PDF-1.7\n" + w.id)}))
		w.hears = append(w.hears, text)
		u.answers++
		n--
	}
}

// awaitAnswers waits until the desks have all that support said.
func (u *upsetting) awaitAnswers() {
	for _, w := range u.sent {
		w.seat.await("support's answer to "+w.id, patience, func() bool {
			return len(w.hears) == 0 || slices.ContainsFunc(w.seat.look(w.written).Messages, func(m app.Message) bool { return m.Support })
		})
	}
}

// audit reads every ticket, some at a time.
func (u *upsetting) audit() (bad tallied) {
	var mu sync.Mutex
	var group sync.WaitGroup
	next := make(chan *toldOf)
	for range 3 {
		group.Go(func() {
			for w := range next {
				got, made := u.auditOne(w)
				mu.Lock()
				u.merged += max(0, made-1)
				bad.lost, bad.doubled, bad.altered = bad.lost+got.lost, bad.doubled+got.doubled, bad.altered+got.altered
				mu.Unlock()
			}
		})
	}
	for _, w := range u.sent {
		next <- w
	}
	close(next)
	group.Wait()
	return bad
}

// auditOne holds a ticket against what was written.
func (u *upsetting) auditOne(w *toldOf) (bad tallied, made int) {
	anne := u.rt.Agent("anne")
	wrong := func(count *int, what string, args ...any) {
		*count++
		u.t.Errorf("%s: %s", w.id, fmt.Sprintf(what, args...))
	}
	all, err := search(u.t.Context(), anne, w.id, " AND EffectiveId > 0") // merged ones too
	ids, err2 := search(u.t.Context(), anne, w.id, "")
	switch {
	case err != nil || err2 != nil || len(ids) == 0:
		wrong(&bad.lost, "no ticket: %v, %v", err, err2)
		return bad, 0
	case len(ids) > 1:
		wrong(&bad.doubled, "tickets %v", ids)
		return bad, len(all)
	}
	made = len(all)
	got, err := anne.Read(u.t.Context(), ids[0])
	if err != nil {
		wrong(&bad.lost, "read ticket: %v", err)
		return bad, made
	}
	creates, replies := 0, 0
	for _, said := range got.Said {
		switch {
		case said.By != "portail":
		case said.Type == "Create":
			creates++
			if why := differ(said.Files, w.files); why != "" || got.Subject != w.values["subject"] {
				wrong(&bad.altered, "the ticket: %s", why)
			}
		case w.reply != "" && strings.Contains(said.Text, w.reply):
			replies++
			if why := differ(said.Files, w.with); why != "" {
				wrong(&bad.altered, "the reply: %s", why)
			}
		default:
			wrong(&bad.doubled, "nobody said %q", said.Text)
		}
	}
	want := min(len(w.reply), 1)
	switch {
	case replies < want:
		wrong(&bad.lost, "the reply")
	case replies > want:
		wrong(&bad.doubled, "the reply stands %d times", replies)
	case creates != made:
		wrong(&bad.altered, "%d tickets were made, and %d are told of", made, creates)
	}
	u.auditDesk(w, &bad, wrong)
	return bad, made
}

// auditDesk holds that the desk has what support said, once.
func (u *upsetting) auditDesk(w *toldOf, bad *tallied, wrong func(*int, string, ...any)) {
	heard := []string{}
	for _, m := range w.seat.look(w.written).Messages {
		if m.Support {
			heard = append(heard, m.Text)
		}
	}
	if len(heard) > len(w.hears) {
		wrong(&bad.doubled, "the desk hears %q", heard)
	} else if !slices.Equal(heard, w.hears) {
		wrong(&bad.lost, "the desk hears %q", heard)
	}
}
