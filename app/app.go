// Package app is what the window can ask for: the bound services and the
// composition root. It knows nothing of Wails and decides nothing that desk
// decides.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
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
	"guichet/internal/reader"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
	"guichet/internal/session"
	"guichet/internal/session/oidc"
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
	// OpenURL shows an address in the system's browser.
	OpenURL(address string) error
	// OpenFile shows a file in the program that the system has for its kind.
	OpenFile(path string) error
	// Notify has the system show a notice, with a press on which the window is shown
	// and told the event "notified" with its id. An error where there is no such
	// service.
	Notify(id, title, body string) error
	// Print has the system print the page that the window shows.
	Print()
	// Quit ends the program.
	Quit()
}

// Config is what the app is started with.
type Config struct {
	Data   string // data folder
	Portal string // base address of the portal; "" leaves it to the person
	Stderr bool   // log to standard error as well
	// Keyring keeps the keys of what is stored; nil for none, and nothing is
	// sealed then.
	Keyring seal.Keyring
	// OIDC is who signs people in, in the place of whoever the portal names.
	OIDC *oidc.Config
	// Provider is who signs people in, in the place of what OIDC or the portal says.
	Provider session.Provider
	// Link is told the addresses of sign-ins, in the place of a browser; nil opens
	// one.
	Link func(address string)
	// SignIn offers a sign-in at the start, if nobody is signed in.
	SignIn bool
	// Reader is the program that looks into files, in the place of this one.
	Reader string
}

// ConfigFromEnv reads GUICHET_DATA (default: the folder that the operating
// system has for this), GUICHET_PORTAL, GUICHET_LOG=stderr, GUICHET_KEYRING=none
// (nothing is sealed), GUICHET_BROWSER=print (the links of sign-ins go to standard
// output), GUICHET_SIGN_IN=start, and GUICHET_ISSUER with GUICHET_CLIENT_ID and
// GUICHET_SCOPES (separated by spaces) for a provider that the portal does not
// name.
func ConfigFromEnv() Config {
	cfg := Config{
		Data:   cmp.Or(os.Getenv("GUICHET_DATA"), dataFolder()),
		Portal: os.Getenv("GUICHET_PORTAL"),
		Stderr: os.Getenv("GUICHET_LOG") == "stderr",
		SignIn: os.Getenv("GUICHET_SIGN_IN") == "start",
	}
	if os.Getenv("GUICHET_KEYRING") != "none" {
		cfg.Keyring = keyring.New("Guichet", keyringWait)
	}
	if os.Getenv("GUICHET_BROWSER") == "print" {
		cfg.Link = func(address string) { fmt.Println(SignInAt + address) }
	}
	if issuer := os.Getenv("GUICHET_ISSUER"); issuer != "" {
		cfg.OIDC = &oidc.Config{
			Issuer: issuer, ClientID: os.Getenv("GUICHET_CLIENT_ID"), Scopes: strings.Fields(os.Getenv("GUICHET_SCOPES")),
		}
	}
	return cfg
}

// SignInAt stands before each link that GUICHET_BROWSER=print prints.
const SignInAt = "Sign in: "

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
	plain      bool // nothing was sealed at the start, and nothing is until the next
	recovered  bool // the recovery code has opened keys that no keyring has
	store      *sqlite.Store
	files      *attach.Store
	session    *session.Roster
	roster     roster
	signer     provider
	preferred  preferred
	client     *client.Client
	outbox     *outbox.Outbox
	inbox      *inbox.Inbox
	catalogues catalogues
	candidates candidates
	reader     *reader.Reader
	thumbs     thumbs
	glances    chan struct{} // one small picture is drawn at a time
	filing     sync.Mutex    // rows of files are written, or bytes without one swept
	contact    contact
	network    network

	ctx        context.Context
	cancel     context.CancelFunc
	running    sync.WaitGroup
	refresh    chan struct{} // asks for the portal's catalogue
	reached    chan struct{} // the portal has answered again
	textWanted chan struct{} // somebody looks for words

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
		started: make(chan struct{}), refresh: make(chan struct{}, 1), reached: make(chan struct{}, 1), textWanted: make(chan struct{}, 1),
		candidates: newCandidates(), glances: make(chan struct{}, 1), reader: newReader(cfg), contact: contact{state: contactUnknown},
		network: newNetwork(), upkeep: usualUpkeep(), presence: presence.Watch,
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
	return a.startSession(a.ctx)
}

// wire connects the rooms to each other.
func (a *App) wire() {
	a.client = client.New(client.Config{
		Base:     a.cfg.Portal,
		Token:    func(ctx context.Context, person string) (string, error) { return a.session.Token(ctx, person) },
		Absent:   func(person string) bool { return slices.Contains(a.absent(), person) },
		Open:     a.openStored,
		Progress: a.uploadProgress,
		Contact:  a.contacted,
		Clock:    a.clockSeen,
	})
	a.client.Now = a.Now
	a.session = a.newSession()
	a.outbox = outbox.New(a.store, a.client)
	a.outbox.Log, a.outbox.Now, a.outbox.Absent = a.log, a.Now, a.absent
	a.outbox.Changed = func() { a.changed("requests", "status") }
	a.inbox = inbox.New(a.store, a.client)
	a.inbox.Log, a.inbox.Now = a.log, a.Now
	a.inbox.Changed = func() { a.changed("requests", "status", "notices") } // what goes takes its notices along
	a.inbox.Told = a.told
	if a.tune != nil {
		a.tune(a)
	}
}

// run starts the loops.
func (a *App) run() {
	a.closeOpened() // of a run that was cut short
	a.outbox.Start(a.ctx)
	a.inbox.Start(a.ctx)
	a.inbox.SetPerson(a.me().ID)
	a.goDo(a.followCatalogue)
	a.goDo(a.followNetwork)
	a.goDo(a.followText)
	a.goDo(a.followPresence)
	a.goDo(a.watchStore)
	a.goDo(a.lookAfterStore)
	a.goDo(a.warmReader)
	if a.cfg.SignIn {
		a.goDo(a.signInAtStart)
	}
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
	a.closeOpened()
	a.client.Close()
	a.signer.forget()
	if err := a.store.Close(); err != nil {
		a.log.Error().Str("error", safe(err)).Msg("close store")
	}
}

// Bound lists what JavaScript may call.
func (a *App) Bound() []any {
	return []any{
		&Session{a}, &Portal{a}, &Catalogues{a}, &Drafts{a}, &Handover{a}, &Files{a}, &Requests{a}, &Outbox{a}, &Lists{a}, &Bell{a}, &Acts{a}, &Contracts{a}, &Papers{a},
		&Keyring{a}, &Window{a}, &Guard{a}, &Privacy{a},
	}
}

// changed tells the window what to read again.
func (a *App) changed(topics ...string) {
	for _, t := range topics {
		a.shell.Emit("changed", t)
	}
}
