package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"guichet/internal/desk"
)

// FuzzStoredDraft reads a draft whose body on the disk is any bytes: it is
// what these bytes say, or it is damaged; never another one and never an empty
// one.
func FuzzStoredDraft(f *testing.F) {
	ctx := context.Background()
	s := open(f, f.TempDir())
	d := save(f, s, newDraft(f))
	whole, err := json.Marshal(bodyOf(desk.Draft{Content: d.Content, Problems: []desk.Problem{{Field: "subject", Code: "too-long", Max: 120, Text: &desk.Text{FR: "x"}}}}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(append(whole[:len(whole):len(whole)], '}'))
	for _, body := range []string{
		"", "\x00", `"x"`, "[]", "null", `{"road":"form","valuet":{"subject":"a"}}`, `{"values":[]}`, `{"road":"form","step":"files","catalogue":1,"type":"t","category":"c","values":{"a":"\ud800"}}`,
		`{"road":1}`, `{"catalogue":1e99}`, `{"road":"form","values":{"subject":null}}`, "\xef\xbb\xbf{}", `{"road":"form","values":{"é":"\u0000"}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := s.write.Exec("UPDATE draft SET body=?, revision=1 WHERE id=?", body, d.ID.String()); err != nil {
			t.Fatal(err)
		}
		got, err := s.Draft(ctx, d.ID)
		list, listErr := s.Drafts(ctx, "claire", All)
		if err != nil {
			if !errors.Is(err, desk.ErrDamaged) || !errors.Is(listErr, desk.ErrDamaged) {
				t.Errorf("%v, in the list %v", err, listErr)
			}
			return
		}
		var plain struct {
			Road, Type, Category string
			Values               map[string]string
		}
		if err := json.Unmarshal(body, &plain); err != nil {
			t.Fatalf("read although it is no JSON of a draft: %v", err)
		}
		known := json.NewDecoder(bytes.NewReader(body))
		known.DisallowUnknownFields()
		if err := known.Decode(&draftBody{}); err != nil || bytes.TrimSpace(body)[0] != '{' {
			t.Errorf("%d values are read from what is no draft: %v", len(got.Values), err)
		}
		if string(got.Road) != plain.Road || got.Type != plain.Type || got.Category != plain.Category || !reflect.DeepEqual(map[string]string(got.Values), plain.Values) {
			t.Errorf("read as another draft: %+v, stored was %+v", got.Content, plain)
		}
		if listErr != nil || len(list) != 1 || !reflect.DeepEqual(list[0], got) {
			t.Errorf("the list has %+v, %v; by itself it is %+v", list, listErr, got)
		}
		// The next save takes it over whole.
		saved, err := s.SaveDraft(ctx, got, at)
		if err != nil || saved.Revision != got.Revision+1 {
			t.Fatalf("saved as %d: %v", saved.Revision, err)
		}
		again, err := s.Draft(ctx, d.ID)
		if err != nil || !sameContent(again.Content, got.Content) || !reflect.DeepEqual(again.Problems, got.Problems) {
			t.Errorf("read back %+v, saved was %+v: %v", again.Content, got.Content, err)
		}
	})
}

// FuzzStoredRequest does the same with a request that waits, and with the name
// of its file: what is sent is never less than what was submitted.
func FuzzStoredRequest(f *testing.F) {
	ctx := context.Background()
	s := open(f, f.TempDir())
	d := save(f, s, newDraft(f))
	file(f, s, d.ID, "one")
	r := submit(f, s, d)
	whole, err := json.Marshal(requestBody{Values: r.Values, Problems: []desk.Problem{{Field: "files", Code: "too-many", Max: 10}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, []byte(`"facture.pdf"`))
	f.Add(whole[1:], []byte(`"facture.pdf`))
	for _, body := range []string{"", "[]", "1", `{"values":{"subject":7}}`, `{"values":{"subject":"\udfff"}}`, `{"problems":{}}`} {
		f.Add([]byte(body), whole)
	}
	f.Fuzz(func(t *testing.T, body, name []byte) {
		for sql, v := range map[string][]byte{"UPDATE request SET body=? WHERE id=?": body, "UPDATE file SET name=? WHERE item=?": name} {
			if _, err := s.write.Exec(sql, v, r.ID.String()); err != nil {
				t.Fatal(err)
			}
		}
		var values struct{ Values map[string]string }
		var called string
		var problems struct{ Problems []desk.Problem }
		known := json.NewDecoder(bytes.NewReader(body))
		known.DisallowUnknownFields()
		readable := known.Decode(&requestBody{}) == nil && bytes.TrimSpace(body)[0] == '{' && string(bytes.TrimSpace(name)) != "null" && json.Unmarshal(body, &values) == nil && json.Unmarshal(body, &problems) == nil && json.Unmarshal(name, &called) == nil
		got, err := s.Request(ctx, "claire", r.ID)
		list, listErr := s.Requests(ctx, "claire", All)
		for _, err := range []error{err, listErr} {
			if !readable && !errors.Is(err, desk.ErrDamaged) || readable && err != nil {
				t.Errorf("readable: %t, and %v", readable, err)
			}
		}
		if err != nil || listErr != nil {
			return
		}
		if len(list) != 1 || len(list[0].Files) != 1 || len(got.Files) != 1 {
			t.Fatalf("%d requests, %d files", len(list), len(got.Files))
		}
		for _, r := range []desk.Request{list[0], got.Request} {
			if !reflect.DeepEqual(map[string]string(r.Values), values.Values) || r.Files[0].Name != called {
				t.Errorf("read as another request: %q %+v", r.Files[0].Name, r)
			}
		}
	})
}
