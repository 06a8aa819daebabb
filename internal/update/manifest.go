package update

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"aead.dev/minisign"
)

// What is read at the most: bytes, but notes, which are counted in characters.
const (
	MaxManifest  = 64 << 10
	MaxPackage   = 512 << 20
	maxSignature = 4 << 10
	maxReleases  = 32
	maxNotes     = 600
	maxVersion   = 64
	maxSerial    = 1 << 53
)

// format is the one that this program reads. One that it does not know is for
// programs that are newer; a field that it does not know is let be, since a
// manifest speaks to every program that is still about.
const format = 1

// Manifest is what a source tells of one channel and platform. It is trusted once
// its signature is verified (Open).
type Manifest struct {
	Format    int       `json:"format"`
	Product   string    `json:"product"`
	Channel   string    `json:"channel"`
	Platform  string    `json:"platform"`  // GOOS-GOARCH
	Serial    int64     `json:"serial"`    // grows with each that is signed
	Published time.Time `json:"published"` // when it was signed
	Expires   time.Time `json:"expires"`   // from then on nothing is taken on its word
	Releases  []Release `json:"releases"`
}

// Release is a program that can be put in the place of an older one.
type Release struct {
	Version   string    `json:"version"`        // 1.4.0
	From      string    `json:"from,omitempty"` // the oldest version that it can replace, "" for any
	Published time.Time `json:"published"`      // deferral counts from then, whenever the manifest was signed anew
	File      string    `json:"file"`           // beside the manifest; the program itself
	Size      int64     `json:"size"`           // bytes
	SHA256    string    `json:"sha256"`         // lower-case hex
	Notes     Notes     `json:"notes"`
	Urgent    bool      `json:"urgent,omitempty"` // not to be deferred
}

// Notes say in a few words what is new, as plain text.
type Notes struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

var (
	channelName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	fileName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	platform    = regexp.MustCompile(`^[a-z0-9]{2,16}-[a-z0-9]{2,16}$`)
)

// ManifestName is where a manifest lies below the source's address, for a channel
// and a platform; its signature has ".minisig" behind it.
func ManifestName(channel, platform string) string { return path.Join(channel, platform+".json") }

// ValidChannel tells whether a channel can have that name.
func ValidChannel(name string) bool { return channelName.MatchString(name) }

// Open reads a manifest that one of the keys has signed, or says with a Fault why
// it is none. Keys are public keys of minisign, in base 64.
func Open(body, signature []byte, keys []string) (Manifest, error) {
	if len(body) > MaxManifest || len(signature) > maxSignature {
		return Manifest{}, ErrTooLarge
	}
	if err := verify(body, signature, keys); err != nil {
		return Manifest{}, err
	}
	return Parse(body)
}

// verify holds that one of the keys has signed the bytes.
func verify(body, signature []byte, keys []string) error {
	var s minisign.Signature
	if err := s.UnmarshalText(signature); err != nil {
		return fmt.Errorf("%w: %w", ErrUnsigned, err)
	}
	for _, text := range keys {
		var key minisign.PublicKey
		if err := key.UnmarshalText([]byte(text)); err != nil {
			return fmt.Errorf("%w: a key of this program cannot be read: %w", ErrKey, err)
		}
		if key.ID() != s.KeyID {
			continue
		}
		if !minisign.Verify(key, body, signature) {
			return ErrAltered
		}
		return nil
	}
	return ErrKey
}

// Parse reads a manifest without asking who has signed it.
func Parse(body []byte) (Manifest, error) {
	var m Manifest
	if len(body) > MaxManifest {
		return m, ErrTooLarge
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Manifest{}, fmt.Errorf("%w: something behind it", ErrManifest)
	}
	if err := m.Check(); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

// Check holds that a manifest is what one has to be; ErrManifest, or ErrTooLarge of
// a package.
func (m Manifest) Check() error {
	bad := func(what string) error { return fmt.Errorf("%w: %s", ErrManifest, what) }
	switch {
	case m.Format != format:
		return bad("format")
	case m.Product == "" || len(m.Product) > maxVersion:
		return bad("product")
	case !channelName.MatchString(m.Channel):
		return bad("channel")
	case !platform.MatchString(m.Platform):
		return bad("platform")
	case m.Serial < 1 || m.Serial > maxSerial:
		return bad("serial")
	case m.Published.IsZero() || !m.Expires.After(m.Published):
		return bad("times")
	case len(m.Releases) == 0 || len(m.Releases) > maxReleases:
		return bad("number of releases")
	}
	seen := map[string]bool{}
	for _, r := range m.Releases {
		if err := r.check(); err != nil {
			return err
		}
		if seen[r.Version] || seen[r.File] {
			return bad("a release stands twice")
		}
		seen[r.Version], seen[r.File] = true, true
	}
	return nil
}

func (r Release) check() error {
	sum, err := hex.DecodeString(r.SHA256)
	switch {
	case !Released(r.Version) || r.Version[0] == 'v':
		return fmt.Errorf("%w: version", ErrManifest)
	case r.From != "" && (!Released(r.From) || newer(r.From, r.Version)):
		return fmt.Errorf("%w: from", ErrManifest)
	case !fileName.MatchString(r.File):
		return fmt.Errorf("%w: file", ErrManifest)
	case err != nil || len(sum) != 32 || hex.EncodeToString(sum) != r.SHA256:
		return fmt.Errorf("%w: sha256", ErrManifest)
	case r.Published.IsZero():
		return fmt.Errorf("%w: published", ErrManifest)
	case !plain(r.Notes.FR) || !plain(r.Notes.EN):
		return fmt.Errorf("%w: notes", ErrManifest)
	case r.Size < 1:
		return fmt.Errorf("%w: size", ErrManifest)
	case r.Size > MaxPackage:
		return ErrTooLarge
	}
	return nil
}

// has tells whether a package that lies ready is still one of the releases: one that
// is not was withdrawn.
func (m Manifest) has(s staged) bool {
	return slices.ContainsFunc(m.Releases, func(r Release) bool { return r.Version == s.Version && r.SHA256 == s.SHA256 })
}

// plain tells whether notes can be shown as they are.
func plain(s string) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxNotes {
		return false
	}
	for _, c := range s {
		if c != '\n' && (unicode.IsControl(c) || unicode.In(c, unicode.Cf) && c != '\u200d' || c == utf8.RuneError) {
			return false
		}
	}
	return true
}

// want is whom a release is for.
type want struct {
	channel, platform string
	version           string
	last              seen // the last manifest that was accepted
	refused           map[string]bool
	wait              time.Duration // behind its publication
}

// admit holds that a manifest is for us and not older than what we have seen.
func (w want) admit(m Manifest, sum string, now time.Time) error {
	switch {
	case m.Product != Product:
		return ErrProduct
	case m.Channel != w.channel:
		return ErrChannel
	case m.Platform != w.platform:
		return ErrPlatform
	case m.Serial < w.last.Serial, m.Serial == w.last.Serial && sum != w.last.SHA256:
		return ErrReplayed
	case !now.Before(m.Expires):
		return ErrStale
	}
	return nil
}

// pick is the newest release that can replace us now; the zero one when we are the
// newest. Its error says why there is none although there are others.
func (w want) pick(m Manifest, now time.Time) (Release, error) {
	var best Release
	var why error
	rank := map[error]int{nil: 0, ErrDowngrade: 1, ErrTooOld: 2, ErrRefused: 3, ErrDeferred: 4}
	same := false
	for _, r := range m.Releases {
		var not error
		switch order := compare(r.Version, w.version); {
		case order == 0:
			same = true
			continue
		case order < 0:
			not = ErrDowngrade
		case r.From != "" && newer(r.From, w.version):
			not = ErrTooOld
		case w.refused[r.Version]:
			not = ErrRefused
		case !r.Urgent && now.Before(r.Published.Add(w.wait)):
			not = ErrDeferred
		case best.Version == "" || newer(r.Version, best.Version):
			best = r
		}
		if rank[not] > rank[why] {
			why = not
		}
	}
	switch {
	case best.Version != "", same && why == error(ErrDowngrade):
		why = nil
	}
	return best, why
}
