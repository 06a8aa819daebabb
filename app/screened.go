package app

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/reader"
)

// Screen looks at a candidate and waits until that is done; "screening" tells how far
// it is. It looks once: the next call answers the same.
func (x *Guard) Screen(token string) (out Screened, err error) {
	defer x.a.guard("Guard.Screen", &err)
	return x.screened(token, func(*candidate, *screening) error { return nil })
}

// Stop ends the look at a candidate: what was not seen until then is said not to have
// been looked at.
func (x *Guard) Stop(token string) (err error) {
	defer x.a.guard("Guard.Stop", &err)
	c, ok := x.a.candidates.get(token)
	if !ok {
		return desk.ErrNotFound
	}
	x.a.candidates.screening(c).stop(errStopped)
	return nil
}

// Recognised tells the guard what a page of Scans says. Readable is false when that
// is not to be trusted.
func (x *Guard) Recognised(token string, page int, text string, readable bool) (out Screened, err error) {
	defer x.a.guard("Guard.Recognised", &err)
	return x.screened(token, func(_ *candidate, s *screening) error {
		i := slices.Index(s.reading.Scans, page)
		if i < 0 || len(text) > maxDraft {
			return desk.ErrInvalid
		}
		s.reading.Scans = slices.Delete(s.reading.Scans, i, i+1)
		for _, f := range privacy.Scan(text) {
			place := desk.Place{Page: page, Line: privacy.Line(text, f.Start)}
			s.reading.Findings = append(s.reading.Findings, desk.Finding{Kind: string(f.Kind), Tail: f.Tail, Place: place})
		}
		if !readable {
			s.reading.Unread = append(s.reading.Unread, desk.Unread{Reason: desk.UnreadScan, Place: desk.Place{Page: page}})
		}
		return nil
	})
}

// smallerSide is how many pixels a smaller picture has on its longer side: a page of
// A4 at 200 dpi.
const smallerSide = 2339

// Change has a copy leave in the file's place: of a plain text one whose numbers of the
// social security have lost their digits (mask), but for the findings to spare, such as
// those that were answered; of a page one with black boxes, of a picture a smaller one.
// The guard looks at the copy. "not-now" when such a file cannot be changed so, or
// nothing is left to change.
func (x *Guard) Change(token, how string, boxes []Box, spare []Finding) (out Screened, err error) {
	defer x.a.guard("Guard.Change", &err)
	switch {
	case how == "mask":
		return x.change(token, reader.Change{Mask: true, Spare: each(spare, findingIn)}, desk.ChangeMasked)
	case how == "redact" && len(boxes) > 0 && len(boxes) <= 1000:
		return x.change(token, reader.Change{Boxes: each(boxes, func(b Box) reader.Box { return reader.Box(b) })}, desk.ChangeRedacted)
	case how == "shrink":
		return x.change(token, reader.Change{Side: smallerSide}, desk.ChangeSmaller)
	}
	return out, desk.ErrInvalid
}

// Undo has the original leave again, but for what a picture says beside what it shows.
func (x *Guard) Undo(token string) (out Screened, err error) {
	defer x.a.guard("Guard.Undo", &err)
	if c, ok := x.a.candidates.get(token); ok {
		x.a.candidates.renew(c)
	}
	return x.screened(token, func(*candidate, *screening) error { return nil })
}

// change makes a copy of what would leave, which leaves in its place, and looks at it.
func (x *Guard) change(token string, change reader.Change, what string) (Screened, error) {
	return x.screened(token, func(c *candidate, s *screening) error {
		file, end, problem := wouldLeave(c, s)
		if problem != nil {
			return desk.Invalid(*problem)
		}
		defer end()
		// What was not found spares nothing; so what is to be spared has a bound.
		change.Spare = slices.DeleteFunc(change.Spare, func(f desk.Finding) bool { return !slices.Contains(s.reading.Findings, f) })
		made, err := x.a.reader.Changed(x.a.ctx, file, change)
		switch {
		case errors.Is(err, reader.ErrCannot):
			return desk.ErrNotNow
		case err != nil:
			return err
		}
		s.put(made, what)
		if what == desk.ChangeSmaller && c.Media != "image/jpeg" {
			s.name = strings.TrimSuffix(c.Name, path.Ext(c.Name)) + ".jpg"
		}
		invoice := s.reading.Invoice
		ctx, cancel := s.anew(x.a.ctx)
		defer cancel(nil)
		s.reading = x.a.read(ctx, c, reader.File{Name: c.Name, Data: made})
		if s.reading.Invoice == nil {
			s.reading.Invoice = invoice // a picture of an invoice is one
		}
		return nil
	})
}

// wouldLeave is what would leave now; end is called once it has been read.
func wouldLeave(c *candidate, s *screening) (f reader.File, end func(), problem *desk.Problem) {
	if s.changed != nil {
		return reader.File{Name: c.Name, Data: s.changed}, func() {}, nil
	}
	from, problem := original(c)
	if problem != nil {
		return f, nil, problem
	}
	return reader.File{Name: c.Name, From: from, Size: c.Size}, func() { _ = from.Close() }, nil
}

// screened does something with what the guard knows of a candidate, and tells it.
func (x *Guard) screened(token string, do func(*candidate, *screening) error) (Screened, error) {
	if err := x.a.begin(); err != nil {
		return Screened{}, err
	}
	c, ok := x.a.candidates.get(token)
	if !ok {
		return Screened{}, desk.ErrNotFound
	}
	s := x.a.screen(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := do(c, s); err != nil {
		return Screened{}, err
	}
	return screenedOf(c, s), nil
}

func screenedOf(c *candidate, s *screening) Screened {
	out := Screened{
		Token: c.token, Size: s.size, Findings: each(s.reading.Findings, findingOf), Unread: each(s.reading.Unread, unreadOf),
		Scans: append([]int{}, s.reading.Scans...), Pages: s.reading.Pages, Changes: append([]string{}, s.changes...),
		Drawn: drawn(c.Media), Maskable: strings.HasPrefix(c.Media, "text/"), Large: large(c, s), Invoice: (*Invoice)(s.reading.Invoice),
	}
	if never := s.never(); never != nil {
		p := problemOf(*never)
		out.Problem = &p
	}
	return out
}

// drawn tells whether the pages of such a file can be drawn.
func drawn(media string) bool {
	return media == mediaPDF || media == "image/jpeg" || media == "image/png"
}

// large tells photos that the support would see as well with fewer pixels.
func large(c *candidate, s *screening) bool {
	return (c.Media == "image/jpeg" || c.Media == "image/png") && s.size > 2<<20 && !slices.Contains(s.changes, desk.ChangeSmaller)
}

func findingOf(f desk.Finding) Finding {
	return Finding{
		Kind: f.Kind, Tail: f.Tail, Member: f.Place.Member, Page: f.Place.Page, Line: f.Place.Line, Part: f.Place.Part, Must: needsAnswer(f),
	}
}

// findingIn is what findingOf has told.
func findingIn(f Finding) desk.Finding {
	return desk.Finding{Kind: f.Kind, Tail: f.Tail, Place: desk.Place{Member: f.Member, Page: f.Page, Line: f.Line, Part: f.Part}}
}

func unreadOf(u desk.Unread) Unread { return Unread{u.Reason, u.Place.Member, u.Place.Page} }

// reasonFor is a reason as it is kept; false for none, or one that is too long.
func reasonFor(typed string) (string, bool) {
	reason := strings.TrimSpace(strings.ToValidUTF8(typed, "\uFFFD"))
	return reason, reason != "" && utf8.RuneCountInString(reason) <= desk.MaxReason
}

// answersTo is what was answered for one candidate. A reason is needed, and bounded.
func answersTo(token string, all []Answered) []desk.Answer {
	var out []desk.Answer
	for _, a := range all {
		reason, ok := reasonFor(a.Reason)
		if a.Token != token || !ok {
			continue
		}
		out = append(out, desk.Answer{Finding: findingIn(a.Finding), Reason: reason})
	}
	return out
}

func (a *App) drawPage(ctx context.Context, c *candidate, page, width int) ([]byte, error) {
	s := a.screen(c)
	s.mu.Lock()
	f, end, problem := wouldLeave(c, s)
	s.mu.Unlock()
	if problem != nil {
		return nil, desk.Invalid(*problem)
	}
	defer end()
	if width <= thumbSide {
		return a.small(ctx, f, page, width)
	}
	return a.reader.Page(ctx, f, page, width)
}
