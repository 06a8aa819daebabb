package portald

import (
	"context"
	"slices"

	"guichet/internal/portal"
)

// parcel is what files were announced for: a request, or a message.
type parcel struct {
	author string
	files  []portal.File
	whole  bool // numbered, or part of the conversation
	may    bool // it may still become whole, by the person who asks
}

// parcel finds the request or message with that id; nil if there is none, or
// the person may not know of it.
func (u *uploads) parcel(ctx context.Context, who person, id string) (*parcel, error) {
	h, err := u.s.store.request(ctx, u.s.store, id)
	if err != nil {
		return nil, err
	}
	if h != nil {
		return &parcel{author: h.Author.ID, files: h.Files, whole: h.Number != "", may: u.s.mayFinish(who, h)}, nil
	}
	m, err := u.s.store.message(ctx, u.s.store, id)
	if err != nil || m == nil {
		return nil, err
	}
	if h, err = u.s.store.request(ctx, u.s.store, m.Request); err != nil || h == nil || !who.sees(h) {
		return nil, err
	}
	return &parcel{author: m.Author.ID, files: m.Files, whole: m.Received, may: true}, nil
}

func (p *parcel) index(file string) int {
	return slices.IndexFunc(p.files, func(f portal.File) bool { return f.ID == file })
}
