package portald

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/database"

	"github.com/rs/zerolog"
	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"
)

// translated turns the plain errors of tus into problems, and keeps tus from
// the line once the body has been read.
type translated struct {
	http.ResponseWriter
	failed bool

	mu   sync.Mutex
	read bool
}

// incoming is the body of an upload.
type incoming struct {
	io.ReadCloser
	out *translated
	cut atomic.Bool
}

func (i *incoming) Read(p []byte) (int, error) {
	if i.cut.Load() {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := i.ReadCloser.Read(p)
	faultpoint("bytes-read")
	switch {
	case errors.Is(err, io.EOF):
		i.out.wholeBody()
	case err != nil && i.cut.Load():
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// interrupt ends the body where it is; what came so far is kept.
func (i *incoming) interrupt() {
	i.cut.Store(true)
	_ = i.out.SetReadDeadline(time.Now()) // a line that is gone reads no more by itself
}

type bodyKey struct{}

// turns gives an upload to one call at a time at all nodes, the newest: a desk whose
// line broke comes back, to whichever node, while the old call still waits for bytes.
// That call is ended by its own body. tus would reach for a body that the call may be
// setting up just then.
type turns struct{ *database.DB }

// NewLock implements handler.Locker.
func (t turns) NewLock(id string) (handler.Lock, error) { return &turn{db: t.DB, id: id}, nil }

type turn struct {
	db   *database.DB
	id   string
	free func()
}

func uploadKey(id string) string { return "upload " + id }

// Lock implements handler.Lock.
func (t *turn) Lock(ctx context.Context, _ func()) (err error) {
	body, ok := ctx.Value(bodyKey{}).(*incoming)
	if !ok {
		return errors.New("a call without its body")
	}
	if t.free, err = t.db.Hold(ctx, uploadKey(t.id), body.interrupt); err != nil && ctx.Err() != nil {
		return handler.ErrFileLocked // "busy"; the error for waits in vain says that the portal is broken
	}
	return err
}

// Unlock implements handler.Lock.
func (t *turn) Unlock() error {
	t.free()
	return nil
}

// wholeBody lifts the deadline. From here on the server waits for the end of
// the line, and would take a deadline for it: this call and all later ones on
// the line would be cancelled. tus sets one at any time, even behind its
// answer, when another call wants the same upload.
func (t *translated) wholeBody() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.read = true
	_ = http.NewResponseController(t.ResponseWriter).SetReadDeadline(time.Time{}) // a line that is gone needs none
}

// SetReadDeadline is what tus calls by way of http.ResponseController.
func (t *translated) SetReadDeadline(at time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.read {
		return nil
	}
	return http.NewResponseController(t.ResponseWriter).SetReadDeadline(at)
}

// failures is a log that takes of tus why it answered that the portal is broken, and
// nothing else: it would log metadata.
type failures struct{ log zerolog.Logger }

// Enabled implements slog.Handler.
func (failures) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

// Handle implements slog.Handler.
func (f failures) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "InternalServerError" {
		r.Attrs(func(a slog.Attr) bool {
			if a.Key == "message" {
				f.log.Error().Str("error", a.Value.String()).Msg("upload failed")
			}
			return true
		})
	}
	return nil
}

// WithAttrs implements slog.Handler.
func (f failures) WithAttrs([]slog.Attr) slog.Handler { return f }

// WithGroup implements slog.Handler.
func (f failures) WithGroup(string) slog.Handler { return f }

// codes that tus answers with, as problems.
var tusCodes = map[int]string{
	http.StatusForbidden:             portal.CodeForbidden,
	http.StatusNotFound:              portal.CodeNotFound,
	http.StatusGone:                  portal.CodeNotFound,
	http.StatusNotImplemented:        portal.CodeBadRequest, // an extension that is switched off
	http.StatusConflict:              portal.CodeMismatch,
	http.StatusRequestEntityTooLarge: portal.CodeTooLarge,
	http.StatusLocked:                portal.CodeBusy,
	460:                              portal.CodeHashMismatch,
}

func (t *translated) WriteHeader(status int) {
	if status < 400 {
		t.ResponseWriter.WriteHeader(status)
		return
	}
	t.failed = true
	code, ok := tusCodes[status]
	switch {
	case ok:
	case status >= 500:
		code = portal.CodeInternal
	default:
		code = portal.CodeBadRequest
	}
	t.Header().Del("Content-Length")
	if code == portal.CodeBusy {
		answerBusy(t.ResponseWriter)
		return
	}
	answerProblem(t.ResponseWriter, &problem{code: code})
}

func (t *translated) Write(b []byte) (int, error) {
	if t.failed {
		return len(b), nil // the plain text that the problem stands for
	}
	return t.ResponseWriter.Write(b)
}

// Unwrap lets tus reach the deadlines of the connection.
func (t *translated) Unwrap() http.ResponseWriter { return t.ResponseWriter }
