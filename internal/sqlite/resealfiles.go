package sqlite

import (
	"context"
	"fmt"

	"guichet/internal/desk"
)

// StoredFile is bytes in the store of attachments and whose they are. Of the file
// it has what tells the bytes: Stored, Size and SHA256.
type StoredFile struct {
	Person string
	File   desk.File
}

// StoredFiles lists all bytes that a row speaks of, each once for every person,
// those of files that were removed too. It opens no seal.
func (s *Store) StoredFiles(ctx context.Context) ([]StoredFile, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT person, stored, size, sha256 FROM file WHERE stored<>'' ORDER BY stored, person")
	if err != nil {
		return nil, fmt.Errorf("list stored files: %w", s.noted(err))
	}
	defer rows.Close()
	var out []StoredFile
	for rows.Next() {
		var f StoredFile
		if err := rows.Scan(&f.Person, &f.File.Stored, &f.File.Size, &f.File.SHA256); err != nil {
			return nil, fmt.Errorf("list stored files: %w", err)
		}
		out = append(out, f)
	}
	return out, s.noted(rows.Err())
}

// Named tells whether any row, of whomever, names stored bytes.
func (s *Store) Named(ctx context.Context, stored string) (named bool, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM file WHERE stored=?)", stored).Scan(&named)
	if err != nil {
		return false, fmt.Errorf("look for stored name: %w", s.noted(err))
	}
	return named, nil
}

// SwapStored gives all rows of a person that name the same bytes the name of
// where they are now. desk.ErrNotFound if there is none any more: then what was
// stored under the new name is an orphan.
func (s *Store) SwapStored(ctx context.Context, person, from, to string) error {
	err := oneRow(s.write.ExecContext(ctx, "UPDATE file SET stored=? WHERE stored=? AND person=?", to, from, person))
	if err != nil {
		return fmt.Errorf("swap stored name: %w", s.noted(err))
	}
	return nil
}
