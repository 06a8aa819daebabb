package app

import (
	"testing"

	"guichet/internal/desk"
)

// A list that is looked through for words reads again when more text can be looked
// for, and is not told so once all of it can: it would read without an end.
func TestFindEnds(t *testing.T) {
	o := alone(t)
	c := content()
	c.Values[desk.KeySubject] = "Agenda du lundi"
	id, _ := o.write(t, c)
	find := func() int {
		page := must(o.lists.Find(Query{Text: "agenda"}, 0, 10))(t)
		return len(page.Items)
	}
	find()
	await(t, "all text can be looked for", o.app.store.TextWhole)
	told := func() (n int) {
		o.shell.mu.Lock()
		defer o.shell.mu.Unlock()
		for _, e := range o.shell.events {
			if e.name == "changed" && e.data == "text" {
				n++
			}
		}
		return n
	}
	await(t, "the window is told", func() bool { return told() > 0 })
	before := told()
	for range 20 {
		if n := find(); n != 1 {
			t.Fatalf("%d found", n)
		}
	}
	c.Values[desk.KeySubject] = "Agenda du mardi"
	must(o.drafts.Save(id, must(o.drafts.Open(id))(t).Revision, c))(t)
	if page := must(o.lists.Find(Query{Text: "mardi"}, 0, 10))(t); len(page.Items) != 1 {
		t.Errorf("%d found of what has changed", len(page.Items))
	}
	await(t, "nobody reads text", func() bool { return len(o.app.textWanted) == 0 })
	if after := told(); after > before+1 {
		t.Errorf("told %d times more", after-before)
	}
}
