package disk

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// The kinds of ground that a folder can lie on.
const (
	GroundLocal   = "local"   // a disk of this PC
	GroundRoaming = "roaming" // a profile that Windows carries from PC to PC
	GroundCloud   = "cloud"   // a folder that another program copies elsewhere
	GroundNetwork = "network" // a share, or a disk of another machine
)

// Ground is what a folder lies on. Databases want a disk of this PC: a share knows no
// lock that can be relied on, and whoever copies files does so in the middle of a write.
type Ground struct {
	Kind string
	Name string // of the service that copies, or of the file system; "" where there is none
}

// Place tells what a folder lies on, or is to lie on: it need not be there yet. Links
// are followed. What cannot be told is local.
func Place(path string) Ground {
	path = Nearest(path)
	all := []string{path}
	if real, err := filepath.EvalSymlinks(path); err == nil && real != path {
		all = append(all, real)
	}
	for _, p := range all {
		if g := placeOf(p); g.Kind != GroundLocal {
			return g
		}
	}
	return Ground{Kind: GroundLocal}
}

// Nearest is the folder itself, or the nearest one above it that is there.
func Nearest(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	for {
		if _, err := os.Stat(path); err == nil || path == filepath.Dir(path) {
			return path
		}
		path = filepath.Dir(path)
	}
}

// clouds are the names that programs which copy files give to their folders, in small
// letters: the name itself, or with more behind it ("OneDrive - Cabinet", "Dropbox (2)").
var clouds = []struct{ folder, name string }{
	{"onedrive", "OneDrive"}, {"dropbox", "Dropbox"}, {"nextcloud", "Nextcloud"}, {"owncloud", "ownCloud"}, {"google drive", "Google Drive"},
	{"googledrive", "Google Drive"}, {"my drive", "Google Drive"}, {"icloud drive", "iCloud"}, {"iclouddrive", "iCloud"}, {"com~apple~clouddocs", "iCloud"},
	{"pcloud drive", "pCloud"}, {"pcloud sync", "pCloud"}, {"kdrive", "kDrive"}, {"mega", "MEGA"}, {"megasync", "MEGA"}, {"synologydrive", "Synology Drive"},
	{"seafile", "Seafile"},
}

// cloudIn is the service in whose folder a path lies, by the names in it, "" for none.
func cloudIn(path string) string {
	for _, part := range strings.FieldsFunc(strings.ToLower(path), func(r rune) bool { return r == '/' || r == filepath.Separator }) {
		for _, c := range clouds {
			if rest, ok := strings.CutPrefix(part, c.folder); ok && (rest == "" || strings.HasPrefix(rest, " - ") || strings.HasPrefix(rest, " (")) {
				return c.name
			}
		}
	}
	return ""
}

// within tells whether a path is a folder or lies below it; no path lies below none.
func within(path, folder string) bool {
	if folder == "" {
		return false
	}
	if runtime.GOOS == "windows" {
		path, folder = strings.ToLower(path), strings.ToLower(folder)
	}
	rel, err := filepath.Rel(filepath.Clean(folder), filepath.Clean(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
