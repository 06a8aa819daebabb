package app

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// TestPurged shows a request whose content was purged at the portal: at a desk that
// is new, without it; where it was written, as it was. Either says when it was purged, once.
func TestPurged(t *testing.T) {
	p := portald.Run(t, nil)
	o := open(t, t.TempDir(), p.URL, p.Token(claire))
	o.known(t)
	id, revision := o.write(t, content())
	path, _ := pdf(t, "contrat.pdf", 3000)
	o.attach(t, id, path)
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	p.Says(id, desk.PortalWaiting, "", "Bonjour", "<p>Bonjour</p>")
	await(t, "the answer", func() bool { return len(o.dossier(t, id).Messages) == 1 })
	if err := p.Purge(t.Context(), id, false); err != nil {
		t.Fatal(err)
	}
	p.Says(id, desk.PortalClosed, "", "", "")
	await(t, "the change", func() bool { return o.dossier(t, id).Item.PortalStatus == string(desk.PortalClosed) })
	if here := o.dossier(t, id); here.Item.Subject == "" || here.Messages[0].Text != "Bonjour" || here.Files[0].Name != "contrat.pdf" {
		t.Errorf("at the desk that wrote it: %+v", here)
	}
	erased(t, o, id)
	p.Says(id, "", portal.PriorityHigh, "", "")
	await(t, "another change", func() bool { return o.dossier(t, id).Item.Priority == portal.PriorityHigh })
	erased(t, o, id)
	o.app.Stop()

	o = open(t, t.TempDir(), p.URL, p.Token(claire))
	o.known(t)
	await(t, "the request", func() bool { return len(o.everything(t)) == 1 })
	there := o.dossier(t, id)
	if there.Item.Subject != "" || there.Item.Number == "" || there.Item.CatLabel.FR == "" || len(there.Files) != 1 || there.Files[0].Name == "contrat.pdf" || there.Messages[0].Text == "Bonjour" {
		t.Errorf("at a new desk: %+v", there)
	}
	erased(t, o, id)
	if slices.ContainsFunc([]string{"reply", "withdraw", "reopen"}, func(kind string) bool { return slices.Contains(there.Allowed, kind) }) {
		t.Errorf("it allows %v", there.Allowed)
	}
	if err := o.papers.OpenFile(id, there.Files[0].ID); err == nil {
		t.Error("a file was opened that is nowhere any more")
	}
	sheet := o.at(filepath.Join(t.TempDir(), "demande.pdf"))
	must(o.papers.PDF(id, "Enregistrer", "Demande", paperWords))(t)
	if _, err := os.Stat(sheet); err != nil {
		t.Error(err)
	}
}

// erased holds that a desk tells once that the content of a request is gone.
func erased(t *testing.T, o *office, id string) {
	t.Helper()
	n := 0
	for _, h := range o.dossier(t, id).History {
		if h.What == desk.HistoryPurged && h.At != "" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the history has it %d times: %+v", n, o.dossier(t, id).History)
	}
}
