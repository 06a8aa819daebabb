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
// request's, or message's, and the file's, so that a desk that remembers nothing finds it.
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
	id, p, err := u.own(r, who)
	if err != nil {
		return err
	}
	if !p.whole && !p.may {
		return errForbidden
	}
	u.serve(w, r, who, id, u.tus.PatchFile)
	return nil
}

// own finds the upload that the path names with what it is for, for the author
// of that only.
func (u *uploads) own(r *http.Request, who person) (id string, p *parcel, err error) {
	item, file, _ := strings.Cut(r.PathValue("upload"), ".")
	if p, err = u.parcel(r.Context(), who, item); err != nil {
		return "", nil, err
	}
	if p == nil || p.author != who.ID || p.index(file) < 0 {
		return "", nil, errNotFound
	}
	return portal.UploadID(item, file), p, nil
}

// named is the item and the file that an upload says it is for: a request's file
// names the request, a message's the message.
func named(meta handler.MetaData) (item, file string) {
	if message, ok := meta["message"]; ok {
		return message, meta["file"]
	}
	return meta["request"], meta["file"]
}

// announced accepts an upload only for a file of what is held, not whole yet,
// the sender's own, and of just that size.
func (u *uploads) announced(hook handler.HookEvent) (handler.HTTPResponse, handler.FileInfoChanges, error) {
	refuse := func(p *problem) (handler.HTTPResponse, handler.FileInfoChanges, error) {
		return handler.HTTPResponse{}, handler.FileInfoChanges{}, tusError(p)
	}
	who, _ := hook.Context.Value(whoKey{}).(person)
	item, file := named(hook.Upload.MetaData)
	p, err := u.parcel(hook.Context, who, item)
	if err != nil {
		return handler.HTTPResponse{}, handler.FileInfoChanges{}, err
	}
	if p == nil || p.author != who.ID || p.whole {
		return refuse(errNotFound)
	}
	if !p.may {
		return refuse(errForbidden)
	}
	i := p.index(file)
	if i < 0 {
		return refuse(errNotFound)
	}
	if hook.Upload.SizeIsDeferred || hook.Upload.Size != p.files[i].Size {
		return refuse(errBadRequest)
	}
	id := portal.UploadID(item, file)
	faultpoint("upload-announced")
	switch _, err := u.store.GetUpload(hook.Context, id); {
	case err == nil:
		return refuse(errMismatch) // it is there: ask where it stands
	case !errors.Is(err, handler.ErrNotFound):
		return handler.HTTPResponse{}, handler.FileInfoChanges{}, err
	}
	return handler.HTTPResponse{}, handler.FileInfoChanges{ID: id, MetaData: handler.MetaData{"request": item, "file": file}}, nil
}

// finished verifies a file behind its last byte. In the same call the request is
// numbered, or the message received, when it was the last file.
func (u *uploads) finished(hook handler.HookEvent) (handler.HTTPResponse, error) {
	// The call may be cut now; what has arrived is verified all the same.
	ctx := context.WithoutCancel(hook.Context)
	who, _ := hook.Context.Value(whoKey{}).(person)
	item, file := named(hook.Upload.MetaData)
	faultpoint("bytes-complete")
	defer u.s.locks.lock(item)()
	err := u.s.settle(ctx, item)
	if err == nil {
		err = u.arrived(ctx, who, item, file)
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
func (u *uploads) arrived(ctx context.Context, who person, item, file string) error {
	p, err := u.parcel(ctx, who, item)
	if err != nil {
		return err
	}
	if p == nil {
		return errNotFound
	}
	if i := p.index(file); i >= 0 && p.files[i].Received {
		return nil
	}
	return errHashMismatch
}

func tusError(p *problem) error { return handler.NewError(p.code, "", portal.Status(p.code)) }

// verify tells whether a file has arrived in full, with the bytes that were
// announced, and makes them safe. Other bytes are errHashMismatch, and the
// upload begins anew.
func (u *uploads) verify(item string, f portal.File) (bool, error) {
	sum, err := syncAndHash(u.path(item, f.ID), f.Size)
	switch {
	case err != nil:
		return false, fmt.Errorf("verify upload: %w", err)
	case sum == "":
		return false, nil
	case sum != f.SHA256:
		return false, errors.Join(errHashMismatch, u.remove(item, f.ID))
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

// drop removes the uploads of a request or message, but those of the files to keep.
func (u *uploads) drop(request string, keep []portal.File) error {
	found, err := filepath.Glob(filepath.Join(u.dir, request+".*"))
	if err != nil {
		return fmt.Errorf("list uploads: %w", err)
	}
	var errs []error
	for _, name := range found {
		file := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), request+"."), ".info")
		if !slices.ContainsFunc(keep, func(f portal.File) bool { return f.ID == file }) {
			errs = append(errs, u.remove(request, file))
		}
	}
	return errors.Join(errs...)
}
