package app

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/reader/pdf/pdftest"
	"guichet/internal/reader/picture/picturetest"
)

// nirOf is a number of the social security of nobody, with its key.
func nirOf(order int) string {
	body := fmt.Sprintf("18505780060%02d", order)
	n, _ := strconv.Atoi(body)
	return fmt.Sprintf("%s%02d", body, 97-n%97)
}

// note is a text file in a folder of its own.
func note(tb testing.TB, name, text string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	put(tb, path, []byte(text))
	return path
}

func (o *office) ledger(tb testing.TB) (out []desk.Statement) {
	tb.Helper()
	err := o.app.store.EachStatement(tb.Context(), o.app.me().ID, func(s desk.Statement, _ string) error { out = append(out, s); return nil })
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// confirm answers for files and tells what was refused.
func (o *office) confirm(tb testing.TB, draft string, tokens []string, answers ...Answered) (stored int, codes []string) {
	tb.Helper()
	out := must(o.files.Confirm(draft, tokens, wording, answers))(tb)
	for _, c := range out.Refused {
		codes = append(codes, c.Problem.Code)
	}
	return len(out.Files), codes
}

// A big file goes through this process to the child and is nowhere in it as a whole.
func TestScreenBig(t *testing.T) {
	o, _ := desktop(t)
	id, _ := o.write(t, content())
	const size = 9 << 20
	path := note(t, "journal.txt", strings.Repeat("Le serveur a redémarré.\n", size/25))
	token := o.looked(t, id, path)[0]
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := must(o.guard.Screen(token))(t)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; len(s.Findings) > 0 || len(s.Unread) > 0 || s.Problem != nil || got > size/4 {
		t.Errorf("%d bytes allocated, %+v", got, s)
	}
	if n, codes := o.confirm(t, id, []string{token}); n != 1 {
		t.Errorf("refused: %v", codes)
	}
}

// The guard looks at a file before a byte of it is stored, and what it saw and what was
// answered is kept with the statement.
func TestScreen(t *testing.T) {
	o, _ := desktop(t)
	id, _ := o.write(t, content())
	number := nirOf(36)
	path := note(t, "export.txt", "Bonjour\nN° de sécurité sociale : "+number)
	token := o.looked(t, id, path)[0]
	for range 2 {
		s := must(o.guard.Screen(token))(t)
		if len(s.Findings) != 1 || s.Findings[0] != (Finding{Kind: "nir", Tail: number[len(number)-4:], Line: 2, Must: true}) || !s.Maskable || s.Problem != nil || len(s.Unread) > 0 {
			t.Fatalf("%+v", s)
		}
	}
	o.nothing(t, id)
	finding := must(o.guard.Screen(token))(t).Findings[0]
	for name, answers := range map[string][]Answered{
		"None":         nil,
		"NoReason":     {{Token: token, Finding: finding, Reason: " \n"}},
		"AnotherFile":  {{Token: "x", Finding: finding, Reason: "n° de série"}},
		"AnotherPlace": {{Token: token, Finding: Finding{Kind: "nir", Tail: finding.Tail, Line: 3}, Reason: "n° de série"}},
		"TooLong":      {{Token: token, Finding: finding, Reason: strings.Repeat("a", desk.MaxReason+1)}},
	} {
		t.Run("Err"+name, func(t *testing.T) {
			if n, codes := o.confirm(t, id, []string{token}, answers...); n != 0 || !slices.Equal(codes, []string{desk.CodeHealthNumber}) {
				t.Errorf("%d stored, %v", n, codes)
			}
			o.nothing(t, id)
		})
	}
	if n, codes := o.confirm(t, id, []string{token}, Answered{Token: token, Finding: finding, Reason: " n° de série "}); n != 1 || len(codes) > 0 {
		t.Fatalf("%d stored, %v", n, codes)
	}
	said := o.ledger(t)
	if len(said) != 1 || said[0].By != claire || said[0].Wording != wording || said[0].Name != "export.txt" || len(said[0].Findings) != 1 ||
		len(said[0].Answers) != 1 || said[0].Answers[0].Reason != "n° de série" || said[0].SHA256 != sumOf([]byte("Bonjour\nN° de sécurité sociale : "+number)) {
		t.Errorf("%+v", said)
	}
}

// What is confirmed is what was looked at: a file that has changed since is looked at
// anew first.
func TestScreenChanged(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	path := note(t, "export.txt", "Bonjour")
	token := o.looked(t, id, path)[0]
	must(o.guard.Screen(token))(t)
	put(t, path, []byte("NIR "+nirOf(7)))
	if n, codes := o.confirm(t, id, []string{token}); n != 0 || !slices.Equal(codes, []string{desk.CodeFileChanged}) {
		t.Fatalf("%d stored, %v", n, codes)
	}
	o.nothing(t, id)
	if n, codes := o.confirm(t, id, []string{token}); n != 0 || !slices.Equal(codes, []string{desk.CodeHealthNumber}) {
		t.Fatalf("%d stored, %v", n, codes)
	}
	put(t, path, []byte("Au revoir"))
	if n, codes := o.confirm(t, id, []string{token}); n != 0 || !slices.Equal(codes, []string{desk.CodeHealthNumber}) {
		t.Errorf("%d stored, %v: what was seen before still counts", n, codes)
	}
}

func TestScreenMask(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	number := nirOf(12)
	token := o.looked(t, id, note(t, "export.csv", "nom;NIR\nDurand;"+number+"\n"))[0]
	if s := must(o.guard.Change(token, "mask", nil, nil))(t); len(s.Findings) != 0 || !slices.Equal(s.Changes, []string{desk.ChangeMasked}) {
		t.Fatalf("%+v", s)
	}
	if s := must(o.guard.Undo(token))(t); len(s.Findings) != 1 || len(s.Changes) != 0 {
		t.Fatalf("%+v", s)
	}
	must(o.guard.Change(token, "mask", nil, nil))(t)
	fails(t, must2(o.guard.Change(token, "mask", nil, nil)), desk.ErrNotNow) // nothing is left to mask
	if n, codes := o.confirm(t, id, []string{token}); n != 1 || len(codes) > 0 {
		t.Fatalf("%d stored, %v", n, codes)
	}
	want := sumOf([]byte("nom;NIR\nDurand;" + strings.Repeat("X", 15) + "\n"))
	if said := o.ledger(t); len(said) != 1 || said[0].SHA256 != want || !slices.Equal(said[0].Changes, []string{desk.ChangeMasked}) {
		t.Errorf("%+v", said)
	}
}

// What was said not to be a number of the social security is not masked, and what was
// said of it holds for the copy.
func TestScreenMaskSpares(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	serial, number := nirOf(12), nirOf(13)
	text := "N° de sécurité sociale (exemple du manuel) : " + serial + "\r" + "N° de sécurité sociale : " + number + "\r"
	for name, ends := range map[string]string{"Lines": "\r\n", "OldLines": "\r"} {
		t.Run(name, func(t *testing.T) {
			token := o.looked(t, id, note(t, name+".txt", strings.ReplaceAll(text, "\r", ends)))[0]
			found := must(o.guard.Screen(token))(t).Findings
			if len(found) != 2 {
				t.Fatalf("%+v", found)
			}
			s := must(o.guard.Change(token, "mask", nil, found[:1]))(t)
			if !slices.Equal(s.Findings, found[:1]) || !slices.Equal(s.Changes, []string{desk.ChangeMasked}) {
				t.Fatalf("%+v", s)
			}
			fails(t, must2(o.guard.Change(token, "mask", nil, found[:1])), desk.ErrNotNow) // nothing else is left to mask
			before := len(o.ledger(t))
			answer := Answered{Token: token, Finding: found[0], Reason: "exemple du manuel"}
			if _, codes := o.confirm(t, id, []string{token}, answer); len(codes) > 0 {
				t.Fatal(codes)
			}
			want := sumOf([]byte(strings.ReplaceAll(strings.Replace(text, number, strings.Repeat("X", 15), 1), "\r", ends)))
			if said := o.ledger(t); len(said) != before+1 || said[before].SHA256 != want || len(said[before].Answers) != 1 {
				t.Errorf("%+v", said)
			}
		})
	}
	token := o.looked(t, id, note(t, "c.txt", text))[0]
	invented := Finding{Kind: "nir", Tail: number[len(number)-4:], Line: 9}
	if s := must(o.guard.Change(token, "mask", nil, []Finding{invented}))(t); len(s.Findings) > 0 {
		t.Errorf("what was not found was spared: %+v", s)
	}
}

// hprim is a message of a laboratory that its first bytes, as the window sends them, do
// not tell.
var hprim = strings.Repeat("0012\nDURAND\nPaul\n", 300) + "****LAB****\nRES|HB|\n"

// A file of health data is refused, whatever is answered, also where more of it than its
// first bytes had to be seen.
func TestScreenFormat(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	token := o.sentTo(t, id, "message.txt", []byte(hprim))
	s := must(o.guard.Screen(token))(t)
	if s.Problem == nil || s.Problem.Code != desk.CodeMedicalFormat {
		t.Fatalf("%+v", s)
	}
	answer := Answered{Token: token, Finding: s.Findings[0], Reason: "je sais"}
	if n, codes := o.confirm(t, id, []string{token}, answer); n != 0 || !slices.Equal(codes, []string{desk.CodeMedicalFormat}) {
		t.Errorf("%d stored, %v", n, codes)
	}
	o.nothing(t, id)
}

// An invoice that is XML is read, looked through and arrives as it is.
func TestScreenInvoice(t *testing.T) {
	o, p := desktop(t)
	id, revision := o.write(t, content())
	for name, text := range map[string]string{"Clean": strings.Replace(ubl, "NIR 255081416802538", "Merci", 1), "WithNumber": ubl} {
		t.Run(name, func(t *testing.T) {
			token := o.looked(t, id, note(t, name+".xml", text))[0]
			s := must(o.guard.Screen(token))(t)
			if s.Invoice == nil || s.Invoice.Number != "FA-2026-0417" || !s.Invoice.Sure || s.Maskable || len(s.Unread) > 0 || len(s.Findings) != strings.Count(text, "NIR") {
				t.Fatalf("%+v, %+v", s, s.Invoice)
			}
			n, codes := o.confirm(t, id, []string{token})
			if name == "WithNumber" && !slices.Equal(codes, []string{desk.CodeHealthNumber}) || name == "Clean" && n != 1 {
				t.Errorf("%d stored, %v", n, codes)
			}
		})
	}
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	if got := arrived(t, p, claire); len(got) != 1 || len(got[0].Files) != 1 || got[0].Files[0].Name != "Clean.xml" || got[0].Files[0].Media != "application/x-ubl-invoice+xml" {
		t.Errorf("%+v", got)
	}
}

// Nobody has to wait, and a PC on which nothing can be read is no end: the ledger says
// what was not looked at.
func TestScreenUnread(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(o *office, token string)
		want string
	}{
		"Stopped":  {func(o *office, token string) { _ = o.guard.Stop(token) }, desk.UnreadStopped},
		"NoReader": {func(o *office, _ string) { o.app.reader.Program = filepath.Join(o.data, "gone") }, desk.UnreadFailed},
	} {
		t.Run(name, func(t *testing.T) {
			o := alone(t)
			id, _ := o.write(t, content())
			token := o.looked(t, id, note(t, "a.txt", "Bonjour"))[0]
			c.do(o, token)
			if s := must(o.guard.Screen(token))(t); len(s.Unread) != 1 || s.Unread[0].Reason != c.want {
				t.Errorf("%+v", s)
			}
			if n, codes := o.confirm(t, id, []string{token}); n != 1 || len(codes) > 0 {
				t.Errorf("%d stored, %v", n, codes)
			}
			if said := o.ledger(t); len(said) != 1 || len(said[0].Unread) != 1 || said[0].Unread[0].Reason != c.want {
				t.Errorf("%+v", said)
			}
		})
	}
	o := alone(t)
	fails(t, must2(o.guard.Screen("x")), desk.ErrNotFound)
	fails(t, o.guard.Stop("x"), desk.ErrNotFound)
}

// The text of a picture is recognised by the window: until then nobody says that it
// was looked at.
func TestScreenRecognised(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	path := filepath.Join(t.TempDir(), "scan.png")
	put(t, path, picture(t))
	token := o.looked(t, id, path)[0]
	if s := must(o.guard.Screen(token))(t); !slices.Equal(s.Scans, []int{1}) || len(s.Findings) > 0 {
		t.Fatalf("%+v", s)
	}
	fails(t, must2(o.guard.Recognised(token, 2, "", true)), desk.ErrInvalid)
	number := nirOf(21)
	s := must(o.guard.Recognised(token, 1, "Bénéficiaire\nNIR "+number, true))(t)
	if len(s.Scans) > 0 || len(s.Findings) != 1 || s.Findings[0].Line != 2 || s.Findings[0].Page != 1 || len(s.Unread) > 0 {
		t.Errorf("%+v", s)
	}
	if n, codes := o.confirm(t, id, []string{token}); n != 0 || !slices.Equal(codes, []string{desk.CodeHealthNumber}) {
		t.Errorf("%d stored, %v", n, codes)
	}
	poor := o.looked(t, id, path)[0]
	must(o.guard.Screen(poor))(t)
	if s := must(o.guard.Recognised(poor, 1, "", false))(t); len(s.Unread) != 1 || s.Unread[0] != (Unread{Reason: desk.UnreadScan, Page: 1}) {
		t.Errorf("%+v", s)
	}
}

// The ledger tells pages that could not be read from those for which nobody waited, and
// from those that nobody tried to read.
func TestScreenUnrecognised(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(o *office, token string)
		want string
	}{
		"NotReadable": {func(o *office, token string) { _, _ = o.guard.Recognised(token, 1, "", false) }, desk.UnreadScan},
		"NotWaited":   {func(o *office, token string) { _ = o.guard.Stop(token) }, desk.UnreadStopped},
		"NotTried":    {func(*office, string) {}, desk.UnreadUntried},
		"CopyNotTried": {func(o *office, token string) {
			_ = o.guard.Stop(token)
			_, _ = o.guard.Change(token, "redact", []Box{{Page: 1, W: 0.5, H: 0.5}}, nil)
		}, desk.UnreadUntried},
	} {
		t.Run(name, func(t *testing.T) {
			o := alone(t)
			id, _ := o.write(t, content())
			path := filepath.Join(t.TempDir(), "scan.png")
			put(t, path, picture(t))
			token := o.looked(t, id, path)[0]
			must(o.guard.Screen(token))(t)
			c.do(o, token)
			if n, codes := o.confirm(t, id, []string{token}); n != 1 {
				t.Fatalf("refused: %v", codes)
			}
			want := []desk.Unread{{Reason: c.want, Place: desk.Place{Page: 1}}}
			if said := o.ledger(t); len(said) != 1 || !slices.Equal(said[0].Unread, want) {
				t.Errorf("%+v", said)
			}
		})
	}
}

// A number in a text keeps it here until it is answered for, by whoever sends it.
func TestGuardTexts(t *testing.T) {
	o, p := desktop(t)
	c := content()
	number := nirOf(44)
	c.Values[desk.KeyDescription] = "Le patient 😀 a le numéro de sécurité sociale " + number + ", merci."
	id, revision := o.write(t, c)
	texts := map[string]string{desk.KeyDescription: c.Values[desk.KeyDescription], "subject": "Agenda"}
	found := must(o.guard.Texts(id, texts))(t)
	if len(found) != 1 || !found[0].Must || found[0].Answered || found[0].Field != desk.KeyDescription {
		t.Fatalf("%+v", found)
	}
	if got := utf16Of(texts[desk.KeyDescription])[found[0].Start:found[0].End]; !slices.Equal(got, utf16Of(number)) {
		t.Errorf("the place is another one: %d to %d", found[0].Start, found[0].End)
	}
	saved := must(o.drafts.Save(id, revision, c))(t)
	if got := problems(saved.View.Problems, desk.KeyDescription); !slices.Equal(got, []string{desk.CodeHealthNumber}) {
		t.Errorf("%v", got)
	}
	fails(t, must2(o.drafts.Submit(id, saved.Revision)), desk.ErrInvalid)
	fails(t, o.guard.Answer(id, texts[desk.KeyDescription], found[0], " "), desk.ErrInvalid)
	if err := o.guard.Answer(id, texts[desk.KeyDescription], found[0], "exemple du manuel"); err != nil {
		t.Fatal(err)
	}
	if found := must(o.guard.Texts(id, texts))(t); !found[0].Answered {
		t.Error("the answer is forgotten")
	}
	c.Values[desk.KeyDescription] = strings.Replace(c.Values[desk.KeyDescription], number, nirOf(45), 1)
	saved = must(o.drafts.Save(id, saved.Revision, c))(t)
	fails(t, must2(o.drafts.Submit(id, saved.Revision)), desk.ErrInvalid) // another number
	c.Values[desk.KeyDescription] = texts[desk.KeyDescription]
	saved = must(o.drafts.Save(id, saved.Revision, c))(t)
	must(o.drafts.Submit(id, saved.Revision))(t)
	o.received(t, id)
	if got := arrived(t, p, claire); len(got) != 1 || got[0].Values[desk.KeyDescription] != texts[desk.KeyDescription] {
		t.Errorf("%+v", got)
	}
	if said := o.ledger(t); len(said) != 1 || said[0].Field != desk.KeyDescription || strings.Contains(fmt.Sprintf("%+v", said), number) {
		t.Errorf("%+v", said)
	}
}

func utf16Of(s string) (out []uint16) {
	for _, r := range s {
		if r > 0xffff {
			out = append(out, 0, 0)
		} else {
			out = append(out, uint16(r))
		}
	}
	return out
}

// The same for what is said to a request later.
func TestGuardActs(t *testing.T) {
	p := portald.Run(t, nil)
	o := open(t, t.TempDir(), p.URL, p.Token(claire))
	o.known(t)
	request := o.sent(t, content())
	text := "NIR " + nirOf(31)
	reply := must(o.acts.SaveReply(request, "", text))(t)
	fails(t, must2(o.acts.Do(request, reply, "reply", text, nil)), desk.ErrInvalid)
	found := must(o.guard.Texts(reply, map[string]string{"text": text}))(t)
	if err := o.guard.Answer(reply, text, found[0], "numéro de série"); err != nil {
		t.Fatal(err)
	}
	must(o.acts.Do(request, reply, "reply", text, nil))(t)
	fails(t, must2(o.acts.Do(request, "", "withdraw", text, nil)), desk.ErrInvalid)
	found = must(o.guard.Texts(request, map[string]string{"reason": text}))(t)
	if err := o.guard.Answer(request, text, found[0], "numéro de série"); err != nil {
		t.Fatal(err)
	}
	must(o.acts.Do(request, "", "withdraw", text, nil))(t)
}

// A smaller copy is a JPEG, and is called one.
func TestScreenShrunk(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	path := filepath.Join(t.TempDir(), "Capture d'écran.png")
	put(t, path, picturetest.PNG(t, picturetest.Photo(2000, 1500), picturetest.Facts{}))
	token := o.looked(t, id, path)[0]
	before := must(o.guard.Screen(token))(t)
	if !before.Large {
		t.Fatalf("no smaller copy is offered: %+v", before)
	}
	after := must(o.guard.Change(token, "shrink", nil, nil))(t)
	if after.Large || after.Size >= before.Size {
		t.Errorf("%+v", after)
	}
	out := must(o.files.Confirm(id, []string{token}, wording, nil))(t)
	if len(out.Refused) > 0 || len(out.Files) != 1 || out.Files[0].Name != "Capture d'écran.jpg" || out.Files[0].Media != "image/jpeg" {
		t.Fatalf("%+v", out)
	}
	if said := o.ledger(t); said[0].Name != "Capture d'écran.jpg" || !slices.Equal(said[0].Changes, []string{desk.ChangeSmaller}) {
		t.Errorf("%+v", said)
	}
}

// What a file's name and its first bytes tell is seen by whoever does not wait for the
// rest, and where nothing else can be read.
func TestScreenEvident(t *testing.T) {
	o := alone(t)
	o.app.reader.Program = "/nonexistent"
	id, _ := o.write(t, content())
	for name, c := range map[string]struct {
		file, text, code string
	}{
		"Name":   {"NIR " + nirOf(7) + ".txt", "Bonjour", desk.CodeHealthNumber},
		"Format": {"labo.txt", hprim, desk.CodeMedicalFormat},
	} {
		t.Run(name, func(t *testing.T) {
			token := o.sentTo(t, id, c.file, []byte(c.text))
			if n, codes := o.confirm(t, id, []string{token}); n != 0 || !slices.Equal(codes, []string{c.code}) {
				t.Errorf("%d stored, %v", n, codes)
			}
		})
	}
}

// What a picture says of itself is taken out of it: nobody has to answer for it.
func TestScreenStripped(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	path := filepath.Join(t.TempDir(), "photo.jpg")
	put(t, path, picturetest.JPEG(t, picturetest.Photo(600, 400), picturetest.Facts{Device: true, Comment: "NIR " + nirOf(7)}))
	token := o.looked(t, id, path)[0]
	s := must(o.guard.Screen(token))(t)
	if slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Must }) || !slices.Equal(s.Changes, []string{desk.ChangeStripped}) {
		t.Fatalf("%+v", s)
	}
	if n, codes := o.confirm(t, id, []string{token}); n != 1 {
		t.Errorf("%d stored, %v", n, codes)
	}
}

// Whoever confirms a file that is not known any more hears of it, but for one that is
// attached already.
func TestConfirmUnknown(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	token := o.looked(t, id, note(t, "a.txt", "Bonjour"))[0]
	gone := o.looked(t, id, note(t, "b.txt", "Au revoir"))[0]
	o.app.candidates.forget(gone)
	for range 2 {
		if n, codes := o.confirm(t, id, []string{token, gone}); n != 1 || !slices.Equal(codes, []string{desk.CodeUnreadable}) {
			t.Errorf("%d stored, %v", n, codes)
		}
	}
}

// Whoever does not want to wait for the look at a copy need not, and it is read the next
// time.
func TestScreenStopCopy(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	path := filepath.Join(t.TempDir(), "a.pdf")
	put(t, path, pdftest.Text("un", "deux", "trois"))
	token := o.looked(t, id, path)[0]
	must(o.guard.Screen(token))(t)
	boxes := []Box{{Page: 1, W: 0.5, H: 0.5}}
	o.shell.emit = func(e event) {
		if e.name == "screening" {
			_ = o.guard.Stop(token)
		}
	}
	s := must(o.guard.Change(token, "redact", boxes, nil))(t)
	if len(s.Unread) != 1 || s.Unread[0].Reason != desk.UnreadStopped || !slices.Equal(s.Changes, []string{desk.ChangeRedacted}) {
		t.Errorf("%+v", s)
	}
	o.shell.emit = nil
	if s = must(o.guard.Change(token, "redact", boxes, nil))(t); len(s.Unread) > 0 || len(s.Scans) != 3 {
		t.Errorf("%+v", s)
	}
}
