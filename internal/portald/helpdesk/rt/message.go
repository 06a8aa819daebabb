package rt

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"guichet/internal/portald/helpdesk"
)

// message reads what was said in a transaction, without its files' bytes.
func (c *Connector) message(ctx context.Context, transaction string) (*helpdesk.Message, error) {
	parts, err := c.parts(ctx, transaction)
	if err != nil {
		return nil, err
	}
	m := &helpdesk.Message{Files: []helpdesk.Attachment{}}
	texts, pages := []string{}, []string{}
	for _, p := range parts {
		isText := p.Filename == "" && (p.ContentType == "text/plain" || p.ContentType == "text/html")
		switch {
		case strings.HasPrefix(p.ContentType, "multipart/"):
			continue
		case !isText:
			m.Files = append(m.Files, helpdesk.Attachment{ID: p.ID, Name: p.Filename, Media: p.ContentType, Size: max(p.size(), 0)})
			continue
		}
		body, err := c.bytes(ctx, p.ID)
		if err != nil && !errors.Is(err, helpdesk.ErrGone) { // what is left of it is told
			return nil, err
		}
		said := strings.ToValidUTF8(string(body), "\uFFFD")
		if p.ContentType == "text/html" {
			pages = append(pages, said)
		} else {
			texts = append(texts, strings.TrimSpace(said))
		}
	}
	m.Text, m.HTML = strings.Join(texts, "\n\n"), strings.Join(pages, "\n")
	if len(texts) == 0 {
		m.Text = helpdesk.Plain(m.HTML)
	}
	return m, nil
}

// bytes reads a part whole; helpdesk.ErrGone if RT has lost it.
func (c *Connector) bytes(ctx context.Context, id string) ([]byte, error) {
	if number(id) <= 0 {
		return nil, errors.New("that is no attachment of RT's")
	}
	var got struct{ Content *string }
	if err := c.get(ctx, "/attachment/"+id, nil, &got); err != nil {
		return nil, err
	}
	if got.Content == nil {
		return nil, fmt.Errorf("attachment %s: %w", id, helpdesk.ErrGone) // only its row is left
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, strings.NewReader(*got.Content)))
	if err != nil {
		return nil, fmt.Errorf("attachment %s: %w", id, err)
	}
	return body, nil
}

// Open implements helpdesk.Connector. RT gives files in JSON only: one at a time is
// held in memory.
func (c *Connector) Open(ctx context.Context, ref, file string) (io.ReadCloser, error) {
	body, err := c.bytes(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("open file %s of ticket %s: %w", file, ref, err)
	}
	return io.NopCloser(strings.NewReader(string(body))), nil
}
