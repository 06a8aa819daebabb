package portald

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/database"
)

const (
	pageSize   = 50  // requests or changes in one answer, unless it is asked for others
	mostListed = 200 // requests of a list
	mostTold   = 500 // changes in one answer
	mostGone   = 1000
)

func (s *Server) listRequests(w http.ResponseWriter, r *http.Request, who person) error {
	q := r.URL.Query()
	before := all
	limit, err := limitOf(q.Get("limit"), mostListed)
	if err != nil {
		return err
	}
	if c := q.Get("cursor"); c != "" {
		if before, err = strconv.ParseInt(c, 10, 64); err != nil {
			return errBadRequest
		}
	}
	practice := q.Get("practice")
	if practice != database.Storable(practice) {
		return errBadRequest
	}
	list, err := s.store.list(r.Context(), s.store, newestRequest, who, 0, all, limit, before, practice)
	if err != nil {
		return err
	}
	page := portal.RequestPage{Requests: []portal.Request{}}
	for _, h := range list {
		page.Requests = append(page.Requests, s.shown(who, &h))
	}
	if len(list) == limit {
		page.Next = strconv.FormatInt(list[len(list)-1].seq, 10)
	}
	return answer(w, http.StatusOK, page)
}

func limitOf(text string, most int) (int, error) {
	if text == "" {
		return pageSize, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || limit > most {
		return 0, errBadRequest
	}
	return limit, nil
}

// getChanges tells what the person sees, and then what changed of it, and waits
// for that.
func (s *Server) getChanges(w http.ResponseWriter, r *http.Request, who person) error {
	q := r.URL.Query()
	wait := 0
	limit, err := limitOf(q.Get("limit"), mostTold)
	if err != nil {
		return err
	}
	if v := q.Get("wait"); v != "" {
		if wait, err = strconv.Atoi(v); err != nil || wait < 0 {
			return errBadRequest
		}
	}
	until := time.NewTimer(min(time.Duration(wait)*time.Second, s.MaxWait))
	defer until.Stop()
	for {
		out, waited, err := s.tell(r.Context(), who, q.Get("cursor"), limit, wait > 0, until.C)
		if err != nil {
			return err
		}
		switch waited {
		case toldAll:
			return answer(w, http.StatusOK, out)
		case waitedLong:
			wait = 0 // one more look, then the answer is that there is nothing
		}
	}
}

// What came of a look for changes.
type look int

const (
	toldAll    look = iota // there is something to tell, or nothing to wait for
	woken                  // something may have changed
	waitedLong             // nothing has, in the time that there was
)

// tell looks for what a person is to be told, and waits for it if there is nothing.
func (s *Server) tell(ctx context.Context, who person, cursor string, limit int, wait bool, until <-chan time.Time) (portal.Changes, look, error) {
	follower, leave := s.followers.follow(who) // before the look, so that nothing falls between
	defer leave()
	out, at, err := s.changesAt(ctx, who, cursor, limit)
	if err != nil || !wait || len(out.Changes) > 0 || len(out.Gone) > 0 || out.Snapshot || at.Fresh {
		return out, toldAll, err
	}
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	select {
	case <-follower.woken:
		return out, woken, ctx.Err()
	case <-until:
	case <-s.closing:
	case <-ctx.Done():
	}
	return out, waitedLong, ctx.Err()
}

// changesAt is the answer to a cursor, "" to begin, and where that stood. It is
// read at one moment of the store.
func (s *Server) changesAt(ctx context.Context, who person, text string, limit int) (out portal.Changes, at cursor, err error) {
	err = s.store.Snapshot(ctx, func(q database.Querier) error {
		out, at, err = s.changesIn(ctx, q, who, text, limit)
		return err
	})
	return out, at, err
}

func (s *Server) changesIn(ctx context.Context, q database.Querier, who person, text string, limit int) (out portal.Changes, at cursor, err error) {
	var epoch string
	var last, swept int64
	if err := q.QueryRowContext(ctx, "SELECT epoch, change, swept FROM feed").Scan(&epoch, &last, &swept); err != nil {
		return out, at, fmt.Errorf("read changes: %w", err)
	}
	if text == "" {
		at = cursor{Epoch: epoch, Sight: sightOf(who), Since: last, Below: last + 1}
		if at.Total, err = s.store.count(ctx, q, who, last); err != nil {
			return out, at, err
		}
	} else if at, err = parseCursor(text); err != nil {
		return out, at, err
	}
	if at.Epoch != epoch || at.Sight != sightOf(who) || at.Since > last || at.Since < swept {
		return out, at, errStaleCursor
	}
	if at.Below > 0 {
		out, err = s.snapshot(ctx, q, who, at, limit)
	} else {
		out, err = s.feed(ctx, q, who, at, last, limit)
	}
	return out, at, err
}

// snapshot is a page of what the person sees, last changed first. What changes
// meanwhile leaves it and is told by the feed behind it.
func (s *Server) snapshot(ctx context.Context, q database.Querier, who person, at cursor, limit int) (portal.Changes, error) {
	list, err := s.store.list(ctx, q, newestChange, who, 0, at.Below-1, limit+1)
	if err != nil {
		return portal.Changes{}, err
	}
	next := at
	if len(list) > limit {
		list = list[:limit]
		next.Below = list[limit-1].change
	} else {
		next.Below, next.Total, next.Fresh = 0, 0, true
	}
	changes, err := s.withMessages(ctx, q, who, list)
	return portal.Changes{Changes: changes, Cursor: next.String(), More: true, Snapshot: true, Total: at.Total}, err
}

// feed is what has happened behind a cursor, up to the change last.
func (s *Server) feed(ctx context.Context, q database.Querier, who person, at cursor, last int64, limit int) (portal.Changes, error) {
	next := cursor{Epoch: at.Epoch, Sight: at.Sight, Since: last}
	gone, err := s.store.departed(ctx, q, who, at.Since, last, mostGone)
	if err != nil {
		return portal.Changes{}, err
	}
	more := len(gone) == mostGone
	if more {
		next.Since = gone[len(gone)-1].change
	}
	list, err := s.store.list(ctx, q, oldestChange, who, at.Since, next.Since, limit+1)
	if err != nil {
		return portal.Changes{}, err
	}
	if len(list) > limit {
		list, more = list[:limit], true
		next.Since = list[limit-1].change
	}
	out := portal.Changes{Cursor: next.String(), More: more}
	told := map[string]bool{} // it may have come back and gone again
	for _, d := range gone {
		if d.change <= next.Since && !told[d.request] {
			told[d.request] = true
			out.Gone = append(out.Gone, d.request)
		}
	}
	out.Changes, err = s.withMessages(ctx, q, who, list)
	return out, err
}

// withMessages adds the conversations, all with one query.
func (s *Server) withMessages(ctx context.Context, q database.Querier, who person, list []held) ([]portal.Change, error) {
	ids := make([]string, len(list))
	for i, h := range list {
		ids[i] = h.ID
	}
	messages, err := s.store.messages(ctx, q, ids, "")
	if err != nil {
		return nil, err
	}
	out := []portal.Change{}
	for _, h := range list {
		said := messages[h.ID]
		if said == nil {
			said = []portal.Message{}
		}
		out = append(out, portal.Change{Request: s.shown(who, &h), Messages: said})
	}
	return out, nil
}
