package app

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"sync"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/reader"

	"github.com/google/uuid"
)

const (
	thumbSide  = 320      // pixels
	maxThumbed = 32 << 20 // bytes of a PDF whose first page is drawn
	maxThumbs  = 64
)

const mediaPDF = "application/pdf"

// canThumb tells whether a stored file of that media type may have a picture.
func canThumb(media string) bool { return media == mediaPDF || attach.CanThumb(media) }

// serveThumb draws the thumbnail of a file that the person may see.
func (a *App) serveThumb(w http.ResponseWriter, r *http.Request) {
	if a.begin() != nil {
		http.Error(w, "", http.StatusServiceUnavailable)
		return
	}
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	f, owner, err := a.store.File(r.Context(), id)
	if err != nil || (owner.Person != "" && owner.Person != a.me().ID) || !canThumb(f.Media) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	switch png := a.thumb(r.Context(), owner, f); {
	case png != nil:
		writePicture(w, png)
	case f.Media == mediaPDF:
		w.WriteHeader(http.StatusNoContent) // no fault: many are protected, and the window shows a sign in its place
	default:
		http.NotFound(w, r)
	}
}

// writePicture answers with a picture. It is content, and sealed where it is stored: no
// web view may keep a copy.
func writePicture(w http.ResponseWriter, picture []byte) {
	w.Header().Set("Content-Type", http.DetectContentType(picture))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(picture) // a window that has gone needs no answer
}

// thumb is a small picture of a stored file, nil if there is none.
func (a *App) thumb(ctx context.Context, owner desk.Owner, f desk.File) []byte {
	if f.Media == mediaPDF {
		return a.thumbs.get(f.Stored, func() ([]byte, bool) { return a.firstPage(ctx, owner, f) })
	}
	stored, err := a.files.Open(ctx, owner.Person, f.Stored, f.Size)
	if err != nil {
		return nil
	}
	defer stored.Close()
	var png bytes.Buffer
	if attach.Thumb(&png, stored, thumbSide) != nil {
		return nil
	}
	return png.Bytes()
}

// firstPage has a child draw the first page of a stored PDF, nil if it cannot. That is
// to be kept as well, or each look at a list would try again.
func (a *App) firstPage(ctx context.Context, owner desk.Owner, f desk.File) (png []byte, keep bool) {
	if f.Size > maxThumbed {
		return nil, true
	}
	end, err := a.glance(ctx) // before there are bytes to be held meanwhile
	if err != nil {
		return nil, false
	}
	defer end()
	stored, err := a.files.Open(ctx, owner.Person, f.Stored, f.Size)
	if err != nil {
		return nil, false
	}
	defer stored.Close()
	png, err = a.reader.Page(ctx, reader.File{Name: f.Name, From: stored, Size: f.Size}, 1, thumbSide)
	return png, err == nil || ctx.Err() == nil
}

// small draws a page to be glanced at.
func (a *App) small(ctx context.Context, f reader.File, page, width int) ([]byte, error) {
	end, err := a.glance(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	return a.reader.Page(ctx, f, page, width)
}

// glance waits for the turn to draw a page to be glanced at, and returns what ends it.
// Such pictures come one after the other: whoever waits for a file to be looked into
// never waits for a list of them.
func (a *App) glance(ctx context.Context) (end func(), err error) {
	select {
	case a.glances <- struct{}{}:
		return func() { <-a.glances }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// thumbs are the pictures of PDF files that were looked at last, by the names of their
// bytes; nil of one that cannot be drawn. Each took a process, and they lie in memory
// alone: the bytes are sealed.
type thumbs struct {
	mu    sync.Mutex
	byKey map[string][]byte
	order []string // names, the one looked at last at the end
}

// get returns the picture of that name, or draws it and keeps it if it is to be kept.
func (t *thumbs) get(name string, draw func() (png []byte, keep bool)) []byte {
	t.mu.Lock()
	png, ok := t.byKey[name]
	if ok {
		t.touch(name)
	}
	t.mu.Unlock()
	if ok {
		return png
	}
	png, keep := draw()
	if !keep {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byKey == nil {
		t.byKey = map[string][]byte{}
	}
	t.byKey[name] = png
	t.touch(name)
	if len(t.order) > maxThumbs {
		delete(t.byKey, t.order[0])
		t.order = t.order[1:]
	}
	return png
}

func (t *thumbs) touch(name string) {
	t.order = append(slices.DeleteFunc(t.order, func(n string) bool { return n == name }), name)
}

// clear forgets all of them: somebody else is at the desk.
func (t *thumbs) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byKey, t.order = nil, nil
}
