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

	"guichet/internal/disk"
	"guichet/internal/portal"

	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	"golang.org/x/exp/slog"
)

// uploads takes the bytes of files by tus 1.0. An upload's id is made of the
// request's and the file's, so that a desk that remembers nothing finds it.
type uploads struct {
	s     *Server
	dir   string
	store filestore.FileStore
	tus   *handler.UnroutedHandler
}

func newUploads(s *Server, dir string) (*uploads, error) {
	if err := disk.MakeDir(dir); err != nil {
		return nil, fmt.Errorf("make upload folder: %w", err)
	}
	u := &uploads{s: s, dir: dir, store: filestore.New(dir)}
	u.store.DirModePerm, u.store.FileModePerm = 0o700, 0o600
	composer := handler.NewStoreComposer()
	composer.UseCore(u.store)
	composer.UseLocker(turns{memorylocker.New()})
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

// serve hands a call on the upload with that id to tus, with the person and
// with problems in the form of every other error. tus takes the whole path for
// the id: it gets the one that was looked up, never what the other side wrote.
func (u *uploads) serve(w http.ResponseWriter, r *http.Request, who person, id string, do http.HandlerFunc) {
	out := &translated{ResponseWriter: w}
	body := &incoming{ReadCloser: r.Body, out: out}
	r = r.Clone(context.WithValue(context.WithValue(r.Context(), whoKey{}, who), bodyKey{}, body))
	r.URL.Path, r.URL.RawPath = "/"+id, ""
	r.Body = body
	u.tus.Middleware(do).ServeHTTP(out, r)
}

func (u *uploads) create(w http.ResponseWriter, r *http.Request, who person) error {
	u.serve(w, r, who, "", u.tus.PostFile)
	faultpoint("upload-created")
	return nil
}

func (u *uploads) offset(w http.ResponseWriter, r *http.Request, who person) error {
	id, _, err := u.own(r, who)
	if err != nil {
		return err
	}
	u.serve(w, r, who, id, u.tus.HeadFile)
	return nil
}

func (u *uploads) patch(w http.ResponseWriter, r *http.Request, who person) error {
	id, h, err := u.own(r, who)
	if err != nil {
		return err
	}
	if h.Number == "" && !u.s.mayFinish(who, h) {
		return errForbidden
	}
	u.serve(w, r, who, id, u.tus.PatchFile)
	return nil
}

// own finds the upload that the path names with its request, for the author of
// that only.
func (u *uploads) own(r *http.Request, who person) (id string, h *held, err error) {
	request, file, _ := strings.Cut(r.PathValue("upload"), ".")
	h, err = u.s.store.request(r.Context(), u.s.store.read, request)
	if err != nil {
		return "", nil, err
	}
	if h == nil || h.Author.ID != who.ID || !slices.ContainsFunc(h.Files, func(f portal.File) bool { return f.ID == file }) {
		return "", nil, errNotFound
	}
	return portal.UploadID(request, file), h, nil
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
	if !u.s.mayFinish(who, h) {
		return refuse(errForbidden)
	}
	i := slices.IndexFunc(h.Files, func(f portal.File) bool { return f.ID == file })
	if i < 0 {
		return refuse(errNotFound)
	}
	if hook.Upload.SizeIsDeferred || hook.Upload.Size != h.Files[i].Size {
		return refuse(errBadRequest)
	}
	id := portal.UploadID(request, file)
	faultpoint("upload-announced")
	switch _, err := u.store.GetUpload(hook.Context, id); {
	case err == nil:
		return refuse(errMismatch) // it is there: ask where it stands
	case !errors.Is(err, handler.ErrNotFound):
		return handler.HTTPResponse{}, handler.FileInfoChanges{}, err
	}
	return handler.HTTPResponse{}, handler.FileInfoChanges{ID: id, MetaData: handler.MetaData{"request": request, "file": file}}, nil
}

// finished verifies a file behind its last byte, and numbers the request in
// the same call when it was the last file.
func (u *uploads) finished(hook handler.HookEvent) (handler.HTTPResponse, error) {
	// The call may be cut now; what has arrived is verified all the same.
	ctx := context.WithoutCancel(hook.Context)
	request, file := hook.Upload.MetaData["request"], hook.Upload.MetaData["file"]
	faultpoint("bytes-complete")
	defer u.s.locks.lock(request)()
	err := u.s.settle(ctx, request)
	if err == nil {
		err = u.arrived(ctx, request, file)
	}
	var p *problem
	if errors.As(err, &p) {
		return handler.HTTPResponse{}, tusError(p)
	}
	return handler.HTTPResponse{}, err
}

// arrived makes sure that the file is received, whoever verified it. Its
// upload may have been dropped while the last bytes were on their way: the
// request was withdrawn, or has another revision, or the bytes were others.
func (u *uploads) arrived(ctx context.Context, request, file string) error {
	h, err := u.s.store.request(ctx, u.s.store.read, request)
	if err != nil {
		return err
	}
	if h == nil {
		return errNotFound
	}
	for _, f := range h.Files {
		if f.ID == file && f.Received {
			return nil
		}
	}
	return errHashMismatch
}

func tusError(p *problem) error { return handler.NewError(p.code, "", portal.Status(p.code)) }

// verify tells whether a file has arrived in full, with the bytes that were
// announced, and makes them safe. Other bytes are errHashMismatch, and the
// upload begins anew.
func (u *uploads) verify(request string, f portal.File) (bool, error) {
	sum, err := syncAndHash(u.path(request, f.ID), f.Size)
	switch {
	case err != nil:
		return false, fmt.Errorf("verify upload: %w", err)
	case sum == "":
		return false, nil
	case sum != f.SHA256:
		return false, errors.Join(errHashMismatch, u.remove(request, f.ID))
	}
	if err := disk.SyncDir(u.dir); err != nil {
		return false, fmt.Errorf("verify upload: %w", err)
	}
	return true, nil
}

// syncAndHash brings a file to the disk and returns its SHA-256, "" if it is
// not there or not of that size.
func syncAndHash(path string, size int64) (sum string, err error) {
	stored, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, stored.Close()) }()
	info, err := stored.Stat()
	if err != nil || info.Size() != size {
		return "", err
	}
	if err := stored.Sync(); err != nil {
		return "", err
	}
	faultpoint("file-synced")
	hash := sha256.New()
	if _, err := io.Copy(hash, stored); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
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
	for _, ending := range []string{".info", ""} { // bytes without .info are no upload
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
