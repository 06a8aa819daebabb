package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/settings"
	"guichet/internal/sqlite"
	"guichet/internal/support"
)

// helping is what the page of help works on.
type helping struct {
	turn sync.Mutex // one examination at a time
	last examined   // guarded by turn

	mu       sync.Mutex
	prepared prepared
}

// examined is what was found, and when.
type examined struct {
	at    time.Time
	found []support.Finding
}

// stillTrue is how long a report takes what the page shows, rather than to look again.
const stillTrue = time.Minute

// prepared is a bundle that a person reads before it is saved as it is.
type prepared struct {
	id      string
	at      time.Time
	members []support.Member
}

// settingPlace is the place of the data of which the person has read what is wrong.
const settingPlace = "place-read"

// examine has the doctor look, unless that was done no longer ago than young. It needs no
// store that is open.
func (a *App) examine(ctx context.Context, young time.Duration) (patient, []support.Finding) {
	a.help.turn.Lock()
	defer a.help.turn.Unlock()
	p := a.patient(ctx)
	if last := &a.help.last; last.found == nil || a.Now().Sub(last.at).Abs() >= young {
		*last = examined{found: p.examine(ctx), at: a.Now()}
	}
	return p, a.help.last.found
}

// Doctor looks at this PC and says what it finds.
func (x *Support) Doctor(lang string) (out Examination, err error) {
	defer x.a.guard("Support.Doctor", &err)
	ctx, cancel, err := x.a.helps()
	if err != nil {
		return out, err
	}
	defer cancel()
	_, found := x.a.examine(ctx, 0)
	return Examination{At: stamp(x.a.Now()), Version: x.a.cfg.Version, Findings: each(support.Say(lang, found), toldOf)}, nil
}

// helps waits until the app has tried to start, and goes on whatever came of it.
func (a *App) helps() (context.Context, context.CancelFunc, error) {
	select {
	case <-a.started:
	case <-time.After(startWait):
		return nil, nil, desk.ErrInternal.With(errors.New("start takes too long"))
	}
	ctx, cancel := context.WithTimeout(a.ctx, doctorWait)
	return ctx, cancel, nil
}

// Notice tells what the first page says of this PC: that the program has broken off and
// is back, and that its data lies where it should not.
func (x *Support) Notice(lang string) (out SupportNotice, err error) {
	defer x.a.guard("Support.Notice", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	if crashes := support.Crashes(os.Getenv(support.Restarts), x.a.born); len(crashes) > 0 {
		out.Restarted = stamp(crashes[len(crashes)-1])
	}
	f := support.Place(x.a.cfg.Data)
	read, err := x.a.store.Setting(x.a.ctx, settingPlace)
	if err != nil || f.Code == disk.GroundLocal || read == f.Code {
		return out, err
	}
	said := toldOf(support.Say(lang, []support.Finding{f})[0])
	out.Place = &said
	return out, nil
}

// PlaceRead takes that line away until the data lies elsewhere.
func (x *Support) PlaceRead() (err error) {
	defer x.a.guard("Support.PlaceRead", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	return x.a.store.SaveSettings(x.a.ctx, map[string]string{settingPlace: support.Place(x.a.cfg.Data).Code})
}

// Prepare puts a report together for whoever helps from afar, and lists its files. It is
// saved as it can be read here.
func (x *Support) Prepare(lang string) (out Report, err error) {
	defer x.a.guard("Support.Prepare", &err)
	ctx, cancel, err := x.a.helps()
	if err != nil {
		return out, err
	}
	defer cancel()
	p, found := x.a.examine(ctx, stillTrue)
	ready := prepared{id: rand.Text(), at: x.a.Now(), members: p.bundle(ctx, lang, support.Say(lang, found))}
	x.a.help.mu.Lock()
	defer x.a.help.mu.Unlock()
	x.a.help.prepared = ready
	out = Report{ID: ready.id, Files: []ReportFile{}}
	for _, m := range ready.members {
		out.Files = append(out.Files, ReportFile{Name: m.Name, Size: int64(len(m.Text))})
	}
	return out, nil
}

// report is the one that was prepared under that id.
func (a *App) reported(id string) (prepared, error) {
	a.help.mu.Lock()
	defer a.help.mu.Unlock()
	if id == "" || a.help.prepared.id != id {
		return prepared{}, desk.ErrNotFound
	}
	return a.help.prepared, nil
}

// Read is the text of a file of a report.
func (x *Support) Read(report, name string) (text string, err error) {
	defer x.a.guard("Support.Read", &err)
	r, err := x.a.reported(report)
	if err != nil {
		return "", err
	}
	for _, m := range r.members {
		if m.Name == name {
			return m.Text, nil
		}
	}
	return "", desk.ErrNotFound
}

// Save asks where to, under that title, and writes a report there. "" when the dialog was
// cancelled.
func (x *Support) Save(report, title, name string) (path string, err error) {
	defer x.a.guard("Support.Save", &err)
	r, err := x.a.reported(report)
	if err != nil {
		return "", err
	}
	return x.a.saveAs(title, name, ".zip", func(w io.Writer) error { return support.Zip(w, r.members, r.at) })
}

// bundle is what goes into a report: states, codes, ids and times, and no content.
func (p patient) bundle(ctx context.Context, lang string, said []support.Said) []support.Member {
	bare := support.Bare(said)
	var words strings.Builder
	_ = support.Print(&words, lang, bare) // a builder takes everything
	out := []support.Member{
		{Name: readMe.In(lang), Text: whatIsInIt.In(lang)},
		{Name: "doctor.txt", Text: words.String()},
		support.JSON("doctor.json", map[string]any{"at": stamp(p.now()), "version": p.cfg.Version, "findings": bare}),
		support.JSON("settings.json", map[string]any{"settings": p.bareSettings(), "problems": p.bareProblems()}),
		p.counts(ctx),
		p.updates(ctx),
	}
	out = append(out, support.Notes(p.cfg.Data)...)
	return append(out, support.Logs(p.cfg.Data, support.NewCleaner(p.cfg.Data).Line)...)
}

var (
	readMe     = settings.Text{FR: "LISEZMOI.txt", EN: "README.txt"}
	whatIsInIt = settings.Text{
		FR: `Rapport de Guichet pour l’assistance.

Il contient : le diagnostic de ce poste (doctor), les réglages et leur origine (settings), le nombre et l’état
des demandes par identifiants et codes (counts), l’état des mises à jour (updates), les incidents et les journaux du programme.
Il ne contient ni texte, ni nom de fichier, ni nom de personne ou de cabinet, ni code, ni mot de passe.
Chaque fichier est du texte et peut être relu avant d'être transmis.
`,
		EN: `A report of Guichet for support.

It holds: the diagnosis of this PC (doctor), the settings and where they come from (settings), the number and the
state of requests by ids and codes (counts), how updates stand (updates), incidents, and the program’s logs.
It holds no text, no name of a file, of a person or of a practice, no code and no password.
Each file is text, and can be read before it is handed on.
`,
	}
)

// bareSettings are the settings that count, without the paths in them.
func (p patient) bareSettings() []inForce {
	all := p.cfg.effective(p.chosen)
	for i, s := range all {
		if kind := settings.Find(s.Key).Kind; s.Value != "" && (kind == settings.Path || kind == settings.Source && filepath.IsAbs(s.Value)) {
			all[i].Value = "[path]"
		}
	}
	return all
}

// bareProblems are settings that cannot be used, without what somebody has typed.
func (p patient) bareProblems() []problem {
	out := []problem{}
	for _, f := range p.given() {
		if f.Code != "ok" {
			out = append(out, problem{Origin: f.Facts["origin"], Key: f.Facts["key"], Error: f.Code})
		}
	}
	return out
}

// counts are how many of what there are, and in which state.
func (p patient) counts(ctx context.Context) support.Member {
	const name = "counts.json"
	var census sqlite.Census
	var err error
	switch {
	case p.opening, p.openErr != nil:
		return support.Unreadable(name, errNotOpen)
	case p.app == nil:
		census, err = sqlite.CensusOf(ctx, p.cfg.Data)
	default:
		census, err = p.app.store.Census(ctx)
	}
	if err != nil {
		return support.Unreadable(name, err)
	}
	return support.JSON(name, census)
}

// updates are how they stand, and which versions did not come up here.
func (p patient) updates(ctx context.Context) support.Member {
	const name = "updates.json"
	if p.app == nil || p.opening || p.openErr != nil {
		return support.Unreadable(name, errNotOpen)
	}
	s, err := p.app.updates.updater.Status(ctx)
	if err != nil {
		return support.Unreadable(name, err)
	}
	s.Offer = nil // its notes are text of others
	return support.JSON(name, s)
}

var errNotOpen = errors.New("the store is not open")

// runSupport writes a report into a file, and prints what is in it.
func runSupport(c console, o Order) int {
	if len(o.Args) != 1 || strings.HasPrefix(o.Args[0], "-") {
		return c.fail(2, settings.Text{FR: "guichet support FICHIER.zip", EN: "guichet support FILE.zip"})
	}
	ctx, cancel := context.WithTimeout(context.Background(), doctorWait)
	defer cancel()
	p := c.cfg.outside(ctx)
	members := p.bundle(ctx, c.lang, support.Say(c.lang, p.examine(ctx)))
	err := writeReport(o.Args[0], members, p.now())
	if errors.Is(err, fs.ErrExist) {
		return c.fail(1, settings.Text{FR: "%s existe déjà : donnez un autre nom.", EN: "%s is there already: give another name."}, o.Args[0])
	}
	if err != nil {
		return c.fail(1, settings.Text{FR: "Le rapport ne peut être écrit : %v", EN: "The report cannot be written: %v"}, err)
	}
	for _, m := range members {
		fmt.Fprintf(c.out, "%8d  %s\n", len(m.Text), m.Name)
	}
	c.say(settings.Text{
		FR: "Écrit : %s. Chaque fichier est du texte : relisez-le avant de le transmettre.", EN: "Written: %s. Each file is text: read it before you hand it on.",
	}, o.Args[0])
	return 0
}

// writeReport writes a new file; one that is there stays.
func writeReport(path string, members []support.Member, at time.Time) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(support.Zip(f, members, at), f.Sync(), f.Close())
	if err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

func toldOf(s support.Said) SupportFinding {
	apostrophes := strings.NewReplacer("'", "’").Replace
	return SupportFinding{ID: s.ID, Code: s.Code, Level: string(s.Level), Is: apostrophes(s.Is), Fix: apostrophes(s.Fix), Where: s.Where}
}
