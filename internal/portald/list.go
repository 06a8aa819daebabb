package portald

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"guichet/internal/portal"
	"guichet/internal/portald/database"
)

// visible finds what a person (?1) sees of the changes behind ?4 and up to ?5:
// their own requests, every one of the practices that their role oversees (?2),
// and what they watch in their other practices (?3). A request has a change once
// it has a number. Each branch reads nothing but that range of an index.
const visible = `visible (seq, change) AS (
	SELECT seq, change FROM request WHERE author=?1 AND change>?4 AND change<=?5
	UNION SELECT seq, change FROM request WHERE practice IN (SELECT value FROM json_each(?2)) AND change>?4 AND change<=?5
	UNION SELECT seq, change FROM request WHERE practice IN (SELECT value FROM json_each(?3)) AND change>?4 AND change<=?5
		AND EXISTS (SELECT 1 FROM watcher WHERE watcher.request=request.id AND watcher.person=?1))`

// The orders in which requests are listed. The rows are sorted before their
// content is read.
const (
	oldestChange = `WITH ` + visible + ` SELECT ` + heldColumns + ` FROM request
		WHERE seq IN (SELECT seq FROM (SELECT seq FROM visible ORDER BY change LIMIT ?6) page) ORDER BY change`
	newestChange = `WITH ` + visible + ` SELECT ` + heldColumns + ` FROM request
		WHERE seq IN (SELECT seq FROM (SELECT seq FROM visible ORDER BY change DESC LIMIT ?6) page) ORDER BY change DESC`
	newestRequest = `WITH ` + visible + ` SELECT ` + heldColumns + ` FROM request
		WHERE seq IN (SELECT v.seq FROM visible v JOIN request r ON r.seq=v.seq WHERE v.seq<?7 AND (?8='' OR r.practice=?8) ORDER BY v.seq DESC LIMIT ?6) ORDER BY seq DESC`
)

// all are the changes of which none is left out.
const all int64 = math.MaxInt64

// sight is who the person is to the query visible.
func (p person) sight(after, upTo int64) []any {
	return []any{p.ID, asJSON(p.overseen()), asJSON(p.elsewhere()), after, upTo}
}

func asJSON(list []string) string {
	out, _ := json.Marshal(list) // strings cannot fail
	return string(out)
}

// list reads numbered requests that the person sees, at most limit, by one of
// the orders. Of changes those behind after and up to upTo are read.
func (s *store) list(ctx context.Context, q database.Querier, order string, who person, after, upTo int64, limit int, more ...any) ([]held, error) {
	rows, err := q.QueryContext(ctx, order, slices.Concat(who.sight(after, upTo), []any{limit}, more)...)
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	defer rows.Close()
	out := []held{}
	for rows.Next() {
		h, err := scanHeld(rows)
		if err != nil {
			return nil, fmt.Errorf("list requests: %w", err)
		}
		for i := range h.Files {
			h.Files[i].Received = h.PurgedAt == nil // it has a number
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// count tells how many numbered requests the person sees.
func (s *store) count(ctx context.Context, q database.Querier, who person, upTo int64) (n int, err error) {
	if err := q.QueryRowContext(ctx, "WITH "+visible+" SELECT count(*) FROM visible", who.sight(0, upTo)...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count requests: %w", err)
	}
	return n, nil
}

// shown is a request as an answer to that person.
func (s *Server) shown(who person, h *held) portal.Request {
	r := h.Request
	r.Allowed = s.allowed(who, h)
	return r
}
