package mail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// parsed reads a message as it comes from a mailbox.
func parsed(t testing.TB, raw string) *answer {
	t.Helper()
	a, err := parse(whole(strings.NewReader(raw), int64(len(raw))))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func whole(r io.Reader, n int64) *exact { return &exact{r: r, left: n, total: n} }

func extracted(t testing.TB, raw string, part int) string {
	t.Helper()
	var out bytes.Buffer
	if err := extract(whole(strings.NewReader(raw), int64(len(raw))), part, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestParse(t *testing.T) {
	mixed := func(parts ...string) string {
		return "Content-Type: multipart/mixed; boundary=\"b d\"\n\npréambule\n--b d\n" + strings.Join(parts, "\n--b d\n") + "\n--b d--\nsuite\n"
	}
	for name, c := range map[string]struct {
		raw   string
		text  string
		html  string
		files string // name media size, each
		odd   bool
	}{
		"OKPlain":         {raw: "Subject: x\n\nbonjour\n", text: "bonjour\n"},
		"OKNoBody":        {raw: "Subject: x\n"},
		"OKEmpty":         {raw: ""},
		"OKCRLF":          {raw: "Subject: x\r\n\r\nun\r\ndeux", text: "un\ndeux"},
		"OKLatin1":        {raw: "Content-Type: text/plain; charset=ISO-8859-1\n\n\xe9t\xe9", text: "été"},
		"OKLatin9":        {raw: "Content-Type: text/plain; charset=\"iso-8859-15\"\n\n\xa4", text: "€"},
		"OKWindows":       {raw: "Content-Type: text/plain; charset=windows-1252\n\n\x80 \x93oui\x94", text: "€ “oui”"},
		"OKNoCharset":     {raw: "Subject: x\n\n\xe9t\xe9 \x80", text: "été €"},
		"OKUTF16":         {raw: "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n6QB0AA==", text: "ét"},
		"OKQuoted":        {raw: "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable\n\n=C3=A9t=\n=C3=A9 =3D", text: "été ="},
		"OKBase64":        {raw: "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: BASE64\n\nw6l0\n w6k=\n", text: "été"},
		"OKHTMLOnly":      {raw: "Content-Type: text/html; charset=utf-8\n\n<title>t</title><p>un &lt;b&gt; &amp;eacute;</p><p>deux<br>trois<script>x()</script>", html: "<title>t</title><p>un &lt;b&gt; &amp;eacute;</p><p>deux<br>trois<script>x()</script>", text: "un <b> &eacute;\n\ndeux\ntrois"},
		"OKAlternative":   {raw: "Content-Type: multipart/alternative; boundary=x\n\n--x\n\nun\n--x\nContent-Type: text/html\n\n<i>un</i>\n--x--", text: "un", html: "<i>un</i>"},
		"OKMixedHTML":     {raw: mixed("\nplain", "Content-Type: text/html\n\n<p>html</p>"), text: "plain\n\nhtml", html: "<p>html</p>"},
		"OKAppleMail":     {raw: mixed("\nun", "Content-Type: image/png\nContent-Disposition: inline; filename=a.png\n\npng", "\ndeux"), text: "un\n\ndeux", files: "a.png image/png 3"},
		"OKInlineImage":   {raw: "Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<img src=cid:1>\n--x\nContent-Type: image/png\nContent-ID: <1>\n\npng\n--x--", html: "<img src=cid:1>", files: "fichier-2.png image/png 3"},
		"OKForwarded":     {raw: mixed("\nvoir", "Content-Type: message/rfc822\n\nSubject: y\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nz\n--q--"), text: "voir", files: "fichier-2.eml message/rfc822 66"},
		"OKTextFile":      {raw: mixed("\nvoir", "Content-Type: text/plain; name=\"a.txt\"\n\nfichier"), text: "voir", files: "a.txt text/plain 7"},
		"OKEmptyFile":     {raw: mixed("\nvoir", "Content-Disposition: attachment; filename=vide.pdf\nContent-Type: application/pdf\n\n"), text: "voir", files: "vide.pdf application/pdf 0"},
		"OKName2231":      {raw: mixed("Content-Disposition: attachment; filename*=utf-8'fr'%C3%A9t%C3%A9.pdf; filename=x\n\n"), files: "été.pdf text/plain 0"},
		"OKName2231Parts": {raw: mixed("Content-Disposition: attachment; filename*1=\"t b.pdf\";\n filename*0*=iso-8859-1''%E9\n\n"), files: "ét b.pdf text/plain 0"},
		"OKName2047":      {raw: mixed("Content-Type: application/pdf; name=\"=?windows-1252?Q?=80.pdf?=\"\n\n"), files: "€.pdf application/pdf 0"},
		"OKNameRaw":       {raw: mixed("Content-Disposition: attachment; filename=deux mots \xe9.pdf\n\n"), files: "deux mots é.pdf text/plain 0"},
		"OKNameQuotes":    {raw: mixed(`Content-Disposition: attachment; filename="a \"b\"; c.pdf"` + "\n\n"), files: `a "b"; c.pdf text/plain 0`},
		"OKNamePath":      {raw: mixed("Content-Disposition: attachment; filename=\"C:\\\\Users\\\\x\\\\..\\\\a.pdf\"\n\n"), files: "a.pdf text/plain 0"},
		"OKNameNothing":   {raw: mixed("Content-Disposition: attachment; filename=\"../..\"\nContent-Type: application/pdf\n\n"), files: "fichier-1.pdf application/pdf 0"},
		"OKNameControl":   {raw: mixed("Content-Disposition: attachment; filename*=utf-8''a%0D%0Ab%00.pdf\n\n"), files: "a__b_.pdf text/plain 0"},
		"ErrCharset":      {raw: "Content-Type: text/plain; charset=klingon\n\n\xe9t", text: "ét", files: "WHOLE", odd: true},
		"ErrBase64":       {raw: mixed("Content-Transfer-Encoding: base64\n\nYWJj=ZGVm", "\nsuite"), text: "abc\n\nsuite", files: "WHOLE", odd: true},
		"ErrNoEnd":        {raw: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nun", text: "un", files: "WHOLE", odd: true},
		"ErrBoundary":     {raw: "Content-Type: multipart/mixed; boundary=y\n\n--x\n\nun\n--x--", files: "WHOLE", odd: true},
		"ErrNoBoundary":   {raw: "Content-Type: multipart/mixed\n\n--x\n\nun", files: "WHOLE", odd: true},
		"ErrPartHeader":   {raw: mixed("\nun", "sans deux points\n\ndeux"), text: "un", files: "WHOLE", odd: true},
		"OKBadHeader":     {raw: "sans deux points\nContent-Type : text/plain\nSubject:\n\nun", text: "un"},
	} {
		t.Run(name, func(t *testing.T) {
			a := parsed(t, c.raw)
			c.files = strings.ReplaceAll(c.files, "WHOLE", fmt.Sprintf("message.eml message/rfc822 %d", len(c.raw)))
			var files []string
			for _, f := range a.files {
				files = append(files, fmt.Sprint(f.Name, " ", f.Media, " ", f.Size))
				var part int
				if _, err := fmt.Sscan(f.ID, &part); err != nil {
					t.Fatal(err)
				}
				if got := extracted(t, c.raw, part); int64(len(got)) != f.Size {
					t.Errorf("%s: %d bytes are read of %d", f.Name, len(got), f.Size)
				}
			}
			if got := strings.Join(files, ", "); a.text != c.text || a.html != c.html || got != c.files || a.odd != c.odd {
				t.Fatalf("text %q\nhtml %q\nfiles %q\nodd %v", a.text, a.html, got, a.odd)
			}
		})
	}
}

func TestUnquoted(t *testing.T) {
	for name, c := range map[string][2]string{
		"OKFrench":          {"Oui.\n\nLe lun. 2 mars 2026 à 09:41, Guichet <p@x> a écrit :\n\n> Bonjour\n>> x\n>\n", "Oui."},
		"OKThin":            {"Oui.\n\nLe 2 mars 2026, Guichet a écrit\u202f:\n> Bonjour", "Oui."},
		"OKEnglish":         {"Yes.\nOn Mon, Mar 2, 2026 at 9:41 AM Guichet <p@x>\nwrote:\n> hello", "Yes."},
		"ErrBelow":          {"Le 2 mars, Guichet a écrit :\n> Bonjour\n\nOui.", ""},
		"ErrWithin":         {"Le 2 mars, Guichet a écrit :\n> un\noui\n> deux", ""},
		"ErrNoAttribution":  {"Le journal dit :\n> erreur 5", ""},
		"ErrNothingAbove":   {"Le 2 mars, Guichet a écrit :\n> Bonjour", ""},
		"ErrOutlook":        {"Oui.\n\nDe : Guichet\nEnvoyé : lundi\nObjet : x\n\nBonjour", ""},
		"ErrSaidByPerson":   {"Comme il a écrit :\n> cela", ""},
		"ErrFarAttribution": {"Le 2 mars, Guichet a écrit :\n\nun\n\n> deux", ""},
		"OKEmpty":           {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := c[1]
			if want == "" {
				want = c[0]
			}
			if got := unquoted(c[0]); got != want {
				t.Fatalf("%q", got)
			}
		})
	}
}

// TestHostile has messages that are made to break what reads them: each is read in
// bounded memory, and nothing of it is lost, since the whole is a file.
func TestHostile(t *testing.T) {
	nested := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		return b.String() + "\nfond"
	}
	for name, c := range map[string]struct {
		raw string
		odd bool
	}{
		"OKDeep":         {nested(10) + "\n--b9--\n--b8--\n--b7--\n--b6--\n--b5--\n--b4--\n--b3--\n--b2--\n--b1--\n--b0--", false},
		"ErrTooDeep":     {nested(10_000), true},
		"ErrManyParts":   {"Content-Type: multipart/mixed; boundary=x\n\n" + strings.Repeat("--x\nContent-Disposition: attachment\n\n\n", 100_000) + "--x--", true},
		"OKLongHeader":   {"X: " + strings.Repeat("x", 5<<20) + "\n\ntexte", false},
		"OKManyHeaders":  {strings.Repeat("X: y\n", 1<<20) + "\ntexte", false},
		"OKManyParams":   {"Content-Type: text/plain" + strings.Repeat("; a=b", 40_000) + "\n\ntexte", false},
		"ErrLongText":    {"\n" + strings.Repeat("texte\n", 1<<20), true},
		"ErrManyTexts":   {"Content-Type: multipart/mixed; boundary=x\n\n" + strings.Repeat("--x\n\n"+strings.Repeat("y", 100_000)+"\n", 100) + "--x--", true},
		"ErrLongBound":   {"Content-Type: multipart/mixed; boundary=" + strings.Repeat("x", 100_000) + "\n\n--x", true},
		"OKLongWord":     {"Subject: " + strings.Repeat("=?utf-8?q?=C3=A9?= ", 10_000) + "\n\ntexte", false},
		"OKManyBrackets": {"Content-Type: text/html\n\n" + strings.Repeat("<div>", 100_000) + "texte", false},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			a := parsed(t, c.raw)
			runtime.ReadMemStats(&after)
			if a.odd != c.odd {
				t.Errorf("odd %v", a.odd)
			}
			if a.odd && extracted(t, c.raw, wholeFile) != c.raw {
				t.Error("the whole is not whole")
			}
			if len(a.text) > 3*maxText || len(a.files) > maxParts+1 {
				t.Errorf("%d bytes of text, %d files", len(a.text), len(a.files))
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
				t.Errorf("%d MB were used", used>>20)
			}
		})
	}
}

// TestLargeFile has a file of 100 MB go by without being held.
func TestLargeFile(t *testing.T) {
	const size = 100 << 20
	head := "Content-Type: application/zip; name=grand.zip\n\n"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a, err := parse(whole(io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, size)), int64(len(head))+size))
	runtime.ReadMemStats(&after)
	if err != nil || len(a.files) != 1 || a.files[0].Size != size {
		t.Fatalf("%+v %v", a, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 10<<20 {
		t.Errorf("%d MB were used", used>>20)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestCutMessage has no message that was cut pass for a whole one.
func TestCutMessage(t *testing.T) {
	raw := "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nun\n--x\nContent-Disposition: attachment; filename=a\nContent-Transfer-Encoding: base64\n\nYWJjZGVmZ2hp\n--x--\n"
	for n := range len(raw) {
		if a, err := parse(whole(strings.NewReader(raw[:n]), int64(len(raw)))); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut after %d: %+v %v", n, a, err)
		}
		if err := extract(whole(strings.NewReader(raw[:n]), int64(len(raw))), 2, io.Discard); err == nil && n < strings.Index(raw, "ZmdoaQ")+8 {
			t.Fatalf("a file that was cut after %d has no error", n)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n=E9\n--x\nContent-Type: text/html\n\n<p>a</p>\n--x--"))
	f.Add([]byte("Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nAction: failed\n--x\nContent-Type: message/rfc822\n\nMessage-ID: <guichet.0190f5fe-0000-7000-8000-000000000000@x>\n--x--"))
	f.Add([]byte("Subject: =?windows-1252?q?=80?=\nContent-Disposition: attachment; filename*0*=utf-8''%C3; filename*1*=%A9\nContent-Transfer-Encoding: base64\n\nYWJj"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := parse(whole(bytes.NewReader(raw), int64(len(raw))))
		if err != nil {
			t.Fatal(err)
		}
		_, _, _ = automatic(a.head), own(a.head), numbers(a.head.get("Subject"))
		_, _ = sentBy(a.head)
		_ = eventID(a.head, a.sum)
		for _, file := range a.files {
			var part int
			if _, err := fmt.Sscan(file.ID, &part); err != nil {
				t.Fatal(err)
			}
			if got := extracted(t, string(raw), part); int64(len(got)) != file.Size || strings.ContainsAny(file.Name, "/\\\n\x00") || file.Name == "" {
				t.Fatalf("%q: %d bytes of %d", file.Name, len(got), file.Size)
			}
		}
		if s := unquoted(a.text); len(s) > len(a.text) || strings.ToValidUTF8(a.text+a.html, "") != a.text+a.html {
			t.Fatalf("%q", a.text)
		}
	})
}
