package sqlite

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// load reads rows in the order of their keys.
func (s *Store) load(ctx context.Context, person string, keys []key) ([]FoundRow, error) {
	var seqs [2][]int64
	for _, k := range keys {
		seqs[k.kind] = append(seqs[k.kind], k.seq)
	}
	at := map[key]FoundRow{}
	if err := s.loadDrafts(ctx, person, seqs[kindDraft], at); err != nil {
		return nil, err
	}
	if err := s.loadRequests(ctx, person, seqs[kindRequest], at); err != nil {
		return nil, err
	}
	out := make([]FoundRow, 0, len(keys))
	for _, k := range keys {
		if row, ok := at[k]; ok { // it may have gone meanwhile
			out = append(out, row)
		}
	}
	return out, nil
}

func (s *Store) loadDrafts(ctx context.Context, person string, seqs []int64, at map[key]FoundRow) error {
	const query = "SELECT seq, " + draftColumns + " FROM draft WHERE +person IN ('', ?) AND seq IN (SELECT value FROM json_each(?))"
	return s.loadKind(ctx, person, kindDraft, query, seqs, at, func(row behind) (FoundRow, uuid.UUID, *[]desk.File, error) {
		d, err := s.scanDraft(row)
		return FoundRow{Draft: &d}, d.ID, &d.Files, err
	})
}

func (s *Store) loadRequests(ctx context.Context, person string, seqs []int64, at map[key]FoundRow) error {
	const query = "SELECT seq, " + requestColumns + " FROM request WHERE +person=? AND seq IN (SELECT value FROM json_each(?))"
	return s.loadKind(ctx, person, kindRequest, query, seqs, at, func(row behind) (FoundRow, uuid.UUID, *[]desk.File, error) {
		r, err := s.scanRequest(row)
		return FoundRow{Request: &r}, r.ID, &r.Files, err
	})
}

// loadKind reads rows of one kind with their files. query begins with their seq, and
// takes the person and the seqs; scan also tells a row's id and where its files go.
func (s *Store) loadKind(ctx context.Context, person string, k kind, query string, seqs []int64, at map[key]FoundRow,
	scan func(behind) (FoundRow, uuid.UUID, *[]desk.File, error)) error {
	if len(seqs) == 0 {
		return nil
	}
	rows, err := s.read.QueryContext(ctx, query, person, seqList(seqs))
	if err != nil {
		return err
	}
	defer rows.Close()
	files := map[string]*[]desk.File{}
	for rows.Next() {
		var seq int64
		row, id, into, err := scan(behind{rows, &seq})
		if err != nil {
			return err
		}
		at[key{k, seq}], files[id.String()] = row, into
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return s.loadFiles(ctx, person, files)
}

// loadFiles reads the files of a person's items, or of the PC's, by the items' ids.
func (s *Store) loadFiles(ctx context.Context, person string, byID map[string]*[]desk.File) error {
	list, _ := json.Marshal(slices.Collect(maps.Keys(byID))) // strings cannot fail
	return s.eachFile(ctx, s.read, "WHERE item IN (SELECT value FROM json_each(?)) AND +person IN ('', ?) AND removed_at IS NULL ORDER BY seq",
		[]any{string(list), person}, func(item string, f desk.File) { *byID[item] = append(*byID[item], f) })
}

func seqList(seqs []int64) string {
	list, _ := json.Marshal(seqs) // numbers cannot fail
	return string(list)
}

// behind scans a row that begins with its seq.
type behind struct {
	row interface{ Scan(...any) error }
	seq *int64
}

// Scan implements what scanDraft and scanRequest read from.
func (b behind) Scan(into ...any) error { return b.row.Scan(append([]any{b.seq}, into...)...) }
