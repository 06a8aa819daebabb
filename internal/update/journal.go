package update

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guichet/internal/disk"
)

// The phases of a swap, each written down before what it names is done.
const (
	phasePrepared = "prepared" // guichet.new and guichet.old are being made
	phaseSwapping = "swapping" // the data was copied; guichet.new gets the name
	phaseTrial    = "trial"    // it has the name, and may have changed the data
	phaseBack     = "back"     // the old program and its data are being put back
	phaseDone     = "done"     // only what is left over is to be removed
)

// journal is swap.json. A program of another version reads it.
type journal struct {
	Format  int       `json:"format"`
	Phase   string    `json:"phase"`
	Nonce   string    `json:"nonce"`
	Exe     string    `json:"exe"`             // the name that programs are started by
	Version string    `json:"version"`         // of the new one
	SHA256  string    `json:"sha256"`          // of the new one
	Old     string    `json:"old"`             // SHA-256 of the old one
	Tries   int       `json:"tries"`           // which trial of that version it is
	Files   []string  `json:"files,omitempty"` // of the data, that were copied
	Why     string    `json:"why,omitempty"`   // with phaseBack: a Why constant
	At      time.Time `json:"at"`
}

func (j *journal) valid() bool {
	phases := []string{phasePrepared, phaseSwapping, phaseTrial, phaseBack, phaseDone}
	return j.Format == format && slices.Contains(phases, j.Phase) && j.Nonce != "" && filepath.IsAbs(j.Exe)
}

func (s *swap) journal(ctx context.Context) (journal, error) {
	var j journal
	err := s.dir.read(ctx, journalFile, &j)
	return j, err
}

// enter writes a phase down.
func (s *swap) enter(ctx context.Context, j *journal, phase string) error {
	s.step(phase + "?")
	j.Phase = phase
	if err := s.dir.write(ctx, journalFile, *j); err != nil {
		return fmt.Errorf("write down %q: %w", phase, err)
	}
	s.step(phase)
	return nil
}

// oldExe and newExe lie beside the program.
func (j journal) oldExe() string { return beside(j.Exe, "old") }
func (j journal) newExe() string { return beside(j.Exe, "new") }

// goneExe is one that somebody runs from yet, on Windows.
func (j journal) goneExe() string { return beside(j.Exe, "gone") }

// beside is guichet.old for guichet, and guichet.old.exe for guichet.exe.
func beside(exe, what string) string {
	ext := filepath.Ext(exe)
	if !strings.EqualFold(ext, ".exe") {
		ext = ""
	}
	return strings.TrimSuffix(exe, ext) + "." + what + ext
}

// The words of a verdict.
const (
	healthy = "healthy"
	refused = "refused"
)

func (j journal) verdictFile() string { return "verdict-" + j.Nonce }

// decide says how a trial ended, and returns what counts: whoever says so first
// decides, and nothing was decided until it is on the disk. "" is that somebody is
// about to say.
func (p place) decide(ctx context.Context, name, word string) (string, error) {
	f, err := os.OpenFile(p.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		said, err := p.readAll(ctx, name, 100)
		return string(said), err
	}
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(word)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = disk.SyncDir(string(p))
	}
	return word, err
}

// verdict is what was decided, "" for nothing yet.
func (s *swap) verdict(ctx context.Context, j journal) string {
	said, err := s.dir.readAll(ctx, j.verdictFile(), 100)
	if err != nil {
		return "" // it is not there
	}
	return string(said)
}

// finish ends a swap of which nothing is to be undone any more.
func (s *swap) finish(ctx context.Context, j journal) error {
	if err := s.enter(ctx, &j, phaseDone); err != nil {
		return err
	}
	s.tidy(ctx, j)
	return nil
}

// tidy removes what a swap has left. What is still in use (guichet.old runs for a
// moment yet) goes with the next start.
func (s *swap) tidy(_ context.Context, j journal) {
	err := errors.Join(os.RemoveAll(s.dir.path(beforeDir)), os.RemoveAll(s.dir.path(beforeDir+partial)))
	for _, path := range []string{
		j.oldExe(), j.newExe(), j.goneExe(), j.oldExe() + partial, j.newExe() + partial, s.dir.path(j.verdictFile()), s.dir.path(signFile),
	} {
		if gone := os.Remove(path); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	if err != nil {
		s.Report("remove what an update has left", err)
		return
	}
	s.step("tidy")
	if err := os.Remove(s.dir.path(journalFile)); err != nil {
		s.Report("end an update", err)
	}
}

// partial is behind the name of what is being made.
const partial = ".part"

// copyFile makes a copy of a file that is there as a whole or not at all, and returns
// its SHA-256.
func copyFile(ctx context.Context, from, to string, mode fs.FileMode) (string, error) {
	in, err := disk.Open(ctx, from)
	if err != nil {
		return "", err
	}
	defer in.Close() // it was only read
	out, err := os.OpenFile(to+partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return "", disk.Classify(err)
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Chmod(mode), out.Sync(), out.Close()); err != nil {
		return "", disk.Classify(errors.Join(err, os.Remove(to+partial)))
	}
	sum, _, err := sumOf(ctx, to+partial) // of what is there, and not of what was read
	if err == nil {
		err = disk.Publish(ctx, to+partial, to)
	}
	return sum, disk.Classify(err)
}

// names lists the files of a folder that one of the patterns fits.
func names(dir string, patterns []string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		for _, pattern := range patterns {
			fits, err := path.Match(pattern, e.Name())
			if err != nil {
				return nil, err
			}
			if fits && e.Type().IsRegular() && !slices.Contains(out, e.Name()) {
				out = append(out, e.Name())
			}
		}
	}
	return out, nil
}

// keepData copies the data as it is. Nobody has it open.
func (s *swap) keepData(ctx context.Context, j *journal) error {
	before := s.dir.path(beforeDir)
	if err := errors.Join(os.RemoveAll(before), os.RemoveAll(before+partial)); err != nil {
		return fmt.Errorf("remove an older copy of the data: %w", err)
	}
	keep, err := s.kept()
	if err == nil {
		err = disk.MakeDir(before + partial)
	}
	for _, name := range keep {
		if err == nil {
			_, err = copyFile(ctx, filepath.Join(s.Data, name), filepath.Join(before+partial, name), 0o600)
		}
	}
	if err == nil {
		s.step("copied")
		err = disk.Publish(ctx, before+partial, before)
	}
	if err != nil {
		return disk.Classify(fmt.Errorf("copy the data: %w", err))
	}
	j.Files = keep
	return nil
}

// kept are the names of the data that is kept.
func (s *swap) kept() ([]string, error) {
	all, err := names(s.Data, s.Keep)
	if err != nil {
		return nil, err
	}
	drop, err := names(s.Data, s.Drop)
	return slices.DeleteFunc(all, func(name string) bool { return slices.Contains(drop, name) }), err
}

// putDataBack has the data as it was when it was copied. It can be cut short and
// called again: what was moved already is where it belongs.
func (s *swap) putDataBack(ctx context.Context, j journal) error {
	now, err := names(s.Data, append(slices.Clone(s.Keep), s.Drop...))
	if err != nil {
		return fmt.Errorf("put the data back: %w", err)
	}
	for _, name := range now {
		if !slices.Contains(j.Files, name) {
			if err := disk.Remove(ctx, filepath.Join(s.Data, name)); err != nil {
				return fmt.Errorf("put the data back: %w", err)
			}
		}
	}
	for _, name := range j.Files {
		s.step("back " + name)
		copied := filepath.Join(s.dir.path(beforeDir), name)
		if !there(copied) {
			continue
		}
		if err := disk.Rename(ctx, copied, filepath.Join(s.Data, name)); err != nil {
			return fmt.Errorf("put the data back: %w", err)
		}
	}
	return disk.SyncDir(s.Data)
}
