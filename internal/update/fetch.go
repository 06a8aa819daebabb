package update

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk"
)

// portion is how much of a package is read at once, in bytes.
const portion = 32 << 10

// fetcher brings one package. What has arrived stays over restarts, in a file that
// has the name of the package's hash; the hash of all of it decides in the end.
type fetcher struct {
	dir      place
	src      source
	channel  string
	release  Release
	stall    time.Duration // without a byte
	limit    func(ctx context.Context, bytes int) error
	progress func(done int64)
}

func (f fetcher) part() string { return f.dir.path(f.release.SHA256 + ".part") }
func (f fetcher) tag() string  { return f.release.SHA256 + ".tag" }

// bring returns once all of it is there, verified and synced. What ends it early
// leaves what has arrived, except on a full disk, whose room is the requests'.
func (f fetcher) bring(ctx context.Context) error {
	if err := f.dropOthers(ctx); err != nil {
		return err
	}
	for {
		whole, err := f.rest(ctx)
		if errors.Is(err, desk.ErrDiskFull) || errors.Is(err, ErrPackage) {
			return errors.Join(err, f.drop(ctx))
		}
		if err != nil {
			return err
		}
		err = holdsBytes(ctx, f.part(), f.release)
		if err == nil {
			return nil
		}
		if err = errors.Join(err, f.drop(ctx)); whole || !errors.Is(err, ErrPackage) {
			return err
		} // what lay there was of something else, so it begins anew
	}
}

// rest asks for what is missing, and for all of it where the source cannot begin in
// the middle. whole tells that all of it came now.
func (f fetcher) rest(ctx context.Context) (whole bool, err error) {
	var from int64
	if info, err := os.Stat(f.part()); err == nil {
		from = info.Size()
	}
	if from == f.release.Size {
		return false, nil
	}
	if from > f.release.Size {
		from = 0
	}
	tag, err := f.dir.readAll(ctx, f.tag(), 1<<10)
	if err != nil {
		tag = nil // there is none: the hash will tell
	}
	s, err := f.open(ctx, from, string(tag))
	if errors.Is(err, errRange) && from > 0 {
		s, err = f.open(ctx, 0, "")
	}
	if err != nil {
		return false, err
	}
	err = f.take(ctx, s)
	_ = s.Close() // it was only read
	return s.at == 0, err
}

func (f fetcher) open(ctx context.Context, from int64, tag string) (stretch, error) {
	return f.src.open(ctx, f.channel+"/"+f.release.File, from, tag)
}

// take writes a stretch to where it belongs.
func (f fetcher) take(ctx context.Context, s stretch) (err error) {
	if err := f.dir.put(ctx, f.tag(), []byte(s.tag)); err != nil { // before the bytes that it is of
		return err
	}
	file, err := os.OpenFile(f.part(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return disk.Classify(err)
	}
	defer func() { err = disk.Classify(errors.Join(err, file.Sync(), file.Close())) }()
	if err := file.Truncate(s.at); err != nil {
		return err
	}
	if _, err := file.Seek(s.at, io.SeekStart); err != nil {
		return err
	}
	return f.copy(ctx, file, s)
}

func (f fetcher) copy(ctx context.Context, file *os.File, s stretch) error {
	stalled := time.AfterFunc(f.stall, func() { _ = s.Close() }) // which ends the reading
	defer stalled.Stop()
	buf := make([]byte, portion)
	for done := s.at; ; {
		n, readErr := s.Read(buf)
		if done+int64(n) > f.release.Size {
			return fmt.Errorf("%w: more bytes than were signed for", ErrPackage)
		}
		if n > 0 {
			if _, err := file.Write(buf[:n]); err != nil {
				return err
			}
			done += int64(n)
			f.progress(done)
		}
		switch {
		case readErr == io.EOF && done == f.release.Size:
			return nil
		case readErr == io.EOF && s.at == 0:
			return fmt.Errorf("%w: fewer bytes than were signed for", ErrPackage)
		case readErr == io.EOF:
			return fmt.Errorf("%w: it ended in the middle", ErrOffline)
		case ctx.Err() != nil:
			return ctx.Err()
		case readErr != nil:
			return fmt.Errorf("%w: %w", ErrOffline, readErr)
		}
		stalled.Stop()
		if err := f.limit(ctx, n); err != nil {
			return err
		}
		stalled.Reset(f.stall)
	}
}

// drop removes what has arrived.
func (f fetcher) drop(ctx context.Context) error {
	return disk.Remove(ctx, f.part(), f.dir.path(f.tag()))
}

// dropOthers removes what arrived of packages that are not wanted any more.
func (f fetcher) dropOthers(ctx context.Context) error {
	entries, err := os.ReadDir(string(f.dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var gone []string
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); (ext == ".part" || ext == ".tag") && !strings.HasPrefix(e.Name(), f.release.SHA256) {
			gone = append(gone, f.dir.path(e.Name()))
		}
	}
	return errors.Join(err, disk.Remove(ctx, gone...))
}

// stage puts a package that was brought where the next start looks, with what
// proves it.
func (f fetcher) stage(ctx context.Context, manifest, signature []byte) error {
	if err := f.dir.dropStaged(); err != nil {
		return err
	}
	for name, body := range map[string][]byte{stagedManifest: manifest, stagedSignature: signature} {
		if err := f.dir.put(ctx, filepath.Join(stagedDir, name), body); err != nil {
			return err
		}
	}
	err := disk.Publish(ctx, f.part(), f.dir.path(filepath.Join(stagedDir, stagedPackage)))
	return disk.Classify(errors.Join(err, disk.SyncDir(string(f.dir)), disk.Remove(ctx, f.dir.path(f.tag()))))
}
