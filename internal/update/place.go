package update

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/internal/disk"
)

// place is the folder in which everything of updates lies, "update" in the data
// folder.
type place string

func (p place) path(name string) string { return filepath.Join(string(p), name) }

// What lies there.
const (
	stateFile   = "state.json"
	journalFile = "swap.json"
	stagedDir   = "staged" // a package that was verified, and the manifest that says so
	beforeDir   = "before" // the data as it was before a trial
	asidePrefix = "aside-" // and one that could not be put back

	stagedPackage   = "package"
	stagedManifest  = "manifest.json"
	stagedSignature = "manifest.json.minisig"
)

// kept is state.json.
type kept struct {
	Format  int             `json:"format"`
	Seen    map[string]seen `json:"seen,omitempty"` // the last manifest that was accepted of each channel
	Checked time.Time       `json:"checked,omitzero"`
	Outcome string          `json:"outcome,omitempty"` // an Outcome, or the code of a fault
	Offer   *Release        `json:"offer,omitempty"`   // the newest that would do, as last told
	Staged  *staged         `json:"staged,omitempty"`
	Refused []Refusal       `json:"refused,omitempty"`
	Later   time.Time       `json:"later,omitzero"`   // nobody is reminded before
	Damaged time.Time       `json:"damaged,omitzero"` // when this file was found unreadable and set aside
}

// seen is a manifest that was accepted. No older one is any more.
type seen struct {
	Serial int64  `json:"serial"`
	SHA256 string `json:"sha256"` // of it
}

// staged is a package that lies ready.
type staged struct {
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	Asked   bool   `json:"asked,omitempty"` // a person wanted it, whatever the policy
	Tries   int    `json:"tries,omitempty"` // trials that were begun
}

// Refusal is a release that is not tried again.
type Refusal struct {
	Version string    `json:"version"`
	Why     string    `json:"why"` // a Why constant
	At      time.Time `json:"at"`
}

// Why a release was refused.
const (
	WhyStart       = "start"       // it could not be started
	WhyEnded       = "ended"       // it ended before it was healthy
	WhySilent      = "silent"      // it did not say in time that it is healthy
	WhyInterrupted = "interrupted" // its trials were cut short too often
)

// maxState bounds state.json and swap.json, in bytes.
const maxState = 1 << 20

// load reads state.json. One that is there and is not what it was is set aside and
// told of; what another program holds, or the disk does not give, is an error, since
// of that nothing is known.
func (p place) load(ctx context.Context, now time.Time) (kept, error) {
	var k kept
	err := p.read(ctx, stateFile, &k)
	var damage *damaged
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return kept{Format: format}, nil
	case errors.As(err, &damage):
		if aside := disk.Rename(ctx, p.path(stateFile), p.path("state.damaged.json")); aside != nil {
			return k, fmt.Errorf("%w: %w", ErrState, aside)
		}
		k = kept{Format: format, Damaged: now}
		return k, p.save(ctx, k)
	case err != nil:
		return k, fmt.Errorf("%w: %w", ErrState, err)
	}
	return k, nil
}

func (p place) save(ctx context.Context, k kept) error { return p.write(ctx, stateFile, k) }

// refuse notes that a version is not tried again.
func (k *kept) refuse(version, why string, at time.Time) {
	k.Refused = append(k.Refused, Refusal{version, why, at})
	if k.Staged != nil && k.Staged.Version == version {
		k.Staged = nil
	}
	if k.Offer != nil && k.Offer.Version == version {
		k.Offer = nil
	}
	k.Outcome = string(ErrRefused)
}

func (k kept) refusedOnes() map[string]bool {
	out := map[string]bool{}
	for _, r := range k.Refused {
		out[r.Version] = true
	}
	return out
}

// damaged is a file of ours that is not what we wrote.
type damaged struct{ err error }

func (d *damaged) Error() string { return "not what was written: " + d.err.Error() }

// read reads a JSON file of ours; one that is gone is fs.ErrNotExist, one that is
// none *damaged.
func (p place) read(ctx context.Context, name string, v interface{ valid() bool }) error {
	f, err := disk.Open(ctx, p.path(name))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(f, maxState))
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return &damaged{err}
	}
	if !v.valid() {
		return &damaged{errors.New("of another format")}
	}
	return nil
}

func (k *kept) valid() bool { return k.Format == format }

// write puts a JSON file in the place of the one before: after a power cut it is
// one of the two.
func (p place) write(ctx context.Context, name string, v any) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return p.put(ctx, name, append(body, '\n'))
}

func (p place) put(ctx context.Context, name string, body []byte) error {
	path := p.path(name)
	if err := disk.MakeDir(filepath.Dir(path)); err != nil {
		return disk.Classify(err)
	}
	return disk.Classify(disk.Write(ctx, path, body, 0o600))
}

// keptAside is how long data is kept that could not be put back.
const keptAside = 30 * 24 * time.Hour

// dropAside removes what was set aside longer ago than that.
func (p place) dropAside(now time.Time, age time.Duration) error {
	entries, err := os.ReadDir(string(p))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && e.IsDir() && strings.HasPrefix(e.Name(), asidePrefix) && now.Sub(info.ModTime()) > age {
			errs = append(errs, os.RemoveAll(p.path(e.Name())))
		}
	}
	return errors.Join(errs...)
}

// dropCopies removes every copy of the data that no update needs any more; ErrState
// while one may have to be put back.
func (p place) dropCopies(ctx context.Context) error {
	if !there(string(p)) {
		return nil
	}
	if _, err := Settled(ctx, string(p)); err != nil {
		return fmt.Errorf("%w: %w", ErrState, err)
	}
	s := newSwap(Program{Dir: string(p)})
	turn, err := s.lock(ctx, swapLock, s.patience)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrState, err)
	}
	defer s.unlock(turn)
	if j, err := s.journal(ctx); err == nil && j.Phase != phaseDone && s.verdict(ctx, j) != healthy {
		return fmt.Errorf("%w: an update was begun", ErrState)
	}
	return errors.Join(os.RemoveAll(p.path(beforeDir)), os.RemoveAll(p.path(beforeDir+partial)), p.dropAside(time.Now(), math.MinInt64))
}

// dropStaged removes the package that lay ready.
func (p place) dropStaged() error { return os.RemoveAll(p.path(stagedDir)) }

// verifyStaged holds that what lies ready is what a key of ours has signed for, and
// that version. Its manifest may be past its end: it was not when it was accepted.
func (p place) verifyStaged(ctx context.Context, version string, keys []string) (Release, error) {
	body, err := p.readAll(ctx, filepath.Join(stagedDir, stagedManifest), MaxManifest)
	if err != nil {
		return Release{}, err
	}
	signature, err := p.readAll(ctx, filepath.Join(stagedDir, stagedSignature), maxSignature)
	if err != nil {
		return Release{}, err
	}
	m, err := Open(body, signature, keys)
	if err != nil {
		return Release{}, err
	}
	if m.Product != Product || m.Platform != Platform() {
		return Release{}, ErrPlatform
	}
	for _, r := range m.Releases {
		if r.Version == version {
			return r, holdsBytes(ctx, p.path(filepath.Join(stagedDir, stagedPackage)), r)
		}
	}
	return Release{}, ErrPackage
}

func (p place) readAll(ctx context.Context, name string, most int64) ([]byte, error) {
	f, err := disk.Open(ctx, p.path(name))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(f, most+1))
	return body, errors.Join(err, f.Close())
}

// holdsBytes holds that a file is the package of a release; ErrPackage.
func holdsBytes(ctx context.Context, path string, r Release) error {
	sum, size, err := sumOf(ctx, path)
	if err == nil && (size != r.Size || sum != r.SHA256) {
		err = ErrPackage
	}
	return err
}

// sumOf is the SHA-256 of a file, in hex, and how many bytes it has.
func sumOf(ctx context.Context, path string) (string, int64, error) {
	f, err := disk.Open(ctx, path)
	if err != nil {
		return "", 0, err
	}
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	return hex.EncodeToString(hash.Sum(nil)), n, errors.Join(err, f.Close())
}
