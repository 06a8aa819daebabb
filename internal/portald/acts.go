package portald

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/database"
)

const (
	maxReason   = 1000 // characters
	mostWatches = 100  // watchers of a request
)

// rule says who may do something with a numbered request that they see, and
// while it has which status.
type rule struct {
	who   func(who person, h *held) bool
	while []desk.PortalStatus // nil for every one
}

var rules = map[string]rule{
	portal.KindReply:    {anybody, []desk.PortalStatus{desk.PortalReceived, desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved}},
	portal.KindWithdraw: {inCharge, []desk.PortalStatus{desk.PortalReceived, desk.PortalInProgress, desk.PortalWaiting}},
	portal.KindClose:    {inCharge, []desk.PortalStatus{desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved}},
	portal.KindReopen:   {inCharge, []desk.PortalStatus{desk.PortalResolved, desk.PortalClosed}},
	portal.KindWatch:    {anybody, nil},
	portal.KindUnwatch:  {anybody, nil},
	portal.KindWatchers: {leads, nil},
}

// kinds is the order in which Allowed lists them.
var kinds = []string{portal.KindReply, portal.KindWithdraw, portal.KindClose, portal.KindReopen, portal.KindWatch, portal.KindUnwatch, portal.KindWatchers}

func anybody(person, *held) bool { return true }

// leads tells whether the person is an Admin of the request's practice.
func leads(who person, h *held) bool {
	p, ok := who.Practice(h.Practice)
	return ok && isAdmin(p.Roles)
}

func inCharge(who person, h *held) bool { return h.Author.ID == who.ID || leads(who, h) }

// may tells why a person who sees a numbered request cannot do something now;
// nil if they can.
func (s *Server) may(who person, h *held, kind string) error {
	r, known := rules[kind]
	switch {
	case !known:
		return errBadRequest
	case !r.who(who, h):
		return errForbidden
	case h.PurgedAt != nil && slices.Contains([]string{portal.KindReply, portal.KindWithdraw, portal.KindReopen}, kind):
		return errNotNow // nobody could tell what it is about
	case r.while != nil && !slices.Contains(r.while, desk.PortalStatus(h.Status)):
		return errNotNow
	case kind == portal.KindReopen && (h.ClosedAt == nil || s.Now().Sub(*h.ClosedAt) > s.ReopenFor):
		return errNotNow
	}
	return nil
}

// allowed lists what the person may do with a request now.
func (s *Server) allowed(who person, h *held) (out []string) {
	for _, kind := range kinds {
		if h.Number != "" && who.sees(h) && s.may(who, h, kind) == nil {
			out = append(out, kind)
		}
	}
	return out
}

// putAct does something with a request under the id that whoever acts made.
func (s *Server) putAct(w http.ResponseWriter, r *http.Request, who person) error {
	id, err := parseID(r.PathValue("act"))
	if err != nil {
		return err
	}
	var body portal.ActPut
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if _, known := rules[body.Kind]; !known || body.Kind == portal.KindReply {
		return errBadRequest
	}
	body.Reason = strings.TrimSpace(database.Storable(body.Reason))
	slices.Sort(body.Watchers)
	if body.Watchers = slices.Compact(body.Watchers); len(body.Watchers) == 0 {
		body.Watchers = nil // one form for the same
	}
	ctx := r.Context()
	var out portal.Act
	done := false
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		if done, err = s.act(ctx, tx, who, r.PathValue("id"), id, body); err != nil {
			return err
		}
		h, err := s.store.request(ctx, tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		out = portal.Act{ID: id, Kind: body.Kind, Request: s.shown(who, h)}
		if !who.sees(h) {
			out.Request = veiled(out.Request)
		}
		return nil
	}, r.PathValue("id"))
	if err != nil {
		return err
	}
	if done {
		faultpoint("act-done")
		s.store.Changed()
	}
	return answer(w, http.StatusOK, out)
}

// veiled is what somebody is told whose act was done, and who does not see the
// request any more.
func veiled(r portal.Request) portal.Request {
	r.Values, r.Files, r.Watchers = map[string]string{}, []portal.File{}, nil
	return r
}

// act does what is new (true), or finds that it was done before (false).
func (s *Server) act(ctx context.Context, tx *database.Tx, who person, request, id string, body portal.ActPut) (bool, error) {
	digest, err := digestOfAct(body)
	if err != nil {
		return false, err
	}
	h, err := s.store.request(ctx, tx, request)
	if err != nil {
		return false, err
	}
	var of, by, held string
	err = tx.QueryRowContext(ctx, "SELECT request, person, digest FROM act WHERE id=?", id).Scan(&of, &by, &held)
	before := err == nil
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return false, fmt.Errorf("read act: %w", err)
	case before && of == request && by == who.ID && held == digest:
		return false, nil
	case h == nil || !who.sees(h):
		return false, errNotFound
	case before:
		return false, errMismatch
	case h.Number == "":
		return false, errNotNow
	}
	if err := s.may(who, h, body.Kind); err != nil {
		return false, err
	}
	if err := s.checkAct(ctx, h, body); err != nil {
		return false, err
	}
	now := s.Now()
	if _, err := tx.ExecContext(ctx, "INSERT INTO act (id, request, person, kind, digest, done_at, at) VALUES (?,?,?,?,?,?,?)",
		id, request, who.ID, body.Kind, digest, body.At.UnixMilli(), now.UnixMilli()); err != nil {
		return false, fmt.Errorf("store act: %w", err)
	}
	return true, s.perform(ctx, tx, who, h, id, body)
}

// digestOfAct tells whether two acts are the same, whenever they were done.
func digestOfAct(body portal.ActPut) (string, error) {
	encoded, err := json.Marshal([]any{body.Kind, body.Reason, body.Watchers})
	if err != nil {
		return "", fmt.Errorf("digest: %w", err)
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:]), nil
}

func (s *Server) checkAct(ctx context.Context, h *held, body portal.ActPut) error {
	n := utf8.RuneCountInString(body.Reason)
	reasoned := body.Kind == portal.KindWithdraw || body.Kind == portal.KindReopen
	switch {
	case reasoned && n == 0:
		return invalid([]desk.Problem{{Field: "reason", Code: desk.CodeRequired}})
	case n > maxReason:
		return invalid([]desk.Problem{{Field: "reason", Code: desk.CodeTooLong, Max: maxReason, Actual: int64(n)}})
	case len(body.Watchers) > mostWatches:
		return invalid([]desk.Problem{{Field: "watchers", Code: desk.CodeTooMany, Max: mostWatches, Actual: int64(len(body.Watchers))}})
	case body.Kind != portal.KindWatchers:
		return nil
	}
	known, err := s.known(ctx, h.Practice)
	if err != nil {
		return err
	}
	for _, id := range body.Watchers {
		if _, ok := known[id]; !ok && !(person{desk.Person{ID: id}}).watches(h) {
			return invalid([]desk.Problem{{Field: "watchers", Code: desk.CodeUnknown}})
		}
	}
	return nil
}

// perform does an act that is allowed and well-formed.
func (s *Server) perform(ctx context.Context, tx *database.Tx, who person, h *held, id string, body portal.ActPut) error {
	status := map[string]desk.PortalStatus{
		portal.KindWithdraw: desk.PortalWithdrawn, portal.KindClose: desk.PortalClosed, portal.KindReopen: desk.PortalInProgress,
	}
	now := s.Now()
	switch body.Kind {
	case portal.KindWatch:
		return s.watch(ctx, tx, h, map[string]string{who.ID: who.Name}, nil)
	case portal.KindUnwatch:
		return s.watch(ctx, tx, h, nil, []string{who.ID})
	case portal.KindWatchers:
		return s.setWatchers(ctx, tx, h, body.Watchers)
	}
	if err := s.store.goneOn(ctx, tx, h.ID); err != nil {
		return err
	}
	if err := s.store.setStatus(ctx, tx, h.ID, status[body.Kind], now); err != nil {
		return err
	}
	// The reason goes first: help desks take a ticket up again by what is said to it.
	tell := outbound{id: id + "/status", request: h.ID, kind: outStatus, status: status[body.Kind]}
	if body.Reason == "" {
		_, err := s.store.changed(ctx, tx, h.ID, now)
		return errors.Join(err, s.queue(ctx, tx, tell, now))
	}
	if taken, err := s.taken(ctx, tx, id); err != nil || taken {
		return errors.Join(err, errMismatch)
	}
	if err := s.store.addMessage(ctx, tx, portal.Message{
		ID: id, Request: h.ID, Author: portal.Author{ID: who.ID, Name: who.Name}, Text: body.Reason, At: now,
	}, body.At); err != nil {
		return err
	}
	if err := s.queue(ctx, tx, outbound{id: id, request: h.ID, kind: outReply}, now); err != nil {
		return err
	}
	return s.queue(ctx, tx, tell, now)
}

func (s *Server) setWatchers(ctx context.Context, tx *database.Tx, h *held, list []string) error {
	known, err := s.known(ctx, h.Practice)
	if err != nil {
		return err
	}
	add, drop := map[string]string{}, []string{}
	for _, id := range list {
		if name, ok := known[id]; ok {
			add[id] = name
		}
	}
	for _, w := range h.Watchers {
		if !slices.Contains(list, w.ID) {
			drop = append(drop, w.ID)
		}
	}
	return s.watch(ctx, tx, h, add, drop)
}

// watch adds watchers by id with their names, and drops others. Whoever sees the
// request for no other reason is told that it is gone.
func (s *Server) watch(ctx context.Context, tx *database.Tx, h *held, add map[string]string, drop []string) error {
	now := s.Now()
	for _, w := range h.Watchers {
		delete(add, w.ID)
	}
	drop = slices.DeleteFunc(drop, func(id string) bool { return !(person{desk.Person{ID: id}}).watches(h) })
	if len(add)+len(drop) == 0 {
		return nil
	}
	change, err := s.store.changed(ctx, tx, h.ID, now)
	if err != nil {
		return err
	}
	for id, name := range add {
		if _, err := tx.ExecContext(ctx, "INSERT INTO watcher (request, person, name) VALUES (?,?,?)", h.ID, id, name); err != nil {
			return fmt.Errorf("add watcher: %w", err)
		}
	}
	for _, id := range drop {
		if _, err := tx.ExecContext(ctx, "DELETE FROM watcher WHERE request=? AND person=?", h.ID, id); err != nil {
			return fmt.Errorf("drop watcher: %w", err)
		}
		if err := s.store.depart(ctx, tx, change, h.ID, id, "", now); err != nil {
			return err
		}
	}
	return nil
}
