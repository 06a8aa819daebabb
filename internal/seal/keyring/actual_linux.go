package keyring

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/godbus/dbus/v5"
)

// absent tells whether there is no session bus to ask. The library would launch
// one, which outlives the program and has an empty keyring on it.
func absent() bool {
	switch address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); {
	case strings.HasPrefix(address, "disabled:"):
		return true
	case address != "" && address != "autolaunch:":
		return false
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(fmt.Sprintf("/run/user/%d/%s", os.Getuid(), name)); err == nil {
			return false
		}
	}
	return true
}

// none tells whether the bus says that nothing on it is a Secret Service, or
// could be started as one. A bus that does not answer says nothing: it may be
// there in a moment.
func none(err error) bool {
	var refused dbus.Error
	return errors.As(err, &refused) && refused.Name == "org.freedesktop.DBus.Error.ServiceUnknown"
}
