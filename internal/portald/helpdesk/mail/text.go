package mail

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
)

// ticketText is a request as support reads it.
func ticketText(t helpdesk.Ticket) string {
	var b strings.Builder
	line := func(label, value string) {
		if value != "" {
			b.WriteString(label + " : " + strings.ReplaceAll(strings.TrimSpace(value), "\n", "\n    ") + "\n")
		}
	}
	line("Demande", t.Number)
	line("Objet", t.Subject)
	line("Cabinet", party(t.Practice))
	line("Auteur", t.Author.Name)
	line("Rédigée le", day(t.Written))
	line("Nature", strings.Trim(cmp.Or(t.TypeLabel, t.Type)+" / "+cmp.Or(t.CategoryLabel, t.Category), " /"))
	if len(t.Fields) > 0 {
		b.WriteByte('\n')
	}
	for _, f := range t.Fields {
		line(f.Label, f.Value)
	}
	if t.Text != "" {
		b.WriteString("\nDescription :\n\n" + t.Text + "\n")
	}
	return b.String()
}

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// day is a time as it was where the request was written, as far as that is known.
func day(t time.Time) string {
	return fmt.Sprintf("%d %s %d à %s", t.Day(), months[t.Month()-1], t.Year(), t.Format("15:04 (UTC-07:00)"))
}

// replyText is what a practice says, with who says it.
func replyText(r helpdesk.Reply) string {
	if r.Author.Name == "" {
		return r.Text
	}
	// Not « a écrit : », below which programs look for what can be cut off.
	return "Réponse de " + r.Author.Name + " :\n\n" + r.Text
}

func party(p helpdesk.Party) string {
	out := p.Name
	if p.Town != "" {
		out += ", " + p.Town
	}
	if p.ID != "" {
		out += " [" + p.ID + "]"
	}
	return out
}

// partText is the text of the n-th message of a letter, with which files it has.
func partText(l letter, packs [][]helpdesk.File, n int) string {
	var b strings.Builder
	if n == 1 {
		b.WriteString(l.text)
	}
	if len(l.files) == 0 {
		return b.String()
	}
	if n == 1 {
		b.WriteString("\n\n")
	}
	if len(packs) > 1 {
		fmt.Fprintf(&b, "Message %d sur %d : les fichiers ne tiennent pas dans un seul message.\n", n, len(packs))
	}
	b.WriteString("Fichiers joints :\n")
	for i, pack := range packs {
		for _, f := range pack {
			b.WriteString("- " + flat(f.Name) + " (" + size(f.Size) + ")")
			if i+1 != n {
				fmt.Fprintf(&b, ", dans le message %d", i+1)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func size(n int64) string {
	switch {
	case n < 1_000:
		return fmt.Sprintf("%d o", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d Ko", (n+500)/1_000)
	default:
		return strings.Replace(fmt.Sprintf("%.1f Mo", float64(n)/1e6), ".", ",", 1)
	}
}

// statusTexts are what a change of status says after the number.
var statusTexts = map[desk.PortalStatus]string{
	desk.PortalWithdrawn:  "a été retirée par le cabinet.",
	desk.PortalClosed:     "a été close par le cabinet.",
	desk.PortalInProgress: "a été rouverte par le cabinet.",
	desk.PortalReceived:   "est à nouveau à prendre en charge.",
	desk.PortalWaiting:    "attend une réponse du cabinet.",
	desk.PortalResolved:   "est tenue pour résolue par le cabinet.",
}

func statusText(status desk.PortalStatus, number string) (string, bool) {
	text, ok := statusTexts[status]
	return strings.Join(strings.Fields("La demande "+number+" "+text), " ") + "\n", ok
}
