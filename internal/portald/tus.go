package portald

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"guichet/internal/portal"
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
}

func (i *incoming) Read(p []byte) (int, error) {
	n, err := i.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		i.out.wholeBody()
	}
	return n, err
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

// codes that tus answers with, as problems.
var tusCodes = map[int]string{
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
