package client

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"golang.org/x/time/rate"
)

// rounds is how often one attempt asks where an upload stands and goes on.
const rounds = 4

const tusVersion = "1.0.0"

// upload brings the bytes of one file to the portal, from where an earlier
// attempt stopped.
func (a *attempt) upload(ctx context.Context, f desk.File) (desk.Outcome, bool) {
	bytes, err := a.c.cfg.Open(ctx, a.r.Owner, f)
	if err != nil {
		return fileMissing(f, err), false
	}
	defer bytes.Close()
	a.alive()
	if err := verify(bytes, f); err != nil {
		return fileMissing(f, err), false
	}
	u := &transfer{attempt: a, file: f, bytes: bytes, path: portal.RouteUploads + "/" + portal.UploadID(a.r.ID.String(), f.ID.String())}
	var out desk.Outcome
	for range rounds {
		var done, again bool
		if out, done, again = u.round(ctx); done {
			return desk.Outcome{}, true
		}
		if !again {
			break
		}
	}
	return out, false
}

// fileMissing is the outcome when our own copy cannot be sent: what is gone or
// altered the person has to attach again; what cannot be read just now (another
// program holds it, the disk stumbles) is tried again.
func fileMissing(f desk.File, err error) desk.Outcome {
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errAltered) && !errors.Is(err, desk.ErrDamaged) {
		return desk.Outcome{Kind: desk.OutcomeRetry, Code: desk.ReasonFileMissing, Err: err}
	}
	return desk.Outcome{
		Kind: desk.OutcomeRefused, Code: desk.ReasonFileMissing, Err: err,
		Problems: []desk.Problem{{Field: desk.KeyFiles, Code: desk.CodeFileMissing, File: f.ID.String()}},
	}
}

var errAltered = errors.New("stored bytes are not those that were confirmed")

// verify makes sure that the bytes are those that were confirmed.
func verify(bytes io.ReadSeeker, f desk.File) error {
	hash := sha256.New()
	n, err := io.Copy(hash, bytes)
	if err != nil {
		return fmt.Errorf("read stored file: %w", err)
	}
	if n != f.Size || hex.EncodeToString(hash.Sum(nil)) != f.SHA256 {
		return errAltered
	}
	return nil
}

// transfer is the upload of one file in one attempt.
type transfer struct {
	*attempt
	file  desk.File
	bytes io.ReadSeeker
	path  string
}

// round asks where the upload stands, and sends the rest. again tells that the
// answer called for another look rather than for a later attempt.
func (u *transfer) round(ctx context.Context) (out desk.Outcome, done, again bool) {
	offset, out, ok, again := u.offset(ctx)
	if !ok {
		return out, false, again
	}
	if offset == u.file.Size {
		return out, true, false // the portal has it, and verifies it when it is asked for the receipt
	}
	a, err := u.patch(ctx, offset)
	var ours unread
	switch {
	case errors.As(err, &ours):
		return fileMissing(u.file, ours), false, false
	case err != nil:
		return outcomeOf(err), false, false
	}
	switch {
	case a.status == http.StatusNoContent && a.header.Get("Tus-Resumable") != "":
		return out, true, false
	case a.status == http.StatusConflict, a.status == http.StatusNotFound, a.status == http.StatusGone,
		a.status == http.StatusBadRequest, a.status == portal.Status(portal.CodeHashMismatch):
		// Elsewhere than we thought, cut on the way, or to be begun anew: ask
		// again.
		return classFailed.outcome(fmt.Errorf("upload answered %d", a.status)), false, true
	}
	return a.outcome(u.c.Now()), false, false
}

// offset is where the upload stands; it is created if it is not there. again is
// as in round.
func (u *transfer) offset(ctx context.Context) (offset int64, out desk.Outcome, ok, again bool) {
	a, err := u.exchange(ctx, call{method: http.MethodHead, path: u.path, within: u.c.Answer, header: tusHeader(nil)})
	if err != nil {
		return 0, outcomeOf(err), false, false
	}
	if a.status == http.StatusNotFound || a.status == http.StatusGone {
		return u.create(ctx)
	}
	offset, err = strconv.ParseInt(a.header.Get("Upload-Offset"), 10, 64)
	if a.status < 200 || a.status > 299 || a.header.Get("Tus-Resumable") == "" || err != nil || offset < 0 || offset > u.file.Size {
		return 0, a.outcome(u.c.Now()), false, false
	}
	return offset, desk.Outcome{}, true, false
}

// create announces the upload, which begins at 0.
func (u *transfer) create(ctx context.Context) (offset int64, out desk.Outcome, ok, again bool) {
	item := "request"
	if u.message {
		item = "message"
	}
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	a, err := u.exchange(ctx, call{
		method: http.MethodPost, path: portal.RouteUploads, within: u.c.Answer,
		header: tusHeader(http.Header{
			"Upload-Length":   {strconv.FormatInt(u.file.Size, 10)},
			"Upload-Metadata": {item + " " + encode(u.r.ID.String()) + ",file " + encode(u.file.ID.String())},
		}),
	})
	if err != nil {
		return 0, outcomeOf(err), false, false
	}
	if p, _ := a.problem(); p.Code == portal.CodeMismatch {
		// It is there already, by a call that came twice: ask again.
		return 0, classFailed.outcome(errors.New("upload was announced twice")), false, true
	}
	if a.status != http.StatusCreated || a.header.Get("Tus-Resumable") == "" {
		return 0, a.outcome(u.c.Now()), false, false
	}
	return 0, desk.Outcome{}, true, false
}

func (u *transfer) patch(ctx context.Context, offset int64) (answer, error) {
	if _, err := u.bytes.Seek(offset, io.SeekStart); err != nil {
		return answer{}, unread{err}
	}
	own, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	body := &watched{
		r: io.LimitReader(u.bytes, u.file.Size-offset), ctx: own, rate: u.c.rate, sent: offset, total: u.file.Size,
		stall: u.c.Stall, verify: u.c.Verify, every: u.c.Announce, now: u.c.Now,
		alive: u.alive, tell: func(sent int64) { u.c.cfg.Progress(u.r.ID, u.file.ID, sent, u.file.Size) },
	}
	body.timer = time.AfterFunc(u.c.Stall, func() { body.stalled.Store(true); cancel(errStalled) })
	defer body.timer.Stop()
	a, err := u.exchange(own, call{
		method: http.MethodPatch, path: u.path, within: 24 * time.Hour,
		header: tusHeader(http.Header{
			"Content-Type":  {"application/offset+octet-stream"},
			"Upload-Offset": {strconv.FormatInt(offset, 10)},
		}),
		stream: body, length: u.file.Size - offset,
	})
	// An early answer leaves the transport reading for a while, and the next
	// round reads the same file.
	cancel(nil)
	body.end()
	var f *fault
	if err := body.fault(); err != nil && ctx.Err() == nil {
		return a, unread{err} // not the line's fault
	}
	if errors.As(err, &f) && body.stalled.Load() && ctx.Err() == nil {
		// Our own watchdog: the network's fault, not a stop.
		u.c.cfg.Contact(ContactOffline, "", u.token)
		return a, &fault{left: true, err: errStalled}
	}
	return a, err
}

// unread is a stored file that could not be read on.
type unread struct{ err error }

func (u unread) Error() string { return fmt.Sprintf("read stored file: %v", u.err) }
func (u unread) Unwrap() error { return u.err }

// errOver is the end of a body whose call has been answered.
var errOver = errors.New("the call is over")

// errStalled is an upload that stands still; it counts as a time-out.
var errStalled error = stalledError{}

type stalledError struct{}

func (stalledError) Error() string   { return "upload stands still" }
func (stalledError) Timeout() bool   { return true }
func (stalledError) Temporary() bool { return true }

// watched is the body of an upload. Each read winds the watchdog up; behind
// the last one the portal has time to verify the file.
type watched struct {
	r             io.Reader
	ctx           context.Context
	rate          *rate.Limiter
	sent, total   int64
	stall, verify time.Duration
	every         time.Duration
	now           func() time.Time
	alive         func()
	tell          func(sent int64)
	timer         *time.Timer
	stalled       atomic.Bool

	mu   sync.Mutex // the transport may read while we stop
	told time.Time
	over bool
	err  error // of reading
}

// end keeps the bytes from being read any more; a read under way has ended when
// it returns.
func (w *watched) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
}

// fault is what kept the bytes from being read.
func (w *watched) fault() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *watched) Read(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return 0, errOver
	}
	if w.rate.Limit() != rate.Inf {
		p = p[:min(len(p), portion)]
	}
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	for left := n; left > 0; left -= portion { // the cap may have come while it was read
		if err := w.rate.WaitN(w.ctx, min(left, portion)); err != nil {
			return 0, err
		}
	}
	w.sent += int64(n)
	w.alive()
	if w.sent >= w.total {
		w.timer.Reset(w.verify)
	} else {
		w.timer.Reset(w.stall)
	}
	if now := w.now(); n > 0 && (w.sent >= w.total || now.Sub(w.told) >= w.every) {
		w.told = now
		w.tell(w.sent)
	}
	return n, err
}

func tusHeader(h http.Header) http.Header {
	if h == nil {
		h = http.Header{}
	}
	h.Set("Tus-Resumable", tusVersion)
	return h
}
