package portald

import (
	"context"
	"io"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/helpdesk"
)

// ticket is a request as the help desk is told.
func (s *Server) ticket(ctx context.Context, h *held) (helpdesk.Ticket, error) {
	t := helpdesk.Ticket{
		Request: h.ID, Number: h.Number, Type: h.Type, Category: h.Category, Subject: h.Values[desk.KeySubject], Text: h.Values[desk.KeyDescription],
		Practice: helpdesk.Party{ID: h.Practice, Name: h.practice.Name, Town: h.practice.Town},
		Author:   helpdesk.Party{ID: h.Author.ID, Name: h.Author.Name}, Written: h.WrittenAt, Files: s.outgoing(h.ID, h.Files),
	}
	typ, known := s.rulebook(h.CatalogueVersion).Type(h.Type)
	if !known {
		return t, &helpdesk.Refusal{Reason: "the catalogue has no type " + h.Type}
	}
	category, _ := typ.Category(h.Category)
	t.TypeLabel, t.CategoryLabel = typ.Label.FR, category.Label.FR
	for _, f := range category.Fields {
		value := h.Values[f.Key]
		if f.Key == desk.KeySubject || f.Key == desk.KeyDescription || value == "" {
			continue
		}
		for _, o := range f.Options {
			if o.Value == value {
				value = o.Label.FR
			}
		}
		t.Fields = append(t.Fields, helpdesk.Field{Key: f.Key, Label: f.Label.FR, Value: value})
	}
	return t, ctx.Err()
}

// reply is a message of the practice as the help desk is told.
func (s *Server) reply(ctx context.Context, h *held, id string) (helpdesk.Reply, error) {
	m, err := s.store.message(ctx, s.store, id)
	switch {
	case err != nil:
		return helpdesk.Reply{}, err
	case m == nil:
		return helpdesk.Reply{}, &helpdesk.Refusal{Reason: "the message is not there any more"}
	}
	return helpdesk.Reply{
		ID: id, Request: h.ID, Author: helpdesk.Party{ID: m.Author.ID, Name: m.Author.Name}, Text: m.Text, Written: m.At, Files: s.outgoing(id, m.Files),
	}, nil
}

func (s *Server) outgoing(item string, files []portal.File) (out []helpdesk.File) {
	for _, f := range files {
		out = append(out, helpdesk.File{ID: f.ID, Name: f.Name, Media: f.Media, Size: f.Size, SHA256: f.SHA256,
			Open: func(ctx context.Context) (io.ReadCloser, error) {
				return s.files.Open(ctx, portal.UploadID(item, f.ID))
			}})
	}
	return out
}
