// Package settings is what Guichet can be set to on a PC, and who has set it: the
// machine's policy, the command line, the environment, a person in the window, a
// recommendation of the policy, or nobody. One table says what there is; the templates
// for administrators are made of it. What persons choose is stored elsewhere, and only
// weighed here.
package settings

import (
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a value has to be.
type Kind int

// The kinds of settings.
const (
	Line    Kind = iota // a line of text
	Words               // words with spaces between them
	Address             // of a server: https, or http on this PC
	Source              // an address, or a folder
	Proxy               // "system", "none", or http:// or https:// with a host and a port
	Number              // from Min to Max
	Choice              // one of Choices
	Switch              // "on" or "off"
	Path                // of a file or folder, absolute; variables of the environment are filled in
)

// Setting is one thing that can be set.
type Setting struct {
	Key      string // on the command line, in files, and in the store
	Env      string // variable of the environment
	Kind     Kind
	Default  string
	Choices  []string
	Min, Max int
	Unit     Text // of a number, for administrators
	// Personal: each person chooses in the window, and the PC's value is what they
	// begin with.
	Personal bool
	// Early: it is needed before the store is open, so that nobody can choose it in
	// the window.
	Early bool
	// Title and Help are what an administrator reads.
	Title, Help Text
}

// Text is a sentence in both languages.
type Text struct{ FR, EN string }

// In is the text in a language, French unless it is "en".
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.FR
}

// The keys.
const (
	KeyPortal    = "portal"
	KeyIssuer    = "issuer"
	KeyClientID  = "client-id"
	KeyScopes    = "scopes"
	KeyLanguage  = "language"
	KeyIdle      = "idle"
	KeyUpload    = "upload"
	KeyKeep      = "keep"
	KeyProxy     = "proxy"
	KeyCA        = "ca-file"
	KeyUpdates   = "updates"
	KeySource    = "update-source"
	KeyChannel   = "update-channel"
	KeyDelay     = "update-delay"
	KeyAutostart = "autostart"
	KeyKeyring   = "keyring"
	KeyData      = "data"
)

// Bounds that the window knows as well.
const (
	MaxIdle   = 240       // minutes; more is never
	MaxUpload = 1_000_000 // kB/s; more is no limit on any line
	MaxKeep   = 3650      // days
	MaxDelay  = 90        // days
)

// Find is the setting with that key, nil if there is none.
func Find(key string) *Setting {
	for i := range Table {
		if Table[i].Key == key {
			return &Table[i]
		}
	}
	return nil
}

// keyOf is the key of a name in a policy, "" for none: the key itself, or the name as the
// registry has it. Windows does not tell small letters from capitals.
func keyOf(name string) string {
	for i := range Table {
		if s := &Table[i]; strings.EqualFold(s.Policy(), name) || strings.EqualFold(s.Key, name) {
			return s.Key
		}
	}
	return ""
}

// Policy is the name of a setting in the registry and in templates: "UpdateSource".
func (s *Setting) Policy() string {
	var out strings.Builder
	for part := range strings.SplitSeq(s.Key, "-") {
		out.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return out.String()
}

// maxLine bounds a value, in characters.
const maxLine = 2000

// Canonical is a value as it is used; false when the setting cannot have it. An empty
// value is none.
func (s *Setting) Canonical(value string) (string, bool) {
	value = strings.TrimSpace(value)
	if !utf8.ValidString(value) || len(value) > maxLine || strings.ContainsFunc(value, unicode.IsControl) {
		return "", false
	}
	if value == "" {
		return "", true
	}
	switch s.Kind {
	case Words:
		return strings.Join(strings.Fields(value), " "), true
	case Address:
		return CanonicalAddress(value)
	case Source:
		if filepath.IsAbs(value) {
			return filepath.Clean(value), true
		}
		return CanonicalAddress(value)
	case Proxy:
		return canonicalProxy(value)
	case Number:
		n, err := strconv.Atoi(value)
		return strconv.Itoa(n), err == nil && n >= s.Min && n <= s.Max
	case Choice:
		value = strings.ToLower(value)
		return value, slices.Contains(s.Choices, value)
	case Switch:
		return canonicalSwitch(value)
	case Path:
		value = expand(value)
		return filepath.Clean(value), filepath.IsAbs(value)
	}
	return value, true
}

func canonicalSwitch(value string) (string, bool) {
	switch strings.ToLower(value) {
	case "on", "true", "yes", "1":
		return "on", true
	case "off", "false", "no", "0":
		return "off", true
	}
	return "", false
}

// canonicalProxy reads what proxy to use. A name and a password have no place in it:
// they would lie in every settings file.
func canonicalProxy(value string) (string, bool) {
	if v := strings.ToLower(value); v == "system" || v == "none" {
		return v, true
	}
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" || u.Port() == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" ||
		u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), true
}

// CanonicalAddress reads the address of a server as a person types it: https is added,
// and what only a browser has is dropped. Without https it has to be on this PC.
func CanonicalAddress(typed string) (string, bool) {
	typed = strings.TrimSpace(typed)
	if !strings.Contains(typed, "://") {
		typed = "https://" + typed
	}
	u, err := url.Parse(typed)
	if err != nil {
		return "", false // the parser's message quotes what was typed
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Hostname() == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !Loopback(u.Hostname())) {
		return "", false
	}
	u.RawQuery, u.Fragment = "", ""
	u.Host = strings.ToLower(u.Host)
	u.Path = strings.TrimRight(u.Path, "/")
	return u.String(), true
}

// Loopback tells whether a host is this PC.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
