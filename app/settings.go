package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"guichet/internal/desk"
	"guichet/internal/settings"
)

// Copies of files that the portal has had for so many days are not kept here, and a
// window masks itself after so many minutes, unless somebody says otherwise: at a front
// desk a patient can read a screen that nobody sits at.
const (
	usualIdle = 10
	usualKeep = 30
)

// The names of settings. What is not this PC's alone is kept for each person
// under its name and theirs; the PC's is what they begin with.
const (
	settingLanguage = "language"
	settingTheme    = "theme"
	settingIdle     = "idle"
	settingPractice = "practice"
	settingUpload   = "upload" // of the line, which is the PC's
	settingStart    = "autostart"
	settingStarted  = "autostart-given" // not by a person: see followAutostart
	settingAsked    = "asked"           // see keptAsked
	settingColumns  = "columns"
	settingQuiet    = "quiet"
	settingKeep     = "keep"
	settingToured   = "toured"
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
	given := map[string]settings.Value{}
	for _, key := range []string{settings.KeyLanguage, settings.KeyIdle, settings.KeyUpload, settings.KeyKeep, settings.KeyAutostart} {
		if given[key], err = a.setting(ctx, key, who); err != nil {
			return out, err
		}
	}
	out.Language = given[settings.KeyLanguage].Value
	out.Upload, out.Idle = number(given, settings.KeyUpload), number(given, settings.KeyIdle)
	out.Keep, out.Autostart = number(given, settings.KeyKeep), given[settings.KeyAutostart].Value == "on"
	out.Locked = a.cfg.Given.Locked()
	if out.Closing, err = a.chosen(ctx, settingClosing, who, false); err != nil {
		return out, err
	}
	if out.Theme, err = a.chosen(ctx, settingTheme, who, true); err != nil {
		return out, err
	}
	toured, err := a.store.Setting(ctx, ofPerson(settingToured, who))
	if err != nil {
		return out, err
	}
	out.Toured = toured != ""
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

// setting is what counts for a person, "" for nobody.
func (a *App) setting(ctx context.Context, key, who string) (settings.Value, error) {
	chosen, err := a.chosen(ctx, key, who, settings.Find(key).Personal)
	return a.cfg.Given.Value(key, chosen), err
}

// chosen is what was chosen in the window: by that person, if each has their own, or
// for the PC.
func (a *App) chosen(ctx context.Context, key, who string, personal bool) (string, error) {
	if personal && who != "" {
		if own, err := a.store.Setting(ctx, ofPerson(key, who)); err != nil || own != "" {
			return own, err
		}
	}
	return a.store.Setting(ctx, key)
}

// number reads what settings has found to be one.
func number(given map[string]settings.Value, key string) int {
	n, _ := strconv.Atoi(given[key].Value)
	return n
}

// keepDays is for how many days after their receipt copies of a person's files are
// kept, 0 for ever. What cannot be read as a number gives up nothing.
func (a *App) keepDays(ctx context.Context, person string) (int, error) {
	kept, err := a.chosen(ctx, settingKeep, person, true)
	if _, bad := strconv.Atoi(kept); kept != "" && bad != nil && a.cfg.Given.Set(settings.KeyKeep) == "" {
		return 0, err
	}
	days, _ := strconv.Atoi(a.cfg.Given.Value(settings.KeyKeep, kept).Value)
	return days, err
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
	if s.Upload < 0 || s.Upload > settings.MaxUpload {
		s.Upload = 0
	}
	if s.Idle < 0 || s.Idle > settings.MaxIdle {
		s.Idle = usualIdle
	}
	if s.Keep < 0 || s.Keep > settings.MaxKeep {
		s.Keep = usualKeep
	}
	if s.Closing != closingFinish {
		s.Closing = closingAsk
	}
	s.Columns, s.Quiet = onlyOf(columns, s.Columns), onlyOf(kinds, s.Quiet)
	return s
}

// same compares two choices.
func (s Settings) same(o Settings) bool {
	return s.Language == o.Language && s.Theme == o.Theme && s.Upload == o.Upload && s.Idle == o.Idle && s.Keep == o.Keep && s.Practice == o.Practice && s.Autostart == o.Autostart && s.Closing == o.Closing && s.Toured == o.Toured &&
		slices.Equal(s.Columns, o.Columns) && slices.Equal(s.Quiet, o.Quiet)
}

// SaveSettings stores the choices of whoever is at the desk. "pinned" when one of them
// was made by whoever set this PC up.
func (x *Window) SaveSettings(choices Settings) (err error) {
	defer x.a.guard("Window.SaveSettings", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	me := a.me()
	if !choices.same(known(choices)) || choices.Practice != "" && !holds(me, choices.Practice) {
		return desk.ErrInvalid
	}
	before, err := a.settings(a.ctx)
	if err != nil {
		return err
	}
	values := choices.newIn(before, me.ID)
	for _, key := range before.Locked {
		if _, chosen := values[ofPerson(key, me.ID)]; chosen || values[key] != "" {
			return desk.ErrPinned
		}
	}
	if choices.Autostart != before.Autostart {
		if err := a.autostart(choices.Autostart); err != nil {
			return err
		}
	}
	if err := a.store.SaveSettings(a.ctx, values); err != nil {
		return err
	}
	a.client.SetRate(int64(choices.Upload) * 1000)
	a.preferred.mu.Lock()
	delete(a.preferred.of, me.ID)
	a.preferred.mu.Unlock()
	if choices.Practice != before.Practice {
		a.changed("session")
	}
	return nil
}

// newIn are the choices that differ from those before, as they are stored: what nobody
// has chosen goes on following whoever recommends it.
func (s Settings) newIn(before Settings, me string) map[string]string {
	values := map[string]string{}
	choose := func(key, value, was string) {
		if value != was {
			values[key] = value
		}
	}
	choose(ofPerson(settingLanguage, me), s.Language, before.Language)
	choose(ofPerson(settingTheme, me), s.Theme, before.Theme)
	choose(ofPerson(settingIdle, me), strconv.Itoa(s.Idle), strconv.Itoa(before.Idle))
	choose(ofPerson(settingKeep, me), strconv.Itoa(s.Keep), strconv.Itoa(before.Keep))
	choose(settingUpload, strconv.Itoa(s.Upload), strconv.Itoa(before.Upload))
	choose(settingClosing, s.Closing, before.Closing)
	choose(settingStart, onOff(s.Autostart), onOff(before.Autostart))
	choose(ofPerson(settingToured, me), yes(s.Toured), yes(before.Toured))
	choose(ofPerson(settingColumns, me), strings.Join(s.Columns, ","), strings.Join(before.Columns, ","))
	choose(ofPerson(settingQuiet, me), strings.Join(s.Quiet, ","), strings.Join(before.Quiet, ","))
	if me != "" {
		choose(ofPerson(settingPractice, me), s.Practice, before.Practice)
	}
	return values
}

// yes is "" for no: nobody has said it.
func yes(said bool) string {
	if said {
		return "yes"
	}
	return ""
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// followAutostart does at the start what whoever set this PC up has decided, and undoes it
// once they have taken that back. What a person chose was done when they did.
func (a *App) followAutostart(ctx context.Context) {
	v, err := a.setting(ctx, settings.KeyAutostart, "")
	was, wasErr := a.store.Setting(ctx, settingStarted)
	given, lasts := v.Locked() || v.Origin == settings.Recommended, ""
	switch {
	case v.Origin == settings.CommandLine: // the start with the session will not have it
		lasts = was
	case given:
		lasts = string(v.Origin)
	}
	if err = errors.Join(err, wasErr); err == nil && (given || was != "") {
		err = a.autostart(v.Value == "on")
		if err == nil && lasts != was {
			err = a.store.SaveSettings(ctx, map[string]string{settingStarted: lasts})
		}
	}
	a.report(ctx, "start with the session", err)
}

// autostart has this program start with the session, or not.
func (a *App) autostart(on bool) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start with the session: %w", err)
	}
	return a.startsWithSession(program, on)
}
