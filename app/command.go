package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guichet/internal/launch"
	"guichet/internal/settings"
	"guichet/internal/sqlite"
	"guichet/internal/support"
	"guichet/internal/update"
)

// command is something that is done in a console, without the window. The number is
// what the program ends with: 0 for well, 1 for not well, 2 for not understood.
type command struct {
	name  string
	usage settings.Text // what stands behind its name
	what  settings.Text
	run   func(c console, o Order) int
}

// console is where a command speaks.
type console struct {
	out, err io.Writer
	lang     string
	cfg      Config
}

// CanShow tells whether a window can be shown at all, where the window's host knows.
var CanShow = func() bool { return true }

func (c console) say(text settings.Text, args ...any) {
	fmt.Fprintf(c.out, text.In(c.lang)+"\n", args...)
}

func (c console) fail(code int, text settings.Text, args ...any) int {
	fmt.Fprintf(c.err, text.In(c.lang)+"\n", args...)
	return code
}

// misused says what of a command line cannot be understood, and where it is told what can.
func (c console) misused(err error) int {
	text := err.Error()
	var m misuse
	if errors.As(err, &m) {
		text = fmt.Sprintf(settings.Text{FR: "%s : « %s »", EN: "%s: \"%s\""}.In(c.lang), m.why.In(c.lang), m.arg)
	}
	return c.fail(2, settings.Text{FR: "%s\n« guichet help » dit ce qui peut être demandé.", EN: "%s\n\"guichet help\" tells what can be asked for."}, text)
}

// commands is a function since some of them list all.
func commands() []command {
	return []command{
		{"version", settings.Text{}, settings.Text{FR: "la version", EN: "the version"}, runVersion},
		{"config", settings.Text{FR: "show [--json] | templates DOSSIER", EN: "show [--json] | templates FOLDER"}, settings.Text{
			FR: "les réglages qui valent et leur origine ; les modèles ADMX pour les stratégies de groupe",
			EN: "the settings that count and where they come from; ADMX templates for group policies",
		}, runConfig},
		{"self-test", settings.Text{}, settings.Text{
			FR: "essaie ce dont Guichet a besoin de ce poste, dans un dossier à part",
			EN: "tries what Guichet needs of this PC, in a folder apart",
		}, runSelfTest},
		{"doctor", settings.Text{FR: "[--json]", EN: "[--json]"}, settings.Text{
			FR: "examine ce poste et dit quoi faire ; 1 si quelque chose ne fonctionne pas",
			EN: "looks at this PC and says what to do; 1 if something does not work",
		}, runDoctor},
		{"support", settings.Text{FR: "FICHIER.zip", EN: "FILE.zip"}, settings.Text{
			FR: "écrit un rapport sans contenu pour l'assistance, et dit ce qui s'y trouve",
			EN: "writes a report without content for support, and says what is in it",
		}, runSupport},
		{"help", settings.Text{}, settings.Text{FR: "cette aide", EN: "this help"}, runHelp},
	}
}

func commandNamed(name string) *command {
	all := commands()
	if at := slices.IndexFunc(all, func(c command) bool { return c.name == name }); at >= 0 {
		return &all[at]
	}
	return nil
}

// Main does what this program was started for with these arguments, its name first. An
// app is what is to have a window, and done is called when that has closed; nil when
// there is nothing more to be done but to end with that number. Host names the flags of
// the window's host.
func Main(args []string, version string, host ...string) (a *App, done func(), code int) {
	switch {
	case IsReader(args):
		return nil, nil, ServeReader()
	case IsMonitor(args):
		return nil, nil, support.Watch(os.Stdin)
	}
	folder, err := os.Getwd()
	if err != nil {
		folder = string(filepath.Separator) // a relative path leads nowhere then, and is told as such
	}
	order, bad := ParseOrder(args[1:], folder, host...)
	cfg := Configure(order.Flags)
	cfg.Version = version
	c := func() console {
		return console{out: os.Stdout, err: os.Stderr, lang: cfg.language(), cfg: cfg}.attached()
	}
	switch {
	case errors.Is(bad, errLink):
		support.Alert(leadsNowhere.In(cfg.language()))
		return nil, nil, 2
	case bad != nil:
		return nil, nil, c().misused(bad)
	case order.Command != "":
		return nil, nil, commandNamed(order.Command).run(c(), order)
	case order.Quit:
		if code = quit(cfg); code != 0 {
			code = c().fail(code, goesOn)
		}
		return nil, nil, code
	}
	shows := CanShow() // where no window can be shown nothing new is tried either
	cfg.Updates.Again = order.flags()
	if shows {
		if over, code, err := applied(&cfg); over {
			if err != nil {
				support.Alert(halfway.In(cfg.language()))
			}
			return nil, nil, code
		}
	}
	a = New(cfg)
	done, err = a.claim(launch.Message{Args: args[1:], Folder: folder})
	switch {
	case err != nil:
		support.Alert(runsAlready.In(cfg.language()))
		return nil, nil, 1
	case done == nil:
		return nil, nil, 0
	case !shows:
		done()
		return nil, nil, c().fail(1, noDisplay)
	}
	a.minimised = order.Minimised
	a.openFor(order)
	leave, unwatch := done, a.watchOver(order)
	return a, func() { unwatch(); leave() }, 0
}

// language is that of whoever sits at a console: the PC's.
func (cfg Config) language() string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	chosen, _ := sqlite.Settings(ctx, cfg.Data) // what cannot be read is not chosen
	return cfg.Given.Value(settings.KeyLanguage, chosen[settings.KeyLanguage]).Value
}

// How long another program on the data folder is waited for: to answer, to end, and to
// come up behind an update.
const (
	claimWait = 15 * time.Second
	quitWait  = 40 * time.Second
	comesUp   = 3 * time.Second
)

// quit has the program that runs save what is typed and end: 0 when none runs any more.
// An update that is being put in place comes to its end first, and what it starts is
// asked as well.
func quit(cfg Config) int {
	ctx, cancel := context.WithTimeout(context.Background(), quitWait)
	defer cancel()
	for first := true; ; first = false {
		updated, err := update.Settled(ctx, updateFolder(cfg.Data))
		switch {
		case err != nil:
			return 1
		case !first && !updated:
			return 0
		}
		until := time.Now()
		if updated {
			until = until.Add(comesUp)
		}
		// Nobody may be there to hear it.
		for launch.Tell(ctx, cfg.Data, launch.Message{Quit: true}) != nil && time.Now().Before(until) && sleep(ctx, 100*time.Millisecond) {
		}
		if launch.Gone(ctx, cfg.Data) != nil {
			return 1
		}
	}
}

var halfway = settings.Text{
	FR: "Une mise à jour de Guichet n'a pu être ni terminée ni annulée : le disque ou un autre programme l'empêche. Redémarrez ce poste, puis rouvrez Guichet : rien de ce qui a été saisi n'est perdu.",
	EN: "An update of Guichet could be neither finished nor undone: the disk or another program prevents it. Restart this PC, then open Guichet again: nothing that was typed is lost.",
}

var leadsNowhere = settings.Text{
	FR: "Ce lien ne mène à aucune demande : il est incomplet, ou d'un autre programme. Ouvrez Guichet et cherchez la demande par son numéro.",
	EN: "This link leads to no request: it is incomplete, or of another program. Open Guichet and look for the request by its number.",
}

var goesOn = settings.Text{
	FR: "Guichet est ouvert et ne s'est pas fermé : il attend peut-être une réponse à l'écran. Rien n'a été fermé de force.",
	EN: "Guichet is open and has not closed: it may wait for an answer on the screen. Nothing was closed by force.",
}

var noDisplay = settings.Text{
	FR: "Guichet ne peut pas ouvrir de fenêtre ici : aucun écran ne répond (DISPLAY, WAYLAND_DISPLAY). Démarrez-le dans la session de la personne ; « guichet help » dit ce qui se fait sans fenêtre.",
	EN: "Guichet cannot open a window here: no display answers (DISPLAY, WAYLAND_DISPLAY). Start it in the person's session; \"guichet help\" tells what can be done without a window.",
}

var runsAlready = settings.Text{
	FR: "Guichet est déjà ouvert sur ce poste et ne répond pas. Patientez un instant ; s'il ne revient pas, fermez la session et rouvrez-la : rien de ce qui a été saisi n'est perdu.",
	EN: "Guichet is open on this PC already and does not answer. Wait a moment; if it does not come back, sign out of the system and in again: nothing that was typed is lost.",
}

func runVersion(c console, _ Order) int {
	fmt.Fprintln(c.out, "Guichet", c.cfg.Version)
	return 0
}

func runHelp(c console, _ Order) int {
	line := func(does string, what settings.Text) {
		if len([]rune(does)) > helpColumn { // what it is stands below
			does += "\n" + strings.Repeat(" ", helpColumn)
		}
		fmt.Fprintf(c.out, "%-*s %s\n", helpColumn, does, what.In(c.lang))
	}
	file := settings.Text{FR: "FICHIER", EN: "FILE"}.In(c.lang)
	line("guichet", settings.Text{FR: "ouvre la fenêtre", EN: "opens the window"})
	line("guichet --new ["+file+"…]", settings.Text{FR: "une nouvelle demande, avec ces fichiers", EN: "a new request, with these files"})
	line("guichet guichet://request/ID", settings.Text{FR: "montre une demande", EN: "shows a request"})
	line("guichet --minimised", settings.Text{FR: "ouvre la fenêtre réduite", EN: "opens the window minimised"})
	line("guichet --quit", settings.Text{
		FR: "enregistre, et ferme Guichet s'il est ouvert ; 1 s'il reste ouvert", EN: "saves, and closes Guichet if it is open; 1 if it stays open",
	})
	for _, k := range commands() {
		line(strings.TrimSpace("guichet "+k.name+" "+k.usage.In(c.lang)), k.what)
	}
	c.say(settings.Text{
		FR: "\nRéglages, avant une commande, comme --portal=https://portail.exemple.fr :", EN: "\nSettings, before a command, like --portal=https://portal.example.org:",
	})
	for _, s := range settings.Table {
		fmt.Fprintf(c.out, "  --%-15s %s (%s)\n", s.Key, s.Title.In(c.lang), s.Values(c.lang))
	}
	return 0
}

// helpColumn is where it is said what each thing does, in characters.
const helpColumn = 32
