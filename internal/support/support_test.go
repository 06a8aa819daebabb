package support

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var measured time.Time
		release := make(chan struct{})
		found := Run(t.Context(), []Check{
			{ID: "keyring", Limit: 2 * time.Second, Do: func(context.Context) []Finding { <-release; return nil }}, // hangs in the system
			{ID: "webview", Limit: time.Second, Do: func(context.Context) []Finding { panic("typed by somebody") }},
			{ID: "disk", Limit: time.Second, First: true, Do: func(context.Context) []Finding {
				time.Sleep(100 * time.Millisecond)
				measured = time.Now()
				return []Finding{{ID: "disk", Code: "ok", Facts: Facts{"free": "13000000000", "fsync_ms": "4"}}}
			}},
			{ID: "portal", Limit: 3 * time.Second, Do: func(ctx context.Context) []Finding {
				if time.Now().Before(measured) || measured.IsZero() {
					t.Error("something else went on while the disk was measured")
				}
				<-ctx.Done()
				return []Finding{{ID: "portal", Code: "offline", Facts: Facts{"host": "p.example"}}, {ID: "clock", Code: "unknown"}}
			}},
		})
		if took := time.Since(begin); took > 4*time.Second {
			t.Errorf("it took %v", took)
		}
		close(release)
		var codes []string
		for _, f := range found {
			codes = append(codes, f.ID+"."+f.Code)
		}
		if got := strings.Join(codes, " "); got != "keyring.late webview.panic disk.ok portal.offline clock.unknown" {
			t.Error(got)
		}
		said := Say("fr", found)
		if Worst(said) != Fail || !strings.HasPrefix(said[0].Is, "Trousseau : ") || said[2].Is != "Disque : 12,1 Go libres, écriture sûre en 4 ms." {
			t.Errorf("%+v", said)
		}
		if text := fmt.Sprintf("%+v", said); strings.Contains(text, "typed") {
			t.Error(text)
		}
		var b bytes.Buffer
		if err := Print(&b, "en", Say("en", found)); err != nil || !strings.HasPrefix(b.String(), "[problem]  The portal p.example does not answer.\n           -> ") {
			t.Errorf("%v\n%s", err, b.String())
		}
	})
}

func TestSentences(t *testing.T) {
	for key, s := range sentences {
		for _, lang := range []string{"fr", "en"} {
			is, fix := s.is.In(lang), s.fix.In(lang)
			if is == "" || !strings.HasSuffix(is, ".") || strings.ContainsAny(is+fix, "!") {
				t.Errorf("%s in %s: %q", key, lang, is)
			}
			if (fix == "") != (s.level == OK) {
				t.Errorf("%s in %s is %s and says to do %q", key, lang, s.level, fix)
			}
		}
		if strings.Count(s.is.FR, "{") != strings.Count(s.is.EN, "{") {
			t.Errorf("%s tells other facts in English", key)
		}
		if id, _, _ := strings.Cut(key, "."); id != "*" && names[id] == (text{}) {
			t.Errorf("%s has no name", id)
		}
	}
	t.Run("OfWhatIsNotKnown", func(t *testing.T) {
		s := Say("en", []Finding{{ID: "quota", Code: "odd"}})[0]
		if s.Level != Warn || s.Is != "quota: odd." || s.Fix == "" {
			t.Errorf("%+v", s)
		}
	})
	for n, want := range map[int64]string{90: "1 minutes", 7200: "2 heures", 3 * 86400: "3 jours"} {
		if got := span(n, "fr"); got != want {
			t.Error(got)
		}
	}
}

func TestDisk(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		dir := t.TempDir()
		f := Disk(t.Context(), dir)
		if f.Facts["free"] == "" || f.Facts["fsync_ms"] == "" || f.Code == "ok" && f.Where != "" {
			t.Errorf("%+v", f)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("it left %v, %v", entries, err)
		}
	})
	t.Run("AFileInItsPlace", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "Guichet")
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if f := Disk(t.Context(), file); f.Code != "read-only" {
			t.Errorf("%+v", f)
		}
	})
	t.Run("NotThereYet", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "Guichet")
		Disk(t.Context(), dir)
		if _, err := os.Stat(dir); err == nil {
			t.Error("the folder was made")
		}
	})
}

func TestSystem(t *testing.T) {
	if f := System("1.2.3"); f.Facts["version"] != "1.2.3" || f.Facts["os"] == "" || f.Facts["scope"] != "alone" {
		t.Errorf("%+v", f)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(program), "install.json")
	t.Cleanup(func() { _ = os.Remove(path) })
	for scope, want := range map[string]string{"user": "user", "machine": "machine", "else": "alone"} {
		if err := os.WriteFile(path, []byte(`{"scope":"`+scope+`","kind":"deb"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if f := System(""); f.Facts["scope"] != want || f.Code != want && f.Code != "old" {
			t.Errorf("%s: %+v", scope, f)
		}
	}
	for _, c := range []struct {
		version, least string
		want           bool
	}{{"2.38.6", "2.40", true}, {"2.40.0", "2.40", false}, {"2.44", "2.40", false}, {"3.0", "2.40", false}, {"1.99", "2.40", true}} {
		if older(c.version, c.least) != c.want {
			t.Error(c)
		}
	}
}

func TestIncidents(t *testing.T) {
	data, now := t.TempDir(), time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	if f := Recent(data, now); f.Code != "none" {
		t.Errorf("%+v", f)
	}
	for n := range keptIncidents + 5 {
		i := Incident{At: now.Add(time.Duration(n) * time.Minute), Kind: KindPage, What: fmt.Sprint(n)}
		if err := Note(t.Context(), data, i); err != nil {
			t.Fatal(err)
		}
	}
	all, err := Incidents(data)
	if err != nil || len(all) != keptIncidents || all[0].What != fmt.Sprint(keptIncidents+4) {
		t.Errorf("%d, %v", len(all), err)
	}
	if f := Recent(data, now.Add(time.Hour)); f.Code != "page" || f.Facts["count"] != fmt.Sprint(keptIncidents) {
		t.Errorf("%+v", f)
	}
	if err := Note(t.Context(), data, Incident{At: now.Add(time.Hour), Kind: KindCrash}); err != nil {
		t.Fatal(err)
	}
	if f := Recent(data, now.Add(2*time.Hour)); f.Code != "some" || f.Facts["count"] != "1" {
		t.Errorf("%+v", f)
	}
	if f := Recent(data, now.AddDate(0, 0, 9)); f.Code != "none" {
		t.Errorf("%+v", f)
	}
	if err := os.WriteFile(filepath.Join(data, incidentFolder, "20261130T100000.000000000Z-crash.json"), []byte(mark), 0o600); err != nil {
		t.Fatal(err)
	}
	if m := Notes(data); len(m) != 1 || strings.Contains(m[0].Text, mark) {
		t.Errorf("%+v", m)
	}
}

// What runtimes say, as they say it.
func TestCrash(t *testing.T) {
	for _, c := range []struct{ name, said, what, first string }{
		{"AnIndex", "panic: runtime error: index out of range [12] with length 3\n\ngoroutine 41 [running]:\nguichet/app.(*Drafts).Save(0xc0001, {0xc0002, 0x24})\n\t/srv/claire/src/app/drafts.go:77 +0x1d\ncreated by guichet/app.(*App).goDo in goroutine 1\n\t/srv/claire/src/app/app.go:247 +0x5c\n", "panic: runtime error: index out of range [12] with length 3", "guichet/app.(*Drafts).Save 77"},
		{"ATypeWithAName", "panic: interface conversion: interface {} is main.CANARI, not string\n\ngoroutine 1 [running]:\n", "panic: interface conversion", ""},
		{"AThrow", "fatal error: concurrent map writes\n\ngoroutine 7 [running]:\ninternal/runtime/maps.fatal({0x1?, 0x2?})\n\t/usr/go/src/runtime/panic.go:1058 +0x18\n", "fatal error: concurrent map writes", "internal/runtime/maps.fatal 1058"},
		{"ASignal", "SIGABRT: abort\nPC=0x47a2c1 m=0 sigcode=0\n\ngoroutine 0 gp=0x9 m=0 mp=0x9 [idle]:\nruntime.futex(0x1, 0x2)\n\t/usr/go/src/runtime/sys_linux_amd64.s:558 +0x21 fp=0x7 sp=0x7 pc=0x49\n\ngoroutine 1 gp=0x1 m=3 mp=0x1 [syscall, locked to thread]:\nruntime.cgocall(0x1, 0x1)\n\truntime/cgocall.go:167 +0x4b fp=0x1 sp=0x1 pc=0x48\n", "SIGABRT: abort", "runtime.cgocall 167"},
		{"TooDeep", "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw({0x1?, 0x2?})\n\t/x/panic.go:1 +0x1\n\ngoroutine 1 gp=0xc m=0 [running]:\nmain.f[...](...)\n\t/x/a.go:5\n", "fatal error: stack overflow", "main.f[...] 5"},
		{"OnesOwnWords", "panic: CANARI-5f1c\n\tfatal error: CANARI-5f1c\n\ngoroutine 1 [running]:\nmain.main.func1()\n\t/x/CANARI-5f1c.go:3 +0x1\n", "panic", "main.main.func1 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			what, stack, ok := Crash(c.said)
			first := ""
			if len(stack) > 0 {
				first = fmt.Sprint(stack[0].Func, " ", stack[0].Line)
			}
			if !ok || what != c.what || first != c.first {
				t.Errorf("%q %q %v", what, first, ok)
			}
			if text := fmt.Sprint(what, stack); strings.Contains(text, "CANARI") || strings.Contains(text, "claire") || strings.Contains(text, "0x") {
				t.Error(text)
			}
		})
	}
	for _, said := range []string{"", "SIGQUIT: quit\nPC=0x1\n", "some words\n"} {
		if what, _, ok := Crash(said); ok {
			t.Errorf("%q is %q", said, what)
		}
	}
}

func TestCleaner(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip(err)
	}
	c := NewCleaner(`C:\Users\claire.dupont\AppData\Local\Guichet`)
	for in, want := range map[string]string{
		`connect database: open C:\Users\claire.dupont\AppData\Local\Guichet\guichet.db: access denied`: `connect database: open [data]\guichet.db: access denied`,
		`open ` + filepath.Join(home, "Guichet", "x.db") + `: no`:                                       `open ` + filepath.Join("[home]", "Guichet", "x.db") + `: no`,
		`Get "https://p.example/v1/requests/Dupont?x=1": dial tcp 10.0.0.1:443: refused`:                `Get "https://p.example/": dial tcp 10.0.0.1:443: refused`,
		`strconv.Atoi: parsing "1 84 12 76 451 089 46": invalid syntax`:                                 `strconv.Atoi: parsing […]: invalid syntax`,
		`claire.dupont@cabinet.example is Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIi`:                         `[…] is […]`,
		`request 0198c0de-0000-7000-8000-000000000001 not sent`:                                         `request 0198c0de-0000-7000-8000-000000000001 not sent`,
		`key q8Zk2Yw0Rt5Lm9Xc3Vb7Nn1Aa4Ss6Dd8 is odd`:                                                   `key […] is odd`,
	} {
		if got := c.Text(in); got != want {
			t.Errorf("%s\n became %s\nwanted %s", in, got, want)
		}
	}
	line := `{"level":"error","time":"2026-11-30T10:00:00Z","call":"Drafts.Save","error":"open ` + filepath.ToSlash(home) + `/a/b: no","stack":[{"func":"main.f","line":3,"path":"/srv/x"}],"who":"Claire Dupont (cabinet)","n":3,"deep":{"a":"CANARI"},"message":"call failed"}`
	got := c.Line(line)
	for _, word := range []string{"CANARI", "Claire", "/srv/x", filepath.ToSlash(home) + "/"} {
		if strings.Contains(got, word) {
			t.Errorf("%s is in %s", word, got)
		}
	}
	for _, word := range []string{`"call":"Drafts.Save"`, `"n":3`, `"func":"main.f"`, `"message":"call failed"`, "2026-11-30T10:00:00Z"} {
		if !strings.Contains(got, word) {
			t.Errorf("%s is not in %s", word, got)
		}
	}
	if got := c.Line("torn " + mark); strings.Contains(got, mark) {
		t.Error(got)
	}
}
