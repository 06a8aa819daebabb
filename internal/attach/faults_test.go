package attach_test

import (
	"errors"
	"os"
	"slices"
	"testing"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// A fault of the disk has the code that a person can do something about; what
// nobody can is no such error. diskFaults is each system's own list.
func TestDiskFaults(t *testing.T) {
	for fault, want := range diskFaults {
		t.Run(fault.Error(), func(t *testing.T) {
			_, dir := newStore(t, privacy.Plain{})
			cause := &os.PathError{Op: "write", Path: "x", Err: fault}
			_, err := attach.New(dir, sealer{write: cause}).Put(t.Context(), "", some(nil), mega, nil)
			if !errors.Is(err, fault) {
				t.Errorf("the cause is lost: %v", err)
			}
			for _, e := range []error{desk.ErrDiskFull, desk.ErrReadOnly} {
				if errors.Is(err, e) != (e == want) {
					t.Errorf("is %v: %t", e, e != want)
				}
			}
			if got := names(t, dir); !slices.Equal(got, []string{}) {
				t.Errorf("folder holds %q", got)
			}
		})
	}
}
