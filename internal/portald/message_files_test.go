package portald_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

func messagePath(id, mid string) string { return pathOf(id) + "/messages/" + mid }

func withText(text string, files ...portal.File) portal.MessagePut {
	return portal.MessagePut{Text: text, Files: files, At: time.Date(2026, 3, 2, 9, 40, 0, 0, time.UTC)}
}

// postFor begins the upload of a file of a message.
func (b *bench) postFor(who, mid string, f portal.File) reply {
	b.t.Helper()
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return b.call(who, http.MethodPost, portal.RouteUploads, nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.FormatInt(f.Size, 10),
		"Upload-Metadata", "message "+encode(mid)+",file "+encode(f.ID))
}

// attach says something with a file, in full.
func (b *bench) attach(who, id string, f portal.File, content []byte) (mid string) {
	b.t.Helper()
	mid = newID(b.t)
	b.call(who, http.MethodPut, messagePath(id, mid), withText("Voici le fichier "+canary, f)).want(http.StatusOK)
	b.postFor(who, mid, f).want(http.StatusCreated)
	b.patch(who, mid, f, 0, content).want(http.StatusNoContent)
	return mid
}

func (b *bench) said(who, id string) []portal.Message {
	b.t.Helper()
	return read[portal.MessageList](b.call(who, http.MethodGet, pathOf(id)+"/messages", nil).want(http.StatusOK)).Messages
}

func TestMessageWithFiles(t *testing.T) {
	b := start(t, nil)
	id := b.several(sophie, tilleuls, 1)[0]
	t.Run("InterruptedAndResumed", func(t *testing.T) {
		b := b.in(t)
		one, oneBytes := fileOf(t, sophie, 1000)
		two, twoBytes := fileOf(t, sophie, 2<<20)
		mid := newID(t)
		put := func() portal.Message {
			return read[portal.Message](b.call(sophie, http.MethodPut, messagePath(id, mid), withText("Deux fichiers "+canary, one, two)).want(http.StatusOK))
		}
		since := b.caughtUp(claire)
		if m := put(); m.Received || len(m.Files) != 2 || m.Files[0].Received {
			t.Fatalf("received without its files: %+v", m.Files)
		}
		b.postFor(sophie, mid, one).want(http.StatusCreated)
		b.patch(sophie, mid, one, 0, oneBytes).want(http.StatusNoContent)
		b.postFor(sophie, mid, two).want(http.StatusCreated)
		b.patch(sophie, mid, two, 0, twoBytes[:1<<20]).want(http.StatusNoContent)
		b.restart()
		if m := put(); m.Received || !m.Files[0].Received || m.Files[1].Received {
			t.Fatalf("behind a restart: %+v", m.Files)
		}
		if all := b.said(claire, id); len(all) != 0 {
			t.Fatalf("another is told of %d messages", len(all))
		}
		if mine := b.said(sophie, id); len(mine) != 1 || mine[0].Received || !mine[0].Files[0].Received {
			t.Fatalf("its author is told %+v", mine)
		}
		b.call(claire, http.MethodGet, pathOf(id)+"/files/"+one.ID, nil).refused(portal.CodeNotFound)
		if got := b.changes(claire, since); len(got.Changes) > 0 {
			t.Fatal("told before it was received")
		}
		b.say(claire, id, "Entre-temps")
		w := b.wait(claire, b.caughtUp(claire), 30)
		if at := b.offset(sophie, mid, two); at != 1<<20 {
			t.Fatalf("stands at %d", at)
		}
		b.patch(sophie, mid, two, 1<<20, twoBytes[1<<20:]).want(http.StatusNoContent)
		got := w.changes(t, 10*time.Second)
		if !slices.Equal(idsOf(got), []string{id}) || len(got.Changes[0].Messages) != 2 || got.Changes[0].Messages[1].ID != mid || !got.Changes[0].Messages[1].Received {
			t.Fatalf("told %v", idsOf(got)) // the order is that in which they were received
		}
		for f, content := range map[*portal.File][]byte{&one: oneBytes, &two: twoBytes} {
			r := b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK)
			if string(r.body) != string(content) {
				t.Fatal("other bytes")
			}
		}
		before := b.get(sophie, id).UpdatedAt
		if m := put(); !m.Received || !b.get(sophie, id).UpdatedAt.Equal(before) {
			t.Fatal("the repeat is no read")
		}
		b.call(marc, http.MethodGet, pathOf(id)+"/files/"+one.ID, nil).refused(portal.CodeNotFound)
	})
	t.Run("ErrHashMismatchBeginsAnew", func(t *testing.T) {
		b := b.in(t)
		f, content := fileOf(t, sophie, 300)
		mid := newID(t)
		b.call(sophie, http.MethodPut, messagePath(id, mid), withText("x", f)).want(http.StatusOK)
		b.postFor(sophie, mid, f).want(http.StatusCreated)
		b.patch(sophie, mid, f, 0, slices.Repeat([]byte{1}, 300)).refused(portal.CodeHashMismatch)
		b.postFor(sophie, mid, f).want(http.StatusCreated)
		b.patch(sophie, mid, f, 0, content).want(http.StatusNoContent)
		if all := b.said(claire, id); !all[len(all)-1].Received || all[len(all)-1].ID != mid {
			t.Fatal("not received")
		}
	})
	t.Run("SettledByARepeat", func(t *testing.T) {
		b := b.in(t)
		f, content := fileOf(t, sophie, 300)
		mid := newID(t)
		put := func() portal.Message {
			return read[portal.Message](b.call(sophie, http.MethodPut, messagePath(id, mid), withText("x", f)).want(http.StatusOK))
		}
		put()
		b.postFor(sophie, mid, f).want(http.StatusCreated)
		b.plant(mid, f, content) // the portal died behind the last byte
		if m := put(); !m.Received {
			t.Fatal("not settled")
		}
	})
	t.Run("HealedByAStart", func(t *testing.T) {
		b := b.in(t)
		f, content := fileOf(t, sophie, 300)
		mid := newID(t)
		b.call(sophie, http.MethodPut, messagePath(id, mid), withText("x", f)).want(http.StatusOK)
		b.postFor(sophie, mid, f).want(http.StatusCreated)
		b.Down()
		b.plant(mid, f, content)
		b.Up()
		if all := b.said(claire, id); all[len(all)-1].ID != mid {
			t.Fatal("not received")
		}
	})
	t.Run("Refusals", func(t *testing.T) {
		b := b.in(t)
		f, _ := fileOf(t, sophie, 10)
		put := func(mid string, m portal.MessagePut) reply {
			return b.call(sophie, http.MethodPut, messagePath(id, mid), m)
		}
		bare := f
		bare.Confirmation = nil
		put(newID(t), withText("x", bare)).wrongWith("files not-confirmed")
		put(newID(t), withText("x", fileBy(claire, f))).wrongWith("files not-confirmed")
		odd := f
		odd.Name, odd.Media = "a.exe", "application/x-msdownload"
		put(newID(t), withText("x", odd)).wrongWith("files file-type")
		var many []portal.File
		for range 11 {
			g := f
			g.ID = newID(t)
			many = append(many, g)
		}
		put(newID(t), withText("", many...)).wrongWith("files too-many", "text required")
		put(newID(t), withText("x", f, f)).refused(portal.CodeBadRequest)
		mid := newID(t)
		put(mid, withText("x", f)).want(http.StatusOK)
		put(newID(t), withText("y", f)).refused(portal.CodeBadRequest) // the request has a file of that id
		put(mid, withText("x")).refused(portal.CodeMismatch)
		put(mid, withText("x", many[0])).refused(portal.CodeMismatch)
		put(mid, withText("y", f)).refused(portal.CodeMismatch)
		put(id, withText("x")).refused(portal.CodeMismatch) // a request's id
		b.call(sophie, http.MethodPut, pathOf(mid), technical(tilleuls)).refused(portal.CodeMismatch)
		later := withText("x", f)
		later.At = later.At.Add(time.Hour)
		put(mid, later).want(http.StatusOK)
		b.postFor(claire, mid, f).refused(portal.CodeNotFound)
		b.postFor(sophie, newID(t), f).refused(portal.CodeNotFound)
		b.postFor(sophie, mid, many[0]).refused(portal.CodeNotFound)
		b.postFor(sophie, mid, f).want(http.StatusCreated)
		b.postFor(sophie, mid, f).refused(portal.CodeMismatch)
		b.call(claire, http.MethodHead, uploadPath(mid, f), nil).want(http.StatusNotFound)
	})
}

func TestAbandonedMessages(t *testing.T) {
	c := &clock{}
	b := start(t, nil, c.tune, func(s *portald.Server) { s.Abandoned = time.Hour })
	id := b.several(sophie, tilleuls, 1)[0]
	f, content := fileOf(t, sophie, 100)
	whole := b.attach(sophie, id, f, content)
	g, _ := fileOf(t, sophie, 100)
	mid := newID(t)
	b.call(sophie, http.MethodPut, messagePath(id, mid), withText("x", g)).want(http.StatusOK)
	b.postFor(sophie, mid, g).want(http.StatusCreated)
	c.pass(2 * time.Hour)
	b.restart()
	await(t, "the message is dropped", func() bool { return len(b.said(sophie, id)) == 1 && len(b.stored(mid)) == 0 })
	if len(b.stored(whole)) == 0 {
		t.Fatal("and one that was received")
	}
}

// TestMessageMeanwhileEnded receives what was announced while it was allowed.
func TestMessageMeanwhileEnded(t *testing.T) {
	b := start(t, nil)
	id := b.several(sophie, tilleuls, 1)[0]
	f, content := fileOf(t, sophie, 100)
	mid := newID(t)
	b.call(sophie, http.MethodPut, messagePath(id, mid), withText("x", f)).want(http.StatusOK)
	b.postFor(sophie, mid, f).want(http.StatusCreated)
	b.Says(id, desk.PortalClosed, "", "", "")
	b.patch(sophie, mid, f, 0, content).want(http.StatusNoContent)
	if got := b.get(sophie, id); got.Status != string(desk.PortalClosed) || len(b.said(claire, id)) != 1 {
		t.Fatalf("%s with %d messages", got.Status, len(b.said(claire, id)))
	}
	b.call(sophie, http.MethodPut, messagePath(id, newID(t)), withText("encore")).refused(portal.CodeNotNow)
}
