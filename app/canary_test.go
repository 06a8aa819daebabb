package app

import (
	"encoding/base64"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
)

// marked is a draft with the mark in everything that can be typed.
func marked(o *office, t *testing.T) Content {
	t.Helper()
	c := content()
	c.Values[desk.KeySubject] += " " + mark
	c.Values[desk.KeyDescription] += " " + mark
	c.Values[desk.KeyReference] = mark
	for _, typ := range o.app.catalogues.version(0).Types { // hidden fields are kept as well
		for _, cat := range typ.Categories {
			for _, f := range cat.Fields {
				if _, asked := c.Values[f.Key]; !asked {
					c.Values[f.Key] = mark
				}
			}
		}
	}
	return c
}

// markedPDF is a file with the mark in its name and its content.
func markedPDF(t *testing.T, name string) (path string, content []byte) {
	t.Helper()
	content = []byte("%PDF-1.7\n" + strings.Repeat(mark+" ", 1000))
	path = filepath.Join(t.TempDir(), name+" "+mark+".pdf")
	put(t, path, content)
	return path, content
}

// captured runs do with standard error in a file, and returns what it holds.
func captured(t *testing.T, do func()) string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = f
	defer func() { os.Stderr = before }()
	do()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

// TestCanary types marked text everywhere, walks through success and every
// error that can be reached, and finds the mark in no log and in no report.
func TestCanary(t *testing.T) {
	data := filepath.Join(t.TempDir(), "Guichet")
	var reports []string
	said := captured(t, func() {
		p := portald.Run(t, nil)
		o := open(t, data, p.URL, p.Token(claire), func(c *Config) { c.Stderr = true }, markedSettings)
		o.known(t)
		succeed(t, o)
		failInTheWindow(t, o)
		failWithFiles(t, o)
		o.pageDies(t, "1")
		reports = append(reports, o.report(t))
		o.app.Stop()
		reports = append(reports, failOnTheWay(t, data, p)...)
	})
	beside := filepath.Join(t.TempDir(), "report.zip")
	if out, code := commanded(t, Config{Data: data}, "fr", "support", beside); code != 0 {
		t.Errorf("%d: %s", code, out)
	}
	for _, path := range append(reports, beside) {
		bare(t, path, data)
	}
	logs, err := filepath.Glob(filepath.Join(data, "logs", "*"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("no logs: %v", err)
	}
	for _, path := range logs {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		clean(t, filepath.Base(path), string(body))
	}
	clean(t, "standard error", said)
	for _, word := range []string{"call failed", "not sent", "received"} {
		if !strings.Contains(said, word) {
			t.Errorf("%q was not reached", word)
		}
	}
}

func clean(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{mark, "eyJ", "Agenda lent"} {
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, secret) {
				t.Errorf("%s has %s: %s", where, secret, line)
			}
		}
	}
}

func succeed(t *testing.T, o *office) {
	id, revision := o.write(t, marked(o, t))
	path, _ := markedPDF(t, "a")
	o.attach(t, id, path)
	_, content := markedPDF(t, "b")
	must(o.files.Confirm(id, []string{o.sentTo(t, id, "b "+mark+".pdf", append(content, 'x'))}, wording, nil))(t)
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	o.replied(t, id, mark, path)
	o.settled(t, id)
	must(o.acts.Do(id, "", "withdraw", mark, nil))(t)
	o.settled(t, id)
}

func failInTheWindow(t *testing.T, o *office) {
	c := marked(o, t)
	id, revision := o.write(t, c)
	c.Values[desk.KeySubject] = strings.Repeat(mark, 20)
	must(o.drafts.Save(id, revision, c))(t)
	c.Values[desk.KeyDescription] += "\x07\xff"
	for name, call := range map[string]func() error{
		"Conflict":  func() error { _, err := o.drafts.Save(id, revision, c); return err },
		"Invalid":   func() error { _, err := o.drafts.Submit(id, revision+1); return err },
		"NoId":      func() error { _, err := o.drafts.Save(mark, 0, c); return err },
		"NoDraft":   func() error { _, err := o.drafts.Open(mark); return err },
		"NoRequest": func() error { _, err := o.requests.Open(mark); return err },
		"SignIn": func() error {
			o.bearer.Hand(mark)
			_, err := o.session.SignIn()
			return err
		},
		"Enter":    func() error { return o.session.Enter(mark, mark) },
		"Address":  func() error { _, err := o.portal.Check("ftp://" + mark); return err },
		"Settings": func() error { return o.window.SaveSettings(Settings{Language: mark}) },
		"Confirm":  func() error { _, err := o.files.Confirm(id, []string{mark}, strings.Repeat(mark, 9), nil); return err },
		"Offer":    func() error { _, err := o.files.Offer(id, mark, -1, mark); return err },
		"Size": func() error {
			big := marked(o, t)
			big.Values[mark] = strings.Repeat(mark, maxDraft/8)
			_, err := o.drafts.Save(id, revision, big)
			return err
		},
		"Choose": func() error {
			o.shell.pick = func(string) ([]string, error) {
				return nil, &fs.PathError{Op: "open", Path: "/donnees/" + mark, Err: fs.ErrPermission}
			}
			_, err := o.files.Choose(id, mark)
			return err
		},
	} {
		if err := call(); err == nil {
			t.Errorf("%s: no error", name)
		} else if told := FormatError(err).(string); strings.Contains(told, mark) {
			t.Errorf("%s tells the window %s", name, told)
		}
	}
	o.app.HostLog().Error("process message error: Save([" + mark + "])")
	if err := func() (err error) { defer o.app.guard("Test", &err); panic(mark) }(); err == nil {
		t.Error("no error")
	}
}

func failWithFiles(t *testing.T, o *office) {
	id, _ := o.write(t, marked(o, t))
	gone, _ := markedPDF(t, "gone")
	spoilt, _ := markedPDF(t, "spoilt")
	tokens := o.looked(t, id, gone, spoilt)
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	put(t, spoilt, picture(t))
	out := must(o.files.Confirm(id, tokens, wording, nil))(t)
	if len(out.Refused) != 2 {
		t.Errorf("%+v", out)
	}
	must(o.files.Look(id, []string{"/nowhere/" + mark, filepath.Dir(gone)}))(t)
	must(o.files.Offer(id, "../"+mark+".pdf", 10, base64.StdEncoding.EncodeToString([]byte(mark))))(t)
	_, content := markedPDF(t, "c")
	other := o.offered(t, id, mark+".pdf", content)
	o.piece(t, other, 0, append(picture(t), make([]byte, len(content))...)[:len(content)], http.StatusOK)
	o.piece(t, mark, 0, content, http.StatusNotFound)
	if out := must(o.files.Confirm(id, []string{other, o.offered(t, id, mark+".pdf", content)}, wording, nil))(t); len(out.Refused) != 2 {
		t.Errorf("%+v", out)
	}
	failWithReply(t, o)
}

// failWithReply has a reply come back for a file whose copy is lost.
func failWithReply(t *testing.T, o *office) {
	id := o.sent(t, marked(o, t))
	before := o.stored(t)
	path, content := markedPDF(t, "e")
	put(t, path, append(content, "of a reply"...))
	reply, _ := o.replying(t, id, mark, path)
	for _, name := range o.stored(t) {
		if !slices.Contains(before, name) {
			put(t, filepath.Join(o.data, "files", name), []byte(mark))
		}
	}
	must(o.acts.Do(id, reply, "reply", mark, nil))(t)
	if r := o.settled(t, id); len(r.Acts) != 1 || r.Acts[0].Reason != desk.ReasonFileMissing {
		t.Errorf("%d acts", len(r.Acts))
	}
}

// failOnTheWay sends to what is no portal, and a file that is gone to one.
func failOnTheWay(t *testing.T, data string, p *portald.Twin) (reports []string) {
	for _, do := range []http.HandlerFunc{
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/"+mark, http.StatusFound)
		},
		func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(mark + r.Header.Get("Authorization")))
		},
		func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\n" + mark + r.Header.Get("Authorization") + "\r\n\r\n"))
			_ = conn.Close()
		},
	} {
		s := httptest.NewServer(do)
		o := open(t, data, s.URL, p.Token(claire), func(c *Config) { c.Stderr = true })
		id, revision := o.write(t, marked(o, t))
		must(o.drafts.Submit(id, revision))(t)
		await(t, "an attempt has failed", func() bool { return o.status(t, id).Reason != "" })
		reports = append(reports, o.report(t))
		o.app.Stop()
		s.Close()
	}
	o := open(t, data, p.URL, p.Token(claire), func(c *Config) { c.Stderr = true })
	id, revision := o.write(t, marked(o, t))
	before := o.stored(t)
	path, content := markedPDF(t, "d")
	put(t, path, append(content, "other bytes"...))
	o.attach(t, id, path)
	for _, name := range o.stored(t) {
		if !slices.Contains(before, name) {
			put(t, filepath.Join(data, "files", name), []byte(mark))
		}
	}
	must(o.drafts.Submit(id, revision))(t)
	await(t, "it comes back", func() bool { return o.status(t, id).Status == string(desk.StatusToCorrect) })
	reports = append(reports, o.report(t))
	o.app.Stop()
	return reports
}
