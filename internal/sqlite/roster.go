package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"guichet/internal/desk"
)

// settingAtDesk is the setting that says who was last at the desk.
const settingAtDesk = "at-desk"

// People lists who is known on this PC, last seen first. Their names are sealed
// for the PC: they are shown before anybody has opened a key.
func (s *Store) People(ctx context.Context) ([]desk.Person, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT body FROM person ORDER BY seen_at DESC, id")
	if err != nil {
		return nil, fmt.Errorf("list people: %w", s.noted(err))
	}
	defer rows.Close()
	out := []desk.Person{}
	for rows.Next() {
		var body []byte
		var p desk.Person
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("list people: %w", err)
		}
		if err := s.unseal(thePC, body, &p); err != nil {
			return nil, fmt.Errorf("list people: %w", s.noted(err))
		}
		if p.Name != "" { // else nothing but a cursor is known of them
			out = append(out, p)
		}
	}
	return out, s.noted(rows.Err())
}

// Owners lists the persons who have anything on this PC, known by a sign-in or
// not.
func (s *Store) Owners(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT person FROM draft UNION SELECT person FROM request UNION SELECT id FROM person ORDER BY 1")
	if err != nil {
		return nil, fmt.Errorf("list owners: %w", s.noted(err))
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var p string
		if err := rows.Scan(&p); err != nil {
			return nil, fmt.Errorf("list owners: %w", err)
		}
		if p != thePC {
			out = append(out, p)
		}
	}
	return out, s.noted(rows.Err())
}

// thePC is the owner of what everybody at this PC may read.
const thePC = ""

// Remember keeps what the portal says of a person.
func (s *Store) Remember(ctx context.Context, p desk.Person, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		body, err := s.seal(thePC, p)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO person (id, token, body, cursor, seen_at) VALUES (?,'',?,'',?)
			ON CONFLICT (id) DO UPDATE SET token='', body=excluded.body, seen_at=excluded.seen_at`, p.ID, body, ms(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("remember person: %w", err)
	}
	return nil
}

// Tokens are what KeepTokens kept of a person, nil if nothing.
func (s *Store) Tokens(ctx context.Context, person string) ([]byte, error) {
	var sealed []byte
	err := s.read.QueryRowContext(ctx, "SELECT tokens FROM person WHERE id=?", person).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) || err == nil && sealed == nil {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", s.noted(err))
	}
	plain, err := s.sealer.Open(person, sealed)
	if err != nil && !closed(err) { // what is altered signs nobody in, and is no loss
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return plain, nil
}

// KeepTokens has what a person shows to the portal on the disk when it returns,
// sealed for them; nil takes it away. It may come before the first Remember.
func (s *Store) KeepTokens(ctx context.Context, person string, plain []byte) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if plain == nil {
			_, err := tx.ExecContext(ctx, "UPDATE person SET tokens=NULL WHERE id=?", person)
			return err
		}
		sealed, err := s.sealer.Seal(person, plain)
		if err != nil {
			return fmt.Errorf("seal: %w", err)
		}
		body, err := s.seal(thePC, desk.Person{ID: person})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO person (id, token, body, cursor, seen_at, tokens) VALUES (?,'',?,'',0,?)
			ON CONFLICT (id) DO UPDATE SET tokens=excluded.tokens`, person, body, sealed)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep tokens: %w", err)
	}
	return nil
}

// AtDesk is who was last at the desk, "" for nobody.
func (s *Store) AtDesk(ctx context.Context) (string, error) { return s.Setting(ctx, settingAtDesk) }

// SetAtDesk keeps who is at the desk.
func (s *Store) SetAtDesk(ctx context.Context, person string) error {
	return s.SaveSettings(ctx, map[string]string{settingAtDesk: person})
}
