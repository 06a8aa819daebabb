package portald_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"

	"github.com/google/uuid"
)

// door is a portal that anybody may try.
type door struct {
	url, folder string
	tokens      map[string]string
	http        *http.Client
}

func fuzzDoor(f *testing.F) *door {
	p := portald.Run(f, nil, func(s *portald.Server) { s.MaxWait = time.Millisecond })
	line := &http.Transport{}
	f.Cleanup(line.CloseIdleConnections)
	d := &door{url: p.URL, folder: p.Folder(), tokens: map[string]string{}, http: &http.Client{Transport: line, Timeout: 30 * time.Second}}
	d.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, who := range []string{claire, marc, sophie} {
		d.tokens[who] = p.Token(who)
	}
	return d
}

// knock makes a call. Whatever it holds, the answer is no fault of the portal,
// and an error is a problem that repeats nothing.
func (d *door) knock(tb testing.TB, who, method, path string, body []byte, header http.Header) (int, http.Header, []byte) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, d.url+path, bytes.NewReader(body))
	if err != nil {
		tb.Skip("no call can be made so")
	}
	for k, v := range header {
		r.Header[k] = v
	}
	r.Header.Set("Authorization", "Bearer "+d.tokens[who])
	res, err := d.http.Do(r)
	if err != nil {
		if strings.Contains(err.Error(), "invalid header field") {
			tb.Skip("no call can be made so")
		}
		tb.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatalf("%s %s: %v", method, path, err)
	}
	if res.StatusCode >= 500 {
		tb.Fatalf("%s %s: answered %d: %s", method, path, res.StatusCode, out)
	}
	if res.StatusCode < 400 {
		return res.StatusCode, res.Header, out
	}
	var p portal.Problem
	if method != http.MethodHead && (json.Unmarshal(out, &p) != nil || portal.Status(p.Code) != res.StatusCode) {
		tb.Errorf("%s %s: answered %d without its problem: %s", method, path, res.StatusCode, out)
	}
	if bytes.Contains(out, []byte(canary)) {
		tb.Errorf("%s %s: an error repeats content: %s", method, path, out)
	}
	return res.StatusCode, res.Header, out
}

func encoded(tb testing.TB, v any) []byte {
	tb.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func answered[T any](tb testing.TB, body []byte) T {
	tb.Helper()
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		tb.Fatalf("answer %s: %v", body, err)
	}
	return v
}

// aFile is a file of one byte, as it is announced.
func aFile(who string) portal.File {
	const sum = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" // of "x"
	return portal.File{
		ID: "0198c1de-7a00-7000-8000-0000000000f1", Name: "facture.pdf", Size: 1, Media: "application/pdf", SHA256: sum,
		Confirmation: &portal.Confirmation{By: who, At: time.Date(2026, 3, 2, 9, 31, 0, 0, time.UTC), Wording: "2026-1", SHA256: sum},
	}
}

// FuzzPut announces any bytes as a request. What is refused leaves nothing
// behind; what is taken meets the rulebook, is held as it was sent, and its
// repeat is a read.
func FuzzPut(f *testing.F) {
	d := fuzzDoor(f)
	rules, err := catalogue.Default()
	if err != nil {
		f.Fatal(err)
	}
	for _, edit := range []func(*portal.RequestPut){
		func(*portal.RequestPut) {},
		func(p *portal.RequestPut) { *p = administrative(tilleuls) },
		func(p *portal.RequestPut) { *p = administrative(michel) },
		func(p *portal.RequestPut) { p.Files = []portal.File{aFile(claire)} },
		func(p *portal.RequestPut) { p.Files = []portal.File{aFile(marc)} },
		func(p *portal.RequestPut) { p.Files = []portal.File{aFile(claire), aFile(claire)} },
		func(p *portal.RequestPut) { p.Files = []portal.File{aFile(claire)}; p.Files[0].Name = "../CON.pdf" },
		func(p *portal.RequestPut) { p.Files = []portal.File{aFile(claire)}; p.Files[0].Size = -1 },
		func(p *portal.RequestPut) { p.Files = []portal.File{aFile(claire)}; p.Files[0].Confirmation = nil },
		func(p *portal.RequestPut) { p.Values["invoice"] = "FA-2026-0388" },
		func(p *portal.RequestPut) { p.Values[desk.KeySubject] = "a\x00b\u202e" },
		func(p *portal.RequestPut) { p.Values = nil },
		func(p *portal.RequestPut) { p.Revision = 1 << 62 },
		func(p *portal.RequestPut) { p.Revision, p.CatalogueVersion = -1, 99 },
		func(p *portal.RequestPut) { p.WrittenAt = time.Time{} },
	} {
		body := technical(tilleuls)
		edit(&body)
		f.Add(encoded(f, body), false)
	}
	for _, body := range []string{"", "null", "[]", "{", `{"revision":1}`, `{"revision":1}{"revision":2}`, `{"revision":"` + canary + `"}`} {
		f.Add([]byte(body), true)
	}
	f.Fuzz(func(t *testing.T, body []byte, other bool) {
		who, id := claire, newID(t)
		if other {
			who = sophie
		}
		status, _, out := d.knock(t, who, http.MethodPut, pathOf(id), body, nil)
		if status >= 300 {
			if status, _, _ := d.knock(t, who, http.MethodGet, pathOf(id), nil, nil); status != http.StatusNotFound {
				t.Errorf("refused, and then it is there: %d", status)
			}
			return
		}
		held := answered[portal.Request](t, out)
		if status != http.StatusCreated || held.ID != id || held.Author.ID != who {
			t.Errorf("answered %d about %s of %s", status, held.ID, held.Author.ID)
		}
		lawful(t, rules, held)
		if put := answered[portal.RequestPut](t, body); put.Revision != held.Revision || put.Practice != held.Practice ||
			len(put.Values) != len(held.Values) || len(put.Values) > 0 && !reflect.DeepEqual(put.Values, held.Values) || len(put.Files) != len(held.Files) {
			t.Errorf("held is not what was sent: %+v", held)
		}
		if status, _, again := d.knock(t, who, http.MethodPut, pathOf(id), body, nil); status != http.StatusOK || !bytes.Equal(again, out) {
			t.Errorf("the repeat answers %d: %s, first was %s", status, again, out)
		}
	})
}

// lawful holds what the portal took to the rules, by hand where they are short.
func lawful(t *testing.T, rules desk.Catalogue, held portal.Request) {
	t.Helper()
	if (held.Number == "") != slices.ContainsFunc(held.Files, func(f portal.File) bool { return !f.Received }) {
		t.Errorf("number %q with files %+v", held.Number, held.Files)
	}
	typ, ok := rules.Type(held.Type)
	if cat, known := typ.Category(held.Category); !ok || !known || len(held.Values) > len(cat.Fields) {
		t.Errorf("type %q, category %q, %d values", held.Type, held.Category, len(held.Values))
	}
	if !slices.Contains([]string{tilleuls, port, michel}, held.Practice) || held.Author.ID == sophie && held.Practice != tilleuls {
		t.Errorf("%s writes for %q", held.Author.ID, held.Practice)
	}
	for key, max := range map[string]int{desk.KeySubject: 120, desk.KeyDescription: 4000} {
		if n := utf8.RuneCountInString(strings.TrimSpace(held.Values[key])); n < 3 || n > max {
			t.Errorf("%s of %d characters", key, n)
		}
	}
	seen := map[string]bool{}
	for _, f := range held.Files {
		if _, err := uuid.Parse(f.ID); err != nil || seen[f.ID] || f.Size < 1 || f.Size > typ.Files.MaxBytes || len(f.SHA256) != 64 {
			t.Errorf("file %+v", f)
		}
		seen[f.ID] = true
		if c := f.Confirmation; c == nil || c.By != held.Author.ID || c.SHA256 != f.SHA256 || c.Wording == "" || c.At.IsZero() {
			t.Errorf("taken without its statement: %+v", f.Confirmation)
		}
		if _, bad := typ.Files.CheckCandidate(desk.Candidate{Name: f.Name, Size: f.Size, Media: f.Media}); bad || strings.ContainsAny(f.Name, "/\\\x00\n") {
			t.Errorf("a file called %q", f.Name)
		}
	}
}
