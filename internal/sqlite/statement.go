package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// AddStatement keeps what somebody said of a text.
func (s *Store) AddStatement(ctx context.Context, st desk.Statement) error {
	if err := s.tx(ctx, func(tx *sql.Tx) error { return s.putStatement(ctx, tx, st) }); err != nil {
		return fmt.Errorf("add statement: %w", err)
	}
	return nil
}

func (s *Store) putStatement(ctx context.Context, tx *sql.Tx, st desk.Statement) error {
	body, err := s.seal(st.Owner.Person, st.Screened)
	if err != nil {
		return err
	}
	file := ""
	if st.File != uuid.Nil {
		file = st.File.String()
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO statement (id, person, practice, item, file, field, sha256, said_by, said_at, wording, body)
		VALUES (?,?,?,?,?,?,?,?,?,?,?)`, st.ID.String(), st.Owner.Person, st.Owner.Practice, st.Item.String(), file, st.Field, st.SHA256,
		st.By, ms(st.At), st.Wording, body)
	return err
}

// Statements lists what was said of a draft, request or reply in a person's papers,
// the oldest first.
func (s *Store) Statements(ctx context.Context, person string, item uuid.UUID) ([]desk.Statement, error) {
	var out []desk.Statement
	err := s.eachStatement(ctx, s.read, "WHERE item=? AND person=? ORDER BY seq", []any{item.String(), person},
		func(st desk.Statement) error { out = append(out, st); return nil })
	if err != nil {
		return nil, fmt.Errorf("list statements: %w", s.noted(err))
	}
	return out, nil
}

// EachStatement passes all that was said in a person's papers and in the PC's, the
// oldest first, and the number of the request that it was said of, "" as long as
// there is none. It ends with the first error of do.
func (s *Store) EachStatement(ctx context.Context, person string, do func(st desk.Statement, number string) error) error {
	numbers, err := s.numbers(ctx, person)
	if err == nil {
		err = s.eachStatement(ctx, s.read, "WHERE person IN ('', ?) ORDER BY said_at, seq", []any{person},
			func(st desk.Statement) error { return do(st, numbers[st.Item.String()]) })
	}
	if err != nil {
		return fmt.Errorf("list statements: %w", s.noted(err))
	}
	return nil
}

// numbers are those of a person's requests, by the ids of the requests, of what was
// done with them, and of their messages: a reply becomes one.
func (s *Store) numbers(ctx context.Context, person string) (map[string]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, number FROM request WHERE person=?1 AND number<>''
		UNION ALL SELECT act.id, number FROM act JOIN request ON request.id=act.request AND request.person=act.person WHERE act.person=?1 AND number<>''
		UNION ALL SELECT message.id, number FROM message JOIN request ON request.id=message.request AND request.person=message.person
			WHERE message.person=?1 AND number<>''`, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var id, number string
		if err := rows.Scan(&id, &number); err != nil {
			return nil, err
		}
		out[id] = number
	}
	return out, rows.Err()
}

func (s *Store) eachStatement(ctx context.Context, q querier, where string, args []any, do func(desk.Statement) error) error {
	rows, err := q.QueryContext(ctx, "SELECT id, person, practice, item, file, field, sha256, said_by, said_at, wording, body FROM statement "+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var st desk.Statement
		var id, item, file string
		var at int64
		var body []byte
		if err := rows.Scan(&id, &st.Owner.Person, &st.Owner.Practice, &item, &file, &st.Field, &st.SHA256, &st.By, &at, &st.Wording, &body); err != nil {
			return err
		}
		if err := s.unseal(st.Owner.Person, body, &st.Screened); err != nil {
			return err
		}
		for text, into := range map[string]*uuid.UUID{id: &st.ID, item: &st.Item, file: &st.File} {
			if text == "" {
				continue
			}
			if *into, err = uuid.Parse(text); err != nil {
				return desk.ErrDamaged.With(err)
			}
		}
		st.At = fromMS(at)
		if err := do(st); err != nil {
			return err
		}
	}
	return rows.Err()
}

// moveStatements gives what was said of one item to another, its files apart: they
// have new ids, each by the old.
func moveStatements(ctx context.Context, tx *sql.Tx, person string, from, to uuid.UUID, files map[string]string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE statement SET item=? WHERE item=? AND person=?", to.String(), from.String(), person); err != nil {
		return err
	}
	for old, id := range files {
		if _, err := tx.ExecContext(ctx, "UPDATE statement SET file=? WHERE file=? AND person=?", id, old, person); err != nil {
			return err
		}
	}
	return nil
}
