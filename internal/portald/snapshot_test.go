package portald_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"
)

// page asks with a limit.
func (b *bench) page(who, cursor string, limit int) portal.Changes {
	b.t.Helper()
	return read[portal.Changes](b.call(who, http.MethodGet, fmt.Sprintf("%s?limit=%d&cursor=%s", portal.RouteChanges, limit, cursor), nil).want(http.StatusOK))
}

func (b *bench) stale(who, cursor string) {
	b.t.Helper()
	b.call(who, http.MethodGet, portal.RouteChanges+"?cursor="+url.QueryEscape(cursor), nil).refused(portal.CodeStaleCursor)
}

func (b *bench) say(who, id, text string) {
	b.t.Helper()
	b.call(who, http.MethodPut, pathOf(id)+"/messages/"+newID(b.t), portal.MessagePut{Text: text}).want(http.StatusOK)
}

func (b *bench) several(who, practice string, n int) (ids []string) {
	b.t.Helper()
	for range n {
		id := newID(b.t)
		b.put(who, id, technical(practice), http.StatusCreated)
		ids = append(ids, id)
	}
	return ids
}

func TestSnapshot(t *testing.T) {
	b := start(t, nil)
	ids := b.several(claire, tilleuls, 5)
	b.several(marc, michel, 1) // not hers, but she belongs to it
	t.Run("ResumesBehindARestart", func(t *testing.T) {
		b := b.in(t)
		var got []string
		cursor := ""
		for _, want := range []int{2, 2, 1} {
			page := b.page(claire, cursor, 2)
			if len(page.Changes) != want || !page.Snapshot || page.Total != 5 || !page.More {
				t.Fatalf("page of %d: %d, total %d, snapshot %t, more %t", want, len(page.Changes), page.Total, page.Snapshot, page.More)
			}
			got, cursor = append(got, idsOf(page)...), page.Cursor
			b.restart()
		}
		slices.Reverse(got)
		if !slices.Equal(got, ids) {
			t.Fatalf("got %v, want %v", got, ids)
		}
		if behind := b.page(claire, cursor, 2); behind.Snapshot || behind.More || len(behind.Changes) > 0 {
			t.Fatalf("behind it: %+v", behind)
		}
	})
	t.Run("WhatChangesMeanwhileIsToldBehindIt", func(t *testing.T) {
		b := b.in(t)
		first := b.page(claire, "", 2)
		b.say(claire, ids[0], "Encore une chose")
		b.say(claire, ids[4], "Et une autre") // which was told
		second := b.page(claire, first.Cursor, 500)
		if slices.Contains(idsOf(second), ids[0]) || second.Total != 5 {
			t.Fatalf("told %v of %d", idsOf(second), second.Total)
		}
		if behind := b.page(claire, second.Cursor, 500); !slices.Equal(idsOf(behind), []string{ids[0], ids[4]}) || behind.Snapshot || behind.More {
			t.Fatalf("behind it: %v", idsOf(behind))
		}
	})
	t.Run("DoesNotWaitBehindItsEnd", func(t *testing.T) {
		b := b.in(t)
		last := b.page(claire, "", 500)
		began := time.Now()
		got := b.wait(claire, last.Cursor, 20).changes(t, 10*time.Second)
		if len(got.Changes) > 0 || got.More || time.Since(began) > 10*time.Second {
			t.Fatalf("told %v after %v", idsOf(got), time.Since(began))
		}
	})
	t.Run("FeedInPages", func(t *testing.T) {
		b := b.in(t)
		since := b.caughtUp(claire)
		for _, id := range ids {
			b.say(claire, id, "Bonjour")
		}
		var got []string
		for more := true; more; {
			page := b.page(claire, since, 2)
			got, since, more = append(got, idsOf(page)...), page.Cursor, page.More
		}
		if !slices.Equal(got, ids) {
			t.Fatalf("got %v, want %v", got, ids)
		}
	})
}

func TestStaleCursors(t *testing.T) {
	p := newProvider(t)
	c := &clock{}
	b := start(t, func(cfg *portald.Config) { cfg.OIDC = p.config() }, c.tune)
	ask := func(claims map[string]any, query string) reply {
		return b.with(sign(t, p.signer(), "at+jwt", p.claims(c.now(), claims)), http.MethodGet, portal.RouteChanges+query, nil)
	}
	was := roles("s", "S", tilleuls+" user", port+" admin")
	first := read[portal.Changes](ask(was, "").want(http.StatusOK))
	behind := read[portal.Changes](ask(was, "?cursor="+first.Cursor).want(http.StatusOK))
	for name, now := range map[string]map[string]any{
		"ErrGranted":   roles("s", "S", tilleuls+" admin", port+" admin"),
		"ErrWithdrawn": roles("s", "S", tilleuls+" user", port+" user"),
		"ErrLeft":      roles("s", "S", port+" admin"),
		"ErrJoined":    roles("s", "S", tilleuls+" user", port+" admin", michel+" user"),
		"ErrAnother":   roles("x", "S", tilleuls+" user", port+" admin"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, cursor := range []string{first.Cursor, behind.Cursor} {
				ask(now, "?cursor="+cursor).refused(portal.CodeStaleCursor)
			}
		})
	}
	t.Run("OKWithTheSameRightsInAnotherOrder", func(t *testing.T) {
		ask(roles("s", "Sophie", port+" super-admin user", tilleuls+" user"), "?cursor="+behind.Cursor).want(http.StatusOK)
	})
	t.Run("ErrNoneOfOurs", func(t *testing.T) {
		for _, cursor := range []string{"0", "42", "x", "-1", "null", "%7B%7D", "bnVsbA", "e30", "é"} {
			ask(was, "?cursor="+url.QueryEscape(cursor)).refused(portal.CodeStaleCursor)
		}
	})
	t.Run("ErrOfALaterState", func(t *testing.T) {
		raw, err := hex.DecodeString(behind.Cursor)
		if err != nil {
			t.Fatal(err)
		}
		later := strings.Replace(string(raw), `"c":0`, `"c":7`, 1)
		if later == string(raw) {
			t.Fatalf("no place in %s", raw)
		}
		ask(was, "?cursor="+hex.EncodeToString([]byte(later))).refused(portal.CodeStaleCursor)
	})
	t.Run("ErrOfAnotherStore", func(t *testing.T) {
		b.Down()
		if onPostgres() {
			b.Change(func(c *portald.Config) { c.Postgres = databaseOf(t, t.TempDir()) })
		} else {
			discard(t, b.Folder())
		}
		removeMark(t, b) // or it would not start before another one's files
		b.Up()
		ask(was, "?cursor="+behind.Cursor).refused(portal.CodeStaleCursor)
	})
}

func TestForget(t *testing.T) {
	c := &clock{}
	b := start(t, nil, c.tune, func(s *portald.Server) { s.GoneFor = 24 * time.Hour })
	f, content := fileOf(t, sophie, 100)
	id := newID(t)
	b.put(sophie, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	b.send(sophie, id, f, content)
	g, more := fileOf(t, sophie, 200)
	mid := b.attach(sophie, id, g, more)
	kept := b.several(sophie, tilleuls, 1)[0]
	since := map[string]string{}
	for _, who := range []string{claire, marc, sophie} {
		since[who] = b.caughtUp(who)
	}
	half := b.page(sophie, "", 1).Cursor // of a snapshot that has not told of it yet
	w := b.wait(claire, since[claire], 30)
	if err := b.Forget(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if woken := w.changes(t, 10*time.Second); !slices.Equal(woken.Gone, []string{id}) || len(woken.Changes) > 0 {
		t.Fatalf("woken by %v and %v", woken.Gone, idsOf(woken))
	}
	for who, want := range map[string][]string{claire: {id}, sophie: {id}, marc: nil} {
		got := b.changes(who, since[who])
		if !slices.Equal(got.Gone, want) || len(got.Changes) > 0 {
			t.Errorf("%s is told %v and %v", who, got.Gone, idsOf(got))
		}
		if again := b.changes(who, got.Cursor); len(again.Gone) > 0 {
			t.Errorf("%s is told again", who)
		}
	}
	last := b.page(sophie, half, 5)
	if behind := b.page(sophie, last.Cursor, 5); len(last.Changes) > 0 || !slices.Equal(behind.Gone, []string{id}) {
		t.Errorf("behind a snapshot: %v, %v", idsOf(last), behind.Gone)
	}
	if left := append(b.stored(id), b.stored(mid)...); len(left) > 0 {
		t.Errorf("left on the disk: %v", left)
	}
	b.call(sophie, http.MethodGet, pathOf(id), nil).refused(portal.CodeNotFound)
	b.call(sophie, http.MethodPut, pathOf(id), withFiles(technical(tilleuls), f)).refused(portal.CodeGone)
	b.get(sophie, kept)
	for _, unknown := range []string{id, newID(t)} {
		if err := b.Forget(t.Context(), unknown); err == nil {
			t.Error("forgot what is not there")
		}
	}
	t.Run("BytesBehindACrashAreTidied", func(t *testing.T) {
		b := b.in(t)
		b.Down() // the portal died between the row and its bytes, or between .info and the bytes
		if _, _, err := b.Files().Put(t.Context(), portal.UploadID(id, f.ID), bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		b.orphan(mid, g)
		b.plant(mid, g, more)
		b.Up()
		await(t, "the bytes are gone", func() bool { return len(append(b.stored(id), b.stored(mid)...)) == 0 })
	})
	t.Run("ErrStaleWhenItIsToldNoMore", func(t *testing.T) {
		now := b.caughtUp(sophie)
		c.pass(25 * time.Hour)
		b.restart() // which sweeps
		await(t, "the departure is swept", func() bool {
			return b.in(t).call(sophie, http.MethodGet, portal.RouteChanges+"?cursor="+since[sophie], nil).status == http.StatusGone
		})
		b.in(t).stale(sophie, half)
		b.in(t).changes(sophie, now)
	})
}

// mirror is what a desk makes of the answers.
type mirror struct {
	who      string
	cursor   string
	held     map[string]portal.Change
	pages    map[string]bool // told by the snapshot under way
	snapshot bool
}

// take brings one answer in, by the rules of openapi.yaml.
func (m *mirror) take(t *testing.T, c portal.Changes) {
	t.Helper()
	if c.Snapshot && !m.snapshot {
		m.snapshot, m.pages = true, map[string]bool{}
	}
	told := map[string]bool{}
	for _, one := range c.Changes {
		id := one.Request.ID
		if told[id] || c.Snapshot && m.pages[id] {
			t.Errorf("%s is told of %s twice", m.who, id)
		}
		if before, ok := m.held[id]; ok && one.Request.UpdatedAt.Before(before.Request.UpdatedAt) {
			t.Errorf("%s is told of an older %s", m.who, id)
		}
		told[id], m.held[id] = true, one
		if m.snapshot {
			m.pages[id] = true
		}
	}
	for _, id := range c.Gone {
		if told[id] {
			t.Errorf("%s is told that %s is there and gone", m.who, id)
		}
		delete(m.held, id)
	}
	if m.cursor = c.Cursor; m.snapshot && !c.More {
		m.snapshot = false
		for id := range m.held {
			if !m.pages[id] {
				delete(m.held, id)
			}
		}
	}
}

// TestReplay lets desks of every role read along, some from a lost beginning,
// while everything happens at random. In the end each holds just what its
// person sees.
func TestReplay(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 2))
	b := start(t, nil)
	people := map[string]string{claire: tilleuls, marc: michel, sophie: tilleuls}
	var ids []string
	desks := []*mirror{}
	for range 2 {
		for _, who := range []string{claire, marc, sophie} {
			desks = append(desks, &mirror{who: who, held: map[string]portal.Change{}})
		}
	}
	act := func(who, id string, body portal.ActPut) {
		body.At = time.Now()
		b.call(who, http.MethodPut, pathOf(id)+"/acts/"+newID(t), body) // it may not be allowed
	}
	for range 400 {
		who := []string{claire, marc, sophie}[rng.IntN(3)]
		id := ""
		if len(ids) > 0 {
			id = ids[rng.IntN(len(ids))]
		}
		switch k := rng.IntN(16); {
		case k < 3 || id == "":
			id = newID(t)
			practice := people[who]
			if who == claire && rng.IntN(2) == 0 {
				practice = []string{port, michel}[rng.IntN(2)]
			}
			b.put(who, id, technical(practice), http.StatusCreated)
			ids = append(ids, id)
		case k == 3:
			act(claire, id, portal.ActPut{Kind: portal.KindWatchers, Watchers: [][]string{{sophie}, {sophie, claire}, nil}[rng.IntN(3)]})
		case k == 4:
			act(marc, id, portal.ActPut{Kind: portal.KindWatchers, Watchers: [][]string{{claire}, nil}[rng.IntN(2)]})
		case k == 5:
			act(who, id, portal.ActPut{Kind: []string{portal.KindWatch, portal.KindUnwatch}[rng.IntN(2)]})
		case k == 6:
			b.call(who, http.MethodPut, pathOf(id)+"/messages/"+newID(t), portal.MessagePut{Text: "Bonjour"})
		case k == 7 && rng.IntN(2) == 0:
			if err := b.Forget(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			ids = slices.DeleteFunc(ids, func(one string) bool { return one == id })
		default:
			d := desks[rng.IntN(len(desks))]
			if rng.IntN(12) == 0 {
				d.cursor, d.snapshot = "", false // it begins anew, with what it has
			}
			d.take(t, b.page(d.who, d.cursor, 1+rng.IntN(4)))
		}
	}
	for _, d := range desks {
		for more := true; more; {
			got := b.page(d.who, d.cursor, 1+rng.IntN(7))
			d.take(t, got)
			more = got.More
		}
		want := map[string]bool{}
		for next := ""; ; {
			page := read[portal.RequestPage](b.call(d.who, http.MethodGet, portal.RouteRequests+"?limit=200&cursor="+next, nil).want(http.StatusOK))
			for _, r := range page.Requests {
				want[r.ID] = true
				held, ok := d.held[r.ID]
				said := read[portal.MessageList](b.call(d.who, http.MethodGet, pathOf(r.ID)+"/messages", nil).want(http.StatusOK))
				if !ok || !equal(t, held.Request, r) || !equal(t, held.Messages, said.Messages) {
					t.Errorf("%s holds %s: %t, and not as it is", d.who, r.ID, ok)
				}
			}
			if next = page.Next; next == "" {
				break
			}
		}
		if len(d.held) != len(want) {
			t.Errorf("%s holds %d, sees %d", d.who, len(d.held), len(want))
		}
	}
}

func equal(t *testing.T, a, b any) bool {
	t.Helper()
	one, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	other, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(one) == string(other)
}

// discard removes the database of a folder.
func discard(t *testing.T, folder string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "portald.db*"))
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	for _, name := range found {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}
