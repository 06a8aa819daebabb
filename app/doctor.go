package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"guichet/internal/desk"
	"guichet/internal/line"
	"guichet/internal/portal/client"
	"guichet/internal/seal/keyring"
	"guichet/internal/settings"
	"guichet/internal/sqlite"
	"guichet/internal/support"
)

// WebViewVersion tells the version of what shows the window, where the window's host
// knows it.
var WebViewVersion = func() string { return "" }

// How long each look may take. All but the disk's go on together, so that the whole takes
// less than 30 s.
const (
	shortLook = 3 * time.Second
	longLook  = 20 * time.Second
)

// patient is what the doctor looks at: a PC with a data folder, and the app if it runs in
// this program.
type patient struct {
	cfg     Config
	chosen  map[string]string // settings of the PC
	portal  string            // "" as long as there is none
	app     *App              // nil in a console
	openErr error             // why the app's store is not open
	opening bool              // it is being opened, or mended
	now     func() time.Time
}

// outside is a patient whose app may run in another program.
func (cfg Config) outside(ctx context.Context) patient {
	chosen, err := sqlite.Settings(ctx, cfg.Data)
	if err != nil {
		chosen = map[string]string{} // the look at the store says why
	}
	portal := cmp.Or(cfg.Portal, cfg.Given.Value(settings.KeyPortal, chosen[settings.KeyPortal]).Value)
	return patient{cfg: cfg, chosen: chosen, portal: portal, now: time.Now}
}

// patient is the app itself, whatever keeps its store from being open.
func (a *App) patient(ctx context.Context) patient {
	p := patient{cfg: a.cfg, chosen: map[string]string{}, portal: a.cfg.Portal, app: a, now: a.Now}
	if !a.lockOpening(ctx) {
		p.opening = true
		return p
	}
	defer a.opening.Unlock()
	if p.openErr = a.openErr; p.openErr != nil || a.store == nil {
		p.opening = p.openErr == nil
		return p
	}
	p.portal = a.client.Base()
	for _, s := range settings.Table {
		if value, err := a.store.Setting(ctx, s.Key); err == nil {
			p.chosen[s.Key] = value
		}
	}
	return p
}

// lockOpening takes a.opening if it can be had soon.
func (a *App) lockOpening(ctx context.Context) bool {
	for until := time.Now().Add(shortLook); !a.opening.TryLock(); {
		if time.Now().After(until) || !sleep(ctx, 20*time.Millisecond) {
			return false
		}
	}
	return true
}

// examine makes all looks.
func (p patient) examine(ctx context.Context) []support.Finding {
	one := func(look func(context.Context) support.Finding) func(context.Context) []support.Finding {
		return func(ctx context.Context) []support.Finding { return []support.Finding{look(ctx)} }
	}
	return fold(support.Run(ctx, []support.Check{
		{ID: "system", Limit: shortLook, Do: one(func(context.Context) support.Finding { return support.System(p.cfg.Version) })},
		{ID: "webview", Limit: shortLook, Do: one(func(context.Context) support.Finding { return support.WebView(WebViewVersion()) })},
		{ID: "keyring", Limit: 2 * keyringWait, Do: one(p.keyring)},
		{ID: "disk", Limit: shortLook, First: true, Do: one(func(ctx context.Context) support.Finding { return support.Disk(ctx, p.cfg.Data) })},
		{ID: "place", Limit: shortLook, Do: one(func(context.Context) support.Finding { return support.Place(p.cfg.Data) })},
		{ID: "store", Limit: longLook, Do: one(p.stored)},
		{ID: "portal", Limit: checkWait + shortLook, Do: p.reached},
		{ID: "way", Limit: longLook, Do: p.onTheWay},
		{ID: "settings", Limit: shortLook, Do: func(context.Context) []support.Finding { return p.given() }},
		{ID: "starts", Limit: shortLook, Do: func(context.Context) []support.Finding { return p.heard() }},
		{ID: "incidents", Limit: shortLook, Do: one(func(context.Context) support.Finding { return support.Recent(p.cfg.Data, p.now()) })},
	}))
}

// keyring asks for an entry that nobody has.
func (p patient) keyring(ctx context.Context) support.Finding {
	f := support.Finding{ID: "keyring", Code: "ok"}
	ring := p.cfg.Keyring
	if ring == nil {
		ring = noKeyring{}
	}
	_, err := ring.Get(ctx, "doctor")
	switch {
	case p.cfg.Given.Value(settings.KeyKeyring, "").Value == "none":
		f.Code = "off"
	case errors.Is(err, keyring.ErrNone):
		f.Code = "none"
	case err != nil && !errors.Is(err, keyring.ErrNotFound):
		f.Code = "silent"
	}
	return f
}

// storeCodes are the faults of the store that have a sentence.
var storeCodes = map[string]bool{
	desk.ErrDamaged.Code: true, desk.ErrTooNew.Code: true, desk.ErrInUse.Code: true, desk.ErrKeyLost.Code: true, desk.ErrKeyring.Code: true,
	desk.ErrReadOnly.Code: true, desk.ErrDiskFull.Code: true,
}

// stored checks the database: the app's own if it is open in this program, else the one
// in the folder, beside whoever has it.
func (p patient) stored(ctx context.Context) support.Finding {
	f := support.Finding{ID: "store", Code: "ok"}
	found, err := true, p.openErr
	switch {
	case p.opening:
		return support.Finding{ID: "store", Code: support.CodeLate, Facts: support.Facts{"limit": fmt.Sprint(int(shortLook.Seconds()))}}
	case err != nil:
	case p.app == nil:
		found, err = sqlite.CheckIn(ctx, p.cfg.Data)
	default:
		err = p.app.store.Check(ctx)
		if n, e := p.app.store.Recovered(ctx); err == nil && e == nil && !n.At.IsZero() {
			f.Code = "mended"
		}
	}
	var known *desk.Error
	switch {
	case err == nil && !found:
		f.Code = "new"
	case err == nil:
	case ctx.Err() != nil:
		f.Code, f.Facts = support.CodeLate, support.Facts{"limit": fmt.Sprint(int(longLook.Seconds()))}
	case p.app != nil && p.openErr != nil && errors.Is(err, desk.ErrDamaged):
		f.Code = "not-mended"
	case errors.As(err, &known) && storeCodes[known.Code]:
		f.Code = known.Code
	default:
		f.Code = "unreadable"
	}
	return f
}

// reached asks the portal who it is, and what time it has.
func (p patient) reached(ctx context.Context) []support.Finding {
	clock := support.Finding{ID: "clock", Code: "unknown"}
	u, err := url.Parse(p.portal)
	if p.portal == "" || err != nil {
		return []support.Finding{{ID: "portal", Code: "unset"}, clock}
	}
	f := support.Finding{ID: "portal", Code: "ok", Facts: support.Facts{"host": u.Host}}
	if here := addresses(); here != nil && len(here) == 0 && !local(p.portal) {
		f.Code = contactNoNetwork
		return []support.Finding{f, clock}
	}
	state := ""
	by := p.line(ctx).Transport(func() []string { return []string{p.portal} })
	defer by.Close()
	asking := client.New(client.Config{
		Base: p.portal, Transport: by, Contact: func(is, _, _ string) { state = is }, Clock: func(ahead time.Duration) { clock = clockOf(ahead) },
	})
	defer asking.Close()
	asking.Answer, asking.Now = checkWait, p.now
	begin := time.Now()
	said, err := asking.Config(ctx)
	f.Facts["ms"] = fmt.Sprint(time.Since(begin).Milliseconds())
	switch {
	case err == nil && said.OIDC.Issuer != "":
	case err == nil, state == client.ContactForeign, errors.Is(err, desk.ErrNotFound):
		f.Code = "foreign"
	default:
		f.Code = "offline"
	}
	return []support.Finding{f, clock}
}

func clockOf(ahead time.Duration) support.Finding {
	f := support.Finding{ID: "clock", Code: "ok", Facts: support.Facts{"off": fmt.Sprint(int(ahead.Abs().Seconds()))}}
	switch {
	case ahead >= clockOff:
		f.Code = "ahead"
	case ahead <= -clockOff:
		f.Code = "behind"
	}
	return f
}

// line is how connections are made here: the app's, or one like it.
func (p patient) line(ctx context.Context) *line.Line {
	if p.app != nil && p.app.line != nil {
		return p.app.line
	}
	like := New(p.cfg)
	like.ctx = ctx
	return line.New(like.lineConfig())
}

// given tells what was set for this PC and cannot be used. What somebody has typed there
// is not repeated.
func (p patient) given() []support.Finding {
	out := []support.Finding{}
	for _, problem := range p.cfg.Given.Problems {
		f := support.Finding{ID: "settings", Code: "value", Facts: support.Facts{"origin": string(problem.Origin)}, Where: problem.Where}
		switch {
		case problem.Unread != nil:
			f.Code = "unread"
		case settings.Find(problem.Key) == nil:
			f.Code = "unknown"
		default:
			f.Facts["key"] = problem.Key
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		out = append(out, support.Finding{ID: "settings", Code: "ok"})
	}
	return out
}

// heard tells whether later starts are; nothing in a program that is one itself.
func (p patient) heard() []support.Finding {
	if p.app == nil || p.app.one == nil {
		return nil
	}
	code := "ok"
	if p.app.one.Deaf != nil {
		code = "deaf"
	}
	return []support.Finding{{ID: "starts", Code: code}}
}

// runDoctor looks at this PC, beside a Guichet that may be open: 1 if something does not
// work.
func runDoctor(c console, o Order) int {
	asJSON := len(o.Args) == 1 && o.Args[0] == "--json"
	if len(o.Args) > 0 && !asJSON {
		return c.fail(2, settings.Text{FR: "guichet doctor [--json]", EN: "guichet doctor [--json]"})
	}
	ctx, cancel := context.WithTimeout(context.Background(), doctorWait)
	defer cancel()
	p := c.cfg.outside(ctx)
	said := support.Say(c.lang, p.examine(ctx))
	var err error
	if asJSON {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		err = e.Encode(map[string]any{"at": stamp(p.now()), "version": c.cfg.Version, "findings": said})
	} else {
		err = support.Print(c.out, c.lang, said)
	}
	if err != nil || support.Worst(said) == support.Fail {
		return 1
	}
	return 0
}

// doctorWait is how long all looks take at the most.
const doctorWait = 30 * time.Second
