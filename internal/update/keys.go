package update

import "strings"

// pinned are the public keys whose releases this program takes, separated by
// commas. The build of a release sets them:
//
//	-ldflags "-X guichet/internal/update.pinned=RWQ…,RWR…"
//
// A second one is there for the day when the first is lost. A program without any
// does not update itself.
var pinned string

// Pinned are the public keys that were built in.
func Pinned() []string {
	return strings.FieldsFunc(pinned, func(r rune) bool { return r == ',' || r == ' ' })
}
