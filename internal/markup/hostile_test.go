package markup_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"guichet/internal/markup"
)

// hostile are the messages of testdata/hostile by name, and some that are too long
// to lie there. Each begins with « Bonjour Claire » and ends with « Cordialement »,
// unless what it leaves open swallows its end in a browser as well; what must not
// run or be asked for has "pwn" in it.
func hostile(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/hostile/*.html")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{
		"overlong":    "<p>Bonjour Claire</p><p>" + strings.Repeat("facture ", 40_000) + "</p><script>pwn()</script>",
		"all-entity":  "<p>Bonjour Claire</p><p>" + strings.Repeat("&", 200<<10),
		"all-bold":    "<p>Bonjour Claire</p>" + strings.Repeat("<b><p><i>", 29_000),
		"all-quotes":  "<p>Bonjour Claire</p>" + strings.Repeat("<blockquote>", 100_000) + "<img onerror=pwn()>",
		"all-formats": "<p>Bonjour Claire</p>" + strings.Repeat("<b x=1><i y=2><u><s><code><font color=1><p>", 6_000),
		"all-lists":   "<p>Bonjour Claire</p>" + strings.Repeat("<ul>", 90) + "<img onerror=pwn()>facture",
		"all-tables":  "<p>Bonjour Claire</p>" + strings.Repeat("<table><tr><td>a<td>", 12_000),
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".html")] = string(body)
	}
	if len(all) < 50 {
		t.Fatalf("%d hostile messages are there", len(all))
	}
	return all
}

// allowed are the elements of a clean message with their attributes.
var allowed = map[string][]string{
	"p": nil, "br": nil, "strong": nil, "em": nil, "u": nil, "s": nil, "code": nil, "ul": nil,
	"ol": {"start"}, "li": nil, "blockquote": nil, "pre": nil, "h3": nil, "h4": nil, "hr": nil,
	"table": nil, "thead": nil, "tbody": nil, "tr": nil,
	"th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}, "a": {"href"},
}

// onlyAllowed tells what in a clean message is not on the list: read as a part of
// a page and as a page, with scripts and without, and once more after it was
// written by another hand, since that is how what was harmless wakes up.
func onlyAllowed(clean string) error {
	for _, scripting := range []bool{true, false} {
		again := clean
		for round := range 2 {
			body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
			nodes, err := html.ParseFragmentWithOptions(strings.NewReader(again), body, html.ParseOptionEnableScripting(scripting))
			if err != nil {
				return fmt.Errorf("round %d: %w", round, err)
			}
			var b strings.Builder
			for _, n := range nodes {
				if err := check(n); err != nil {
					return fmt.Errorf("round %d: %w", round, err)
				}
				if err := html.Render(&b, n); err != nil {
					return err
				}
			}
			again = b.String()
		}
		page, err := html.ParseWithOptions(strings.NewReader("<!DOCTYPE html>"+clean), html.ParseOptionEnableScripting(scripting))
		if err != nil {
			return err
		}
		for n := range page.Descendants() {
			switch n.Data {
			case "html", "head", "body":
				if n.Type == html.ElementNode && len(n.Attr) == 0 {
					continue
				}
			}
			if n.Type != html.DoctypeNode {
				if err := checkOne(n); err != nil {
					return fmt.Errorf("as a page: %w", err)
				}
			}
		}
	}
	return nil
}

func check(n *html.Node) error {
	if err := checkOne(n); err != nil {
		return err
	}
	for d := range n.Descendants() {
		if err := checkOne(d); err != nil {
			return err
		}
	}
	return nil
}

func checkOne(n *html.Node) error {
	if n.Type == html.TextNode {
		return checkText(n.Data)
	}
	attrs, ok := allowed[n.Data]
	if n.Type != html.ElementNode || n.Namespace != "" || !ok {
		return fmt.Errorf("a node of type %d called %q:%q", n.Type, n.Namespace, n.Data)
	}
	for _, a := range n.Attr {
		switch {
		case a.Namespace != "" || !slices.Contains(attrs, a.Key):
			return fmt.Errorf("%s has %s", n.Data, a.Key)
		case a.Key == "href":
			if err := checkAddress(a.Val); err != nil {
				return err
			}
		case len(a.Val) > 4 || strings.Trim(a.Val, "0123456789") != "":
			return fmt.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
		}
	}
	return nil
}

func checkAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return err
	case strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r >= 0x7F || strings.ContainsRune(`\"<>`+"`'", r) }):
		return fmt.Errorf("address %q", address)
	case u.Scheme == "mailto" && strings.HasPrefix(address, "mailto:") && strings.Count(address, "@") == 1:
		return nil
	case (u.Scheme == "http" || u.Scheme == "https") && strings.HasPrefix(address, u.Scheme+"://"+u.Host) && u.User == nil && u.Hostname() != "":
		return nil
	}
	return fmt.Errorf("address %q", address)
}

func checkText(s string) error {
	for _, r := range s {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7F && r < 0xA0 || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069' {
			return fmt.Errorf("text with %U", r)
		}
	}
	return nil
}

// holds tells what a message breaks, whatever was put in.
func holds(src string) error {
	clean := markup.Clean(src)
	text := markup.Text(src)
	var errs []error
	if err := onlyAllowed(clean); err != nil {
		errs = append(errs, err)
	}
	if again := markup.Clean(clean); again != clean {
		errs = append(errs, fmt.Errorf("cleaned again it is\n%s\nand was\n%s", cut(again), cut(clean)))
	}
	if again := markup.Text(clean); again != text {
		errs = append(errs, fmt.Errorf("the text of what was cleaned is\n%s\nand was\n%s", cut(again), cut(text)))
	}
	if len(clean) > markup.MaxBytes || len(text) > markup.MaxBytes {
		errs = append(errs, fmt.Errorf("%d bytes of HTML, %d of text", len(clean), len(text)))
	}
	if err := checkText(text); err != nil {
		errs = append(errs, err)
	}
	for _, l := range markup.Links(src) {
		if err := checkAddress(l); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func cut(s string) string { return s[:min(len(s), 2_000)] }

func TestHostileMessagesAreHarmless(t *testing.T) {
	open := []string{"plaintext", "unclosed", "overlong", "all-"} // their end is not read
	for name, src := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			if err := holds(src); err != nil {
				t.Error(err)
			}
			text := markup.Text(src)
			if !strings.HasPrefix(text, "Bonjour Claire") {
				t.Errorf("the beginning is lost: %q", cut(text))
			}
			in := func(names []string) bool {
				return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(name, n) })
			}
			if !in(open) && !strings.Contains(text, "Cordialement, le support") {
				t.Errorf("the end is lost: %q", cut(text))
			}
			if strings.Contains(src, "facture") && !strings.Contains(strings.ReplaceAll(text, "\u00ad", ""), "facture") {
				t.Errorf("what is said is lost: %q", cut(text))
			}
		})
	}
}
