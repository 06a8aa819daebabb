package app

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"text/tabwriter"
	"time"

	"guichet/internal/settings"
	"guichet/internal/sqlite"
)

// runConfig prints what counts and where it comes from, or writes the templates for
// administrators.
func runConfig(c console, o Order) int {
	switch {
	case len(o.Args) == 1 && o.Args[0] == "show":
		return showConfig(c, false)
	case len(o.Args) == 2 && o.Args[0] == "show" && o.Args[1] == "--json":
		return showConfig(c, true)
	case len(o.Args) == 2 && o.Args[0] == "templates":
		return writeTemplates(c, o.Args[1])
	}
	return c.fail(2, settings.Text{
		FR: "guichet config show [--json], ou guichet config templates DOSSIER",
		EN: "guichet config show [--json], or guichet config templates FOLDER",
	})
}

// inForce is one setting as it counts on this PC.
type inForce struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"` // see package settings
	Where  string `json:"where,omitempty"`
	Locked bool   `json:"locked"`
}

// problem is what was set and cannot be used.
type problem struct {
	Origin string `json:"origin"`
	Where  string `json:"where"`
	Key    string `json:"key,omitempty"`
	Error  string `json:"error"`
}

func showConfig(c console, asJSON bool) int {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	chosen, err := sqlite.Settings(ctx, c.cfg.Data)
	if err != nil {
		c.fail(1, settings.Text{
			FR: "Les choix faits dans la fenêtre ne peuvent être lus : %s", EN: "What was chosen in the window cannot be read: %s",
		}, safe(err))
	}
	all, problems := c.cfg.effective(chosen), c.problems()
	if asJSON {
		body, err := json.MarshalIndent(map[string]any{"settings": all, "problems": problems}, "", "  ")
		if err != nil {
			return c.fail(1, settings.Text{FR: "%v", EN: "%v"}, err)
		}
		fmt.Fprintln(c.out, string(body))
	} else {
		c.table(all, problems)
	}
	if len(problems) > 0 || err != nil {
		return 1
	}
	return 0
}

// effective is each setting as it counts, with what was chosen for the PC by key.
func (cfg Config) effective(chosen map[string]string) []inForce {
	out := make([]inForce, 0, len(settings.Table))
	for _, s := range settings.Table {
		v := cfg.Given.Value(s.Key, chosen[s.Key])
		if s.Key == settings.KeyData && v.Origin == settings.Builtin {
			v.Value = cfg.Data
		}
		out = append(out, inForce{s.Key, v.Value, string(v.Origin), v.Where, v.Locked()})
	}
	return out
}

var originNames = map[settings.Origin]settings.Text{
	settings.Policy:      {FR: "stratégie (verrouillé)", EN: "policy (locked)"},
	settings.CommandLine: {FR: "ligne de commande", EN: "command line"},
	settings.Environment: {FR: "environnement", EN: "environment"},
	settings.User:        {FR: "choisi dans la fenêtre", EN: "chosen in the window"},
	settings.Recommended: {FR: "stratégie (par défaut)", EN: "policy (default)"},
	settings.Builtin:     {FR: "d'origine", EN: "built in"},
}

func (c console) table(all []inForce, problems []problem) {
	w := tabwriter.NewWriter(c.out, 0, 4, 2, ' ', 0)
	for _, s := range all {
		value := s.Value
		if value == "" {
			value = "-"
		}
		from := originNames[settings.Origin(s.Origin)].In(c.lang)
		if s.Where != "" {
			from += ", " + s.Where
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Key, value, from)
	}
	_ = w.Flush() // what cannot be written to a console nobody reads
	c.say(settings.Text{
		FR: "\nlanguage, idle et keep : chaque personne peut choisir les siens, sauf verrou.",
		EN: "\nlanguage, idle and keep: each person can choose their own, unless locked.",
	})
	for _, p := range problems {
		fmt.Fprintf(c.out, "! %s %s: %s\n", p.Where, p.Key, p.Error)
	}
}

// login is a name and a password in an address: they are no setting, and what is shown
// here is handed on.
var login = regexp.MustCompile(`[^\s/]*@`)

// problems is what was set and cannot be used, in words.
func (c console) problems() []problem {
	out := []problem{}
	for _, p := range c.cfg.Given.Problems {
		text := settings.Text{FR: "ce réglage n'existe pas", EN: "there is no such setting"}.In(c.lang)
		switch {
		case p.Unread != nil:
			text = p.Unread.Error()
		case p.Value != "":
			text = fmt.Sprintf(settings.Text{FR: "valeur impossible : %q ; attendu : %s", EN: "no such value: %q; it takes %s"}.In(c.lang), login.ReplaceAllString(p.Value, "…@"), settings.Find(p.Key).Values(c.lang))
		}
		out = append(out, problem{string(p.Origin), p.Where, p.Key, text})
	}
	return out
}

func writeTemplates(c console, dir string) int {
	templates := settings.Templates()
	for _, name := range slices.Sorted(maps.Keys(templates)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, templates[name], 0o644)
		}
		if err != nil {
			return c.fail(1, settings.Text{FR: "Les modèles ne peuvent être écrits : %v", EN: "The templates cannot be written: %v"}, err)
		}
		fmt.Fprintln(c.out, path)
	}
	return 0
}
