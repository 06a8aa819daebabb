package app

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// deaf lets everything through to the portal but the question for changes; as
// long as it is deaf, answers to PUT are lost.
func deaf(t *testing.T, p *portald.Twin) (address string, set func(bool)) {
	t.Helper()
	var lost atomic.Bool
	address = between(t, p, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method != http.MethodPut && r.URL.Path != portal.RouteChanges || r.Method == http.MethodPut && !lost.Load() {
			pass.ServeHTTP(w, r)
			return
		}
		pass.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
	return address, lost.Store
}

// doubtful is a request whose first attempt has reached the portal, which said
// so in vain.
func doubtful(t *testing.T, paths ...string) (o *office, p *portald.Twin, id string, hears func()) {
	t.Helper()
	p = portald.Run(t, nil)
	address, set := deaf(t, p)
	o = open(t, t.TempDir(), address, p.Token(claire))
	o.known(t)
	set(true)
	id, revision := o.write(t, content())
	if len(paths) > 0 {
		o.attach(t, id, paths...)
	}
	must(o.drafts.Submit(id, revision))(t)
	await(t, "the answer is lost", func() bool { return o.status(t, id).Status == string(desk.StatusUnknown) })
	return o, p, id, func() { set(false) }
}

// What may have arrived is taken back at the portal first, which then takes it
// no more.
func TestCancelInDoubt(t *testing.T) {
	path, _ := pdf(t, "a.pdf", 1000)
	o, p, id, hears := doubtful(t, path)
	if err := o.outbox.Cancel(id); err != nil {
		t.Fatal(err)
	}
	hears()
	if err := o.outbox.SendNow(); err != nil {
		t.Fatal(err)
	}
	if item := o.status(t, id); item.Status != string(desk.StatusCancelled) {
		t.Errorf("it is %s", item.Status)
	}
	if got := arrived(t, p, claire); len(got) != 0 {
		t.Errorf("the portal has %d requests", len(got))
	}
	if status := put1(t, p, id); status != http.StatusGone {
		t.Errorf("a late announcement is answered by %d", status)
	}
}

// put1 announces a request by hand.
func put1(t *testing.T, p *portald.Twin, id string) int {
	t.Helper()
	body := `{"revision":1,"practice":"` + tilleuls + `","catalogueVersion":1,"type":"technical","category":"software","values":{},"files":[],` +
		`"writtenAt":"2026-01-01T00:00:00Z","submittedAt":"2026-01-01T00:00:00Z"}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.URL+portal.RouteRequests+"/"+id, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.Token(claire))
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

func TestCancelWhatArrived(t *testing.T) {
	o, p, id, hears := doubtful(t)
	fails(t, o.outbox.Cancel(id), desk.ErrNotNow)
	hears()
	o.received(t, id)
	if got := arrived(t, p, claire); len(got) != 1 || got[0].Number != o.status(t, id).Number {
		t.Errorf("the portal has %d requests", len(got))
	}
}

func TestCancelInDoubtOffline(t *testing.T) {
	path, _ := pdf(t, "a.pdf", 1000)
	o, p, id, hears := doubtful(t, path)
	p.Down()
	fails(t, o.outbox.Cancel(id), desk.ErrOffline)
	if _, err := o.outbox.Edit(id); err == nil {
		t.Error("opened as a draft without the portal's word")
	}
	hears()
	p.Up()
	o.received(t, id)
}

// What has not left is edited under its own id: it is the same request.
func TestEdit(t *testing.T) {
	o, p := desktop(t)
	p.Down()
	await(t, "the loss is noticed", func() bool { return must(o.outbox.State())(t).Connection == "offline" })
	path, original := pdf(t, "a.pdf", 1000)
	id, revision := o.write(t, content())
	o.attach(t, id, path)
	must(o.drafts.Submit(id, revision))(t)
	d := must(o.outbox.Edit(id))(t)
	if d.ID != id || len(d.Files) != 1 || d.Content.Values[desk.KeySubject] != content().Values[desk.KeySubject] {
		t.Fatalf("%+v", d)
	}
	fails(t, o.outbox.Cancel(id), desk.ErrNotFound)
	changed := d.Content
	changed.Values[desk.KeySubject] = "Agenda très lent"
	saved := must(o.drafts.Save(id, d.Revision, changed))(t)
	must(o.drafts.Submit(id, saved.Revision))(t)
	p.Up()
	o.received(t, id)
	once(t, p, id, original)
	if got := arrived(t, p, claire); got[0].Values[desk.KeySubject] != "Agenda très lent" {
		t.Errorf("sent %q", got[0].Values[desk.KeySubject])
	}
}

// What may have left goes on under a new id; the old one is dead at the portal.
func TestEditInDoubt(t *testing.T) {
	path, original := pdf(t, "a.pdf", 1000)
	o, p, id, hears := doubtful(t, path)
	goesOnAnew(t, o, p, id, original, hears)
}

// goesOnAnew edits a request of which the portal may have a part, and sends it
// once the way is mended.
func goesOnAnew(t *testing.T, o *office, p *portald.Twin, id string, original []byte, mended func()) {
	t.Helper()
	d := must(o.outbox.Edit(id))(t)
	if d.ID == id || len(d.Files) != 1 {
		t.Fatalf("%+v", d)
	}
	mended()
	must(o.drafts.Submit(d.ID, d.Revision))(t)
	o.received(t, d.ID)
	once(t, p, d.ID, original)
	if got := arrived(t, p, claire); len(got) != 1 {
		t.Errorf("the portal has %d requests", len(got))
	}
	if status := put1(t, p, id); status != http.StatusGone {
		t.Errorf("a late announcement is answered by %d", status)
	}
}

// An export is one file with the request as a person reads it and with its
// attachments; the request waits on.
func TestExport(t *testing.T) {
	o, p := desktop(t)
	p.Down()
	one, first := pdf(t, "devis.pdf", 1000)
	other, second := pdf(t, "devis.pdf", 2000)
	id, revision := o.write(t, content())
	o.attach(t, id, one, other)
	must(o.drafts.Submit(id, revision))(t)
	folder := t.TempDir()
	o.shell.save = func(_, name string) (string, error) { return filepath.Join(folder, name), nil }
	const page = "Sujet : Agenda lent\r\n"

	path := must(o.outbox.Export(id, "Exporter", "Demande Agenda", page))(t)
	if filepath.Base(path) != "Demande Agenda.zip" {
		t.Errorf("written as %s", filepath.Base(path))
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	got := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if got[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string][]byte{"Demande Agenda.txt": []byte("\uFEFF" + page), "devis.pdf": first, "devis (2).pdf": second} {
		if !bytes.Equal(got[name], want) {
			t.Errorf("%s holds %d bytes, want %d", name, len(got[name]), len(want))
		}
	}
	if len(got) != 3 {
		t.Errorf("%d entries", len(got))
	}
	if s := must(o.outbox.State())(t); s.Waiting != 1 {
		t.Errorf("%d wait", s.Waiting)
	}
	t.Run("Cancelled", func(t *testing.T) {
		o.shell.save = func(string, string) (string, error) { return "", nil }
		if path := must(o.outbox.Export(id, "", "x", page))(t); path != "" {
			t.Errorf("written as %s", path)
		}
	})
	t.Run("ErrNotWritten", func(t *testing.T) {
		o.shell.save = func(_, name string) (string, error) { return filepath.Join(folder, "none", name), nil }
		_, err := o.outbox.Export(id, "", "x", page)
		fails(t, err, desk.ErrNotWritten)
	})
	t.Run("ErrFileMissing", func(t *testing.T) {
		for _, name := range o.stored(t) {
			if err := os.Remove(filepath.Join(o.data, "files", name)); err != nil {
				t.Fatal(err)
			}
		}
		o.shell.save = func(_, name string) (string, error) { return filepath.Join(folder, name), nil }
		_, err := o.outbox.Export(id, "", "x", page)
		fails(t, err, desk.ErrInvalid)
		if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
			t.Errorf("%d files in the folder, %v", len(left), err)
		}
	})
}
