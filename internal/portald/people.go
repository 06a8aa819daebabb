package portald

import (
	"encoding/json"
	"fmt"
	"slices"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

// Person is somebody who may use the portal.
type Person struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Note      string     `json:"note,omitempty"`
	Preferred string     `json:"preferred,omitempty"`
	Practices []Practice `json:"practices"`
}

// Practice is a practice with the roles that a person holds in it.
type Practice struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Town  string   `json:"town"`
	Roles []string `json:"roles"`
}

// ParsePeople reads a list of persons and checks that it can be used.
func ParsePeople(body []byte) ([]Person, error) {
	var people []Person
	if err := json.Unmarshal(body, &people); err != nil {
		return nil, fmt.Errorf("parse persons: %w", err)
	}
	roles := []string{string(desk.RoleAdmin), string(desk.RoleSuperAdmin), string(desk.RoleUser), string(desk.RoleSupportManager)}
	ids := map[string]bool{}
	for i, p := range people {
		switch {
		case p.ID == "" || p.Name == "":
			return nil, fmt.Errorf("parse persons: person %d has no id or name", i+1)
		case ids[p.ID]:
			return nil, fmt.Errorf("parse persons: the id %s stands twice", p.ID)
		}
		ids[p.ID] = true
		for _, pr := range p.Practices {
			if pr.ID == "" || pr.Name == "" {
				return nil, fmt.Errorf("parse persons: a practice of %s has no id or name", p.ID)
			}
			for _, r := range pr.Roles {
				if !slices.Contains(roles, r) {
					return nil, fmt.Errorf("parse persons: role %q of %s is none of %v", r, p.ID, roles)
				}
			}
		}
	}
	return people, nil
}

// person is a Person as the rulebook knows them.
type person struct{ desk.Person }

// overseen lists the practices of which the person sees every request.
func (p person) overseen() []string {
	out := []string{}
	for _, pr := range p.Practices {
		if slices.ContainsFunc(pr.Roles, func(r desk.Role) bool { return r != desk.RoleUser }) {
			out = append(out, pr.ID)
		}
	}
	return out
}

// elsewhere lists the practices to which the person belongs without overseeing
// them: there they see their own requests and those that they watch.
func (p person) elsewhere() []string {
	out, overseen := []string{}, p.overseen()
	for _, pr := range p.Practices {
		if !slices.Contains(overseen, pr.ID) {
			out = append(out, pr.ID)
		}
	}
	return out
}

// sees tells what the query visible finds, of one request: their own, those of
// the practices that they oversee, and those that they watch in their practices.
func (p person) sees(h *held) bool {
	if h.Author.ID == p.ID {
		return true
	}
	return h.Number != "" && (slices.Contains(p.overseen(), h.Practice) || p.watches(h) && slices.Contains(p.elsewhere(), h.Practice))
}

func (p person) watches(h *held) bool {
	return slices.ContainsFunc(h.Watchers, func(w portal.Watcher) bool { return w.ID == p.ID })
}

func (p person) me() portal.Me {
	me := portal.Me{ID: p.ID, Name: p.Name, Preferred: p.Preferred, Practices: []portal.Practice{}}
	for _, pr := range p.Practices {
		roles := []string{}
		for _, r := range pr.Roles {
			roles = append(roles, string(r))
		}
		me.Practices = append(me.Practices, portal.Practice{ID: pr.ID, Name: pr.Name, Town: pr.Town, Roles: roles})
	}
	return me
}

// newPeople are persons as the rulebook knows them.
func newPeople(list []Person) []person {
	var out []person
	for _, p := range list {
		one := person{desk.Person{ID: p.ID, Name: p.Name, Preferred: p.Preferred}}
		for _, pr := range p.Practices {
			practice := desk.Practice{ID: pr.ID, Name: pr.Name, Town: pr.Town}
			for _, r := range pr.Roles {
				practice.Roles = append(practice.Roles, desk.Role(r))
			}
			one.Practices = append(one.Practices, practice)
		}
		out = append(out, one)
	}
	return out
}
