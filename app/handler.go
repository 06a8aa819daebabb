package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strconv"

	"guichet/internal/desk"
)

const maxPiece = 4 << 20 // bytes of one piece that the window sends

// Handler serves what is too large for calls: POST /files/{token}?offset=N
// takes a piece of a file that the window holds, before it is confirmed, GET
// /files/{token}/page/{page}?width=N draws a page of one that is not confirmed yet, and
// GET /files/{id}/thumb gives a picture of a stored one.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /files/{token}", a.servePiece)
	mux.HandleFunc("GET /files/{id}/thumb", a.serveThumb)
	mux.HandleFunc("GET /files/{token}/page/{page}", a.servePage)
	return mux
}

// servePiece takes a piece of a file that the window holds. It stays in memory, until
// the file is confirmed or given up.
func (a *App) servePiece(w http.ResponseWriter, r *http.Request) {
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
	received, ok := a.candidates.receive(r.PathValue("token"), offset, piece)
	if !ok {
		answerError(w, http.StatusNotFound, desk.ErrNotFound)
		return
	}
	answer(w, http.StatusOK, map[string]any{"received": received})
}

// pageWidth is how wide a page is drawn at the most, in pixels: that of A4 at 200 dpi.
const pageWidth = 1654

// servePage draws a page of a candidate, to be looked at, blackened in parts, or read
// by whoever recognises text; smaller if that is asked for.
func (a *App) servePage(w http.ResponseWriter, r *http.Request) {
	c, ok := a.candidates.get(r.PathValue("token"))
	page, err := strconv.Atoi(r.PathValue("page"))
	if err != nil || page < 1 {
		http.NotFound(w, r)
		return
	}
	if !ok { // confirmed or given up meanwhile
		w.WriteHeader(http.StatusNoContent)
		return
	}
	width, err := strconv.Atoi(r.URL.Query().Get("width"))
	if err != nil || width < 1 || width > pageWidth {
		width = pageWidth
	}
	drawn, err := a.drawPage(r.Context(), c, page, width)
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusNoContent) // the window says that it cannot be shown
		return
	}
	writePicture(w, drawn)
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
