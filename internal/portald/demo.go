package portald

import (
	"context"
	"fmt"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/database"

	"github.com/google/uuid"
)

// DemoPeople are the persons of the demo.
func DemoPeople() []Person {
	tilleuls := func(roles ...string) Practice {
		return Practice{ID: "cabinet-tilleuls", Name: "Cabinet des Tilleuls", Town: "Nantes", Roles: roles}
	}
	port := func(roles ...string) Practice {
		return Practice{ID: "maison-port", Name: "Maison de santé du Port", Town: "Lorient", Roles: roles}
	}
	michel := func(roles ...string) Practice {
		return Practice{ID: "cabinet-saint-michel", Name: "Cabinet Saint-Michel", Town: "Angers", Roles: roles}
	}
	const admin, user = string(desk.RoleAdmin), string(desk.RoleUser)
	return []Person{
		{ID: "demo-claire", Name: "Claire Lefèvre", Preferred: "cabinet-tilleuls",
			Note: "Admin de deux cabinets, Utilisateur dans un troisième", Practices: []Practice{tilleuls(admin), port(admin), michel(user)}},
		{ID: "demo-marc", Name: "Marc Diallo", Preferred: "cabinet-saint-michel",
			Note: "Admin d’un cabinet", Practices: []Practice{michel(admin)}},
		{ID: "demo-sophie", Name: "Sophie Martin", Preferred: "cabinet-tilleuls",
			Note: "Utilisateur", Practices: []Practice{tilleuls(user)}},
	}
}

// staged is a request of the demo's own data.
type staged struct {
	author, practice, typ, category string
	ago                             time.Duration
	status                          desk.PortalStatus
	values                          map[string]string
	reply                           string // of support
	answer                          string // of the author, to the reply
	priority, html                  string // of support
}

const day = 24 * time.Hour

var demoRequests = []staged{
	{"demo-claire", "cabinet-tilleuls", "administrative", "invoice-dispute", 41 * day, desk.PortalClosed,
		map[string]string{"numberKind": "invoice", "invoice": "FA-2026-0388", "subject": "Maintenance comptée deux fois en mars",
			"description": "La ligne de maintenance figure deux fois sur la facture. Merci de l’annuler une fois."},
		"Bonjour, vous avez raison : un avoir vous parvient sous huit jours. Bien à vous.", "Bien reçu, merci.", "normal", ""},
	{"demo-claire", "cabinet-saint-michel", "technical", "device", 36 * day, desk.PortalClosed,
		map[string]string{"deviceKind": "card-reader", "serial": "LC-77120", "subject": "Lecteur de carte muet depuis ce matin",
			"description": "Le lecteur du second poste ne réagit plus, son voyant reste éteint. Nous l’avons déjà débranché et rebranché."},
		"Bonjour, un appareil de remplacement part aujourd’hui. Gardez l’ancien, le transporteur le reprend.", "Le nouveau lecteur fonctionne, merci.", "urgent", "<p>Bonjour, un appareil de remplacement part <strong>aujourd’hui</strong>.</p><p>Gardez l’ancien, le transporteur le reprend.</p>"},
	{"demo-claire", "maison-port", "administrative", "order", 30 * day, desk.PortalResolved,
		map[string]string{"order": "CO-2026-0917", "subject": "Livraison du second lecteur de carte",
			"description": "Un seul des deux lecteurs commandés est arrivé. Quand le second sera-t-il livré ?"},
		"Bonjour, le second lecteur est parti hier, il sera chez vous jeudi.", "", "", ""},
	{"demo-claire", "maison-port", "administrative", "contract-termination", 26 * day, desk.PortalWithdrawn,
		map[string]string{"contract": "CT-20230077", "endDate": "31/12/2026", "subject": "Arrêt de l’option de rappel par SMS",
			"description": "Nous n’utilisons plus les rappels par SMS et souhaitons arrêter cette option en fin d’année."},
		"Bonjour, l’option est comprise dans votre contrat sans supplément. Souhaitez-vous toujours l’arrêter ?", "Dans ce cas nous la gardons, vous pouvez laisser tomber la demande.", "low", ""},
	{"demo-marc", "cabinet-saint-michel", "administrative", "payment-method", 22 * day, desk.PortalResolved,
		map[string]string{"payment": "direct-debit", "subject": "Passer au prélèvement mensuel", "description": "Nous réglons par chèque chaque trimestre et souhaitons passer au prélèvement mensuel."},
		"Bonjour, c’est fait à partir de la prochaine échéance.", "", "", ""},
	{"demo-sophie", "cabinet-tilleuls", "technical", "connection", 17 * day, desk.PortalResolved,
		map[string]string{"subject": "Connexion coupée entre midi et deux", "description": "Trois jours de suite la connexion au dossier s’est coupée vers 13 h, puis est revenue seule."},
		"Bonjour, le serveur était en maintenance à cette heure ; elle a désormais lieu la nuit.", "", "high", ""},
	{"demo-sophie", "cabinet-tilleuls", "technical", "software", 12 * day, desk.PortalInProgress,
		map[string]string{"subject": "L’agenda s’ouvre lentement le matin", "description": "Entre 8 h et 8 h 30 l’agenda met près d’une minute à s’ouvrir sur les deux postes de l’accueil."}, "", "", "normal", ""},
	{"demo-claire", "cabinet-tilleuls", "administrative", "invoice-question", 8 * day, desk.PortalWaiting,
		map[string]string{"invoice": "FA-2026-0521", "subject": "À quoi correspond la ligne « option agenda » ?",
			"description": "Cette ligne apparaît pour la première fois. Pouvez-vous nous dire depuis quand l’option est active ?"},
		"Bonjour, l’option a été activée le 2 du mois. L’avez-vous demandée par téléphone ?", "", "", ""},
	{"demo-claire", "maison-port", "administrative", "practice-data", 5 * day, desk.PortalInProgress,
		map[string]string{"dataKind": "address", "subject": "Nouvelle adresse de facturation", "description": "La maison de santé déménage au 14 quai des Indes. Merci de mettre à jour l’adresse de facturation."}, "", "", "low", ""},
	{"demo-claire", "cabinet-tilleuls", "administrative", "contract-question", 2 * day, desk.PortalInProgress,
		map[string]string{"contract": "CT-20240142", "subject": "Durée restante du contrat de maintenance", "description": "Jusqu’à quelle date notre contrat de maintenance court-il ?"}, "", "", "", ""},
	{"demo-claire", "cabinet-tilleuls", "technical", "software", 30 * time.Hour, desk.PortalWaiting,
		map[string]string{"subject": "Ordonnance imprimée sur deux pages", "description": "Depuis la mise à jour, la dernière ligne de l’ordonnance passe sur une seconde page."},
		"Bonjour, quel modèle d’imprimante utilisez-vous à l’accueil ?", "", "high", "<p>Bonjour, quel modèle d’imprimante utilisez-vous <em>à l’accueil</em> ?</p>"},
	{"demo-marc", "cabinet-saint-michel", "administrative", "other", 1 * day, desk.PortalReceived,
		map[string]string{"subject": "Attestation pour notre comptable", "description": "Notre comptable demande une attestation de paiement pour l’exercice écoulé."}, "", "", "normal", ""},
}

// stage fills an empty portal with the demo's requests.
func (s *Server) stage(ctx context.Context) error {
	var n int
	if err := s.store.QueryRowContext(ctx, "SELECT count(*) FROM request").Scan(&n); err != nil || n > 0 {
		return err
	}
	now := s.Now()
	for _, d := range demoRequests {
		if err := s.store.Tx(ctx, func(tx *database.Tx) error { return s.stageOne(ctx, tx, d, now) }); err != nil {
			return fmt.Errorf("stage demo: %w", err)
		}
	}
	return nil
}

func (s *Server) stageOne(ctx context.Context, tx *database.Tx, d staged, now time.Time) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	var who person
	for _, p := range s.people {
		if p.ID == d.author {
			who = p
		}
	}
	at := now.Add(-d.ago).Truncate(time.Second)
	body := portal.RequestPut{
		Revision: 1, Practice: d.practice, CatalogueVersion: s.current, Type: d.typ, Category: d.category, Values: d.values,
		Files: []portal.File{}, WrittenAt: at.Add(-6 * time.Minute), SubmittedAt: at,
	}
	if err := s.check(id.String(), who, body); err != nil {
		return err
	}
	digest, err := digestOf(body)
	if err != nil {
		return err
	}
	if err := s.store.put(ctx, tx, id.String(), digest, who, body, at); err != nil {
		return err
	}
	if _, err := s.store.number(ctx, tx, id.String(), at); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE request SET staged=1, priority=? WHERE id=?", d.priority, id.String()); err != nil {
		return err
	}
	if d.status == desk.PortalReceived {
		return nil
	}
	if err := s.supportSays(ctx, tx, id.String(), said{status: d.status, priority: d.priority, text: d.reply, html: d.html}, at.Add(d.ago/3)); err != nil || d.answer == "" {
		return err
	}
	mid, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return s.store.addMessage(ctx, tx, portal.Message{
		ID: mid.String(), Request: id.String(), Author: portal.Author{ID: who.ID, Name: who.Name}, Text: d.answer, At: at.Add(d.ago / 2),
	}, at.Add(d.ago/2))
}
