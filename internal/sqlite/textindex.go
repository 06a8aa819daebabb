package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
)

// textSchema makes the database of words. The ids of documents grow with the time of
// their last change, and words lists them in that order: the newest are found first
// without a look at all others.
const textSchema = `ATTACH ':memory:' AS text;
	CREATE TABLE text.doc (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, seq INTEGER NOT NULL, subject TEXT NOT NULL, UNIQUE (kind, seq)) STRICT;
	CREATE INDEX text.doc_subject ON doc (subject);
	CREATE TABLE text.number (bare TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (bare, doc)) STRICT, WITHOUT ROWID;
	CREATE INDEX text.number_doc ON number (doc);
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
		for _, bare := range d.numbers {
			if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO text.number (bare, doc) VALUES (?,?)", bare, id); err != nil {
				return err
			}
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
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM text.number WHERE doc=?", id)
	}
	return err
}
