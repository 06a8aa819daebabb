package app

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/seal/keyring"
	"guichet/internal/settings"
	"guichet/internal/support"
)

// report prepares a report as a person does, reads every file of it, saves it, and
// returns the file.
func (o *office) report(tb testing.TB) (path string) {
	tb.Helper()
	ready := must(o.support.Prepare("fr"))(tb)
	path = filepath.Join(tb.TempDir(), "rapport.zip")
	o.shell.save = func(_, name string) (string, error) { return path, nil }
	if got := must(o.support.Save(ready.ID, "Enregistrer le rapport", "rapport"))(tb); got != path {
		tb.Fatalf("saved at %q", got)
	}
	for _, m := range members(tb, path) {
		i := slices.IndexFunc(ready.Files, func(f ReportFile) bool { return f.Name == m.Name })
		if i < 0 || ready.Files[i].Size != int64(len(m.Text)) || must(o.support.Read(ready.ID, m.Name))(tb) != m.Text {
			tb.Errorf("%s is not what was shown", m.Name)
		}
	}
	return path
}

// pageDies has the process of the page end, and waits for the note of it.
func (o *office) pageDies(tb testing.TB, reason string) {
	tb.Helper()
	before := len(must(support.Incidents(o.data))(tb))
	o.app.HostLog().WebProcessDied(reason)
	await(tb, "a note", func() bool { return len(must(support.Incidents(o.data))(tb)) == before+1 })
}

// members reads the files of a report.
func members(tb testing.TB, path string) (out []support.Member) {
	tb.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			tb.Fatal(err)
		}
		out = append(out, support.Member{Name: f.Name, Text: string(body)})
	}
	return out
}

// forms are the ways in which a text may lie somewhere.
func forms(text string) map[string][]byte {
	wide := utf16.Encode([]rune(text))
	little, big := []byte{}, []byte{}
	for _, u := range wide {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
	}
	quoted, _ := json.Marshal(text)
	out := map[string][]byte{
		"plain": []byte(text), "UTF-16": little, "UTF-16 the other way": big, "hex": []byte(hex.EncodeToString([]byte(text))), "JSON": bytes.Trim(quoted, `"`),
		"ASCII": []byte(strings.Trim(fmt.Sprintf("%+q", text), `"`)),
	}
	for before := range 3 {
		for name, coding := range map[string]*base64.Encoding{"base64": base64.StdEncoding, "base64url": base64.URLEncoding} {
			coded := coding.EncodeToString([]byte(strings.Repeat(" ", before) + text))
			if len(coded) > 12 {
				out[fmt.Sprint(name, before)] = []byte(coded[4 : len(coded)-4])
			}
		}
	}
	return out
}

// secrets are what no report may hold: what was typed and sent, who is who, and where the
// data lies.
func secrets(data string) []string {
	out := []string{mark, "Agenda lent", "demo-claire", "demo-marc", "cabinet-tilleuls", "83926174", "71629384", filepath.Base(filepath.Dir(data)) + string(filepath.Separator)}
	for _, p := range portald.DemoPeople() {
		out = append(out, p.Name)
		for _, pr := range p.Practices {
			out = append(out, pr.Name, pr.Town)
		}
	}
	return out
}

// bare searches a report for them, in every form, and for tokens.
func bare(tb testing.TB, path, data string) {
	tb.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	all := append(members(tb, path), support.Member{Name: "the file itself", Text: string(whole)})
	for _, m := range all {
		low := strings.ToLower(m.Text)
		for _, secret := range secrets(data) {
			for form, needle := range forms(secret) {
				if len(needle) > 3 && strings.Contains(low, strings.ToLower(string(needle))) {
					tb.Errorf("%s has %q (%s)", m.Name, secret, form)
				}
			}
		}
		if strings.Contains(m.Text, "eyJ") {
			tb.Errorf("%s has a token", m.Name)
		}
	}
}

// console runs a command on a data folder, as it is typed.
func commanded(tb testing.TB, cfg Config, lang string, args ...string) (out string, code int) {
	tb.Helper()
	var said, complained bytes.Buffer
	order, err := ParseOrder(args, tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	if cfg.Keyring == nil {
		cfg.Keyring = noKeyring{}
	}
	cfg.Version = "1.2.3"
	code = commandNamed(order.Command).run(console{out: &said, err: &complained, lang: lang, cfg: cfg}, order)
	return said.String() + complained.String(), code
}

// TestReport has a report hold what helps from afar, with and beside the program.
func TestReport(t *testing.T) {
	p, ring := portald.Run(t, nil), &keyring.Memory{}
	o := open(t, filepath.Join(t.TempDir(), "Guichet"), p.URL, p.Token(claire), keyed(ring))
	o.known(t)
	if err := o.session.SetPIN("", "83926174"); err != nil {
		t.Fatal(err)
	}
	fails(t, o.session.SetPIN("71629384", "83926174"), desk.ErrWrongPIN)
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	o.pageDies(t, "2")
	path := o.report(t)
	bare(t, path, o.data)
	byName := map[string]string{}
	for _, m := range members(t, path) {
		byName[m.Name] = m.Text
	}
	for name, word := range map[string]string{
		"LISEZMOI.txt": "Il ne contient ni texte", "doctor.txt": "[bon]", "doctor.json": `"id": "disk"`, "settings.json": `"key": "portal"`,
		"counts.json": id, "updates.json": `"Policy"`, "incidents.json": `"what": "reason 2"`, "logs/guichet.log": "page reloaded",
	} {
		if !strings.Contains(byName[name], word) {
			t.Errorf("%s does not say %q: %s", name, word, byName[name])
		}
	}
	fails(t, onlyErr(o.support.Read("another", "doctor.txt")), desk.ErrNotFound)
	fails(t, onlyErr(o.support.Read(must(o.support.Prepare("en"))(t).ID, "../guichet.db")), desk.ErrNotFound)

	beside := filepath.Join(t.TempDir(), "report.zip")
	cfg := Config{Data: o.data, Portal: p.URL, Keyring: ring}
	out, code := commanded(t, cfg, "en", "support", beside)
	if code != 0 || !strings.Contains(out, "counts.json") || !strings.Contains(out, "Written: "+beside) {
		t.Errorf("%d: %s", code, out)
	}
	bare(t, beside, o.data)
	if out, code := commanded(t, cfg, "en", "support", beside); code != 1 || !strings.Contains(out, "is there already") {
		t.Errorf("written over: %s", out)
	}
	if _, code := commanded(t, cfg, "en", "support"); code != 2 {
		t.Error(code)
	}
}

func onlyErr[T any](_ T, err error) error { return err }

// A report is made when nothing opens, which is when it is wanted.
func TestReportWithoutAStore(t *testing.T) {
	data := t.TempDir()
	put(t, filepath.Join(data, "guichet.lock.d"), nil)
	first := open(t, data, nobody, "")
	second := open(t, data, nobody, "") // in use
	if _, err := second.drafts.List(); !errors.Is(err, desk.ErrInUse) {
		t.Fatal(err)
	}
	found := map[string]SupportFinding{}
	for _, f := range must(second.support.Doctor("fr"))(t).Findings {
		found[f.ID] = f
	}
	if f := found["store"]; f.Code != "in-use" || f.Level != "fail" || f.Fix == "" {
		t.Errorf("%+v", f)
	}
	path := second.report(t)
	bare(t, path, data)
	for _, m := range members(t, path) {
		if m.Name == "counts.json" && !strings.HasPrefix(m.Text, "not available") {
			t.Error(m.Text)
		}
	}
	first.app.Stop()
}

// The first page says once where the data should not lie, and that the program is back.
func TestSupportNotice(t *testing.T) {
	data := filepath.Join(t.TempDir(), "Nextcloud", "Guichet")
	t.Setenv(support.Restarts, fmt.Sprint(time.Now().Add(-time.Hour).Unix(), ",", time.Now().Add(-time.Second).Unix()))
	o := open(t, data, nobody, "")
	n := must(o.support.Notice("fr"))(t)
	if n.Place == nil || n.Place.Code != "cloud" || !strings.Contains(n.Place.Is, "Nextcloud") || n.Place.Fix == "" || n.Place.Where != data || n.Restarted == "" {
		t.Errorf("%+v", n)
	}
	if err := o.support.PlaceRead(); err != nil {
		t.Fatal(err)
	}
	if n := must(o.support.Notice("fr"))(t); n.Place != nil {
		t.Errorf("%+v", n)
	}
	t.Setenv(support.Restarts, "")
	local := open(t, t.TempDir(), nobody, "")
	if n := must(local.support.Notice("en"))(t); n.Place != nil || n.Restarted != "" {
		t.Errorf("%+v", n)
	}
}

// What is set outside and holds a mark is not repeated.
func markedSettings(c *Config) {
	none := func(string) string { return "" }
	c.Given = settings.Read(map[string]string{"portal": "ftp://" + mark, "ca-file": filepath.Join(os.TempDir(), mark+".pem"), "idle": mark, "upload": "100"}, none)
}
