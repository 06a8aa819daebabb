package mail

import (
	"bytes"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"guichet/internal/portald/helpdesk"
)

// TestLines has names as long as they may be, in letters that take the most room: no line
// is longer than mail servers take (RFC 5322: 998 bytes). Exim sends back what is longer,
// and Postfix breaks it in the middle of a word.
func TestLines(t *testing.T) {
	for _, letter := range []string{"é", "a", "é ", "🦷", "'", "\"", "%"} {
		name := strings.Repeat(letter, 196/len([]rune(letter))) + ".pdf"
		files := []helpdesk.File{file(name, "application/pdf", []byte("%PDF-1.7"))}
		c := &Connector{cfg: helpdesk.Mail{From: "portail@cabinets.example", To: "support@editeur.example"}, domain: "cabinets.example"}
		l := longest(name, files)
		var out bytes.Buffer
		if err := c.compose(l, [][]helpdesk.File{files}, 1, 1<<20).write(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(out.String(), "\r\n") {
			if len(line) > 998 {
				t.Errorf("%q: a line of %d bytes: %.60s", letter, len(line), line)
			}
		}
		m, err := mail.ReadMessage(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		parts := multipart.NewReader(m.Body, params["boundary"])
		for range 2 {
			p, err := parts.NextRawPart()
			if err != nil {
				t.Fatal(err)
			}
			if disposition := p.Header.Get("Content-Disposition"); disposition != "" && p.FileName() != name {
				t.Errorf("%q: others read %q", letter, p.FileName())
			}
		}
		a, err := parse(&exact{r: bytes.NewReader(out.Bytes()), left: int64(out.Len()), total: int64(out.Len())})
		if err != nil || len(a.files) != 1 || a.files[0].Name != strings.Trim(name, " ") {
			t.Errorf("%q: the portal reads %+v, %v", letter, a.files, err)
		}
	}
}

func longest(name string, files []helpdesk.File) letter {
	return letter{id: root("0198c1de-7a00-7000-8000-000000000001"), request: "0198c1de-7a00-7000-8000-000000000001", number: "AS-2026-000001", subject: name, author: name, practice: name, files: files, text: name}
}
