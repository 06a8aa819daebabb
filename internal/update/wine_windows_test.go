package update

import (
	"errors"

	"golang.org/x/sys/windows"
)

// lostByWine tells whether Wine has lost a process that it had made before its first
// instruction, which a machine with other work brings about now and then: nothing of
// the program has run. Windows knows no such end.
func lostByWine(err error) bool {
	return errors.Is(err, windows.ERROR_INTERNAL_ERROR) && windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}
