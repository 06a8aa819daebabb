package portald

import (
	"slices"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"github.com/google/uuid"
)

// check runs the rulebook of the desk.
func (s *Server) check(id string, who person, body portal.RequestPut) error {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return errBadRequest
	}
	req := desk.Request{
		ID: parsed, Owner: desk.Owner{Person: who.ID, Practice: body.Practice}, Type: body.Type, Category: body.Category, Values: body.Values,
	}
	if req.Files, err = readFiles(who, body.Files); err != nil {
		return err
	}
	problems := desk.Check(s.rulebook(body.CatalogueVersion), req, who.Person)
	problems = append(problems, s.withdrawn(body, problems)...)
	if body.Practice == "" { // the desk has chosen it, even if there was only one
		problems = append(problems, desk.Problem{Field: desk.KeyPractice, Code: desk.CodeRequired})
	}
	for _, p := range problems {
		if p.Code == desk.CodeRole || p.Field == desk.KeyPractice && p.Code == desk.CodeUnknown {
			return errForbidden
		}
	}
	if len(problems) > 0 {
		return invalid(problems)
	}
	return nil
}

// readFiles is what the rulebook takes of files that are announced.
func readFiles(who person, announced []portal.File) (out []desk.File, err error) {
	seen := map[string]bool{}
	for _, f := range announced {
		fid, err := uuid.Parse(f.ID)
		if err != nil || fid.String() != f.ID || seen[f.ID] || !isSHA256(f.SHA256) || f.Size < 0 || f.Media == "" {
			return nil, errBadRequest
		}
		seen[f.ID] = true
		file := desk.File{ID: fid, Name: f.Name, Size: f.Size, Media: f.Media, SHA256: f.SHA256}
		if c := f.Confirmation; c != nil && c.By == who.ID { // nobody can state it for another
			file.Confirmation = desk.Confirmation{By: c.By, At: c.At, Wording: c.Wording, SHA256: c.SHA256}
		}
		out = append(out, file)
	}
	return out, nil
}

// mayFinish tells whether a request that has no number yet may still get one by
// this person's doing: the role may have been lost since it was announced.
func (s *Server) mayFinish(who person, h *held) bool {
	t, known := s.rulebook(h.CatalogueVersion).Type(h.Type)
	practice, member := who.Practice(h.Practice)
	return known && member && t.OpenTo(practice.Roles)
}

// withdrawn tells of a type or category that an older catalogue had and the
// current one has not: nobody serves it any more.
func (s *Server) withdrawn(body portal.RequestPut, known []desk.Problem) []desk.Problem {
	gone := desk.Problem{Field: desk.KeyType, Code: desk.CodeUnknown}
	t, offered := s.catalogues[s.current].Type(body.Type)
	if offered {
		gone.Field = desk.KeyCategory
		_, offered = t.Category(body.Category)
	}
	if offered || slices.ContainsFunc(known, func(p desk.Problem) bool { return p.Field == gone.Field }) {
		return nil
	}
	return []desk.Problem{gone}
}
