package disk

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

func placeOf(path string) Ground {
	for _, variable := range []string{"OneDrive", "OneDriveCommercial", "OneDriveConsumer"} {
		if within(path, os.Getenv(variable)) {
			return Ground{GroundCloud, "OneDrive"}
		}
	}
	if name := cloudIn(path); name != "" {
		return Ground{GroundCloud, name}
	}
	if onShare(path) {
		return Ground{GroundNetwork, ""}
	}
	if within(path, os.Getenv("APPDATA")) {
		return Ground{Kind: GroundRoaming}
	}
	return Ground{Kind: GroundLocal}
}

// onShare tells a path of another machine: one that names it, or one on a letter that
// stands for a share.
func onShare(path string) bool {
	if strings.HasPrefix(strings.ToUpper(path), `\\?\UNC\`) {
		return true
	}
	volume := filepath.VolumeName(path)
	plain := strings.TrimPrefix(volume, `\\?\`)
	if plain == volume && strings.HasPrefix(volume, `\\`) {
		return true
	}
	root, err := windows.UTF16PtrFromString(plain + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE
}
