package app

import (
	"errors"
	"sync"
	"testing"

	"guichet/internal/desk"
)

func TestSubmit(t *testing.T) {
	o, p := desktop(t)
	t.Run("OnceHoweverOften", func(t *testing.T) {
		id, revision := o.write(t, content())
		const n = 8
		errs := make([]error, n)
		gate := make(chan struct{})
		var group sync.WaitGroup
		for i := range n {
			group.Go(func() {
				<-gate
				item, err := o.drafts.Submit(id, revision)
				if err == nil && (item.ID != id || item.Draft) {
					err = errors.New("answered with something else")
				}
				errs[i] = err
			})
		}
		close(gate)
		group.Wait()
		for _, err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		o.received(t, id)
		again := must(o.drafts.Submit(id, revision))(t)
		if got := arrived(t, p, claire); len(got) != 1 || got[0].Number != again.Number || again.Status != string(desk.StatusReceived) {
			t.Errorf("the portal has %d requests; the item says %+v", len(got), again)
		}
		if items := o.everything(t); len(items) != 1 {
			t.Errorf("%d items", len(items))
		}
	})
	t.Run("ErrConflict", func(t *testing.T) {
		id, revision := o.write(t, content())
		must(o.drafts.Save(id, revision, content()))(t)
		_, err := o.drafts.Submit(id, revision) // the window shows less than what is stored
		conflict(t, err, revision+1)
	})
	t.Run("ErrInvalid", func(t *testing.T) {
		c := content()
		delete(c.Values, desk.KeySubject)
		id, revision := o.write(t, c)
		_, err := o.drafts.Submit(id, revision)
		fails(t, err, desk.ErrInvalid)
		var e *desk.Error
		if !errors.As(err, &e) || len(e.Problems) != 1 || e.Problems[0].Field != desk.KeySubject {
			t.Errorf("%v", err)
		}
		if d := must(o.drafts.Open(id))(t); d.Content.Values[desk.KeyDescription] == "" {
			t.Error("the draft is gone")
		}
	})
	t.Run("ErrNotFound", func(t *testing.T) {
		for _, id := range []string{"", "x", "0198c1de-0000-7000-8000-000000000000"} {
			_, err := o.drafts.Submit(id, 1)
			fails(t, err, desk.ErrNotFound)
		}
	})
}

func conflict(t *testing.T, err error, stored int64) {
	t.Helper()
	fails(t, err, desk.ErrConflict)
	var e *desk.Error
	if errors.As(err, &e) && e.Revision != stored {
		t.Errorf("revision %d, want the stored %d", e.Revision, stored)
	}
}

func TestSave(t *testing.T) {
	o := alone(t)
	t.Run("ARepeatIsASuccess", func(t *testing.T) {
		id, revision := o.write(t, content())
		c := content()
		c.Values[desk.KeySubject] = "Autre objet"
		for range 3 {
			if s := must(o.drafts.Save(id, revision, c))(t); s.Revision != revision+1 {
				t.Fatalf("revision %d", s.Revision)
			}
		}
	})
	t.Run("ErrConflict", func(t *testing.T) {
		id, revision := o.write(t, content())
		c := content()
		c.Values[desk.KeySubject] = "Autre objet"
		must(o.drafts.Save(id, revision, c))(t)
		_, err := o.drafts.Save(id, revision, content())
		conflict(t, err, revision+1)
		_, err = o.drafts.Save(id, 0, content())
		conflict(t, err, revision+1)
		if d := must(o.drafts.Open(id))(t); d.Content.Values[desk.KeySubject] != "Autre objet" {
			t.Error("a stale save went through")
		}
	})
	t.Run("ErrNotFound", func(t *testing.T) {
		_, err := o.drafts.Save("0198c1de-0000-7000-8000-000000000000", 3, content())
		fails(t, err, desk.ErrNotFound)
	})
	t.Run("ErrNotNow", func(t *testing.T) {
		o, _ := desktop(t)
		id, revision := o.write(t, content())
		must(o.drafts.Submit(id, revision))(t)
		for _, r := range []int64{0, revision} {
			_, err := o.drafts.Save(id, r, content())
			fails(t, err, desk.ErrNotNow)
		}
	})
	t.Run("ThrownAndBroughtBack", func(t *testing.T) {
		id, _ := o.write(t, content())
		if err := o.drafts.Throw(id); err != nil {
			t.Fatal(err)
		}
		for _, i := range o.everything(t) {
			if i.ID == id {
				t.Error("still listed")
			}
		}
		if err := o.drafts.Restore(id); err != nil {
			t.Fatal(err)
		}
		if d := must(o.drafts.Open(id))(t); d.Content.Values[desk.KeySubject] != "Agenda lent" {
			t.Errorf("%+v", d.Content)
		}
	})
	t.Run("AfterARestart", func(t *testing.T) {
		data := t.TempDir()
		o := open(t, data, nobody, "")
		id, revision := o.write(t, content())
		o.app.Stop()
		if d := must(open(t, data, nobody, "").drafts.Open(id))(t); d.Revision != revision || d.Content.Values[desk.KeyDescription] == "" {
			t.Errorf("%+v", d)
		}
	})
}
