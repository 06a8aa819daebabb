package portald

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"guichet/internal/portal"

	"github.com/tus/tusd/v2/pkg/handler"
)

// sweep drops what was begun and never finished.
func (s *Server) sweep(ctx context.Context) {
	for {
		if err := s.dropAbandoned(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error().Err(err).Msg("sweep")
		}
		select {
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		case <-time.After(s.SweepEvery):
		}
	}
}

func (s *Server) dropAbandoned(ctx context.Context) error {
	ids, err := s.ids(ctx, "SELECT id FROM request WHERE number IS NULL AND updated_at<?", s.Now().Add(-s.Abandoned).UnixMilli())
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.dropOne(ctx, id); err != nil {
			return err
		}
	}
	if ids, err = s.ids(ctx, "SELECT id FROM message WHERE received=0 AND at<?", s.Now().Add(-s.Abandoned).UnixMilli()); err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.dropOne(ctx, id); err != nil {
			return err
		}
	}
	if err := s.sweepGone(ctx); err != nil {
		return err
	}
	return s.uploads.tidy(ctx)
}

func (s *Server) dropOne(ctx context.Context, id string) error {
	defer s.locks.lock(id)()
	dropped := int64(0)
	for _, statement := range []string{"DELETE FROM request WHERE id=? AND number IS NULL", "DELETE FROM message WHERE id=? AND received=0"} {
		res, err := s.store.write.ExecContext(ctx, statement, id)
		if err != nil {
			return fmt.Errorf("drop abandoned: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("drop abandoned: %w", err)
		}
		dropped += n
	}
	if dropped == 0 {
		return nil // it has just become whole
	}
	return s.uploads.drop(id, nil)
}

func (s *Server) ids(ctx context.Context, query string, args ...any) ([]string, error) {
	return s.idsIn(ctx, s.store.read, query, args...)
}

func (s *Server) idsIn(ctx context.Context, q querier, query string, args ...any) (out []string, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list ids: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list ids: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// heal numbers what was complete when the process died. What cannot be read is
// told and left: the other requests go on.
func (s *Server) heal(ctx context.Context) error {
	if err := s.uploads.tidy(ctx); err != nil {
		return err
	}
	ids, err := s.ids(ctx, "SELECT id FROM request WHERE number IS NULL UNION ALL SELECT id FROM message WHERE received=0")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.settle(ctx, id); err != nil {
			s.cfg.Log.Error().Err(err).Str("item", id).Msg("heal")
		}
	}
	return nil
}

// tidy removes the uploads that nothing in the store has announced, with bytes
// that a crash left of one. Before the portal listens it removes those that are
// in a state that cannot be resumed as well: later they may be being begun.
func (u *uploads) tidy(ctx context.Context) error {
	found, err := os.ReadDir(u.dir)
	if err != nil {
		return fmt.Errorf("list uploads: %w", err)
	}
	var errs []error
	last := ""
	for _, entry := range found { // in order: the bytes stand before their .info
		id := strings.TrimSuffix(entry.Name(), ".info")
		if id == last {
			continue
		}
		last = id
		item, file, _ := strings.Cut(id, ".")
		errs = append(errs, u.tidyOne(ctx, id, item, file))
	}
	return errors.Join(errs...)
}

func (u *uploads) tidyOne(ctx context.Context, id, item, file string) error {
	defer u.s.locks.lock(item)()
	files, whole, err := u.announcedBy(ctx, item)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(files, func(f portal.File) bool { return f.ID == file })
	switch {
	case i < 0:
		return u.remove(item, file)
	case whole || files[i].Received || u.s.listen != nil:
		return nil // its bytes are what was received, or it may be on its way just now
	}
	if _, err := os.Stat(u.path(item, file) + ".info"); errors.Is(err, fs.ErrNotExist) {
		return nil // bytes alone are no upload; they may be all of the file
	}
	var syntax *json.SyntaxError
	_, err = u.store.GetUpload(ctx, id)
	if errors.Is(err, handler.ErrNotFound) || errors.As(err, &syntax) {
		return u.remove(item, file)
	}
	return nil
}

// announcedBy lists the files of a request or message, whoever wrote it.
func (u *uploads) announcedBy(ctx context.Context, item string) (files []portal.File, whole bool, err error) {
	h, err := u.s.store.request(ctx, u.s.store.read, item)
	if err != nil {
		return nil, false, err
	}
	if h != nil {
		return h.Files, h.Number != "", nil
	}
	m, err := u.s.store.message(ctx, u.s.store.read, item)
	if err != nil || m == nil {
		return nil, false, err
	}
	return m.Files, m.Received, nil
}
