package portald

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/database"

	"github.com/google/uuid"
)

// fillSeed makes every filling the same, but for its times.
const fillSeed = 20260302

// filling is what a portal is filled with: the tests of other rooms need many
// requests that differ.
type filling struct {
	rng      *rand.Rand
	who      person
	now      time.Time
	statuses []desk.PortalStatus
}

func newFilling(s *Server, who person) filling {
	return filling{rng: rand.New(rand.NewPCG(fillSeed, 0)), who: who, now: s.Now().UTC(), statuses: []desk.PortalStatus{
		desk.PortalReceived, desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved, desk.PortalClosed, desk.PortalWithdrawn,
	}}
}

// fill puts n numbered requests of a person into an empty store, each with up to
// three messages, in one transaction, and returns their ids, oldest first. The
// newest came a minute ago.
func (s *Server) fill(ctx context.Context, n int, who person) (ids []string, err error) {
	if len(who.Practices) == 0 {
		return nil, errors.New("the person belongs to no practice")
	}
	f := newFilling(s, who)
	f.rng = rand.New(rand.NewPCG(fillSeed, uint64(n)))
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		var held bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM request)").Scan(&held); err != nil || held {
			return errors.Join(err, errors.New("the portal is not empty"))
		}
		for i := range n {
			at := f.now.Add(-time.Minute - time.Duration(n-1-i)*300*day/time.Duration(n)).Truncate(time.Millisecond)
			id, err := s.fillOne(ctx, tx, f, i, at)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("fill portal: %w", err)
	}
	s.store.Changed()
	return ids, nil
}

func (s *Server) fillOne(ctx context.Context, tx *database.Tx, f filling, i int, at time.Time) (string, error) {
	id := f.id(at)
	body := f.request(i, at, s.current)
	digest, err := digestOf(body)
	if err != nil {
		return "", err
	}
	if err := s.store.put(ctx, tx, id, digest, f.who, body, at); err != nil {
		return "", err
	}
	if _, err := s.store.number(ctx, tx, id, at); err != nil {
		return "", err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE request SET staged=1 WHERE id=?", id); err != nil {
		return "", err
	}
	what := said{status: f.statuses[f.rng.IntN(len(f.statuses))], priority: pick(f.rng, "", portal.PriorityLow, portal.PriorityNormal, portal.PriorityHigh, portal.PriorityUrgent)}
	messages := f.rng.IntN(4)
	if what.status != desk.PortalReceived {
		if messages > 0 {
			what.text = "Bonjour, nous nous en occupons. " + pick(f.rng, "Merci de votre patience.", "Avez-vous un justificatif ?", "Un avoir vous parvient.")
		}
		if err := s.supportSays(ctx, tx, id, what, at.Add(10*time.Second)); err != nil {
			return "", err
		}
	}
	for k := 1; k < messages; k++ {
		then := at.Add(time.Duration(10+10*k) * time.Second)
		m := portal.Message{ID: f.id(then), Request: id, Author: portal.Author{ID: f.who.ID, Name: f.who.Name}, Text: fmt.Sprintf("Complément %d à la demande %d.", k, i+1), At: then}
		if err := s.store.addMessage(ctx, tx, m, then); err != nil {
			return "", err
		}
	}
	return id, nil
}

// request is the content of the one with that place.
func (f filling) request(i int, at time.Time, version int) portal.RequestPut {
	practice := f.who.Practices[f.rng.IntN(len(f.who.Practices))]
	typ, category := "technical", pick(f.rng, "software", "connection", "other")
	values := map[string]string{
		desk.KeySubject: fmt.Sprintf("%s %d", pick(f.rng, "Agenda lent", "Facture à vérifier", "Lecteur de carte muet", "Relevé manquant", "Éditer l’ordonnance", "Contrat à revoir"), i+1),
		desk.KeyDescription: "Depuis ce matin, " + pick(f.rng, "le poste de l’accueil", "le second poste", "la télétransmission", "l’imprimante du bureau") +
			" ne répond plus comme d’habitude. Pouvez-vous regarder ?",
	}
	if isAdmin(practice.Roles) && f.rng.IntN(2) == 0 {
		typ, category = "administrative", pick(f.rng, "invoice-question", "contract-question", "other")
		switch category {
		case "invoice-question":
			values["invoice"] = fmt.Sprintf("FA-2026-%04d", f.rng.IntN(10000))
		case "contract-question":
			values[keyContract] = pick(f.rng, "CT-20240142", "CT-20230077", "CT-20220211")
		}
	}
	return portal.RequestPut{
		Revision: 1, Practice: practice.ID, CatalogueVersion: version, Type: typ, Category: category, Values: values,
		Files: []portal.File{}, WrittenAt: at.Add(-5 * time.Minute), SubmittedAt: at.Add(-time.Second),
	}
}

// id is a UUIDv7 of that moment.
func (f filling) id(at time.Time) string {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:], uint64(at.UnixMilli())<<16|0x7000|uint64(f.rng.IntN(1<<12)))
	binary.BigEndian.PutUint64(id[8:], f.rng.Uint64()>>2|1<<63)
	return id.String()
}

func pick(rng *rand.Rand, from ...string) string { return from[rng.IntN(len(from))] }
