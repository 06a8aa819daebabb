package portald

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/files"

	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"
)

// uploads takes the bytes of files by tus 1.0. An upload's id is made of the
// request's, or message's, and the file's, so that a desk that remembers nothing finds it.
type uploads struct {
	s   *Server
	tus *handler.UnroutedHandler
}

func newUploads(s *Server) (*uploads, error) {
	u := &uploads{s: s}
	composer := handler.NewStoreComposer()
	composer.UseCore(s.files)
	composer.UseLocker(turns{s.store.DB})
	var err error
	u.tus, err = handler.NewUnroutedHandler(handler.Config{
		StoreComposer: composer, BasePath: portal.RouteUploads, DisableDownload: true, DisableTermination: true, DisableConcatenation: true,
		Cors: &handler.CorsConfig{Disable: true}, Logger: slog.New(failures{s.cfg.Log}),
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
	out := &translated{ResponseWriter: w, read: r.Body == http.NoBody} // then nothing is waited for, and a deadline would be for the line's next call
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
	faultpoint("upload-announced")
	// Of one that is there the store says so: ask where it stands.
	return handler.HTTPResponse{}, handler.FileInfoChanges{ID: portal.UploadID(item, file), MetaData: handler.MetaData{"request": item, "file": file}}, nil
}

// finished verifies a file behind its last byte. In the same call the request is
// numbered, or the message received, when it was the last file.
func (u *uploads) finished(hook handler.HookEvent) (handler.HTTPResponse, error) {
	// The call may be cut now; what has arrived is verified all the same.
	ctx := context.WithoutCancel(hook.Context)
	who, _ := hook.Context.Value(whoKey{}).(person)
	item, file := named(hook.Upload.MetaData)
	faultpoint("bytes-complete")
	unlock, err := u.s.store.Lock(ctx, item)
	if err != nil {
		return handler.HTTPResponse{}, err
	}
	defer unlock()
	err = u.s.settle(ctx, item)
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
func (u *uploads) verify(ctx context.Context, item string, f portal.File) (bool, error) {
	id := portal.UploadID(item, f.ID)
	sum, err := u.s.files.Sum(ctx, id, f.Size)
	switch {
	case errors.Is(err, files.ErrSize): // it is of a revision that was replaced when the portal died
		return false, u.s.files.Remove(ctx, id)
	case err != nil:
		return false, fmt.Errorf("verify upload: %w", err)
	case sum == "":
		return false, nil
	case sum != f.SHA256:
		return false, errors.Join(errHashMismatch, u.s.files.Remove(ctx, id))
	}
	return true, nil
}

// drop removes the uploads of a request or message, but those of the files to keep,
// whether somebody still waits for it or not.
func (u *uploads) drop(ctx context.Context, item string, keep []portal.File) error {
	ctx = context.WithoutCancel(ctx)
	found, err := u.s.files.List(ctx, portal.UploadID(item, ""))
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range found {
		if !slices.ContainsFunc(keep, func(f portal.File) bool { return portal.UploadID(item, f.ID) == id }) {
			errs = append(errs, u.s.files.Remove(ctx, id))
		}
	}
	return errors.Join(errs...)
}
