package disktest

import (
	"sync"
	"testing"

	"golang.org/x/sys/windows"
)

// How others share a file that they have open.
const (
	Nothing    = 0
	AsScanners = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE // neither rename nor removal
	Everything = AsScanners | windows.FILE_SHARE_DELETE
)

// Hold opens a file as another program would, which shares it as told, until
// release or the end of the test.
func Hold(tb testing.TB, path string, share uint32) (release func()) {
	tb.Helper()
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		tb.Fatal(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, share, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		tb.Fatalf("hold: %v", err)
	}
	release = sync.OnceFunc(func() {
		if err := windows.CloseHandle(h); err != nil {
			tb.Errorf("release: %v", err)
		}
	})
	tb.Cleanup(release)
	return release
}
