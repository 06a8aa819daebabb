package extract

import (
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"

	"guichet/internal/desk"
)

// inline are the elements between whose texts nothing stands: part of a number may
// be in bold.
var inline = map[string]bool{"a": true, "abbr": true, "acronym": true, "b": true, "bdi": true, "bdo": true, "big": true, "cite": true, "code": true, "del": true,
	"dfn": true, "em": true, "font": true, "i": true, "ins": true, "kbd": true, "label": true, "mark": true, "nobr": true, "q": true, "s": true, "samp": true,
	"small": true, "span": true, "strike": true, "strong": true, "sub": true, "sup": true, "tt": true, "u": true, "var": true, "wbr": true}

// shown are the attributes that people see, or that hide what they do not.
var shown = map[string]bool{"value": true, "alt": true, "title": true, "content": true, "placeholder": true, "label": true, "href": true, "action": true, "summary": true}

// html reads what a browser would show, and what it would not: comments, scripts and
// attributes. Its tokens are read without a tree, which could be deep.
func (r *reader) html(place desk.Place, data []byte, depth int) {
	r.markup(place, toUTF8(data), depth)
}

func (r *reader) markup(place desk.Place, text string, depth int) {
	f, beside := &flow{pieces: r.pieces(place)}, aside{r.pieces(place)}
	z := html.NewTokenizer(strings.NewReader(text))
	hidden := false
	for r.ctx.Err() == nil {
		switch z.Next() {
		case html.ErrorToken:
			f.flush()
			beside.flush()
			if err := z.Err(); !errors.Is(err, io.EOF) {
				r.unread(place, err)
			}
			return
		case html.CommentToken:
			beside.note("", string(z.Text()))
		case html.TextToken:
			if hidden {
				beside.note("", string(z.Text()))
				continue
			}
			f.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			hidden = tag == "script" || tag == "style"
			f.tag(tag)
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				switch {
				case string(key) == "src" || string(key) == "href" && len(value) > 5 && string(value[:5]) == "data:":
					r.inlined(place, string(value), depth)
				case shown[string(key)] && len(value) >= shortestAttr:
					beside.note(string(key), string(value))
				}
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			hidden = false
			f.tag(string(name))
		}
	}
}

// tag is what an element puts between two texts.
func (f *flow) tag(name string) {
	switch {
	case inline[name]:
	case name == "td" || name == "th":
		f.ends("\t")
	case name == "tr":
		f.ends("\n")
	case name == "br":
		f.paragraph()
	case f.gap != "\t":
		f.ends("\n")
	}
}

// text takes a text in which blanks and line ends are the same.
func (f *flow) text(s string) {
	fields := strings.FieldsFunc(s, htmlBlank)
	if len(fields) == 0 {
		if s != "" && f.gap == "" {
			f.gap = " "
		}
		return
	}
	if htmlBlank(rune(s[0])) && f.gap == "" {
		f.gap = " "
	}
	f.write(strings.Join(fields, " "))
	if htmlBlank(rune(s[len(s)-1])) {
		f.gap = " "
	}
}

// htmlBlank leaves out the blanks that do not break a line: they are shown.
func htmlBlank(c rune) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// inlined reads a file that stands in an address.
func (r *reader) inlined(place desk.Place, address string, depth int) {
	head, body, ok := strings.Cut(address, ",")
	if !ok || !strings.HasPrefix(head, "data:") || !strings.HasSuffix(head, ";base64") {
		return
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(body)))
	n, err := base64.StdEncoding.Decode(data, []byte(body))
	r.unread(place, err)
	r.member(place, "", data[:n], depth+1)
}
