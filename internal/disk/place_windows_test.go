package disk

import (
	"path/filepath"
	"testing"
)

func TestPlaceOnWindows(t *testing.T) {
	profile := t.TempDir()
	t.Setenv("APPDATA", filepath.Join(profile, "AppData", "Roaming"))
	t.Setenv("OneDrive", filepath.Join(profile, "Documents du cabinet"))
	for _, c := range []struct{ name, path, kind string }{
		{"ALocalProfile", filepath.Join(profile, "AppData", "Local", "Guichet"), GroundLocal},
		{"ARoamingProfile", filepath.Join(profile, "appdata", "ROAMING", "Guichet"), GroundRoaming},
		{"OneDriveUnderAnotherName", filepath.Join(profile, "Documents du cabinet", "Guichet"), GroundCloud},
		{"AShare", `\\serveur\profils\claire\Guichet`, GroundNetwork},
		{"AShareInLongForm", `\\?\UNC\serveur\profils\Guichet`, GroundNetwork},
		{"ALongPath", `\\?\C:\Guichet`, GroundLocal},
	} {
		t.Run(c.name, func(t *testing.T) {
			if g := placeOf(c.path); g.Kind != c.kind {
				t.Errorf("%+v", g)
			}
		})
	}
}
