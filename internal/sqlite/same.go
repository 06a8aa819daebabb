package sqlite

import (
	"context"
	"fmt"

	"guichet/internal/desk"
)

// mostSame bounds how many rows with one number are looked at.
const mostSame = 50

// Same lists the person's drafts and requests, and the PC's drafts, that name the
// same invoice, order, contract or document, last changed first, so many at the
// most. It finds what has been read of the text until now, see IndexText;
// desk.ErrNotNow if nothing has.
func (s *Store) Same(ctx context.Context, person, number string) ([]FoundRow, error) {
	out, err := s.same(ctx, person, number)
	if err != nil {
		return nil, fmt.Errorf("find the same number: %w", s.noted(err))
	}
	return out, nil
}

func (s *Store) same(ctx context.Context, person, number string) ([]FoundRow, error) {
	bare := desk.BareNumber(number)
	if bare == "" {
		return nil, nil
	}
	db, err := s.text.ready(ctx, s, person)
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, `SELECT DISTINCT kind, seq, id FROM text.number JOIN text.doc ON doc.id=number.doc
		WHERE number.bare=? ORDER BY id DESC LIMIT ?`, bare, mostSame)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []key
	for rows.Next() {
		var k key
		var id int64
		if err := rows.Scan(&k.kind, &k.seq, &id); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return s.load(ctx, person, keys)
}
