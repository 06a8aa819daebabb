package portald

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"guichet/internal/desk"
)

// ourRoles are the roles of the rulebook.
var ourRoles = []desk.Role{desk.RoleAdmin, desk.RoleSuperAdmin, desk.RoleUser, desk.RoleSupportManager}

// mapping is Claims, ready to read tokens.
type mapping struct {
	Claims
	pattern *regexp.Regexp
	roles   map[string]desk.Role
}

func (c Claims) compile() (mapping, error) {
	m := mapping{Claims: c, roles: map[string]desk.Role{}}
	if c.Practices == "" {
		return m, errors.New("practices is missing: the claim that says who may do what where")
	}
	if m.ID == "" {
		m.ID = "sub"
	}
	if m.Name == "" {
		m.Name = "name"
	}
	for theirs, ours := range c.Roles {
		if !slices.Contains(ourRoles, desk.Role(ours)) {
			return m, fmt.Errorf("role %q stands for %q, which is none of %v", theirs, ours, ourRoles)
		}
		m.roles[theirs] = desk.Role(ours)
	}
	if len(c.Roles) == 0 {
		for _, r := range ourRoles {
			m.roles[string(r)] = r
		}
	}
	for id, place := range c.Directory {
		if id == "" || place.Name == "" {
			return m, fmt.Errorf("practice %q of the directory has no id or no name", id)
		}
	}
	if c.Pattern == "" {
		return m, nil
	}
	if strings.Count(c.Pattern, "{practice}") != 1 || strings.Count(c.Pattern, "{role}") != 1 || strings.Contains(c.Pattern, "}{") {
		return m, fmt.Errorf("pattern %q needs {practice} and {role} once each, with something between", c.Pattern)
	}
	if len(c.Directory) == 0 {
		return m, errors.New("a pattern needs a directory: strings do not say what a practice is called")
	}
	// The longest practice that fits: an id may hold what stands between.
	expr := strings.NewReplacer(`\{practice\}`, `(?P<practice>[^/]+)`, `\{role\}`, `(?P<role>[^/]+)`).Replace(regexp.QuoteMeta(c.Pattern))
	var err error
	m.pattern, err = regexp.Compile("^" + expr + "$")
	return m, err
}

// claimed is a practice as a claim has it.
type claimed struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Town  string   `json:"town"`
	Roles []string `json:"roles"`
}

// person reads a person. ignored tells what of the claim was let be, in words
// without its content; a token without an id is a refusal.
func (m mapping) person(claims map[string]any) (p desk.Person, ignored []string, err error) {
	text := func(path string) string {
		s, _ := find(claims, path).(string)
		return strings.TrimSpace(s)
	}
	if p.ID = text(m.ID); p.ID == "" || len(p.ID) > 255 {
		return p, nil, invalidToken("without a person's id")
	}
	if p.Name = text(m.Name); p.Name == "" {
		p.Name = p.ID
	}
	if m.Preferred != "" {
		p.Preferred = text(m.Preferred)
	}
	seen := map[string]bool{}
	ignore := func(what string) { seen[what] = true }
	for _, c := range m.practices(find(claims, m.Practices), ignore) {
		m.add(&p, c, ignore)
	}
	return p, slices.Sorted(maps.Keys(seen)), nil
}

// add gives a person a practice, or further roles in one.
func (m mapping) add(p *desk.Person, c claimed, ignore func(string)) {
	i := slices.IndexFunc(p.Practices, func(pr desk.Practice) bool { return pr.ID == c.ID })
	if i < 0 {
		p.Practices = append(p.Practices, desk.Practice{ID: c.ID, Name: c.Name, Town: c.Town})
		i = len(p.Practices) - 1
	}
	for _, theirs := range c.Roles {
		ours, known := m.roles[theirs]
		if !known {
			ignore("a role that is not in the configuration")
		} else if !slices.Contains(p.Practices[i].Roles, ours) {
			p.Practices[i].Roles = append(p.Practices[i].Roles, ours)
		}
	}
}

// practices reads the claim, whichever of the two forms it has.
func (m mapping) practices(claim any, ignore func(string)) (out []claimed) {
	var list []any
	switch v := claim.(type) {
	case nil:
		return nil
	case []any:
		list = v
	default: // one value that is not put into a list
		list = []any{v}
	}
	for _, one := range list {
		c, ok := m.practice(one)
		place, listed := m.Directory[c.ID]
		switch {
		case !ok:
			ignore("a practice in another form")
			continue
		case listed:
			c.Name, c.Town = place.Name, place.Town
		case m.pattern != nil:
			ignore("a practice that is not in the directory")
			continue
		case c.Name == "":
			c.Name = c.ID
		}
		out = append(out, c)
	}
	return out
}

func (m mapping) practice(one any) (claimed, bool) {
	if s, ok := one.(string); ok && m.pattern != nil {
		found := m.pattern.FindStringSubmatch(s)
		if found == nil {
			return claimed{}, false
		}
		return claimed{ID: found[m.pattern.SubexpIndex("practice")], Roles: []string{found[m.pattern.SubexpIndex("role")]}}, true
	}
	if _, ok := one.(map[string]any); !ok || m.pattern != nil {
		return claimed{}, false
	}
	raw, err := json.Marshal(one)
	var c claimed
	if err != nil || json.Unmarshal(raw, &c) != nil || c.ID == "" {
		return claimed{}, false
	}
	return c, true
}

// find follows a path of claims. A claim may have full stops in its own name,
// such as one that is named by an address: the longest name comes first.
func find(claims map[string]any, path string) any {
	if v, ok := claims[path]; ok {
		return v
	}
	for i := len(path) - 1; i > 0; i-- {
		if path[i] != '.' {
			continue
		}
		if inner, ok := claims[path[:i]].(map[string]any); ok {
			if v := find(inner, path[i+1:]); v != nil {
				return v
			}
		}
	}
	return nil
}
