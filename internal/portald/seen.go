package portald

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/database"
)

const (
	seenFor    = 90 * 24 * time.Hour // whoever did not come since is no longer named
	mostAdmins = 20                  // names that a practice is told
)

// noted keeps from the store what it holds already: a desk asks all day long.
type noted struct {
	mu   sync.Mutex
	last map[string][sha256.Size]byte // by person, of what was stored
}

// isAdmin tells whether roles let somebody write administrative requests.
func isAdmin(roles []desk.Role) bool {
	return slices.Contains(roles, desk.RoleAdmin) || slices.Contains(roles, desk.RoleSuperAdmin)
}

// note remembers who has come with a token. Those of the list are known anyway.
// Nobody is turned away because it failed: it only names them to colleagues.
func (s *Server) note(ctx context.Context, who person) {
	today := s.Now().UTC().Truncate(24 * time.Hour)
	state, err := json.Marshal(struct {
		desk.Person
		Day time.Time
	}{who.Person, today})
	if err != nil {
		s.cfg.Log.Error().Err(err).Msg("note person")
		return
	}
	sum := sha256.Sum256(state)
	if s.noted.is(who.ID, sum) {
		return
	}
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		s.noted.set(who.ID, sum) // in the order of the transactions
		if _, err := tx.ExecContext(ctx, "DELETE FROM seen WHERE person=? OR at<?", who.ID, today.Add(-seenFor).UnixMilli()); err != nil {
			return err
		}
		for _, p := range who.Practices {
			if _, err := tx.ExecContext(ctx, "INSERT INTO seen (person, practice, name, admin, at) VALUES (?,?,?,?,?)",
				who.ID, p.ID, who.Name, isAdmin(p.Roles), today.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	}, who.ID)
	if err != nil {
		s.noted.set(who.ID, [sha256.Size]byte{})
		if ctx.Err() == nil {
			s.cfg.Log.Error().Err(err).Msg("note person")
		}
	}
}

func (n *noted) is(person string, sum [sha256.Size]byte) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.last[person] == sum
}

func (n *noted) set(person string, sum [sha256.Size]byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.last == nil {
		n.last = map[string][sha256.Size]byte{}
	}
	n.last[person] = sum
}

// admins names those who may write administrative requests in a practice, as
// far as they are known: from the list, and from the tokens that have come.
func (s *Server) admins(ctx context.Context, practice string) ([]string, error) {
	names, err := s.knownAs(ctx, practice, true)
	if err != nil {
		return nil, err
	}
	out := slices.Collect(maps.Values(names))
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return out[:min(len(out), mostAdmins)], nil
}

// known are the names of all who belong to a practice, by their ids.
func (s *Server) known(ctx context.Context, practice string) (map[string]string, error) {
	return s.knownAs(ctx, practice, false)
}

// knownAs are names by ids: two may have one name, and one may stand in the
// list and have come.
func (s *Server) knownAs(ctx context.Context, practice string, admins bool) (map[string]string, error) {
	names := map[string]string{}
	rows, err := s.store.QueryContext(ctx, "SELECT person, name FROM seen WHERE practice=? AND admin>=? AND at>=?",
		practice, admins, s.Now().Add(-seenFor).UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read persons: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, fmt.Errorf("read persons: %w", err)
		}
		names[id] = name
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read persons: %w", err)
	}
	for _, who := range s.people {
		if p, ok := who.Practice(practice); ok && (!admins || isAdmin(p.Roles)) {
			names[who.ID] = who.Name
		}
	}
	return names, nil
}
