package app

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/reader"
	"guichet/internal/session"
	"guichet/internal/session/oidc"

	"go.uber.org/goleak"
)

// Goroutines that are not ours to end: the log file's own lives as long as the
// process, and tusd's, in the portal, outlive their call by some seconds.
var notOurs = []goleak.Option{
	goleak.IgnoreTopFunction("gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun"),
	goleak.IgnoreTopFunction("github.com/tus/tusd/v2/pkg/handler.newDelayedContext.func1"),
}

// TestMain makes the test's own program the one that looks into files.
func TestMain(m *testing.M) {
	if IsReader(os.Args) {
		os.Exit(ServeReader())
	}
	if len(os.Args) == 3 && os.Args[1] == reader.Argument {
		os.Exit(counted(os.Args[2]))
	}
	goleak.VerifyTestMain(m, notOurs...)
}

const (
	claire, marc     = "demo-claire", "demo-marc"
	tilleuls, michel = "cabinet-tilleuls", "cabinet-saint-michel"
	wording          = "2026-1"
)

// nobody is an address where no portal listens.
const nobody = "http://127.0.0.1:1"

// shell is a window's host that remembers.
type shell struct {
	mu     sync.Mutex
	events []event
	pick   func(title string) ([]string, error)
	save   func(title, name string) (string, error)
	browse func(address string) error
	emit   func(event) // called behind the note of it; may be nil
	quits  int
}

type event struct {
	name string
	data any
}

func (s *shell) Emit(name string, data ...any) {
	e := event{name: name}
	if len(data) > 0 {
		e.data = data[0] // we never send more
	}
	s.mu.Lock()
	s.events = append(s.events, e)
	s.mu.Unlock()
	if s.emit != nil {
		s.emit(e)
	}
}

func (s *shell) PickFiles(title string) ([]string, error) { return s.pick(title) }

func (s *shell) OpenFile(path string) error {
	s.Emit("opened", path)
	return nil
}

// Notify keeps what was shown as an event.
func (s *shell) Notify(id, title, body string) error {
	s.Emit("shown", id+" "+title+" "+body)
	return nil
}

func (s *shell) Hide() { s.Emit("hidden") }

func (s *shell) Raise() { s.Emit("raised") }

func (s *shell) Print() { s.Emit("printed") }

func (s *shell) SaveFile(title, name string) (string, error) { return s.save(title, name) }

func (s *shell) OpenURL(address string) error {
	if s.browse == nil {
		return errors.New("no browser")
	}
	return s.browse(address)
}

func (s *shell) Quit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quits++
}

func (s *shell) quit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quits
}

func (s *shell) heard(name string, data any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.events, event{name, data})
}

// office is an app with everything that its window could call.
type office struct {
	app   *App
	shell *shell
	data  string

	session    *Session
	portal     *Portal
	bearer     *session.Bearer
	catalogues *Catalogues
	drafts     *Drafts
	handover   *Handover
	lists      *Lists
	bell       *Bell
	acts       *Acts
	contracts  *Contracts
	papers     *Papers
	keys       *Keyring
	line       *Line
	files      *Files
	guard      *Guard
	requests   *Requests
	outbox     *Outbox
	window     *Window
	privacy    *Privacy
	launch     *Launch
	support    *Support
}

// open starts an app on a data folder, until the test ends: that of whoever the
// token is for, or of nobody without one.
func open(tb testing.TB, data, url, token string, edit ...func(*Config)) *office {
	tb.Helper()
	cfg := Config{Data: data, Portal: url, Provider: session.NewBearer(token), SignIn: token != ""}
	for _, e := range edit {
		e(&cfg)
	}
	o := wire(New(cfg))
	o.app.Start(o.shell)
	tb.Cleanup(o.app.Stop)
	return o
}

func wire(a *App) *office {
	// Where the window was built it reads: this program has the race detector in it, and
	// takes three times as long.
	a.reader.Program = cmp.Or(os.Getenv("GUICHET_TEST_DEV"), a.reader.Program)
	o := &office{app: a, shell: &shell{}, data: a.cfg.Data}
	if o.bearer, _ = a.cfg.Provider.(*session.Bearer); o.bearer != nil {
		o.bearer.Now = func() time.Time { return a.Now() }
	}
	for _, b := range a.Bound() {
		switch s := b.(type) {
		case *Session:
			o.session = s
		case *Portal:
			o.portal = s
		case *Catalogues:
			o.catalogues = s
		case *Drafts:
			o.drafts = s
		case *Handover:
			o.handover = s
		case *Lists:
			o.lists = s
		case *Bell:
			o.bell = s
		case *Acts:
			o.acts = s
		case *Papers:
			o.papers = s
		case *Contracts:
			o.contracts = s
		case *Keyring:
			o.keys = s
		case *Line:
			o.line = s
		case *Files:
			o.files = s
		case *Guard:
			o.guard = s
		case *Requests:
			o.requests = s
		case *Outbox:
			o.outbox = s
		case *Window:
			o.window = s
		case *Privacy:
			o.privacy = s
		case *Launch:
			o.launch = s
		case *Support:
			o.support = s
		}
	}
	return o
}

// desktop is an app of Claire's on a folder of its own, with its portal.
func desktop(tb testing.TB) (*office, *portald.Twin) {
	tb.Helper()
	p := portald.Run(tb, nil)
	o := open(tb, tb.TempDir(), p.URL, p.Token(claire))
	await(tb, "the person is signed in", func() bool { return must(o.session.State())(tb).SignedIn })
	return o, p
}

// alone is an app that no portal answers and nobody has signed in to.
func alone(tb testing.TB) *office {
	tb.Helper()
	return open(tb, tb.TempDir(), nobody, "")
}

func (o *office) known(tb testing.TB) {
	tb.Helper()
	who := subject(tb, must(o.bearer.SignIn(tb.Context(), oidc.SignInOptions{}))(tb).Access.Reveal())
	await(tb, "the person is known", func() bool { return must(o.session.State())(tb).ID == who })
}

// subject is whom an access token is for.
func subject(tb testing.TB, token string) string {
	tb.Helper()
	var claims struct{ Sub string }
	parts := strings.Split(token, ".")
	body, err := base64.RawURLEncoding.DecodeString(parts[min(1, len(parts)-1)])
	if err == nil {
		err = json.Unmarshal(body, &claims)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return claims.Sub
}

// must is for calls that have to succeed: must(f())(tb).
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatalf("call failed: %v", err)
		}
		return v
	}
}

// content is a draft that can be sent.
func content() Content {
	return Content{
		Road: "form", Step: "details", Type: "technical", Practice: tilleuls, Category: "software",
		Values: map[string]string{desk.KeySubject: "Agenda lent", desk.KeyDescription: "L’agenda met une minute à s’ouvrir."},
	}
}

// write saves a new draft and returns its id and revision.
func (o *office) write(tb testing.TB, c Content) (string, int64) {
	tb.Helper()
	d := must(o.drafts.Create(c))(tb)
	return d.ID, must(o.drafts.Save(d.ID, 0, c))(tb).Revision
}

// attach looks at files, confirms them and returns the draft's.
func (o *office) attach(tb testing.TB, draft string, paths ...string) []File {
	tb.Helper()
	out := must(o.files.Confirm(draft, o.looked(tb, draft, paths...), wording, nil))(tb)
	if len(out.Refused) > 0 {
		tb.Fatalf("refused: %+v", out.Refused[0].Problem)
	}
	return out.Files
}

// looked is the tokens of files that can be confirmed.
func (o *office) looked(tb testing.TB, draft string, paths ...string) []string {
	tb.Helper()
	var tokens []string
	for _, c := range must(o.files.Look(draft, paths))(tb) {
		if c.Problem != nil {
			tb.Fatalf("%s: %s", c.Name, c.Problem.Code)
		}
		tokens = append(tokens, c.Token)
	}
	return tokens
}

// stored lists what lies in the folder of attachments.
func (o *office) stored(tb testing.TB) (names []string) {
	tb.Helper()
	entries, err := os.ReadDir(filepath.Join(o.data, "files"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		tb.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// nothing holds that neither a byte nor a row of an attachment is there.
func (o *office) nothing(tb testing.TB, draft string) {
	tb.Helper()
	if names := o.stored(tb); len(names) > 0 {
		tb.Errorf("stored: %v", names)
	}
	if d := must(o.drafts.Open(draft))(tb); len(d.Files) > 0 {
		tb.Errorf("rows: %+v", d.Files)
	}
}

// everything lists all drafts and requests, last changed first.
func (o *office) everything(tb testing.TB) []Item {
	tb.Helper()
	return must(o.lists.Find(Query{}, 0, maxPage))(tb).Items
}

func (o *office) status(tb testing.TB, id string) Item {
	tb.Helper()
	return must(o.requests.Open(id))(tb).Item
}

func (o *office) received(tb testing.TB, id string) {
	tb.Helper()
	await(tb, "the portal has it", func() bool { return o.status(tb, id).Status == string(desk.StatusReceived) })
}

// pdf writes a file that is a PDF by its first bytes; the seed is in the log.
func pdf(tb testing.TB, name string, size int) (path string, content []byte) {
	tb.Helper()
	seed := rand.Uint64()
	tb.Logf("seed %d", seed)
	var key [32]byte
	copy(key[:], fmt.Sprint(seed))
	content = make([]byte, size)
	_, _ = rand.NewChaCha8(key).Read(content) // never fails
	copy(content, "%PDF-1.7\n")
	path = filepath.Join(tb.TempDir(), name)
	put(tb, path, content)
	return path, content
}

func put(tb testing.TB, path string, content []byte) {
	tb.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// ask reads something at the portal by hand.
func ask(tb testing.TB, p *portald.Twin, person, path string) []byte {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, p.URL+path, nil)
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.Token(person))
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		tb.Fatalf("GET %s: %d, %v", path, res.StatusCode, err)
	}
	return body
}

// arrived lists what the portal has of a person.
func arrived(tb testing.TB, p *portald.Twin, person string) []portal.Request {
	tb.Helper()
	var page portal.RequestPage
	if err := json.Unmarshal(ask(tb, p, person, portal.RouteRequests), &page); err != nil {
		tb.Fatal(err)
	}
	return page.Requests
}

// served calls what the window's fetch reaches.
func (o *office) served(method, path string, body []byte) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	o.app.Handler().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(string(body))))
	return w
}

// fails holds that an error has that code for the window.
func fails(tb testing.TB, err error, want *desk.Error) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Errorf("error %v, want %s", err, want.Code)
	}
}

// problems are the codes of a draft's problems in one field.
func problems(ps []Problem, field string) (codes []string) {
	for _, p := range ps {
		if p.Field == field {
			codes = append(codes, p.Code)
		}
	}
	return codes
}

// await repeats ok until it holds; the test fails if it never does.
func await(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	for !ok() {
		select {
		case <-every.C:
		case <-end.C:
			tb.Fatalf("waited in vain: %s", what)
		}
	}
}
