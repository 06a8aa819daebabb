package launch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"guichet/internal/disk"
)

// autostartFile is where desktops look for what starts with a user's session
// (Desktop Application Autostart Specification 0.5).
func autostartFile() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "autostart", "guichet.desktop"), err
}

func setAutostart(program string, on bool) error {
	path, err := autostartFile()
	if err != nil {
		return fmt.Errorf("start with the session: %w", err)
	}
	if on {
		err = writeEntry(path, program)
	} else if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("start with the session: %w", err)
	}
	return nil
}

func writeEntry(path, program string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	body := "[Desktop Entry]\nType=Application\nName=Guichet\nExec=" + quoted(program) + " " + Minimised + "\nX-GNOME-Autostart-enabled=true\n"
	return disk.Write(context.Background(), path, []byte(body), 0o644)
}

// quoted is an argument of Exec (Desktop Entry Specification, "The Exec key"): what is
// special in quotes is escaped there, and once more as in every string.
func quoted(arg string) string {
	inner := strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", `$`, `\\$`, `%`, `%%`).Replace(arg)
	return `"` + inner + `"`
}
