// Package markup makes the HTML that comes from outside harmless: what a help
// desk writes is foreign bytes. Clean is called when a message is brought back,
// before anything is stored; Text, Links and Blocks say the same message where no
// HTML is shown. The package is pure: it stores, sends, opens and logs nothing,
// and whether somebody may read a message is not its business.
//
// A message passes three gates. bluemonday takes out every element and attribute
// that has no place in a letter; what is left is parsed as a browser does, and
// read into blocks of our own that can hold nothing else; those are written in the
// one form that reads back as itself. So no trick of the first parser reaches a
// browser: no byte of the input is copied as markup.
package markup

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Whatever is larger is shown as its plain text.
const (
	MaxBytes = 256 << 10 // of a message, before and after
	maxNodes = 5_000     // elements and texts, before and after
	maxDepth = 100       // elements in each other, before
	maxRead  = 4 * MaxBytes
)

// Clean returns src as sanitised HTML in one form: Clean(Clean(x)) is Clean(x).
//
// It holds p, br, strong, em, u, s, code, ul, ol with start, li, blockquote, pre,
// h3, h4, hr, table, thead, tbody, tr, th and td with colspan and rowspan, and a
// with an absolute address in href; no other attribute, no comment. It is at most
// MaxBytes long, and empty where there is nothing to read.
func Clean(src string) string { return read(src).html }

// Links returns the addresses that src leads to, as Clean writes them, in order,
// each once.
func Links(src string) []string {
	links := []string{}
	seen := map[string]bool{}
	eachRun(read(src).blocks, func(r run) {
		if r.href != "" && !seen[r.href] {
			seen[r.href] = true
			links = append(links, r.href)
		}
	})
	return links
}

// message is one that was read: its blocks, and the HTML that they are.
type message struct {
	blocks []block
	html   string
}

func read(src string) message {
	whole := len(src) <= MaxBytes
	safe := letter.Sanitize(strings.ToValidUTF8(cut(src, maxRead), "\uFFFD"))
	if whole {
		if nodes, ok := parse(safe); ok {
			blocks := build(nodes)
			w := write(blocks)
			if w.b.Len() <= MaxBytes && w.nodes <= maxNodes {
				return message{blocks, w.b.String()}
			}
		}
	}
	blocks := plain(safe)
	return message{blocks, write(blocks).b.String()}
}

// parse reads a fragment as a browser does, if it is within the limits.
func parse(src string) ([]*html.Node, bool) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(src), body)
	if err != nil { // nested deeper than its parser goes
		return nil, false
	}
	left := maxNodes
	for _, n := range nodes {
		if !within(n, 1, &left) {
			return nil, false
		}
	}
	return nodes, true
}

func within(n *html.Node, depth int, left *int) bool {
	*left--
	if *left < 0 || depth > maxDepth {
		return false
	}
	for c := range n.ChildNodes() {
		if !within(c, depth+1, left) {
			return false
		}
	}
	return true
}

// cut returns the first n bytes of s, or somewhat fewer: no character is parted.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
