package portald_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
)

// conversed is a request with two files, a reply with one, and an answer of support
// with one, all with the canary in them, and its files.
func (b *bench) conversed() (id, mid string, files []portal.File) {
	b.t.Helper()
	f, content := fileOf(b.t, claire, 3000)
	g, more := fileOf(b.t, claire, 500)
	f.Name, g.Name = canary+".pdf", canary+"-2.pdf"
	id = newID(b.t)
	b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	b.send(claire, id, f, content)
	mid = b.attach(claire, id, g, more)
	b.Says(id, desk.PortalInProgress, "", "nous regardons "+canary, "<p>"+canary+"</p>")
	return id, mid, []portal.File{f, g}
}

// TestPurge takes what was written away and keeps what proves it.
func TestPurge(t *testing.T) {
	b := start(t, nil)
	id, mid, files := b.conversed()
	other, _, _ := b.conversed()
	before, since := b.get(claire, id), b.caughtUp(claire)
	repeat := b.said(claire, id)[0]
	for i := range repeat.Files {
		repeat.Files[i].Received = false
	}
	whole := b.attachLater(id)

	cfg := portald.Config{Data: b.Folder(), Postgres: b.Postgres(), S3: b.S3()}
	coming := filepath.Join(b.Folder(), "files", "coming.new") // the portal is about to put it there
	if err := errors.Join(os.MkdirAll(filepath.Dir(coming), 0o700), os.WriteFile(coming, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := portald.Purge(t.Context(), cfg, "AS-2026-999999", false, time.Now); err == nil {
		t.Error("purged what is not there")
	}
	if _, err := os.Stat(coming); err != nil {
		t.Errorf("what the portal was at is gone: %v", err)
	}
	if err := portald.Purge(t.Context(), cfg, before.Number, false, time.Now); err != nil { // beside the portal that runs
		t.Fatal(err)
	}
	after := b.get(claire, id)
	if after.PurgedAt == nil || len(after.Values) > 0 || after.Files[0].Name == files[0].Name || after.Files[0].Received {
		t.Errorf("%+v", after)
	}
	if after.Number != before.Number || after.Practice != tilleuls || after.Category != before.Category || after.Status != before.Status || !after.ReceivedAt.Equal(*before.ReceivedAt) ||
		!after.WrittenAt.Equal(before.WrittenAt) || after.Files[0].SHA256 != files[0].SHA256 || after.Files[0].Size != files[0].Size {
		t.Errorf("lost %+v", after)
	}
	said := b.said(claire, id)
	if len(said) != 2 || said[0].ID != mid || said[0].Files[0].SHA256 != files[1].SHA256 || said[0].Files[0].Received || said[1].HTML != "" {
		t.Errorf("%+v", said)
	}
	if left := append(b.stored(id), b.stored(mid)...); len(left)+len(b.stored(whole)) > 0 {
		t.Errorf("left on the disk: %v", left)
	}
	if told := b.changes(claire, since); len(told.Changes) != 1 || told.Changes[0].Request.ID != id || told.Changes[0].Request.PurgedAt == nil || strings.Contains(told.Changes[0].Messages[0].Text, canary) {
		t.Errorf("told %+v", told.Changes)
	}
	for _, f := range files {
		b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).refused(portal.CodeNotFound)
	}
	// What a desk repeats whose answer was lost is a read, and nothing new is taken.
	b.put(claire, id, withFiles(technical(tilleuls), files[0]), http.StatusOK)
	b.call(claire, http.MethodPut, messagePath(id, mid), portal.MessagePut{Text: repeat.Text, Files: repeat.Files, At: time.Now()}).want(http.StatusOK)
	b.call(claire, http.MethodPut, messagePath(id, newID(t)), withText("encore")).refused(portal.CodeNotNow)
	if err := b.Purge(t.Context(), id, false); err != nil {
		t.Errorf("purged twice: %v", err)
	}
	if kept := b.get(claire, other); kept.PurgedAt != nil || !strings.Contains(kept.Values[desk.KeySubject], canary) || len(b.stored(other)) == 0 {
		t.Errorf("another request: %+v", kept)
	}
	if err := b.Purge(t.Context(), other, false); err != nil {
		t.Fatal(err)
	}
	b.restart()
	b.Down()
	if b.Postgres() != "" {
		return // its pages are the database's to clean
	}
	err := filepath.Walk(b.Folder(), func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if bytes.Contains(body, []byte(canary)) {
			t.Errorf("%s has what was purged", filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Up()
}

// attachLater announces a reply whose file never comes whole.
func (b *bench) attachLater(id string) (mid string) {
	b.t.Helper()
	f, content := fileOf(b.t, claire, 4000)
	mid = newID(b.t)
	b.call(claire, http.MethodPut, messagePath(id, mid), withText("suit "+canary, f)).want(http.StatusOK)
	b.postFor(claire, mid, f).want(http.StatusCreated)
	b.call(claire, http.MethodPatch, uploadPath(mid, f), content[:100], "Content-Type", "application/offset+octet-stream", "Upload-Offset", "0", "Tus-Resumable", "1.0.0").want(http.StatusNoContent)
	return mid
}

// TestPurgeUntold does not lose what the help desk has not been told, unless it is
// said so.
func TestPurgeUntold(t *testing.T) {
	d := newDesky(6)
	d.refuses = true
	b := start(t, behind(d, time.Second), quick)
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	await(t, "the refusal", func() bool { return b.Refused(id) != "" })
	if err := b.Purge(t.Context(), id, false); !errors.Is(err, portald.ErrUntold) || b.get(claire, id).PurgedAt != nil {
		t.Fatalf("purged: %v", err)
	}
	if err := b.Purge(t.Context(), id, true); err != nil {
		t.Fatal(err)
	}
	if n := b.Unforwarded(); n != 0 {
		t.Errorf("%d wait", n)
	}
}

// TestRetain purges what has been ended for long enough, and nothing else.
func TestRetain(t *testing.T) {
	c := &clock{}
	const day = 24 * time.Hour
	d := newDesky(7)
	often := func(s *portald.Server) { s.SweepEvery = time.Second }
	b := start(t, func(cfg *portald.Config) { behind(d, time.Second)(cfg); cfg.Retain = 60 * day }, c.tune, quick, often)
	ids := map[string]string{}
	for _, name := range []string{"open", "closed", "reopened", "late", "untold"} {
		id := newID(t)
		b.put(claire, id, technical(tilleuls), http.StatusCreated)
		await(t, "the ticket", func() bool { n, _, _ := d.state(id); return n == 1 && b.Unforwarded() == 0 })
		if name != "open" && name != "late" {
			b.Says(id, desk.PortalClosed, "", "fait", "")
		}
		ids[name] = id
	}
	c.pass(20 * day)
	b.do(claire, ids["reopened"], portal.ActPut{Kind: portal.KindReopen, Reason: "pas fini", At: time.Now()})
	b.Says(ids["late"], desk.PortalClosed, "", "fait", "")
	await(t, "the reason", func() bool { return b.Unforwarded() == 0 })
	d.mu.Lock()
	d.down = true
	d.mu.Unlock()
	c.pass(30 * day)
	b.Says(ids["untold"], desk.PortalInProgress, "", "", "")
	b.say(claire, ids["untold"], "une suite")
	b.Says(ids["untold"], desk.PortalClosed, "", "", "")
	c.pass(11 * day)
	b.Retain()
	purged := func(name string) bool { return b.get(claire, ids[name]).PurgedAt != nil }
	for name := range ids {
		if purged(name) != (name == "closed") {
			t.Errorf("%s: purged is %v", name, purged(name))
		}
	}
	c.pass(20 * day)
	await(t, "the late one, by itself", func() bool { return purged("late") })
	c.pass(100 * day)
	b.Retain()
	if purged("untold") || purged("open") || purged("reopened") {
		t.Error("what was not told, or is not ended, was purged")
	}
	d.says(ids["closed"], helpdesk.Event{Message: &helpdesk.Message{Text: "encore un mot " + canary}})
	d.mu.Lock()
	d.down = false
	d.mu.Unlock()
	await(t, "a word behind the purge", func() bool { return len(b.said(claire, ids["closed"])) == 2 })
	c.pass(time.Hour)
	b.Retain()
	if all := b.said(claire, ids["closed"]); strings.Contains(all[1].Text, canary) {
		t.Error("what came behind a purge is kept for ever")
	}
}

// TestRetainLeavesWhatIsNew keeps what support has said lately about a request that was
// ended long ago: the practice may not have read it yet.
func TestRetainLeavesWhatIsNew(t *testing.T) {
	c := &clock{}
	const day = 24 * time.Hour
	b := start(t, func(cfg *portald.Config) { cfg.Retain = 60 * day }, c.tune)
	id, purged := newID(t), newID(t)
	for _, id := range []string{id, purged} {
		b.put(claire, id, technical(tilleuls), http.StatusCreated)
		b.Says(id, desk.PortalClosed, "", "", "")
	}
	c.pass(59 * day)
	b.Says(id, "", "", "un avoir vous parvient", "")
	c.pass(2 * day)
	b.Retain()
	if b.get(claire, id).PurgedAt != nil || b.get(claire, purged).PurgedAt == nil {
		t.Fatalf("purged at %v and %v", b.get(claire, id).PurgedAt, b.get(claire, purged).PurgedAt)
	}
	b.Says(purged, "", "", "un avoir vous parvient", "")
	c.pass(time.Hour)
	b.Retain()
	if said := b.said(claire, purged); said[0].Text != "un avoir vous parvient" {
		t.Errorf("%q was just said", said[0].Text)
	}
	c.pass(60 * day)
	b.Retain()
	if b.get(claire, id).PurgedAt == nil || b.said(claire, purged)[0].Text == "un avoir vous parvient" {
		t.Error("it is kept for ever")
	}
}

// TestRetainLeavesWhatIsReopened has a request taken up again while those before it are
// purged.
func TestRetainLeavesWhatIsReopened(t *testing.T) {
	c := &clock{}
	const day = 24 * time.Hour
	b := start(t, func(cfg *portald.Config) { cfg.Retain = 60 * day }, c.tune)
	first, last := newID(t), newID(t)
	for _, id := range []string{first, last} {
		b.put(claire, id, technical(tilleuls), http.StatusCreated)
		b.Says(id, desk.PortalClosed, "", "", "")
		c.pass(time.Hour)
	}
	c.pass(61 * day)
	told := b.Telling(last) // whoever purges waits for that
	done := make(chan struct{})
	go func() { defer close(done); b.Retain() }()
	await(t, "the first", func() bool { return b.get(claire, first).PurgedAt != nil })
	b.Says(last, desk.PortalInProgress, "", "", "")
	told()
	<-done
	if b.get(claire, last).PurgedAt != nil {
		t.Error("purged, and it is open")
	}
}
