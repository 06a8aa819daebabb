package portald

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"guichet/internal/portal"
)

// pageSize is how many requests or changes stand in one answer.
const pageSize = 50

func (s *Server) listRequests(w http.ResponseWriter, r *http.Request, who person) error {
	q := r.URL.Query()
	before, limit := int64(1)<<62, pageSize
	var err error
	if c := q.Get("cursor"); c != "" {
		if before, err = strconv.ParseInt(c, 10, 64); err != nil {
			return errBadRequest
		}
	}
	if l := q.Get("limit"); l != "" {
		if limit, err = strconv.Atoi(l); err != nil || limit < 1 || limit > 200 {
			return errBadRequest
		}
	}
	list, err := s.store.list(r.Context(), who, "seq<? AND (?='' OR practice=?) ORDER BY seq DESC LIMIT ?", before, q.Get("practice"), q.Get("practice"), limit)
	if err != nil {
		return err
	}
	page := portal.RequestPage{Requests: []portal.Request{}}
	for _, h := range list {
		page.Requests = append(page.Requests, h.Request)
	}
	if len(list) == limit {
		page.Next = strconv.FormatInt(list[len(list)-1].seq, 10)
	}
	return answer(w, http.StatusOK, page)
}

// getChanges tells what changed since a cursor, and waits for it.
func (s *Server) getChanges(w http.ResponseWriter, r *http.Request, who person) error {
	q := r.URL.Query()
	var since int64
	var wait int
	var err error
	if c := q.Get("cursor"); c != "" {
		if since, err = strconv.ParseInt(c, 10, 64); err != nil || since < 0 {
			return errBadRequest
		}
	}
	if v := q.Get("wait"); v != "" {
		if wait, err = strconv.Atoi(v); err != nil || wait < 0 {
			return errBadRequest
		}
	}
	until := time.NewTimer(min(time.Duration(wait)*time.Second, s.MaxWait))
	defer until.Stop()
	for {
		news := s.awaited() // before the look, so that nothing falls between
		out, err := s.changesSince(r.Context(), who, since)
		if err != nil {
			return err
		}
		if len(out.Changes) > 0 || wait == 0 {
			return answer(w, http.StatusOK, out)
		}
		select {
		case <-news:
		case <-until.C:
			wait = 0
		case <-s.closing:
			wait = 0
		case <-r.Context().Done():
			return r.Context().Err()
		}
	}
}

func (s *Server) changesSince(ctx context.Context, who person, since int64) (portal.Changes, error) {
	var last int64
	if err := s.store.read.QueryRowContext(ctx, "SELECT coalesce(max(change),0) FROM request").Scan(&last); err != nil {
		return portal.Changes{}, fmt.Errorf("read changes: %w", err)
	}
	if since > last {
		since = 0 // the cursor of a store that was lost: everything is told anew
	}
	list, err := s.store.list(ctx, who, "change>? AND change<=? ORDER BY change LIMIT ?", since, last, pageSize)
	if err != nil {
		return portal.Changes{}, err
	}
	out := portal.Changes{Changes: []portal.Change{}, Cursor: cursorOf(last), More: len(list) == pageSize}
	for _, h := range list {
		messages, err := s.store.messages(ctx, s.store.read, h.ID)
		if err != nil {
			return portal.Changes{}, err
		}
		out.Changes = append(out.Changes, portal.Change{Request: h.Request, Messages: messages})
	}
	if out.More {
		out.Cursor = cursorOf(list[len(list)-1].change)
	}
	return out, nil
}
