package app

import (
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"gopkg.in/natefinch/lumberjack.v2"
)

// logFile is logs/guichet.log in the data folder, five files of a megabyte at
// the most, once that folder is there; before and afterwards lines are dropped.
// No line carries content of a request.
type logFile struct {
	mu   sync.Mutex // the host may log while the app starts
	file *lumberjack.Logger
	w    io.Writer // nil unless it is open
}

func newLog(f *logFile) zerolog.Logger { return zerolog.New(f).With().Timestamp().Logger() }

// Write implements io.Writer. What cannot be written, to a full disk or a folder that is
// gone, is dropped: a log is worth no fault of anybody's.
func (f *logFile) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.w != nil {
		_, _ = f.w.Write(p)
	}
	return len(p), nil
}

// open may be called again while it is open.
func (f *logFile) open(cfg Config) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.w != nil {
		return
	}
	f.file = &lumberjack.Logger{
		Filename: filepath.Join(cfg.Data, "logs", "guichet.log"), MaxSize: 1, MaxBackups: 4, LocalTime: false,
	}
	f.w = f.file
	if cfg.Stderr {
		f.w = io.MultiWriter(os.Stderr, f.file)
	}
}

func (f *logFile) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.w != nil {
		f.w = nil
		_ = f.file.Close() // there is no log left to say it in
	}
}

// HostLog is the log that the window's host writes to. It withholds every
// text: the host puts the arguments of a call that panicked into its messages.
type HostLog struct{ a *App }

// HostLog returns the log for the window's host.
func (a *App) HostLog() HostLog { return HostLog{a} }

// Print drops the message.
func (HostLog) Print(string) {}

// Trace drops the message.
func (HostLog) Trace(string) {}

// Debug drops the message.
func (HostLog) Debug(string) {}

// Info drops the message.
func (HostLog) Info(string) {}

// Warning notes that the host had something to say.
func (l HostLog) Warning(message string) { l.note("warning", message) }

// Error notes that the host failed at something.
func (l HostLog) Error(message string) { l.note("error", message) }

// WebProcessDied notes, in the log and as an incident, that the process of the page
// ended and the page was loaded anew; reason is the host's number for it.
func (l HostLog) WebProcessDied(reason string) {
	l.a.log.Error().Str("reason", reason).Msg("page reloaded after its process died")
	l.a.pageDied(reason)
}

// Fatal notes it and ends the program, as the host expects.
func (l HostLog) Fatal(message string) {
	l.note("fatal", message)
	os.Exit(1)
}

func (l HostLog) note(level, message string) {
	l.a.log.Warn().Str("host", level).Int("length", len(message)).Msg("message of the window's host, withheld")
}

// sinceStart is the age of the process in milliseconds, as far as Go saw it.
func (a *App) sinceStart() int64 { return time.Since(a.born).Milliseconds() }
