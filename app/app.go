// Package app is what the window can ask for: the bound services and the
// composition root. It knows nothing of Wails.
package app

import "net/http"

// Shell is what the app needs of the window's host.
type Shell interface {
	// Emit tells the window that something changed.
	Emit(event string, data ...any)
	// PickFiles opens the system's file dialog; nil when it was cancelled.
	PickFiles() ([]string, error)
	// Quit ends the program.
	Quit()
}

// Config is what the app is started with.
type Config struct {
	Data   string // data folder
	Portal string // base address of the portal
	Token  string // bearer token, for the demo persons
}

// ConfigFromEnv reads GUICHET_DATA, GUICHET_PORTAL and GUICHET_TOKEN.
func ConfigFromEnv() Config { return Config{} }

// App is the composition root.
type App struct{}

// New wires the app; it does no I/O.
func New(Config) *App { return &App{} }

// Start opens the store and starts the loops. An error is kept and told to the
// window, which shows what to do.
func (a *App) Start(Shell) {}

// BeforeClose asks the window to save what was just typed; it vetoes the close
// until that is done, for two seconds at the most.
func (a *App) BeforeClose() (veto bool) { return false }

// Stop ends the loops and closes the store.
func (a *App) Stop() {}

// Handler serves what is too large for calls: thumbnails and pasted bytes.
func (a *App) Handler() http.Handler { return http.NotFoundHandler() }

// FormatError makes the JSON string that the window's bridge parses.
func FormatError(err error) any { return err.Error() }

// Bound lists what JavaScript may call.
func (a *App) Bound() []any {
	return []any{&Session{a}, &Catalogues{a}, &Drafts{a}, &Files{a}, &Requests{a}, &Outbox{a}, &Window{a}}
}
