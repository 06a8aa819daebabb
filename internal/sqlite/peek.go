package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Settings reads the settings of a data folder, whether or not a Guichet has it, and
// changes nothing there. A folder without a database has none.
func Settings(ctx context.Context, dir string) (out map[string]string, err error) {
	found, err := peek(dir, func(db *sql.DB) error {
		out, err = settingsIn(ctx, db)
		return err
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("read settings: %w", err)
	case !found:
		return map[string]string{}, nil
	}
	return out, nil
}

// peek looks into the database of a data folder beside whoever has it, and changes
// nothing there; false where there is none. It is not for the program that has the
// folder itself: on Unix its locks would go with the file that is closed here.
func peek(dir string, look func(*sql.DB) error) (found bool, err error) {
	path := filepath.Join(dir, "guichet.db")
	before, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	// Without a log nobody has it open, and SQLite need not look for one. With one it is
	// read beside whoever has it; a log that was left behind stays, since it is the mark
	// for a check.
	log := func() bool { _, err := os.Stat(path + "-wal"); return err == nil }
	alone := !log()
	options := "mode=ro&_busy_timeout=5000"
	if alone {
		options = "immutable=1"
	}
	db, err := sql.Open("sqlite", dsn(path, options))
	if err != nil {
		return true, err
	}
	err = errors.Join(look(db), db.Close())
	if after, e := os.Stat(path); err != nil && alone && (log() || e == nil && !after.ModTime().Equal(before.ModTime())) {
		return peek(dir, look) // somebody has come meanwhile
	}
	return true, err
}

func settingsIn(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT key, value FROM setting")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		out[key] = value
	}
	return out, rows.Err()
}
