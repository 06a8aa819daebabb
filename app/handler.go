package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"guichet/internal/attach"
	"guichet/internal/desk"

	"github.com/google/uuid"
)

const (
	maxPiece  = 4 << 20         // bytes of one piece that the window sends
	stallWait = 2 * time.Minute // without a piece, the window is taken for gone
	thumbSide = 320             // pixels
)

// Handler serves what is too large for calls: POST /files/{token}?offset=N
// takes a piece of a confirmed file that the window holds, GET
// /files/{id}/thumb gives a picture of a stored one.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /files/{token}", a.servePiece)
	mux.HandleFunc("GET /files/{id}/thumb", a.serveThumb)
	return mux
}

// receive begins to store a confirmed file whose bytes the window sends.
func (a *App) receive(d desk.Draft, c *candidate, statement desk.Confirmation) {
	r, w := io.Pipe()
	u := &upload{
		pipe: w, result: make(chan uploadResult, 1),
		stalled: time.AfterFunc(stallWait, func() { w.CloseWithError(errStalled) }),
	}
	c.upload = u
	a.candidates.hold(c)
	a.goDo(func(ctx context.Context) {
		stop := context.AfterFunc(ctx, func() { w.CloseWithError(errGivenUp) })
		defer stop()
		defer u.stalled.Stop()
		f, err := a.keep(ctx, d, c, statement, r)
		// A window that goes on sending meets the reason, not a full pipe.
		r.CloseWithError(errors.Join(io.ErrClosedPipe, err))
		u.result <- uploadResult{f, err}
		if err != nil && !errors.Is(err, errGivenUp) {
			a.log.Warn().Str("error", safe(err)).Msg("file from the window not stored")
		}
	})
}

func (a *App) servePiece(w http.ResponseWriter, r *http.Request) {
	c, ok := a.candidates.receiving(r.PathValue("token"))
	if !ok {
		answerError(w, http.StatusNotFound, desk.ErrNotFound)
		return
	}
	offset, err := strconv.ParseInt(r.URL.Query().Get("offset"), 10, 64)
	if err != nil {
		answerError(w, http.StatusBadRequest, desk.ErrInvalid)
		return
	}
	piece, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPiece))
	if err != nil {
		answerError(w, http.StatusRequestEntityTooLarge, desk.ErrInvalid)
		return
	}
	u := c.upload
	u.mu.Lock()
	defer u.mu.Unlock()
	if offset != u.received { // a repeat of a piece whose answer was lost
		answer(w, http.StatusOK, map[string]any{"received": u.received})
		return
	}
	u.stalled.Reset(stallWait)
	_, writeErr := io.Copy(u.pipe, bytes.NewReader(piece))
	u.received += int64(len(piece))
	if writeErr == nil && u.received < c.Size {
		answer(w, http.StatusOK, map[string]any{"received": u.received})
		return
	}
	_ = u.pipe.Close() // a PipeWriter's Close cannot fail
	res := <-u.result
	a.candidates.forget(c.token)
	if res.err != nil {
		answerError(w, http.StatusUnprocessableEntity, desk.Invalid(problemFor(res.err)))
		return
	}
	a.changed("drafts", "requests")
	answer(w, http.StatusOK, map[string]any{"received": u.received, "file": fileOf(res.file)})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a window that has gone needs no answer
}

func answerError(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, FormatError(err).(string))
}

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
	if err != nil || (owner.Person != "" && owner.Person != a.me().ID) || !attach.CanThumb(f.Media) {
		http.NotFound(w, r)
		return
	}
	stored, err := a.files.Open(r.Context(), owner.Person, f.Stored, f.Size)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer stored.Close()
	var png bytes.Buffer
	if err := attach.Thumb(&png, stored, thumbSide); err != nil {
		http.NotFound(w, r) // the window shows the file's name alone
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store") // it is content, and sealed: no web view may keep a copy
	_, _ = w.Write(png.Bytes())
}

// openStored gives the client the bytes that it sends. They may have been sealed
// under another name since their row was read.
func (a *App) openStored(ctx context.Context, owner desk.Owner, f desk.File) (io.ReadSeekCloser, error) {
	stored, err := a.files.Open(ctx, owner.Person, f.Stored, f.Size)
	if !errors.Is(err, fs.ErrNotExist) {
		return stored, err
	}
	now, _, rowErr := a.store.File(ctx, f.ID)
	if rowErr != nil || now.Stored == f.Stored {
		return stored, err
	}
	return a.files.Open(ctx, owner.Person, now.Stored, now.Size)
}
