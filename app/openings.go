package app

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"guichet/internal/launch"
)

// openings are what the program was started for, in the order in which it came, until
// the window takes it.
type openings struct {
	mu    sync.Mutex
	all   []Opening
	files time.Time // when files came last
}

const (
	// maxOpenings bounds what waits for a window that does not come.
	maxOpenings = 100
	// filesApart is how soon one file comes behind another when both were chosen together:
	// Windows starts the program once for each, and each start takes its time.
	filesApart = 500 * time.Millisecond
)

// add has one wait. Files that come together begin one request.
func (o *openings) add(one Opening) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(one.Files) > 0 {
		before := o.files
		o.files = time.Now()
		if last := len(o.all) - 1; last >= 0 && len(o.all[last].Files) > 0 && o.files.Sub(before) < filesApart {
			o.all[last].Files = append(o.all[last].Files, one.Files...)
			return
		}
	}
	if len(o.all) < maxOpenings {
		o.all = append(o.all, one)
	}
}

// take takes all, once no more files come behind those that have come, or ctx ends.
func (o *openings) take(ctx context.Context) []Opening {
	for {
		o.mu.Lock()
		rest := filesApart - time.Since(o.files)
		if rest <= 0 || len(o.all) == 0 || ctx.Err() != nil {
			out := append([]Opening{}, o.all...)
			o.all = nil
			o.mu.Unlock()
			return out
		}
		o.mu.Unlock()
		select {
		case <-time.After(rest):
		case <-ctx.Done():
		}
	}
}

// Opening is what a start of the program was for.
type Opening struct {
	Kind    string   `json:"kind"`    // new, request
	Files   []string `json:"files"`   // paths that a new request begins with
	Request string   `json:"request"` // the id of the one to be shown
}

func (o Order) opening() (Opening, bool) {
	switch {
	case o.Request != "":
		return Opening{Kind: "request", Request: o.Request, Files: []string{}}, true
	case o.New:
		return Opening{Kind: "new", Files: append([]string{}, o.Files...)}, true
	}
	return Opening{}, false
}

// openFor has the window do what a start was for.
func (a *App) openFor(o Order) {
	opening, ok := o.opening()
	if !ok {
		return
	}
	a.openings.add(opening)
	if a.shell != nil {
		a.changed("openings")
	}
}

// Started does what a later start of the program was for; it is called for one after
// the other. False: this program is closing, and the next one is to do it.
func (a *App) Started(m launch.Message) (taken bool) {
	if m.Quit {
		a.CloseUnasked()
		return true
	}
	if a.isClosing() {
		return false
	}
	order, err := ParseOrder(m.Args, filepath.Clean(m.Folder))
	if err != nil {
		a.log.Warn().Msg("a later start was for nothing that is known")
	}
	if !order.Minimised {
		a.ComeBack()
	}
	a.openFor(order)
	return true
}

// Openings takes what the program was started for since the last time.
func (x *Launch) Openings() (out []Opening, err error) {
	defer x.a.guard("Launch.Openings", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	return x.a.openings.take(x.a.ctx), nil
}
