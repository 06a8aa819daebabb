package portald_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
)

// TestVouch starts portals before a help desk that does not have all that the mapping names.
func TestVouch(t *testing.T) {
	d := newDesky(3)
	b := start(t, func(c *portald.Config) {
		withAdmin(t)(c)
		behind(d, time.Second)(c)
		c.Helpdesk.Digest = "one"
	}, quick)
	o := b.operator(t)
	const page = "Absent de l’outil d’assistance au démarrage"
	again := func(digest string) error {
		b.Down()
		var c portald.Config
		b.Change(func(now *portald.Config) { c = *now })
		h := *c.Helpdesk
		h.Digest, c.Helpdesk = digest, &h
		s := portald.New(c)
		err := s.Start(t.Context())
		if err == nil {
			err = s.Stop(context.WithoutCancel(t.Context()))
		}
		return err
	}
	gone := helpdesk.Finding{Setting: "queues.order", Problem: "no queue <Commandes>", Fatal: true}
	d.set(func() {
		d.lacks = []helpdesk.Finding{{Setting: "fields.order", Problem: "no field"}, gone}
		d.refuses = true
	})
	if err := again("two"); err == nil || err.Error() != "help desk: queues.order: no queue <Commandes>" {
		t.Errorf("one that was never good: %v", err)
	}
	if err := again("two"); err == nil {
		t.Error("one that was refused starts the second time")
	}
	b.Up()
	for line, times := range map[string]int{`"level":"error","setting":"queues.order","problem":"no queue <Commandes>"`: 1, `"level":"warn","setting":"fields.order"`: 3} {
		if got := strings.Count(b.log.String(), line); got != times { // starts that are refused say what stops them by their end
			t.Errorf("the log has %d times %s: %s", got, line, b.log.String())
		}
	}
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated) // nobody at a desk is stopped
	await(t, "the refusal", func() bool { return b.Refused(id) != "" })
	o.signIn("nadia")
	if said := o.open("/admin/"); !strings.Contains(said, page) || !strings.Contains(said, "queues.order: no queue &lt;Commandes&gt;") || strings.Contains(said, "fields.order") {
		t.Errorf("the page says %s", said)
	}

	d.set(func() { d.lacks, d.refuses = nil, false })
	if err := again("two"); err != nil {
		t.Errorf("one that is good now: %v", err)
	}
	d.set(func() { d.lacks = []helpdesk.Finding{gone} })
	for _, digest := range []string{"two", "one"} {
		if err := again(digest); err != nil {
			t.Errorf("%s, which was good: %v", digest, err)
		}
	}
	d.set(func() { d.down = true })
	if err := again("three"); err != nil { // as ever: what is sent waits for it
		t.Errorf("one that cannot be asked: %v", err)
	}
	d.set(func() { d.down = false })
	if err := again("three"); err == nil {
		t.Error("to start before a help desk that is away has vouched for a mapping")
	}
	d.set(func() { d.lacks = nil })
	b.Up()
	if said := o.open("/admin/"); strings.Contains(said, page) {
		t.Errorf("the page says %s", said)
	}
}
