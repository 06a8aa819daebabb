package app

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/sqlite"
)

// Export asks where to, under that title, and writes one file that holds the
// request and its attachments, to be sent by other means. page is the request
// as a person reads it, in the window's words; its name there ends in .txt. It
// answers where the file lies, "" when the dialog was cancelled. The request
// itself waits on.
func (x *Outbox) Export(id, title, name, page string) (path string, err error) {
	defer x.a.guard("Outbox.Export", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	parsed, err := parseID(id)
	if err != nil {
		return "", err
	}
	d, err := x.a.store.Request(x.a.ctx, x.a.me().ID, parsed)
	if err != nil {
		return "", err
	}
	return x.a.saveAs(title, name, ".zip", func(w io.Writer) error {
		z := zip.NewWriter(w)
		if err := x.a.fill(z, name, page, d); err != nil {
			return err
		}
		return exportFault(z.Close())
	})
}

// named gives a chosen name its ending. Where that makes another name of it,
// the dialog has not asked about replacing what has that one: it is a free one.
func named(chosen, ending string) string {
	if strings.EqualFold(filepath.Ext(chosen), ending) {
		return chosen
	}
	path := chosen + ending
	for n := 2; ; n++ {
		if _, err := os.Lstat(path); err != nil {
			return path
		}
		path = fmt.Sprintf("%s (%d)%s", chosen, n, ending)
	}
}

func (a *App) fill(z *zip.Writer, name, page string, d sqlite.Dossier) error {
	taken := map[string]bool{}
	// Windows' editors take a text without a mark for another encoding.
	if err := entry(z, unique(taken, name+".txt"), zip.Deflate, a.Now(), strings.NewReader("\uFEFF"+page)); err != nil {
		return err
	}
	for _, f := range d.Files {
		if err := a.enclose(z, unique(taken, f.Name), d.Owner, f); err != nil {
			return err
		}
	}
	return nil
}

// enclose adds the bytes that somebody confirmed. They are missing when they are
// gone or altered; those that cannot be read just now are not.
func (a *App) enclose(z *zip.Writer, name string, owner desk.Owner, f desk.File) error {
	missing := desk.Invalid(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeFileMissing, File: f.ID.String()})
	if f.Stored == "" {
		return missing
	}
	stored, err := a.openStored(a.ctx, owner, f)
	if errors.Is(err, fs.ErrNotExist) {
		return missing.With(err)
	}
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := errors.Join(entry(z, name, zip.Store, a.Now(), io.TeeReader(stored, sum)), stored.Close()); err != nil {
		return fmt.Errorf("copy stored file: %w", err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return missing
	}
	return nil
}

// entry writes one file of the zip. Only a fault of writing is one of the place
// that was chosen.
func entry(z *zip.Writer, name string, method uint16, now time.Time, r io.Reader) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: now})
	if err != nil {
		return exportFault(err)
	}
	_, err = io.Copy(target{w}, r)
	return err
}

// target tells faults of writing from faults of reading.
type target struct{ io.Writer }

// Write implements io.Writer.
func (t target) Write(p []byte) (int, error) {
	n, err := t.Writer.Write(p)
	return n, exportFault(err)
}

// unique names an entry like no other: two files may have one name.
func unique(taken map[string]bool, name string) string {
	name = filepath.Base(filepath.FromSlash(name))
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s (%d)%s", stem, n, ext)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// exportFault is what the window is told: the place that the person chose takes
// no file, whatever its reason.
func exportFault(err error) error {
	if err == nil {
		return nil
	}
	return desk.ErrNotWritten.With(err)
}
