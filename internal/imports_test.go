package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// law says what one package may import. Ours are named below the module;
// "never" names what is forbidden although it is not ours.
type law struct {
	may    []string
	never  []string
	reason string
}

const (
	wails   = "github.com/wailsapp"
	zitadel = "github.com/zitadel"
	aws     = "github.com/aws"
	module  = "guichet/"
	anyOurs = "*"
)

// laws is the import law. A package without an entry breaks it, and so does an
// entry without a package: a new room comes with its rule.
var laws = map[string]law{
	".": {
		may:    []string{"app"},
		reason: "main hosts the window and nothing else; it is the only file that knows Wails",
	},
	"app": {
		may: []string{
			"internal/attach", "internal/catalogue", "internal/desk", "internal/disk", "internal/inbox", "internal/launch", "internal/line", "internal/markup",
			"internal/outbox", "internal/paper", "internal/portal/client", "internal/presence", "internal/privacy", "internal/reader", "internal/seal", "internal/seal/keyring", "internal/session", "internal/session/oidc", "internal/settings", "internal/sqlite", "internal/support", "internal/update",
		},
		never:  []string{aws, zitadel, wails},
		reason: "the composition root runs in tests without a window, and the server is another program",
	},
	"internal/desk": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", "os", wails},
		reason: "the rules run on both sides of the wire and are tested without any machinery",
	},
	"internal/privacy": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", "os", wails},
		reason: "what looks for health data must not be able to send or store any",
	},
	"internal/reader/extract": {
		may:    []string{"internal/desk", "internal/privacy"},
		never:  []string{"database/sql", "net/http", "net", "os", "github.com/rs/zerolog", wails},
		reason: "what reads foreign bytes must not be able to open, store, send or log any",
	},
	"internal/reader/readertest": {
		never:  []string{"database/sql", "net/http", "os", wails},
		reason: "good and hostile files, for the tests of every room that reads foreign bytes",
	},
	"internal/portal": {
		never:  []string{"database/sql", "github.com/rs/zerolog", wails},
		reason: "the contract belongs to both sides and to neither",
	},
	"internal/catalogue": {
		may:    []string{"internal/desk", "internal/privacy"},
		never:  []string{"database/sql", "net/http", wails},
		reason: "data, read the same on both sides",
	},
	"internal/disk": {
		may:    []string{"internal/desk"},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", wails},
		reason: "names on the disk, for desk and portal alike; what is in the files is another room's",
	},
	"internal/disk/disktest": {
		never:  []string{wails},
		reason: "small disks and held files, for the tests of every room that keeps files",
	},
	"internal/sqlite": {
		may:    []string{"internal/desk", "internal/disk", "internal/privacy", "internal/sqlite/dbfile", "internal/sqlite/prepared"},
		never:  []string{"net/http", wails},
		reason: "the only SQL of the desktop; storing must not depend on sending",
	},
	"internal/sqlite/dbfile": {
		never:  []string{"database/sql", "modernc.org/sqlite", "net/http", wails},
		reason: "it reads what SQLite refuses, and knows pages and records, not what they mean",
	},
	"internal/sqlite/prepared": {
		never:  []string{"net/http", "os", wails},
		reason: "statements kept by their text, for every room that keeps rows in SQLite; which ones is theirs",
	},
	"internal/markup": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", "os", wails},
		reason: "what reads foreign bytes must not be able to store, send or log any",
	},
	"internal/attach": {
		may:    []string{"internal/desk", "internal/disk", "internal/privacy", "internal/reader/invoice"},
		never:  []string{"database/sql", "net/http", wails},
		reason: "bytes on the disk; the rows are another room's, and so is what is read in them, but for what their first bytes are of",
	},
	"internal/reader": {
		may: []string{
			"internal/desk", "internal/privacy", "internal/reader/extract", "internal/reader/invoice", "internal/reader/pdf", "internal/reader/picture",
		},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", wails},
		reason: "it looks into foreign bytes, and can neither store nor send any",
	},
	"internal/reader/corpus": {
		reason: "a proof over the readers; it shares nothing with what it judges",
	},
	"internal/reader/picture": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", "os", wails},
		reason: "bytes in, bytes out: what reads foreign pictures must not be able to store, send or log any",
	},
	"internal/reader/picture/picturetest": {
		never:  []string{"database/sql", "net/http", wails},
		reason: "pictures that tell too much, for the tests of every room that looks into them",
	},
	"internal/session": {
		may:    []string{"internal/desk", "internal/privacy", "internal/session/oidc"},
		never:  []string{"database/sql", zitadel, wails},
		reason: "who is at the desk does not depend on how persons are stored or asked for",
	},
	"internal/presence": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", wails},
		reason: "it asks the system whether its session is locked; what is masked then is another room's",
	},
	"internal/settings": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", wails},
		reason: "it weighs what others have set; what persons choose is stored by another room",
	},
	"internal/support": {
		may:    []string{"internal/desk", "internal/disk", "internal/settings"},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", wails},
		reason: "what tells of a PC from afar must be able neither to read what is stored nor to send anything",
	},
	"internal/launch": {
		may:    []string{"internal/disk"},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", wails},
		reason: "it hears what a later start was started for; what is done then is another room's",
	},
	"internal/seal": {
		may:    []string{"internal/desk", "internal/disk", "internal/privacy", "internal/seal/keyring"},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", "github.com/zalando/go-keyring", wails},
		reason: "keys and what they seal; it stores nothing but its own file and asks nobody for a PIN",
	},
	"internal/seal/keyring": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", wails},
		reason: "it asks the system's keyring; what the secrets are for is another room's",
	},
	"internal/session/oidc": {
		may:    []string{"internal/line", "internal/privacy"},
		never:  []string{"database/sql", "github.com/rs/zerolog", zitadel, "html/template", "os", wails},
		reason: "speaks to a provider; what is kept, who a person is and how a browser opens are others' business",
	},
	"internal/update": {
		may:    []string{"internal/desk", "internal/disk"},
		never:  []string{"database/sql", "github.com/rs/zerolog", wails},
		reason: "it changes programs and is given the names of the data; what is in them, and what a program does, is another room's",
	},
	"internal/cmd/release": {
		may:    []string{"internal/update"},
		never:  []string{wails},
		reason: "it signs what programs take, by the rules that they read it with",
	},
	"internal/paper": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", "os", wails},
		reason: "it is given what goes on paper, and where that goes is another room's",
	},
	"internal/reader/pdf": {
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", wails, "github.com/pdfcpu"},
		reason: "what reads foreign bytes must not be able to send or log any; what is looked for in a text is another room's",
	},
	"internal/reader/pdf/pdftest": {
		may:    []string{"internal/reader/pdf"},
		never:  []string{wails},
		reason: "files for the tests of whoever reads PDF",
	},
	"internal/reader/invoice": {
		may:    []string{"internal/desk"},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", "os", wails},
		reason: "it is given XML and texts, and says what they say of themselves",
	},
	"internal/line": {
		never:  []string{"database/sql", "github.com/rs/zerolog", wails},
		reason: "it opens connections; what is said on them, and where passwords are kept, is another room's",
	},
	"internal/line/linetest": {
		may:    []string{"internal/line"},
		never:  []string{wails},
		reason: "proxies and certificates, for the tests of every room that speaks to others",
	},
	"internal/outbox": {
		may:    []string{"internal/desk"},
		never:  []string{"database/sql", "net/http", wails},
		reason: "the loop obeys outcomes; it cannot reach round its two interfaces",
	},
	"internal/inbox": {
		may:    []string{"internal/desk"},
		never:  []string{"database/sql", "net/http", wails},
		reason: "the same, in the other direction",
	},
	"internal/portal/client": {
		may:    []string{"internal/desk", "internal/line", "internal/portal", "internal/markup"},
		never:  []string{"database/sql", wails},
		reason: "speaks the contract; queueing and storing are not its business",
	},
	"internal/portald": {
		may:    []string{"internal/portal", "internal/portald/admin", "internal/portald/database", "internal/portald/files", "internal/portald/helpdesk", "internal/portald/setting", "internal/markup", "internal/catalogue", "internal/desk", "internal/disk"},
		never:  []string{aws, zitadel, wails},
		reason: "the server shares the rulebook and the care for files with the desk, and nothing else",
	},
	"internal/portald/admin": {
		may:    []string{"internal/portald/setting"},
		never:  []string{"database/sql", "os", zitadel, wails},
		reason: "pages for whoever runs the portal; they are given figures, so that they cannot show what was written",
	},
	"internal/portald/database": {
		may:    []string{"internal/sqlite/prepared"},
		never:  []string{"net/http", "github.com/rs/zerolog", zitadel, wails},
		reason: "two databases behind one way to write statements; what the rows mean is the portal's",
	},
	"internal/portald/database/pgtest": {
		never:  []string{"net/http", wails},
		reason: "a PostgreSQL of the test's own, for the tests of every room that keeps rows in one",
	},
	"internal/portald/files": {
		may:    []string{"internal/disk", "internal/portald/setting"},
		never:  []string{"database/sql", "github.com/rs/zerolog", zitadel, wails},
		reason: "bytes by ids, in a folder or a bucket; whose they are, and what they are for, is the portal's",
	},
	"internal/portald/files/s3test": {
		may:    []string{"internal/portald/files"},
		never:  []string{wails},
		reason: "an S3 server of the test's own, for the tests of every room that keeps files on one",
	},
	"internal/portald/setting": {
		never:  []string{"database/sql", "net/http", "os", "github.com/rs/zerolog", zitadel, wails},
		reason: "how a file of settings is read is the same for all rooms of the portal, and what the settings mean is theirs",
	},
	"internal/portald/helpdesk": {
		may:    []string{"internal/desk"},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", zitadel, wails},
		reason: "what the portal wants of a help desk is said without one, and without the portal's store",
	},
	"internal/portald/helpdesk/rt": {
		may:    []string{"internal/desk", "internal/portald/helpdesk", "internal/portald/setting"},
		never:  []string{"database/sql", "github.com/rs/zerolog", zitadel, wails},
		reason: "it speaks to one kind of help desk; what was tried and seen is the portal's to store and to log",
	},
	"internal/portald/helpdesk/helpdesktest": {
		may:    []string{"internal/desk", "internal/portald/helpdesk"},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", zitadel, wails},
		reason: "what every connector must do is asked of all in the same words, so that it knows none",
	},
	"internal/portald/helpdesk/rttest": {
		may:    []string{"internal/portald/helpdesk"},
		never:  []string{"database/sql", "github.com/rs/zerolog", zitadel, wails},
		reason: "a help desk as a vendor has one: it knows no portal but the mapping that leads there",
	},
	"internal/portald/helpdesk/mail": {
		may:    []string{"internal/desk", "internal/portald/helpdesk", "internal/portald/setting"},
		never:  []string{"database/sql", "net/http", "github.com/rs/zerolog", zitadel, wails},
		reason: "it speaks to mail servers; what was tried and seen is the portal's to remember, and what is written is nobody's to log",
	},
	"internal/portald/helpdesk/mailtest": {
		may:    []string{"internal/line/linetest"},
		never:  []string{"database/sql", wails},
		reason: "real mail servers and mailboxes, for the tests of whoever speaks to a help desk by mail",
	},
	"internal/issuer": {
		never:  []string{"database/sql", "github.com/rs/zerolog", wails},
		reason: "a provider as a hospital has one: it knows neither desk nor portal",
	},
	"internal/cmd/portald": {
		may:    []string{"internal/portald", "internal/portald/admin", "internal/portald/files", "internal/portald/helpdesk", "internal/portald/helpdesk/mail", "internal/portald/helpdesk/rt", "internal/issuer"},
		never:  []string{wails},
		reason: "flags and signals, and the demo put together",
	},
	"internal/cmd/atspi": {
		never:  []string{wails},
		reason: "it hears the window as a stranger does, and knows nothing of what is in it",
	},
	"internal/e2e": {
		may:    []string{anyOurs},
		reason: "the black box looks at everything from outside",
	},
	"build/pack": {
		never:  []string{wails},
		reason: "it makes packages with libraries that the program itself has no use for, in a module of its own",
	},
	"build": {
		never:  []string{wails},
		reason: "the commands must run before anything else can be built",
	},
}

// Blank windows and the like, which are measured against and never shipped.
func outside(dir string) bool {
	return slices.Contains(strings.Split(dir, "/"), "testdata") || strings.HasPrefix(dir, "frontend") ||
		strings.HasPrefix(dir, "build/bin") || strings.HasPrefix(dir, "build/tmp")
}

func TestImportLaw(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (e.Name() == "node_modules" || e.Name() == ".git") {
			return filepath.SkipDir
		}
		if e.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := filepath.Rel("..", path)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		if dir == "internal" || outside(dir) {
			return nil
		}
		rule, ok := laws[dir]
		if !ok {
			t.Errorf("%s: package %s has no rule in the import law", file, dir)
			return nil
		}
		seen[dir] = true
		// Tests may stand on the other side of their package: they look at it
		// through the real twin.
		if strings.HasSuffix(path, "_test.go") {
			return nil
		}
		return check(t, path, dir, rule)
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range laws {
		if !seen[dir] {
			t.Errorf("the import law names %s, which is gone", dir)
		}
	}
}

func check(t *testing.T, path, dir string, rule law) error {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, spec := range f.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if ours, ok := strings.CutPrefix(name, module); ok {
			if !slices.Contains(rule.may, ours) && !slices.Contains(rule.may, anyOurs) {
				t.Errorf("%s imports %s: %s", path, ours, rule.reason)
			}
			continue
		}
		for _, never := range rule.never {
			if name == never || strings.HasPrefix(name, never+"/") {
				t.Errorf("%s imports %s: %s", path, name, rule.reason)
			}
		}
	}
	return nil
}
