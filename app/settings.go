package app

import (
	"context"
	"strconv"

	"guichet/internal/desk"
)

// maxUpload bounds Settings.Upload, in kB/s: more is no limit on any line.
const maxUpload = 1_000_000

// What masks a window: at a front desk a patient can read a screen that nobody
// sits at.
const (
	usualIdle = 10  // minutes
	maxIdle   = 240 // more is never
)

// Settings reads the person's choices; French, the system's theme, the whole
// line and a mask after ten minutes if there are none.
func (x *Window) Settings() (out Settings, err error) {
	defer x.a.guard("Window.Settings", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	return x.a.settings(x.a.ctx)
}

func (a *App) settings(ctx context.Context) (out Settings, err error) {
	var upload, idle string
	for key, to := range map[string]*string{"language": &out.Language, "theme": &out.Theme, "upload": &upload, "idle": &idle} {
		if *to, err = a.store.Setting(ctx, key); err != nil {
			return out, err
		}
	}
	out.Upload, _ = strconv.Atoi(upload) // not a number: no limit
	if out.Idle, err = strconv.Atoi(idle); err != nil {
		out.Idle = usualIdle
	}
	return known(out), nil
}

// known replaces what this version does not know by the default.
func known(s Settings) Settings {
	if s.Language != "en" {
		s.Language = "fr"
	}
	if s.Theme != "light" && s.Theme != "dark" {
		s.Theme = "system"
	}
	if s.Upload < 0 || s.Upload > maxUpload {
		s.Upload = 0
	}
	if s.Idle < 0 || s.Idle > maxIdle {
		s.Idle = usualIdle
	}
	return s
}

// SaveSettings stores the person's choices.
func (x *Window) SaveSettings(settings Settings) (err error) {
	defer x.a.guard("Window.SaveSettings", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	if settings != known(settings) {
		return desk.ErrInvalid
	}
	err = x.a.store.SaveSettings(x.a.ctx, map[string]string{
		"language": settings.Language, "theme": settings.Theme, "upload": strconv.Itoa(settings.Upload), "idle": strconv.Itoa(settings.Idle),
	})
	if err == nil {
		x.a.client.SetRate(int64(settings.Upload) * 1000)
	}
	return err
}
