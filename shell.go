package main

import (
	"context"
	"fmt"
	"os/exec"
	system "runtime"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// shell is what the app needs of the window's host.
type shell struct {
	ctx     context.Context
	back    func() // the window is wanted
	notes   sync.Once
	noNotes error // there is no service that shows them
}

// Emit implements app.Shell.
func (s *shell) Emit(event string, data ...any) { runtime.EventsEmit(s.ctx, event, data...) }

// PickFiles implements app.Shell; nil when the dialog was cancelled.
func (s *shell) PickFiles(title string) ([]string, error) {
	return runtime.OpenMultipleFilesDialog(s.ctx, runtime.OpenDialogOptions{Title: title})
}

// SaveFile implements app.Shell; "" when the dialog was cancelled.
func (s *shell) SaveFile(title, name string) (string, error) {
	return runtime.SaveFileDialog(s.ctx, runtime.SaveDialogOptions{Title: title, DefaultFilename: name})
}

// OpenURL implements app.Shell. What comes of it the runtime does not say.
func (s *shell) OpenURL(address string) error {
	runtime.BrowserOpenURL(s.ctx, address)
	return nil
}

// OpenFile implements app.Shell. What comes of it the other program shows.
func (s *shell) OpenFile(path string) error {
	var c *exec.Cmd
	switch system.GOOS {
	case "windows":
		c = exec.Command("rundll32", "url.dll,FileProtocolHandler", path)
	case "darwin":
		c = exec.Command("open", path)
	default:
		c = exec.Command("xdg-open", path)
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("open file: %w", err)
	}
	go func() { _ = c.Wait() }() // whatever it says
	return nil
}

// Notify implements app.Shell.
func (s *shell) Notify(id, title, body string) error {
	s.notes.Do(func() {
		if s.noNotes = runtime.InitializeNotifications(s.ctx); s.noNotes == nil {
			runtime.OnNotificationResponse(s.ctx, func(r runtime.NotificationResult) {
				s.back()
				s.Emit("notified", r.Response.ID)
			})
		}
	})
	if s.noNotes != nil {
		return s.noNotes
	}
	return runtime.SendNotification(s.ctx, runtime.NotificationOptions{ID: id, Title: title, Body: body})
}

// Print implements app.Shell.
func (s *shell) Print() { runtime.WindowPrint(s.ctx) }

// Hide implements app.Shell.
func (s *shell) Hide() { runtime.WindowHide(s.ctx) }

// Quit implements app.Shell.
func (s *shell) Quit() { runtime.Quit(s.ctx) }

// Raise implements app.Shell.
func (s *shell) Raise() {
	if s.ctx != nil {
		runtime.WindowUnminimise(s.ctx)
		runtime.WindowShow(s.ctx)
	}
}
