package launch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestAutostart(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	path := filepath.Join(home, "autostart", "guichet.desktop")
	for range 2 {
		if err := SetAutostart(`/opt/mes programmes/100% "à moi" $x/guichet`, true); err != nil {
			t.Fatal(err)
		}
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "[Desktop Entry]\nType=Application\nName=Guichet\n" +
		`Exec="/opt/mes programmes/100%% \\"à moi\\" \\$x/guichet" --minimised` + "\nX-GNOME-Autostart-enabled=true\n"
	if string(body) != want {
		t.Errorf("%s", body)
	}
	for range 2 {
		if err := SetAutostart("", false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
