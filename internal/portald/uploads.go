package portald

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guichet/internal/portal"

	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	"golang.org/x/exp/slog"
)

// uploads takes the bytes of files by tus 1.0. An upload's id is made of the
// request's and the file's, so that a desk that remembers nothing finds it.
type uploads struct {
	s   *Server
	dir string
	tus *handler.UnroutedHandler
}

func newUploads(s *Server, dir string) (*uploads, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make upload folder: %w", err)
	}
	u := &uploads{s: s, dir: dir}
	composer := handler.NewStoreComposer()
	store := filestore.New(dir)
	store.DirModePerm, store.FileModePerm = 0o700, 0o600
	composer.UseCore(store)
	memorylocker.New().UseIn(composer)
	var err error
	u.tus, err = handler.NewUnroutedHandler(handler.Config{
		StoreComposer: composer, BasePath: portal.RouteUploads, DisableDownload: true, DisableTermination: true, DisableConcatenation: true,
		Cors: &handler.CorsConfig{Disable: true}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), // it would log metadata
		PreUploadCreateCallback: u.announced, PreFinishResponseCallback: u.finished,
		GracefulRequestCompletionTimeout: 5 * time.Second, AcquireLockTimeout: 5 * time.Second, NetworkTimeout: time.Minute,
	})
	if err != nil {
		return nil, fmt.Errorf("set up uploads: %w", err)
	}
	return u, nil
}

type whoKey struct{}

// serve hands a call to tus, with the person and with problems in the form of
// every other error.
func (u *uploads) serve(w http.ResponseWriter, r *http.Request, who person, do http.HandlerFunc) {
	r = r.WithContext(context.WithValue(r.Context(), whoKey{}, who))
	u.tus.Middleware(do).ServeHTTP(&translated{ResponseWriter: w}, r)
}

func (u *uploads) create(w http.ResponseWriter, r *http.Request, who person) error {
	u.serve(w, r, who, u.tus.PostFile)
	return nil
}

func (u *uploads) offset(w http.ResponseWriter, r *http.Request, who person) error {
	if err := u.owns(r, who); err != nil {
		return err
	}
	u.serve(w, r, who, u.tus.HeadFile)
	return nil
}

func (u *uploads) patch(w http.ResponseWriter, r *http.Request, who person) error {
	if err := u.owns(r, who); err != nil {
		return err
	}
	u.serve(w, r, who, u.tus.PatchFile)
	return nil
}

// owns lets only the author of the request at its uploads.
func (u *uploads) owns(r *http.Request, who person) error {
	request, _, _ := strings.Cut(r.PathValue("upload"), ".")
	h, err := u.s.store.request(r.Context(), u.s.store.read, request)
	if err != nil {
		return err
	}
	if h == nil || h.Author.ID != who.ID {
		return errNotFound
	}
	return nil
}

// announced accepts an upload only for a file of a request that is held,
// unnumbered, the sender's own, and of just that size.
func (u *uploads) announced(hook handler.HookEvent) (handler.HTTPResponse, handler.FileInfoChanges, error) {
	refuse := func(p *problem) (handler.HTTPResponse, handler.FileInfoChanges, error) {
		return handler.HTTPResponse{}, handler.FileInfoChanges{}, tusError(p)
	}
	who, _ := hook.Context.Value(whoKey{}).(person)
	request, file := hook.Upload.MetaData["request"], hook.Upload.MetaData["file"]
	h, err := u.s.store.request(hook.Context, u.s.store.read, request)
	if err != nil {
		return handler.HTTPResponse{}, handler.FileInfoChanges{}, err
	}
	if h == nil || h.Author.ID != who.ID || h.Number != "" {
		return refuse(errNotFound)
	}
	i := slices.IndexFunc(h.Files, func(f portal.File) bool { return f.ID == file })
	if i < 0 {
		return refuse(errNotFound)
	}
	if hook.Upload.SizeIsDeferred || hook.Upload.Size != h.Files[i].Size {
		return refuse(errBadRequest)
	}
	id := portal.UploadID(request, file)
	if _, err := os.Stat(filepath.Join(u.dir, id+".info")); err == nil {
		return refuse(errMismatch) // it is there: ask where it stands
	}
	return handler.HTTPResponse{}, handler.FileInfoChanges{ID: id, MetaData: handler.MetaData{"request": request, "file": file}}, nil
}

// finished verifies a file behind its last byte, and numbers the request in
// the same call when it was the last file.
func (u *uploads) finished(hook handler.HookEvent) (handler.HTTPResponse, error) {
	// The call may be cut now; what has arrived is verified all the same.
	err := u.s.settle(context.WithoutCancel(hook.Context), hook.Upload.MetaData["request"])
	var p *problem
	if errors.As(err, &p) {
		return handler.HTTPResponse{}, tusError(p)
	}
	return handler.HTTPResponse{}, err
}

func tusError(p *problem) error { return handler.NewError(p.code, "", portal.Status(p.code)) }

// verify tells whether a file has arrived in full, with the bytes that were
// announced, and makes them safe. Other bytes are errHashMismatch, and the
// upload begins anew.
func (u *uploads) verify(ctx context.Context, request string, f portal.File) (bool, error) {
	path := u.path(request, f.ID)
	stored, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("open upload: %w", err)
	}
	defer stored.Close()
	info, err := stored.Stat()
	if err != nil {
		return false, fmt.Errorf("open upload: %w", err)
	}
	if info.Size() != f.Size {
		return false, nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, stored); err != nil {
		return false, fmt.Errorf("read upload: %w", err)
	}
	if hex.EncodeToString(hash.Sum(nil)) != f.SHA256 {
		return false, errors.Join(errHashMismatch, u.remove(request, f.ID))
	}
	if err := stored.Sync(); err != nil {
		return false, fmt.Errorf("sync upload: %w", err)
	}
	dir, err := os.Open(u.dir)
	if err != nil {
		return false, fmt.Errorf("sync upload: %w", err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil {
		return false, fmt.Errorf("sync upload: %w", err)
	}
	return true, ctx.Err()
}

func (u *uploads) path(request, file string) string {
	return filepath.Join(u.dir, filepath.Base(portal.UploadID(request, file)))
}

func (u *uploads) open(request, file string) (*os.File, error) {
	f, err := os.Open(u.path(request, file))
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return f, nil
}

func (u *uploads) remove(request, file string) error {
	var errs []error
	for _, ending := range []string{"", ".info"} {
		if err := os.Remove(u.path(request, file) + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("remove upload: %w", err))
		}
	}
	return errors.Join(errs...)
}

// drop removes the uploads of a request, but those of the files to keep.
func (u *uploads) drop(request string, keep []portal.File) error {
	found, err := filepath.Glob(filepath.Join(u.dir, request+".*.info"))
	if err != nil {
		return fmt.Errorf("list uploads: %w", err)
	}
	var errs []error
	for _, info := range found {
		file := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(info), request+"."), ".info")
		if !slices.ContainsFunc(keep, func(f portal.File) bool { return f.ID == file }) {
			errs = append(errs, u.remove(request, file))
		}
	}
	return errors.Join(errs...)
}

// translated turns the plain errors of tus into problems.
type translated struct {
	http.ResponseWriter
	failed bool
}

// codes that tus answers with, as problems.
var tusCodes = map[int]string{
	http.StatusNotFound:              portal.CodeNotFound,
	http.StatusGone:                  portal.CodeNotFound,
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
		t.Header().Set("Retry-After", "2")
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
