package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// SaveFile asks where to, under that title, and puts a copy of a file of a request
// or of its conversation there. What is not on this PC comes from the portal:
// "offline" when it cannot be had now, "not-found" when the portal does not have it,
// "not-written" when the place takes no file. It answers where the copy lies, "" when
// the dialog was cancelled.
func (x *Papers) SaveFile(request, file, title string) (path string, err error) {
	defer x.a.guard("Papers.SaveFile", &err)
	d, f, err := x.a.fileOf(request, file)
	if err != nil {
		return "", err
	}
	name := strings.Map(func(r rune) rune { // it may come from elsewhere
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, f.Name)
	ending := filepath.Ext(name)
	return x.a.saveAs(title, strings.TrimSuffix(name, ending), ending, func(w io.Writer) error { return x.a.bytesOf(x.a.ctx, d, f, w) })
}

// OpenFile shows a file of a request or of its conversation in the program that the
// system has for its kind, as a copy that is gone when Guichet ends. "not-now" for a
// kind that requests do not have: it may be a program; SaveFile takes any.
func (x *Papers) OpenFile(request, file string) (err error) {
	defer x.a.guard("Papers.OpenFile", &err)
	d, f, err := x.a.fileOf(request, file)
	if err != nil {
		return err
	}
	c := x.a.catalogues.version(d.CatalogueVersion)
	t, _ := c.Type(d.Type)
	if _, bad := t.Files.CheckCandidate(desk.Candidate{Name: f.Name, Size: f.Size, Media: f.Media}); bad {
		return desk.ErrNotNow
	}
	dir := filepath.Join(x.a.opened(), f.ID.String())
	if err := disk.MakeDir(dir); err != nil {
		return err
	}
	path := filepath.Join(dir, f.Name)
	part, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("open copy: %w", err)
	}
	if err := errors.Join(x.a.bytesOf(x.a.ctx, d, f, part), part.Close()); err != nil {
		return errors.Join(err, disk.Remove(context.WithoutCancel(x.a.ctx), path))
	}
	return x.a.shell.OpenFile(path)
}

// opened is the folder of copies that other programs show.
func (a *App) opened() string { return filepath.Join(a.cfg.Data, "opened") }

// closeOpened takes the copies away. What another program still holds, the next
// start does.
func (a *App) closeOpened() {
	if err := os.RemoveAll(a.opened()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		a.log.Info().Str("error", safe(err)).Msg("copies of files stay until the next start")
	}
}

// fileOf finds a file of a request, of its conversation or of a reply.
func (a *App) fileOf(request, file string) (d sqlite.Dossier, f desk.File, err error) {
	if err := a.begin(); err != nil {
		return d, f, err
	}
	id, err := parseID(request)
	if err != nil {
		return d, f, err
	}
	wanted, err := uuid.Parse(file)
	if err != nil {
		return d, f, desk.ErrNotFound
	}
	if d, err = a.store.Request(a.ctx, a.me().ID, id); err != nil {
		return d, f, err
	}
	all := d.Files
	for _, m := range d.Messages {
		all = append(all, m.Files...)
	}
	for _, act := range d.Acts {
		all = append(all, act.Files...)
	}
	for _, f := range all {
		if f.ID == wanted {
			return d, f, nil
		}
	}
	return d, f, desk.ErrNotFound
}

// bytesOf writes a file's bytes, which are those of its hash.
func (a *App) bytesOf(ctx context.Context, d sqlite.Dossier, f desk.File, w io.Writer) error {
	if f.Stored == "" {
		return a.client.Download(ctx, d.Owner.Person, d.ID, f, w)
	}
	stored, err := a.openStored(ctx, d.Owner, f)
	if errors.Is(err, fs.ErrNotExist) && d.Status == desk.StatusReceived {
		return a.client.Download(ctx, d.Owner.Person, d.ID, f, w)
	}
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(w, io.TeeReader(stored, sum)); err != nil {
		return errors.Join(err, stored.Close())
	}
	if err := stored.Close(); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return desk.ErrNotFound
	}
	return nil
}
