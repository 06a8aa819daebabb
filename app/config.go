package app

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
	"guichet/internal/session"
	"guichet/internal/session/oidc"
	"guichet/internal/settings"
)

// Config is what the app is started with.
type Config struct {
	Version string // of this program; one that is none of a release is never updated
	Data    string // data folder
	Portal  string // base address of the portal; "" leaves it to the person
	Stderr  bool   // log to standard error as well
	// Keyring keeps the keys of what is stored; nil for none, and nothing is
	// sealed then.
	Keyring seal.Keyring
	// OIDC is who signs people in, in the place of whoever the portal names.
	OIDC *oidc.Config
	// Provider is who signs people in, in the place of what OIDC or the portal says.
	Provider session.Provider
	// Link is told the addresses of sign-ins, in the place of a browser; nil opens
	// one.
	Link func(address string)
	// SignIn offers a sign-in at the start, if nobody is signed in.
	SignIn bool
	// Proxy is how the portal and the provider are reached, as line.Config has it: ""
	// for what this PC says.
	Proxy string
	// CAFile is a file of certificates that are trusted beside the system's; "" for
	// none.
	CAFile string
	// Given is what was set outside the store, and by whom.
	Given settings.Given
	// Reader is the program that looks into files, in the place of this one.
	Reader string
	// Updates is how this program is kept up to date.
	Updates UpdateConfig
}

// ConfigFromEnv is Configure without a command line.
func ConfigFromEnv() Config { return Configure(nil) }

// Configure reads what was set outside the store: by the machine's policy, by flags
// (values by key) and by the environment, see package settings. Beside these the
// environment has, for whoever develops or demonstrates: GUICHET_LOG=stderr,
// GUICHET_BROWSER=print (the links of sign-ins go to standard output) and
// GUICHET_SIGN_IN=start.
func Configure(flags map[string]string) Config { return configured(settings.Read(flags, os.Getenv)) }

// configured is Configure of what was set. What nobody can choose in the window counts
// whoever has given it.
func configured(given settings.Given) Config {
	set := func(key string) string { return given.Value(key, "").Value }
	cfg := Config{
		Data:   cmp.Or(set(settings.KeyData), dataFolder()),
		Portal: given.Set(settings.KeyPortal),
		Stderr: os.Getenv("GUICHET_LOG") == "stderr",
		SignIn: os.Getenv("GUICHET_SIGN_IN") == "start",
		Given:  given,
		Proxy:  set(settings.KeyProxy),
		CAFile: set(settings.KeyCA),
	}
	if set(settings.KeyKeyring) != "none" {
		cfg.Keyring = keyring.New("Guichet", keyringWait)
	}
	if os.Getenv("GUICHET_BROWSER") == "print" {
		cfg.Link = func(address string) { fmt.Println(SignInAt + address) }
	}
	if issuer := set(settings.KeyIssuer); issuer != "" {
		cfg.OIDC = &oidc.Config{Issuer: issuer, ClientID: set(settings.KeyClientID), Scopes: strings.Fields(set(settings.KeyScopes))}
	}
	return cfg
}

// SignInAt stands before each link that GUICHET_BROWSER=print prints.
const SignInAt = "Sign in: "

// dataFolder is where this system keeps what a program stores for one user.
func dataFolder() string {
	base := os.Getenv("XDG_DATA_HOME")
	switch {
	case runtime.GOOS == "windows":
		base = os.Getenv("LOCALAPPDATA")
	case runtime.GOOS == "darwin":
		base, _ = os.UserConfigDir()
	case base == "":
		home, _ := os.UserHomeDir()
		base = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(base, "Guichet")
}
