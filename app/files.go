package app

import (
	"bufio"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strings"

	"guichet/internal/attach"
	"guichet/internal/desk"

	"github.com/google/uuid"
)

var errGivenUp = errors.New("given up by the window")

// Choose opens the system's dialog, under the title that the window has for it,
// and looks at what was chosen; no candidate when it was cancelled.
func (x *Files) Choose(draft, title string) (out []Candidate, err error) {
	defer x.a.guard("Files.Choose", &err)
	if _, err := x.a.holder(draft); err != nil {
		return nil, err
	}
	paths, err := x.a.shell.PickFiles(title)
	if err != nil {
		return nil, err
	}
	return x.a.lookAll(draft, paths)
}

// Look looks at files that were dropped on the window. Nothing is stored.
func (x *Files) Look(draft string, paths []string) (out []Candidate, err error) {
	defer x.a.guard("Files.Look", &err)
	return x.a.lookAll(draft, paths)
}

func (a *App) lookAll(draft string, paths []string) ([]Candidate, error) {
	d, err := a.holder(draft)
	if err != nil {
		return nil, err
	}
	rules := a.fileRules(d)
	room := rules.MaxCount - len(d.Files)
	out := make([]Candidate, 0, len(paths))
	for _, path := range paths {
		c, problem := attach.Look(path)
		out = append(out, a.judge(&candidate{draft: d.ID, path: path, Candidate: c}, rules, problem, &room, len(d.Files)))
	}
	return out, nil
}

// Offer looks at a file whose bytes only the window can read. head is the
// base64 of its first bytes (attach.HeadSize at the most).
func (x *Files) Offer(draft, name string, size int64, head string) (out Candidate, err error) {
	defer x.a.guard("Files.Offer", &err)
	d, err := x.a.holder(draft)
	if err != nil {
		return out, err
	}
	bytes, err := base64.StdEncoding.DecodeString(head)
	if err != nil || len(bytes) > attach.HeadSize || size < 0 {
		return out, desk.ErrInvalid
	}
	rules := x.a.fileRules(d)
	room := rules.MaxCount - len(d.Files)
	c := &candidate{draft: d.ID, Candidate: attach.Judge(desk.Candidate{Name: name, Size: size}, bytes)}
	return x.a.judge(c, rules, nil, &room, len(d.Files)), nil
}

// fileRules are the limits of the type, or of the first type as long as
// none is chosen.
func (a *App) fileRules(d desk.Draft) desk.FileRules {
	c := a.catalogues.version(d.CatalogueVersion)
	if t, ok := c.Type(d.Type); ok {
		return t.Files
	}
	return c.Types[0].Files
}

// judge makes what the window is told of a file: a token if it may be
// confirmed, the problem if not. room is how many more the request may have.
func (a *App) judge(c *candidate, rules desk.FileRules, problem *desk.Problem, room *int, had int) Candidate {
	if problem == nil {
		if p, bad := rules.CheckCandidate(c.Candidate); bad {
			problem = &p
		} else if *room <= 0 {
			problem = &desk.Problem{Field: desk.KeyFiles, Code: desk.CodeTooMany, Max: int64(rules.MaxCount), Actual: int64(had + 1)}
		}
	}
	if problem == nil {
		c.most = rules.MaxBytes
		*room--
		a.candidates.add(c)
	}
	return candidateOf(c, problem)
}

func candidateOf(c *candidate, problem *desk.Problem) Candidate {
	out := Candidate{Token: c.token, Name: c.Name, Size: c.Size, Media: c.Media, NeedsBytes: c.path == ""}
	if problem != nil {
		p := problemOf(*problem)
		out.Problem = &p
	}
	return out
}

// Confirm attaches files, on the statement that they hold no protected health
// information, in the wording of that version, and with what was answered to what the
// guard found in them. It waits until the guard has looked. A file that was refused
// can be confirmed again, unless it can never be attached.
func (x *Files) Confirm(draft string, tokens []string, wording string, answers []Answered) (out Attached, err error) {
	defer x.a.guard("Files.Confirm", &err)
	a := x.a
	d, err := a.holder(draft)
	if err != nil {
		return out, err
	}
	statement, err := a.statement(wording)
	if err != nil {
		return out, err
	}
	out = Attached{Refused: []Candidate{}, Problems: []Problem{}}
	for _, token := range tokens {
		ctx, cut := context.WithCancelCause(a.ctx)
		c, ok := a.candidates.take(token, d.ID, cut)
		if !ok {
			cut(nil)
			if !a.candidates.settled(token) {
				p := problemOf(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeUnreadable})
				out.Refused = append(out.Refused, Candidate{Token: token, Problem: &p})
			}
			continue // confirmed before: the files of the answer show it
		}
		err := a.copyIn(ctx, d, c, statement, answersTo(token, answers))
		cut(nil)
		if err == nil {
			a.candidates.settle(token)
			continue
		}
		a.candidates.giveBack(c)
		p := problemFor(err)
		out.Refused = append(out.Refused, candidateOf(c, &p))
	}
	return out, a.refill(&out, draft)
}

// statement is what the person at the desk says of files in that wording.
func (a *App) statement(wording string) (desk.Confirmation, error) {
	if strings.TrimSpace(wording) == "" || len(wording) > 40 {
		return desk.Confirmation{}, desk.Invalid(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeNotConfirmed})
	}
	return desk.Confirmation{By: a.me().ID, At: a.Now(), Wording: wording}, nil
}

// refill reads the files of the draft, or of the reply, again.
func (a *App) refill(out *Attached, draft string) error {
	d, err := a.holder(draft)
	if err != nil {
		return err
	}
	out.Files = each(d.Files, fileOf)
	out.Problems = problemsOf(a.fileProblems(d))
	a.changed("drafts", "requests")
	return nil
}

// copyIn stores a file that was confirmed.
func (a *App) copyIn(ctx context.Context, d desk.Draft, c *candidate, statement desk.Confirmation, answers []desk.Answer) error {
	s := a.screen(c)
	s.mu.Lock() // what leaves is what was looked at
	defer s.mu.Unlock()
	if p := s.refusal(answers); p != nil {
		return desk.Invalid(*p)
	}
	bytes, err := s.leaving(c)
	if err != nil {
		return err
	}
	defer bytes.Close()
	return a.keep(ctx, d, c, s, statement, s.said(c, answers), bytes)
}

// keep stores bytes and writes their row, with what was said of them. Bytes that the
// person has already are kept once.
func (a *App) keep(ctx context.Context, d desk.Draft, c *candidate, s *screening, statement desk.Confirmation, said desk.Screened, r io.Reader) error {
	rules := a.fileRules(d)
	// It may have changed since it was chosen: what counts is what is stored.
	buffered := bufio.NewReaderSize(r, attach.HeadSize)
	head, _ := buffered.Peek(attach.HeadSize) // an error comes again with the bytes
	leaves := c.Candidate
	leaves.Name = cmp.Or(s.name, c.Name)
	leaves = attach.Judge(leaves, head)
	if p, bad := rules.CheckCandidate(leaves); bad {
		return desk.Invalid(p)
	}
	stored, err := a.files.Put(ctx, d.Owner.Person, buffered, rules.MaxBytes, a.copyProgress(c))
	if err != nil {
		return err
	}
	defer a.files.Settled(stored.Name)
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	statement.SHA256 = stored.SHA256
	written := false
	f := desk.File{ID: id, Name: leaves.Name, Size: stored.Size, Media: leaves.Media, SHA256: stored.SHA256, Stored: stored.Name, Confirmation: statement}
	if s.sum != "" && s.sum != stored.SHA256 {
		a.candidates.renew(c) // the next confirmation is of what it is now
		err = desk.Invalid(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeFileChanged})
	} else if err = a.attachedTwice(d.ID, f); err == nil {
		written, err = a.addRow(ctx, d, &f, said)
	}
	if !written || f.Stored != stored.Name {
		err = errors.Join(err, a.files.Remove(context.WithoutCancel(ctx), stored.Name))
	}
	return err
}

// noRow tells whether an error leaves no doubt that no row was written.
func noRow(err error) bool {
	return errors.Is(err, desk.ErrInvalid) || errors.Is(err, desk.ErrNotFound) || errors.Is(err, desk.ErrConflict)
}

// addRow writes the row of stored bytes. If the person has the same bytes
// already, and they are still what they were, it names those instead. Written is also
// true after a commit that failed: the row may be there at the next start, so its bytes
// stay, and the sweep takes them if it is not.
func (a *App) addRow(ctx context.Context, d desk.Draft, f *desk.File, said desk.Screened) (written bool, err error) {
	a.filing.Lock() // a sweep between the look and the row would take the bytes
	defer a.filing.Unlock()
	same, err := a.store.SameBytes(ctx, d.Owner.Person, f.SHA256)
	if err != nil {
		return false, err
	}
	if same != "" && a.files.Holds(ctx, d.Owner.Person, same, f.Size, f.SHA256) {
		f.Stored = same
	}
	id, err := uuid.NewV7()
	if err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, err // given up while it was copied
	}
	c := f.Confirmation
	st := desk.Statement{ID: id, By: c.By, At: c.At, Wording: c.Wording, SHA256: c.SHA256, Screened: said}
	// A transaction that is cut leaves in doubt what it wrote: this one is not.
	err = a.store.AddFile(context.WithoutCancel(ctx), d.ID, d.Owner.Person, *f, st)
	return err == nil || !noRow(err), err
}

// attachedTwice refuses the same bytes under the same name in one draft or reply.
func (a *App) attachedTwice(draft uuid.UUID, f desk.File) error {
	d, err := a.holder(draft.String())
	if err != nil {
		return err
	}
	if slices.ContainsFunc(d.Files, func(o desk.File) bool { return o.SHA256 == f.SHA256 && o.Name == f.Name }) {
		return desk.Invalid(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeAlreadyPicked})
	}
	return nil
}

// Forget drops candidates that the person did not confirm, and cuts what is
// being sent.
func (x *Files) Forget(tokens []string) (err error) {
	defer x.a.guard("Files.Forget", &err)
	x.a.candidates.forget(tokens...)
	return nil
}

// Remove takes a file from a draft or a reply; Restore brings it back for a week.
func (x *Files) Remove(draft, file string) (out []File, err error) {
	defer x.a.guard("Files.Remove", &err)
	return x.a.markFile(draft, file, func(d, f uuid.UUID) error { return x.a.store.RemoveFile(x.a.ctx, d, f, x.a.Now()) })
}

// Restore brings back what Remove took.
func (x *Files) Restore(draft, file string) (out []File, err error) {
	defer x.a.guard("Files.Restore", &err)
	return x.a.markFile(draft, file, func(d, f uuid.UUID) error { return x.a.store.RestoreFile(x.a.ctx, d, f) })
}

func (a *App) markFile(draft, file string, mark func(draft, file uuid.UUID) error) ([]File, error) {
	d, err := a.holder(draft)
	if err != nil {
		return nil, err
	}
	f, err := parseID(file)
	if err != nil {
		return nil, err
	}
	if err := mark(d.ID, f); err != nil {
		return nil, err
	}
	if d, err = a.holder(draft); err != nil {
		return nil, err
	}
	a.changed("drafts", "requests")
	return each(d.Files, fileOf), nil
}

// Vouch says of the files that came with a draft what Confirm says of those that are
// chosen: somebody else did, and cannot for whoever sends them.
func (x *Files) Vouch(draft, wording string) (out Attached, err error) {
	defer x.a.guard("Files.Vouch", &err)
	a := x.a
	d, err := a.draft(draft)
	if err != nil {
		return out, err
	}
	statement, err := a.statement(wording)
	if err != nil {
		return out, err
	}
	if statement.By == "" {
		return out, desk.ErrSignIn
	}
	if err := a.store.Vouch(a.ctx, d.ID, statement); err != nil {
		return out, err
	}
	out = Attached{Refused: []Candidate{}}
	return out, a.refill(&out, draft)
}
