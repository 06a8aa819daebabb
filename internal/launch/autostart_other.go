//go:build !windows && !linux

package launch

import "errors"

func setAutostart(_ string, on bool) error {
	if !on {
		return nil
	}
	return errors.New("start with the session: not known on this system")
}
