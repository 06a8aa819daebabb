package disk

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPlace(t *testing.T) {
	t.Run("ADiskOfThisPC", func(t *testing.T) {
		if g := Place(filepath.Join(t.TempDir(), "not", "there", "yet")); g != (Ground{Kind: GroundLocal}) {
			t.Errorf("%+v", g)
		}
	})
	for folder, want := range map[string]string{
		"OneDrive - Cabinet des Tilleuls": "OneDrive", "Dropbox": "Dropbox", "Nextcloud": "Nextcloud", "kDrive": "kDrive",
		"Dropbox (2)": "Dropbox", "OneDriver": "", "Mega fichiers": "", "Guichet": "",
	} {
		t.Run(folder, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), folder, "Guichet")
			if err := os.MkdirAll(path, 0o700); err != nil {
				t.Fatal(err)
			}
			if g := Place(path); g.Name != want || (g.Kind == GroundCloud) != (want != "") {
				t.Errorf("%+v", g)
			}
		})
	}
	t.Run("ALinkIntoACloudFolder", func(t *testing.T) {
		dir := t.TempDir()
		cloud := filepath.Join(dir, "Nextcloud", "Guichet")
		if err := os.MkdirAll(cloud, 0o700); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(dir, "data")
		if err := os.Symlink(cloud, link); err != nil {
			t.Skipf("no links here: %v", err)
		}
		if real, err := filepath.EvalSymlinks(link); err != nil || filepath.Base(filepath.Dir(real)) != "Nextcloud" {
			t.Skipf("links are not followed here (Wine): %s, %v", real, err)
		}
		if g := Place(link); g != (Ground{GroundCloud, "Nextcloud"}) {
			t.Errorf("%+v", g)
		}
	})
}

func TestFree(t *testing.T) {
	free, err := Free(filepath.Join(t.TempDir(), "not", "there"))
	if err != nil || free <= 0 {
		t.Errorf("%d bytes, %v", free, err)
	}
}
