package inbox

import (
	"context"
	"time"

	"guichet/internal/desk"
)

// pages are the answers to one question, two of them asked for while the one before
// is stored: of ten thousand requests neither the portal nor the disk waits for the
// other one, and one that takes longer now and then is no matter.
type pages struct {
	answers chan page
	cancel  context.CancelFunc
}

type page struct {
	in  desk.Changes
	err error
}

// pages begins to ask. The caller ends it with stop, and stores what next returns
// before it asks for another.
func (i *Inbox) pages(ctx context.Context, person, cursor string, wait time.Duration) *pages {
	ctx, cancel := context.WithCancel(ctx)
	p := &pages{answers: make(chan page, 1), cancel: cancel}
	go func() {
		defer close(p.answers)
		for more := true; more; wait = 0 {
			in, err := i.Portal.Changes(ctx, person, cursor, wait)
			more = err == nil && in.More && in.Cursor != cursor
			cursor = in.Cursor
			select {
			case p.answers <- page{in, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return p
}

// next is the next answer.
func (p *pages) next() (desk.Changes, error) {
	got, ok := <-p.answers
	if !ok {
		return desk.Changes{}, context.Canceled
	}
	return got.in, got.err
}

// stop ends it, and waits for the question under way.
func (p *pages) stop() {
	p.cancel()
	for range p.answers {
	}
}
