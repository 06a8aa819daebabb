package portald

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"guichet/internal/desk"
)

// FuzzClaims reads persons from any claims, by each kind of mapping: whatever a
// token says, nobody gets a role that the mapping does not name, or a practice
// without an id.
func FuzzClaims(f *testing.F) {
	for _, s := range []string{
		`{"sub":"s","name":"S","practices":[{"id":"a","name":"A","roles":["admin","king"]}]}`,
		`{"sub":"s","practices":["/a/admin","/b/admin","/a/king","x"],"preferred":"a"}`,
		`{"sub":"s","resource_access":{"guichet":{"roles":["a.admin"]},"guichet.roles":["b.admin"]}}`,
		`{"sub":7,"practices":{"id":"a","roles":"admin"}}`, `{"sub":" ","practices":null}`, `{}`, `{"sub":"s","practices":[[],{},1,null,true]}`,
	} {
		f.Add([]byte(s))
	}
	place := map[string]Place{"a": {Name: "A", Town: "T"}}
	var mappings []mapping
	for _, c := range []Claims{
		{Practices: "practices", Preferred: "preferred"},
		{Practices: "practices", Pattern: "/{practice}/{role}", Directory: place},
		{Practices: "resource_access.guichet.roles", Pattern: "{practice}.{role}", Directory: place, Roles: map[string]string{"admin": "user"}},
	} {
		m, err := c.compile()
		if err != nil {
			f.Fatal(err)
		}
		mappings = append(mappings, m)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var claims map[string]any
		if json.Unmarshal(raw, &claims) != nil {
			t.Skip()
		}
		for _, m := range mappings {
			p, _, err := m.person(claims)
			if err != nil {
				continue
			}
			if p.ID == "" || len(p.ID) > 255 || p.Name == "" {
				t.Errorf("a person with id %q and name %q", p.ID, p.Name)
			}
			seen := map[string]bool{}
			for _, pr := range p.Practices {
				if pr.ID == "" || pr.Name == "" || seen[pr.ID] || m.pattern != nil && pr.ID != "a" {
					t.Errorf("a practice with id %q and name %q", pr.ID, pr.Name)
				}
				seen[pr.ID] = true
				for _, r := range pr.Roles {
					if !slices.Contains(slices.Collect(maps.Values(m.roles)), r) || !slices.Contains(ourRoles, desk.Role(r)) {
						t.Errorf("role %q", r)
					}
				}
			}
			if _, err := json.Marshal(person{p}.me()); err != nil {
				t.Error(err)
			}
		}
	})
}
