package portald

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"guichet/internal/portald/database"
	"guichet/internal/portald/files"
)

// claimFiles makes the files this portal's, or tells why they cannot be: what a database
// does not know of is swept, and were the files of another one that would be all.
func (s *Server) claimFiles(ctx context.Context) error {
	id, err := s.store.id(ctx)
	if err != nil {
		return err
	}
	if err := s.mayHave(ctx, s.store, id); err != nil {
		return err
	}
	whose, err := s.files.Claim(ctx, id)
	if err == nil && whose != id { // somebody was faster
		err = s.cfg.anothers()
	}
	return err
}

// mayHave tells why a portal with that id and these rows may not have the files. Those that
// nobody has marked are from before there were marks: whose they are, the rows tell. Without
// rows, nil, none of them is known.
func (s *Server) mayHave(ctx context.Context, rows database.Querier, id string) error {
	switch whose, err := s.files.Owner(ctx); {
	case err != nil:
		return err
	case whose == "":
	case whose == id:
		return nil
	default:
		return s.cfg.anothers()
	}
	found, err := s.files.List(ctx, "")
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(id string) bool { return !isUpload(id) })
	if len(found) == 0 {
		return nil
	}
	for part := range slices.Chunk(found, tidyAtOnce) {
		if rows == nil {
			break
		}
		if strays, err := s.unannounced(ctx, rows, part); err != nil || len(strays) < len(part) {
			return err
		}
	}
	where, _, own := s.cfg.place()
	return fmt.Errorf("there are files in %s, and this database knows none of them: it is new, or another portal's. The portal would remove them all. Give it %s, or the database that belongs to the files; if nobody needs them any more, delete them", where, own)
}

func (c Config) anothers() error {
	where, mark, own := c.place()
	return fmt.Errorf("the files in %s are those of another portal, with another database. This one would remove them. Give it %s, or the database that belongs to the files. If that is lost for good, or this is a backup of it from before files were marked, delete %s: what this database knows of the files is kept then, the rest is removed, and if it knows none of them the portal still does not start", where, own, mark)
}

// place says where the files are, what bears the mark of whose they are, and what another
// portal is to be given in their place.
func (c Config) place() (where, mark, own string) {
	if c.S3 == nil {
		folder := c.filesFolder()
		return "the folder " + folder, "the file " + filepath.Join(folder, files.Mark), "a --data folder of its own"
	}
	where = "the bucket " + c.S3.Bucket
	if c.S3.Prefix != "" {
		where += " below " + c.S3.Prefix
	}
	return where, "the object " + c.S3.Prefix + files.Mark + " of the bucket " + c.S3.Bucket, "an --s3-prefix or a bucket of its own"
}

func (c Config) filesFolder() string { return filepath.Join(c.Data, "files") }

// lookAtOwner tells what claimFiles would of files that can be reached, and claims nothing.
func (c Config) lookAtOwner(ctx context.Context, kept files.Store) (err error) {
	s := New(c)
	s.files = kept
	rows, err := c.glance(ctx)
	if errors.Is(err, os.ErrNotExist) {
		return s.mayHave(ctx, nil, "")
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	begun, err := rows.Has(ctx, "request")
	named, nameErr := rows.Has(ctx, "portal")
	if err := errors.Join(err, nameErr); err != nil {
		return err
	}
	switch {
	case !begun:
		return s.mayHave(ctx, nil, "")
	case named:
		id, err := (&store{rows}).id(ctx)
		if err != nil {
			return err
		}
		return s.mayHave(ctx, rows, id)
	}
	whose, err := kept.Owner(ctx) // the rows are from before there were marks: the start gives them an id
	if err == nil && whose != "" {
		err = c.anothers()
	}
	return err
}

// glance opens the database for looking at it as it is; os.ErrNotExist if there is none.
func (c Config) glance(ctx context.Context) (*database.DB, error) {
	if c.Postgres != "" {
		return database.GlanceAtPostgres(ctx, c.Postgres)
	}
	return database.GlanceAtSQLite(filepath.Join(c.Data, "portald.db"))
}
