package portald

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guichet/internal/portal"
	"guichet/internal/portald/database"

	"github.com/google/uuid"
)

// dropAbandoned drops what was begun and never finished, and what nobody has announced.
// What fails is told and tried again the next time: the rest goes on.
func (s *Server) dropAbandoned(ctx context.Context) error {
	err := errors.Join(s.dropUnfinished(ctx), s.sweepGone(ctx), s.uploads.tidy(ctx))
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.Error().Err(err).Msg("sweep")
	}
	return err
}

func (s *Server) dropUnfinished(ctx context.Context) error {
	ids, err := s.ids(ctx, "SELECT id FROM request WHERE number IS NULL AND updated_at<?1 UNION ALL SELECT id FROM message WHERE received=0 AND at<?1",
		s.Now().Add(-s.Abandoned).UnixMilli())
	errs := []error{err}
	for _, id := range ids {
		errs = append(errs, s.dropOne(ctx, id))
	}
	return errors.Join(errs...)
}

func (s *Server) dropOne(ctx context.Context, id string) error {
	unlock, err := s.store.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	dropped := int64(0)
	for _, statement := range []string{"DELETE FROM request WHERE id=? AND number IS NULL", "DELETE FROM message WHERE id=? AND received=0"} {
		res, err := s.store.ExecContext(ctx, statement, id)
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
	return s.uploads.drop(ctx, id, nil)
}

func (s *Server) ids(ctx context.Context, query string, args ...any) ([]string, error) {
	return s.idsIn(ctx, s.store, query, args...)
}

func (s *Server) idsIn(ctx context.Context, q database.Querier, query string, args ...any) (out []string, err error) {
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
	ids, err := s.ids(ctx, "SELECT id FROM request WHERE number IS NULL UNION ALL SELECT id FROM message WHERE received=0")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.healOne(ctx, id); err != nil {
			s.cfg.Log.Error().Err(err).Str("item", id).Msg("heal")
		}
	}
	return nil
}

func (s *Server) healOne(ctx context.Context, id string) error {
	unlock, err := s.store.Lock(ctx, id) // other nodes may be at work on it
	if err != nil {
		return err
	}
	defer unlock()
	return s.settle(ctx, id)
}

// tidyAtOnce is how many files are looked up with one query.
const tidyAtOnce = 500

// tidy removes the files that nothing in the store has announced. What is announced
// may be on its way just now, perhaps to another node. What is not named as the
// portal's files are is somebody else's.
func (u *uploads) tidy(ctx context.Context) error {
	found, err := u.s.files.List(ctx, "")
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(id string) bool { return !isUpload(id) })
	var errs []error
	for part := range slices.Chunk(found, tidyAtOnce) {
		strays, err := u.s.unannounced(ctx, u.s.store, part)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, id := range strays {
			errs = append(errs, u.tidyOne(ctx, id))
		}
	}
	return errors.Join(errs...)
}

// unannounced are those of some files that no row knows.
func (s *Server) unannounced(ctx context.Context, rows database.Querier, part []string) (strays []string, err error) {
	items := make([]string, len(part))
	for i, id := range part {
		items[i], _, _ = strings.Cut(id, ".")
	}
	announced, err := s.idsIn(ctx, rows, `SELECT request || '.' || id FROM file WHERE request IN (SELECT value FROM json_each(?1))
		UNION ALL SELECT message || '.' || id FROM message_file WHERE message IN (SELECT value FROM json_each(?1))`, asJSON(items))
	if err != nil {
		return nil, err
	}
	slices.Sort(announced)
	for _, id := range part {
		if _, known := slices.BinarySearch(announced, id); !known {
			strays = append(strays, id)
		}
	}
	return strays, nil
}

// isUpload tells whether a name is one of portal.UploadID.
func isUpload(id string) bool {
	item, file, _ := strings.Cut(id, ".")
	return len(item) == 36 && len(file) == 36 && uuid.Validate(item) == nil && uuid.Validate(file) == nil
}

// tidyOne asks again whether the file is announced: it may be just now.
func (u *uploads) tidyOne(ctx context.Context, id string) error {
	item, file, _ := strings.Cut(id, ".")
	unlock, err := u.s.store.Lock(ctx, item)
	if err != nil {
		return err
	}
	defer unlock()
	if known, err := u.known(ctx, item, file); err != nil || known {
		return err
	}
	return u.s.files.Remove(ctx, id)
}

// known tells whether a request or message has announced a file.
func (u *uploads) known(ctx context.Context, item, file string) (bool, error) {
	files, err := u.announcedBy(ctx, item)
	return slices.ContainsFunc(files, func(f portal.File) bool { return f.ID == file }), err
}

// announcedBy lists the files of a request or message, whoever wrote it.
func (u *uploads) announcedBy(ctx context.Context, item string) ([]portal.File, error) {
	h, err := u.s.store.request(ctx, u.s.store, item)
	if err != nil {
		return nil, err
	}
	if h != nil {
		return h.Files, nil
	}
	m, err := u.s.store.message(ctx, u.s.store, item)
	if err != nil || m == nil {
		return nil, err
	}
	return m.Files, nil
}
