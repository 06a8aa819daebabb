package client

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

const (
	whole    = 1 << 20   // bytes of the file that is sent
	cut      = 300 << 10 // bytes of everything that pass before the line breaks
	overhead = 16 << 10  // bytes of headers and JSON, at the most
)

func onDisk(p *portald.Twin, r desk.Request) string {
	return filepath.Join(p.Folder(), "files", portal.UploadID(r.ID.String(), r.Files[0].ID.String()))
}

// broken is a request of which the first attempt was cut in the middle of its file.
func broken(t *testing.T, p *portald.Twin) (*desktop, *cable, desk.Request) {
	t.Helper()
	l := newCable(t, p.URL)
	d := newDesktop(t, l.url(), p.Token(claire))
	d.Announce = 0
	r := request(t, d.file(t, "facture.pdf", noise(t, whole)))
	l.cutAfter(cut)
	expect(t, d.Send(t.Context(), r), wanted{desk.OutcomeLost, desk.ReachNetwork, desk.ReasonNetwork})
	if got := d.told(); got[len(got)-1] != ContactOffline {
		t.Fatalf("told %v", got)
	}
	await(t, "what passed is kept", func() bool {
		info, err := os.Stat(onDisk(p, r))
		return err == nil && info.Size() > cut-overhead
	})
	return d, l, r
}

// goesOn sends again, and finds that no more than the rest was sent.
func goesOn(t *testing.T, p *portald.Twin, d *desktop, l *cable, r desk.Request) {
	t.Helper()
	d.progress = nil
	expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeReceived})
	if n := l.arrived(); n < whole || n > whole+overhead {
		t.Errorf("%d bytes arrived for a file of %d", n, whole)
	}
	if first := d.progress[0].sent; first < cut-overhead {
		t.Errorf("the second attempt began with byte %d", first)
	}
	arrivedWhole(t, p, d, r)
}

func arrivedWhole(t *testing.T, p *portald.Twin, d *desktop, r desk.Request) {
	t.Helper()
	f := r.Files[0]
	status, body := look(t, p.URL, d.token, portal.RouteRequests+"/"+r.ID.String()+"/files/"+f.ID.String())
	if status != http.StatusOK || !bytes.Equal(body, d.stored[f.ID]) {
		t.Errorf("the file came otherwise than it left (%d)", status)
	}
}

func TestResume(t *testing.T) {
	t.Run("WhereTheLineBroke", func(t *testing.T) {
		p := portald.Run(t, nil)
		d, l, r := broken(t, p)
		goesOn(t, p, d, l, r)
	})
	t.Run("AfterARestartOfThePortal", func(t *testing.T) {
		p := portald.Run(t, nil)
		d, l, r := broken(t, p)
		p.Restart()
		goesOn(t, p, d, l, r)
	})
	t.Run("ByAnotherProcess", func(t *testing.T) { // nothing has to be remembered
		p := portald.Run(t, nil)
		d, l, r := broken(t, p)
		other := newDesktop(t, l.url(), d.token)
		other.stored, other.Announce = d.stored, 0
		goesOn(t, p, other, l, r)
	})
	t.Run("AnewIfThePartIsSpoilt", func(t *testing.T) {
		p := portald.Run(t, nil)
		d, _, r := broken(t, p)
		part, err := os.ReadFile(onDisk(p, r))
		if err != nil {
			t.Fatal(err)
		}
		part[1000] ^= 1
		if err := os.WriteFile(onDisk(p, r), part, 0o600); err != nil {
			t.Fatal(err)
		}
		expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeReceived})
		arrivedWhole(t, p, d, r)
	})
	t.Run("OnlyTheFilesThatAreNotThere", func(t *testing.T) {
		p := portald.Run(t, nil)
		d := newDesktop(t, p.URL, p.Token(claire))
		a, b := d.file(t, "a.pdf", noise(t, 1000)), d.file(t, "b.pdf", noise(t, 1000))
		content := d.stored[b.ID]
		delete(d.stored, b.ID)
		r := request(t, a, b)
		expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeRefused, code: desk.ReasonFileMissing})
		d.stored[b.ID], d.progress = content, nil
		r.Revision++ // as Correct makes it
		expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeReceived})
		if slices.ContainsFunc(d.progress, func(s step) bool { return s.file == a.ID }) {
			t.Error("the first file was sent twice")
		}
	})
}

func TestProgress(t *testing.T) {
	p := portald.Run(t, nil)
	d := newDesktop(t, p.URL, p.Token(claire))
	d.Announce = 0
	f := d.file(t, "a.pdf", noise(t, whole))
	r := request(t, f)
	expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeReceived})
	if len(d.progress) < 2 {
		t.Fatalf("told %d times", len(d.progress))
	}
	last := int64(0)
	for _, s := range d.progress {
		if s.request != r.ID || s.file != f.ID || s.total != whole || s.sent < last || s.sent > whole {
			t.Fatalf("%+v after %d", s, last)
		}
		last = s.sent
	}
	if last != whole {
		t.Errorf("the last word is %d of %d", last, whole)
	}
	t.Run("NotMoreOftenThanAnnounced", func(t *testing.T) {
		d.progress = nil
		now := d.Now()
		d.Now = func() time.Time { return now } // no time passes: the first word and the last
		d.Announce = 1
		expect(t, d.Send(t.Context(), request(t, d.file(t, "b.pdf", noise(t, whole)))), wanted{kind: desk.OutcomeReceived})
		if len(d.progress) != 2 || d.progress[1].sent != whole {
			t.Errorf("told %+v", d.progress)
		}
	})
}
