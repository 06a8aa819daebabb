package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// SaveCatalogue keeps a version of the catalogue. Older ones stay, since
// drafts are pinned to them.
func (s *Store) SaveCatalogue(ctx context.Context, version int, etag string, body []byte, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO catalogue (version, etag, body, fetched_at) VALUES (?,?,?,?)
			ON CONFLICT (version) DO UPDATE SET etag=excluded.etag, body=excluded.body, fetched_at=excluded.fetched_at`, version, etag, body, ms(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("save catalogue: %w", err)
	}
	return nil
}

// Catalogues returns every stored version, newest first, and the newest one's
// ETag ("" if none).
func (s *Store) Catalogues(ctx context.Context) (bodies [][]byte, etag string, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT etag, body FROM catalogue ORDER BY version DESC")
	if err != nil {
		return nil, "", fmt.Errorf("read catalogues: %w", s.noted(err))
	}
	defer rows.Close()
	for rows.Next() {
		var tag string
		var body []byte
		if err := rows.Scan(&tag, &body); err != nil {
			return nil, "", fmt.Errorf("read catalogues: %w", err)
		}
		if len(bodies) == 0 {
			etag = tag
		}
		bodies = append(bodies, body)
	}
	return bodies, etag, s.noted(rows.Err())
}

// Setting reads a setting, "" if it was never made.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var v string
	err := s.read.QueryRowContext(ctx, "SELECT value FROM setting WHERE key=?", key).Scan(&v)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read setting: %w", s.noted(err))
	}
	return v, nil
}

// SaveSettings stores settings together.
func (s *Store) SaveSettings(ctx context.Context, settings map[string]string) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		for k, v := range settings {
			if _, err := tx.ExecContext(ctx, "INSERT INTO setting (key, value) VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value", k, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	return nil
}
