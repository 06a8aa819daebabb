package portald

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/database"
)

// maxMessage is the longest message, in characters.
const maxMessage = 4000

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request, who person) error {
	h, err := s.seen(r, who)
	if err != nil {
		return err
	}
	list, err := s.store.conversation(r.Context(), s.store, h.ID, who.ID)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, portal.MessageList{Messages: list})
}

// putMessage adds to the conversation under the id that the writer made. With
// files it is part of it once they have arrived; a repeat is a read, and checks
// what has arrived in full.
func (s *Server) putMessage(w http.ResponseWriter, r *http.Request, who person) error {
	if _, err := s.seen(r, who); err != nil {
		return err
	}
	id, err := parseID(r.PathValue("message"))
	if err != nil {
		return err
	}
	var body portal.MessagePut
	if err := decode(w, r, &body); err != nil {
		return err
	}
	m := portal.Message{ID: id, Request: r.PathValue("id"), Author: portal.Author{ID: who.ID, Name: who.Name}, Text: strings.TrimSpace(database.Storable(body.Text)), Files: body.Files}
	normaliseFiles(m.Files)
	ctx := r.Context()
	unlock, err := s.store.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	fresh := false
	if err := s.store.Tx(ctx, func(tx *database.Tx) error {
		fresh, err = s.say(ctx, tx, who, m, body.At)
		return err
	}, m.Request); err != nil {
		return err
	}
	faultpoint("message-held")
	if fresh && len(m.Files) == 0 {
		s.store.Changed()
	}
	ctx = context.WithoutCancel(ctx)
	if err := s.settle(ctx, id); err != nil && !errors.Is(err, errHashMismatch) {
		return err
	}
	stored, err := s.store.message(ctx, s.store, id)
	switch {
	case err != nil:
		return err
	case stored == nil:
		return errNotFound
	}
	return answer(w, http.StatusOK, *stored)
}

// say stores a message that is new (true), or finds that it is held (false).
func (s *Server) say(ctx context.Context, tx *database.Tx, who person, m portal.Message, writtenAt time.Time) (bool, error) {
	h, err := s.store.request(ctx, tx, m.Request)
	if err != nil {
		return false, err
	}
	before, err := s.store.message(ctx, tx, m.ID)
	switch {
	case err != nil:
		return false, err
	case h == nil || !who.sees(h):
		return false, errNotFound
	case h.Number == "":
		return false, errMismatch
	case before != nil && before.Request == m.Request && before.Author.ID == m.Author.ID && h.PurgedAt != nil:
		return false, nil // what it said is not known any more
	case before != nil && same(*before, m):
		return false, nil
	case before != nil:
		return false, errMismatch
	}
	if taken, err := s.taken(ctx, tx, m.ID); err != nil || taken {
		return false, errors.Join(err, errMismatch)
	}
	if err := s.may(who, h, portal.KindReply); err != nil {
		return false, err
	}
	if err := s.checkMessage(ctx, tx, who, h, m); err != nil {
		return false, err
	}
	m.At = s.Now()
	if err := s.store.addMessage(ctx, tx, m, writtenAt); err != nil || len(m.Files) > 0 {
		return true, err
	}
	return true, s.replied(ctx, tx, m, m.At)
}

// same tells whether a message is a repeat of the one that is held.
func same(held, m portal.Message) bool {
	if held.Request != m.Request || held.Author.ID != m.Author.ID || held.Text != m.Text || len(held.Files) != len(m.Files) {
		return false
	}
	announced := slices.Clone(held.Files)
	for i := range announced {
		announced[i].Received = false
	}
	a, errA := json.Marshal(announced)
	b, errB := json.Marshal(m.Files)
	return len(m.Files) == 0 || errA == nil && errB == nil && bytes.Equal(a, b)
}

// taken tells whether an id is a request's or a message's: their files lie
// beside each other.
func (s *Server) taken(ctx context.Context, tx *database.Tx, id string) (taken bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM request WHERE id=?1) OR EXISTS (SELECT 1 FROM tombstone WHERE id=?1)
		OR EXISTS (SELECT 1 FROM message WHERE id=?1)`, id).Scan(&taken)
	if err != nil {
		return false, fmt.Errorf("look for id: %w", err)
	}
	return taken, nil
}

func (s *Server) checkMessage(ctx context.Context, tx *database.Tx, who person, h *held, m portal.Message) error {
	n := utf8.RuneCountInString(m.Text)
	problems := []desk.Problem{}
	switch {
	case n == 0:
		problems = append(problems, desk.Problem{Field: "text", Code: desk.CodeRequired})
	case n > maxMessage:
		problems = append(problems, desk.Problem{Field: "text", Code: desk.CodeTooLong, Max: maxMessage, Actual: int64(n)})
	}
	files, err := readFiles(who, m.Files)
	if err != nil {
		return err
	}
	view := desk.Look(s.rulebook(h.CatalogueVersion), desk.Draft{Content: desk.Content{Type: h.Type}, Files: files}, who.Person)
	for _, p := range view.Problems {
		if p.Field == desk.KeyFiles {
			problems = append(problems, p)
		}
	}
	if len(problems) > 0 {
		return invalid(problems)
	}
	ids := idsOf(m.Files)
	var twice bool // a file is found by the request and its id
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM message m JOIN message_file f ON f.message=m.id
		WHERE m.request=? AND f.id IN (SELECT value FROM json_each(?)))`, h.ID, asJSON(ids)).Scan(&twice); err != nil {
		return fmt.Errorf("look for files: %w", err)
	}
	if twice || slices.ContainsFunc(h.Files, func(f portal.File) bool { return slices.Contains(ids, f.ID) }) {
		return errBadRequest
	}
	return nil
}

// replied has the help desk told what a practice says, and takes its request up
// again.
func (s *Server) replied(ctx context.Context, tx *database.Tx, m portal.Message, now time.Time) error {
	if err := s.queue(ctx, tx, outbound{id: m.ID, request: m.Request, kind: outReply}, now); err != nil {
		return err
	}
	return s.store.replied(ctx, tx, m.Request, now)
}

// replied takes a request up again that waited for the practice, or that it does
// not think resolved.
func (s *store) replied(ctx context.Context, tx *database.Tx, request string, now time.Time) error {
	if err := s.goneOn(ctx, tx, request); err != nil {
		return err
	}
	var status desk.PortalStatus
	if err := tx.QueryRowContext(ctx, "SELECT status FROM request WHERE id=?", request).Scan(&status); err != nil {
		return fmt.Errorf("read status: %w", err)
	}
	if status != desk.PortalWaiting && status != desk.PortalResolved {
		return nil
	}
	return s.setStatus(ctx, tx, request, desk.PortalInProgress, now)
}

// goneOn tells the demo's support that the practice goes on with a request, even
// if it was staged.
func (s *store) goneOn(ctx context.Context, tx *database.Tx, request string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE request SET staged=0 WHERE id=?", request); err != nil {
		return fmt.Errorf("go on with request: %w", err)
	}
	return nil
}
