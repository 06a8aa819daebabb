package portald

import (
	"context"
	"fmt"
	"sync"
	"time"

	"guichet/internal/portald/database"
)

// followers are the desks of this node that wait for a change, by what they see. A
// change wakes only those who may see it: with thousands of desks, waking all of them
// would be most of what a portal does.
type followers struct {
	mu    sync.Mutex
	byKey map[string]map[*follower]struct{}
}

// follower is one desk that waits.
type follower struct {
	keys  []string
	once  sync.Once
	woken chan struct{} // closed at the first change that it may see
}

func personKey(id string) string   { return "person " + id }
func practiceKey(id string) string { return "practice " + id }

// follow has a person waked by what they may see, until leave is called.
func (f *followers) follow(who person) (one *follower, leave func()) {
	one = &follower{keys: []string{personKey(who.ID)}, woken: make(chan struct{})}
	for _, id := range who.overseen() {
		one.keys = append(one.keys, practiceKey(id))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byKey == nil {
		f.byKey = map[string]map[*follower]struct{}{}
	}
	for _, key := range one.keys {
		if f.byKey[key] == nil {
			f.byKey[key] = map[*follower]struct{}{}
		}
		f.byKey[key][one] = struct{}{}
	}
	return one, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, key := range one.keys {
			if delete(f.byKey[key], one); len(f.byKey[key]) == 0 {
				delete(f.byKey, key)
			}
		}
	}
}

// wake ends the waiting of everybody with one of the keys.
func (f *followers) wake(keys map[string]bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key := range keys {
		for one := range f.byKey[key] {
			one.once.Do(func() { close(one.woken) })
		}
	}
}

// wakeAll ends everybody's waiting.
func (f *followers) wakeAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, all := range f.byKey {
		for one := range all {
			one.once.Do(func() { close(one.woken) })
		}
	}
}

// scoutPace is how long changes are gathered before they are looked at: a portal that
// takes hundreds a second would spend a quarter of its time on looks otherwise.
const scoutPace = 25 * time.Millisecond

// scout reads what changed whenever something did, once for all desks of this node,
// and wakes those who may see it.
func (s *Server) scout(ctx context.Context) {
	last := int64(-1)
	for {
		news := s.store.News() // before the look, so that nothing falls between
		keys, now, err := s.store.concerned(ctx, last)
		switch {
		case err != nil && ctx.Err() == nil:
			s.cfg.Log.Error().Err(err).Msg("look for changes")
			s.followers.wakeAll() // they see for themselves
		case keys == nil || last < 0 || now < last: // too much, it has just begun, or the store is another one
			s.followers.wakeAll()
			last = now
		case err == nil:
			s.followers.wake(keys)
			last = now
		}
		var again <-chan time.Time
		if err != nil {
			again = time.After(time.Second)
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
			again = time.After(scoutPace)
		case <-again:
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-again:
		}
	}
}

// mostConcerned is how many changes are looked at one by one; of more all desks are
// told.
const mostConcerned = 1000

// concerned lists who may see what changed behind a change, as keys, nil for
// everybody, and tells the change that was given last.
func (s *store) concerned(ctx context.Context, after int64) (keys map[string]bool, last int64, err error) {
	keys = map[string]bool{}
	err = s.Snapshot(ctx, func(q database.Querier) error {
		if err := q.QueryRowContext(ctx, "SELECT change FROM feed").Scan(&last); err != nil {
			return fmt.Errorf("read feed: %w", err)
		}
		if after < 0 || last <= after {
			return nil
		}
		if last-after > mostConcerned {
			keys = nil
			return nil
		}
		rows, err := q.QueryContext(ctx, `SELECT author, practice FROM request WHERE change>?1
			UNION SELECT w.person, '' FROM request r JOIN watcher w ON w.request=r.id WHERE r.change>?1
			UNION SELECT person, practice FROM gone WHERE change>?1`, after)
		if err != nil {
			return fmt.Errorf("read who sees changes: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var person, practice string
			if err := rows.Scan(&person, &practice); err != nil {
				return fmt.Errorf("read who sees changes: %w", err)
			}
			keys[personKey(person)], keys[practiceKey(practice)] = true, true
		}
		return rows.Err()
	})
	return keys, last, err
}
