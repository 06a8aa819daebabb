package portald

import (
	"slices"
	"testing"

	"guichet/internal/desk"
)

// TestFollowers wakes who may see a change, and nobody else.
func TestFollowers(t *testing.T) {
	admin := func(id, practice string) person {
		return person{desk.Person{ID: id, Practices: []desk.Practice{{ID: practice, Roles: []desk.Role{desk.RoleAdmin}}}}}
	}
	var f followers
	who := map[string]person{
		"author": {desk.Person{ID: "author"}}, "admin": admin("admin", "p"), "elsewhere": admin("elsewhere", "q"), "stranger": {desk.Person{ID: "stranger"}},
	}
	waiting, leaves := map[string]*follower{}, []func(){}
	for name, p := range who {
		one, leave := f.follow(p)
		waiting[name], leaves = one, append(leaves, leave)
	}
	woken := func() (names []string) {
		for name, one := range waiting {
			select {
			case <-one.woken:
				names = append(names, name)
			default:
			}
		}
		slices.Sort(names)
		return names
	}
	f.wake(map[string]bool{personKey("author"): true, practiceKey("p"): true})
	f.wake(map[string]bool{personKey("author"): true}) // once more does no harm
	if got := woken(); !slices.Equal(got, []string{"admin", "author"}) {
		t.Errorf("woken %v", got)
	}
	f.wakeAll()
	if got := woken(); len(got) != len(who) {
		t.Errorf("woken %v", got)
	}
	for _, leave := range leaves {
		leave()
	}
	if len(f.byKey) > 0 {
		t.Errorf("%d keys are left", len(f.byKey))
	}
}
