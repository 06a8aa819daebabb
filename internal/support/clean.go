package support

import (
	"encoding/json"
	"net/url"
	"os"
	"os/user"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Cleaner takes out of logs what is not to leave this PC. Content never gets there; this
// is for what the system puts into its errors: folders with the name of an account, of a
// PC, addresses with what stands behind their host.
type Cleaner struct {
	replace []string // what is known by its text, each with what stands in its place
}

// NewCleaner makes one for a data folder.
func NewCleaner(data string) Cleaner {
	c := Cleaner{}
	c.add(data, "[data]")
	if home, err := os.UserHomeDir(); err == nil {
		c.add(home, "[home]")
	}
	c.add(strings.TrimRight(os.TempDir(), `\/`), "[temp]")
	if me, err := user.Current(); err == nil {
		name := me.Username
		if at := strings.LastIndexByte(name, '\\'); at >= 0 { // DOMAIN\name
			c.add(name[:at], "[domain]")
			name = name[at+1:]
		}
		c.add(name, "[account]")
	}
	if host, err := os.Hostname(); err == nil && host != "localhost" {
		c.add(host, "[pc]")
	}
	return c
}

// add has a text replaced wherever it stands, if it is one that nothing else is.
func (c *Cleaner) add(text, by string) {
	const short = 3
	if len(text) <= short || text == "root" || slices.Contains(c.replace, text) {
		return
	}
	c.replace = append(c.replace, text, by)
	if escaped := strings.ReplaceAll(text, `\`, `\\`); escaped != text {
		c.replace = append(c.replace, escaped, by)
	}
}

const gone = "[…]"

var (
	mail    = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	bearer  = regexp.MustCompile(`(?i)(bearer|basic|token[=: ]+) *[A-Za-z0-9._~+/=-]{8,}`)
	jwt     = regexp.MustCompile(`eyJ[A-Za-z0-9_.-]{8,}`)
	address = regexp.MustCompile(`https?://[^\s"'<>]+`)
	quoted  = regexp.MustCompile(`"[^"]*"|'[^']*'|«[^»]*»`)
	folder  = regexp.MustCompile(`(?:[A-Za-z]:\\|\\\\)[^\s:;,"']+|(^|[\s(=:])/(?:[^\s:;,"'/]+/)+[^\s:;,"']*`)
	long    = regexp.MustCompile(`[A-Za-z0-9+/_=-]{25,}`)
)

// Text cleans the text of an error. What is in quotation marks goes: errors quote what
// they could not use.
func (c Cleaner) Text(text string) string {
	text = address.ReplaceAllStringFunc(text, func(a string) string {
		u, err := url.Parse(strings.TrimRight(a, ".,:;)"))
		if err != nil || u.Host == "" {
			return gone
		}
		return u.Scheme + "://" + u.Host + "/"
	})
	text = quoted.ReplaceAllStringFunc(text, func(q string) string {
		inner := strings.Trim(q, `"`)
		if u, err := url.Parse(inner); err == nil && u.Host != "" && u.Path == "/" && u.User == nil {
			return q // an address, without anything behind its host
		}
		return gone
	})
	text = strings.NewReplacer(c.replace...).Replace(text)
	text = folder.ReplaceAllString(text, "${1}[path]")
	for _, r := range []*regexp.Regexp{mail, bearer, jwt} {
		text = r.ReplaceAllString(text, gone)
	}
	return long.ReplaceAllStringFunc(text, func(s string) string {
		if uuid.Validate(s) == nil || isWords(s) {
			return s
		}
		return gone
	})
}

// isWords tells a chain of small words ("unexpected-signal-during-runtime") from what may
// be a key.
func isWords(s string) bool {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' || r == '/' }) {
		if len(part) > 20 || strings.ToLower(part) != part || strings.ContainsAny(part, "0123456789+=") {
			return false
		}
	}
	return true
}

// code is a word of the program, an id, or a figure.
var code = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._:*+-]{0,63}$`)

// freeText are the fields of a log that hold sentences: of this program, and of the
// system's errors. All others hold codes and figures.
var freeText = []string{"message", "error"}

// Line cleans one line of a log, which is JSON; of another one nothing is kept.
func (c Cleaner) Line(line string) string {
	fields := map[string]any{}
	if json.Unmarshal([]byte(line), &fields) != nil {
		return gone
	}
	for key, value := range fields {
		switch v := value.(type) {
		case string:
			switch {
			case slices.Contains(freeText, key):
				fields[key] = c.Text(v)
			case !code.MatchString(v) || jwt.MatchString(v) || mail.MatchString(v):
				fields[key] = gone
			}
		case bool, float64, nil:
		default:
			fields[key] = gone
			if key == "stack" {
				fields[key] = framesIn(v)
			}
		}
	}
	body, err := json.Marshal(fields) // keys in order
	if err != nil {
		return gone
	}
	return string(body)
}

// framesIn are frames as a log has them.
func framesIn(v any) []Frame {
	body, err := json.Marshal(v)
	var out []Frame
	if err != nil || json.Unmarshal(body, &out) != nil {
		return nil
	}
	return out
}
