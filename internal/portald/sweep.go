package portald

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
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
	return s.uploads.tidy(ctx)
}

func (s *Server) dropOne(ctx context.Context, id string) error {
	defer s.locks.lock(id)()
	res, err := s.store.write.ExecContext(ctx, "DELETE FROM request WHERE id=? AND number IS NULL", id)
	if err != nil {
		return fmt.Errorf("drop abandoned: %w", err)
	}
	switch n, err := res.RowsAffected(); {
	case err != nil:
		return fmt.Errorf("drop abandoned: %w", err)
	case n == 0:
		return nil // it has just been numbered
	}
	return s.uploads.drop(id, nil)
}

func (s *Server) ids(ctx context.Context, query string, args ...any) (out []string, err error) {
	rows, err := s.store.read.QueryContext(ctx, query, args...)
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
	ids, err := s.ids(ctx, "SELECT id FROM request WHERE number IS NULL")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.settle(ctx, id); err != nil {
			s.cfg.Log.Error().Err(err).Str("request", id).Msg("heal")
		}
	}
	return nil
}

// tidy removes the uploads that no request in the store has announced, and
// those that a crash left in a state that cannot be resumed.
func (u *uploads) tidy(ctx context.Context) error {
	found, err := filepath.Glob(filepath.Join(u.dir, "*.info"))
	if err != nil {
		return fmt.Errorf("list uploads: %w", err)
	}
	var errs []error
	for _, info := range found {
		id := strings.TrimSuffix(filepath.Base(info), ".info")
		request, file, _ := strings.Cut(id, ".")
		errs = append(errs, u.tidyOne(ctx, id, request, file))
	}
	return errors.Join(errs...)
}

func (u *uploads) tidyOne(ctx context.Context, id, request, file string) error {
	defer u.s.locks.lock(request)()
	h, err := u.s.store.request(ctx, u.s.store.read, request)
	if err != nil {
		return err
	}
	i := -1
	if h != nil {
		i = slices.IndexFunc(h.Files, func(f portal.File) bool { return f.ID == file })
	}
	switch {
	case i < 0:
		return u.remove(request, file)
	case h.Number != "" || h.Files[i].Received:
		return nil // its bytes are what the request has, whatever became of .info
	}
	var syntax *json.SyntaxError
	_, err = u.store.GetUpload(ctx, id)
	if errors.Is(err, handler.ErrNotFound) || errors.As(err, &syntax) {
		return u.remove(request, file)
	}
	return nil
}
