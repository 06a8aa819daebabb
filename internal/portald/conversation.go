package portald

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/database"
)

const messageColumns = "id, request, author, name, support, body, html, files, received, at, purged"

func scanMessage(row interface{ Scan(...any) error }) (portal.Message, error) {
	var m portal.Message
	var files []byte
	var at int64
	var purged bool
	if err := row.Scan(&m.ID, &m.Request, &m.Author.ID, &m.Author.Name, &m.Author.Support, &m.Text, &m.HTML, &files, &m.Received, &at, &purged); err != nil {
		return m, err
	}
	if json.Unmarshal(files, &m.Files) != nil {
		return m, fmt.Errorf("stored message %s cannot be read", m.ID)
	}
	m.At = time.UnixMilli(at).UTC()
	for i := range m.Files {
		m.Files[i].Received = m.Received && !purged
	}
	return m, nil
}

// messages reads the conversations about requests, those that are received, and
// what their author alone may see if author is given.
func (s *store) messages(ctx context.Context, q database.Querier, requests []string, author string) (map[string][]portal.Message, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+messageColumns+` FROM message WHERE request IN (SELECT value FROM json_each(?)) AND (received=1 OR author=?)
		ORDER BY at, seq`, asJSON(requests), author)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	defer rows.Close()
	out := map[string][]portal.Message{}
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, fmt.Errorf("read messages: %w", err)
		}
		out[m.Request] = append(out[m.Request], m)
	}
	return out, rows.Err()
}

// conversation is messages about one request, with what has arrived of those
// that are the author's alone.
func (s *store) conversation(ctx context.Context, q database.Querier, request, author string) ([]portal.Message, error) {
	found, err := s.messages(ctx, q, []string{request}, author)
	if err != nil {
		return nil, err
	}
	list := found[request]
	for i := range list {
		if err := s.markArrived(ctx, q, &list[i]); err != nil {
			return nil, err
		}
	}
	if list == nil {
		list = []portal.Message{}
	}
	return list, nil
}

// message reads one message with what has arrived of its files; nil if there is
// none.
func (s *store) message(ctx context.Context, q database.Querier, id string) (*portal.Message, error) {
	if id != database.Storable(id) {
		return nil, nil
	}
	m, err := scanMessage(q.QueryRowContext(ctx, "SELECT "+messageColumns+" FROM message WHERE id=?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	return &m, s.markArrived(ctx, q, &m)
}

func (s *store) markArrived(ctx context.Context, q database.Querier, m *portal.Message) error {
	if m.Received {
		return nil
	}
	return s.marked(ctx, q, "SELECT id FROM message_file WHERE message=? AND received=1", m.ID, m.Files)
}

// marked sets Received on the files whose ids a query finds.
func (s *store) marked(ctx context.Context, q database.Querier, query, item string, files []portal.File) error {
	rows, err := q.QueryContext(ctx, query, item)
	if err != nil {
		return fmt.Errorf("read files: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("read files: %w", err)
		}
		for i := range files {
			if files[i].ID == id {
				files[i].Received = true
			}
		}
	}
	return rows.Err()
}

// addMessage stores a message that is new. It is received at once if it has no
// files.
func (s *store) addMessage(ctx context.Context, tx *database.Tx, m portal.Message, writtenAt time.Time) error {
	files, err := json.Marshal(m.Files)
	if err != nil {
		return fmt.Errorf("encode files: %w", err)
	}
	if m.Files == nil {
		files = []byte("[]")
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO message (id, request, author, name, support, body, html, files, received, at, written_at) VALUES (?,?,?,?,?,?,?,?,0,?,?)",
		m.ID, m.Request, m.Author.ID, m.Author.Name, m.Author.Support, m.Text, m.HTML, string(files), m.At.UnixMilli(), writtenAt.UnixMilli()); err != nil {
		return fmt.Errorf("store message: %w", err)
	}
	for _, f := range m.Files {
		if _, err := tx.ExecContext(ctx, "INSERT INTO message_file (message, id, size, received) VALUES (?,?,?,0)", m.ID, f.ID, f.Size); err != nil {
			return fmt.Errorf("announce file: %w", err)
		}
	}
	_, err = s.receive(ctx, tx, m.ID, m.At)
	return err
}

// receive makes a message part of the conversation, if all of its files have
// arrived and it is not part of it yet.
func (s *store) receive(ctx context.Context, tx *database.Tx, id string, now time.Time) (bool, error) {
	var request string
	var support bool
	err := tx.QueryRowContext(ctx, `UPDATE message SET received=1, at=? WHERE id=? AND received=0
		AND NOT EXISTS (SELECT 1 FROM message_file WHERE message_file.message=message.id AND message_file.received=0) RETURNING request, support`,
		now.UnixMilli(), id).Scan(&request, &support)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("receive message: %w", err)
	}
	faultpoint("message-received")
	if support {
		if _, err := tx.ExecContext(ctx, "UPDATE request SET answered_at=coalesce(answered_at, ?) WHERE id=?", now.UnixMilli(), request); err != nil {
			return false, fmt.Errorf("note answer: %w", err)
		}
	}
	_, err = s.changed(ctx, tx, request, now)
	return true, err
}

// ended are the statuses in which a request has a ClosedAt.
var ended = []desk.PortalStatus{desk.PortalResolved, desk.PortalClosed, desk.PortalWithdrawn}

// setStatus moves a request on; the caller notes the change.
func (s *store) setStatus(ctx context.Context, tx *database.Tx, id string, status desk.PortalStatus, now time.Time) error {
	var closed any
	if slices.Contains(ended, status) {
		closed = now.UnixMilli()
	}
	if _, err := tx.ExecContext(ctx, "UPDATE request SET status=?1, closed_at=CASE WHEN CAST(?2 AS bigint) IS NULL THEN NULL ELSE coalesce(closed_at, ?2) END WHERE id=?3",
		status, closed, id); err != nil {
		return fmt.Errorf("set status: %w", err)
	}
	return nil
}
