package update

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// installFile lies beside the program, put there by whatever installed it.
const installFile = "install.json"

// Scopes of an installation.
const (
	ScopeNone    = ""        // a program that nobody installed: built by hand, or for a test
	ScopeUser    = "user"    // of one user, who may change its files
	ScopeMachine = "machine" // of all users of this PC: somebody else brings the updates
)

// Install is how the program came to this PC.
type Install struct {
	Scope string `json:"scope"`
	Kind  string `json:"kind"` // nsis, deb, tar
}

// ReadInstall reads what lies beside a program; the zero Install when there is
// nothing.
func ReadInstall(exe string) (Install, error) {
	var i Install
	body, err := os.ReadFile(filepath.Join(filepath.Dir(exe), installFile))
	if errors.Is(err, fs.ErrNotExist) {
		return i, nil
	}
	if err == nil {
		err = json.Unmarshal(body, &i)
	}
	if err == nil && i.Scope != ScopeUser && i.Scope != ScopeMachine {
		err = errors.New("no such scope")
	}
	if err != nil {
		return Install{}, fmt.Errorf("read %s: %w", installFile, err)
	}
	return i, nil
}

// Policy is what happens by itself.
type Policy string

// The policies.
const (
	PolicyOff    Policy = "off"    // nobody is asked for anything
	PolicyNotify Policy = "notify" // what there is is told
	PolicyAuto   Policy = "auto"   // it is brought, and put in place at the next start
)

// For is what a policy comes to for an installation: "" is the usual one, and what
// belongs to all users of a PC is never changed from here.
func (p Policy) For(i Install) Policy {
	switch {
	case i.Scope == ScopeNone, p == PolicyOff:
		return PolicyOff
	case i.Scope == ScopeMachine, p == PolicyNotify:
		return PolicyNotify
	case p == PolicyAuto || p == "":
		return PolicyAuto
	}
	return PolicyNotify // one that this program does not know
}
