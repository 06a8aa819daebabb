package settings

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Table {
		if seen[s.Key] || seen[s.Env] || seen[s.Policy()] {
			t.Errorf("%s stands twice", s.Key)
		}
		seen[s.Key], seen[s.Env], seen[s.Policy()] = true, true, true
		if got, ok := s.Canonical(s.Default); got != s.Default || !ok {
			t.Errorf("%s: its own default %q becomes %q, %v", s.Key, s.Default, got, ok)
		}
		for _, text := range []Text{s.Title, s.Help} {
			if text.FR == "" || text.EN == "" {
				t.Errorf("%s: a text is missing", s.Key)
			}
		}
	}
}

func TestCanonical(t *testing.T) {
	abs, absOut := "/srv/guichet/../x", "/srv/x"
	if runtime.GOOS == "windows" {
		abs, absOut = `C:\srv\guichet\..\x`, `C:\srv\x`
	}
	for _, c := range []struct{ key, in, want string }{
		{KeyPortal, "Portail.Example/", "https://portail.example"},
		{KeyPortal, "http://127.0.0.1:8080/a/", "http://127.0.0.1:8080/a"},
		{KeyPortal, "http://portail.example", "!"},
		{KeyPortal, "https://moi:secret@portail.example", "!"},
		{KeyPortal, "https://", "!"},
		{KeyScopes, " a   b ", "a b"},
		{KeyLanguage, "EN", "en"},
		{KeyLanguage, "de", "!"},
		{KeyIdle, "007", "7"},
		{KeyIdle, "241", "!"},
		{KeyIdle, "-1", "!"},
		{KeyIdle, "x", "!"},
		{KeyIdle, "", ""},
		{KeyProxy, "System", "system"},
		{KeyProxy, "proxy.example:3128", "http://proxy.example:3128"},
		{KeyProxy, "https://Proxy.example:3128/", "https://proxy.example:3128"},
		{KeyProxy, "http://moi:secret@proxy.example:3128", "!"},
		{KeyProxy, "proxy.example", "!"},
		{KeyProxy, "socks5://proxy.example:1", "!"},
		{KeySource, abs, absOut},
		{KeySource, "maj.example/guichet", "https://maj.example/guichet"},
		{KeySource, "ftp://maj.example", "!"},
		{KeyCA, abs, absOut},
		{KeyCA, "ca.pem", "!"},
		{KeyAutostart, "True", "on"},
		{KeyAutostart, "0", "off"},
		{KeyAutostart, "peut-être", "!"},
		{KeyClientID, "a\nb", "!"},
		{KeyClientID, strings.Repeat("a", maxLine+1), "!"},
		{KeyClientID, "\xff", "!"},
	} {
		got, ok := Find(c.key).Canonical(c.in)
		if (c.want == "!") == ok || ok && got != c.want {
			t.Errorf("%s=%q: %q, %v, want %q", c.key, c.in, got, ok, c.want)
		}
	}
}

// The stronger origin wins, for each setting by itself, whatever the weaker ones say.
func TestOrigins(t *testing.T) {
	policy := rules{where: "the policy", locked: map[string]string{KeyIdle: "1"}, recommended: map[string]string{KeyIdle: "5"}}
	flags := map[string]string{KeyIdle: "2"}
	env := func(name string) string { return map[string]string{"GUICHET_IDLE": "3"}[name] }
	none := func(string) string { return "" }
	for _, c := range []struct {
		name   string
		given  Given
		chosen string
		want   Value
		locked bool
	}{
		{"Policy", read(policy, flags, env), "4", Value{"1", Policy, "the policy"}, true},
		{"CommandLine", read(rules{recommended: policy.recommended}, flags, env), "4", Value{"2", CommandLine, "--idle"}, true},
		{"Environment", read(rules{recommended: policy.recommended}, nil, env), "4", Value{"3", Environment, "GUICHET_IDLE"}, true},
		{"User", read(rules{where: "p", recommended: policy.recommended}, nil, none), "4", Value{"4", User, ""}, false},
		{"UserOutOfBounds", read(rules{where: "p", recommended: policy.recommended}, nil, none), "400", Value{"5", Recommended, "p"}, false},
		{"Recommended", read(rules{where: "p", recommended: policy.recommended}, nil, none), "", Value{"5", Recommended, "p"}, false},
		{"Default", read(rules{}, nil, none), "", Value{"10", Builtin, ""}, false},
		{"NothingGiven", Given{}, "", Value{"10", Builtin, ""}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.given.Value(KeyIdle, c.chosen)
			if got != c.want || got.Locked() != c.locked || slices.Contains(c.given.Locked(), KeyIdle) != c.locked {
				t.Errorf("%+v, locked %v", got, got.Locked())
			}
			if want := map[bool]string{true: c.want.Value}[c.locked]; c.given.Set(KeyIdle) != want {
				t.Errorf("set from outside: %q", c.given.Set(KeyIdle))
			}
		})
	}
	if got := read(rules{}, nil, none).Value(KeyData, "/somewhere"); got.Origin != Builtin {
		t.Errorf("nobody chooses the data folder in the window: %+v", got)
	}
}

// What cannot be used is told, and counts as not set; the rest counts.
func TestProblems(t *testing.T) {
	g := read(rules{
		where: "p", locked: map[string]string{KeyIdle: "never", KeyUpload: "100", "colour": "red"}, unknown: []string{"colour"},
		err: errors.New("half of it"),
	}, map[string]string{KeyPortal: "ftp://x"}, func(string) string { return "" })
	var got []string
	for _, p := range g.Problems {
		got = append(got, string(p.Origin)+" "+p.Key+" "+p.Value)
	}
	if want := []string{"policy  ", "policy colour ", "policy idle never", "command line portal ftp://x"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if g.Value(KeyIdle, "").Origin != Builtin || g.Value(KeyUpload, "").Value != "100" || g.Value(KeyPortal, "").Value != "" {
		t.Error("what could be used does not count, or what could not does")
	}
}

func TestPolicyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.json")
	if r := policyFile(path); r.err != nil || r.locked != nil {
		t.Errorf("no file: %+v", r)
	}
	put := func(body string) rules {
		t.Helper()
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
		return policyFile(path)
	}
	r := put(`{"locked": {"portal": "https://p.example", "idle": 5, "autostart": true, "scopes": ["a", "b"], "colour": "red", "keep": {}}, "recommended": {"language": "en"}}`)
	if r.err != nil || r.locked["idle"] != "5" || r.locked["autostart"] != "true" || r.locked["scopes"] != "a b" || r.recommended["language"] != "en" ||
		!slices.Equal(r.unknown, []string{"colour"}) || r.where != path {
		t.Errorf("%+v", r)
	}
	if r := put(`{"locked": {"Portal": "https://p.example"}, "recommended": {"UpdateDelay": 3, "IDLE": 4}}`); r.err != nil || len(r.unknown) > 0 ||
		r.locked["portal"] != "https://p.example" || r.recommended["update-delay"] != "3" || r.recommended["idle"] != "4" {
		t.Errorf("by the names that the registry has: %+v", r)
	}
	g := read(r, nil, func(string) string { return "" })
	if g.Value(KeyAutostart, "").Value != "on" || g.Value(KeyKeep, "").Origin != Builtin || len(g.Problems) != 2 {
		t.Errorf("%+v", g.Problems)
	}
	for name, body := range map[string]string{
		"Cut": `{"locked": {`, "Behind": `{} {}`, "OtherLists": `{"Locked2": {}}`, "List": `[]`, "Empty": "", "Large": `{"locked": {"portal": "` + strings.Repeat("a", maxPolicy) + `"}}`,
	} {
		if r := put(body); r.err == nil || len(r.locked) > 0 && name != "Behind" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if runtime.GOOS != "windows" && os.Geteuid() != 0 {
		_ = os.Chmod(path, 0)
		if r := policyFile(path); r.err == nil {
			t.Error("a file that cannot be read is told as none")
		}
	}
}

// Each reference of the templates leads somewhere, in both languages, and each policy
// asks for a value by the name that is read.
func TestTemplates(t *testing.T) {
	files := Templates()
	var defs struct {
		Categories []struct {
			Name    string `xml:"name,attr"`
			Display string `xml:"displayName,attr"`
		} `xml:"categories>category"`
		Policies []struct {
			Name         string `xml:"name,attr"`
			Display      string `xml:"displayName,attr"`
			Explain      string `xml:"explainText,attr"`
			Key          string `xml:"key,attr"`
			ValueName    string `xml:"valueName,attr"`
			Presentation string `xml:"presentation,attr"`
			Parent       struct {
				Ref string `xml:"ref,attr"`
			} `xml:"parentCategory"`
			Elements struct {
				Any []struct {
					XMLName   xml.Name
					ID        string `xml:"id,attr"`
					ValueName string `xml:"valueName,attr"`
					Items     []struct {
						Display string `xml:"displayName,attr"`
						Value   string `xml:"value>string"`
					} `xml:"item"`
				} `xml:",any"`
			} `xml:"elements"`
		} `xml:"policies>policy"`
	}
	if err := xml.Unmarshal(files["guichet.admx"], &defs); err != nil {
		t.Fatal(err)
	}
	early := 0
	for _, s := range Table {
		if s.Early {
			early++
		}
	}
	if got, want := len(defs.Policies), 2*len(Table)-early; got != want {
		t.Errorf("%d policies, want %d", got, want)
	}
	categories := map[string]bool{}
	for _, lang := range []string{"fr-FR", "en-US"} {
		var res struct {
			Strings []struct {
				ID   string `xml:"id,attr"`
				Text string `xml:",chardata"`
			} `xml:"resources>stringTable>string"`
			Presentations []struct {
				ID  string `xml:"id,attr"`
				Any []struct {
					XMLName xml.Name
					Ref     string `xml:"refId,attr"`
				} `xml:",any"`
			} `xml:"resources>presentationTable>presentation"`
		}
		if err := xml.Unmarshal(files[lang+"/guichet.adml"], &res); err != nil {
			t.Fatal(err)
		}
		there := map[string]string{}
		for _, s := range res.Strings {
			if there["$(string."+s.ID+")"] != "" {
				t.Errorf("%s: the text %s stands twice", lang, s.ID)
			}
			there["$(string."+s.ID+")"] = s.Text
		}
		for _, p := range res.Presentations {
			if len(p.Any) != 1 || p.Any[0].Ref != "Value" {
				t.Errorf("%s: presentation %s asks for %v", lang, p.ID, p.Any)
			}
			there["$(presentation."+p.ID+")"] = "x"
		}
		for _, c := range defs.Categories {
			categories[c.Name] = true
			if there[c.Display] == "" {
				t.Errorf("%s: no text %s", lang, c.Display)
			}
		}
		for _, p := range defs.Policies {
			refs := []string{p.Display, p.Explain}
			value := p.ValueName
			if value == "" {
				refs = append(refs, p.Presentation)
				value = p.Elements.Any[0].ValueName
				for _, i := range p.Elements.Any[0].Items {
					refs = append(refs, i.Display)
				}
			}
			for _, r := range refs {
				if there[r] == "" {
					t.Errorf("%s: nothing for %s", lang, r)
				}
			}
			if !categories[p.Parent.Ref] || !strings.HasPrefix(p.Key, `SOFTWARE\Policies\Guichet`) ||
				!slices.ContainsFunc(Table, func(s Setting) bool { return s.Policy() == value }) {
				t.Errorf("%s: policy %+v", lang, p)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(path, files["policy.json"], 0o644); err != nil {
		t.Fatal(err)
	}
	g := read(policyFile(path), nil, func(string) string { return "" })
	if len(g.Problems) > 0 || g.Value(KeyPortal, "").Origin != Policy || g.Value(KeyIdle, "").Origin != Recommended {
		t.Errorf("the example cannot be used: %+v", g.Problems)
	}
	for _, lang := range []string{"reglages.md", "settings.md"} {
		if got := strings.Count(string(files[lang]), "\n| `--"); got != len(Table) {
			t.Errorf("%s lists %d settings", lang, got)
		}
	}
	for name, body := range files {
		d := xml.NewDecoder(strings.NewReader(string(body)))
		for strings.HasSuffix(name, "x") || strings.HasSuffix(name, "l") {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}
