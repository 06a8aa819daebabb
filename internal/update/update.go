// Package update keeps the installed program up to date: it asks a portal or a
// folder for a signed list of releases, brings the one that fits, and at the next
// start puts it in the place of this one, for a trial that ends in the old program
// if the new one does not come up. It knows nothing of what the program does, asks
// nobody but the address it is given, and trusts nothing but the keys that were
// built in.
//
// Updater is the half that asks and brings; Begin is the half that changes programs
// and is called before anything else is opened.
package update

import (
	"errors"
	"regexp"
	"runtime"
	"strings"

	"guichet/internal/desk"

	"golang.org/x/mod/semver"
)

// Product is what a manifest of ours is for.
const Product = "guichet"

// Fault is why nothing newer is brought or put in place: a stable code, which the
// window has a sentence for.
type Fault string

// Error implements error.
func (f Fault) Error() string { return "update: " + string(f) }

// The faults.
const (
	ErrOffline   Fault = "offline"   // the source does not answer, stops in the middle, or is not one
	ErrNone      Fault = "none"      // it has nothing for this channel and platform
	ErrUnsigned  Fault = "unsigned"  // the manifest has no signature that can be read
	ErrKey       Fault = "key"       // it is signed by a key that this program does not know
	ErrAltered   Fault = "altered"   // it is not what was signed
	ErrManifest  Fault = "manifest"  // signed, and not what a manifest has to be
	ErrProduct   Fault = "product"   // of another program
	ErrChannel   Fault = "channel"   // of another channel
	ErrPlatform  Fault = "platform"  // of another system
	ErrReplayed  Fault = "replayed"  // older than one that was accepted here
	ErrStale     Fault = "stale"     // past its end: somebody may be holding back a newer one
	ErrDowngrade Fault = "downgrade" // all that it has is older than this program
	ErrTooOld    Fault = "too-old"   // what it has cannot replace a program as old as this one
	ErrRefused   Fault = "refused"   // what it has did not come up here
	ErrDeferred  Fault = "deferred"  // what it has is to wait, by the policy of this PC
	ErrPackage   Fault = "package"   // the bytes are not those that were signed for
	ErrTooLarge  Fault = "too-large" // more bytes than a manifest or a package may have
	ErrState     Fault = "state"     // what is kept of updates here cannot be read or written
	ErrOff       Fault = "off"       // this program does not update itself
)

// codeOf is the code that a person is told for an error, "" for none: a Fault's, or
// that of a full or unwritable disk.
func codeOf(err error) string {
	var f Fault
	var known *desk.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &known):
		return known.Code
	case errors.As(err, &f):
		return string(f)
	}
	return string(ErrState) // the disk: everything else has a fault of its own
}

// Platform is what this program runs on, as manifests name it.
func Platform() string { return runtime.GOOS + "-" + runtime.GOARCH }

// between is what git makes of a commit that has no tag.
var between = regexp.MustCompile(`-[0-9]+-g[0-9a-f]{4,}|-dirty$`)

// Released tells whether a version is one of a release, such as 1.4.0 or
// v1.4.0-beta.2. What is built between two releases is older and newer than
// either, so it is never updated.
func Released(version string) bool {
	v := "v" + strings.TrimPrefix(version, "v")
	return len(v) <= maxVersion && semver.IsValid(v) && semver.Canonical(v) == v && !between.MatchString(v)
}

// newer tells whether a released version comes behind another one.
func newer(version, than string) bool { return compare(version, than) > 0 }

func compare(a, b string) int {
	return semver.Compare("v"+strings.TrimPrefix(a, "v"), "v"+strings.TrimPrefix(b, "v"))
}
