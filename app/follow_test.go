package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
)

// sent writes a request, and waits until the portal has it.
func (o *office) sent(tb testing.TB, c Content) string {
	tb.Helper()
	id, revision := o.write(tb, c)
	must(o.drafts.Submit(id, revision))(tb)
	o.received(tb, id)
	await(tb, "what may be done with it is known", func() bool { return len(o.dossier(tb, id).Allowed) > 0 })
	return id
}

func (o *office) dossier(tb testing.TB, id string) Request {
	tb.Helper()
	return must(o.requests.Open(id))(tb)
}

// settled waits until nothing that was done with a request waits.
func (o *office) settled(tb testing.TB, id string) Request {
	tb.Helper()
	await(tb, "nothing waits", func() bool {
		return !slices.ContainsFunc(o.dossier(tb, id).Acts, func(a Act) bool { return desk.Status(a.Status).Waiting() })
	})
	return o.dossier(tb, id)
}

// said are the texts of a conversation.
func said(r Request) (out []string) {
	for _, m := range r.Messages {
		out = append(out, m.Text)
	}
	return out
}

// What support does arrives, is told by the bell, and is cleaned.
func TestSupportAnswers(t *testing.T) {
	o, p := desktop(t)
	id := o.sent(t, content())
	p.Says(id, desk.PortalWaiting, portalUrgent, "Bonjour", `<p onclick="x()">Bonjour <b>Claire</b><script>alert(1)</script></p>`)
	await(t, "the answer is here", func() bool { return len(o.dossier(t, id).Messages) == 1 })
	r := o.dossier(t, id)
	if r.Item.PortalStatus != "waiting" || r.Item.Priority != portalUrgent || !r.Item.Unread || r.Item.Life.Answered == "" {
		t.Errorf("%+v", r.Item)
	}
	if html := r.Messages[0].HTML; html == "" || strings.Contains(html, "onclick") || strings.Contains(html, "script") || !strings.Contains(html, "Claire") {
		t.Errorf("HTML %q", html)
	}
	notices := must(o.bell.Notices())(t)
	if len(notices) < 2 || notices[0].Number != r.Item.Number || notices[0].Read {
		t.Errorf("%+v", notices)
	}
	await(t, "the window is told", func() bool { return o.shell.heard("told", notices[0]) })
	if err := o.bell.Show(notices[0].Seq, notices[0].Number, "Nouvelle réponse"); err != nil || !o.shell.heard("shown", id+" "+notices[0].Number+" Nouvelle réponse") {
		t.Errorf("not shown, %v", err)
	}
	fails(t, o.bell.Show(notices[0].Seq+100, "AS", "x"), desk.ErrNotFound)
	fails(t, o.bell.Show(notices[0].Seq, strings.Repeat("x", 201), "x"), desk.ErrInvalid)
	quiet := must(o.window.Settings())(t)
	quiet.Quiet = []string{"answer"}
	if err := o.window.SaveSettings(quiet); err != nil {
		t.Fatal(err)
	}
	if err := o.bell.Show(notices[0].Seq, "Encore", "x"); err != nil || o.shell.heard("shown", id+" Encore x") {
		t.Errorf("shown although it is switched off, %v", err)
	}
	if err := o.requests.Seen(id); err != nil {
		t.Fatal(err)
	}
	if o.dossier(t, id).Item.Unread || !must(o.bell.Notices())(t)[0].Read {
		t.Error("it still has news")
	}
	board := must(o.lists.Board("2020-01-01T00:00:00Z"))(t)
	answered := func(since string) int { return must(o.lists.Total(Query{Answered: since}))(t) }
	if answered("2020-01-01T00:00:00Z") != 1 || answered("2120-01-01T00:00:00Z") != 0 {
		t.Error("the list of what was answered is another one")
	}
	if board.Answered != 1 || board.SyncedAt == "" || !slices.Contains(board.States, Figure{"waiting", 1}) || !slices.Contains(board.Priorities, Figure{portalUrgent, 1}) {
		t.Errorf("%+v", board)
	}
}

const portalUrgent = "urgent"

// Everything that can be done later is done without a connection, waits behind its
// request, and happens once and in order.
func TestActsOffline(t *testing.T) {
	o, p := desktop(t)
	id := o.sent(t, content())
	p.Says(id, desk.PortalWaiting, "", "Quel montant ?", "")
	await(t, "the question is here", func() bool { return len(o.dossier(t, id).Messages) == 1 })
	p.Down()
	reply := must(o.acts.SaveReply(id, "", "Deux ce"))(t)
	if again := must(o.acts.SaveReply(id, reply, "Deux cents euros."))(t); again != reply {
		t.Errorf("another reply %s", again)
	}
	if r := o.dossier(t, id); len(r.Acts) != 1 || r.Acts[0].Status != "draft" || r.Acts[0].Text != "Deux cents euros." {
		t.Errorf("%+v", r.Acts)
	}
	for range 2 { // an impatient finger
		must(o.acts.Do(id, reply, "reply", "Deux cents euros.", nil))(t)
	}
	must(o.acts.Do(id, "", "unwatch", "", nil))(t)
	must(o.acts.Do(id, "", "close", "", nil))(t)
	withdraw := must(o.acts.Do(id, "", "withdraw", "Trop tard", nil))(t)
	if err := o.acts.TakeBack(withdraw); err != nil {
		t.Fatal(err)
	}
	waiting := o.dossier(t, id)
	if len(waiting.Acts) != 3 || waiting.Acts[0].ID != reply || !desk.Status(waiting.Acts[0].Status).Waiting() { // an attempt may have begun that meets nobody
		t.Errorf("%+v", waiting.Acts)
	}
	if s := must(o.outbox.State())(t); s.Waiting != 1 {
		t.Errorf("%d wait", s.Waiting)
	}
	if out := must(o.requests.Outbox())(t); len(out) != 1 || out[0].ID != id || out[0].ActsWaiting != 3 {
		t.Errorf("the outbox has %+v", out)
	}
	fails(t, must2(o.acts.SaveReply(id, reply, "Trop tard.")), desk.ErrNotNow)

	o.app.Stop() // and the night passes
	p.Up()
	o = open(t, o.data, p.URL, p.Token(claire))
	r := o.settled(t, id)
	if len(r.Acts) != 0 || !slices.Equal(said(r), []string{"Quel montant ?", "Deux cents euros."}) {
		t.Errorf("%+v, said %q", r.Acts, said(r))
	}
	await(t, "it is closed and no longer watched", func() bool {
		r = o.dossier(t, id)
		return r.Item.PortalStatus == "closed" && !r.Item.Watching
	})
	if out := must(o.requests.Outbox())(t); len(out) != 0 {
		t.Errorf("the outbox has %+v", out)
	}
	if must(o.acts.Do(id, reply, "reply", "Deux cents euros.", nil))(t) != reply || len(o.dossier(t, id).Acts) != 0 {
		t.Error("what was sent is queued again")
	}
}

// What came too late is told, and what was written stays.
func TestActsTooLate(t *testing.T) {
	o, p := desktop(t)
	id := o.sent(t, content())
	p.Down()
	reply := must(o.acts.SaveReply(id, "", "Encore une question."))(t)
	must(o.acts.Do(id, reply, "reply", "Encore une question.", nil))(t)
	withdraw := must(o.acts.Do(id, "", "withdraw", "Plus besoin", nil))(t)
	o.app.Stop()
	p.Up()
	p.Says(id, desk.PortalClosed, "", "", "")
	o = open(t, o.data, p.URL, p.Token(claire))
	r := o.settled(t, id)
	if len(r.Acts) != 2 || r.Acts[0].ID != reply || r.Acts[0].Status != "draft" || r.Acts[0].Reason != desk.ReasonNotNow || r.Acts[0].Text != "Encore une question." {
		t.Fatalf("%+v", r.Acts)
	}
	if r.Acts[1].ID != withdraw || r.Acts[1].Status != "to-correct" || r.Acts[1].Reason != desk.ReasonNotNow {
		t.Errorf("%+v", r.Acts[1])
	}
	for _, a := range r.Acts {
		if err := o.acts.Drop(a.ID); err != nil {
			t.Error(err)
		}
	}
	if r := o.dossier(t, id); len(r.Acts) != 0 {
		t.Errorf("%+v", r.Acts)
	}
}

func TestActErrors(t *testing.T) {
	o, _ := desktop(t)
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	for name, c := range map[string]struct {
		kind, text string
		want       *desk.Error
	}{
		"ErrReplyRequired":  {"reply", " \n", desk.ErrInvalid},
		"ErrReplyTooLong":   {"reply", strings.Repeat("é", desk.MaxReply+1), desk.ErrInvalid},
		"ErrReasonRequired": {"withdraw", "", desk.ErrInvalid},
		"ErrReasonTooLong":  {"reopen", strings.Repeat("é", desk.MaxReason+1), desk.ErrInvalid},
		"ErrKind":           {"dance", "", desk.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) { fails(t, must2(o.acts.Do(id, "", c.kind, c.text, nil)), c.want) })
	}
	t.Run("ErrNotHere", func(t *testing.T) {
		fails(t, must2(o.acts.Do("0198c1de-0000-7000-8000-000000000000", "", "close", "", nil)), desk.ErrNotFound)
	})
}

func must2[T any](_ T, err error) error { return err }

func TestDuplicate(t *testing.T) {
	o, _ := desktop(t)
	id := o.sent(t, content())
	d := must(o.acts.Duplicate(id))(t)
	if d.ID == id || d.Content.Values["subject"] != content().Values["subject"] || d.Content.Category != content().Category || len(d.Files) != 0 {
		t.Errorf("%+v", d.Content)
	}
}

func TestContracts(t *testing.T) {
	contracts, err := portald.ParseContracts([]byte(`[{"id":"k1","number":"CT-20240142","practice":"cabinet-tilleuls","label":{"fr":"Maintenance","en":"Maintenance"},"state":"active",
		"start":"2024-01-01","topics":[{"key":"question","type":"administrative","category":"contract-question"},{"key":"invoice","type":"administrative","category":"invoice-question"}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	p := portald.Run(t, func(c *portald.Config) { c.Contracts = contracts })
	o := open(t, t.TempDir(), p.URL, p.Token(claire))
	await(t, "signed in", func() bool { return must(o.session.State())(t).SignedIn })
	if err := o.contracts.Refresh(); err != nil {
		t.Fatal(err)
	}
	seen := must(o.contracts.SeenAt())(t)
	if seen == "" {
		t.Error("nobody knows how old they are")
	}
	await(t, "the same once more is news of when", func() bool {
		if err := o.contracts.Refresh(); err != nil {
			t.Fatal(err)
		}
		return must(o.contracts.SeenAt())(t) > seen
	})
	p.Down() // they are here from now on
	list := must(o.contracts.List())(t)
	if len(list) != 1 || list[0].Number != "CT-20240142" || list[0].PracticeName != "Cabinet des Tilleuls" || !slices.Equal(list[0].Topics, []string{"question", "invoice"}) {
		t.Fatalf("%+v", list)
	}
	d := must(o.contracts.Begin(list[0].ID, "question", "form"))(t)
	if d.Content.Category != "contract-question" || d.Content.Practice != "cabinet-tilleuls" || d.Content.Values["contract"] != "CT-20240142" {
		t.Errorf("%+v", d.Content)
	}
	if d := must(o.contracts.Begin(list[0].ID, "invoice", "form"))(t); d.Content.Category != "invoice-question" || d.Content.Values[desk.KeyReference] != "CT-20240142" || d.Content.Values["contract"] != "" {
		t.Errorf("about an invoice, whose category asks for no contract: %+v", d.Content)
	}
	fails(t, must2(o.contracts.Begin(list[0].ID, "cancellation", "form")), desk.ErrNotFound)
	fails(t, must2(o.contracts.Begin("k2", "question", "form")), desk.ErrNotFound)
	fails(t, o.contracts.Refresh(), desk.ErrOffline)
	seen = must(o.contracts.SeenAt())(t)
	fails(t, o.contracts.Refresh(), desk.ErrOffline)
	if got := must(o.contracts.SeenAt())(t); got != seen {
		t.Errorf("seen at %s without an answer", got)
	}
}

// The list finds what is here by its words, and somebody else's not at all.
func TestLists(t *testing.T) {
	o, _ := desktop(t)
	c := content()
	c.Values["subject"] = "Œuvre numérotée deux fois"
	id := o.sent(t, c)
	page := must(o.lists.Find(Query{Text: "oeuvre numero"}, 0, 50))(t)
	await(t, "it is found", func() bool {
		page = must(o.lists.Find(Query{Text: "oeuvre numero"}, 0, 50))(t)
		return len(page.Items) == 1
	})
	if page.Items[0].ID != id || page.More || must(o.lists.Total(Query{Text: "oeuvre"}))(t) != 1 {
		t.Errorf("%+v", page)
	}
	fails(t, must2(o.lists.Find(Query{Sort: "colour"}, 0, 50)), desk.ErrInvalid)
	fails(t, must2(o.lists.Find(Query{Since: "hier"}, 0, 50)), desk.ErrInvalid)
	fails(t, must2(o.lists.Find(Query{Period: "century"}, 0, 50)), desk.ErrInvalid)
	if n := must(o.lists.Total(Query{Text: "logici"}))(t); n != 1 {
		t.Errorf("%d found by the name of their category", n)
	}
	view := must(o.lists.SaveView(NamedQuery{Name: "Œuvres", Query: Query{Text: "oeuvre", States: []string{"received"}}}))(t)
	if views := must(o.lists.Views())(t); len(views) != 1 || views[0].ID != view || views[0].Query.Text != "oeuvre" {
		t.Errorf("%+v", views)
	}
	fails(t, must2(o.lists.SaveView(NamedQuery{Name: ""})), desk.ErrInvalid)
	last := must(o.lists.SaveView(NamedQuery{Name: "7 derniers jours", Query: Query{Period: "week"}}))(t)
	week := func() Query { return must(o.lists.Views())(t)[1].Query }
	if n := must(o.lists.Total(week()))(t); week().Period != "week" || week().Since != "" || n != 1 {
		t.Errorf("%d of %+v", n, week())
	}
	if err := o.lists.DropView(last); err != nil {
		t.Error(err)
	}
	if err := o.lists.DropView(view); err != nil || len(must(o.lists.Views())(t)) != 0 {
		t.Errorf("dropped, %v", err)
	}
}

// Files of a request are had again from this PC or from the portal, as they were.
func TestReceivedFiles(t *testing.T) {
	p := portald.Run(t, nil)
	o := open(t, t.TempDir(), p.URL, p.Token(claire))
	await(t, "signed in", func() bool { return must(o.session.State())(t).SignedIn })
	path, bytes := pdf(t, "Facture n° 1.pdf", 300_000)
	id, revision := o.write(t, content())
	o.attach(t, id, path)
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	other := open(t, t.TempDir(), p.URL, p.Token(claire)) // another PC of hers
	await(t, "it is known there", func() bool { return must(other.lists.Total(Query{}))(t) == 1 })
	for name, desk := range map[string]*office{"Here": o, "Elsewhere": other} {
		t.Run(name, func(t *testing.T) {
			file := desk.dossier(t, id).Files[0]
			to := desk.at(filepath.Join(t.TempDir(), "copie.pdf"))
			if got := must(desk.papers.SaveFile(id, file.ID, "Enregistrer"))(t); got != to {
				t.Errorf("it lies at %s", got)
			}
			if got, err := os.ReadFile(to); err != nil || string(got) != string(bytes) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if err := desk.papers.OpenFile(id, file.ID); err != nil {
				t.Fatal(err)
			}
			shown := filepath.Join(desk.app.opened(), file.ID, "Facture n° 1.pdf")
			if got, err := os.ReadFile(shown); err != nil || string(got) != string(bytes) || !desk.shell.heard("opened", shown) {
				t.Errorf("%d bytes are shown, %v", len(got), err)
			}
		})
	}
	file := other.dossier(t, id).Files[0]
	fails(t, must2(other.papers.SaveFile(id, "0198c1de-0000-7000-8000-000000000000", "Enregistrer")), desk.ErrNotFound)
	p.Down()
	place := other.at(filepath.Join(t.TempDir(), "hors ligne.pdf"))
	fails(t, must2(other.papers.SaveFile(id, file.ID, "Enregistrer")), desk.ErrOffline)
	if _, err := os.Stat(place); err == nil {
		t.Error("a part of it lies there")
	}
	o.app.Stop()
	if _, err := os.Stat(o.app.opened()); err == nil {
		t.Error("copies are left behind")
	}
}
