package portald

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"guichet/internal/disk"
	"guichet/internal/portal"
	"guichet/internal/portald/database"
	"guichet/internal/portald/files"
)

// errOtherDatabase is for what a command does with SQLite alone.
var errOtherDatabase = errors.New("the rows are in PostgreSQL, which has backups of its own: pg_dump first, then a copy of the files")

// Backup writes a portal that may be running into a folder that is new or empty:
// first the rows as they are at one moment, then every file that those name, each
// checked against its hash. Bytes are on the disk before a row says so, so that what
// the rows name is there; what was purged or forgotten meanwhile goes from the backup
// too. What was on its way to the portal is not in it: desks send that again.
func Backup(ctx context.Context, cfg Config, folder string) (files int, err error) {
	if cfg.Postgres != "" {
		return 0, errOtherDatabase
	}
	from, err := openAside(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, from.store.Close()) }()
	if err := emptyFolder(folder); err != nil {
		return 0, err
	}
	if err := from.store.CopyTo(ctx, filepath.Join(folder, "portald.db")); err != nil {
		return 0, err
	}
	faultpoint("rows-copied")
	to, err := openAside(ctx, Config{Data: folder, Log: cfg.Log})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, to.store.Close()) }()
	if files, err = copyFiles(ctx, from, to); err != nil {
		return 0, fmt.Errorf("copy files: %w", err)
	}
	return files, to.store.Scrub(ctx)
}

// Restore makes a portal's folder of a backup. The folder is new or empty. Every desk
// begins anew with it: what they know is of a time that this portal has not seen. The
// numbers go on behind skip more, since those behind the backup were given already.
func Restore(ctx context.Context, cfg Config, folder string, skip int) (files int, err error) {
	if cfg.Postgres != "" {
		return 0, errOtherDatabase
	}
	from, err := openAside(ctx, Config{Data: folder, Log: cfg.Log})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, from.store.Close()) }()
	if err := emptyFolder(cfg.Data); err != nil {
		return 0, err
	}
	if err := from.claimFor(ctx, cfg); err != nil {
		return 0, err
	}
	if err := from.store.CopyTo(ctx, filepath.Join(cfg.Data, "portald.db")); err != nil {
		return 0, err
	}
	to, err := openAside(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, to.store.Close()) }()
	if files, err = copyFiles(ctx, from, to); err != nil {
		return 0, fmt.Errorf("copy files: %w", err)
	}
	return files, to.store.Tx(ctx, func(tx *database.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE feed SET epoch=lower(hex(randomblob(8)))"); err != nil {
			return fmt.Errorf("begin anew: %w", err)
		}
		now := to.Now()
		for _, year := range []int{now.Year(), now.Year() + 1} { // the backup may be of the year before, or of before the first number
			if _, err := tx.ExecContext(ctx, "INSERT INTO counter (year, last) VALUES (?,0) ON CONFLICT (year) DO NOTHING", year); err != nil {
				return fmt.Errorf("skip numbers: %w", err)
			}
		}
		if _, err := tx.ExecContext(ctx, "UPDATE counter SET last=last+?", skip); err != nil {
			return fmt.Errorf("skip numbers: %w", err)
		}
		// The help desk may have been told since: it is looked for there first.
		if _, err := tx.ExecContext(ctx, "UPDATE outbound SET tried_at=? WHERE done_at IS NULL", now.UnixMilli()); err != nil {
			return fmt.Errorf("doubt what was told: %w", err)
		}
		return nil
	})
}

// claimFor makes the files of a configuration those of this portal's rows before they are
// there: whoever else has them would remove what is put there, and rows that stay behind a
// refusal would be started as they are.
func (s *Server) claimFor(ctx context.Context, cfg Config) error {
	to := New(cfg)
	to.store = s.store
	if err := to.openFiles(ctx, files.OpenDiskBeside); err != nil {
		return err
	}
	return errors.Join(to.claimFiles(ctx), to.files.Close())
}

// emptyFolder makes a folder, or takes one that is empty.
func emptyFolder(folder string) error {
	found, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look into folder: %w", err)
	}
	if len(found) > 0 {
		return fmt.Errorf("the folder %s is not empty", folder)
	}
	if err := disk.MakeDir(folder); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	return nil
}

// received are the files that are here in full: of requests, and of messages.
var received = []string{
	"SELECT request FROM file WHERE received=1 GROUP BY request",
	"SELECT message FROM message_file WHERE received=1 GROUP BY message",
}

// copyFiles brings the files that the rows of to name from the files of from.
func copyFiles(ctx context.Context, from, to *Server) (n int, err error) {
	for _, query := range received {
		items, err := to.ids(ctx, query)
		if err != nil {
			return n, err
		}
		for _, item := range items {
			files, err := to.uploads.announcedBy(ctx, item)
			if err != nil {
				return n, err
			}
			for _, f := range files {
				if !f.Received {
					continue
				}
				err := copyFile(ctx, from, to, item, f)
				if err != nil {
					gone, lost := followed(ctx, from, to, item)
					if !gone {
						return n, errors.Join(err, lost)
					}
					break
				}
				n++
			}
		}
	}
	return n, nil
}

// copyFile copies one file, and checks that it is what it was.
func copyFile(ctx context.Context, from, to *Server, item string, f portal.File) error {
	stored, err := from.files.Open(ctx, portal.UploadID(item, f.ID))
	if err != nil {
		return err
	}
	size, sum, err := to.files.Put(ctx, portal.UploadID(item, f.ID), stored)
	if err := errors.Join(err, stored.Close()); err != nil {
		return err
	}
	if size != f.Size || sum != f.SHA256 {
		return fmt.Errorf("the file %s of %s is damaged: other bytes than those of its hash", f.ID, item)
	}
	return nil
}

// followed does with an item whose bytes are gone what was done with it meanwhile:
// its request was purged or forgotten. It is false for any other reason.
func followed(ctx context.Context, from, to *Server, item string) (bool, error) {
	request := item
	m, err := to.store.message(ctx, to.store, item)
	if err != nil {
		return false, err
	}
	if m != nil {
		request = m.Request
	}
	h, err := from.store.request(ctx, from.store, request)
	switch {
	case err != nil:
		return false, err
	case h == nil:
		_, err := to.store.ExecContext(ctx, "DELETE FROM request WHERE id=?", request)
		return err == nil, err
	case h.PurgedAt != nil:
		err := to.Purge(ctx, request, true)
		return err == nil, err
	}
	return false, nil
}
