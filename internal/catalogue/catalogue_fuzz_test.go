package catalogue

import (
	"encoding/json"
	"reflect"
	"testing"

	"guichet/internal/desk"
)

// FuzzParse reads any bytes as a catalogue. What is taken can be used to the
// last rule, and comes back the same from its own JSON.
func FuzzParse(f *testing.F) {
	f.Add(DefaultJSON())
	// A small one, so that a changed byte meets a rule rather than a label.
	small := `{"version":2,"types":[{"key":"t","label":{"fr":"T"},"roles":["admin"],"files":{"maxCount":1,"maxBytes":9,"types":[{"extensions":["pdf"],"media":["application/pdf"]}]},` +
		`"categories":[{"key":"c","label":{"fr":"C"},"fields":[` +
		`{"key":"kind","label":{"fr":"K"},"kind":"choice","options":[{"value":"a","label":{"fr":"A"}}],"default":"a"},` +
		`{"key":"no","label":{"fr":"N"},"kind":"line","maxLength":20,"upper":true,"pattern":"FA-\\d{4}","patternText":{"fr":"P"},"visibleWhen":{"field":"kind","in":["a"]}},` +
		`{"key":"subject","label":{"fr":"S"},"kind":"line","required":true,"minLength":3,"maxLength":120},` +
		`{"key":"description","label":{"fr":"D"},"kind":"text","required":true,"maxLength":4000}]}]}]}`
	f.Add([]byte(small))
	for _, s := range []string{"", "null", "{}", "[]", `{"version":1,"types":[{}]}`, `{"version":1e9}`, small[:len(small)/2], small + small} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := Parse(body)
		if err != nil {
			if !reflect.DeepEqual(c, desk.Catalogue{}) {
				t.Error("half a catalogue beside an error")
			}
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		c2, err := Parse(again)
		if err != nil || !reflect.DeepEqual(c, c2) {
			t.Errorf("it does not come back from its own JSON: %v", err)
		}
		who := desk.Person{ID: "p", Practices: []desk.Practice{{ID: "x", Roles: []desk.Role{desk.RoleAdmin}}}}
		for _, typ := range c.Types {
			for _, cat := range typ.Categories {
				use(t, c, who, desk.Content{Type: typ.Key, Practice: "x", Category: cat.Key})
			}
		}
	})
}

// use asks the rules about a draft that is empty, and about one in which every
// field has an answer.
func use(t *testing.T, c desk.Catalogue, who desk.Person, content desk.Content) {
	t.Helper()
	typ, _ := c.Type(content.Type)
	cat, ok := typ.Category(content.Category)
	if !ok {
		return // a key that stands twice: the first one counts
	}
	for _, answer := range []string{"", "FA-2026"} {
		content.Values = desk.Values{}
		for _, f := range cat.Fields {
			content.Values[f.Key] = answer
		}
		v := desk.Look(c, desk.Draft{Content: content}, who)
		if v.Done > v.Total || v.Done < 0 || len(v.Problems) < v.Total-v.Done {
			t.Errorf("%d of %d done with %d problems", v.Done, v.Total, len(v.Problems))
		}
	}
}
