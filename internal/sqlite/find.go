package sqlite

import (
	"context"
	"fmt"
	"slices"

	"guichet/internal/desk"
)

// Found is a part of a list of drafts and requests.
type Found struct {
	Rows []FoundRow
	More bool // there are others behind them
}

// FoundRow is one row of it: a draft or a request, the other one is nil.
type FoundRow struct {
	Draft   *desk.Draft
	Request *desk.Request
}

// Find lists what of the person's drafts and requests, and of the PC's drafts, a
// query asks for: most rows from the offset on. Words are looked for in what has
// been read of the text until now, see IndexText; desk.ErrNotNow if nothing has.
func (s *Store) Find(ctx context.Context, person string, q desk.Query, offset, most int) (Found, error) {
	out, err := s.find(ctx, person, q, offset, most)
	if err != nil {
		return out, fmt.Errorf("find: %w", s.noted(err))
	}
	return out, nil
}

func (s *Store) find(ctx context.Context, person string, q desk.Query, offset, most int) (Found, error) {
	keys, err := s.keys(ctx, person, q, offset, most+1)
	if err != nil {
		return Found{}, err
	}
	out := Found{More: len(keys) > most}
	out.Rows, err = s.load(ctx, person, keys[:min(len(keys), most)])
	return out, err
}

// Each calls do with every row that a query asks for, as they stood when it was
// called; what has gone meanwhile is left out. It ends with an error of do.
func (s *Store) Each(ctx context.Context, person string, q desk.Query, do func(FoundRow) error) error {
	keys, err := s.keys(ctx, person, q, 0, All)
	if err != nil {
		return fmt.Errorf("find: %w", s.noted(err))
	}
	for piece := range slices.Chunk(keys, textPiece) {
		rows, err := s.load(ctx, person, piece)
		if err != nil {
			return fmt.Errorf("find: %w", s.noted(err))
		}
		for _, row := range rows {
			if err := do(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// keys lists what a query asks for, so many at the most from the offset on, or All.
func (s *Store) keys(ctx context.Context, person string, q desk.Query, offset, most int) ([]key, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	db, sel, err := s.selection(ctx, person, q)
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, sel.rows(), append(sel.args, most, offset)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []key
	for rows.Next() {
		var k key
		var by any
		if err := rows.Scan(&k.kind, &k.seq, &by); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// Total counts what a query asks for.
func (s *Store) Total(ctx context.Context, person string, q desk.Query) (n int, err error) {
	if err := q.Check(); err != nil {
		return 0, err
	}
	db, sel, err := s.selection(ctx, person, q)
	if err == nil {
		err = db.QueryRowContext(ctx, sel.count(), sel.args...).Scan(&n)
	}
	if err != nil {
		return 0, fmt.Errorf("count what is found: %w", s.noted(err))
	}
	return n, nil
}

// key names a draft or a request by its row.
type key struct {
	kind kind
	seq  int64
}

// kind is what a row is of.
type kind int

const (
	kindDraft kind = iota
	kindRequest
)
