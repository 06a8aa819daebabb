package portald

import (
	"net/http"

	"guichet/internal/portal"
)

// getPeople names who belongs to a practice, to its Admins.
func (s *Server) getPeople(w http.ResponseWriter, r *http.Request, who person) error {
	id := r.URL.Query().Get("practice")
	if id == "" {
		return errBadRequest
	}
	p, member := who.Practice(id)
	switch {
	case !member:
		return errNotFound // whether there is one is not theirs to know
	case !isAdmin(p.Roles):
		return errForbidden
	}
	names, err := s.known(r.Context(), id)
	if err != nil {
		return err
	}
	out := portal.People{People: []portal.Watcher{}}
	for id, name := range names {
		out.People = append(out.People, portal.Watcher{ID: id, Name: name})
	}
	byName(out.People)
	return answer(w, http.StatusOK, out)
}
