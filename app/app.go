// Package app is what the window can ask for: the bound services and the
// composition root. It knows nothing of Wails and decides nothing that desk
// decides.
package app

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/inbox"
	"guichet/internal/outbox"
	"guichet/internal/portal/client"
	"guichet/internal/presence"
	"guichet/internal/privacy"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
	"guichet/internal/session"
	"guichet/internal/sqlite"

	"github.com/rs/zerolog"
)

// Shell is what the app needs of the window's host.
type Shell interface {
	// Emit tells the window that something changed.
	Emit(event string, data ...any)
	// PickFiles opens the system's file dialog under that title; nil when it was
	// cancelled.
	PickFiles(title string) ([]string, error)
	// SaveFile asks under that title where to save what has that name; "" when it
	// was cancelled.
	SaveFile(title, name string) (string, error)
	// Quit ends the program.
	Quit()
}

// Config is what the app is started with.
type Config struct {
	Data   string                    // data folder
	Portal string                    // base address of the portal
	Token  privacy.Sensitive[string] // bearer token of a demo person, may be empty
	Stderr bool                      // log to standard error as well
	// Keyring keeps the keys of what is stored; nil for none, and nothing is
	// sealed then.
	Keyring seal.Keyring
}

// ConfigFromEnv reads GUICHET_DATA (default: the folder that the operating
// system has for this), GUICHET_PORTAL, GUICHET_TOKEN, GUICHET_LOG=stderr and
// GUICHET_KEYRING=system: what is stored is sealed with keys in the system's
// keyring. It is not the default before the window can tell of lost keys.
func ConfigFromEnv() Config {
	cfg := Config{
		Data:   cmp.Or(os.Getenv("GUICHET_DATA"), dataFolder()),
		Portal: cmp.Or(os.Getenv("GUICHET_PORTAL"), "http://127.0.0.1:8480"),
		Token:  privacy.Hide(os.Getenv("GUICHET_TOKEN")),
		Stderr: os.Getenv("GUICHET_LOG") == "stderr",
	}
	if os.Getenv("GUICHET_KEYRING") == "system" {
		cfg.Keyring = keyring.New("Guichet", keyringWait)
	}
	return cfg
}

// dataFolder is where this system keeps what a program stores for one user.
func dataFolder() string {
	base := os.Getenv("XDG_DATA_HOME")
	switch {
	case runtime.GOOS == "windows":
		base = os.Getenv("LOCALAPPDATA")
	case runtime.GOOS == "darwin":
		base, _ = os.UserConfigDir()
	case base == "":
		home, _ := os.UserHomeDir()
		base = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(base, "Guichet")
}

// App is the composition root: New wires, Start opens and runs, Stop ends.
type App struct {
	cfg   Config
	Now   func() time.Time
	born  time.Time
	shell Shell
	log   zerolog.Logger
	file  *logFile // where log goes

	started chan struct{} // closed when Start has been called and has tried
	opening sync.Mutex
	openErr error     // why the store is not open, nil when it is
	triedAt time.Time // when the last try to open ended

	keys       atomic.Pointer[seal.Safe]
	silent     bool // the keyring does not answer, and nothing is sealed
	store      *sqlite.Store
	files      *attach.Store
	session    *session.Session
	client     *client.Client
	outbox     *outbox.Outbox
	inbox      *inbox.Inbox
	catalogues catalogues
	candidates candidates
	filing     sync.Mutex // rows of files are written, or bytes without one swept
	contact    contact
	network    network

	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	refresh chan struct{} // asks for the portal's catalogue

	closing closing
	upkeep  upkeep

	presence func(ctx context.Context, changed func(locked bool)) error // of the system's session

	tune func(*App) // tests set what the loops have, before they start
}

// New wires the app; it does no I/O.
func New(cfg Config) *App {
	file := &logFile{}
	if cfg.Keyring == nil {
		cfg.Keyring = noKeyring{}
	}
	return &App{
		cfg: cfg, Now: time.Now, born: time.Now(), log: newLog(file), file: file,
		started: make(chan struct{}), refresh: make(chan struct{}, 1),
		candidates: newCandidates(), contact: contact{state: "unknown"},
		network: newNetwork(cfg.Portal), upkeep: usualUpkeep(), presence: presence.Watch,
	}
}

// Start opens the store and starts the loops. What goes wrong is kept, and
// every call of the window tells it, so that the window can say what to do.
func (a *App) Start(shell Shell) {
	a.shell = shell
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.opening.Lock()
	a.tryOpen()
	a.opening.Unlock()
	close(a.started)
}

// tryOpen opens the store and starts the loops, or mends one that was open; the
// caller holds a.opening.
func (a *App) tryOpen() {
	if a.store != nil {
		a.mend()
		return
	}
	defer func() { a.triedAt = a.Now() }()
	if a.openErr = a.open(); a.openErr != nil {
		a.log.Error().Str("error", safe(a.openErr)).Msg("start failed")
		return
	}
	a.run()
}

// open brings up everything that the first page needs; no network.
func (a *App) open() (err error) {
	if err := disk.MakeDir(a.cfg.Data); err != nil {
		return desk.ErrReadOnly.With(err)
	}
	a.file.open(a.cfg)
	if a.store, err = sqlite.OpenWith(a.ctx, a.cfg.Data, a.openKeys); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.store.Close())
			a.store = nil
		}
	}()
	if err := a.store.Recover(a.ctx, a.Now()); err != nil {
		return err
	}
	a.enrolOwners()
	a.files = attach.New(filepath.Join(a.cfg.Data, "files"), a.keys.Load())
	if err := a.catalogues.load(a.ctx, a.store); err != nil {
		return err
	}
	a.wire()
	choices, err := a.settings(a.ctx)
	if err != nil {
		return err
	}
	a.client.SetRate(int64(choices.Upload) * 1000)
	return a.session.Start(a.ctx, a.cfg.Token.Reveal())
}

// wire connects the rooms to each other.
func (a *App) wire() {
	a.client = client.New(client.Config{
		Base:     a.cfg.Portal,
		Token:    func(ctx context.Context, person string) (string, error) { return a.session.Token(ctx, person) },
		Open:     a.openStored,
		Progress: a.uploadProgress,
		Contact:  a.contacted,
		Clock:    a.clockSeen,
	})
	a.client.Now = a.Now
	a.session = session.New(keyedPeople{a.store, a}, a.client, a.personChanged)
	a.outbox = outbox.New(a.store, a.client)
	a.outbox.Log, a.outbox.Now = a.log, a.Now
	a.outbox.Changed = func() { a.changed("requests", "status") }
	a.inbox = inbox.New(a.store, a.client)
	a.inbox.Log, a.inbox.Now = a.log, a.Now
	a.inbox.Changed = func() { a.changed("requests", "status") }
	if a.tune != nil {
		a.tune(a)
	}
}

// run starts the loops.
func (a *App) run() {
	a.outbox.Start(a.ctx)
	a.inbox.Start(a.ctx)
	person, _ := a.session.Person()
	a.inbox.SetPerson(person.ID)
	a.goDo(a.followCatalogue)
	a.goDo(a.followNetwork)
	a.goDo(a.followPresence)
	a.goDo(a.watchStore)
	a.goDo(a.lookAfterStore)
}

// goDo runs a loop that Stop waits for.
func (a *App) goDo(loop func(context.Context)) {
	a.running.Add(1)
	go func() {
		defer a.running.Done()
		loop(a.ctx)
	}()
}

// Stop ends the loops and closes the store.
func (a *App) Stop() {
	if a.cancel == nil {
		return
	}
	a.cancel()
	a.opening.Lock() // what is being opened or mended comes to its end
	opened := a.store != nil
	a.opening.Unlock()
	defer a.file.close()
	if !opened {
		return
	}
	a.outbox.Stop()
	a.inbox.Stop()
	a.session.Stop()
	a.running.Wait()
	a.client.Close()
	if err := a.store.Close(); err != nil {
		a.log.Error().Str("error", safe(err)).Msg("close store")
	}
}

// Bound lists what JavaScript may call.
func (a *App) Bound() []any {
	return []any{&Session{a}, &Catalogues{a}, &Drafts{a}, &Handover{a}, &Files{a}, &Requests{a}, &Outbox{a}, &Keyring{a}, &Window{a}}
}

// changed tells the window what to read again.
func (a *App) changed(topics ...string) {
	for _, t := range topics {
		a.shell.Emit("changed", t)
	}
}

// personChanged follows a sign-in or sign-out. It asks who it is now, since two
// changes may be told in either order.
func (a *App) personChanged(desk.Person) {
	p, open := a.session.Person()
	a.inbox.SetPerson(p.ID)
	if open && p.ID != "" {
		a.outbox.Resume(p.ID)
	}
	a.askCatalogue()
	a.changed("session", "drafts", "requests", "status", "catalogue")
}
