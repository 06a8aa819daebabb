package desk_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
)

// devices are the names that Windows keeps for itself, with any ending.
var devices = []string{
	"con", "prn", "aux", "nul", "conin$", "conout$",
	"com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "com¹", "com²", "com³",
	"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹", "lpt²", "lpt³",
}

// unsafeName is what no file may be called, read by hand.
func unsafeName(name string) string {
	base, _, _ := strings.Cut(strings.ToLower(name), ".")
	base, _, _ = strings.Cut(base, ":")
	switch {
	case !utf8.ValidString(name):
		return "not UTF-8"
	case utf8.RuneCountInString(name) > desk.MaxFileName:
		return "too long"
	case strings.Trim(name, " .\t\u00a0") == "":
		return "blank or dots"
	case strings.ContainsAny(name, "/\\\x00"):
		return "a path"
	case slices.Contains(devices, strings.TrimRight(base, " ")):
		return "a device of Windows"
	}
	for _, r := range name {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) && !strings.ContainsRune("\u061c\u200e\u200f", r) {
			return "a sign that nobody sees"
		}
	}
	return ""
}

// FuzzName takes any name for a file. What is let through can be written down
// as it is on every system, and is let through again.
func FuzzName(f *testing.F) {
	c, err := catalogue.Default()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{
		"Facture n° 12 – été.pdf", "scan.PDF", "devis.tar.gz", "../../etc/passwd.pdf", `..\evil.pdf`, "..", ".", "", "   ", ".pdf",
		"a\x00.pdf", "a\n.pdf", "exe.\u202efdp.pdf", "\u2066a.pdf", "CON.pdf", "nul.pdf", "Lpt1 .pdf", "com¹.pdf", "CONIN$.pdf", "conseil.pdf",
		"aux:flux.pdf", "a\xff.pdf", strings.Repeat("é", 200) + ".pdf", strings.Repeat("a", 196) + ".pdf", "a.pdf ", "a.pdf.", "𝄞.png", "~$note.docx",
	} {
		f.Add(name, int64(20), "application/pdf")
	}
	f.Add("a.csv", int64(-1), "text/csv")
	f.Add("a.csv", int64(1<<62), "text/plain")
	f.Fuzz(func(t *testing.T, name string, size int64, media string) {
		rules := c.Types[0].Files
		file := desk.Candidate{Name: name, Size: size, Media: media}
		p, bad := rules.CheckCandidate(file)
		if again, bad2 := rules.CheckCandidate(file); bad2 != bad || again != p {
			t.Errorf("%+v, then %+v", p, again)
		}
		if bad {
			if p.Code == "" || p.Field != desk.KeyFiles {
				t.Errorf("refused without a reason: %+v", p)
			}
			return
		}
		if why := unsafeName(name); why != "" {
			t.Errorf("%q passes: %s", name, why)
		}
		if size <= 0 || size > rules.MaxBytes {
			t.Errorf("%d bytes pass", size)
		}
		if filepath.Base(name) != name || !filepath.IsLocal(name) {
			t.Errorf("%q is not the name of one file", name)
		}
		ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
		if !slices.ContainsFunc(rules.Types, func(ft desk.FileType) bool {
			return slices.Contains(ft.Extensions, ext) && (media == "" || slices.Contains(ft.Media, media))
		}) {
			t.Errorf("%q as %q passes", name, media)
		}
	})
}

// FuzzSend answers the fields of any category with anything. What the desk
// lets go the portal takes, since both have one rulebook; and it holds nothing
// that nobody was asked for, nothing invisible and nothing too long.
func FuzzSend(f *testing.F) {
	c, err := catalogue.Default()
	if err != nil {
		f.Fatal(err)
	}
	who := desk.Person{ID: "claire", Practices: []desk.Practice{{ID: "tilleuls", Roles: []desk.Role{desk.RoleAdmin}}}}
	f.Add(uint8(0), "invoice", "fa-2026-0388", " Maintenance comptée deux fois ", "La ligne figure deux fois.\r\nMerci.", "")
	f.Add(uint8(0), "document", "Devis 12/2026", "Objet", "Une description assez longue", "réf. 7")
	f.Add(uint8(1), "", "FA-2026-1", "Ob", "trop court", strings.Repeat("x", 41))
	f.Add(uint8(4), "31/12/2026", "CT-2024", "Fin\u202eexe", "Description avec\x00 un signe", "\xff")
	f.Add(uint8(16), "", "", "Objet", "Une description avec\x00 un signe", "")
	f.Add(uint8(16), "", "", "Objet\nen deux lignes", "Une description assez longue", "")
	f.Add(uint8(9), "printer", "ŉﬃ", "ßßß ǆ", "a\r\r\nb c d e f g h", "\u2028")
	f.Fuzz(func(t *testing.T, pick uint8, first, second, subject, description, reference string) {
		typ := c.Types[int(pick)/16%len(c.Types)]
		cat := typ.Categories[int(pick)%len(typ.Categories)]
		values := desk.Values{"neverAsked": first}
		for i, field := range cat.Fields {
			values[field.Key] = []string{first, second}[i%2]
		}
		values[desk.KeySubject], values[desk.KeyDescription], values[desk.KeyReference] = subject, description, reference
		d := desk.Draft{Content: desk.Content{CatalogueVersion: c.Version, Type: typ.Key, Practice: "tilleuls", Category: cat.Key, Values: values}}
		r, err := desk.Finalize(c, d, who, time.Date(2026, 3, 2, 14, 32, 0, 0, time.UTC))
		if err != nil {
			if v := desk.Look(c, d, who); len(v.Problems) == 0 {
				t.Errorf("refused for nothing: %v", err)
			}
			return
		}
		if ps := desk.Check(c, r, who); len(ps) > 0 {
			t.Errorf("the portal refuses what the desk lets go: %+v", ps)
		}
		for key, value := range r.Values {
			i := slices.IndexFunc(cat.Fields, func(f desk.Field) bool { return f.Key == key })
			if i < 0 {
				t.Errorf("%q was never asked", key)
				continue
			}
			field := cat.Fields[i]
			n := utf8.RuneCountInString(value)
			if !utf8.ValidString(value) || field.MaxLength > 0 && n > field.MaxLength || n < field.MinLength || field.Clean(value) != value {
				t.Errorf("%s goes with %d characters, or unclean", key, n)
			}
			if strings.ContainsFunc(value, func(r rune) bool {
				return unicode.IsControl(r) && (field.Kind != desk.KindText || r != '\n' && r != '\t')
			}) {
				t.Errorf("%s goes with a control character", key)
			}
		}
	})
}
