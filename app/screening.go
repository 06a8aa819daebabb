package app

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/reader"
)

// screening is what the guard knows of a candidate. It looks once, when it is first
// asked, and again at what was made of the file.
type screening struct {
	start   sync.Mutex // of the four that follow; never held for long
	begun   bool
	done    chan struct{}           // closed when it has been read
	cancel  context.CancelCauseFunc // of the reading
	stopped error

	mu      sync.Mutex // of what follows, once done; held while what leaves is made or stored
	reading desk.Reading
	sum     string // SHA-256 of the bytes that leave, "" if they were not read
	size    int64
	changed []byte // what leaves in the place of the original, nil for that itself
	name    string // what it is called then, "" as the original is
	changes []string
	problem *desk.Problem
}

var errStopped = errors.New("the reading was stopped")

func newScreening() *screening { return &screening{done: make(chan struct{})} }

// stop ends the reading.
func (s *screening) stop(why error) {
	s.start.Lock()
	defer s.start.Unlock()
	s.stopped = why
	if s.cancel != nil {
		s.cancel(why)
	}
}

// anew is what ends the next look, at what was made of the file: whoever did not want to
// wait for the last one may want to for this.
func (s *screening) anew(parent context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	s.start.Lock()
	defer s.start.Unlock()
	if s.cancel = cancel; errors.Is(s.stopped, errGivenUp) {
		cancel(s.stopped)
	} else {
		s.stopped = nil
	}
	return ctx, cancel
}

// unrecognised is why a page's text was not recognised by anybody.
func (s *screening) unrecognised() string {
	s.start.Lock()
	defer s.start.Unlock()
	if s.stopped != nil {
		return desk.UnreadStopped
	}
	return desk.UnreadUntried
}

// screen has the guard look at a candidate, and waits until it has.
func (a *App) screen(c *candidate) *screening {
	s := a.candidates.screening(c)
	s.start.Lock()
	first := !s.begun
	s.begun = true
	var ctx context.Context
	if first {
		ctx, s.cancel = context.WithCancelCause(a.ctx)
		if s.stopped != nil {
			s.cancel(s.stopped)
		}
	}
	s.start.Unlock()
	if first {
		defer s.cancel(nil)
		defer close(s.done)
		a.readCandidate(ctx, c, s)
		return s
	}
	<-s.done
	return s
}

// readCandidate reads the file of a candidate, and strips a picture of what it says
// beside what it shows.
func (a *App) readCandidate(ctx context.Context, c *candidate, s *screening) {
	s.size = c.Size
	from, problem := original(c)
	if problem != nil {
		s.problem = problem
		return
	}
	defer from.Close()
	s.reading = a.read(ctx, c, reader.File{Name: c.Name, From: from, Size: c.Size})
	if s.problem = from.rest(); s.problem != nil {
		return
	}
	s.sum, s.size = from.hash(), from.size
	for _, f := range evident(c.Name, from.head) {
		if !slices.ContainsFunc(s.reading.Findings, func(o desk.Finding) bool {
			return o.Kind == f.Kind && o.Tail == f.Tail && o.Place.Part == f.Place.Part
		}) {
			s.reading.Findings = append(s.reading.Findings, f)
		}
	}
	if !strings.HasPrefix(c.Media, "image/") || !slices.ContainsFunc(s.reading.Findings, beside) {
		return
	}
	stripped, err := a.stripped(ctx, c, s.sum)
	if err != nil {
		a.log.Warn().Str("error", safe(err)).Msg("picture not stripped")
		return
	}
	s.put(stripped, desk.ChangeStripped)
	// What it said of itself does not leave, nor does it have to be answered for.
	s.reading.Findings = slices.DeleteFunc(s.reading.Findings, func(f desk.Finding) bool {
		return f.Place.Part == desk.PartInfo && f.Place.Member == ""
	})
}

// stripped is a picture that has that hash, without what it says beside what it shows.
func (a *App) stripped(ctx context.Context, c *candidate, sum string) ([]byte, error) {
	from, problem := original(c)
	if problem != nil {
		return nil, desk.Invalid(*problem)
	}
	defer from.Close()
	out, err := a.reader.Changed(ctx, reader.File{Name: c.Name, From: from, Size: c.Size}, reader.Change{Strip: true})
	if err != nil {
		return nil, err
	}
	if problem := from.rest(); problem != nil || from.hash() != sum {
		return nil, errors.New("it has changed since it was looked at")
	}
	return out, nil
}

// evident is what a file's name and its first bytes tell, without a parser: it is found
// whether or not the rest was looked at.
func evident(name string, data []byte) []desk.Finding {
	var out []desk.Finding
	for _, f := range privacy.ScanName(name) {
		out = append(out, desk.Finding{Kind: string(f.Kind), Tail: f.Tail, Place: desk.Place{Part: desk.PartName}})
	}
	if f := privacy.FormatOf(data[:min(len(data), privacy.FormatHead)]); f != privacy.FormatNone {
		out = append(out, desk.Finding{Kind: desk.FindingFormat, Tail: string(f)})
	}
	return out
}

// beside tells findings that are not in what a picture shows.
func beside(f desk.Finding) bool {
	return f.Place.Member == "" && (f.Kind == desk.FindingLocation || f.Kind == desk.FindingDevice || f.Kind == desk.FindingHidden)
}

// put has other bytes leave in the place of the original.
func (s *screening) put(data []byte, change string) {
	s.changed, s.sum, s.size = data, sumOf(data), int64(len(data))
	if !slices.Contains(s.changes, change) {
		s.changes = append(s.changes, change)
	}
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// read has what leaves read; a reading that was stopped says so.
func (a *App) read(ctx context.Context, c *candidate, f reader.File) desk.Reading {
	out, err := a.reader.Read(ctx, f, func(p reader.Progress) {
		a.shell.Emit("screening", Progress{Token: c.token, Done: int64(p.Done), Total: int64(p.Total)})
	})
	if err != nil {
		out.Unread = append(out.Unread, desk.Unread{Reason: desk.UnreadStopped})
	}
	return out
}

// never is why a candidate can never be stored, whatever is answered for it.
func (s *screening) never() *desk.Problem {
	if s.problem == nil && slices.ContainsFunc(s.reading.Findings, func(f desk.Finding) bool { return f.Kind == desk.FindingFormat }) {
		return &desk.Problem{Field: desk.KeyFiles, Code: desk.CodeMedicalFormat}
	}
	return s.problem
}

// refusal is why a candidate cannot be stored, with what was answered for it.
func (s *screening) refusal(answers []desk.Answer) *desk.Problem {
	if p := s.never(); p != nil {
		return p
	}
	left := desk.Screened{Findings: s.reading.Findings, Answers: answers}.Unanswered(needsAnswer)
	if len(left) == 0 {
		return nil
	}
	code := desk.CodeMedical
	if slices.ContainsFunc(left, func(f desk.Finding) bool { return f.Kind != string(privacy.KindMedical) }) {
		code = desk.CodeHealthNumber
	}
	return &desk.Problem{Field: desk.KeyFiles, Code: code}
}

func needsAnswer(f desk.Finding) bool { return privacy.MustAnswer(privacy.Kind(f.Kind)) }

// said is what was looked at, for the ledger.
func (s *screening) said(c *candidate, answers []desk.Answer) desk.Screened {
	unread := s.reading.Unread
	why := s.unrecognised()
	for _, page := range s.reading.Scans {
		unread = append(unread, desk.Unread{Reason: why, Place: desk.Place{Page: page}})
	}
	return desk.Screened{Name: cmp.Or(s.name, c.Name), Size: s.size, Findings: s.reading.Findings, Unread: unread, Answers: answers, Changes: s.changes}
}

// leaving opens the bytes of a candidate that leave.
func (s *screening) leaving(c *candidate) (io.ReadCloser, error) {
	switch {
	case s.changed != nil:
		return io.NopCloser(bytes.NewReader(s.changed)), nil
	case c.path == "":
		return io.NopCloser(bytes.NewReader(c.bytes)), nil
	}
	f, err := attach.Open(c.path)
	if err != nil {
		return nil, fmt.Errorf("open what leaves: %w", err)
	}
	return f, nil
}
