package e2e

import (
	"errors"
	"fmt"
	"maps"

	"guichet/app"
)

// reread holds the journal against a desk that was started again: everything
// that it has acknowledged is there, as it was or newer. What was asked and not
// answered is settled by what is there.
func (c *clerk) reread(b *bridge) error {
	items, err := listed(b)
	if err != nil {
		return err
	}
	var errs []error
	for _, h := range c.hands {
		var kept []*paper
		for _, p := range h.papers {
			there, err := p.reread(b, items)
			if errors.Is(err, errCut) {
				return errCut
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("%s, revision %d: %w", p.id, p.revision, err))
			}
			if there || p.revision > 0 {
				kept = append(kept, p)
			}
		}
		h.papers = kept
	}
	return errors.Join(errs...)
}

// reread tells whether the paper is there; one of which nothing was ever
// acknowledged need not be.
func (p *paper) reread(b *bridge, items map[string]app.Item) (there bool, err error) {
	if p.stage == stagePromised {
		return true, p.rereadRequest(b, items)
	}
	if p.id == "" {
		return false, nil
	}
	var d app.Draft
	err = b.call("Drafts.Open", &d, p.id)
	if err == nil {
		p.stage = stageWritten
		return true, p.rereadDraft(d, items)
	}
	if codeOf(err) != "not-found" {
		return false, err
	}
	if p.stage == stageAsked {
		p.stage = stagePromised
		return true, p.rereadRequest(b, items)
	}
	if p.revision > 0 {
		return false, errors.New("LOST: a draft that was acknowledged")
	}
	return false, nil
}

func (p *paper) rereadDraft(d app.Draft, items map[string]app.Item) error {
	at := -1
	for i, v := range p.sent {
		if sameContent(v.content, d.Content) {
			at = i
		}
	}
	switch {
	case at < 0:
		return fmt.Errorf("LOST: revision %d holds neither what was acknowledged nor anything newer", d.Revision)
	case at == 0 && p.revision > 0 && d.Revision != p.revision, at > 0 && d.Revision != p.revision+1:
		return fmt.Errorf("has revision %d", d.Revision)
	}
	p.sent, p.revision = p.sent[at:at+1], d.Revision
	_, shown := items[p.id]
	if !p.unsure && p.thrown == shown {
		return fmt.Errorf("LOST: thrown is %t, in the list is %t", p.thrown, shown)
	}
	p.thrown, p.unsure = !shown, false
	return p.rereadFiles(d.Files)
}

func (p *paper) rereadFiles(files []app.File) error {
	left := map[string]app.File{}
	for _, f := range files {
		left[f.ID] = f
	}
	for _, o := range p.files {
		f, ok := left[o.id]
		if !ok || f.Name != o.name || f.Size != o.size {
			return errors.New("LOST: a file that was acknowledged")
		}
		delete(left, o.id)
	}
	for _, o := range p.doubtful {
		for id, f := range left {
			if f.Name == o.name && f.Size == o.size {
				o.id = id
				p.files = append(p.files, o)
				delete(left, id)
			}
		}
	}
	p.doubtful = nil
	if len(left) > 0 {
		return fmt.Errorf("has %d files that nobody attached", len(left))
	}
	return nil
}

func (p *paper) rereadRequest(b *bridge, items map[string]app.Item) error {
	if err := p.follow(items); err != nil {
		return fmt.Errorf("LOST: %w", err)
	}
	if p.settled {
		return nil
	}
	var r app.Request
	if err := b.call("Requests.Open", &r, p.id); err != nil {
		return err
	}
	values := map[string]string{}
	for _, a := range r.Answers {
		values[a.Key] = a.Value
	}
	if !maps.Equal(values, p.sent[0].content.Values) {
		return errors.New("LOST: it was submitted with other answers")
	}
	p.settled = p.number != ""
	return p.rereadFiles(r.Files)
}

// holdAgainst holds the journal against what lies in the data folder: the
// bytes of every acknowledged file.
func (c *clerk) holdAgainst(f folder) error {
	var errs []error
	for _, p := range c.papers() {
		for _, o := range p.files {
			if sum, ok := f.sums[o.id]; !ok || sum != o.sum {
				errs = append(errs, fmt.Errorf("LOST: a file of %s (row there: %t)", p.id, ok))
			}
		}
	}
	return errors.Join(errs...)
}
