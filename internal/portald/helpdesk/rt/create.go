package rt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/portald/helpdesk"
)

const longestSubject = 200 // characters, of RT's column

// Create implements helpdesk.Connector.
func (c *Connector) Create(ctx context.Context, t helpdesk.Ticket) (ref string, err error) {
	values := map[string]string{c.rt.RequestID: t.Request}
	settings := map[string]string{c.rt.RequestID: "rt.request_id"}
	for _, f := range t.Fields {
		if name := c.mapping.Fields[f.Key]; name != "" && f.Value != "" {
			values[name], settings[name] = f.Value, "fields."+f.Key
		}
	}
	fields := map[string]any{
		"Queue": c.mapping.Queue(t.Type, t.Category), "Subject": cut(oneLine(t.Subject), longestSubject),
		"Content": describe(t), "ContentType": "text/plain", "CustomFields": values,
	}
	if c.rt.Requestor != "" {
		fields["Requestor"] = c.requestor(t.Practice)
	}
	body, size, err := payload(ctx, fields, t.Files)
	if err != nil {
		return "", err
	}
	var made struct{ ID string }
	if err := c.write(ctx, http.MethodPost, "/ticket", body, size, &made); err != nil {
		return "", err
	}
	if made.ID == "" {
		return "", helpdesk.Unknown(errors.New("POST /ticket: RT does not say which ticket it made"))
	}
	return c.kept(ctx, made.ID, values, settings, t.Files)
}

// kept reads a ticket that was just made. What of its fields has not stayed is
// tried once more: setting at the creation and setting later are two rights.
func (c *Connector) kept(ctx context.Context, ref string, values, settings map[string]string, files []helpdesk.File) (string, error) {
	lost, err := c.lost(ctx, ref, values)
	if err == nil && len(lost) > 0 {
		// Whether that works is read below.
		if err = c.put(ctx, ref, map[string]any{"CustomFields": lost}); err == nil || !errors.Is(err, helpdesk.ErrUnknown) {
			lost, err = c.lost(ctx, ref, values)
		}
	}
	var without []string
	if err == nil && len(files) > 0 {
		var first []struct{ ID string }
		first, err = list[struct{ ID string }](ctx, c, "/transactions", "ObjectType='RT::Ticket' AND TicketId="+ref+" AND Type='Create'", nil)
		if err == nil && len(first) > 0 {
			without, err = c.without(ctx, first[0].ID, files)
		}
	}
	if err != nil {
		// It stands, and nobody knows how: who looks for it finds it.
		return "", helpdesk.Unknown(fmt.Errorf("read ticket %s back: %w", ref, err))
	}
	lacks := []string{}
	for name := range lost {
		lacks = append(lacks, settings[name])
	}
	slices.Sort(lacks)
	if lacks = append(lacks, without...); len(lacks) > 0 {
		return ref, &helpdesk.Incomplete{Lacks: lacks}
	}
	return ref, nil
}

// lost are those of some custom fields' values that a ticket does not have.
func (c *Connector) lost(ctx context.Context, ref string, values map[string]string) (map[string]string, error) {
	got, err := c.ticket(ctx, ref)
	if err != nil {
		return nil, err
	}
	lost := map[string]string{}
	for name, value := range values {
		if strings.TrimSpace(got.value(name)) != strings.TrimSpace(value) {
			lost[name] = value
		}
	}
	return lost, nil
}

var contentLength = regexp.MustCompile(`(?m)^Content-Length: (\d+)\s*$`)

// without names the files that a transaction does not hold to their last byte.
func (c *Connector) without(ctx context.Context, transaction string, files []helpdesk.File) (names []string, err error) {
	parts, err := c.parts(ctx, transaction)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		i := slices.IndexFunc(parts, func(p part) bool { return p.Filename == fileName(f) && p.size() == f.Size })
		if i < 0 {
			names = append(names, "file "+f.ID)
			continue
		}
		parts = slices.Delete(parts, i, i+1)
	}
	return names, nil
}

// part is one of what RT makes of a message: a text, a file, or what holds others.
type part struct{ ID, ContentType, Filename, Headers string }

func (p part) size() int64 {
	found := contentLength.FindStringSubmatch(p.Headers)
	if found == nil {
		return -1
	}
	n, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (c *Connector) parts(ctx context.Context, transaction string) ([]part, error) {
	return list[part](ctx, c, path.Join("/transaction", transaction, "attachments"), "", url.Values{"fields": {"ContentType,Filename,Headers"}})
}

// requestor is a practice as RT's contact.
func (c *Connector) requestor(p helpdesk.Party) string {
	local := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, p.ID)
	address := strings.ReplaceAll(c.rt.Requestor, "{practice}", local)
	name := oneLine(strings.NewReplacer(`"`, " ", `\`, " ").Replace(p.Name))
	if name == "" {
		return address
	}
	return `"` + name + `" <` + address + ">"
}

// describe is what support reads of a request.
func describe(t helpdesk.Ticket) string {
	var s strings.Builder
	line := func(label, value string) {
		if value != "" {
			s.WriteString(label + " : " + value + "\n")
		}
	}
	line("Demande", t.Number)
	line("Cabinet", t.Practice.Name+in(t.Practice.Town))
	line("Auteur", t.Author.Name)
	line("Écrite le", french(t.Written))
	line("Catégorie", cmp.Or(t.TypeLabel, t.Type)+" / "+cmp.Or(t.CategoryLabel, t.Category))
	if len(t.Fields) > 0 {
		s.WriteString("\n")
	}
	for _, f := range t.Fields {
		line(f.Label, f.Value)
	}
	s.WriteString("\n" + t.Text + "\n")
	return s.String()
}

func in(town string) string {
	if town == "" {
		return ""
	}
	return " (" + town + ")"
}

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

func french(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return fmt.Sprintf("%d %s %d à %s UTC", t.Day(), months[t.Month()-1], t.Year(), t.Format("15:04"))
}

// cut shortens a text to a number of characters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
