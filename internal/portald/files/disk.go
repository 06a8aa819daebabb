package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"guichet/internal/disk"

	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
)

const (
	infoSuffix = ".info" // what an upload is of, beside its bytes
	newSuffix  = ".new"  // what is being put
)

// Disk is a Store in a folder that one process has for itself. A file has its id
// as its name.
type Disk struct {
	// Synced, if there is one, is called when a file is safe and before it is read back.
	Synced func()

	filestore.FileStore
	dir       string
	beginning sync.Mutex
}

// OpenDisk makes the folder if there is none, and clears it of what a crash has left
// half made. Bytes of an upload whose state is lost stay: they may be all of the file.
func OpenDisk(ctx context.Context, dir string) (*Disk, error) {
	d, err := OpenDiskBeside(ctx, dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	var errs []error
	for _, e := range entries {
		id, isInfo := strings.CutSuffix(e.Name(), infoSuffix)
		var syntax *json.SyntaxError
		switch {
		case strings.HasSuffix(e.Name(), newSuffix):
			errs = append(errs, disk.Remove(ctx, filepath.Join(dir, e.Name())))
		case !isInfo:
		default:
			if _, err := d.GetUpload(ctx, id); errors.Is(err, handler.ErrNotFound) || errors.As(err, &syntax) {
				errs = append(errs, disk.Remove(ctx, d.path(id)+infoSuffix))
			}
		}
	}
	return d, errors.Join(errs...)
}

// OpenDiskBeside makes the folder if there is none, and leaves what lies in it half made:
// another process may be at it.
func OpenDiskBeside(_ context.Context, dir string) (*Disk, error) {
	if err := disk.MakeDir(dir); err != nil {
		return nil, fmt.Errorf("make upload folder: %w", err)
	}
	return LookAtDisk(dir), nil
}

// LookAtDisk is for looking at a folder as it is: it makes nothing and clears nothing.
func LookAtDisk(dir string) *Disk {
	d := &Disk{FileStore: filestore.New(dir), dir: dir}
	d.DirModePerm, d.FileModePerm = 0o700, 0o600
	return d
}

func (d *Disk) path(id string) string { return filepath.Join(d.dir, filepath.Base(id)) }

// NewUpload implements Store.
func (d *Disk) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	d.beginning.Lock()
	defer d.beginning.Unlock()
	switch _, err := d.GetUpload(ctx, info.ID); {
	case err == nil:
		return nil, ErrExists
	case !errors.Is(err, handler.ErrNotFound):
		return nil, err
	}
	return d.FileStore.NewUpload(ctx, info)
}

// Sum implements Store.
func (d *Disk) Sum(ctx context.Context, id string, size int64) (sum string, err error) {
	if sum, err = d.syncAndHash(d.path(id), size); err != nil {
		return "", err
	}
	if sum != "" {
		return sum, disk.SyncDir(d.dir)
	}
	upload, err := d.GetUpload(ctx, id)
	if errors.Is(err, handler.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if info, err := upload.GetInfo(ctx); err != nil || info.Size != size {
		return "", errors.Join(err, ErrSize)
	}
	return "", nil
}

func (d *Disk) syncAndHash(path string, size int64) (sum string, err error) {
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
	if d.Synced != nil {
		d.Synced()
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, stored); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// Open implements Store.
func (d *Disk) Open(ctx context.Context, id string) (io.ReadSeekCloser, error) {
	f, err := disk.Open(ctx, d.path(id))
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return f, nil
}

// Put implements Store.
func (d *Disk) Put(ctx context.Context, id string, r io.Reader) (size int64, sum string, err error) {
	f, err := os.CreateTemp(d.dir, filepath.Base(id)+".*"+newSuffix)
	if err != nil {
		return 0, "", fmt.Errorf("put file: %w", err)
	}
	hash := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, hash), r)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = disk.Publish(ctx, f.Name(), d.path(id))
	}
	if err != nil {
		return 0, "", errors.Join(fmt.Errorf("put file: %w", err), disk.Remove(context.WithoutCancel(ctx), f.Name()))
	}
	return size, hex.EncodeToString(hash.Sum(nil)), nil
}

// Remove implements Store.
func (d *Disk) Remove(ctx context.Context, id string) error {
	if filepath.Base(id) == Mark {
		return nil
	}
	if err := disk.Remove(ctx, d.path(id)+infoSuffix, d.path(id)); err != nil { // bytes without .info are no upload
		return fmt.Errorf("remove upload: %w", err)
	}
	return nil
}

// Close implements Store.
func (d *Disk) Close() error { return nil }

// List implements Store.
func (d *Disk) List(_ context.Context, prefix string) (ids []string, err error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	for _, e := range entries {
		if id := strings.TrimSuffix(e.Name(), infoSuffix); strings.HasPrefix(id, prefix) && !strings.HasSuffix(id, newSuffix) && id != Mark {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
