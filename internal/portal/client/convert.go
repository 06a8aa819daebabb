package client

import (
	"errors"
	"slices"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/markup"
	"guichet/internal/portal"

	"github.com/google/uuid"
)

func personOf(me portal.Me) desk.Person {
	p := desk.Person{ID: me.ID, Name: me.Name, Preferred: me.Preferred}
	for _, w := range me.Practices {
		practice := desk.Practice{ID: w.ID, Name: w.Name, Town: w.Town, Admins: w.Admins}
		for _, role := range w.Roles {
			practice.Roles = append(practice.Roles, desk.Role(role))
		}
		p.Practices = append(p.Practices, practice)
	}
	return p
}

func putOf(r desk.Request) portal.RequestPut {
	out := portal.RequestPut{
		Revision: r.Revision, Practice: r.Owner.Practice, CatalogueVersion: r.CatalogueVersion, Type: r.Type,
		Category: r.Category, Values: r.Values, Files: []portal.File{}, WrittenAt: r.WrittenAt, SubmittedAt: r.SubmittedAt,
	}
	for _, f := range r.Files {
		c := f.Confirmation
		out.Files = append(out.Files, portal.File{
			ID: f.ID.String(), Name: f.Name, Size: f.Size, Media: f.Media, SHA256: f.SHA256,
			Confirmation: &portal.Confirmation{By: confirmedBy(c, r), At: c.At, Wording: c.Wording, SHA256: c.SHA256},
		})
	}
	return out
}

// confirmedBy is who answers for the statement: whoever made it, or the sender
// who took over a draft of the PC.
func confirmedBy(c desk.Confirmation, r desk.Request) string {
	if c.By == "" {
		return r.Owner.Person
	}
	return c.By
}

func problemsOf(in []portal.FieldProblem) []desk.Problem {
	var out []desk.Problem
	for _, p := range in {
		q := desk.Problem{Field: p.Field, Code: p.Code, Max: p.Max, Min: p.Min, Actual: p.Actual}
		if p.Text != nil {
			t := desk.Text(*p.Text)
			q.Text = &t
		}
		out = append(out, q)
	}
	return out
}

// changeOf reads news about a request, into the reader's own partition.
func changeOf(w portal.Change, reader string) (desk.Change, error) {
	id, err := uuid.Parse(w.Request.ID)
	if err != nil || w.Request.Number == "" {
		return desk.Change{}, errors.New("change is about no request")
	}
	out := desk.Change{Request: desk.Request{
		ID: id, Revision: w.Request.Revision, Owner: desk.Owner{Person: reader, Practice: w.Request.Practice},
		CatalogueVersion: w.Request.CatalogueVersion, Type: w.Request.Type, Category: w.Request.Category,
		Values: w.Request.Values, Number: w.Request.Number, PortalStatus: desk.PortalStatus(w.Request.Status),
		WrittenAt: w.Request.WrittenAt, SubmittedAt: w.Request.SubmittedAt, UpdatedAt: w.Request.UpdatedAt,
	}}
	r := &out.Request
	r.Author, r.Priority, r.Watchers = desk.Author{ID: w.Request.Author.ID, Name: w.Request.Author.Name}, desk.Priority(w.Request.Priority), watchersOf(w.Request.Watchers)
	r.ReceivedAt, r.TakenAt = timeOf(w.Request.ReceivedAt), timeOf(w.Request.TakenAt)
	r.AnsweredAt, r.ClosedAt = timeOf(w.Request.AnsweredAt), timeOf(w.Request.ClosedAt)
	r.Watching = slices.ContainsFunc(r.Watchers, func(a desk.Author) bool { return a.ID == reader })
	for _, kind := range w.Request.Allowed {
		if !strings.Contains(kind, ",") { // they are kept by commas
			r.Allowed = append(r.Allowed, desk.ActKind(kind))
		}
	}
	out.PurgedAt = timeOf(w.Request.PurgedAt)
	if r.Files, err = filesOf(w.Request.Files); err != nil {
		return desk.Change{}, err
	}
	for _, m := range w.Messages {
		message, err := messageOf(m, id, reader)
		if err != nil {
			return desk.Change{}, err
		}
		out.Messages = append(out.Messages, message)
	}
	return out, nil
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// messageOf reads a message. What support wrote as HTML is cleaned here, before
// anybody stores or shows it.
func messageOf(m portal.Message, request uuid.UUID, reader string) (desk.Message, error) {
	id, err := uuid.Parse(m.ID)
	if err != nil {
		return desk.Message{}, errors.New("message has no id")
	}
	out := desk.Message{ID: id, Request: request, Author: m.Author.Name, Support: m.Author.Support, Mine: m.Author.ID == reader, Text: m.Text, At: m.At}
	if m.HTML != "" {
		out.HTML = markup.Clean(m.HTML)
	}
	out.Files, err = filesOf(m.Files)
	return out, err
}

func filesOf(in []portal.File) (out []desk.File, err error) {
	for _, w := range in {
		f, err := fileOf(w)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func fileOf(w portal.File) (desk.File, error) {
	id, err := uuid.Parse(w.ID)
	if err != nil {
		return desk.File{}, errors.New("file has no id")
	}
	f := desk.File{ID: id, Name: w.Name, Size: w.Size, Media: w.Media, SHA256: w.SHA256}
	if c := w.Confirmation; c != nil {
		f.Confirmation = desk.Confirmation{By: c.By, At: c.At, Wording: c.Wording, SHA256: c.SHA256}
	}
	return f, nil
}
