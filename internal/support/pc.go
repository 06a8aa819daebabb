package support

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk"
)

// Bounds of the room on the disk, in bytes, and of a safe write.
const (
	lowRoom  = 1 << 30
	fullRoom = 200 << 20
	slowSync = 500 * time.Millisecond
)

// System tells what Guichet runs on, and how it came there.
func System(version string) Finding {
	name, old := systemName()
	scope := installedFor()
	f := Finding{ID: "system", Code: scope, Facts: Facts{"os": name, "arch": runtime.GOARCH, "version": version, "scope": scope}}
	if old {
		f.Code = "old"
	}
	return f
}

// installedFor reads install.json beside the program: "user", "machine", or "alone" where
// no installer has put one.
func installedFor() string {
	program, err := os.Executable()
	if err != nil {
		return "alone"
	}
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	body, err := os.ReadFile(filepath.Join(filepath.Dir(program), "install.json"))
	var said struct{ Scope string }
	if err != nil || json.Unmarshal(body, &said) != nil || said.Scope != "user" && said.Scope != "machine" {
		return "alone"
	}
	return said.Scope
}

// WebView tells what shows the window; version is what the window's host knows of it, ""
// for nothing.
func WebView(version string) Finding {
	f := webView(version)
	f.ID = "webview"
	return f
}

// older compares versions by their numbers.
func older(version, least string) bool {
	a, b := strings.Split(version, "."), strings.Split(least, ".")
	for i := range b {
		var x, y int
		if i < len(a) {
			_, _ = fmt.Sscan(a[i], &x) // what is no number is none
		}
		_, _ = fmt.Sscan(b[i], &y)
		if x != y {
			return x < y
		}
	}
	return false
}

// Place tells whether a data folder lies where a database can.
func Place(dir string) Finding {
	g := disk.Place(dir)
	f := Finding{ID: "place", Code: g.Kind, Facts: Facts{}, Where: dir}
	if g.Name != "" {
		f.Facts["name"] = g.Name
	}
	return f
}

// Disk tells whether there is room in a data folder, whether what is written there comes
// back, and how long a safe write takes. A folder that is not there yet is not made.
func Disk(ctx context.Context, dir string) Finding {
	f := Finding{ID: "disk", Code: "ok", Facts: Facts{}, Where: dir}
	free, err := disk.Free(dir)
	if err != nil {
		f.Code = "unknown"
		return f
	}
	f.Facts["free"] = fmt.Sprint(free)
	took, err := safeWrite(ctx, disk.Nearest(dir))
	f.Facts["fsync_ms"] = fmt.Sprint(took.Milliseconds())
	full := errors.Is(disk.Classify(err), desk.ErrDiskFull)
	switch {
	case full, free < fullRoom:
		f.Code = "full"
	case errors.Is(disk.Classify(err), desk.ErrReadOnly), err != nil && !isFolder(disk.Nearest(dir)):
		f.Code = "read-only"
	case err != nil:
		f.Code = "fault"
	case free < lowRoom:
		f.Code = "low"
	case took > slowSync:
		f.Code = "slow"
	default:
		f.Where = "" // Place tells it
	}
	return f
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// errOther is a file that does not hold what was written.
var errOther = errors.New("what was written is not what is read")

// safeWrite writes a file as the store's files are written (temporary name, fsync, own
// name, fsync of the folder), reads it again, and removes it. It returns the middle of
// three times.
func safeWrite(ctx context.Context, dir string) (time.Duration, error) {
	took := make([]time.Duration, 3)
	for i := range took {
		begin := time.Now()
		if err := oneWrite(ctx, dir); err != nil {
			return time.Since(begin), err
		}
		took[i] = time.Since(begin)
	}
	slices.Sort(took)
	return took[1], nil
}

func oneWrite(ctx context.Context, dir string) (err error) {
	f, err := os.CreateTemp(dir, ".guichet-doctor-*")
	if err != nil {
		return err
	}
	part, whole := f.Name(), f.Name()+".done"
	defer func() { err = errors.Join(err, disk.Remove(ctx, part, whole)) }()
	body := bytes.Repeat([]byte(rand.Text()), 200)
	_, err = f.Write(body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := disk.Publish(ctx, part, whole); err != nil {
		return err
	}
	read, err := os.ReadFile(whole)
	if err == nil && !bytes.Equal(read, body) {
		err = errOther
	}
	return err
}
