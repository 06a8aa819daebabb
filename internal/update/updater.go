package update

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Config is what an Updater needs.
type Config struct {
	Dir     string // where everything of updates is kept
	Version string // of this program
	Install Install
	// Choices are what whoever looks after this PC, or sits at it, wants now.
	Choices func() Choices
	Keys    []string     // whose signatures count
	HTTP    *http.Client // nil for one that goes by the environment's proxies
	// Limit is asked before so many more bytes are read; nil for no bound.
	Limit func(ctx context.Context, bytes int) error
}

// Choices are what can be chosen of updates.
type Choices struct {
	Policy  Policy        // "" for the usual one
	Channel string        // "" for stable
	Wait    time.Duration // a release that is not urgent is left alone for as long
	Source  string        // address of a server, or full path of a folder
}

// Outcomes of a check that went well; of the others it is the code of a fault.
const (
	OutcomeCurrent   = "current"   // there is nothing newer
	OutcomeAvailable = "available" // there is, and it is left there
	OutcomeStaged    = "staged"    // it lies ready
)

// StableChannel is the channel of those who chose none.
const StableChannel = "stable"

// Updater asks for releases and brings the one that fits. Make it with New, set its
// fields, then Run.
type Updater struct {
	cfg Config
	Now func() time.Time
	// Changed is told when Status has changed, from another goroutine.
	Changed func()
	// Complain is told what went wrong where nobody waits for an answer.
	Complain func(op string, err error)

	First  time.Duration // the first check comes within that time behind Run
	Every  time.Duration // and the next ones about so much later
	Answer time.Duration // how long a manifest may take
	Stall  time.Duration // how long a package may stand still

	dir  place
	turn chan struct{} // held by whoever checks

	mu     sync.Mutex
	kept   *kept // nil until it was read
	busy   bool
	done   int64 // bytes that have arrived of the package that is being brought
	total  int64
	notify time.Time // when progress was told last
}

// New returns an Updater; it does no I/O.
func New(cfg Config) *Updater {
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second, IdleConnTimeout: 30 * time.Second,
		}}
	}
	client := *cfg.HTTP
	// A source does not redirect: no other host is asked than the one that was set.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	cfg.HTTP = &client
	if cfg.Limit == nil {
		cfg.Limit = func(ctx context.Context, _ int) error { return ctx.Err() }
	}
	return &Updater{
		cfg: cfg, Now: time.Now, Changed: func() {}, Complain: func(string, error) {},
		First: time.Minute, Every: 6 * time.Hour, Answer: 30 * time.Second, Stall: time.Minute,
		dir: place(cfg.Dir), turn: make(chan struct{}, 1),
	}
}

// Possible tells whether this program could be kept up to date at all: it is one of a
// release, somebody has installed it, and it knows whom to trust.
func (u *Updater) Possible() bool {
	return len(u.cfg.Keys) > 0 && Released(u.cfg.Version) && u.cfg.Install.Scope != ScopeNone
}

// choices are those of now, complete, with the policy that they come to.
func (u *Updater) choices() Choices {
	if !u.Possible() {
		return Choices{Policy: PolicyOff}
	}
	c := u.cfg.Choices()
	if c.Channel == "" {
		c.Channel = StableChannel
	}
	c.Policy = c.Policy.For(u.cfg.Install)
	if !ValidChannel(c.Channel) {
		c.Policy = PolicyOff
	}
	return c
}

// Policy is what happens by itself here.
func (u *Updater) Policy() Policy { return u.choices().Policy }

// Run checks now and then, until ctx ends. PCs that are switched on together do not
// ask together.
func (u *Updater) Run(ctx context.Context) {
	if !u.Possible() {
		return
	}
	if err := u.dir.dropAside(u.Now(), keptAside); err != nil {
		u.Complain("remove data that was set aside", err)
	}
	next := u.Now().Round(0).Add(rand.N(u.First + 1))
	for {
		// The wall clock goes on while a PC sleeps, timers do not.
		pause := min(max(next.Sub(u.Now().Round(0)), 0), 10*time.Minute)
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if u.Now().Round(0).Before(next) {
			continue
		}
		if err := u.Check(ctx); err != nil && !errors.Is(err, ErrOff) && ctx.Err() == nil {
			u.Complain("look for updates", err)
		}
		next = u.Now().Round(0).Add(u.Every*5/6 + rand.N(u.Every/3+1))
	}
}

// Check asks the source now and does what the policy says. Its error is what kept it
// from it; that nothing newer is there is none.
func (u *Updater) Check(ctx context.Context) error { return u.check(ctx, false) }

// Bring is Check, and brings what is there because a person wants it. What belongs
// to all users of the PC it leaves alone: ErrOff.
func (u *Updater) Bring(ctx context.Context) error {
	if u.cfg.Install.Scope != ScopeUser {
		return ErrOff
	}
	return u.check(ctx, true)
}

func (u *Updater) check(ctx context.Context, asked bool) (err error) {
	c := u.choices()
	if c.Policy == PolicyOff {
		return ErrOff
	}
	select {
	case u.turn <- struct{}{}:
		defer func() { <-u.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, err := u.load(ctx); err != nil {
		return err
	}
	u.set(func() { u.busy = true })
	defer u.set(func() { u.busy, u.done, u.total = false, 0, 0 })
	outcome, err := u.look(ctx, c, asked)
	if ctx.Err() != nil {
		return err // nothing was found out
	}
	if err != nil {
		outcome = codeOf(err)
	}
	saveErr := u.change(ctx, func(k *kept) { k.Checked, k.Outcome = u.Now(), outcome })
	switch {
	case errors.Is(err, ErrDeferred), errors.Is(err, ErrNone), errors.Is(err, ErrRefused), errors.Is(err, ErrTooOld):
		err = nil // known, and no trouble of now
	}
	return errors.Join(err, saveErr)
}

// look asks the source, and brings what it is to bring.
func (u *Updater) look(ctx context.Context, c Choices, asked bool) (string, error) {
	src, err := sourceAt(c.Source, u.cfg.HTTP)
	if err != nil {
		return "", err
	}
	body, signature, m, err := u.manifest(ctx, src, c.Channel)
	if err != nil {
		return "", err
	}
	k, err := u.load(ctx)
	if err != nil {
		return "", err
	}
	hash := sha256.Sum256(body)
	sum, now := hex.EncodeToString(hash[:]), u.Now()
	w := want{
		channel: c.Channel, platform: Platform(), version: u.cfg.Version, last: k.Seen[c.Channel], refused: k.refusedOnes(), wait: c.Wait,
	}
	if err := w.admit(m, sum, now); err != nil {
		return "", err
	}
	r, why := w.pick(m, now)
	withdrawn := k.Staged != nil && !m.has(*k.Staged)
	err = u.accept(ctx, c.Channel, seen{m.Serial, sum}, r, withdrawn)
	switch {
	case err != nil:
		return "", err
	case r.Version == "" && why == nil:
		return OutcomeCurrent, nil
	case r.Version == "":
		return "", why
	}
	ready := k.Staged != nil && k.Staged.Version == r.Version && !withdrawn
	if c.Policy != PolicyAuto && !asked {
		if ready {
			return OutcomeStaged, nil
		}
		return OutcomeAvailable, nil
	}
	if ready {
		if _, err := u.dir.verifyStaged(ctx, r.Version, u.cfg.Keys); err == nil {
			return OutcomeStaged, u.change(ctx, func(k *kept) { k.Staged.Asked = k.Staged.Asked || asked })
		}
	}
	return u.bring(ctx, src, c.Channel, r, body, signature, asked)
}

// accept notes a manifest, from which on nothing older counts, even if the program ends
// now; what it offers; and that what lay ready was withdrawn.
func (u *Updater) accept(ctx context.Context, channel string, it seen, offer Release, withdrawn bool) error {
	err := u.change(ctx, func(k *kept) {
		k.Seen = maps.Clone(k.Seen)
		if k.Seen == nil {
			k.Seen = map[string]seen{}
		}
		k.Seen[channel] = it
		if k.Offer == nil || k.Offer.Version != offer.Version {
			k.Later = time.Time{}
		}
		if k.Offer = &offer; offer.Version == "" {
			k.Offer = nil
		}
		if withdrawn {
			k.Staged = nil
		}
	})
	if withdrawn {
		err = errors.Join(err, u.dir.dropStaged())
	}
	return err
}

// bring has the package of a release lie ready.
func (u *Updater) bring(ctx context.Context, src source, channel string, r Release, body, signature []byte, asked bool) (string, error) {
	f := fetcher{dir: u.dir, src: src, channel: channel, release: r, stall: u.Stall, limit: u.cfg.Limit, progress: func(done int64) { u.tell(done, r.Size) }}
	if err := f.bring(ctx); err != nil {
		return "", err
	}
	// What lay ready goes first: a record without a package is worse than none.
	if err := u.change(ctx, func(k *kept) { k.Staged = nil }); err != nil {
		return "", err
	}
	if err := f.stage(ctx, body, signature); err != nil {
		return "", err
	}
	return OutcomeStaged, u.change(ctx, func(k *kept) { k.Staged = &staged{Version: r.Version, SHA256: r.SHA256, Asked: asked} })
}

// manifest brings what the source has for us, and once more if it was changed
// between its two files.
func (u *Updater) manifest(ctx context.Context, src source, channel string) (body, signature []byte, m Manifest, err error) {
	name := ManifestName(channel, Platform())
	for range 2 {
		if body, err = u.small(ctx, src, name, MaxManifest); err != nil {
			return nil, nil, m, err
		}
		signature, err = u.small(ctx, src, name+".minisig", maxSignature)
		if errors.Is(err, ErrNone) {
			err = ErrUnsigned
		}
		if err != nil {
			return nil, nil, m, err
		}
		if m, err = Open(body, signature, u.cfg.Keys); !errors.Is(err, ErrAltered) {
			break
		}
	}
	return body, signature, m, err
}

func (u *Updater) small(ctx context.Context, src source, name string, most int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, u.Answer)
	defer cancel()
	s, err := src.open(ctx, name, 0, "")
	if err != nil {
		return nil, err
	}
	defer s.Close() // it was only read
	body, err := io.ReadAll(io.LimitReader(s, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrOffline, err)
	case int64(len(body)) > most:
		return nil, ErrTooLarge
	}
	return body, nil
}

// load is what is kept, without what this program has put behind it.
func (u *Updater) load(ctx context.Context) (kept, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.kept != nil {
		return *u.kept, nil
	}
	now := u.Now()
	k, err := u.dir.load(ctx, now)
	if err != nil {
		return k, err
	}
	if k.Damaged.Equal(now) {
		u.Complain("read what is kept of updates", ErrState)
	}
	if k.Offer != nil && !newer(k.Offer.Version, u.cfg.Version) {
		k.Offer = nil
	}
	if k.Staged != nil && !newer(k.Staged.Version, u.cfg.Version) {
		k.Staged, k.Outcome = nil, OutcomeCurrent
		if err := u.dir.dropStaged(); err != nil {
			u.Complain("remove a package that was installed", err) // the next one replaces it
		}
	}
	u.kept = &k
	return k, nil
}

// change changes what is kept, once it was read.
func (u *Updater) change(ctx context.Context, do func(*kept)) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	k := *u.kept
	if k.Staged != nil {
		own := *k.Staged // whoever has read it goes on with what they have
		k.Staged = &own
	}
	do(&k)
	if err := u.dir.save(ctx, k); err != nil {
		return fmt.Errorf("%w: %w", ErrState, err)
	}
	u.kept = &k
	return nil
}

// set changes what Status tells.
func (u *Updater) set(change func()) {
	u.mu.Lock()
	change()
	u.mu.Unlock()
	u.Changed()
}

// tell notes how far a package is, and says so now and then.
func (u *Updater) tell(done, total int64) {
	u.mu.Lock()
	u.done, u.total = done, total
	now := u.Now()
	news := done == total || now.Sub(u.notify) >= time.Second
	if news {
		u.notify = now
	}
	u.mu.Unlock()
	if news {
		u.Changed()
	}
}

// Later has nobody reminded for a day.
func (u *Updater) Later(ctx context.Context) error {
	if u.Policy() == PolicyOff {
		return ErrOff
	}
	if _, err := u.load(ctx); err != nil {
		return err
	}
	defer u.Changed()
	return u.change(ctx, func(k *kept) { k.Later = u.Now().Add(24 * time.Hour) })
}

// Forget removes every copy of the data as it was before an update. ErrState, and all of
// them stay, while one may have to be put back.
func (u *Updater) Forget(ctx context.Context) error { return u.dir.dropCopies(ctx) }

// Status is how updates stand here.
type Status struct {
	Policy  Policy
	Scope   string // of the installation
	Version string // of this program
	Checked time.Time
	Outcome string   // of the last check: an Outcome constant or the code of a fault, "" before the first
	Offer   *Release // the newest that would do; nil for none
	Staged  string   // the version that the next start puts in place, "" for none
	Busy    bool     // a check is under way
	Done    int64    // bytes that have arrived of a package
	Total   int64    // of that many; 0 while none is being brought
	Refused []Refusal
	Quiet   bool      // nobody is to be reminded now
	Damaged time.Time // what was kept could not be read then and was set aside; zero if never
}

// Status tells how updates stand.
func (u *Updater) Status(ctx context.Context) (Status, error) {
	s := Status{Policy: u.Policy(), Scope: u.cfg.Install.Scope, Version: u.cfg.Version}
	if s.Policy == PolicyOff {
		return s, nil
	}
	k, err := u.load(ctx)
	if err != nil {
		return s, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	s.Checked, s.Outcome, s.Offer, s.Refused, s.Damaged = k.Checked, k.Outcome, k.Offer, k.Refused, k.Damaged
	s.Busy, s.Done, s.Total, s.Quiet = u.busy, u.done, u.total, u.Now().Before(k.Later)
	if k.Staged != nil {
		s.Staged = k.Staged.Version
	}
	return s, nil
}
