package app

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

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

// Copies of files that the portal has had for so many days are not kept here.
const (
	usualKeep = 30
	maxKeep   = 3650
)

// The names of settings. What is not this PC's alone is kept for each person
// under its name and theirs; the PC's is what they begin with.
const (
	settingLanguage = "language"
	settingTheme    = "theme"
	settingIdle     = "idle"
	settingPractice = "practice"
	settingUpload   = "upload" // of the line, which is the PC's
	settingAsked    = "asked"  // see keptAsked
	settingColumns  = "columns"
	settingQuiet    = "quiet"
	settingKeep     = "keep"
)

// ofPerson is the name of a person's own setting.
func ofPerson(key, person string) string {
	if person == "" {
		return key
	}
	return key + "@" + person
}

// preferred is which practice each person has chosen, read once.
type preferred struct {
	mu sync.Mutex
	of map[string]string
}

// preferredBy is the practice that a person has chosen here, "" for none.
func (a *App) preferredBy(ctx context.Context, person string) string {
	if person == "" {
		return ""
	}
	a.preferred.mu.Lock()
	defer a.preferred.mu.Unlock()
	practice, read := a.preferred.of[person]
	if read {
		return practice
	}
	practice, err := a.store.Setting(ctx, ofPerson(settingPractice, person))
	if err != nil {
		return "" // asked again the next time
	}
	if a.preferred.of == nil {
		a.preferred.of = map[string]string{}
	}
	a.preferred.of[person] = practice
	return practice
}

// Settings reads the person's choices; French, the system's theme, the whole
// line and a mask after ten minutes if there are none.
func (x *Window) Settings() (out Settings, err error) {
	defer x.a.guard("Window.Settings", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	return x.a.settings(x.a.ctx)
}

// settings are the choices of whoever is at the desk.
func (a *App) settings(ctx context.Context) (out Settings, err error) {
	who := a.me().ID
	if who == "" {
		who = a.session.Locked() // the page that asks for their PIN is theirs already
	}
	var upload, idle string
	for key, to := range map[string]*string{settingLanguage: &out.Language, settingTheme: &out.Theme, settingIdle: &idle} {
		if *to, err = a.store.Setting(ctx, ofPerson(key, who)); err == nil && *to == "" && who != "" {
			*to, err = a.store.Setting(ctx, key)
		}
		if err != nil {
			return out, err
		}
	}
	if upload, err = a.store.Setting(ctx, settingUpload); err != nil {
		return out, err
	}
	out.Upload, _ = strconv.Atoi(upload) // not a number: no limit
	if out.Idle, err = strconv.Atoi(idle); err != nil {
		out.Idle = usualIdle
	}
	if out.Keep, err = a.keepDays(ctx, who); err != nil {
		return out, err
	}
	if out.Practice = a.preferredBy(ctx, who); !holds(a.me(), out.Practice) {
		out.Practice = "" // lost since
	}
	for key, to := range map[string]*[]string{settingColumns: &out.Columns, settingQuiet: &out.Quiet} {
		kept, err := a.store.Setting(ctx, ofPerson(key, who))
		if err != nil {
			return out, err
		}
		*to = strings.FieldsFunc(kept, func(r rune) bool { return r == ',' })
	}
	return known(out), nil
}

// keepDays is for how many days after their receipt copies of a person's files are
// kept, 0 for ever. What cannot be read as a number gives up nothing.
func (a *App) keepDays(ctx context.Context, person string) (int, error) {
	kept, err := a.store.Setting(ctx, ofPerson(settingKeep, person))
	if err == nil && kept == "" {
		kept, err = a.store.Setting(ctx, settingKeep)
	}
	if err != nil || kept == "" {
		return usualKeep, err
	}
	days, _ := strconv.Atoi(kept)
	return max(days, 0), nil
}

// columns are those that a list of all requests can have.
var columns = []string{
	"number", "subject", "state", "priority", "life", "practice", "category", "type", "reference", "document", "author", "files", "written", "submitted", "updated",
}

// kinds are the kinds of notices.
var kinds = []string{string(desk.NoticeStatus), string(desk.NoticeAnswer), string(desk.NoticeWatcher)}

// onlyOf leaves out what is not in a list, and what stands twice.
func onlyOf(list, in []string) []string {
	out := []string{}
	for _, v := range in {
		if slices.Contains(list, v) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
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
	if s.Keep < 0 || s.Keep > maxKeep {
		s.Keep = usualKeep
	}
	s.Columns, s.Quiet = onlyOf(columns, s.Columns), onlyOf(kinds, s.Quiet)
	return s
}

// same compares two choices.
func (s Settings) same(o Settings) bool {
	return s.Language == o.Language && s.Theme == o.Theme && s.Upload == o.Upload && s.Idle == o.Idle && s.Keep == o.Keep && s.Practice == o.Practice &&
		slices.Equal(s.Columns, o.Columns) && slices.Equal(s.Quiet, o.Quiet)
}

// SaveSettings stores the choices of whoever is at the desk.
func (x *Window) SaveSettings(settings Settings) (err error) {
	defer x.a.guard("Window.SaveSettings", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	me := a.me()
	if !settings.same(known(settings)) || settings.Practice != "" && !holds(me, settings.Practice) {
		return desk.ErrInvalid
	}
	values := map[string]string{
		ofPerson(settingLanguage, me.ID): settings.Language, ofPerson(settingTheme, me.ID): settings.Theme,
		ofPerson(settingIdle, me.ID): strconv.Itoa(settings.Idle), ofPerson(settingKeep, me.ID): strconv.Itoa(settings.Keep), settingUpload: strconv.Itoa(settings.Upload),
		ofPerson(settingColumns, me.ID): strings.Join(settings.Columns, ","), ofPerson(settingQuiet, me.ID): strings.Join(settings.Quiet, ","),
	}
	if me.ID != "" {
		values[ofPerson(settingPractice, me.ID)] = settings.Practice
	}
	if err := a.store.SaveSettings(a.ctx, values); err != nil {
		return err
	}
	a.client.SetRate(int64(settings.Upload) * 1000)
	before := a.preferredBy(a.ctx, me.ID)
	a.preferred.mu.Lock()
	delete(a.preferred.of, me.ID)
	a.preferred.mu.Unlock()
	if settings.Practice != before {
		a.changed("session")
	}
	return nil
}
