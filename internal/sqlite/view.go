package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"guichet/internal/desk"
)

// viewBody is what of a named combination of filters is sealed: a name and words
// to search for may tell what a request is about.
type viewBody struct {
	Name  string
	Query desk.Query
}

// Views lists a person's named combinations of filters, in the order in which they
// were made.
func (s *Store) Views(ctx context.Context, person string) ([]desk.NamedQuery, error) {
	out, err := s.views(ctx, person)
	if err != nil {
		return nil, fmt.Errorf("list views: %w", s.noted(err))
	}
	return out, nil
}

func (s *Store) views(ctx context.Context, person string) ([]desk.NamedQuery, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, body FROM view WHERE person=? ORDER BY seq", person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []desk.NamedQuery{}
	for rows.Next() {
		var v desk.NamedQuery
		var sealed []byte
		var b viewBody
		if err := rows.Scan(&v.ID, &sealed); err != nil {
			return nil, err
		}
		if err := s.unseal(person, sealed, &b); err != nil {
			return nil, err
		}
		v.Name, v.Query = b.Name, b.Query
		out = append(out, v)
	}
	return out, rows.Err()
}

// SaveView keeps a combination of filters, in the place of the one with that ID.
func (s *Store) SaveView(ctx context.Context, person string, v desk.NamedQuery) error {
	body, err := s.seal(person, viewBody{v.Name, v.Query})
	if err != nil {
		return fmt.Errorf("save view: %w", err)
	}
	err = s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO view (id, person, body) VALUES (?,?,?)
			ON CONFLICT (id, person) DO UPDATE SET body=excluded.body`, v.ID, person, body)
		return err
	})
	if err != nil {
		return fmt.Errorf("save view: %w", err)
	}
	return nil
}

// DropView forgets a combination of filters, if there is one with that ID.
func (s *Store) DropView(ctx context.Context, person, id string) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM view WHERE id=? AND person=?", id, person)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop view: %w", err)
	}
	return nil
}

// Contracts lists the contracts that the portal told a person of last.
func (s *Store) Contracts(ctx context.Context, person string) ([]desk.Contract, error) {
	out, err := s.contracts(ctx, person)
	if err != nil {
		return nil, fmt.Errorf("list contracts: %w", s.noted(err))
	}
	return out, nil
}

func (s *Store) contracts(ctx context.Context, person string) ([]desk.Contract, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT body FROM contract WHERE person=? ORDER BY seq", person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []desk.Contract{}
	for rows.Next() {
		var sealed []byte
		var c desk.Contract
		if err := rows.Scan(&sealed); err != nil {
			return nil, err
		}
		if err := s.unseal(person, sealed, &c); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// SaveContracts keeps what the portal tells of a person's contracts now, in the
// place of what it told before.
func (s *Store) SaveContracts(ctx context.Context, person string, contracts []desk.Contract, seen int64) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM contract WHERE person=?", person); err != nil {
			return err
		}
		for _, c := range contracts {
			body, err := s.seal(person, c)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO contract (id, person, body, seen) VALUES (?,?,?,?)", c.ID, person, body, seen); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save contracts: %w", err)
	}
	return nil
}
