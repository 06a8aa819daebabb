package app

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"guichet/internal/settings"

	"github.com/google/uuid"
)

// Order is what the program was started for.
type Order struct {
	Command   string            // "" opens the window
	Args      []string          // of the command
	Flags     map[string]string // settings by key
	New       bool              // a new request is wanted
	Files     []string          // that it begins with; absolute paths
	Request   string            // the request to be shown, by its id
	Minimised bool              // the window stays out of the way
	Quit      bool              // the program that runs is to end
}

// Links to a request are guichet://request/ID; whatever else has that scheme is none.
const linkScheme, linkStart = "guichet:", "guichet://"

// errLink is a link of ours that leads nowhere: whoever has pressed it sees no console.
var errLink = errors.New("no link to a request")

// ParseOrder reads a command line, without the program's name. Relative paths begin at
// folder. What the window's host understands, with a value each, is passed over. The
// error is for whoever typed it, and of the rest nothing but Flags counts then.
func ParseOrder(args []string, folder string, host ...string) (Order, error) {
	o := Order{Flags: map[string]string{}}
	var version, help bool
	f := flag.NewFlagSet("guichet", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.BoolVar(&version, "version", false, "")
	f.BoolVar(&help, "help", false, "")
	f.BoolVar(&o.New, "new", false, "")
	f.BoolVar(&o.Minimised, "minimised", false, "")
	f.BoolVar(&o.Quit, "quit", false, "")
	for _, s := range settings.Table {
		f.Func(s.Key, "", func(value string) error { o.Flags[s.Key] = value; return nil })
	}
	for _, name := range host {
		f.String(name, "", "")
	}
	err := f.Parse(args)
	if help = help || errors.Is(err, flag.ErrHelp); err != nil && !help {
		return Order{Flags: o.Flags}, misuse{settings.Text{FR: "Option inconnue ou incomplète", EN: "Unknown or incomplete option"}, args[len(args)-f.NArg()-1]}
	}
	rest := f.Args()
	switch {
	case version:
		o.Command = "version"
	case help:
		o.Command = "help"
	case len(rest) > 0 && commandNamed(rest[0]) != nil && !o.New:
		o.Command, o.Args = rest[0], rest[1:]
	default:
		if err := o.take(rest, folder); err != nil {
			return Order{Flags: o.Flags}, err
		}
	}
	return o, nil
}

// misuse is what cannot be understood of a command line, for whoever typed it.
type misuse struct {
	why settings.Text
	arg string
}

func (m misuse) Error() string { return fmt.Sprintf("%s: %q", m.why.EN, m.arg) }

// flags are the settings of a command line, to be given again; not what it was for.
func (o Order) flags() []string {
	out := []string{}
	for _, key := range slices.Sorted(maps.Keys(o.Flags)) {
		out = append(out, "--"+key+"="+o.Flags[key])
	}
	return out
}

// take reads what is to be opened: a link, or files for a new request. A link comes from
// anywhere: beside it nothing else is taken.
func (o *Order) take(rest []string, folder string) error {
	for _, arg := range rest {
		if lower := strings.ToLower(arg); strings.HasPrefix(lower, linkScheme) {
			kind, id, _ := strings.Cut(strings.Trim(strings.TrimPrefix(lower, linkStart), "/"), "/")
			parsed, err := uuid.Parse(id)
			if !strings.HasPrefix(lower, linkStart) || kind != "request" || err != nil || len(rest) > 1 {
				return fmt.Errorf("%q: %w", arg, errLink)
			}
			o.Request = parsed.String()
			continue
		}
		if strings.HasPrefix(arg, "-") {
			return misuse{settings.Text{FR: "Les options se placent avant les fichiers et les commandes", EN: "Options stand before files and commands"}, arg}
		}
		if !filepath.IsAbs(arg) {
			arg = filepath.Join(folder, arg)
		}
		o.New, o.Files = true, append(o.Files, filepath.Clean(arg))
	}
	return nil
}
