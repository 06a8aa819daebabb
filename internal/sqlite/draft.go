package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// ThrownFor is how long a draft that was thrown away, or a file that was
// removed, can be brought back.
const ThrownFor = 7 * 24 * time.Hour

// draftBody is what of a draft is sealed.
type draftBody struct {
	Road      desk.Road         `json:"road"`
	Step      desk.Step         `json:"step"`
	Catalogue int               `json:"catalogue"`
	Type      string            `json:"type"`
	Category  string            `json:"category"`
	Values    map[string]string `json:"values"`
	Orphans   []desk.Orphan     `json:"orphans,omitempty"`
	Reason    string            `json:"reason,omitempty"`
	Problems  []desk.Problem    `json:"problems,omitempty"`
	Renewed   bool              `json:"renewed,omitempty"`
	GivenBy   string            `json:"givenBy,omitempty"`
}

func bodyOf(d desk.Draft) draftBody {
	return draftBody{
		Road: d.Road, Step: d.Step, Catalogue: d.CatalogueVersion, Type: d.Type,
		Category: d.Category, Values: d.Values, Orphans: d.Orphans, Reason: d.Reason, Problems: d.Problems, Renewed: d.Renewed, GivenBy: d.GivenBy,
	}
}

// SaveDraft stores the draft's content as revision d.Revision+1 and returns
// what is stored now. Revision 0 makes a new draft. A repeat of the save that is
// stored already is a success; anything else that meets another revision is
// desk.ErrConflict with the stored one. A draft that was submitted meanwhile is
// desk.ErrNotNow, one of somebody else desk.ErrNotFound. Its owner, its
// catalogue version, its files and the portal's problems stay as they are
// stored.
func (s *Store) SaveDraft(ctx context.Context, d desk.Draft, now time.Time) (out desk.Draft, err error) {
	err = s.withRoom(func() error {
		out, err = s.saveDraft(ctx, d, now)
		return err
	})
	return out, err
}

func (s *Store) saveDraft(ctx context.Context, d desk.Draft, now time.Time) (desk.Draft, error) {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		stored, err := s.draft(ctx, tx, d.ID)
		if errors.Is(err, desk.ErrNotFound) {
			return s.insertDraft(ctx, tx, &d, now)
		}
		if err != nil {
			return err
		}
		if stored.Owner.Person != "" && stored.Owner.Person != d.Owner.Person {
			return desk.ErrNotFound // somebody else's
		}
		d.CatalogueVersion = stored.CatalogueVersion
		if stored.Revision == d.Revision+1 && sameContent(stored.Content, d.Content) {
			d = stored // the answer to this very save was lost
			return nil
		}
		if stored.Revision != d.Revision {
			newer, err := newerThanStored(ctx, tx, d.Revision, stored.Revision)
			if err != nil {
				return err
			}
			if !newer {
				return &desk.Error{Code: desk.ErrConflict.Code, Revision: stored.Revision}
			}
		}
		// What is typed into a draft that was thrown away brings it back.
		stored.Content, stored.Revision, stored.SavedAt, stored.DeletedAt = d.Content, d.Revision+1, now, time.Time{}
		stored.Renewed = false // whoever goes on writing has seen it
		body, err := s.seal(stored.Owner.Person, bodyOf(stored))
		if err != nil {
			return err
		}
		d = stored
		// What was saved last has the highest seq: the order does not hang on the clock.
		_, err = tx.ExecContext(ctx, `UPDATE draft SET seq=(SELECT max(seq)+(draft.seq<max(seq)) FROM draft AS d), revision=?, practice=?, body=?,
			saved_at=?, deleted_at=NULL, type=?, category=? WHERE id=?`, d.Revision, d.Practice, body, ms(now), d.Type, d.Category, d.ID.String())
		return err
	})
	if err != nil {
		return desk.Draft{}, fmt.Errorf("save draft: %w", err)
	}
	return d, nil
}

func (s *Store) insertDraft(ctx context.Context, tx *sql.Tx, d *desk.Draft, now time.Time) error {
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM request WHERE id=?", d.ID.String()).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return desk.ErrNotNow
	}
	if d.Revision != 0 {
		newer, err := newerThanStored(ctx, tx, d.Revision, 0)
		if err != nil {
			return err
		}
		if !newer {
			return desk.ErrNotFound
		}
	}
	d.Revision, d.CreatedAt, d.SavedAt = d.Revision+1, now, now
	return s.putDraft(ctx, tx, *d, now)
}

// newerThanStored tells whether a window can hold a later revision than what is
// stored: only if the database was damaged and what was saved last is lost. Then
// the window has the only copy of it.
func newerThanStored(ctx context.Context, tx *sql.Tx, held, stored int64) (bool, error) {
	if held < stored {
		return false, nil
	}
	return rolledBack(ctx, tx)
}

func (s *Store) putDraft(ctx context.Context, tx *sql.Tx, d desk.Draft, now time.Time) error {
	body, err := s.seal(d.Owner.Person, bodyOf(d))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO draft (id, revision, person, practice, body, created_at, saved_at, type, category) VALUES (?,?,?,?,?,?,?,?,?)",
		d.ID.String(), d.Revision, d.Owner.Person, d.Practice, body, ms(d.CreatedAt), ms(now), d.Type, d.Category)
	return err
}

func sameContent(a, b desk.Content) bool {
	if a.Road != b.Road || a.Step != b.Step || a.CatalogueVersion != b.CatalogueVersion || a.Type != b.Type ||
		a.Practice != b.Practice || a.Category != b.Category || len(a.Values) != len(b.Values) || !sameOrphans(a.Orphans, b.Orphans) {
		return false
	}
	for k, v := range a.Values {
		if w, ok := b.Values[k]; !ok || w != v {
			return false
		}
	}
	return true
}

func sameOrphans(a, b []desk.Orphan) bool {
	return slices.EqualFunc(a, b, func(x, y desk.Orphan) bool { return x.Key == y.Key })
}

// querier is a transaction or a pool of readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const draftColumns = "id, revision, person, practice, body, created_at, saved_at, deleted_at"

func (s *Store) scanDraft(row interface{ Scan(...any) error }) (desk.Draft, error) {
	var d desk.Draft
	var id string
	var sealed []byte
	var created, saved int64
	var deleted sql.NullInt64
	if err := row.Scan(&id, &d.Revision, &d.Owner.Person, &d.Practice, &sealed, &created, &saved, &deleted); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return d, desk.ErrNotFound
		}
		return d, err
	}
	var b draftBody
	if err := s.unseal(d.Owner.Person, sealed, &b); err != nil {
		return d, err
	}
	parsed, err := uuid.Parse(id)
	if err != nil {
		return d, desk.ErrDamaged.With(err)
	}
	d.ID, d.Owner.Practice = parsed, d.Practice
	d.Road, d.Step, d.CatalogueVersion, d.Type, d.Category, d.Values = b.Road, b.Step, b.Catalogue, b.Type, b.Category, b.Values
	d.Orphans, d.Reason, d.Problems, d.Renewed, d.GivenBy = b.Orphans, b.Reason, b.Problems, b.Renewed, b.GivenBy
	d.CreatedAt, d.SavedAt, d.DeletedAt = fromMS(created), fromMS(saved), fromNull(deleted)
	return d, nil
}

// draft reads one draft with its files.
func (s *Store) draft(ctx context.Context, q querier, id uuid.UUID) (desk.Draft, error) {
	d, err := s.scanDraft(q.QueryRowContext(ctx, "SELECT "+draftColumns+" FROM draft WHERE id=?", id.String()))
	if err != nil {
		return d, err
	}
	d.Files, err = s.files(ctx, q, id, d.Owner.Person)
	return d, err
}

// Draft reads one draft with its files, or desk.ErrNotFound.
func (s *Store) Draft(ctx context.Context, id uuid.UUID) (desk.Draft, error) {
	d, err := s.draft(ctx, s.read, id)
	if err != nil {
		return d, fmt.Errorf("read draft: %w", s.noted(err))
	}
	return d, nil
}

// All asks a list for everything.
const All = -1

// Drafts lists the person's drafts and those of the PC, last saved first, with
// their files, without those thrown away: so many at the most, or All.
func (s *Store) Drafts(ctx context.Context, person string, most int) ([]desk.Draft, error) {
	out, err := s.drafts(ctx, s.read, person, most)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", s.noted(err))
	}
	return out, nil
}

// Written lists drafts and requests as Drafts and Requests do, at one moment:
// what is submitted meanwhile stands in just one of them.
func (s *Store) Written(ctx context.Context, person string, drafts, requests int) (d []desk.Draft, r []desk.Request, err error) {
	err = s.atOnce(ctx, func(q querier) (err error) {
		if d, err = s.drafts(ctx, q, person, drafts); err == nil {
			r, err = s.requests(ctx, q, person, lastChanged, person, requests)
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list what was written: %w", s.noted(err))
	}
	return d, r, nil
}

func (s *Store) drafts(ctx context.Context, q querier, person string, most int) ([]desk.Draft, error) {
	const listed = " FROM draft WHERE person IN ('', ?) AND deleted_at IS NULL ORDER BY seq DESC LIMIT ?"
	rows, err := q.QueryContext(ctx, "SELECT "+draftColumns+listed, person, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []desk.Draft{}
	at := map[string]int{}
	for rows.Next() {
		d, err := s.scanDraft(rows)
		if err != nil {
			return nil, err
		}
		at[d.ID.String()] = len(out)
		out = append(out, d)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return out, s.eachFile(ctx, q, "WHERE removed_at IS NULL AND person IN ('', ?) AND item IN (SELECT id"+listed+") ORDER BY seq", []any{person, person, most},
		func(item string, f desk.File) {
			if i, ok := at[item]; ok {
				out[i].Files = append(out[i].Files, f)
			}
		})
}

// ThrowDraft takes a draft from the lists; RestoreDraft brings it back within
// ThrownFor.
func (s *Store) ThrowDraft(ctx context.Context, id uuid.UUID, now time.Time) error {
	return s.markDraft(ctx, "throw draft", id, ms(now))
}

// RestoreDraft brings back what ThrowDraft took.
func (s *Store) RestoreDraft(ctx context.Context, id uuid.UUID) error {
	return s.markDraft(ctx, "restore draft", id, nil)
}

func (s *Store) markDraft(ctx context.Context, op string, id uuid.UUID, deleted any) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		return oneRow(tx.ExecContext(ctx, "UPDATE draft SET deleted_at=? WHERE id=?", deleted, id.String()))
	})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

// oneRow turns a write that met no row into desk.ErrNotFound.
func oneRow(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(desk.ErrNotFound, err)
	}
	return nil
}
