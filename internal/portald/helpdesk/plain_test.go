package helpdesk_test

import (
	"testing"

	"guichet/internal/portald/helpdesk"
)

func TestPlain(t *testing.T) {
	for name, c := range map[string][2]string{
		"OKText":      {"Bonjour", "Bonjour"},
		"OKParagraph": {"<p>Un\n deux</p>\n<p>trois<br>quatre</p>", "Un deux\n\ntrois\nquatre"},
		"OKEntities":  {"<p>5&nbsp;€ &lt; 6&nbsp;€&nbsp;!</p>", "5\u00a0€ < 6\u00a0€\u00a0!"},
		"OKLists":     {"<ul><li>a</li><li>b</li></ul>c", "a\n\nb\n\nc"},
		"OKHidden":    {"<head><title>t</title><style>p{}</style></head><p>Oui<script>alert(1)</script></p>", "Oui"},
		"OKUnclosed":  {"<head><p>Oui<div>non", "Oui\nnon"},
		"OKEmpty":     {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := helpdesk.Plain(c[0]); got != c[1] {
				t.Fatalf("%q, want %q", got, c[1])
			}
		})
	}
}
