// Command release makes what desks update themselves from: keys, and a folder with
// signed manifests beside their packages. portald --releases serves that folder, and
// so does any server of files, or a file server.
//
//	release keygen --key FILE
//	release sign   --key FILE --to FOLDER --packages FOLDER [--pub KEY] [flags]
//	release renew  --key FILE --to FOLDER [--pub KEY] [--channel NAME] [--days N]
//	release check  --pub KEY  --to FOLDER
//
// The password of the key is read from GUICHET_RELEASE_PASSWORD, or asked for.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// options are the command's flags.
type options struct {
	key, public, to, packages, channel, from, fr, en string
	days                                             int
	urgent, plain                                    bool
	now                                              time.Time
}

// usage is what can be asked for; each has the flags that "sign --help" lists.
const usage = `release keygen --key FILE
release sign   --key FILE --to FOLDER --packages FOLDER --fr TEXT --en TEXT [--channel NAME] [--urgent] [--from VERSION] [--days N]
release renew  --key FILE --to FOLDER [--channel NAME] [--days N]
release check  --pub KEY  --to FOLDER
The password of a key is read from GUICHET_RELEASE_PASSWORD, or asked for`

func run(args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("keygen, sign, renew or check?\n" + usage)
	}
	if h := strings.TrimLeft(args[0], "-"); h == "help" || h == "h" {
		_, err := fmt.Fprintln(out, usage)
		return err
	}
	o := options{now: time.Now().UTC().Truncate(time.Second)}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	f.StringVar(&o.key, "key", "", "file with the secret key; its public half lies in FILE.pub")
	f.StringVar(&o.public, "pub", "", "public key, in base 64, or a file with it; sign and renew: that of the key before this one")
	f.StringVar(&o.to, "to", "", "folder of releases, which is served")
	f.StringVar(&o.packages, "packages", "", "folder with programs named guichet-VERSION-OS-ARCH, perhaps with .exe")
	f.StringVar(&o.channel, "channel", "stable", "channel")
	f.StringVar(&o.from, "from", "", "oldest version that these can replace; without it any")
	f.StringVar(&o.fr, "fr", "", "what is new, in French, in a few words")
	f.StringVar(&o.en, "en", "", "what is new, in English")
	f.IntVar(&o.days, "days", 90, "days after which the manifest is not trusted any more, unless it is renewed")
	f.BoolVar(&o.urgent, "urgent", false, "not to be deferred")
	f.BoolVar(&o.plain, "no-password", false, "keygen: the key lies in the file as it is, for tests")
	if err := f.Parse(args[1:]); errors.Is(err, flag.ErrHelp) { // it has listed them
		return nil
	} else if err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("what is %q?", f.Arg(0))
	}
	switch args[0] {
	case "keygen":
		return keygen(o, out)
	case "sign":
		return sign(o, out)
	case "renew":
		return renew(o, out)
	case "check":
		return check(o, out)
	}
	return fmt.Errorf("%s is none of keygen, sign, renew, check", args[0])
}
