package helpdesk

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	spaces = regexp.MustCompile(`[ \t\r\n]+`)
	edges  = regexp.MustCompile(` *\n *`)
	gaps   = regexp.MustCompile(`\n{3,}`)
)

// Plain is what a person reads of HTML, for where only text is shown. It keeps
// paragraphs and lines, and makes nothing safe: what it returns is text.
func Plain(source string) string {
	var text strings.Builder
	hidden := atom.Atom(0) // the element whose text nobody reads
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return strings.TrimSpace(gaps.ReplaceAllString(edges.ReplaceAllString(text.String(), "\n"), "\n\n"))
		case html.TextToken:
			if hidden == 0 {
				text.WriteString(spaces.ReplaceAllString(string(z.Text()), " "))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			text.WriteString(breaks[tag])
			switch {
			case tag != atom.Script && tag != atom.Style && tag != atom.Title:
			case kind == html.StartTagToken && hidden == 0:
				hidden = tag
			case tag == hidden:
				hidden = 0
			}
		}
	}
}

// breaks are what stands in a text where an element begins or ends.
var breaks = map[atom.Atom]string{
	atom.Br: "\n", atom.Hr: "\n", atom.Div: "\n", atom.Li: "\n", atom.Tr: "\n", atom.Td: " ", atom.Th: " ",
	atom.P: "\n\n", atom.Blockquote: "\n\n", atom.Ul: "\n\n", atom.Ol: "\n\n", atom.Table: "\n\n", atom.Pre: "\n\n",
	atom.H1: "\n\n", atom.H2: "\n\n", atom.H3: "\n\n", atom.H4: "\n\n",
}
