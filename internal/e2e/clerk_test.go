package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guichet/app"
)

// clerk is somebody who works at a desk that may die at any moment: several
// hands type drafts, attach files, submit, throw away and bring back, each
// through the calls that the window makes. What the desk has acknowledged
// stands in the clerk's journal (the papers), outside of the desk.
type clerk struct {
	originals string // folder of the files to attach
	hands     []*hand
	done      acknowledged
}

// acknowledged counts the promises that the desk has kept.
type acknowledged struct{ saves, submits, files, thrown atomic.Int64 }

// hand is one draft after another, and some of them at once. The papers are its
// own: it is the only one that touches them while it works.
type hand struct {
	c      *clerk
	rnd    *rand.Rand
	name   string
	papers []*paper
	made   int
	last   []byte // of the file attached last
	size   int    // bytes of each file, 0 for any
}

func newClerk(originals string, hands int, rnd *rand.Rand) *clerk {
	c := &clerk{originals: originals}
	for i := range hands {
		c.hands = append(c.hands, &hand{c: c, name: string(rune('A' + i)), rnd: rand.New(rand.NewPCG(rnd.Uint64(), 0))})
	}
	return c
}

// papers is the journal.
func (c *clerk) papers() (all []*paper) {
	for _, h := range c.hands {
		all = append(all, h.papers...)
	}
	return all
}

// work lets the hands work at the desk until it dies or stop is called. stop
// returns what went wrong besides its death.
func (c *clerk) work(b *bridge) (stop func() error) {
	over := make(chan struct{})
	errs := make([]error, len(c.hands))
	var group sync.WaitGroup
	for i, h := range c.hands {
		group.Go(func() { errs[i] = h.work(b, over) })
	}
	return func() error {
		close(over)
		group.Wait()
		return errors.Join(errs...)
	}
}

// longestPause is how long a hand rests at the most: far less than a person
// does, so that the desk is always at something.
const longestPause = 25 * time.Millisecond

func (h *hand) work(b *bridge, over <-chan struct{}) error {
	for {
		if err := h.act(b); errors.Is(err, errCut) {
			return nil
		} else if err != nil {
			return fmt.Errorf("hand %s: %w", h.name, err)
		}
		select {
		case <-over:
			return nil
		case <-b.gone:
			return nil
		case <-time.After(upTo(h.rnd, longestPause)):
		}
	}
}

// act does one thing that a person may do next.
func (h *hand) act(b *bridge) error {
	p := h.choose()
	n := h.rnd.IntN(100)
	switch {
	case p.revision == 0 || n < 55:
		return h.save(b, p)
	case p.thrown && n < 80:
		return h.restore(b, p)
	case n < 66 && len(p.files) < 4:
		return h.attach(b, p)
	case n < 76 && !p.thrown:
		return h.submit(b, p)
	case n < 80:
		return h.throw(b, p)
	case n < 86:
		return b.call("Outbox.SendNow", nil)
	case n < 92:
		return h.look(b)
	}
	return nil
}

// choose takes one of three drafts at hand, or begins another.
func (h *hand) choose() *paper {
	var open []*paper
	for _, p := range h.papers {
		if p.stage == stageWritten {
			open = append(open, p)
		}
	}
	if len(open) == 0 || len(open) < 3 && h.rnd.IntN(12) == 0 {
		return h.blank()
	}
	return open[h.rnd.IntN(len(open))]
}

// blank is a new paper.
func (h *hand) blank() *paper {
	h.made++
	p := &paper{mark: fmt.Sprintf("Demande %s%05d", h.name, h.made)}
	h.papers = append(h.papers, p)
	return p
}

const words = "agenda ordonnance lecteur facture écran imprimante accueil dossier médecin lenteur échéance carte poste matin œuvre "

// next makes what the person has typed now: mostly more than before.
func (h *hand) next(p *paper) version {
	v := version{n: 1}
	text := ""
	if len(p.sent) > 0 {
		before := p.sent[len(p.sent)-1]
		v.n = before.n + 1
		_, text, _ = strings.Cut(before.content.Values["description"], ": ")
	}
	if len(text) > 3000 {
		text = ""
	}
	from := h.rnd.IntN(len(words) / 2)
	text += strings.ToValidUTF8(words[from:from+h.rnd.IntN(len(words)/2)], "")
	v.content = app.Content{
		Road: "form", Step: "details", Type: "technical", Practice: "cabinet-tilleuls", Category: "software",
		Values: map[string]string{"subject": p.mark, "description": fmt.Sprintf("Version %d: %s.", v.n, text)},
	}
	return v
}

func (h *hand) save(b *bridge, p *paper) error {
	if p.id == "" {
		var d app.Draft
		if err := b.call("Drafts.Create", &d, h.next(p).content); err != nil {
			return err
		}
		p.id = d.ID
	}
	v := h.next(p)
	p.sent = append(p.sent, v)
	p.unsure = p.thrown // a save brings it back
	var saved app.Saved
	if err := b.call("Drafts.Save", &saved, p.id, p.revision, v.content); err != nil {
		return err
	}
	if saved.Revision != p.revision+1 {
		return fmt.Errorf("saved as revision %d after %d", saved.Revision, p.revision)
	}
	h.c.done.saves.Add(1)
	p.sent, p.revision, p.thrown, p.unsure = []version{v}, saved.Revision, false, false
	return nil
}

func (h *hand) throw(b *bridge, p *paper) error {
	p.unsure = true
	if err := b.call("Drafts.Throw", nil, p.id); err != nil {
		return err
	}
	h.c.done.thrown.Add(1)
	p.thrown, p.unsure = true, false
	return nil
}

func (h *hand) restore(b *bridge, p *paper) error {
	p.unsure = true
	if err := b.call("Drafts.Restore", nil, p.id); err != nil {
		return err
	}
	p.thrown, p.unsure = false, false
	return nil
}

// attach chooses a file and confirms it. Some have the bytes of the one before
// under another name.
func (h *hand) attach(b *bridge, p *paper) error {
	switch {
	case h.size > 0:
		h.last = noiseFile(h.rnd, h.size)
	case h.last == nil || h.rnd.IntN(4) > 0:
		h.last = noiseFile(h.rnd, 1+h.rnd.IntN(200<<10))
	}
	o := original{name: fmt.Sprintf("Pièce n° %d.pdf", h.rnd.IntN(1e9)), size: int64(len(h.last)), sum: sha256Of(h.last)}
	path := filepath.Join(h.c.originals, h.name+" "+o.name)
	if err := os.WriteFile(path, h.last, 0o600); err != nil {
		return err
	}
	defer os.Remove(path) // the desk has a copy, or has none and says so
	var seen []app.Candidate
	if err := b.call("Files.Look", &seen, p.id, []string{path}); err != nil {
		return err
	}
	if len(seen) != 1 || seen[0].Problem != nil {
		return fmt.Errorf("a good file is taken for %+v", seen)
	}
	o.name = seen[0].Name
	p.doubtful = append(p.doubtful, o)
	var out app.Attached
	if err := b.call("Files.Confirm", &out, p.id, []string{seen[0].Token}, "2026-1", nil); err != nil {
		return err
	}
	if len(out.Refused) > 0 {
		// It stays in doubt: a commit that failed may be found whole at the next start.
		return fmt.Errorf("attach: %w", &refusal{Code: out.Refused[0].Problem.Code})
	}
	i := slices.IndexFunc(out.Files, func(f app.File) bool { return f.Name == o.name })
	if i < 0 || out.Files[i].Size != o.size {
		return fmt.Errorf("confirmed, and not among the %d files of the draft", len(out.Files))
	}
	o.id = out.Files[i].ID
	p.doubtful, p.files = p.doubtful[:len(p.doubtful)-1], append(p.files, o)
	h.c.done.files.Add(1)
	return nil
}

// submit sends a draft, now and then twice, as an impatient person does.
func (h *hand) submit(b *bridge, p *paper) error {
	p.stage = stageAsked
	for range 1 + h.rnd.IntN(2) {
		var item app.Item
		if err := b.call("Drafts.Submit", &item, p.id, p.revision); err != nil {
			return err
		}
		if item.ID != p.id || item.Draft {
			return errors.New("submitted as something else")
		}
		if p.stage != stagePromised {
			h.c.done.submits.Add(1)
		}
		p.stage = stagePromised
	}
	return nil
}

// look reads the list and notes what numbers it tells.
func (h *hand) look(b *bridge) error {
	items, err := listed(b)
	if err != nil {
		return err
	}
	for _, p := range h.papers {
		if p.stage != stagePromised {
			continue
		}
		if err := p.follow(items); err != nil {
			return err
		}
	}
	return nil
}
