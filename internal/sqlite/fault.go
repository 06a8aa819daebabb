package sqlite

import (
	"errors"
	"os"

	"guichet/internal/desk"
	"guichet/internal/disk"

	sqlite "modernc.org/sqlite"
)

// SQLite's primary result codes, and the extended ones that a full disk gives
// when there is no room for the shared memory of the log.
const (
	codeReadOnly = 8
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
	codeShmSize  = 4874
	codeNoShm    = 8714
)

// classify gives errors that a person can do something about their code.
func classify(err error) error {
	var known *desk.Error
	var e *sqlite.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if !errors.As(err, &e) {
		return disk.Classify(err)
	}
	switch {
	case e.Code() == codeNoShm, e.Code() == codeShmSize, e.Code()&0xff == codeFull:
		return desk.ErrDiskFull.With(err)
	case e.Code()&0xff == codeReadOnly, e.Code()&0xff == codeCantOpen:
		return desk.ErrReadOnly.With(err)
	case e.Code()&0xff == codeCorrupt, e.Code()&0xff == codeNotADB:
		return desk.ErrDamaged.With(err)
	}
	return err
}

// folderFault classifies a fault of the data folder itself: whatever else is
// wrong with it, nothing can be written there.
func folderFault(err error) error {
	if err = disk.Classify(err); errors.Is(err, desk.ErrDiskFull) || errors.Is(err, desk.ErrReadOnly) {
		return err
	}
	return desk.ErrReadOnly.With(err)
}

// errMending is what everybody gets while the database is mended.
var errMending = errors.New("the database is being mended")

// noted classifies an error. If it says that the database is damaged, that is
// written down for the next start, which mends it, and told by Damaged.
func (s *Store) noted(err error) error {
	err = classify(err)
	if !errors.Is(err, desk.ErrDamaged) || errors.Is(err, errMending) {
		return err
	}
	// A mark that cannot be made is no loss: the damage will be met again.
	_ = os.WriteFile(s.mark(), nil, 0o600)
	select {
	case s.damage <- struct{}{}:
	default:
	}
	return err
}

// mark is the file that says that the database is damaged although it opens.
func (s *Store) mark() string { return s.path() + "-damaged" }

// Damaged tells that the database was found to be damaged: Mend is due.
func (s *Store) Damaged() <-chan struct{} { return s.damage }
