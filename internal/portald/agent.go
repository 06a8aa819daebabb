package portald

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/database"

	"github.com/google/uuid"
)

// said is an act of support; what is empty stays as it is.
type said struct {
	status     desk.PortalStatus
	priority   string
	text, html string
	id         uuid.UUID     // of what is said; a new one if there is none
	author     string        // whoever says it, if that is known
	files      []portal.File // that lie in their place already
}

// supportSays does what support does with a request.
func (s *Server) supportSays(ctx context.Context, tx *database.Tx, id string, what said, at time.Time) error {
	if what.status != "" {
		if err := s.store.setStatus(ctx, tx, id, what.status, at); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE request SET taken_at=CASE WHEN status='received' THEN taken_at ELSE coalesce(taken_at, ?1) END,
		priority=CASE WHEN ?2='' THEN priority ELSE ?2 END WHERE id=?3`, at.UnixMilli(), what.priority, id); err != nil {
		return fmt.Errorf("note act of support: %w", err)
	}
	if what.text == "" && len(what.files) == 0 {
		_, err := s.store.changed(ctx, tx, id, at)
		return err
	}
	mid := what.id
	if mid == uuid.Nil {
		var err error
		if mid, err = uuid.NewV7(); err != nil {
			return err
		}
	}
	m := portal.Message{
		ID: mid.String(), Request: id, Author: portal.Author{ID: "support", Name: cmp.Or(what.author, "Service client"), Support: true},
		Text: what.text, HTML: what.html, At: at, Files: what.files,
	}
	if err := s.store.addMessage(ctx, tx, m, at); err != nil || len(m.Files) == 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE message_file SET received=1 WHERE message=?", m.ID); err != nil {
		return fmt.Errorf("note files: %w", err)
	}
	_, err := s.store.receive(ctx, tx, m.ID, at)
	return err
}

// support is the demo's support agent: it takes a new request up after a
// moment and answers it after another, settles what the practice answers, and
// confirms a withdrawal. What is to do it reads from the store, so that a
// restart changes nothing.
func (s *Server) support(ctx context.Context) {
	for {
		news := s.store.News()
		again, err := s.supportOnce(ctx)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Error().Err(err).Msg("demo support")
			again = time.Minute
		}
		var timer <-chan time.Time
		if again > 0 {
			timer = time.After(again)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		case <-news:
		case <-timer:
		}
	}
}

// lastWord is who spoke last about a request: 1 for support.
const lastWord = "coalesce((SELECT support FROM message WHERE message.request=request.id AND received=1 ORDER BY at DESC, seq DESC LIMIT 1), 0)"

// supportOnce does what is due and tells when the next thing is, 0 if nothing
// waits. The demo's own requests are left alone until the practice goes on with
// one.
func (s *Server) supportOnce(ctx context.Context) (again time.Duration, err error) {
	ids, err := s.ids(ctx, "SELECT id FROM request WHERE staged=0 AND (status='received' OR status IN ('in-progress', 'withdrawn') AND "+lastWord+"=0)")
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		var wait time.Duration
		acted := false
		err := s.store.Tx(ctx, func(tx *database.Tx) error {
			wait, acted, err = s.supportStep(ctx, tx, id)
			return err
		}, id)
		if err != nil {
			return 0, err
		}
		if acted {
			s.store.Changed()
			wait = time.Millisecond // it may have more to do
		}
		if wait > 0 && (again == 0 || wait < again) {
			again = wait
		}
	}
	return again, nil
}

// supportStep does the next thing with a request if it is due, or tells for how
// long it is not; 0 if there is nothing to do any more.
func (s *Server) supportStep(ctx context.Context, tx *database.Tx, id string) (wait time.Duration, acted bool, err error) {
	h, err := s.store.request(ctx, tx, id)
	if err != nil || h == nil || h.ReceivedAt == nil {
		return 0, false, err
	}
	var last sql.NullInt64
	var support bool
	err = tx.QueryRowContext(ctx, "SELECT (SELECT max(at) FROM message WHERE request=?1 AND received=1), "+lastWord+" FROM request WHERE id=?1", id).Scan(&last, &support)
	if err != nil {
		return 0, false, fmt.Errorf("read last word: %w", err)
	}
	what, due := s.nextWord(h, instant(last), support)
	if due.IsZero() {
		return 0, false, nil
	}
	now := s.Now()
	if wait := due.Sub(now); wait > 0 {
		return wait, false, nil
	}
	return 0, true, s.supportSays(ctx, tx, id, what, now)
}

// nextWord is what support does next with a request, and when; the zero time if
// nothing. last is when the last message came.
func (s *Server) nextWord(h *held, last *time.Time, support bool) (said, time.Time) {
	switch desk.PortalStatus(h.Status) {
	case desk.PortalReceived:
		return said{status: desk.PortalInProgress}, h.ReceivedAt.Add(s.Acknowledge)
	case desk.PortalInProgress:
		switch {
		case support:
		case h.AnsweredAt == nil:
			reply, ok := replies[h.Category]
			if !ok {
				reply = replies[""]
			}
			return reply, h.ReceivedAt.Add(s.Reply)
		case last != nil:
			return settled, last.Add(s.Reply)
		}
	case desk.PortalWithdrawn:
		if !support && last != nil {
			return confirmed, last.Add(s.Acknowledge)
		}
	}
	return said{}, time.Time{}
}

// replies are what the demo's support answers first, by category; the others get
// the one without a key.
var replies = map[string]said{
	"invoice-dispute": {status: desk.PortalWaiting, text: "Bonjour, nous avons repris la facture avec la comptabilité. Pouvez-vous nous dire quel montant vous attendiez ?"},
	"invoice-question": {status: desk.PortalResolved, text: "Bonjour, cette ligne couvre la période indiquée au dos de la facture. Le détail part par courrier.",
		html: "<p>Bonjour, cette ligne couvre la période indiquée <strong>au dos de la facture</strong>.</p><p>Le détail part par courrier.</p>"},
	"order":                {status: desk.PortalResolved, text: "Bonjour, votre commande est en préparation ; la date de livraison figure sur la confirmation."},
	"contract-termination": {status: desk.PortalWaiting, text: "Bonjour, nous avons noté votre souhait. Un conseiller vous appelle pour convenir de la date de fin."},
	"contract-question": {status: desk.PortalResolved,
		text: "Bonjour, voici les dates de votre contrat.\nDurée : un an, reconduit tacitement\nPréavis : trois mois",
		html: "<p>Bonjour, voici les dates de votre contrat.</p><table><tr><th>Durée</th><td>un an, reconduit tacitement</td></tr><tr><th>Préavis</th><td>trois mois</td></tr></table>"},
	"payment-method": {status: desk.PortalWaiting,
		text: "Bonjour, pour changer de moyen de paiement, merci de remplir le mandat (https://example.com/mandat) et de nous le renvoyer ici.",
		html: "<p>Bonjour, pour changer de moyen de paiement, merci de remplir <a href=\"https://example.com/mandat\">le mandat</a> et de nous le renvoyer ici.</p>"},
	"practice-data": {status: desk.PortalWaiting,
		text: "Bonjour, il nous manque deux pièces pour la mise à jour :\n- un justificatif de moins de trois mois\n- la date d’effet\nPouvez-vous nous les envoyer ?",
		html: "<p>Bonjour, il nous manque deux pièces pour la mise à jour :</p><ul><li>un justificatif de moins de trois mois</li><li>la date d’effet</li></ul><p>Pouvez-vous nous les envoyer ?</p>"},
	"": {status: desk.PortalResolved, text: "Bonjour, c’est noté et fait. Dites-nous s’il manque quelque chose."},
}

var (
	// settled is what it says to an answer of the practice.
	settled = said{status: desk.PortalResolved, text: "Merci pour votre retour. Nous avons fait le nécessaire et considérons la demande comme résolue. Si ce n’est pas le cas, répondez ici.",
		html: "<p>Merci pour votre retour.</p><p>Nous avons fait le nécessaire et considérons la demande comme <strong>résolue</strong>. Si ce n’est pas le cas, répondez ici.</p>"}
	confirmed = said{text: "Bonjour, nous confirmons le retrait de votre demande. Vous n’avez rien d’autre à faire."}
)
