package launch

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows/registry"
)

// runKey is where Windows looks for what starts with a user's session.
const runKey, runName = `Software\Microsoft\Windows\CurrentVersion\Run`, "Guichet"

func setAutostart(program string, on bool) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("start with the session: %w", err)
	}
	defer k.Close()
	if on {
		err = k.SetStringValue(runName, `"`+program+`" `+Minimised)
	} else if err = k.DeleteValue(runName); errors.Is(err, registry.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("start with the session: %w", err)
	}
	return nil
}
