package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"sync"

	"guichet/internal/desk"
)

// texts is what can be looked for by words. What a person has written is sealed on
// the disk, so it lies in memory only, for whoever is at the desk, and is read
// anew at each start: the last changed first, so that a search is of use before
// all is there. In memory, a database of words is attached to a connection of its
// own that also sees the rows on the disk.
//
// What has changed since is known by triggers of the writing connection. They note
// in memory, and within its transactions: nothing more goes to the disk, and what
// is rolled back was never noted.
type texts struct {
	turn sync.Mutex // one reads into it at a time

	mu     sync.Mutex
	db     *sql.DB // nil as long as nothing was asked
	person string  // "" for the PC itself
	known  bool    // that it is theirs
	names  Names
	next   int64 // id of what changes next
	last   int64 // id of what was read last of the past
	until  int64 // when that changed last
	total  int
	done   int
	whole  bool
}

// textPiece is how many rows are read into memory at a time: a search waits for
// one piece at the most.
const textPiece = 200

// Names are what people call what rows only have by its key: they look for it too.
type Names struct {
	Practices  map[string]string    // by id
	Categories map[[2]string]string // by the keys of type and category, in every language
}

func (n Names) equal(other Names) bool {
	return maps.Equal(n.Practices, other.Practices) && maps.Equal(n.Categories, other.Categories)
}

// TextFor says whose text can be looked for, "" for the PC's, with its names. What
// was in memory of somebody else, or with other names, is gone when it returns.
func (s *Store) TextFor(ctx context.Context, person string, names Names) error {
	t := &s.text
	t.mu.Lock()
	same := t.known && t.person == person && t.names.equal(names)
	t.mu.Unlock()
	if same {
		return nil
	}
	t.turn.Lock()
	defer t.turn.Unlock()
	t.mu.Lock()
	t.person, t.names, t.known = person, names, true
	t.mu.Unlock()
	return t.forget()
}

// forget has nothing in memory, until it is asked for again; the caller has the
// turn.
func (t *texts) forget() error {
	t.mu.Lock()
	old := t.db
	t.db, t.whole, t.done, t.total = nil, false, 0, 0
	t.mu.Unlock()
	if old == nil {
		return nil
	}
	if err := old.Close(); err != nil {
		return fmt.Errorf("forget text: %w", err)
	}
	return nil
}

// open returns the connection to ask, desk.ErrNotNow as long as nobody has said
// whose text it is; the caller has the turn.
func (t *texts) open(ctx context.Context, s *Store) (*sql.DB, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.known {
		return nil, desk.ErrNotNow
	}
	if t.db == nil {
		db, err := s.gate.pool(dsn(s.path(), textOptions), 1)
		if err != nil {
			return nil, fmt.Errorf("open text: %w", err)
		}
		t.db = db
	}
	return t.db, t.attach(ctx, s)
}

// textOptions are those of the connection with the words: it reads the database,
// and what it writes is in memory.
const textOptions = "mode=ro&_busy_timeout=5000&_pragma=temp_store(MEMORY)"

// TextProgress tells how much of the text can be looked for: of total drafts and
// requests done have been read. Both are 0 when there is nobody's.
func (s *Store) TextProgress() (done, total int) {
	s.text.mu.Lock()
	defer s.text.mu.Unlock()
	return s.text.done, s.text.total
}

// TextWhole tells whether all of the text can be looked for.
func (s *Store) TextWhole() bool {
	s.text.mu.Lock()
	defer s.text.mu.Unlock()
	return s.text.whole
}

// IndexText reads what has not been read of the text, and what has changed. It
// tells after each piece, when tell is not nil. It is cut short by ctx, and goes on
// where it stopped.
func (s *Store) IndexText(ctx context.Context, tell func()) error {
	t := &s.text
	for {
		t.turn.Lock()
		more, err := t.read(ctx, s)
		t.turn.Unlock()
		if err != nil {
			return fmt.Errorf("read text: %w", s.noted(err))
		}
		if tell != nil {
			tell()
		}
		if !more {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// ready brings what has changed, and returns the connection to ask.
func (t *texts) ready(ctx context.Context, s *Store, person string) (*sql.DB, error) {
	t.turn.Lock()
	defer t.turn.Unlock()
	if t.person != person {
		return nil, desk.ErrNotNow
	}
	db, err := t.open(ctx, s)
	if err != nil {
		return nil, err
	}
	return db, t.catchUp(ctx, s, db)
}

// read reads a piece, and tells whether there is more; the caller has the turn.
func (t *texts) read(ctx context.Context, s *Store) (more bool, err error) {
	if !t.known {
		return false, nil
	}
	db, err := t.open(ctx, s)
	if err != nil {
		return false, err
	}
	if err := t.catchUp(ctx, s, db); err != nil || t.whole {
		return false, err
	}
	keys, until, err := t.past(ctx, db)
	if err != nil {
		return false, err
	}
	if err := t.put(ctx, s, db, keys, false); err != nil {
		return false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done += len(keys)
	t.until, t.whole = until, len(keys) < textPiece
	t.total = max(t.total, t.done)
	if t.whole {
		t.total = t.done
	}
	return !t.whole, nil
}
