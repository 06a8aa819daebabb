package portald

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/database"
	"guichet/internal/portald/files"
)

// What stands in the place of what was purged: desks that know nothing of purging show
// it.
const (
	purgedText = "Contenu effacé."
	purgedName = "fichier effacé"
)

// ErrUntold says that what is to be purged has not all gone to the help desk: it would
// be lost.
var ErrUntold = errors.New("the help desk has not been told all of it yet")

// Purge takes the content of a numbered request away: what was filled in, what was
// said, the names and bytes of files. Its number, practice, type, category, states and
// dates stay, and so do the digest of what was sent and the hash and size of each file:
// it can be proven what it was. name is its number or id. What the help desk has not
// been told is ErrUntold, unless untold lets it be dropped too. To purge once more is
// no error.
func (s *Server) Purge(ctx context.Context, name string, untold bool) error {
	var id string
	err := s.store.QueryRowContext(ctx, "SELECT id FROM request WHERE number=?1 OR id=?1 AND number IS NOT NULL", name).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("no request has the number or id %q", name)
	}
	if err != nil {
		return fmt.Errorf("find request: %w", err)
	}
	return s.purgeIf(ctx, id, untold, func(database.Querier) (bool, error) { return true, nil })
}

// purgeIf purges the request with that id if it is still to be, when nobody can change it.
func (s *Server) purgeIf(ctx context.Context, id string, untold bool, still func(database.Querier) (bool, error)) error {
	for _, key := range []string{forwardKey(id), id} { // nobody is telling the help desk just now
		unlock, err := s.store.Lock(ctx, key)
		if err != nil {
			return err
		}
		defer unlock()
	}
	items := []string{id}
	err := s.store.Tx(ctx, func(tx *database.Tx) error {
		if so, err := still(tx); err != nil || !so {
			items = nil
			return err
		}
		said, err := s.idsIn(ctx, tx, "SELECT id FROM message WHERE request=? AND files<>'[]'", id)
		if err != nil {
			return err
		}
		items = append(items, said...)
		return s.purge(ctx, tx, id, untold)
	}, id)
	if err != nil {
		return fmt.Errorf("purge request: %w", err)
	}
	if items == nil {
		return nil
	}
	faultpoint("request-purged")
	s.store.Changed()
	var errs []error
	for _, item := range items {
		errs = append(errs, s.uploads.drop(ctx, item, nil))
	}
	return errors.Join(append(errs, s.store.Scrub(ctx))...)
}

// purge takes the rows' content away.
func (s *Server) purge(ctx context.Context, tx *database.Tx, id string, untold bool) error {
	var waits bool
	var body []byte
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM outbound WHERE request=?1 AND done_at IS NULL AND kind<>'merge'), body FROM request WHERE id=?1", id).Scan(&waits, &body); err != nil {
		return err
	}
	if waits && !untold {
		return ErrUntold
	}
	var c content
	if json.Unmarshal(body, &c) != nil {
		return errors.New("its row cannot be read")
	}
	c.Put.Values = map[string]string{}
	nameless(c.Put.Files)
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	now := s.Now()
	for _, do := range []struct {
		statement string
		args      []any
	}{
		{"UPDATE request SET body=?, purged_at=? WHERE id=?", []any{body, now.UnixMilli(), id}},
		{"UPDATE file SET received=0 WHERE request=?", []any{id}},
		{"DELETE FROM message WHERE request=? AND received=0", []any{id}}, // whoever is sending it is told that it came too late
		{"UPDATE message SET body=?, html='', purged=1 WHERE request=?", []any{purgedText, id}},
		{"UPDATE message_file SET received=0 WHERE message IN (SELECT id FROM message WHERE request=?)", []any{id}},
		{"DELETE FROM outbound WHERE request=? AND done_at IS NULL", []any{id}},
		{"UPDATE outbound SET failed='' WHERE request=?", []any{id}},
	} {
		if _, err := tx.ExecContext(ctx, do.statement, do.args...); err != nil {
			return err
		}
	}
	if err := s.purgeNames(ctx, tx, id); err != nil {
		return err
	}
	_, err = s.store.changed(ctx, tx, id, now)
	return err
}

// purgeNames takes the names of files away that came with messages.
func (s *Server) purgeNames(ctx context.Context, tx *database.Tx, request string) error {
	ids, err := s.idsIn(ctx, tx, "SELECT id FROM message WHERE request=? AND files<>'[]'", request)
	if err != nil {
		return err
	}
	for _, id := range ids {
		m, err := s.store.message(ctx, tx, id)
		if err != nil {
			return err
		}
		nameless(m.Files)
		files, err := json.Marshal(m.Files)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE message SET files=? WHERE id=?", string(files), id); err != nil {
			return err
		}
	}
	return nil
}

func nameless(files []portal.File) {
	for i := range files {
		files[i].Name, files[i].Received = purgedName, false
	}
}

// retainArgs purges what has been ended for longer than Config.Retain.
type retainArgs struct{}

func (retainArgs) Kind() string { return "retain" }

// retainable finds what was ended before ?1 and has something to purge. What was said
// since stays for as long, and so does what the help desk has not been told.
const retainable = `SELECT id FROM request WHERE closed_at<?1 AND number IS NOT NULL
	AND (purged_at IS NULL OR EXISTS (SELECT 1 FROM message WHERE message.request=request.id AND purged=0))
	AND NOT EXISTS (SELECT 1 FROM message WHERE message.request=request.id AND purged=0 AND at>=?1)
	AND NOT EXISTS (SELECT 1 FROM outbound WHERE outbound.request=request.id AND done_at IS NULL AND kind<>'merge')`

// retain purges what was ended that long ago, each request by itself.
func (s *Server) retain(ctx context.Context, _ retainArgs) error {
	before := s.Now().Add(-s.cfg.Retain).UnixMilli()
	ids, err := s.ids(ctx, retainable+" ORDER BY closed_at LIMIT 1000", before)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		err := s.purgeIf(ctx, id, false, func(q database.Querier) (bool, error) { // it may have been reopened
			same, err := s.idsIn(ctx, q, retainable+" AND id=?2", before, id)
			return len(same) > 0, err
		})
		if err != nil {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		s.cfg.Log.Error().Err(err).Int("failed", len(errs)).Msg("retention")
		return err
	}
	if len(ids) > 0 {
		s.cfg.Log.Info().Int("requests", len(ids)).Msg("retention: purged")
	}
	return nil
}

// Purge is the Server's for a portal that may be running: it works beside it, on its
// database and its files. now is the time.
func Purge(ctx context.Context, cfg Config, name string, untold bool, now func() time.Time) (err error) {
	s, err := openAside(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.files.Close(), s.store.Close()) }()
	s.Now = now
	return s.Purge(ctx, name, untold)
}

// openAside opens the rows and files of a portal without serving them, and without
// making any.
func openAside(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Postgres == "" {
		if _, err := os.Stat(filepath.Join(cfg.Data, "portald.db")); err != nil {
			return nil, fmt.Errorf("there is no portal in that folder: %w", err)
		}
	}
	s := New(cfg)
	var err error
	if s.store, err = openStore(ctx, cfg.Data, cfg.Postgres); err != nil {
		return nil, err
	}
	if err := s.openFiles(ctx, files.OpenDiskBeside); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	if s.uploads, err = newUploads(s); err != nil {
		return nil, errors.Join(err, s.files.Close(), s.store.Close())
	}
	return s, nil
}
