package portald

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"guichet/internal/portald/admin"
	"guichet/internal/portald/database"
)

// adminView is what the operators' pages see of a portal: figures, never contents.
type adminView struct{ s *Server }

// openAdmin makes the operators' pages, if there are any.
func (s *Server) openAdmin(ctx context.Context) error {
	if s.cfg.Admin == nil {
		return nil
	}
	key, err := s.store.secret(ctx, "admin")
	if err != nil {
		return err
	}
	s.admin, err = admin.New(*s.cfg.Admin, adminView{s}, key, func() time.Time { return s.Now() }, s.cfg.Log)
	return err
}

// secret is 32 bytes under a name, the same for all nodes; the first one that asks
// makes them.
func (s *store) secret(ctx context.Context, name string) ([]byte, error) {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh)
	if _, err := s.ExecContext(ctx, "INSERT INTO secret (name, value) VALUES (?,?) ON CONFLICT (name) DO NOTHING", name, hex.EncodeToString(fresh)); err != nil {
		return nil, fmt.Errorf("make secret: %w", err)
	}
	var text string
	if err := s.QueryRowContext(ctx, "SELECT value FROM secret WHERE name=?", name).Scan(&text); err != nil {
		return nil, fmt.Errorf("read secret: %w", err)
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != 32 {
		return nil, errors.New("a secret in the database is damaged")
	}
	return key, nil
}

// figures are all of an overview but the help desk's, read at one moment.
const figures = `SELECT
	(SELECT count(*) FROM request WHERE received_at>=?1), (SELECT count(*) FROM request WHERE received_at>=?2),
	(SELECT count(*) FROM request WHERE number IS NULL),
	(SELECT count(*) FROM outbound WHERE done_at IS NULL AND refused=0), (SELECT count(*) FROM outbound WHERE done_at IS NULL AND refused=1),
	(SELECT min(at) FROM outbound WHERE done_at IS NULL),
	CAST((SELECT coalesce(sum(size), 0) FROM file JOIN request ON request.id=file.request WHERE received=1 AND purged_at IS NULL) AS bigint),
	CAST((SELECT coalesce(sum(size), 0) FROM message_file f JOIN message m ON m.id=f.message JOIN request r ON r.id=m.request WHERE f.received=1 AND purged_at IS NULL) AS bigint)`

// Overview implements admin.Portal.
func (v adminView) Overview(ctx context.Context) (o admin.Overview, err error) {
	now := v.s.Now()
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	var oldest, asked sql.NullInt64
	var more int64
	err = v.s.store.QueryRowContext(ctx, figures, midnight.UnixMilli(), now.AddDate(0, 0, -7).UnixMilli()).
		Scan(&o.Today, &o.Week, &o.Unnumbered, &o.Waiting, &o.Refused, &oldest, &o.Bytes, &more)
	if err != nil {
		return o, fmt.Errorf("read figures: %w", err)
	}
	o.Bytes += more
	o.Oldest, o.Helpdesk = instant(oldest), v.s.cfg.Helpdesk != nil
	if !o.Helpdesk {
		return o, nil
	}
	err = v.s.store.QueryRowContext(ctx, "SELECT asked_at, failed FROM helpdesk WHERE kind=?", v.s.cfg.Helpdesk.Kind).Scan(&asked, &o.Failed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return o, fmt.Errorf("read figures: %w", err)
	}
	o.Asked = instant(asked)
	if v.s.lacking != nil {
		o.Lacking = v.s.lacking.Error()
	}
	return o, nil
}

// Queue implements admin.Portal.
func (v adminView) Queue(ctx context.Context, limit, skip int) (out []admin.Item, err error) {
	rows, err := v.s.store.QueryContext(ctx, `SELECT o.id, coalesce(r.number, ''), o.kind, o.at, o.attempts, o.tried_at IS NOT NULL, o.refused, o.failed
		FROM outbound o JOIN request r ON r.id=o.request WHERE o.done_at IS NULL ORDER BY o.refused DESC, o.seq LIMIT ? OFFSET ?`, limit, skip)
	if err != nil {
		return nil, fmt.Errorf("read queue: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		i := admin.Item{State: admin.Waiting}
		var since int64
		var tried, refused bool
		if err := rows.Scan(&i.ID, &i.Number, &i.Kind, &since, &i.Attempts, &tried, &refused, &i.Reason); err != nil {
			return nil, fmt.Errorf("read queue: %w", err)
		}
		i.Since = time.UnixMilli(since)
		switch {
		case refused:
			i.State = admin.Refused
		case tried:
			i.State = admin.Trying
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

// orders are how practices are sorted, by the columns of the query below.
var orders = map[admin.Order]string{
	admin.ByLast: "3 DESC, 1", admin.ByRequests: "2 DESC, 1", admin.ByOpen: "4 DESC, 1", admin.ByRefused: "5 DESC, 1", admin.ByID: "1",
}

// Practices implements admin.Portal.
func (v adminView) Practices(ctx context.Context, order admin.Order, limit, skip int) (out []admin.Practice, err error) {
	err = v.s.store.Snapshot(ctx, func(q database.Querier) error {
		if out, err = practicesIn(ctx, q, order, limit, skip); err != nil {
			return err
		}
		for i := range out {
			if out[i].Name, err = nameOf(ctx, q, out[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func practicesIn(ctx context.Context, q database.Querier, order admin.Order, limit, skip int) (out []admin.Practice, err error) {
	rows, err := q.QueryContext(ctx, `SELECT practice, count(*), max(received_at), count(CASE WHEN closed_at IS NULL THEN 1 END),
		count(CASE WHEN EXISTS (SELECT 1 FROM outbound o WHERE o.request=request.id AND o.done_at IS NULL AND o.refused=1) THEN 1 END)
		FROM request WHERE number IS NOT NULL GROUP BY practice ORDER BY `+orders[order]+" LIMIT ? OFFSET ?", limit, skip)
	if err != nil {
		return nil, fmt.Errorf("read practices: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p admin.Practice
		var last int64
		if err := rows.Scan(&p.ID, &p.Requests, &last, &p.Open, &p.Refused); err != nil {
			return nil, fmt.Errorf("read practices: %w", err)
		}
		p.Last = time.UnixMilli(last)
		out = append(out, p)
	}
	return out, rows.Err()
}

// nameOf is how a practice was called when it wrote last.
func nameOf(ctx context.Context, q database.Querier, practice string) (string, error) {
	var body []byte
	err := q.QueryRowContext(ctx, "SELECT body FROM request WHERE practice=? AND change IS NOT NULL ORDER BY change DESC LIMIT 1", practice).Scan(&body)
	if err != nil {
		return "", fmt.Errorf("name practice: %w", err)
	}
	var c struct{ Practice namedPractice }
	if json.Unmarshal(body, &c) != nil {
		return "", nil // the figures are right without
	}
	return c.Practice.Name, nil
}

// Again implements admin.Portal.
func (v adminView) Again(ctx context.Context, id string) (bool, error) {
	err := v.s.Retry(ctx, id)
	if errors.Is(err, sql.ErrNoRows) || err == nil {
		return err == nil, nil
	}
	return false, err
}

// Operator implements admin.Portal.
func (v adminView) Operator(claims map[string]any) bool {
	value := v.s.cfg.Admin.Value
	switch claim := find(claims, v.s.cfg.Admin.Claim).(type) {
	case string:
		return claim == value
	case []any:
		return slices.Contains(claim, any(value))
	}
	return false
}

// Spend implements admin.Portal.
func (v adminView) Spend(ctx context.Context, id string, until time.Time) (fresh bool, err error) {
	err = v.s.store.Tx(ctx, func(tx *database.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM spent WHERE until<?", v.s.Now().UnixMilli()); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, "INSERT INTO spent (id, until) VALUES (?,?) ON CONFLICT (id) DO NOTHING", id, until.UnixMilli())
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		fresh = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("note what is used: %w", err)
	}
	return fresh, nil
}

// Spent implements admin.Portal.
func (v adminView) Spent(ctx context.Context, id string) (bool, error) {
	return has(ctx, v.s.store, "what is used", "SELECT 1 FROM spent WHERE id=?", id)
}
