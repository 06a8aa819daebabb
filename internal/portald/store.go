package portald

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"guichet/internal/portald/database"
	"guichet/internal/portald/files"
)

//go:embed migrations
var migrations embed.FS

// store is what the portal remembers. What a method has done when it returns is on
// the disk: a number is given once and never forgotten.
type store struct{ *database.DB }

// openStore opens the PostgreSQL that an address names, or SQLite in the folder
// if it is "".
func openStore(ctx context.Context, folder, address string) (*store, error) {
	scripts, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	var db *database.DB
	if address != "" {
		db, err = database.OpenPostgres(ctx, address, scripts, "SELECT change FROM feed")
	} else {
		db, err = database.OpenSQLite(ctx, filepath.Join(folder, "portald.db"), scripts)
	}
	if err != nil {
		return nil, err
	}
	return &store{db}, nil
}

// openFiles opens the bucket of the configuration, or the folder in that way.
func (s *Server) openFiles(ctx context.Context, open func(context.Context, string) (*files.Disk, error)) error {
	if s.cfg.S3 != nil {
		bucket, err := files.OpenS3(ctx, *s.cfg.S3)
		if err == nil {
			s.files = bucket
		}
		return err
	}
	folder, err := open(ctx, s.cfg.filesFolder())
	if err == nil {
		folder.Synced = func() { faultpoint("file-synced") }
		s.files = folder
	}
	return err
}

// has tells whether a query finds a row; what is that for its error.
func has(ctx context.Context, q database.Querier, what, query string, args ...any) (found bool, err error) {
	if err := q.QueryRowContext(ctx, "SELECT EXISTS ("+query+")", args...).Scan(&found); err != nil {
		return false, fmt.Errorf("look for %s: %w", what, err)
	}
	return found, nil
}

// id is the portal's own, made once: whoever has a backup of the rows has it too.
func (s *store) id(ctx context.Context) (id string, err error) {
	if err := s.QueryRowContext(ctx, "SELECT id FROM portal").Scan(&id); err != nil {
		return "", fmt.Errorf("read the portal's id: %w", err)
	}
	return id, nil
}

// keepCatalogue remembers a catalogue that is served from now on.
func (s *store) keepCatalogue(ctx context.Context, version int, body []byte, now time.Time) error {
	if _, err := s.ExecContext(ctx, "INSERT INTO catalogue (version, body, served_at) VALUES (?,?,?) ON CONFLICT (version) DO UPDATE SET body=excluded.body",
		version, body, now.UnixMilli()); err != nil {
		return fmt.Errorf("keep catalogue: %w", err)
	}
	return nil
}

// catalogues reads every catalogue that was ever served.
func (s *store) catalogues(ctx context.Context) (bodies [][]byte, err error) {
	rows, err := s.QueryContext(ctx, "SELECT body FROM catalogue")
	if err != nil {
		return nil, fmt.Errorf("read catalogues: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("read catalogues: %w", err)
		}
		bodies = append(bodies, body)
	}
	return bodies, rows.Err()
}
