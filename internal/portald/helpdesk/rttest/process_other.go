//go:build !linux

package rttest

import (
	"errors"
	"os/exec"
)

// process is a server: there is none but on Linux.
type process struct{ done chan struct{} }

var errLinux = errors.New("there is a Request Tracker to start on Linux only")

func (r *RT) launch() (*process, error) { return nil, errLinux }
func (p *process) stop()                {}
func (p *process) kill()                {}
func lower(*exec.Cmd)                   {}
func own(string) error                  { return errLinux }
