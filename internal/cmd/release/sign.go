package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"guichet/internal/update"

	"aead.dev/minisign"
	"golang.org/x/mod/semver"
)

// named is what the name of a package says: its version and platform.
var named = regexp.MustCompile(`^` + update.Product + `-(.+)-([a-z0-9]+-[a-z0-9]+)(\.exe)?$`)

// found is a package to be signed for.
type found struct{ path, file, version, platform string }

// mostReleases is how many of one platform a manifest keeps: those that a desk which
// was switched off for long may need as a step.
const mostReleases = 8

func (o options) check() error {
	switch {
	case o.to == "":
		return errors.New("which folder of releases? --to FOLDER")
	case !update.ValidChannel(o.channel):
		return fmt.Errorf("%q is no name of a channel", o.channel)
	case o.days < 1 || o.days > 730:
		return errors.New("--days is 1 to 730")
	}
	return nil
}

// sign takes packages up, and signs a manifest for each platform that they are of.
func sign(o options, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	packages, err := packagesIn(o.packages)
	if err != nil {
		return err
	}
	key, err := readKey(o)
	if err != nil {
		return err
	}
	// All are looked at before anything is written.
	manifests := map[string]update.Manifest{}
	for _, p := range packages {
		m, ok := manifests[p.platform]
		if !ok {
			if m, err = o.manifest(p.platform, key); err != nil {
				return err
			}
		}
		if m, err = o.add(m, p); err != nil {
			return err
		}
		manifests[p.platform] = m
	}
	for _, p := range packages {
		if err := place(p.path, filepath.Join(o.to, o.channel, p.file)); err != nil {
			return err
		}
	}
	for _, m := range manifests {
		if err := o.write(m, key, out); err != nil {
			return err
		}
	}
	return nil
}

// renew signs each manifest of a channel anew, so that it does not go stale.
func renew(o options, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	key, err := readKey(o)
	if err != nil {
		return err
	}
	all, err := filepath.Glob(filepath.Join(o.to, o.channel, "*.json"))
	if err == nil && len(all) == 0 {
		err = errors.New("there is no manifest")
	}
	for _, path := range all {
		var m update.Manifest
		if m, err = o.manifest(strings.TrimSuffix(filepath.Base(path), ".json"), key); err == nil {
			err = o.write(m, key, out)
		}
		if err != nil {
			return err
		}
	}
	return err
}

// check reads a folder as a desk does.
func check(o options, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	all, err := filepath.Glob(filepath.Join(o.to, "*", "*.json"))
	if err == nil && len(all) == 0 {
		err = errors.New("there is no manifest")
	}
	for _, path := range all {
		m, openErr := open(path, o.known())
		if openErr == nil && filepath.FromSlash(update.ManifestName(m.Channel, m.Platform)) != filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path)) {
			openErr = errors.New("it lies in the place of another")
		}
		for _, r := range m.Releases {
			if sum, size, err := sumOf(filepath.Join(filepath.Dir(path), r.File)); err != nil || sum != r.SHA256 || size != r.Size {
				openErr = errors.Join(openErr, fmt.Errorf("%s: %w", r.File, cmp.Or(err, error(update.ErrPackage))))
			}
		}
		if openErr != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", path, openErr))
			continue
		}
		state := "until " + m.Expires.Format(time.DateOnly)
		if !o.now.Before(m.Expires) {
			state = "STALE since " + m.Expires.Format(time.DateOnly)
		}
		fmt.Fprintf(out, "%s %s: serial %d, newest %s, %s\n", m.Channel, m.Platform, m.Serial, m.Releases[0].Version, state)
	}
	return err
}

// packagesIn lists the packages of a folder. What else lies there is let be, but for
// a name that was meant to be one.
func packagesIn(dir string) ([]found, error) {
	if dir == "" {
		return nil, errors.New("which packages? --packages FOLDER")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list packages: %w", err)
	}
	var out []found
	for _, e := range entries {
		parts := named.FindStringSubmatch(e.Name())
		if parts == nil || !e.Type().IsRegular() {
			continue
		}
		if !update.Released(parts[1]) || strings.HasPrefix(parts[1], "v") {
			return nil, fmt.Errorf("%s: %q is no version of a release", e.Name(), parts[1])
		}
		out = append(out, found{filepath.Join(dir, e.Name()), e.Name(), parts[1], parts[2]})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no file in %s is named %s-VERSION-OS-ARCH", dir, update.Product)
	}
	return out, nil
}

// known is the public key that --pub names, in base 64, "" for none.
func (o options) known() string {
	if body, err := os.ReadFile(o.public); err == nil {
		return line(body)
	}
	return o.public
}

// manifest is the one that is there, verified, or a first one; its serial is the next.
// Where another key takes over, --pub names the one before.
func (o options) manifest(platform string, key minisign.PrivateKey) (update.Manifest, error) {
	public, err := publicOf(key)
	if err != nil {
		return update.Manifest{}, err
	}
	keys := []string{public}
	if before := o.known(); before != "" {
		keys = append(keys, before)
	}
	m, err := open(filepath.Join(o.to, o.channel, platform+".json"), keys...)
	switch {
	case errors.Is(err, update.ErrKey):
		return m, fmt.Errorf("the manifest that is there: %w; whose public key is --pub?", err)
	case errors.Is(err, fs.ErrNotExist):
		m = update.Manifest{Format: 1, Product: update.Product, Channel: o.channel, Platform: platform}
	case err != nil:
		return m, fmt.Errorf("the manifest that is there: %w", err)
	case m.Channel != o.channel || m.Platform != platform:
		return m, errors.New("the manifest that is there is another one's")
	}
	m.Serial++
	m.Published, m.Expires = o.now, o.now.AddDate(0, 0, o.days)
	return m, nil
}

// add takes a package up: one that is newer than all that were signed for, since no
// desk goes back to an older one.
func (o options) add(m update.Manifest, p found) (update.Manifest, error) {
	sum, size, err := sumOf(p.path)
	if err != nil {
		return m, err
	}
	for _, r := range m.Releases {
		switch order := semver.Compare("v"+p.version, "v"+r.Version); {
		case order < 0:
			return m, fmt.Errorf("%s: %s was signed already, and %s is older", p.platform, r.Version, p.version)
		case order == 0:
			return m, fmt.Errorf("%s: %s was signed already", p.platform, p.version)
		}
	}
	m.Releases = append([]update.Release{{
		Version: p.version, From: o.from, Published: o.now, File: p.file, Size: size, SHA256: sum, Notes: update.Notes{FR: o.fr, EN: o.en}, Urgent: o.urgent,
	}}, m.Releases...)
	m.Releases = m.Releases[:min(len(m.Releases), mostReleases)]
	return m, m.Check()
}

// open reads a manifest and verifies it.
func open(path string, keys ...string) (update.Manifest, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return update.Manifest{}, err
	}
	signature, err := os.ReadFile(path + ".minisig")
	if err != nil {
		return update.Manifest{}, fmt.Errorf("%w: %w", update.ErrUnsigned, err)
	}
	return update.Open(body, signature, keys)
}

// write signs a manifest and puts it in place, its signature first: a desk that comes
// between the two asks again.
func (o options) write(m update.Manifest, key minisign.PrivateKey, out io.Writer) error {
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	body = append(body, '\n')
	reader := minisign.NewReader(bytes.NewReader(body))
	if _, err := io.Copy(io.Discard, reader); err != nil {
		return err
	}
	comment := fmt.Sprintf("timestamp:%d\tfile:%s.json\thashed", m.Published.Unix(), m.Platform)
	signature := reader.SignWithComments(key, comment, "signature of Guichet's releases")
	public, err := publicOf(key)
	if err == nil {
		_, err = update.Open(body, signature, []string{public})
	}
	if err != nil {
		return fmt.Errorf("no desk would take it: %w", err)
	}
	path := filepath.Join(o.to, filepath.FromSlash(update.ManifestName(m.Channel, m.Platform)))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		path string
		body []byte
	}{{path + ".minisig", signature}, {path, body}} {
		if err := replace(f.path, bytes.NewReader(f.body)); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%s %s: serial %d, %s, until %s\n", m.Channel, m.Platform, m.Serial, versions(m), m.Expires.Format(time.DateOnly))
	return nil
}

func versions(m update.Manifest) string {
	var out []string
	for _, r := range m.Releases {
		out = append(out, r.Version)
	}
	return strings.Join(slices.Compact(out), " ")
}

// place puts a package into the folder; one of that name is there only if its bytes
// are the same.
func place(from, to string) error {
	if have, _, err := sumOf(to); err == nil {
		want, _, err := sumOf(from)
		if err == nil && have != want {
			err = fmt.Errorf("%s is there already, with other bytes", filepath.Base(to))
		}
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() // it was only read
	return replace(to, in)
}

// replace writes a file that is there as a whole or not at all.
func replace(path string, body io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".release-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", filepath.Base(path), err), os.Remove(f.Name()))
	}
	return nil
}

func sumOf(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close() // it was only read
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	return hex.EncodeToString(hash.Sum(nil)), n, err
}
