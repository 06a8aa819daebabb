package app

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// replying is a reply to a request, with files, that is being written.
func (o *office) replying(tb testing.TB, request, text string, paths ...string) (id string, files []File) {
	tb.Helper()
	id = must(o.acts.SaveReply(request, "", text))(tb)
	return id, o.attach(tb, id, paths...)
}

// replied is one that was sent.
func (o *office) replied(tb testing.TB, request, text string, paths ...string) string {
	tb.Helper()
	id, _ := o.replying(tb, request, text, paths...)
	return must(o.acts.Do(request, id, "reply", text, nil))(tb)
}

// saidOnce holds that the portal has one message of the request, with just these
// files, and tells its id.
func saidOnce(tb testing.TB, p *portald.Twin, request string, files ...[]byte) string {
	tb.Helper()
	var list portal.MessageList
	if err := json.Unmarshal(ask(tb, p, claire, portal.RouteRequests+"/"+request+"/messages"), &list); err != nil {
		tb.Fatal(err)
	}
	// What never was whole only its author is told of, until the portal drops it.
	list.Messages = slices.DeleteFunc(list.Messages, func(m portal.Message) bool { return !m.Received })
	if len(list.Messages) != 1 || len(list.Messages[0].Files) != len(files) {
		tb.Fatalf("the portal has %d messages: %+v", len(list.Messages), list.Messages)
	}
	for i, f := range list.Messages[0].Files {
		if got := ask(tb, p, claire, portal.RouteRequests+"/"+request+"/files/"+f.ID); string(got) != string(files[i]) {
			tb.Errorf("file %d: other bytes", i)
		}
	}
	return list.Messages[0].ID
}

// A reply takes files of every kind that a draft takes, without a connection, and
// waits with them behind its request whatever happens. It arrives once, and whoever
// may read it has its files.
func TestReplyWithFiles(t *testing.T) {
	p := portald.Run(t, nil)
	data := been(t, p)
	o := open(t, data, p.URL, p.Token(claire))
	p.Down()
	request, revision := o.write(t, content())
	must(o.drafts.Submit(request, revision))(t)
	path, first := pdf(t, "Bon de livraison.pdf", 300_000)
	reply, files := o.replying(t, request, "Voici", path)
	second := picture(t)
	pasted := o.sentTo(t, reply, "capture.png", second)
	if got := must(o.files.Confirm(reply, []string{pasted}, wording, nil))(t); len(got.Files) != 2 {
		t.Fatalf("%+v", got)
	}
	loose, _ := pdf(t, "de trop.pdf", 500)
	extra := o.attach(t, reply, loose)[2]
	must(o.files.Remove(reply, extra.ID))(t)
	must(o.files.Restore(reply, extra.ID))(t)
	if left := must(o.files.Remove(reply, extra.ID))(t); len(left) != 2 || left[0].ID != files[0].ID || left[0].ConfirmedBy != claire {
		t.Errorf("%+v", left)
	}
	o.app.Stop()
	o = open(t, data, p.URL, p.Token(claire))
	r := o.dossier(t, request)
	if len(r.Acts) != 1 || r.Acts[0].Status != "draft" || len(r.Acts[0].Files) != 2 || r.Rules.MaxCount == 0 || len(r.Rules.Extensions) == 0 {
		t.Fatalf("%+v, %+v", r.Acts, r.Rules)
	}
	must(o.acts.Do(request, reply, "reply", "Voici", nil))(t)
	for name, err := range map[string]error{
		"Look":   must2(o.files.Look(reply, []string{path})),
		"Remove": must2(o.files.Remove(reply, files[0].ID)),
	} {
		if !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("%s of what waits: %v", name, err)
		}
	}
	o.app.Stop()
	p.Up()
	o = open(t, data, p.URL, p.Token(claire))
	o.received(t, request)
	r = o.settled(t, request)
	if id := saidOnce(t, p, request, first, second); id != reply || len(r.Messages) != 1 || r.Messages[0].ID != reply {
		t.Errorf("%+v", r.Messages)
	}
	must(o.acts.Do(request, reply, "reply", "Voici", nil))(t)
	other := open(t, t.TempDir(), p.URL, p.Token(claire)) // another PC of hers
	await(t, "it is known there", func() bool {
		r, err := other.requests.Open(request)
		return err == nil && len(r.Messages) == 1
	})
	for _, o := range []*office{o, other} {
		file := o.dossier(t, request).Messages[0].Files[0]
		to := o.at(filepath.Join(t.TempDir(), "copie.pdf"))
		must(o.papers.SaveFile(request, file.ID, "Enregistrer"))(t)
		if got, err := os.ReadFile(to); err != nil || string(got) != string(first) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
	saidOnce(t, p, request, first, second)
}

// What no draft takes, no reply takes.
func TestReplyFilesRefused(t *testing.T) {
	o, _ := desktop(t)
	request := o.sent(t, content())
	reply, _ := o.replying(t, request, "Voici")
	refuses := func(c Candidate, want string) {
		t.Helper()
		if c.Problem == nil || c.Problem.Code != want || c.Token != "" {
			t.Errorf("%s: %+v, want %s", c.Name, c.Problem, want)
		}
	}
	program := filepath.Join(t.TempDir(), "setup.exe")
	put(t, program, []byte("MZ"))
	refuses(must(o.files.Look(reply, []string{program}))(t)[0], desk.CodeFileType)
	refuses(must(o.files.Offer(reply, "gros.pdf", 100<<20+1, ""))(t), desk.CodeTooBig)
	path, _ := pdf(t, "a.pdf", 1000)
	fails(t, must2(o.files.Confirm(reply, o.looked(t, reply, path), " ", nil)), desk.ErrInvalid)
	if got := o.stored(t); len(got) != 0 {
		t.Errorf("stored without a statement: %v", got)
	}
	o.attach(t, reply, path)
	if out := must(o.files.Confirm(reply, o.looked(t, reply, path), wording, nil))(t); len(out.Refused) != 1 || len(out.Files) != 1 {
		t.Errorf("the same one twice: %+v", out)
	}
	most := o.dossier(t, request).Rules.MaxCount
	for len(o.dossier(t, request).Acts[0].Files) < most {
		path, _ := pdf(t, "b.pdf", 1000)
		o.attach(t, reply, path)
	}
	other, _ := pdf(t, "c.pdf", 1000)
	refuses(must(o.files.Look(reply, []string{other}))(t)[0], desk.CodeTooMany)
	fails(t, must2(o.files.Vouch(reply, wording)), desk.ErrNotFound) // it is nobody else's

	// Looked at while there was room for either, both are there.
	must(o.files.Remove(reply, o.dossier(t, request).Acts[0].Files[0].ID))(t)
	tokens := append(o.looked(t, reply, other), o.looked(t, reply, path)...)
	must(o.files.Confirm(reply, tokens, wording, nil))(t)
	err := must2(o.acts.Do(request, reply, "reply", "Voici", nil))
	fails(t, err, desk.ErrInvalid)
	if e := new(desk.Error); !errors.As(err, &e) || len(e.Problems) != 1 || e.Problems[0].Code != desk.CodeTooMany {
		t.Errorf("%v", err)
	}
	if r := o.dossier(t, request); r.Acts[0].Status != "draft" {
		t.Errorf("it is %s", r.Acts[0].Status)
	}
}

// A reply that came too late is kept with its files, and leaves with them once it can.
func TestReplyWithFilesTooLate(t *testing.T) {
	o, p := desktop(t)
	request := o.sent(t, content())
	p.Down()
	path, bytes := pdf(t, "a.pdf", 1000)
	reply := o.replied(t, request, "Encore ceci", path)
	o.app.Stop()
	p.Up()
	p.Says(request, desk.PortalClosed, "", "", "")
	o = open(t, o.data, p.URL, p.Token(claire))
	r := o.settled(t, request)
	if len(r.Acts) != 1 || r.Acts[0].ID != reply || r.Acts[0].Status != "draft" || r.Acts[0].Reason != desk.ReasonNotNow || len(r.Acts[0].Files) != 1 {
		t.Fatalf("%+v", r.Acts)
	}
	p.Says(request, desk.PortalInProgress, "", "", "")
	must(o.acts.Do(request, reply, "reply", "Encore ceci", nil))(t)
	o.settled(t, request)
	saidOnce(t, p, request, bytes)
}

// A file whose copy is lost brings its reply back, which says so; with another one in
// its place it arrives once.
func TestReplyFileLost(t *testing.T) {
	o, p := desktop(t)
	request := o.sent(t, content())
	p.Down()
	good, goodBytes := pdf(t, "a.pdf", 1000)
	bad, badBytes := pdf(t, "b.pdf", 1000)
	reply := o.replied(t, request, "Voici", good, bad)
	o.app.Stop()
	names := o.stored(t)
	for _, n := range names {
		at := filepath.Join(o.data, "files", n)
		if b, err := os.ReadFile(at); err == nil && string(b) == string(badBytes) {
			put(t, at, []byte("%PDF-1.7 autre chose"))
		}
	}
	p.Up()
	o = open(t, o.data, p.URL, p.Token(claire))
	r := o.settled(t, request)
	if len(r.Acts) != 1 || r.Acts[0].ID == reply || r.Acts[0].Reason != desk.ReasonFileMissing || len(r.Acts[0].Files) != 2 {
		t.Fatalf("%+v", r.Acts)
	}
	back := r.Acts[0]
	if len(back.Problems) != 1 || back.Problems[0].File != back.Files[1].ID || back.Problems[0].Code != desk.CodeFileMissing {
		t.Errorf("%+v", back.Problems)
	}
	must(o.files.Remove(back.ID, back.Files[1].ID))(t)
	o.attach(t, back.ID, bad)
	must(o.acts.Do(request, back.ID, "reply", "Voici", nil))(t)
	o.settled(t, request)
	saidOnce(t, p, request, goodBytes, badBytes)
}

// The bytes of a reply that is written, or waits, stay; those of one that was thrown
// away go when it cannot be brought back any more.
func TestReplyFilesSwept(t *testing.T) {
	o, p := desktop(t)
	request := o.sent(t, content())
	p.Down()
	var paths []string
	for _, name := range []string{"written.pdf", "waits.pdf", "thrown.pdf", "undone.pdf"} {
		path, _ := pdf(t, name, 1000)
		paths = append(paths, path)
	}
	written, _ := o.replying(t, request, "En cours", paths[0])
	waits := o.replied(t, request, "En attente", paths[1])
	thrown, _ := o.replying(t, request, "Jetée", paths[2])
	undone, _ := o.replying(t, request, "Reprise", paths[3])
	if err := errors.Join(o.acts.Drop(thrown), o.acts.Drop(undone)); err != nil {
		t.Fatal(err)
	}
	if r := o.dossier(t, request); len(r.Acts) != 2 {
		t.Errorf("%+v", r.Acts)
	}
	must(o.acts.SaveReply(request, undone, "Reprise"))(t)
	put(t, filepath.Join(o.data, "files", "orphan"), []byte("x"))
	o.app.Stop()

	var later atomic.Int64
	o = hasty(t, o.data, nobody, p.Token(claire), func(a *App) {
		a.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	later.Store(int64(2 * time.Hour))
	await(t, "orphans are swept", func() bool { return !slices.Contains(o.stored(t), "orphan") })
	if got := o.stored(t); len(got) != 4 {
		t.Errorf("after two hours: %v", got)
	}
	later.Store(int64(8 * 24 * time.Hour))
	await(t, "what was thrown away is gone", func() bool { return len(o.stored(t)) < 4 })
	r := o.dossier(t, request)
	if len(o.stored(t)) != 3 || len(r.Acts) != 3 {
		t.Errorf("%d stored, %+v", len(o.stored(t)), r.Acts)
	}
	for _, a := range r.Acts {
		if !slices.Contains([]string{written, waits, undone}, a.ID) || len(a.Files) != 1 {
			t.Errorf("%+v", a)
			continue
		}
		o.at(filepath.Join(t.TempDir(), a.Files[0].Name))
		must(o.papers.SaveFile(request, a.Files[0].ID, "Enregistrer"))(t)
	}
}
