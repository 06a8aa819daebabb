package portald

import (
	"database/sql"
	"net/http"
	"strings"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

// maxMessage is the longest message, in characters.
const maxMessage = 4000

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request, who person) error {
	h, err := s.seen(r, who)
	if err != nil {
		return err
	}
	list, err := s.store.messages(r.Context(), s.store.read, h.ID)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, portal.MessageList{Messages: list})
}

// putMessage adds to the conversation under the id that the writer made.
func (s *Server) putMessage(w http.ResponseWriter, r *http.Request, who person) error {
	h, err := s.seen(r, who)
	if err != nil {
		return err
	}
	id, err := parseID(r.PathValue("msg"))
	if err != nil {
		return err
	}
	var body portal.MessagePut
	if err := decode(w, r, &body); err != nil {
		return err
	}
	text := strings.TrimSpace(body.Text)
	n := utf8.RuneCountInString(text)
	switch {
	case h.Number == "":
		return errMismatch
	case text == "":
		return invalid([]desk.Problem{{Field: "text", Code: desk.CodeRequired}})
	case n > maxMessage:
		return invalid([]desk.Problem{{Field: "text", Code: desk.CodeTooLong, Max: maxMessage, Actual: int64(n)}})
	}
	m := portal.Message{ID: id, Request: h.ID, Author: portal.Author{ID: who.ID, Name: who.Name}, Text: text, At: s.Now()}
	ctx := r.Context()
	if err := s.store.tx(ctx, func(tx *sql.Tx) error { return s.store.addMessage(ctx, tx, m) }); err != nil {
		return err
	}
	s.changed()
	list, err := s.store.messages(ctx, s.store.read, h.ID)
	if err != nil {
		return err
	}
	for _, stored := range list {
		if stored.ID == id {
			return answer(w, http.StatusOK, stored)
		}
	}
	return errNotFound
}
