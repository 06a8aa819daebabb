package app

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"guichet/internal/desk"
	"guichet/internal/line"
	"guichet/internal/settings"
	"guichet/internal/sqlite"
	"guichet/internal/update"

	"golang.org/x/time/rate"
)

// UpdateConfig is how this program keeps itself up to date, beside what can be set.
// Whose signatures count is nobody's to set.
type UpdateConfig struct {
	Exe   string       // its full path; "" asks the system
	Keys  []string     // whose signatures count; nil for those that were built in
	HTTP  *http.Client // nil for one that goes as all others do, see package line
	Rate  int64        // bytes of a package in a second; 0 for updateRate
	Again []string     // what it is started with when a person wants it to start again

	start *update.Start // as ApplyUpdate has left it
}

// updateRoute is where a portal has releases.
const updateRoute = "/v1/releases"

// updateRate is how many bytes of a package are read in a second: the line is the
// practice's, and there is no hurry.
const updateRate = 1 << 20

// updates is what the app has of updates.
type updates struct {
	updater *update.Updater
	by      *line.Transport
	ask     chan bool // for a check now; true brings what is there
	asked   atomic.Bool

	trial   judge // nil, or this program is on trial
	settled atomic.Bool
	again   atomic.Bool // the end of the program is to be followed by a start
}

// judge is who a program that is on trial tells that it has come up.
type judge interface {
	Healthy(ctx context.Context) error
}

// install is how this program came to this PC, and where it lies.
func (c UpdateConfig) install() (exe string, i update.Install, err error) {
	if exe = c.Exe; exe == "" {
		if exe, err = os.Executable(); err != nil {
			return "", i, err
		}
		if exe, err = filepath.EvalSymlinks(exe); err != nil {
			return "", i, err
		}
	}
	i, err = update.ReadInstall(exe)
	return exe, i, err
}

func (c UpdateConfig) keys() []string {
	if c.Keys != nil {
		return c.Keys
	}
	return update.Pinned()
}

func updateFolder(data string) string { return filepath.Join(data, "update") }

// ApplyUpdate puts a new program in the place of this one, if one lies ready, or goes
// on with what another process has begun. It is called before anything is opened. done
// tells that another process goes on: this one is to end with code; err, if there is
// one, is for the person. What goes wrong otherwise is logged, and this program goes
// on as it is.
func ApplyUpdate(cfg *Config) (done bool, code int, err error) {
	report := func(op string, err error) {
		file := &logFile{}
		file.open(*cfg)
		log := newLog(file)
		log.Warn().Str("error", safe(err)).Msg(op)
		file.close()
	}
	exe, install, err := cfg.Updates.install()
	if err != nil {
		// What another process has this one for is done all the same: guichet.old may be
		// removed while it waits.
		report("read how this program was installed", err)
		install = update.Install{}
	}
	cfg.Updates.Exe = exe
	cfg.Updates.start = update.Begin(context.Background(), update.Program{
		Version: cfg.Version, Exe: exe, Args: os.Args[1:], Dir: updateFolder(cfg.Data), Install: install,
		Policy: cfg.updatePolicy, Keys: cfg.Updates.keys(), Report: report,
		// What a program writes before it is healthy: the database with what SQLite
		// and we keep beside it, and the keys.
		Data: cfg.Data, Lock: filepath.Join(cfg.Data, "guichet.lock"),
		Keep: []string{"guichet.db", "guichet.db-*", "recovered-*.db", "keys.json", "keys.copy.json"},
		Drop: []string{"guichet.db-shm", "mending.db*"},
	})
	s := cfg.Updates.start
	return s.Done, s.Code, s.Err
}

// updatePolicy is what was chosen of updates, before the store is open.
func (cfg Config) updatePolicy() update.Policy {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	chosen, _ := sqlite.Settings(ctx, cfg.Data) // what cannot be read is not chosen
	return update.Policy(cfg.Given.Value(settings.KeyUpdates, chosen[settings.KeyUpdates]).Value)
}

// updateChoices are what was chosen of updates.
func (a *App) updateChoices() update.Choices {
	value := func(key string) string {
		v, err := a.setting(a.ctx, key, "")
		if err != nil {
			v = a.cfg.Given.Value(key, "")
		}
		return v.Value
	}
	days, _ := strconv.Atoi(value(settings.KeyDelay)) // the table has numbers only
	source := value(settings.KeySource)
	if base := a.client.Base(); source == "" && base != "" {
		source = base + updateRoute
	}
	return update.Choices{
		Policy: update.Policy(value(settings.KeyUpdates)), Channel: value(settings.KeyChannel), Wait: time.Duration(days) * 24 * time.Hour, Source: source,
	}
}

// updateHosts is what may be contacted for updates.
func (a *App) updateHosts() []string { return []string{a.updateChoices().Source} }

// later is a transport that is there once the app is open.
type later func() http.RoundTripper

// RoundTrip implements http.RoundTripper.
func (l later) RoundTrip(r *http.Request) (*http.Response, error) { return l().RoundTrip(r) }

// newUpdates wires what updates need.
func (a *App) newUpdates() {
	c := a.cfg.Updates
	a.updates.ask = make(chan bool, 1)
	if c.start != nil && c.start.Trial != nil {
		a.updates.trial = c.start.Trial
	}
	_, install, err := c.install()
	if err != nil {
		install = update.Install{} // ApplyUpdate has said so
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Transport: later(func() http.RoundTripper { return a.updates.by })}
	}
	pace := rate.NewLimiter(rate.Limit(cmp.Or(c.Rate, updateRate)), 64<<10)
	u := update.New(update.Config{
		Dir: updateFolder(a.cfg.Data), Version: a.cfg.Version, Install: install, Keys: c.keys(), HTTP: c.HTTP, Choices: a.updateChoices, Limit: pace.WaitN,
	})
	u.Now = func() time.Time { return a.Now() }
	u.Changed = func() { a.changed("updates") }
	u.Complain = func(op string, err error) { a.log.Warn().Str("error", safe(err)).Msg(op) }
	a.updates.updater = u
}

// followUpdates looks for updates now and then, and when somebody wants to.
func (a *App) followUpdates(ctx context.Context) {
	u := a.updates.updater
	if !u.Possible() {
		return
	}
	var beside sync.WaitGroup
	beside.Go(func() { u.Run(ctx) })
	defer beside.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case bring := <-a.updates.ask:
			check := u.Check
			if bring {
				check = u.Bring
			}
			if err := check(ctx); err != nil && ctx.Err() == nil {
				u.Complain("look for updates", err)
			}
			a.updates.answered()
			a.changed("updates")
		}
	}
}

// held tells that this program is on trial and not healthy yet: nothing is sent, and
// no token is asked for, since the data may be put back as it was.
func (a *App) held() bool { return a.updates.trial != nil && !a.updates.settled.Load() }

// token is what a person shows to the portal. On trial there is none: asking for one
// may use up the one before, which the old program has.
func (a *App) token(ctx context.Context, person string) (string, error) {
	if a.held() {
		return "", desk.ErrOffline
	}
	return a.session.Token(ctx, person)
}

// healthy is called once the first page was drawn. Where this program is on trial it
// says so, and only then lets the loops run. Whoever calls meanwhile waits in begin.
func (a *App) healthy() {
	if !a.held() {
		return
	}
	a.opening.Lock()
	defer a.opening.Unlock()
	if !a.held() || a.store == nil || a.openErr != nil || a.ctx.Err() != nil {
		return // a page that tells what is wrong is not what was waited for
	}
	if err := a.updates.trial.Healthy(a.ctx); err != nil {
		a.log.Error().Str("error", safe(err)).Msg("trial of a new program")
		a.cancel() // nothing is written any more: the old program's data is being put back
		go a.quit()
		return
	}
	a.updates.settled.Store(true)
	a.log.Info().Str("version", a.cfg.Version).Msg("new program is healthy")
	a.run()
}

// relaunch starts the program anew, once it has ended, if somebody wants that.
func (a *App) relaunch() {
	if !a.updates.again.Swap(false) {
		return
	}
	exe, _, err := a.cfg.Updates.install()
	if err == nil {
		err = update.Relaunch(exe, a.cfg.Updates.Again)
	}
	if err != nil {
		a.log.Error().Str("error", safe(err)).Msg("start again")
	}
}

// State tells how updates stand.
func (x *Updates) State() (out Update, err error) {
	defer x.a.guard("Updates.State", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	s, err := x.a.updates.updater.Status(x.a.ctx)
	if err != nil {
		return out, err
	}
	return updateOf(s, x.a.updates.asked.Load()), nil
}

// Check looks for updates now. What comes of it State tells, after "changed".
func (x *Updates) Check() (err error) {
	defer x.a.guard("Updates.Check", &err)
	return x.a.askForUpdate(false)
}

// Fetch brings what is there, where the policy leaves that to the person.
func (x *Updates) Fetch() (err error) {
	defer x.a.guard("Updates.Fetch", &err)
	return x.a.askForUpdate(true)
}

func (a *App) askForUpdate(bring bool) error {
	if err := a.begin(); err != nil {
		return err
	}
	if a.updates.updater.Policy() == update.PolicyOff {
		return desk.ErrForbidden
	}
	if a.updates.want(bring) {
		a.changed("updates")
	}
	return nil
}

// want asks for a check; false when one is asked for already. That one is asked for is
// said before anybody can have taken it up, and so have ended it.
func (u *updates) want(bring bool) bool {
	u.asked.Store(true)
	select {
	case u.ask <- bring:
		return true
	default:
		return false
	}
}

// answered says that a check has ended.
func (u *updates) answered() { u.asked.Store(len(u.ask) > 0) }

// Restart closes the program, as a person does, and starts it again: what lies ready
// is put in place then.
func (x *Updates) Restart() (err error) {
	defer x.a.guard("Updates.Restart", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	x.a.updates.again.Store(true)
	go x.a.CloseUnasked() // after this call has been answered; what waits leaves after the start
	return nil
}

// Later has nobody reminded for a day.
func (x *Updates) Later() (err error) {
	defer x.a.guard("Updates.Later", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	if err := x.a.updates.updater.Later(x.a.ctx); !errors.Is(err, update.ErrOff) {
		return err
	}
	return desk.ErrForbidden
}

// updateOf is what the window is told.
func updateOf(s update.Status, asked bool) Update {
	out := Update{
		Policy: string(s.Policy), Scope: s.Scope, Version: s.Version, Checked: stamp(s.Checked), Staged: s.Staged, Busy: s.Busy || asked,
		Done: s.Done, Total: s.Total, Quiet: s.Quiet, Damaged: !s.Damaged.IsZero(), Refused: []string{},
	}
	switch s.Outcome {
	case "", update.OutcomeCurrent, update.OutcomeAvailable, update.OutcomeStaged:
		out.State = s.Outcome
	default:
		out.State, out.Problem = "problem", s.Outcome
	}
	if o := s.Offer; o != nil {
		out.Offer, out.Notes, out.Urgent, out.Size, out.Published = o.Version, Text(o.Notes), o.Urgent, o.Size, stamp(o.Published)
	}
	for _, r := range slices.Backward(s.Refused) {
		out.Refused = append(out.Refused, r.Version)
	}
	return out
}
