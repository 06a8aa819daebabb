package markup_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"guichet/internal/markup"
)

// cleaned are messages as help desks write them, and what is made of them.
var cleaned = []struct{ name, src, want string }{
	{"Nothing", " <div>\u00a0<br></div> ", ""},
	{"PlainText", "Bonjour\n Claire", "<p>Bonjour Claire</p>"},
	{"Entities", `l&#39;été &amp; "l'hiver" &lt;3`, `<p>l'été &amp; &#34;l'hiver&#34; &lt;3</p>`},
	{"LinesOfAMailProgram", "<div>Bonjour,</div><div><br></div><div>Merci<br>Paul</div>", "<p>Bonjour,</p><p>Merci<br>Paul</p>"},
	{"BlankLinePartsParagraphs", "un<br><br>deux<br>\u00a0<br>trois<br>", "<p>un</p><p>deux</p><p>trois</p>"},
	{"Headings", "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h6>e</h6>", "<h3>a</h3><h3>b</h3><h3>c</h3><h4>d</h4><h4>e</h4>"},
	{"Marks", "<b>a</b><i>b</i><u>c</u><del>d</del><tt>e</tt><b><i><b>f</b></i></b>",
		"<p><strong>a</strong><em>b</em><u>c</u><s>d</s><code>e</code><strong><em>f</em></strong></p>"},
	{"WordsStayWhole", `<span style="x">ac</span><font>cor</font>d m<sup>2</sup><x-y>fin`, "<p>accord m2 fin</p>"},
	{"Lists", `<ol start="3"><li>a<li>b<ul><li>c</ul></ol><ul>d<ul><li>e</ul></ul>`,
		`<ol start="3"><li>a</li><li>b<ul><li>c</li></ul></li></ol><ul><li>d<ul><li>e</li></ul></li></ul>`},
	{"ItemsWithoutList", "<li>a</li><li>b</li><p>c", "<ul><li>a</li><li>b</li></ul><p>c</p>"},
	{"ParagraphsInAnItem", "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>", "<ul><li><p>a</p><p>b</p></li><li>c</li></ul>"},
	{"Quotation", "<blockquote>a<blockquote><p>b</blockquote></blockquote><hr>", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><hr>"},
	{"Code", "<pre>\n\n  a\tb\r\n<b>c</b>  \n</pre>", "<pre>  a\tb\nc</pre>"},
	{"Table", `<table border=1><caption>t</caption><thead><tr><th>a<th>b<tbody><tr><td colspan=2 style=x>c<tr><td rowspan="1">d<td></table>`,
		`<p>t</p><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td colspan="2">c</td></tr><tr><td>d</td><td></td></tr></tbody></table>`},
	{"TableThatPutsThingsInTheirPlaces", "<table><tr><td><table><tr><td>a<td>b</table></td><td>c</td></tr></table><table><tr><td>d</table>",
		"<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table><p>c</p><p>d</p>"},
	{"Link", `<a href=" HTTPS://Aide.Example:8443/a b?x='1'&y=é#z ">ici</a>`,
		`<p><a href="https://aide.example:8443/a%20b?x=%271%27&amp;y=%C3%A9#z">ici</a></p>`},
	{"LinkAroundBlocks", `<a href="https://aide.example"><div>a</div><div>b</div></a>`,
		`<p><a href="https://aide.example">a</a></p><p><a href="https://aide.example">b</a></p>`},
	{"LinkWithNothingToPress", `a<a href="https://aide.example"> <img src=x></a>b`, "<p>a b</p>"},
	{"LinkInAnotherAlphabet", `<a href="https://santé.example/">a</a>`, `<p><a href="https://xn--sant-epa.example/">a</a></p>`},
	{"MailAddress", `<a href="MAILTO:aide@Aide.Example?cc=x@y.example&Subject=a%20%26%20b">a</a>`,
		`<p><a href="mailto:aide@aide.example?subject=a%20%26%20b">a</a></p>`},
	{"Pictures", `<img src=x alt=" une
 photo "><img src=x><img alt=p height="1px">`, "<p>[une photo]</p>"},
	{"Title", "<html><head><title>x</title></title><title>y</title></head><body>a</body></html>", "<p>a</p>"},
}

func TestClean(t *testing.T) {
	for _, c := range cleaned {
		t.Run(c.name, func(t *testing.T) {
			if got := markup.Clean(c.src); got != c.want {
				t.Errorf("got\n%s\nnot\n%s", got, c.want)
			}
			if err := holds(c.src); err != nil {
				t.Error(err)
			}
		})
	}
}

const letter = `<h2>Votre facture</h2><p>Bonjour,<br>voyez <a href="https://aide.example/f">la facture</a> ou
<a href="https://aide.example/">aide.example</a>, <a href="mailto:aide@aide.example">écrivez</a>.</p>
<ol start=2><li>ouvrir<li><p>lire</p><p>relire</p><ul><li>deux<br>fois</ul></ol>
<table><tr><th>n°</th><th>montant</th></tr><tr><td>FA-2026-0001</td><td><p>12 €</p><p>payé</p></td></tr></table>
<pre>a
  b</pre><hr><blockquote>Avant<ul><li>un</ul></blockquote>`

func TestTextReadsAsALetter(t *testing.T) {
	want := `Votre facture

Bonjour,
voyez la facture (https://aide.example/f) ou aide.example, écrivez (aide@aide.example).

2. ouvrir
3. lire
  relire
  – deux
    fois

n°	montant
FA-2026-0001	12 € payé

a
  b

> Avant

> – un`
	if got := markup.Text(letter); got != want {
		t.Errorf("got\n%s\nnot\n%s", got, want)
	}
}

func TestBlocksKeepWhatTheyAre(t *testing.T) {
	want := []markup.Block{
		{Kind: markup.Heading, Cells: []string{"Votre facture"}},
		{Kind: markup.Paragraph, Cells: []string{"Bonjour,\nvoyez la facture (https://aide.example/f) ou aide.example, écrivez (aide@aide.example)."}},
		{Kind: markup.Item, Cells: []string{"ouvrir"}, Mark: "2.", Level: 1},
		{Kind: markup.Item, Cells: []string{"lire"}, Mark: "3.", Level: 1},
		{Kind: markup.Item, Cells: []string{"relire"}, Level: 1},
		{Kind: markup.Item, Cells: []string{"deux\nfois"}, Mark: "–", Level: 2},
		{Kind: markup.Row, Cells: []string{"n°", "montant"}},
		{Kind: markup.Row, Cells: []string{"FA-2026-0001", "12 €\npayé"}},
		{Kind: markup.Code, Cells: []string{"a\n  b"}},
		{Kind: markup.Quote, Cells: []string{"Avant"}, Quotes: 1},
		{Kind: markup.Item, Cells: []string{"un"}, Mark: "–", Level: 1, Quotes: 1},
	}
	got := markup.Blocks(letter)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("block %d of %d, wanted %d:\n%+v", i, len(got), len(want), got)
		}
	}
	if none := markup.Blocks(" "); none == nil || len(none) != 0 {
		t.Errorf("nothing is %+v", none)
	}
}

func TestLinksAreThoseOfTheCleanMessage(t *testing.T) {
	want := []string{"https://aide.example/f", "https://aide.example/", "mailto:aide@aide.example"}
	if got := markup.Links(letter + letter + `<a href="javascript:x">x</a>`); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestLinksLeadWhereTheySay(t *testing.T) {
	for _, c := range []struct{ name, href, want string }{
		{"Web", "https://aide.example", "https://aide.example"},
		{"Port", "http://aide.example:8080/?a#b#c", "http://aide.example:8080/?a#b#c"},
		{"IPv4", "http://192.0.2.7/", "http://192.0.2.7/"},
		{"Percent", "https://aide.example/%C3%A9%zz%", "https://aide.example/%C3%A9%25zz%25"},
		{"FinalDot", "https://aide.example./", "https://aide.example/"},
		{"NameBeforeTheHost", "https://banque.example:x@mal.example/", "https://mal.example/"},
		{"TwoNamesBeforeTheHost", "https://a@banque.example@mal.example/", "https://mal.example/"},
		{"Backslash", `https://mal.example\@banque.example/`, ""},
		{"BackslashInThePath", `https://aide.example/\x`, "https://aide.example/%5Cx"},
		{"NumberForAHost", "http://2130706433/", ""},
		{"HexadecimalHost", "http://0x7f.1/", ""},
		{"OctalHost", "http://0177.0.0.1/", ""},
		{"EncodedHost", "http://%6dal.example/", ""},
		{"IPv6", "http://[::1]/", ""},
		{"NoHost", "https:///mal.example/", ""},
		{"NoSlashes", "https:mal.example", ""},
		{"PortZero", "https://mal.example:0/", ""},
		{"PortWithoutNumber", "https://mal.example:/", ""},
		{"PortTooLarge", "https://mal.example:65536/", ""},
		{"InvalidPunycode", "https://xn--0.example/", ""},
		{"TooLong", "https://mal.example/" + strings.Repeat("x", 2_048), ""},
		{"TooLongOnceEscaped", "https://mal.example/" + strings.Repeat("é", 512), ""},
		{"SchemeInTwo", "java\tscript:x", ""},
		{"AddressInTwo", "https://ai\tde.\nexample/", "https://aide.example/"},
		{"Mail", "mailto:a.b+c@aide.example", "mailto:a.b+c@aide.example"},
		{"MailToTwo", "mailto:a@aide.example,b@mal.example", ""},
		{"MailToEncoded", "mailto:%61@aide.example", ""},
		{"MailToNobody", "mailto:?to=a@aide.example", ""},
		{"SubjectOnOneLine", "mailto:a@aide.example?subject=a%0D%0Abcc:b@mal.example", "mailto:a@aide.example?subject=a%20bcc%3Ab%40mal.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := `<a href="` + html.EscapeString(c.href) + `">x</a>`
			if got := strings.Join(markup.Links(src), " "); got != c.want {
				t.Errorf("%s leads to %q, not %q", c.href, got, c.want)
			}
			if err := holds(src); err != nil {
				t.Error(err)
			}
			if text := markup.Text(src); !strings.HasPrefix(text, "x") {
				t.Errorf("its text is %q", text)
			}
		})
	}
}

// What is beyond a bound is still read, as its text.
func TestBoundsLeaveTheText(t *testing.T) {
	for _, c := range []struct{ name, src string }{
		{"TooManyNodes", "<p>un <b>mot</b></p>" + strings.Repeat("<span></span>", 5_000)},
		{"GrowsBeyondItsNodes", strings.Repeat("<b>un mot</b><hr>", 1_500)},
		{"TooDeep", strings.Repeat("<blockquote>", 101) + "<p>un <b>mot</b></p>"},
		{"TooLong", strings.Repeat("<p>un <b>mot</b></p>", 14_000)},
		{"GrowsBeyond", "<p>un <b>mot</b></p>" + strings.Repeat("&", markup.MaxBytes/2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := markup.Clean(c.src)
			if !strings.HasPrefix(got, "<pre>un mot") || len(got) > markup.MaxBytes {
				t.Errorf("%d bytes: %s", len(got), cut(got))
			}
			if err := holds(c.src); err != nil {
				t.Error(err)
			}
		})
	}
	whole := strings.Repeat("<p>un <b>mot</b></p>", 1_200) // 4,800 nodes
	if got := markup.Clean(whole); strings.Count(got, "<p>un <strong>mot</strong></p>") != 1_200 {
		t.Errorf("within the bounds it is %s", cut(got))
	}
	if text := markup.Text(strings.Repeat("mot ", 100_000)); !strings.HasSuffix(text, " […]") {
		t.Errorf("what was cut does not say so: %q", text[len(text)-20:])
	}
}

// BenchmarkClean says how many times as long as plain parsing a message takes.
func BenchmarkClean(b *testing.B) {
	src := strings.Repeat(letter, 40) // 20 KB
	var clean, plain time.Duration
	for b.Loop() {
		began := time.Now()
		markup.Clean(src)
		between := time.Now()
		if _, err := html.Parse(strings.NewReader(src)); err != nil {
			b.Fatal(err)
		}
		clean += between.Sub(began)
		plain += time.Since(between)
	}
	b.ReportMetric(float64(clean)/float64(plain), "x-parse")
	b.ReportMetric(float64(clean.Microseconds())/float64(b.N), "µs/clean")
	b.ReportMetric(0, "ns/op")
}
