package e2e

import (
	"errors"
	"flag"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// modelWorld is a desk's store on the disk and, beside it, what it ought to
// hold: a few slices with the rules of the house written out by hand.
type modelWorld struct {
	dir   string
	store *sqlite.Store
	rules desk.Catalogue
	now   time.Time

	made     uint32 // ids so far
	drafts   []*modelDraft
	requests []*modelRequest // in the order of their rows
	files    []*modelFile    // in the order of their rows
	cursors  map[string]string

	flights []*modelFlight              // attempts that somebody still makes
	portal  map[uuid.UUID]*modelReceipt // what the portal has truly numbered, or withdrawn
	highest map[modelKey]int64          // revision that was ever seen
}

// modelKey names what one person has under an id.
type modelKey struct {
	id     uuid.UUID
	person string
}

type modelDraft struct {
	desk.Draft
}

type modelRequest struct {
	desk.Request
	doubt bool
	lease time.Time
}

// modelFile is a file's row: in one person's partition, of one draft or request.
type modelFile struct {
	desk.File
	person  string
	item    uuid.UUID
	removed time.Time
}

// modelReceipt is the truth about one id at the portal.
type modelReceipt struct {
	number    string
	withdrawn bool
	strange   bool // numbered with another content than this PC's
}

// modelFlight is an attempt on its way. What becomes of it is decided when it
// ends, or when nobody waits for it any more.
type modelFlight struct {
	job     desk.Job
	of      *modelRequest
	decided bool
}

const (
	modelPC     = ""
	modelClaire = "claire"
	modelMarc   = "marc"
)

var modelPersons = []string{modelPC, modelClaire, modelMarc}

// modelPerson is who sends: each may write in a practice of their own and in
// one that both share.
func modelPerson(id string) desk.Person {
	if id == modelPC {
		return desk.Person{}
	}
	role := []desk.Role{desk.RoleAdmin}
	return desk.Person{ID: id, Name: id, Practices: []desk.Practice{{ID: "tilleuls", Roles: role}, {ID: "cabinet-" + id, Roles: role}}}
}

// TestModel plays random games with the store and compares everything that can
// be seen of it with the model after each move. rapid makes a lost game as short
// as it can, and prints the seed of its batch.
func TestModel(t *testing.T) {
	rules, err := catalogue.Default()
	if err != nil {
		t.Fatal(err)
	}
	rnd, games := Rand(t), 0
	for end := modelEnd(30, 900); !t.Failed() && time.Now().Before(end); {
		once := modelFlags(t, map[string]string{
			"rapid.checks": "2", "rapid.steps": "80", "rapid.nofailfile": "true", "rapid.seed": strconv.FormatUint(rnd.Uint64()|1, 10),
		})
		rapid.Check(t, func(rt *rapid.T) {
			games++
			w := newModel(rt, rules)
			rt.Cleanup(w.end)
			rt.Repeat(w.moves())
			w.checkEach(rt)
		})
		if once {
			break
		}
	}
	t.Logf("%d games", games)
}

// modelEnd is when to stop playing, after so many seconds.
func modelEnd(short, long int) time.Time {
	return time.Now().Add(time.Duration(Rounds(short, long)) * time.Second)
}

// modelFlags sets how rapid plays, unless the command line has, and tells
// whether that gives a seed.
func modelFlags(t *testing.T, flags map[string]string) (seed bool) {
	t.Helper()
	given := map[string]bool{}
	modelGiven.Do(func() {
		flag.Visit(func(f *flag.Flag) { modelByHand = append(modelByHand, f.Name) })
	})
	for _, name := range modelByHand {
		given[name] = true
	}
	for name, value := range flags {
		if given[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	return given["rapid.seed"]
}

// What stands on the command line, read before any flag is set here.
var (
	modelGiven  sync.Once
	modelByHand []string
)

// modelFolder is where games are played: in memory, if the system has a folder
// there. What a disk loses is another test's.
func modelFolder() string {
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err == nil && info.IsDir() {
		return memory
	}
	return ""
}

func newModel(t *rapid.T, rules desk.Catalogue) *modelWorld {
	dir, err := os.MkdirTemp(modelFolder(), "guichet-model")
	if err != nil {
		t.Fatal(err)
	}
	w := &modelWorld{
		dir: dir, rules: rules, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), cursors: map[string]string{},
		portal: map[uuid.UUID]*modelReceipt{}, highest: map[modelKey]int64{},
	}
	w.open(t)
	for _, person := range modelPersons[1:] {
		if err := w.store.Remember(t.Context(), modelPerson(person), w.now); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *modelWorld) open(t *rapid.T) {
	var err error
	if w.store, err = sqlite.Open(t.Context(), w.dir, privacy.Plain{}); err != nil {
		t.Fatalf("open: %v", err)
	}
}

func (w *modelWorld) end() {
	_ = w.store.Close() // a lost game may have left it closed
	_ = os.RemoveAll(w.dir)
}

// modelMove is a move, and how often it is drawn: the way to the portal is
// long.
type modelMove struct {
	name  string
	often int
	do    func(*rapid.T)
}

func (w *modelWorld) moves() map[string]func(*rapid.T) {
	var all []modelMove
	for _, m := range []modelMove{
		{"save a new draft", 3, w.saveNew}, {"save a draft", 2, w.saveAgain}, {"repeat a save", 1, w.saveRepeated}, {"save late", 1, w.saveLate},
		{"throw", 1, w.throw}, {"restore", 1, w.restore}, {"purge", 1, w.purge},
		{"attach", 3, w.attach}, {"remove a file", 1, w.removeFile}, {"restore a file", 1, w.restoreFile},
		{"submit", 6, w.submit}, {"submit again", 1, w.submitAgain},
		{"claim", 8, w.claim}, {"stuck", 3, w.stuck}, {"renew", 1, w.renew}, {"release", 2, w.release}, {"finish", 6, w.finish}, {"finish many", 2, w.finishMany},
		{"hasten", 2, w.hasten}, {"sign in", 2, w.signIn}, {"restart", 2, w.restart}, {"time passes", 5, w.pass},
		{"cancel", 3, w.cancel}, {"recall", 2, w.recall}, {"withdraw", 1, w.withdraw}, {"correct", 3, w.correct},
		{"receipt by the other way", 4, w.receipt}, {"news", 1, w.news}, {"deleted at the portal", 3, w.deleted},
		{"written elsewhere", 1, w.foreign}, {"a colleague's", 2, w.colleagues}, {"back from a backup", 2, w.rolledBack},
	} {
		for range m.often {
			all = append(all, m)
		}
	}
	return map[string]func(*rapid.T){"": w.check, "move": func(t *rapid.T) {
		m := all[modelIndex(t, len(all))]
		rapid.Just(m.name).Draw(t, "move")
		defer func() { // a move that cannot be made is one that changes nothing
			if p := recover(); p != nil && p != any(errModelNone) {
				panic(p)
			}
		}()
		m.do(t)
	}}
}

// modelIndex is a number below n, each as likely as the others: rapid's own
// ranges lean to the small ones.
func modelIndex(t *rapid.T, n int) int {
	i := 0
	for _, bit := range rapid.SliceOfN(rapid.Bool(), 8, 8).Draw(t, "index") {
		if i *= 2; bit {
			i++
		}
	}
	return i % n
}

// id is a new one, the same in every repeat of a game.
func (w *modelWorld) id() uuid.UUID {
	w.made++
	id := uuid.MustParse("0198c1de-7a00-7000-8000-000000000000")
	id[12], id[13], id[14], id[15] = byte(w.made>>24), byte(w.made>>16), byte(w.made>>8), byte(w.made)
	return id
}

// errModelNone gives a move up. rapid's own way ends the game after a few.
var errModelNone = errors.New("there is none")

// modelPick draws one of those that fit, or gives the move up.
func modelPick[T any](t *rapid.T, all []T, fits func(T) bool) T {
	var fit []T
	for _, v := range all {
		if fits(v) {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		panic(errModelNone)
	}
	return fit[modelIndex(t, len(fit))]
}

func modelAny[T any](T) bool { return true }

func (w *modelWorld) draft(id uuid.UUID) *modelDraft {
	for _, d := range w.drafts {
		if d.ID == id {
			return d
		}
	}
	return nil
}

// request is the row of an id in a person's partition; the oldest of anybody
// for "".
func (w *modelWorld) request(id uuid.UUID, person string) *modelRequest {
	for _, r := range w.requests {
		if r.ID == id && (person == modelPC || r.Owner.Person == person) {
			return r
		}
	}
	return nil
}

func (w *modelWorld) filesOf(item uuid.UUID, person string) (out []desk.File) {
	for _, f := range w.files {
		if f.item == item && f.person == person && f.removed.IsZero() {
			out = append(out, f.File)
		}
	}
	return out
}
