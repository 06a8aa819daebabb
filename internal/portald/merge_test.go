package portald_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
)

// TestMergeRefused has the help desk refuse to make one of the tickets that a request
// has got: it is asked once, the operator sees why, all that is said goes on at the
// oldest, what support says at any of them comes, and a try by hand ends it.
func TestMergeRefused(t *testing.T) {
	d := newDesky(8)
	d.apart = true
	b := start(t, func(c *portald.Config) { behind(d, 800*time.Millisecond)(c); withAdmin(t)(c) }, quick)
	id := newID(t)
	d.tickets = append(d.tickets, helpdesk.Ticket{Request: id}) // of an attempt that nobody remembers
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	merge := id + "/merge"
	await(t, "the refusal", func() bool { return b.Refused(merge) == "no right to merge" })
	b.say(claire, id, "une suite")
	heard := func(n int) func() bool {
		return func() bool { d.mu.Lock(); defer d.mu.Unlock(); return len(d.replies["1"]) == n }
	}
	await(t, "what was said, at the oldest", heard(1))
	d.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "de l’autre ticket"}})
	await(t, "the answer", func() bool { return len(b.said(claire, id)) == 2 })
	b.say(claire, id, "encore")
	await(t, "it stays there", heard(2))
	if d.mu.Lock(); d.merges != 1 {
		t.Errorf("it was asked for %d merges", d.merges)
	}
	d.mu.Unlock()

	o := b.operator(t)
	o.signIn("nadia").want(http.StatusSeeOther)
	for _, want := range []string{b.get(claire, id).Number, "réunion de plusieurs tickets", "no right to merge", ">refusée<"} {
		if page := o.open("/admin/queue"); !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	again := func() {
		o.do(http.MethodPost, "/admin/again", url.Values{"id": {merge}}).want(http.StatusSeeOther)
	}
	again()
	await(t, "the second refusal", func() bool {
		d.mu.Lock()
		asked := d.merges
		d.mu.Unlock()
		return asked == 2 && b.Refused(merge) != ""
	})
	d.set(func() { d.apart = false })
	again()
	await(t, "one ticket", func() bool { n, replies, _ := d.state(id); return n == 1 && len(replies) == 2 && b.Unforwarded() == 0 })
}

// TestMergeRefusedLate finds the second ticket only when support works on it: neither
// that request nor any other waits, and its content can be purged.
func TestMergeRefusedLate(t *testing.T) {
	d := newDesky(9)
	b := start(t, behind(d, 800*time.Millisecond), quick)
	ids := b.several(claire, tilleuls, 2)
	await(t, "the tickets", func() bool { return b.Unforwarded() == 0 })
	d.set(func() { d.apart, d.tickets = true, append(d.tickets, helpdesk.Ticket{Request: ids[0]}) })
	for _, id := range ids {
		d.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "bonjour"}})
	}
	for _, id := range ids {
		await(t, "the answer", func() bool { return len(b.said(claire, id)) == 1 })
	}
	if why := b.Refused(ids[0] + "/merge"); why != "no right to merge" {
		t.Errorf("refused: %q", why)
	}
	if err := b.Purge(t.Context(), ids[0], false); err != nil {
		t.Errorf("purge: %v", err)
	}
	if got := b.get(claire, ids[0]); got.PurgedAt == nil {
		t.Errorf("%+v", got)
	}
}
