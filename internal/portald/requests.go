package portald

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"guichet/internal/portal"
	"guichet/internal/portald/database"

	"github.com/google/uuid"
)

// putRequest holds a request under the id that its writer made. Until it has
// its number a higher revision replaces it and a lower one is ignored; a
// repeat is always a read.
func (s *Server) putRequest(w http.ResponseWriter, r *http.Request, who person) error {
	id, err := parseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	var body portal.RequestPut
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if body.Revision < 1 || body.CatalogueVersion < 1 {
		return errBadRequest
	}
	normalise(&body)
	unlock, err := s.store.Lock(r.Context(), id)
	if err != nil {
		return err
	}
	defer unlock()
	h, fresh, err := s.hold(r.Context(), id, who, body)
	if err != nil {
		return err
	}
	if h == nil {
		// What has arrived in full is checked even if whoever asked has gone; of
		// other bytes than announced the answer tells by a file not received.
		ctx := context.WithoutCancel(r.Context()) // it is held: "busy" would say otherwise
		if err := s.settle(ctx, id); err != nil && !errors.Is(err, errHashMismatch) {
			return err
		}
		if h, err = s.store.request(ctx, s.store, id); err != nil {
			return err
		}
		if h == nil {
			return errGone
		}
	}
	status := http.StatusOK
	if fresh {
		status = http.StatusCreated
	}
	return answer(w, status, s.shown(who, h))
}

// hold stores what is to be stored of a PUT, and tells whether the id is new. whole is
// the request if it has its number, nil if something of it may be missing. The caller
// has the lock of the id.
func (s *Server) hold(ctx context.Context, id string, who person, body portal.RequestPut) (whole *held, fresh bool, err error) {
	digest, err := digestOf(body)
	if err != nil {
		return nil, false, err
	}
	var before *held
	stored := false
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		if before, err = s.store.request(ctx, tx, id); err != nil {
			return err
		}
		if stored, err = s.takes(ctx, tx, before, id, digest, who, body); err != nil || !stored {
			return err
		}
		if before != nil {
			if err := s.store.keepFiles(ctx, tx, id, body.Files); err != nil {
				return err
			}
		}
		if err := s.store.put(ctx, tx, id, digest, who, body, s.Now()); err != nil {
			return err
		}
		faultpoint("request-written")
		if len(body.Files) == 0 { // it is whole as it is: one commit, not two
			whole, err = s.number(ctx, tx, id)
		}
		return err
	}, id)
	faultpoint("request-held")
	switch {
	case err != nil:
		return nil, false, err
	case !stored && before.Number != "":
		return before, false, nil
	case whole != nil:
		faultpoint("number-given")
		s.store.Changed()
	}
	if !stored || before == nil {
		return whole, stored, nil
	}
	// An upload stays only if it is of the very same file.
	kept := slices.DeleteFunc(before.Files, func(old portal.File) bool {
		return !slices.ContainsFunc(body.Files, func(f portal.File) bool {
			return f.ID == old.ID && f.Size == old.Size && f.SHA256 == old.SHA256
		})
	})
	return whole, false, s.uploads.drop(ctx, id, kept)
}

// normalise gives equal contents one form, so that a repeat is known as one.
func normalise(body *portal.RequestPut) {
	if body.Values == nil {
		body.Values = map[string]string{}
	}
	if body.Files == nil {
		body.Files = []portal.File{}
	}
	body.WrittenAt, body.SubmittedAt = body.WrittenAt.UTC(), body.SubmittedAt.UTC()
	normaliseFiles(body.Files)
}

func normaliseFiles(files []portal.File) {
	for i := range files {
		files[i].Received = false // ours to say
		if c := files[i].Confirmation; c != nil {
			c.At = c.At.UTC()
		}
	}
}

// takes decides whether a PUT is stored (true), is a read (false), or an error.
func (s *Server) takes(ctx context.Context, tx *database.Tx, h *held, id, digest string, who person, body portal.RequestPut) (bool, error) {
	var gone, said bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM tombstone WHERE id=?1), EXISTS (SELECT 1 FROM message WHERE id=?1)", id).Scan(&gone, &said); err != nil {
		return false, fmt.Errorf("look for id: %w", err)
	}
	switch {
	case gone:
		return false, errGone
	case said:
		return false, errMismatch // the id is a message's
	case h == nil:
	case h.Author.ID != who.ID:
		return false, errForbidden
	case h.Number != "" && h.digest == digest:
		return false, nil
	case h.Number != "":
		return false, errMismatch
	case body.Revision <= h.Revision && !s.mayFinish(who, h):
		return false, errForbidden
	case body.Revision < h.Revision:
		return false, nil
	case body.Revision == h.Revision && h.digest == digest:
		return false, nil
	case body.Revision == h.Revision:
		return false, errMismatch
	}
	return true, s.check(id, who, body)
}

// digestOf tells whether two contents are the same, whatever their revision.
func digestOf(body portal.RequestPut) (string, error) {
	body.Revision = 0
	encoded, err := json.Marshal(body)
	if err != nil {
		return "", fmt.Errorf("digest: %w", err)
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:]), nil
}

// parseID takes a UUID of version 7 in its one spelling.
func parseID(id string) (string, error) {
	parsed, err := uuid.Parse(id)
	if err != nil || parsed.Version() != 7 || parsed.String() != id {
		return "", errBadRequest
	}
	return id, nil
}

func isSHA256(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == sha256.Size && strings.ToLower(s) == s
}

// seen reads a request that the person may see, or errNotFound.
func (s *Server) seen(r *http.Request, who person) (*held, error) {
	h, err := s.store.request(r.Context(), s.store, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if h == nil || !who.sees(h) {
		return nil, errNotFound
	}
	return h, nil
}

func (s *Server) getRequest(w http.ResponseWriter, r *http.Request, who person) error {
	h, err := s.seen(r, who)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, s.shown(who, h))
}

// deleteRequest withdraws a request that has no number yet. An id that is not
// known is marked as well: the DELETE may have overtaken its PUT.
func (s *Server) deleteRequest(w http.ResponseWriter, r *http.Request, who person) error {
	id, err := parseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	unlock, err := s.store.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		h, err := s.store.request(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case h != nil && h.Author.ID != who.ID:
			return errForbidden
		case h != nil && h.Number != "":
			return errMismatch
		}
		return s.store.bury(ctx, tx, id, who.ID, s.Now())
	}, id)
	if err != nil {
		return err
	}
	if err := s.uploads.drop(ctx, id, nil); err != nil {
		return err
	}
	return answer(w, http.StatusOK, portal.Withdrawal{ID: id})
}

// getFile serves a file of a request, or of a message about it.
func (s *Server) getFile(w http.ResponseWriter, r *http.Request, who person) error {
	h, err := s.seen(r, who)
	if err != nil {
		return err
	}
	said, err := s.store.conversation(r.Context(), s.store, h.ID, who.ID)
	if err != nil {
		return err
	}
	item, files := h.ID, h.Files
	for _, m := range said {
		if slices.ContainsFunc(m.Files, func(f portal.File) bool { return f.ID == r.PathValue("file") }) {
			item, files = m.ID, m.Files
		}
	}
	for _, f := range files {
		if f.ID != r.PathValue("file") || !f.Received {
			continue
		}
		stored, err := s.files.Open(r.Context(), portal.UploadID(item, f.ID))
		if err != nil {
			return err
		}
		defer stored.Close()
		w.Header().Set("Content-Type", f.Media)
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		http.ServeContent(w, r, "", h.UpdatedAt, stored)
		return nil
	}
	return errNotFound
}
