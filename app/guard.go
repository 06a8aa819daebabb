package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"guichet/internal/desk"
	"guichet/internal/support"
)

// startWait is how long a call waits for Start; the window gives up later.
const startWait = 8 * time.Second

// begin waits until the app has started, and tells why if it could not. What
// kept it from opening may be over (a full disk, another Guichet): it is tried
// again, so that « Réessayer » is nothing but the same call. Calls that come
// together try once.
func (a *App) begin() error {
	asked := a.Now()
	select {
	case <-a.started:
	case <-time.After(startWait):
		return desk.ErrInternal.With(errors.New("start takes too long"))
	}
	a.opening.Lock()
	defer a.opening.Unlock()
	if a.openErr != nil && a.ctx.Err() == nil && a.triedAt.Before(asked) {
		a.tryOpen()
	}
	return a.openErr
}

// guard ends every bound call: a panic becomes an error, since the window would
// wait for ever, and what is not the person's to mend goes to the log. The
// arguments never do.
func (a *App) guard(op string, err *error) {
	if p := recover(); p != nil {
		// The panic's value may quote an argument; its type and place do not.
		a.log.Error().Str("call", op).Str("panic", fmt.Sprintf("%T", p)).Any("stack", support.Frames(string(debug.Stack()))).Msg("call panicked")
		*err = desk.ErrInternal
		return
	}
	var known *desk.Error
	if *err != nil && (!errors.As(*err, &known) || known.Err != nil) {
		a.log.Warn().Str("call", op).Str("error", safe(*err)).Msg("call failed")
	}
}

// FormatError makes the JSON string that the window's bridge parses: code,
// problems, revision. The cause stays here.
func FormatError(err error) any {
	e := desk.ErrInternal
	errors.As(err, &e)
	body, jsonErr := json.Marshal(struct {
		Code     string    `json:"code"`
		Problems []Problem `json:"problems"`
		Revision int64     `json:"revision"`
	}{e.Code, problemsOf(e.Problems), e.Revision})
	if jsonErr != nil {
		return desk.ErrInternal.Code
	}
	return string(body)
}

// safe is an error's text without the paths that the operating system puts in:
// a file's name is content.
func safe(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	var known *desk.Error
	text := err.Error()
	switch {
	case errors.As(err, &path):
		text = fmt.Sprintf("%s: %v", path.Op, path.Err)
	case errors.As(err, &link):
		text = fmt.Sprintf("%s: %v", link.Op, link.Err)
	default:
		return text
	}
	if errors.As(err, &known) {
		return known.Code + ": " + text
	}
	return text
}
