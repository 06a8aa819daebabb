package markup

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

const (
	maxAddress = 2_048 // bytes
	maxSubject = 200   // characters
)

// address returns where a link leads in a form that every browser reads alike, or
// "" if it leads nowhere that a letter may lead: only http, https and mailto,
// never relative. Names and passwords before a host are left out, since they are
// there to be taken for it; other alphabets are written in letters of this one
// (xn--…), so that no host looks like another.
func address(raw string) string {
	s := strings.Trim(seen(raw), " \t\n")
	s = strings.NewReplacer("\t", "", "\n", "").Replace(s) // as browsers do
	if len(s) > maxAddress {
		return ""
	}
	scheme, rest, _ := strings.Cut(s, ":")
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https":
		s = web(scheme, rest)
	case "mailto":
		s = mail(rest)
	default:
		return ""
	}
	if len(s) > maxAddress {
		return ""
	}
	return s
}

func web(scheme, rest string) string {
	rest, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return ""
	}
	authority, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	// Some read a backslash as a slash: the host would be another one to them.
	if strings.Contains(authority, `\`) {
		return ""
	}
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	name, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i >= 0 {
		name, port = authority[:i], authority[i:]
		if n, err := strconv.ParseUint(port[1:], 10, 16); err != nil || n == 0 {
			return ""
		}
	}
	if name = host(name); name == "" {
		return ""
	}
	return scheme + "://" + name + port + escaped(path)
}

var (
	labels  = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$`)
	numeric = regexp.MustCompile(`(?:^|\.)(?:\d+|0x[0-9a-f]*)$`)
)

// host returns the one way to write a host, or "". A number that browsers would
// take for an IPv4 address has to be one in its usual form; IPv6 has no place in a letter.
func host(s string) string {
	s, err := idna.Lookup.ToASCII(strings.TrimSuffix(s, "."))
	if err != nil || len(s) > 253 || !labels.MatchString(s) {
		return ""
	}
	if numeric.MatchString(s) {
		if ip, err := netip.ParseAddr(s); err != nil || !ip.Is4() {
			return ""
		}
	}
	return s
}

// escaped writes whatever is no sign of an address in hexadecimal, and so a % that
// begins no such sign: those who open addresses refuse it.
func escaped(path string) string {
	const hex, signs = "0123456789ABCDEF", "-._~:/?#[]@!$&()*+,;="
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		switch {
		case c == '%' && coded.MatchString(path[i:]), c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(signs, c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

var coded = regexp.MustCompile(`^%[0-9A-Fa-f]{2}`)

var mailbox = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9._+-]*[A-Za-z0-9_+-])?$`)

// mail returns an address to write to. A subject stays; copies to others, files
// and a text that was written for the person do not.
func mail(rest string) string {
	to, query, _ := strings.Cut(rest, "?")
	query, _, _ = strings.Cut(query, "#")
	name, at, ok := strings.Cut(strings.Trim(to, " "), "@")
	if at = host(at); !ok || at == "" || !mailbox.MatchString(name) || len(name) > 64 {
		return ""
	}
	s := "mailto:" + name + "@" + at
	for field := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(field, "=")
		if !strings.EqualFold(key, "subject") {
			continue
		}
		value, err := url.PathUnescape(value)
		if err != nil {
			break
		}
		if value = line(strings.ToValidUTF8(value, "\uFFFD"), maxSubject); value != "" {
			s += "?subject=" + strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		}
		break
	}
	return s
}

// line returns a text on one line, of at most so many characters.
func line(s string, most int) string {
	runes := []rune(strings.Join(strings.FieldsFunc(seen(s), space), " "))
	if len(runes) > most {
		runes = []rune(strings.TrimRight(string(runes[:most-1]), " ") + "…")
	}
	return string(runes)
}

func space(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }
