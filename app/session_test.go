package app

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/issuer"
	"guichet/internal/portald"
	"guichet/internal/seal/keyring"
	"guichet/internal/session/oidc"
)

// street is a portal with a provider that signs the demo's persons in by a page.
type street struct {
	*portald.Twin
	provider *issuer.Twin
}

func build(t *testing.T) *street {
	t.Helper()
	provider := issuer.Run(t, func(c *issuer.Config) {
		c.People = nil
		for _, p := range portald.DemoPeople() {
			one := issuer.Person{ID: p.ID, Name: p.Name, Preferred: p.Preferred}
			for _, pr := range p.Practices {
				one.Practices = append(one.Practices, issuer.Practice(pr))
			}
			c.People = append(c.People, one)
		}
	})
	return &street{portald.Run(t, func(c *portald.Config) { c.OIDC = portald.DemoOIDC(provider.URL) }), provider}
}

// walk has the desk's browser choose that person.
func (o *office) walk(t *testing.T, person string) {
	o.shell.browse = func(address string) error {
		go func() { _, _ = issuer.SignIn(t.Context(), address, person) }() // the desk tells what came of it
		return nil
	}
}

// browses is a desk that signs people in by a browser.
func browses(t *testing.T, data, url string, edit ...func(*Config)) *office {
	t.Helper()
	return open(t, data, url, "", append([]func(*Config){func(c *Config) { c.Provider = nil }}, edit...)...)
}

func with(ring *keyring.Memory) func(*Config) { return func(c *Config) { c.Keyring = ring } }

// The whole way: a browser, a page, the portal; what was queued goes, a restart
// knows its person and sends, and a sign-out ends it at the provider too.
func TestSignIn(t *testing.T) {
	s, data, ring := build(t), t.TempDir(), &keyring.Memory{}
	o := browses(t, data, s.URL, with(ring))
	o.walk(t, claire)
	if p := must(o.session.SignIn())(t); p.ID != claire || !p.SignedIn || p.Name != "Claire Lefèvre" || len(p.Practices) != 3 {
		t.Fatalf("%+v", p)
	}
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)

	s.Down()
	second, revision := o.write(t, content())
	must(o.drafts.Submit(second, revision))(t)
	o.app.Stop()
	o = browses(t, data, s.URL, with(ring))
	if p := must(o.session.State())(t); p.ID != claire || !p.SignedIn {
		t.Fatalf("behind a restart %+v", p)
	}
	s.Up()
	o.received(t, second)
	if found := hits(t, data, "eyJ"); len(found) > 0 {
		t.Errorf("tokens in clear in %v", found)
	}
	if err := o.session.SignOut(claire); err != nil {
		t.Fatal(err)
	}
	if p := must(o.session.State())(t); p.Known {
		t.Errorf("%+v", p)
	}
	if people := must(o.session.People())(t); len(people) != 1 || people[0].SignedIn {
		t.Errorf("%+v", people)
	}
	o.app.Stop()
	o = browses(t, data, s.URL, with(ring))
	if people := must(o.session.People())(t); len(people) != 1 || people[0].SignedIn {
		t.Errorf("behind a restart %+v", people)
	}
}

// hits are the files of a folder that hold a text. One that goes while it is looked for
// is told as one: what is in its place may not have been looked at.
func hits(t *testing.T, dir, text string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		var body []byte
		if err == nil && !e.IsDir() {
			body, err = os.ReadFile(path)
		}
		gone := errors.Is(err, fs.ErrNotExist)
		if gone || bytes.Contains(body, []byte(text)) {
			names = append(names, filepath.Base(path))
		}
		if gone {
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A browser that does not open is no end: the window has the link, and whoever
// gives up says so.
func TestSignInByLink(t *testing.T) {
	s := build(t)
	o := browses(t, t.TempDir(), s.URL)
	if link := must(o.session.SigningIn())(t); link != "" {
		t.Errorf("a link before anybody signs in: %s", link)
	}
	begin := func() (link string, done chan error) {
		done = make(chan error, 1)
		go func() { _, err := o.session.SignIn(); done <- err }()
		await(t, "there is a link", func() bool {
			link = must(o.session.SigningIn())(t)
			return link != ""
		})
		return link, done
	}
	_, done := begin()
	if err := o.session.CancelSignIn(); err != nil {
		t.Fatal(err)
	}
	fails(t, <-done, desk.ErrNotSignedIn)
	if link := must(o.session.SigningIn())(t); link != "" {
		t.Errorf("a link behind the end: %s", link)
	}
	link, done := begin()
	s.provider.SignIn(t.Context(), link, marc)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if p := must(o.session.State())(t); p.ID != marc {
		t.Errorf("%+v", p)
	}
	link, done = begin()
	s.provider.SignIn(t.Context(), link, issuer.Cancel)
	fails(t, <-done, desk.ErrNotSignedIn)
	if p := must(o.session.State())(t); p.ID != marc || !p.SignedIn {
		t.Errorf("a sign-in that was given up has put out %+v", p)
	}
}

// With SignIn and Link a desk without a browser offers its link at the start, until
// somebody has used it.
func TestSignInAtStart(t *testing.T) {
	s := build(t)
	links := make(chan string, 10)
	o := browses(t, t.TempDir(), s.URL, func(c *Config) {
		c.SignIn, c.Link = true, func(address string) { links <- address }
	})
	s.provider.SignIn(t.Context(), <-links, claire)
	await(t, "she is signed in", func() bool { return must(o.session.State())(t).SignedIn })
	select {
	case link := <-links:
		t.Errorf("another link: %s", link)
	default:
	}
}

// A PIN keeps others out of what is a person's, over restarts, and nothing of
// theirs is sent before it was given.
func TestPIN(t *testing.T) {
	p, data, ring := portald.Run(t, nil), t.TempDir(), &keyring.Memory{}
	o := open(t, data, p.URL, p.Token(claire), with(ring))
	o.known(t)
	p.Down()
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	fails(t, o.session.SetPIN("", "123"), desk.ErrInvalid)
	if err := o.session.SetPIN("", "2468"); err != nil {
		t.Fatal(err)
	}
	fails(t, o.session.SetPIN("1357", "8642"), desk.ErrWrongPIN)
	if !must(o.session.State())(t).PIN {
		t.Error("no PIN is set")
	}
	code := must(o.keys.NewCode())(t)
	if err := o.keys.UseCode(code); err != nil {
		t.Fatal(err)
	}
	o.app.Stop()

	o = open(t, data, p.URL, p.Token(marc), with(ring))
	if s := must(o.session.State())(t); s.Known || s.Locked != claire {
		t.Fatalf("behind a restart %+v", s)
	}
	_, err := o.requests.Open(id)
	fails(t, err, desk.ErrNotFound)
	p.Up()
	o.signIn(t, p, marc)
	c := content()
	c.Practice = michel
	mine, revision := o.write(t, c)
	must(o.drafts.Submit(mine, revision))(t)
	o.received(t, mine) // hers stands in nobody's way
	if got := arrived(t, p, claire); len(got) > 0 {
		t.Errorf("%d of hers were sent", len(got))
	}
	fails(t, o.session.Enter(claire, ""), desk.ErrLocked)
	fails(t, o.session.Enter(claire, "0000"), desk.ErrWrongPIN)
	if s := must(o.session.State())(t); s.ID != marc {
		t.Errorf("a wrong PIN has led to %+v", s)
	}
	if k := must(o.session.People())(t); k[1].ID != claire || !k[1].PIN || k[1].Tries != 8 {
		t.Errorf("%+v", k)
	}
	o.app.Now = func() time.Time { return time.Now().Add(time.Hour) } // no sooner may it be tried again
	await(t, "the PIN is taken", func() bool {
		err := o.session.Enter(claire, "2468")
		if err != nil && !errors.Is(err, desk.ErrPINSoon) {
			t.Fatal(err)
		}
		return err == nil
	})
	o.received(t, id)
	// Behind a sign-in it is asked as well, unless she was at the desk.
	o.bearer.Hand(p.Token(claire))
	if s := must(o.session.SignIn())(t); s.Locked != "" || !s.PIN || must(o.session.State())(t).ID != claire {
		t.Errorf("at the desk: %+v", s)
	}
	if err := o.session.Enter(marc, ""); err != nil {
		t.Fatal(err)
	}
	if s := must(o.session.SignIn())(t); s.Locked != claire || must(o.session.State())(t).Known {
		t.Errorf("behind somebody else: %+v", s)
	}
	_, err = o.requests.Open(id)
	fails(t, err, desk.ErrNotFound)
	his, revision := o.writeAs(t, p, marc, c)
	must(o.drafts.Submit(his, revision))(t)
	o.received(t, his) // her locked part stands in nobody's way
	fails(t, o.keys.ForgetPIN(claire, "AAAA"), desk.ErrWrongCode)
	if err := o.keys.ForgetPIN(claire, code); err != nil {
		t.Fatal(err)
	}
	if s := must(o.session.State())(t); s.ID != claire || s.PIN {
		t.Errorf("%+v", s)
	}
	if err := o.session.Enter(marc, ""); err != nil {
		t.Fatal(err)
	}
	if err := o.session.Enter("", ""); err != nil || must(o.session.State())(t).Known {
		t.Errorf("somebody is at the desk: %v", err)
	}
	fails(t, o.session.SetPIN("", "1234"), desk.ErrSignIn)
	fails(t, o.session.Enter("nobody", ""), desk.ErrNotFound)
}

// What waits behind a PIN that is not given yet stands in nobody's way, in the run
// in which its person came for the first time as well.
func TestPINOfTheSameRun(t *testing.T) {
	p := portald.Run(t, nil)
	o := open(t, t.TempDir(), p.URL, p.Token(claire), with(&keyring.Memory{}))
	await(t, "she is signed in", func() bool { return must(o.session.State())(t).SignedIn })
	p.Down()
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	if err := o.session.SetPIN("", "2468"); err != nil {
		t.Fatal(err)
	}
	if err := o.session.SignOut(claire); err != nil {
		t.Fatal(err)
	}
	p.Up()
	if s := must(o.session.SignIn())(t); s.Locked != claire {
		t.Fatalf("%+v", s)
	}
	c := content()
	c.Practice = michel
	his, revision := o.writeAs(t, p, marc, c)
	must(o.drafts.Submit(his, revision))(t)
	o.received(t, his)
	if got := arrived(t, p, claire); len(got) > 0 {
		t.Errorf("%d of hers were sent", len(got))
	}
	if err := o.session.Enter(claire, "2468"); err != nil {
		t.Fatal(err)
	}
	o.received(t, id)
}

// writeAs has somebody sign in and write.
func (o *office) writeAs(t *testing.T, p *portald.Twin, person string, c Content) (string, int64) {
	t.Helper()
	o.signIn(t, p, person)
	return o.write(t, c)
}

// Without a keyring there is no PIN, and switching asks nobody.
func TestEnterUnsealed(t *testing.T) {
	o, p := desktop(t)
	fails(t, o.session.SetPIN("", "1234"), desk.ErrNotNow)
	o.signIn(t, p, marc)
	if err := o.session.Enter(claire, ""); err != nil || must(o.session.State())(t).ID != claire {
		t.Errorf("%v", err)
	}
	fails(t, o.session.Enter("nobody", ""), desk.ErrNotFound)
}

// Each person has their own look and their own practice; what nobody has chosen is
// the PC's.
func TestOwnSettings(t *testing.T) {
	p, data := portald.Run(t, nil), t.TempDir()
	o := open(t, data, p.URL, "")
	pc := must(o.window.Settings())(t)
	pc.Theme, pc.Idle = "dark", 2
	if err := o.window.SaveSettings(pc); err != nil {
		t.Fatal(err)
	}
	o.signIn(t, p, claire)
	own := must(o.window.Settings())(t)
	if !own.same(pc) {
		t.Errorf("she begins with %+v", own)
	}
	own.Theme, own.Language, own.Practice, own.Upload = "light", "en", "maison-port", 500
	if err := o.window.SaveSettings(own); err != nil {
		t.Fatal(err)
	}
	if s := must(o.session.State())(t); s.Preferred != "maison-port" {
		t.Errorf("preferred %s", s.Preferred)
	}
	if d := must(o.drafts.Create(Content{Road: "form"}))(t); d.Content.Practice != "maison-port" {
		t.Errorf("a new request begins with %q", d.Content.Practice)
	}
	for practice, want := range map[string]*desk.Error{"nowhere": desk.ErrInvalid} {
		bad := own
		bad.Practice = practice
		fails(t, o.window.SaveSettings(bad), want)
	}
	// A practice that she has lost is no choice, and no hindrance.
	if err := o.app.store.SaveSettings(t.Context(), map[string]string{ofPerson(settingPractice, claire): "lost"}); err != nil {
		t.Fatal(err)
	}
	o.app.preferred.mu.Lock()
	clear(o.app.preferred.of)
	o.app.preferred.mu.Unlock()
	if s := must(o.window.Settings())(t); s.Practice != "" {
		t.Errorf("%+v", s)
	} else if err := o.window.SaveSettings(s); err != nil {
		t.Errorf("%v", err)
	}
	if err := o.window.SaveSettings(own); err != nil {
		t.Fatal(err)
	}
	o.signIn(t, p, marc)
	if s := must(o.window.Settings())(t); s.Theme != "dark" || s.Language != "fr" || s.Practice != "" || s.Upload != 500 {
		t.Errorf("he has %+v", s)
	}
	if s := must(o.session.State())(t); s.Preferred != michel {
		t.Errorf("preferred %s", s.Preferred)
	}
	o.app.Stop()
	o = open(t, data, p.URL, "")
	if err := o.session.Enter(claire, ""); err != nil {
		t.Fatal(err)
	}
	if s := must(o.window.Settings())(t); !s.same(own) {
		t.Errorf("behind a restart %+v", s)
	}
	if d := must(o.drafts.Create(Content{Road: "form", Type: "administrative", Category: "order"}))(t); d.View.Practice != "maison-port" && d.View.Eligible[0].ID != "maison-port" {
		t.Errorf("a new request begins with %s", d.View.Practice)
	}
}

// A portal is used once it was found; a wrong address says what is wrong with it.
func TestPortalAddress(t *testing.T) {
	p, data := portald.Run(t, nil), t.TempDir()
	o := open(t, data, "", "")
	if s := must(o.portal.State())(t); s.Address != "" || s.Fixed {
		t.Errorf("%+v", s)
	}
	for typed, want := range map[string]*desk.Error{
		"": desk.ErrAddress, "ftp://portail.example": desk.ErrAddress, "http://portail.example": desk.ErrAddress, "https://": desk.ErrAddress,
		"https://moi:secret@portail.example": desk.ErrAddress, "::": desk.ErrAddress, nobody: desk.ErrOffline,
		page(t): desk.ErrNoPortal, page(t) + "/missing": desk.ErrNoPortal,
	} {
		_, err := o.portal.Check(typed)
		if !errors.Is(err, want) {
			t.Errorf("%q: %v, want %s", typed, err, want.Code)
		}
	}
	typed := "  " + strings.ToUpper(p.URL[:4]) + p.URL[4:] + "/?x=1#top "
	found := must(o.portal.Check(typed))(t)
	if found != p.URL {
		t.Fatalf("%q is %q", typed, found)
	}
	id, _ := o.write(t, content()) // before anything is known
	if err := o.portal.Use(found); err != nil {
		t.Fatal(err)
	}
	if s := must(o.portal.State())(t); s.Address != p.URL || s.Fixed {
		t.Errorf("%+v", s)
	}
	o.app.Stop()
	o = open(t, data, "", p.Token(claire))
	o.known(t)
	must(o.drafts.Submit(id, 1))(t)
	o.received(t, id)
	fails(t, o.portal.Use("https://ailleurs.example"), desk.ErrNotNow)
	fails(t, o.session.SignOut(marc), desk.ErrNotFound) // who is not at the desk
	o.app.Stop()
	o = open(t, t.TempDir(), p.URL, "")
	if s := must(o.portal.State())(t); s.Address != p.URL || !s.Fixed {
		t.Errorf("%+v", s)
	}
	fails(t, o.portal.Use("https://ailleurs.example"), desk.ErrPinned)
}

// A portal that is chosen in the place of another brings its own provider, and ends
// a sign-in at the other's.
func TestAnotherPortal(t *testing.T) {
	first, second := build(t), build(t)
	o := browses(t, t.TempDir(), "")
	if err := o.portal.Use(first.URL); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { _, err := o.session.SignIn(); done <- err }()
	await(t, "there is a link", func() bool { return strings.HasPrefix(must(o.session.SigningIn())(t), first.provider.URL) })
	second.Down()
	if err := o.portal.Use(second.URL); err != nil {
		t.Fatal(err)
	}
	fails(t, <-done, desk.ErrNotSignedIn)
	_, err := o.session.SignIn()
	fails(t, err, desk.ErrOffline) // who signs people in there is not known yet
	second.Up()
	o.walk(t, marc)
	if p := must(o.session.SignIn())(t); p.ID != marc {
		t.Errorf("%+v", p)
	}
}

// A PC that was set up with a provider that cannot be used is no hindrance to
// writing.
func TestUnusableProvider(t *testing.T) {
	o := browses(t, t.TempDir(), nobody, func(c *Config) { c.OIDC = &oidc.Config{Issuer: "ftp://nowhere"} })
	o.write(t, content())
	_, err := o.session.SignIn()
	fails(t, err, desk.ErrOffline)
}

// A provider that signs people in is known behind a restart without a network.
func TestProviderKept(t *testing.T) {
	s, data := build(t), t.TempDir()
	o := browses(t, data, s.URL)
	o.walk(t, claire)
	must(o.session.SignIn())(t)
	o.app.Stop()
	s.Down()
	o = browses(t, data, s.URL)
	o.shell.browse = func(string) error { return context.Canceled } // it does come so far
	done := make(chan error, 1)
	go func() { _, err := o.session.SignIn(); done <- err }()
	await(t, "there is a link", func() bool { return strings.HasPrefix(must(o.session.SigningIn())(t), s.provider.URL) })
	if err := o.session.CancelSignIn(); err != nil {
		t.Fatal(err)
	}
	fails(t, <-done, desk.ErrNotSignedIn)
	o.app.Stop()
	// Another portal may have another one.
	for _, other := range []*office{browses(t, data, nobody), browses(t, t.TempDir(), s.URL)} {
		_, err := other.session.SignIn()
		fails(t, err, desk.ErrOffline)
	}
}
