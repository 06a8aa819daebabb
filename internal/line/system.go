package line

import (
	"path"
	"strings"
)

// What Windows keeps of proxies is text of its own making; it is read here, so
// that it can be tested everywhere.

// pickProxy takes the first proxy for a scheme out of a list as Windows has it:
// "host:port", "http=host:port;https=host:port", or several of a script's to be
// tried in turn, of which the first has to do. "" when there is none.
func pickProxy(list, scheme string) string {
	all := ""
	for _, entry := range strings.FieldsFunc(list, separator) {
		kind, address, named := strings.Cut(entry, "=")
		switch {
		case !named && all == "":
			all = entry
		case named && strings.EqualFold(kind, scheme):
			return address
		}
	}
	return all
}

// bypassed tells whether a host is on a list of those that no proxy is used for:
// names and addresses with stars, and <local> for names without a dot.
func bypassed(list, host, port string) bool {
	host = strings.ToLower(host)
	for _, entry := range strings.FieldsFunc(strings.ToLower(list), separator) {
		if entry == "<local>" {
			if !strings.ContainsAny(host, ".:") {
				return true
			}
			continue
		}
		if _, bare, ok := strings.Cut(entry, "://"); ok {
			entry = bare
		}
		pattern, of, numbered := strings.Cut(entry, ":")
		if strings.Count(entry, ":") > 1 { // an address of version 6
			pattern, numbered = strings.Trim(entry, "[]"), false
		}
		if fits, err := path.Match(pattern, host); err == nil && fits && (!numbered || of == port) {
			return true
		}
	}
	return false
}

func separator(r rune) bool {
	return r == ';' || r == ',' || r == ' ' || r == '\t' || r == '\r' || r == '\n'
}
