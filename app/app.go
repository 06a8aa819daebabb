// Package app is what the window can ask for: the bound services and the
// composition root. It knows nothing of Wails and decides nothing that desk
// decides.
package app

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/inbox"
	"guichet/internal/launch"
	"guichet/internal/line"
	"guichet/internal/outbox"
	"guichet/internal/portal/client"
	"guichet/internal/presence"
	"guichet/internal/reader"
	"guichet/internal/seal"
	"guichet/internal/session"
	"guichet/internal/sqlite"
	"guichet/internal/support"

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
	// Raise brings the window to the front.
	Raise()
	// Hide takes the window away; the program goes on.
	Hide()
	// Quit ends the program.
	Quit()
}

// App is the composition root: New wires, Start opens and runs, Stop ends.
type App struct {
	cfg   Config
	Now   func() time.Time
	born  time.Time
	shell Shell
	one   *launch.Instance // this program's claim on its data folder; nil in tests, and where it has none
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
	line       *line.Line
	pass       pass
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

	unclaimed error // why it has none

	help      helping
	monitor   atomic.Pointer[support.Monitor] // nil where nobody watches
	unwatched error                           // why nobody does

	openings openings
	closing  closing
	parting  parting
	frames   frames

	minimised bool // the window opens out of the way
	upkeep    upkeep
	updates   updates

	startsWithSession func(program string, on bool) error // replaced in tests

	ending func(ctx context.Context, ending func(presence.End)) error // of the PC or its session

	presence func(ctx context.Context, changed func(locked bool)) error // of the system's session

	tune func(*App) // tests set what the loops have, before they start
}

// New wires the app; it does no I/O.
func New(cfg Config) *App {
	file := &logFile{}
	if cfg.Keyring == nil {
		cfg.Keyring = noKeyring{}
	}
	a := &App{
		cfg: cfg, Now: time.Now, born: time.Now(), log: newLog(file), file: file,
		started: make(chan struct{}), refresh: make(chan struct{}, 1), reached: make(chan struct{}, 1), textWanted: make(chan struct{}, 1),
		candidates: newCandidates(), glances: make(chan struct{}, 1), reader: newReader(cfg), contact: contact{state: contactUnknown},
		network: newNetwork(), upkeep: usualUpkeep(), presence: presence.Watch, ending: presence.WatchEnd, parting: parting{look: partingLook, longest: partingLongest}, startsWithSession: launch.SetAutostart,
	}
	a.newUpdates()
	return a
}

// Start opens the store and starts the loops. What goes wrong is kept, and
// every call of the window tells it, so that the window can say what to do.
func (a *App) Start(shell Shell) {
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.closing.mu.Lock() // the window may be closed at this moment
	a.shell = shell
	a.closing.mu.Unlock()
	a.opening.Lock()
	a.tryOpen()
	a.opening.Unlock()
	close(a.started)
	a.report(a.ctx, "claim data folder", a.unclaimed)
	a.report(a.ctx, "nobody watches for crashes", a.unwatched)
	if a.one != nil {
		a.report(a.ctx, "later starts are not heard", a.one.Deaf)
		a.one.Handle(a.Started)
	}
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
	if !a.held() {
		a.run()
	}
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
	a.line = line.New(a.lineConfig())
	a.updates.by = a.line.Transport(a.updateHosts)
	a.client = client.New(client.Config{
		Base:      a.cfg.Portal,
		Transport: a.line.Transport(a.portalHosts),
		Token:     a.token,
		Absent:    func(person string) bool { return slices.Contains(a.absent(), person) },
		Open:      a.openStored,
		Progress:  a.uploadProgress,
		Contact:   a.contacted,
		Clock:     a.clockSeen,
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
	a.goDo(a.followEnd)
	a.goDo(a.watchStore)
	a.goDo(a.lookAfterStore)
	a.goDo(a.warmReader)
	a.goDo(a.followAutostart)
	a.goDo(a.followUpdates)
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
	defer a.relaunch()
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
	a.updates.by.CloseIdleConnections()
	a.signer.forget()
	if err := a.store.Close(); err != nil {
		a.log.Error().Str("error", safe(err)).Msg("close store")
	}
}

// Minimised tells whether the window is to open out of the way.
func (a *App) Minimised() bool { return a.minimised }

// Data is the data folder.
func (a *App) Data() string { return a.cfg.Data }

// Bound lists what JavaScript may call.
func (a *App) Bound() []any {
	return []any{
		&Session{a}, &Portal{a}, &Catalogues{a}, &Drafts{a}, &Handover{a}, &Files{a}, &Requests{a}, &Outbox{a}, &Lists{a}, &Bell{a}, &Acts{a}, &Contracts{a}, &Papers{a},
		&Keyring{a}, &Line{a}, &Window{a}, &Guard{a}, &Privacy{a}, &Launch{a}, &Updates{a}, &Support{a},
	}
}

// changed tells the window what to read again.
func (a *App) changed(topics ...string) {
	for _, t := range topics {
		a.shell.Emit("changed", t)
	}
}
