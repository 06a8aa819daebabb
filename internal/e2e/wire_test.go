package e2e

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald"
)

// cellsAtOnce is how many desks are at work at a time: they mostly wait.
const cellsAtOnce = 24

// patience is how long anything may take on a machine that has other things to
// do. What it really took is printed.
const patience = 3 * time.Minute

// outcome is what a cell came to.
type outcome struct {
	cell
	between string // what the desk said while the fault was there
	person  string // what somebody had to do
	late    []int  // the portal's answers to what came late
	took    time.Duration
	tallied
}

// TestWire makes every fault at every step at which it can happen, heals it,
// and holds that every request is then at the portal exactly once.
func TestWire(t *testing.T) {
	leakless(t)
	random := Rand(t)
	cells := matrix(random)
	portal := runPortal(t, func(c *portald.Config) { c.People = staff("wire", len(cells)) })
	b := openBooks(t, portal.Folder())
	// Thousands of short-lived stores: what they leave is collected less often.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	files := []source{pdfSource(t, random, "Petit.pdf", 900), pdfSource(t, random, "Facture n° 12 – été.pdf", 300<<10)}

	var mu sync.Mutex
	var outcomes []outcome
	inParallel(cells, func(i int, c cell) {
		t.Run(c.name(), func(t *testing.T) {
			o := outcome{cell: c, tallied: tallied{lost: 1}} // until it is known
			defer func() {
				mu.Lock()
				defer mu.Unlock()
				outcomes = append(outcomes, o)
			}()
			o = c.run(t, portal.URL, fmt.Sprintf("wire-%04d", i), b, files)
		})
	})
	b.close(t)
	printTable(t, outcomes)
}

// wireRun is a cell under way.
type wireRun struct {
	cell
	t      *testing.T
	line   *Line
	seat   *seat
	sent   []written // the first is the one that the fault is made for
	plan   *Plan
	person []string
}

func (c cell) run(t *testing.T, portal, person string, b *books, files []source) (o outcome) {
	o.cell = c
	data := t.TempDir()
	watch := witness(t, data)
	r := &wireRun{cell: c, t: t, line: NewLine(t, portal)}
	r.line.Watch = watch
	if slices.Contains(sendSteps, c.step) {
		// The number comes by the step that is looked at, not by the changes.
		r.line.Arm(Plan{Fault: faultNamed("stall"), Step: StepChanges, Times: 1 << 20})
	}
	r.seat = sit(t, data, r.line.URL, person)
	r.seat.known()
	var all []written
	if c.fault.Name == "replay" { // there has to be something to replay
		all = append(all, r.seat.write("Avant"))
		r.seat.submit(all[0])
		r.seat.await("the request before the fault is received", patience, func() bool { return r.seat.received(all...) })
	}
	aimed := r.seat.write("Sous la panne", files...)
	r.sent = []written{aimed}
	r.breakIt(aimed)
	r.endure()
	r.line.Heal()
	healed := time.Now()
	r.seat.await("everything is received", patience, func() bool { r.help(); return r.seat.received(r.sent...) })
	o.took = time.Since(healed)
	var err error
	if o.late, err = r.line.Deliver(); err != nil {
		t.Errorf("deliver late: %v", err)
	}
	o.between, o.person = r.between(), strings.Join(r.person, ", ")
	if o.person != "" && c.fault.Says == "" {
		t.Errorf("a person is troubled with a fault of the line: %s, %s", o.between, o.person)
	}
	r.seat.clear()
	r.seat.stop()
	var numbers map[string]string
	o.tallied, numbers = b.audit(t, person, append(all, r.sent...))
	r.seat.settled(numbers)
	return o
}

// breakIt arms the fault and submits the request that meets it.
func (r *wireRun) breakIt(aimed written) {
	starting := !slices.Contains(sendSteps, r.step)
	p := Plan{Fault: r.fault, Step: r.step, Times: r.times, Skip: r.skip()}
	if r.fault.Wide {
		p.Step = before[r.step]
	}
	if starting {
		r.seat.stop()
	} else {
		p.Request = aimed.id
	}
	if p.Step != "" {
		r.plan = r.line.Arm(p)
	} else if r.fault.Name == "refuse" {
		r.line.Down()
	} else {
		r.line.Deafen()
	}
	if starting {
		r.seat = sit(r.t, r.seat.data, r.line.URL, r.seat.person)
	}
	r.seat.submit(aimed)
}

// skip is how many calls pass first: the bytes are those of the larger file,
// which comes second, and where nothing was said yet there is nothing to replay.
func (r *wireRun) skip() int {
	switch {
	case r.step == StepBytes, r.fault.Wide && r.step == StepReceipt, r.fault.Name == "replay" && (r.step == StepOffset || r.step == StepCreate):
		return 1
	}
	return 0
}

// before is the call behind which a whole line has to go for a step to meet
// it; none where the line goes before anything is called.
var before = map[Step]Step{
	StepCatalogue: StepMe, StepChanges: StepMe, StepOffset: StepAnnounce, StepCreate: StepOffset, StepBytes: StepCreate, StepReceipt: StepBytes,
}

// endure stays until the fault has hit as often as it should. A second request
// is written meanwhile, and the person presses « Envoyer maintenant ».
func (r *wireRun) endure() {
	if r.plan != nil {
		r.seat.await("the fault hits", patience, func() bool { return closed(r.plan.Hit) })
	}
	if r.fault.Wide {
		r.seat.await("the desk notices", patience, func() bool {
			s, err := r.seat.outbox.State()
			return err == nil && s.Connection == "offline" && !s.Sending
		})
		return
	}
	switch r.times {
	case 0:
		r.seat.await("the desk gives up", 2*patience, func() bool {
			return slices.Contains(r.seat.story(r.sent[0]), "unknown(timeout)")
		})
		return
	case 1:
		return
	}
	other := r.seat.write("Pendant la panne")
	r.seat.submit(other)
	r.sent = append(r.sent, other)
	r.seat.await("the fault has hit in full", patience, func() bool {
		r.line.Release()
		r.help()
		if err := r.seat.outbox.SendNow(); err != nil {
			r.t.Fatalf("send now: %v", err)
		}
		// What was done once is not called again, and neither is what the portal
		// has numbered and calls gone or another one: only the changes tell of that.
		return closed(r.plan.Done) || r.seat.received(r.sent...) || r.numbered() && r.seat.received(other)
	})
}

// numbered tells whether the fault was a refusal of a request that is complete,
// by which it can go on only under another id.
func (r *wireRun) numbered() bool {
	if r.step != StepReceipt || r.fault.Says == "" {
		return false
	}
	first := r.seat.look(r.sent[0]).Item
	return desk.Request{Status: desk.Status(first.Status), Reason: first.Reason}.IDRefused()
}

func faultNamed(name string) Fault {
	return Faults[slices.IndexFunc(Faults, func(f Fault) bool { return f.Name == name })]
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// help does what the desk asks its person for, and notes it.
func (r *wireRun) help() {
	if did := r.seat.help(r.sent...); did != "" && !slices.Contains(r.person, did) {
		r.person = append(r.person, did)
	}
}

// between is what the desk said until all was well: the request's own history,
// or the connection where the fault met no request. What the portal held was
// never taken for untaken.
func (r *wireRun) between() string {
	words := r.seat.story(r.sent[0])
	if words == nil {
		return "no attempt in the history"
	}
	words = slices.DeleteFunc(words[1:], func(w string) bool { return w == string(desk.StatusReceived) })
	starting := !slices.Contains(sendSteps, r.step)
	holds := !starting && (r.step != StepAnnounce || r.fault.Done)
	if len(words) > 0 && holds && strings.HasPrefix(words[0], string(desk.StatusQueued)) {
		r.t.Errorf("the portal holds it, and the desk takes it for untaken: %v", words)
	}
	// What was sent again is told by its next outcome.
	words = slices.Compact(slices.DeleteFunc(words, func(w string) bool { return w == string(desk.StatusQueued) || w == string(desk.StatusSending) }))
	if states := r.seat.connections(); starting {
		words = append(slices.DeleteFunc(slices.Compact(states), func(s string) bool { return s == "online" }), words...)
	}
	if len(words) == 0 {
		return "="
	}
	return strings.Join(words, " ")
}

// witness holds that an attempt is on the desk's disk before anything of it is
// on the line. It has to be made before the line, which it outlives.
func witness(t *testing.T, data string) func(Step, string) {
	db := deskDB(t, data) // there when it is first asked
	return func(step Step, request string) {
		if !slices.Contains(sendSteps, step) {
			return
		}
		var status string
		var attempt int
		err := db.QueryRowContext(context.Background(), `SELECT request.status, coalesce(job.attempt,0) FROM request LEFT JOIN job ON job.request=request.seq
			WHERE request.id=?`, request).Scan(&status, &attempt)
		// What it came to may be known before the line has read the call.
		if err != nil || status == string(desk.StatusQueued) || attempt == 0 && (status == string(desk.StatusSending) || status == string(desk.StatusUnknown)) {
			t.Errorf("%s of a request that stands as %q with %d attempts on the disk (%v)", step, status, attempt, err)
		}
	}
}
