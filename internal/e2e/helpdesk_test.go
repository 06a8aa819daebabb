package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/rt"
	"guichet/internal/portald/helpdesk/rttest"
)

// portalBefore is a portal with a help desk behind it, which it asks often.
func portalBefore(tb testing.TB, h portald.Helpdesk, people []portald.Person) *portald.Twin {
	tb.Helper()
	return runPortal(tb, func(c *portald.Config) { c.Helpdesk, c.People = &h, people }, func(s *portald.Server) {
		s.PollJobs, s.FetchEvery, s.ResumeAfter = 50*time.Millisecond, time.Second, 5*time.Second
	})
}

// throughRT is a Request Tracker as the portal reaches it, with a client that may be
// nil. edit changes its mapping.
func throughRT(tb testing.TB, r *rttest.RT, edit func(*helpdesk.Mapping), client *http.Client) portald.Helpdesk {
	tb.Helper()
	m := r.Mapping(tb)
	edit(&m)
	c, err := rt.New(m, client)
	if err != nil {
		tb.Fatal(err)
	}
	return portald.Helpdesk{Connector: c, Kind: m.Kind, Settle: time.Duration(m.Settle)}
}

// dispute is what is written of an invoice, with everything that can be.
func dispute() app.Content {
	return app.Content{Road: "form", Step: "details", Type: "administrative", Category: "invoice-dispute", Values: map[string]string{
		"numberKind": "invoice", "invoice": "FA-2026-0042", "reference": "L’été n° 3",
		desk.KeySubject: "Facture : 2 × 50 € ?", desk.KeyDescription: "Bonjour,\n\nla ligne <3> compte « double ».\nMerci.",
	}}
}

// secret is what support says among themselves, and nobody at a desk may read.
const secret = "entre nous seulement"

// TestHelpdeskRT has one request go from a desk to Request Tracker and all that
// support does come back to the desk, and then what the practice says to it.
func TestHelpdeskRT(t *testing.T) {
	r := rttest.Own(t, rttest.Options{})
	p := portalBefore(t, throughRT(t, r, func(*helpdesk.Mapping) {}, nil), staff("rt", 1))
	s := sit(t, t.TempDir(), p.URL, "rt-0000")
	s.known()
	random := Rand(t)
	anne := r.Agent("anne")
	w := s.writeAs(dispute(), pdfSource(t, random, "Petit.pdf", 900), pdfSource(t, random, "Facture n° 12 – été.pdf", 300<<10))
	s.submit(w)
	id := s.ticket(anne, w)
	s.arrivedAtRT(anne, id, w)

	answer := pdfSource(t, random, "Avoir n° 7.pdf", 40<<10)
	body, err := os.ReadFile(answer.path)
	if err != nil {
		t.Fatal(err)
	}
	must(t, anne.Take(t.Context(), id))
	s.await("it is taken", patience, func() bool { return s.stands(w) == "in-progress" })
	must(t, anne.Answer(t.Context(), id, `<p onclick="alert(1)">Voici <strong>l’avoir</strong>.</p><script>alert(2)</script>`,
		rttest.File{Name: answer.name(), Media: "application/pdf", Body: body}))
	must(t, anne.Comment(t.Context(), id, secret, rttest.File{Name: secret + ".pdf", Media: "application/pdf", Body: body}))
	must(t, anne.Status(t.Context(), id, "resolved"))
	s.await("it is resolved and answered", patience, func() bool { return s.stands(w) == "resolved" && len(s.look(w).Messages) > 0 })
	s.answered(w, 1, "Anne du support", "Voici l’avoir.", answer)
	if html := s.look(w).Messages[0].HTML; !strings.Contains(html, "<strong>l’avoir</strong>") || strings.Contains(html, "alert") {
		t.Errorf("HTML %q", html)
	}

	s.actsReachRT(anne, id, w, pdfSource(t, random, "Relevé.pdf", 5000))
	other := s.write("À retirer")
	s.submit(other)
	gone := s.ticket(anne, other)
	s.does(other, "", "withdraw", "C’était une erreur")
	s.await("it is withdrawn", patience, func() bool { got := s.read(anne, gone); return got.Status == "rejected" && len(got.Said) == 2 })
	if got := s.read(anne, gone); !strings.HasPrefix(got.Said[1].Text, "C’était une erreur") || got.Said[1].By != "portail" {
		t.Errorf("%+v", got.Said[1])
	}
	await(t, "nothing waits", func() bool { return p.Unforwarded() == 0 })
	s.neverSays(secret)
}

// actsReachRT has the practice answer with a file, and take the request up again
// that support had resolved once more.
func (s *seat) actsReachRT(anne rttest.Agent, id string, w written, f source) {
	s.tb.Helper()
	reply := s.reply(w, "Merci. Voici le relevé.\n\n.\nÀ bientôt", f)
	s.await("the reply", patience, func() bool { return len(s.read(anne, id).Said) == 4 })
	said := s.read(anne, id).Said[3]
	if said.By != "portail" || said.Type != "Correspond" || !strings.HasPrefix(said.Text, "Merci. Voici le relevé.\n\n.\nÀ bientôt\n") || !strings.Contains(said.Text, reply) {
		s.tb.Errorf("%+v", said)
	}
	sameFiles(s.tb, said.Files, f)
	must(s.tb, anne.Status(s.tb.Context(), id, "stalled"))
	s.await("it waits", patience, func() bool { return s.stands(w) == "waiting" })
	must(s.tb, anne.Status(s.tb.Context(), id, "resolved"))
	s.await("it is resolved again", patience, func() bool { return s.stands(w) == "resolved" })
	s.does(w, "", "reopen", "Il manque une ligne")
	s.await("it is open again", patience, func() bool { got := s.read(anne, id); return got.Status == "open" && len(got.Said) == 5 })
	s.does(w, "", "close", "")
	s.await("it is closed", patience, func() bool { return s.read(anne, id).Status == "resolved" })
	s.await("the desk knows", patience, func() bool { return s.stands(w) == "closed" })
	s.answered(w, 3, "", "", source{}) // the reply, and why it was taken up again
}

// ticket is what Request Tracker made of a request, alone.
func (s *seat) ticket(anne rttest.Agent, w written) (id string) {
	s.tb.Helper()
	s.await("the ticket of "+w.id, patience, func() bool {
		ids := tickets(s.tb, anne, w.id)
		if len(ids) > 1 {
			s.tb.Fatalf("%d tickets", len(ids))
		}
		id = strings.Join(ids, "")
		return len(ids) == 1
	})
	return id
}

// tickets are those of a request, but for those that were merged into another.
func tickets(tb testing.TB, anne rttest.Agent, request string) []string {
	tb.Helper()
	ids, err := search(tb.Context(), anne, request, "")
	if err != nil {
		tb.Fatal(err)
	}
	return ids
}

// search finds tickets of a request.
func search(ctx context.Context, anne rttest.Agent, request, more string) (ids []string, err error) {
	var got struct{ Items []struct{ ID string } }
	err = anne.Query(ctx, "tickets", "'CF.{Demande}'='"+request+"'"+more, &got)
	for _, i := range got.Items {
		ids = append(ids, i.ID)
	}
	return ids, err
}

func (s *seat) read(anne rttest.Agent, id string) rttest.Ticket {
	s.tb.Helper()
	got, err := anne.Read(s.tb.Context(), id)
	if err != nil {
		s.tb.Fatal(err)
	}
	return got
}

// arrivedAtRT holds that a ticket says all that was written, with its files.
func (s *seat) arrivedAtRT(anne rttest.Agent, id string, w written) {
	s.tb.Helper()
	got := s.read(anne, id)
	if got.Queue != "Facturation" || got.Status != "new" || got.Subject != w.values[desk.KeySubject] || got.Fields["Demande"] != w.id || got.Fields["Facture"] != w.values["invoice"] {
		s.tb.Errorf("%+v", got)
	}
	s.await("the number", patience, func() bool { return s.received(w) })
	for _, said := range []string{w.values[desk.KeyDescription], w.values["reference"], s.look(w).Item.Number, "Cabinet des Tilleuls (Nantes)", "Accueil"} {
		if !strings.Contains(got.Said[0].Text, said) {
			s.tb.Errorf("the ticket does not say %q:\n%s", said, got.Said[0].Text)
		}
	}
	if len(got.Said) != 1 {
		s.tb.Errorf("%d things are said", len(got.Said))
	}
	sameFiles(s.tb, got.Said[0].Files, w.files...)
}

// sameFiles holds that these files are there, byte for byte, and no others.
func sameFiles(tb testing.TB, got []rttest.File, want ...source) {
	tb.Helper()
	if why := differ(got, want); why != "" {
		tb.Error(why)
	}
}

// differ says what is other of files than it was, "" for nothing.
func differ(got []rttest.File, want []source) string {
	left := slices.Clone(got)
	for _, f := range want {
		i := slices.IndexFunc(left, func(g rttest.File) bool { return g.Name == f.name() && sha256Of(g.Body) == f.sum })
		if i < 0 {
			return f.name() + " is not there as it was"
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		return left[0].Name + " is there too"
	}
	return ""
}

// stands is the portal's status of a request, as the desk shows it.
func (s *seat) stands(w written) string {
	s.tb.Helper()
	return s.look(w).Item.PortalStatus
}

// answered holds that the desk shows so many messages, and of the first, if that is
// named, its author, text and file.
func (s *seat) answered(w written, n int, author, text string, f source) {
	s.tb.Helper()
	got := s.look(w).Messages
	if len(got) != n {
		s.tb.Fatalf("%d messages: %+v", len(got), got)
	}
	if author == "" {
		return
	}
	m := got[0]
	if m.Author != author || !m.Support || m.Text != text || len(m.Files) != 1 {
		s.tb.Fatalf("%+v", m)
	}
	path, err := s.papers.SaveFile(w.id, m.Files[0].ID, "Enregistrer")
	if err != nil {
		s.tb.Fatal(err)
	}
	if sum, err := sumOf(path); err != nil || sum != f.sum || filepath.Base(path) != f.name() {
		s.tb.Errorf("file %s: other bytes, %v", path, err)
	}
}

// neverSays holds that nothing that the desk shows of any request says a word.
func (s *seat) neverSays(word string) {
	s.tb.Helper()
	items, err := s.requests.Latest()
	if err != nil {
		s.tb.Fatal(err)
	}
	for _, i := range items.Requests {
		all, err := json.Marshal(s.look(written{id: i.ID}))
		if err != nil || strings.Contains(string(all), word) {
			s.tb.Errorf("the desk knows %q, %v", word, err)
		}
	}
}

// await waits until something is so.
func await(tb testing.TB, what string, so func() bool) {
	tb.Helper()
	if !eventually(tb.Context(), nil, patience, so) {
		tb.Fatalf("waited in vain: %s", what)
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
