package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"

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

// textSchema makes the database of words. The ids of documents grow with the time of
// their last change, and words lists them in that order: the newest are found first
// without a look at all others.
const textSchema = `ATTACH ':memory:' AS text;
	CREATE TABLE text.doc (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, seq INTEGER NOT NULL, subject TEXT NOT NULL, UNIQUE (kind, seq)) STRICT;
	CREATE INDEX text.doc_subject ON doc (subject);
	CREATE VIRTUAL TABLE text.words USING fts5 (body, content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2');`

// watching notes which rows have changed.
const watching = `CREATE TEMP TABLE IF NOT EXISTS touched (kind INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (kind, seq)) STRICT, WITHOUT ROWID;
	CREATE TEMP TRIGGER IF NOT EXISTS draft_added AFTER INSERT ON main.draft BEGIN INSERT OR IGNORE INTO touched VALUES (0, new.seq); END;
	CREATE TEMP TRIGGER IF NOT EXISTS draft_changed AFTER UPDATE ON main.draft BEGIN INSERT OR IGNORE INTO touched VALUES (0, old.seq), (0, new.seq); END;
	CREATE TEMP TRIGGER IF NOT EXISTS draft_gone AFTER DELETE ON main.draft BEGIN INSERT OR IGNORE INTO touched VALUES (0, old.seq); END;
	CREATE TEMP TRIGGER IF NOT EXISTS request_added AFTER INSERT ON main.request BEGIN INSERT OR IGNORE INTO touched VALUES (1, new.seq); END;
	CREATE TEMP TRIGGER IF NOT EXISTS request_changed AFTER UPDATE OF id, person, number, updated_at, body ON main.request BEGIN INSERT OR IGNORE INTO touched VALUES (1, old.seq), (1, new.seq); END;
	CREATE TEMP TRIGGER IF NOT EXISTS request_gone AFTER DELETE ON main.request BEGIN INSERT OR IGNORE INTO touched VALUES (1, old.seq); END;
	CREATE TEMP TRIGGER IF NOT EXISTS message_added AFTER INSERT ON main.message BEGIN
		INSERT OR IGNORE INTO touched SELECT 1, seq FROM request WHERE id=new.request AND person=new.person; END;`

// textPiece is how many rows are read into memory at a time: a search waits for
// one piece at the most.
const textPiece = 200

// firstDoc is the id that all others are counted from: what is read of the past has
// lower ones, what changes later higher ones.
const firstDoc = 1 << 40

// watch has the writing connection note what changes from now on.
func (s *Store) watch(ctx context.Context) error {
	if _, err := s.write.ExecContext(ctx, watching); err != nil {
		return fmt.Errorf("watch rows: %w", err)
	}
	return nil
}

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

// attach makes the database of words if this connection has none, since it is a new
// one; the caller holds the lock.
func (t *texts) attach(ctx context.Context, s *Store) error {
	var there int
	if err := t.db.QueryRowContext(ctx, "SELECT count(*) FROM pragma_database_list WHERE name='text'").Scan(&there); err != nil || there > 0 {
		return err
	}
	if _, err := t.db.ExecContext(ctx, textSchema); err != nil {
		return fmt.Errorf("make words: %w", err)
	}
	if err := s.watch(ctx); err != nil {
		return err
	}
	// Nothing has been read: what has changed until now will be.
	if _, err := s.write.ExecContext(ctx, "DELETE FROM temp.touched"); err != nil {
		return err
	}
	t.next, t.last, t.until, t.whole, t.done = firstDoc, firstDoc, math.MaxInt64, false, 0
	return t.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM draft WHERE person IN ('', ?1) AND deleted_at IS NULL)
		+(SELECT count(*) FROM request WHERE person=?1)`, t.person).Scan(&t.total)
}

// catchUp takes in what has changed.
func (t *texts) catchUp(ctx context.Context, s *Store, db *sql.DB) error {
	keys, err := s.touched(ctx)
	if err != nil {
		return err
	}
	for piece := range slices.Chunk(keys, textPiece) {
		if err := t.put(ctx, s, db, piece, true); err != nil {
			return err
		}
	}
	return nil
}

// touched takes what the triggers noted, in the order of the last change as far as
// rows tell it.
func (s *Store) touched(ctx context.Context) (keys []key, err error) {
	rows, err := s.write.QueryContext(ctx, "DELETE FROM temp.touched RETURNING kind, seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k key
		if err := rows.Scan(&k.kind, &k.seq); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// past lists the next rows of the past, those that changed last first, and when
// the last one of them did.
func (t *texts) past(ctx context.Context, db *sql.DB) (keys []key, until int64, err error) {
	rows, err := db.QueryContext(ctx, `SELECT 0, seq, saved_at FROM draft WHERE person IN ('', ?1) AND deleted_at IS NULL AND saved_at<=?2
			AND NOT EXISTS (SELECT 1 FROM text.doc WHERE doc.kind=0 AND doc.seq=draft.seq)
		UNION ALL SELECT 1, seq, updated_at FROM request WHERE person=?1 AND updated_at<=?2
			AND NOT EXISTS (SELECT 1 FROM text.doc WHERE doc.kind=1 AND doc.seq=request.seq)
		ORDER BY 3 DESC, 2 DESC LIMIT ?3`, t.person, t.until, textPiece)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var k key
		if err := rows.Scan(&k.kind, &k.seq, &until); err != nil {
			return nil, 0, err
		}
		keys = append(keys, k)
	}
	return keys, until, rows.Err()
}

// put reads rows into memory in the place of what is there of them. A row that
// cannot be read is in no search, like one that is gone.
func (t *texts) put(ctx context.Context, s *Store, db *sql.DB, keys []key, changed bool) error {
	if len(keys) == 0 {
		return nil
	}
	docs, err := t.documents(ctx, s, keys)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := t.replace(ctx, tx, keys, docs, changed); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

func (t *texts) replace(ctx context.Context, tx *sql.Tx, keys []key, docs map[key]document, changed bool) error {
	for _, k := range keys {
		if changed {
			if err := drop(ctx, tx, k); err != nil {
				return err
			}
		}
		id := t.last - 1
		if changed {
			id = t.next
		}
		d := docs[k] // one that is gone has no words, and is not asked for again
		if _, there := docs[k]; !there && changed {
			continue
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO text.doc (id, kind, seq, subject) VALUES (?,?,?,?)", id, k.kind, k.seq, d.subject); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO text.words (rowid, body) VALUES (?,?)", id, d.body); err != nil {
			return err
		}
		if changed {
			t.next++
		} else {
			t.last--
		}
	}
	return nil
}

func drop(ctx context.Context, tx *sql.Tx, k key) error {
	var id int64
	err := tx.QueryRowContext(ctx, "DELETE FROM text.doc WHERE kind=? AND seq=? RETURNING id", k.kind, k.seq).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM text.words WHERE rowid=?", id)
	}
	return err
}

// document is what can be found of a draft or a request.
type document struct{ subject, body string }

// documents reads rows of the person as text.
func (t *texts) documents(ctx context.Context, s *Store, keys []key) (map[key]document, error) {
	at := map[key]FoundRow{}
	var drafts, requests []int64
	for _, k := range keys {
		if k.kind == kindDraft {
			drafts = append(drafts, k.seq)
		} else {
			requests = append(requests, k.seq)
		}
	}
	if err := s.loadReadable(ctx, t.person, drafts, requests, at); err != nil {
		return nil, err
	}
	said, err := s.said(ctx, t.person, requests)
	if err != nil {
		return nil, err
	}
	out := map[key]document{}
	for k, row := range at {
		switch {
		case row.Draft != nil && row.Draft.DeletedAt.IsZero():
			d := row.Draft
			out[k] = documentOf(d.Values, d.Files, t.names.Practices[d.Practice], t.names.Categories[[2]string{d.Type, d.Category}])
		case row.Request != nil:
			r := row.Request
			out[k] = documentOf(r.Values, r.Files, t.names.Practices[r.Owner.Practice], t.names.Categories[[2]string{r.Type, r.Category}],
				r.Number, r.Author.Name, said[r.ID.String()])
		}
	}
	return out, nil
}

// loadReadable reads the rows that can be read: a damaged one takes no other one
// with it.
func (s *Store) loadReadable(ctx context.Context, person string, drafts, requests []int64, at map[key]FoundRow) error {
	err := errors.Join(s.loadDrafts(ctx, person, drafts, at), s.loadRequests(ctx, person, requests, at))
	if !errors.Is(err, desk.ErrDamaged) {
		return err
	}
	clear(at)
	for _, seq := range drafts {
		if err := s.loadDrafts(ctx, person, []int64{seq}, at); err != nil && !errors.Is(err, desk.ErrDamaged) {
			return err
		}
	}
	for _, seq := range requests {
		if err := s.loadRequests(ctx, person, []int64{seq}, at); err != nil && !errors.Is(err, desk.ErrDamaged) {
			return err
		}
	}
	return nil
}

func documentOf(values desk.Values, files []desk.File, more ...string) document {
	var body strings.Builder
	add := func(text string) {
		body.WriteString(fold(text))
		body.WriteByte('\n')
	}
	for _, v := range values {
		add(v)
	}
	for _, f := range files {
		add(f.Name)
	}
	for _, m := range more {
		add(m)
	}
	return document{subject: fold(strings.TrimSpace(values[desk.KeySubject])), body: body.String()}
}

// said reads what was said about requests, by their ids.
func (s *Store) said(ctx context.Context, person string, seqs []int64) (map[string]string, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, `SELECT request, body FROM message WHERE person=?1 AND request IN
		(SELECT id FROM request WHERE seq IN (SELECT value FROM json_each(?2)))`, person, seqList(seqs))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var request string
		var sealed []byte
		var b messageBody
		if err := rows.Scan(&request, &sealed); err != nil {
			return nil, err
		}
		if err := s.unseal(person, sealed, &b); err != nil {
			return nil, err
		}
		out[request] += b.Text + "\n"
	}
	return out, rows.Err()
}

// folding is what remove_diacritics leaves as it is, and a person types otherwise.
var folding = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d")

// fold makes a text one that is found however it is typed.
func fold(text string) string { return folding.Replace(strings.ToLower(text)) }

// matchOf translates words that were typed: each of them has to stand somewhere,
// as the beginning of a word. What has several parts, such as FA-2026-0412, has to
// stand as it is. "" when there is nothing to look for.
func matchOf(typed string) string {
	var out []string
	for word := range strings.FieldsSeq(fold(typed)) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			out = append(out, `"`+strings.ReplaceAll(word, `"`, " ")+`"*`)
		}
	}
	return strings.Join(out, " ")
}
