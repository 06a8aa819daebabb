package portald

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/markup"
	"guichet/internal/portal"
	"guichet/internal/portald/database"
	"guichet/internal/portald/helpdesk"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// toldFor is how long an event is known that was taken. A mailbox that is numbered anew
// tells all that lies in it again; what is older yet is not taken any more.
const toldFor = 3 * 365 * 24 * time.Hour

// fetchAndNote is fetch, and notes for whoever runs the portal how it went.
func (s *Server) fetchAndNote(ctx context.Context, args fetchArgs) error {
	err := s.fetch(ctx, args)
	if ctx.Err() != nil {
		return err // it is being stopped
	}
	why := ""
	if err != nil {
		why = database.Storable(err.Error()) // a server may say it in whatever bytes
	}
	before, noted := s.store.asked(ctx, s.cfg.Helpdesk.Kind, why, s.Now())
	if why != "" && why != before {
		s.cfg.Log.Warn().Err(err).Msg("help desk: it cannot be asked what changed")
	}
	return errors.Join(err, noted)
}

// fetchTurn is how long a run waits for another one to end.
const fetchTurn = time.Second

// fetch brings back what support has done. An event is taken once, whenever and
// however often it is told; where the help desk was read up to is remembered behind
// its events.
func (s *Server) fetch(ctx context.Context, _ fetchArgs) error {
	short, cancel := context.WithTimeout(ctx, fetchTurn)
	defer cancel()
	unlock, err := s.store.Lock(short, "fetch")
	switch {
	case err != nil && ctx.Err() == nil && short.Err() != nil:
		return nil // another run is at it
	case err != nil:
		return err
	}
	defer unlock()
	if err := s.resume(ctx, s.Now().Add(-s.ResumeAfter)); err != nil {
		return err
	}
	return s.read(ctx)
}

// read takes all that the help desk has to tell. The caller has the lock of fetching.
func (s *Server) read(ctx context.Context) error {
	for {
		cursor, err := s.store.helpdeskCursor(ctx, s.cfg.Helpdesk.Kind)
		if err != nil {
			return err
		}
		before, err := s.movedOn(ctx)
		if err != nil {
			return err
		}
		events, next, err := s.cfg.Helpdesk.Changes(ctx, cursor)
		if err != nil {
			return fmt.Errorf("ask the help desk what changed: %w", err)
		}
		for _, e := range events {
			if err := s.take(ctx, e, before); err != nil {
				return fmt.Errorf("take what support did: %w", err)
			}
		}
		faultpoint("events-taken")
		if err := s.store.setHelpdeskCursor(ctx, s.cfg.Helpdesk.Kind, next, s.Now()); err != nil {
			return err
		}
		if next == cursor { // a page may hold nothing for practices
			return nil
		}
	}
}

// begun sees to it that the help desk is read from before anything that it is told:
// support may act on that at once.
func (s *Server) begun(ctx context.Context) error {
	if s.reading.Load() {
		return nil
	}
	cursor, err := s.store.helpdeskCursor(ctx, s.cfg.Helpdesk.Kind)
	if err != nil || cursor != "" {
		s.reading.Store(err == nil)
		return err
	}
	unlock, err := s.store.Lock(ctx, "fetch") // whoever reads just now is waited for
	if err != nil {
		return err
	}
	defer unlock()
	return s.read(ctx)
}

// resume finds jobs for what waits since before a moment and has none: they may have
// been lost with a node, or given up.
func (s *Server) resume(ctx context.Context, before time.Time) error {
	requests, err := s.overdue(ctx, before)
	if err != nil || len(requests) == 0 {
		return err
	}
	jobs, err := s.forwards(ctx, mostForwards)
	if err != nil {
		return err
	}
	waits := map[string]bool{}
	for _, job := range jobs {
		var of forwardArgs
		if json.Unmarshal(job.EncodedArgs, &of) == nil && !of.Look {
			waits[of.Request] = true
		}
	}
	for _, request := range requests {
		if waits[request] {
			continue
		}
		if err := s.enqueue(ctx, request); err != nil {
			return err
		}
	}
	return nil
}

// mostForwards is how many jobs River lists at once.
const mostForwards = 10_000

// forwards are the jobs of forwarding that wait for their turn, read some at once. One that
// runs may be a killed node's.
func (s *Server) forwards(ctx context.Context, some int) (all []*rivertype.JobRow, err error) {
	params := river.NewJobListParams().Kinds(forwardArgs{}.Kind()).OrderBy(river.JobListOrderByID, river.SortOrderAsc).First(some).
		States(rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateScheduled)
	for {
		list, err := s.jobs.JobList(ctx, params)
		if err != nil {
			return nil, fmt.Errorf("list jobs: %w", err)
		}
		if all = append(all, list.Jobs...); len(list.Jobs) < some {
			return all, nil
		}
		params = params.After(list.LastCursor)
	}
}

// take does at the portal what support did at the help desk, of which was read when
// before told what practices had moved on: their word is newer than support's.
func (s *Server) take(ctx context.Context, e helpdesk.Event, before moved) error {
	if e.Request == "" { // the ticket has lost it
		var err error
		if e.Request, err = s.store.requestOf(ctx, e.Ref); err != nil {
			return err
		}
	}
	h, err := s.store.request(ctx, s.store, e.Request)
	if err != nil {
		return err
	}
	if h == nil || h.Number == "" {
		return nil // none of ours, or forgotten
	}
	if !e.At.IsZero() && s.Now().Sub(e.At) > toldFor {
		return nil
	}
	e.ID = database.Storable(e.ID)
	known, err := s.store.isTold(ctx, e.ID)
	if err != nil || known {
		return err
	}
	if err := s.oneTicket(ctx, e); err != nil {
		return err
	}
	what := said{status: e.Status, priority: e.Priority}
	if e.Message != nil {
		what.author, what.text, what.html = database.Storable(e.Message.Author), database.Storable(e.Message.Text), database.Storable(markup.Clean(e.Message.HTML))
		if what.id, err = uuid.NewV7(); err != nil {
			return err
		}
		unlock, err := s.store.Lock(ctx, what.id.String()) // a sweep takes files that nobody has announced
		if err != nil {
			return err
		}
		defer unlock()
		var gone []string
		if what.files, gone, err = s.bring(ctx, e, what.id.String()); err != nil {
			return errors.Join(err, s.uploads.drop(ctx, what.id.String(), nil)) // it is brought anew, under another id
		}
		what.without(gone)
	}
	took := false
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		if took, err = s.store.tell(ctx, tx, e.ID, s.Now()); err != nil || !took {
			return err
		}
		if newer, err := s.store.movedSince(ctx, tx, e.Request, before); err != nil {
			return err
		} else if newer {
			what.status = ""
		}
		return s.supportSays(ctx, tx, e.Request, what, s.moment(e.At))
	}, e.Request)
	if err == nil && took {
		s.store.Changed()
		return nil
	}
	return errors.Join(err, s.uploads.drop(ctx, what.id.String(), nil))
}

// moment is when support acted, as far as that can be: never in the future.
func (s *Server) moment(at time.Time) time.Time {
	if now := s.Now(); at.IsZero() || at.After(now) {
		return now
	}
	return at
}

// emptyFor is how long an answer waits for a file that the help desk gives empty although
// it is not.
const emptyFor = time.Hour

// bring fetches the files of a message into the place of its id. gone are the names of
// those that the help desk has lost: what was said does not wait for them.
func (s *Server) bring(ctx context.Context, e helpdesk.Event, message string) (files []portal.File, gone []string, err error) {
	for _, a := range e.Message.Files {
		f, err := s.bringOne(ctx, e, message, a)
		switch {
		case errors.Is(err, helpdesk.ErrGone):
			gone = append(gone, safeName(a.Name))
		case err != nil:
			return nil, nil, err
		default:
			files = append(files, f)
		}
	}
	return files, gone, nil
}

// bringOne is bring for one file; helpdesk.ErrGone if the help desk has lost it.
func (s *Server) bringOne(ctx context.Context, e helpdesk.Event, message string, a helpdesk.Attachment) (f portal.File, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return f, err
	}
	from, err := s.cfg.Helpdesk.Open(ctx, e.Ref, a.ID)
	if err != nil {
		return f, fmt.Errorf("read file: %w", err)
	}
	place := portal.UploadID(message, id.String())
	size, sum, err := s.files.Put(ctx, place, from)
	if err := errors.Join(err, from.Close()); err != nil {
		return f, fmt.Errorf("keep file: %w", err)
	}
	if size == 0 && a.Size > 0 { // its own store may be out of reach for it
		if s.Now().Sub(e.At) < emptyFor {
			return f, errors.New("read file: the help desk gives an empty one for now")
		}
		if err := s.files.Remove(ctx, place); err != nil {
			return f, fmt.Errorf("drop file: %w", err)
		}
		return f, helpdesk.ErrGone
	}
	return portal.File{ID: id.String(), Name: safeName(a.Name), Size: size, Media: database.Storable(media(a.Media)), SHA256: sum}, nil
}

// without has what is said end with the files that are missing.
func (w *said) without(files []string) {
	for _, name := range files {
		line := fmt.Sprintf("(Le fichier « %s » manque : l’outil d’assistance ne l’a plus.)", name)
		w.text = strings.TrimSpace(w.text + "\n\n" + line)
		if w.html != "" {
			w.html += "<p>" + html.EscapeString(line) + "</p>"
		}
	}
}

// safeName is a name under which a desk can keep a file.
func safeName(name string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) || r == utf8.RuneError {
			return '_'
		}
		return r
	}, name))
	if runes := []rune(name); len(runes) > desk.MaxFileName {
		ending := []rune(filepath.Ext(name))
		ending = ending[:min(len(ending), 10)]
		name = string(runes[:desk.MaxFileName-len(ending)]) + string(ending)
	}
	if strings.Trim(name, ". ") == "" {
		return "fichier"
	}
	return name
}

func media(m string) string {
	if m == "" {
		return "application/octet-stream"
	}
	return m
}
