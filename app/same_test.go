package app

import (
	"slices"
	"testing"
)

// What names the same number for the same practice is told of, whatever became of
// it; the draft itself is not, nor what another practice has, nor an answer that is
// not asked for any more.
func TestSame(t *testing.T) {
	o, _ := desktop(t)
	numbered := func(number string, edit func(*Content)) Content {
		c := dispute()
		c.Values["numberKind"], c.Values["invoice"] = "invoice", number
		if edit != nil {
			edit(&c)
		}
		return c
	}
	sent := o.sent(t, numbered("FA-2026-0012", nil))
	own, _ := o.write(t, numbered("FA-2026-0012", nil))
	hidden, _ := o.write(t, numbered("FA-2026-0012", func(c *Content) { c.Values["numberKind"] = "order" }))
	find := func(draft, practice, number string) (ids []string) {
		for _, item := range must(o.lists.Same(draft, practice, number))(t).Items {
			ids = append(ids, item.ID)
		}
		slices.Sort(ids)
		return ids
	}
	practice := dispute().Practice
	await(t, "all is read", func() bool { find(own, practice, "x"); return o.app.store.TextWhole() })
	if got := find(own, practice, "fa 2026 0012"); !slices.Equal(got, []string{sent}) {
		t.Errorf("%v beside the draft %s, want %s and not %s", got, own, sent, hidden)
	}
	both := []string{sent, own}
	slices.Sort(both)
	if got := find("", practice, "FA-2026-0012"); !slices.Equal(got, both) {
		t.Errorf("%v, want %v", got, both)
	}
	if got := find(own, "another", "FA-2026-0012"); len(got) > 0 {
		t.Errorf("%v of another practice", got)
	}
	if got := find(own, practice, "FA-2026-0013"); len(got) > 0 {
		t.Errorf("%v of another number", got)
	}
	must(o.acts.Do(sent, "", "withdraw", "Par erreur", nil))(t)
	o.settled(t, sent)
	if got := find(own, practice, "FA-2026-0012"); !slices.Equal(got, []string{sent}) {
		t.Errorf("%v once it is withdrawn", got)
	}
}
