package markup

import (
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html/atom"
)

// Elements that part what stands in them from what stands around them.
var parting = set(
	atom.P, atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Nav,
	atom.Aside, atom.Address, atom.Center, atom.Dl, atom.Dd, atom.Dt, atom.Figure, atom.Figcaption,
	atom.Details, atom.Summary, atom.Fieldset, atom.Legend, atom.Caption, atom.Ul, atom.Ol, atom.Li,
	atom.Blockquote, atom.Pre, atom.Hr, atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr,
	atom.Th, atom.Td, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
)

// Elements that say how something is to be read.
var marking = map[atom.Atom]mark{
	atom.Strong: strong, atom.B: strong,
	atom.Em: em, atom.I: em, atom.Cite: em, atom.Dfn: em,
	atom.U: under, atom.Ins: under,
	atom.S: struck, atom.Del: struck, atom.Strike: struck,
	atom.Code: code, atom.Kbd: code, atom.Samp: code, atom.Tt: code, atom.Var: code,
}

// Elements of which only the text counts, in the midst of a word as well.
var seamless = set(
	atom.A, atom.Br, atom.Wbr, atom.Img, atom.Span, atom.Font, atom.Big, atom.Small, atom.Sub, atom.Sup,
	atom.Abbr, atom.Acronym, atom.Bdi, atom.Bdo, atom.Mark, atom.Q, atom.Time, atom.Label, atom.Nobr,
)

// Elements of which a browser shows nothing. They get as far as the tree, without
// attributes: bluemonday would skip them by counting their ends, and one end too
// many would take the rest of the letter with it.
var unseen = set(atom.Title, atom.Template, atom.Noscript, atom.Noembed, atom.Noframes, atom.Iframe)

// letter is what bluemonday lets through. Whatever else is taken out leaves its
// text and a space, unless its text is none to be read.
var letter = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	var names []string
	for a := range parting {
		names = append(names, a.String())
	}
	for a := range marking {
		names = append(names, a.String())
	}
	for a := range seamless {
		names = append(names, a.String())
	}
	for a := range unseen {
		names = append(names, a.String())
	}
	p.AllowElements(names...)
	p.AllowNoAttrs().OnElements(names...)
	p.AllowAttrs("href").Matching(absolute).OnElements("a")
	p.AllowAttrs("start").Matching(figure).OnElements("ol")
	p.AllowAttrs("colspan", "rowspan").Matching(figure).OnElements("td", "th")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(length).OnElements("img")
	// Nothing ends a frame, and an object may be left open.
	p.AllowElementsContent("frame", "frameset", "object", "nostyle")
	p.AddSpaceWhenStrippingTag(true)
	return p
}()

var (
	absolute = regexp.MustCompile(`^[\x00-\x20]*(?i:https?://|mailto:)`)
	figure   = regexp.MustCompile(`^\d{1,4}$`)
	length   = regexp.MustCompile(`^\s*\d{1,5}(?:px)?\s*$`)
)

func set(atoms ...atom.Atom) map[atom.Atom]bool {
	m := make(map[atom.Atom]bool, len(atoms))
	for _, a := range atoms {
		m[a] = true
	}
	return m
}

// seen returns a text without what a person cannot see and what would turn what
// they see round: control characters but tabs and ends of lines, marks that
// override the direction of a text, and tags that stand for no sign.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r == '\r' || r == '\f' || r == '\v' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r < ' ' || r >= 0x7F && r < 0xA0, // C0, DEL, C1
			r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', // directions
			r == '\uFEFF', r >= '\uFFF9' && r <= '\uFFFB', r >= 0xE0000 && r <= 0xE007F:
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}
