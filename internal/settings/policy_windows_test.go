package settings

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/windows/registry"
)

// Values of a policy are read as group policy writes them: texts, numbers, lists.
func TestPolicyInRegistry(t *testing.T) {
	base := fmt.Sprintf(`Software\GuichetTest%d`, os.Getpid())
	locked, recommended := base+`\Policies`, base+`\Policies\Recommended`
	if r := policyIn(registry.CURRENT_USER, locked, recommended); r.err != nil || len(r.locked) > 0 {
		t.Fatalf("no key: %+v", r)
	}
	t.Cleanup(func() {
		for _, k := range []string{recommended, locked, base} {
			if err := registry.DeleteKey(registry.CURRENT_USER, k); err != nil {
				t.Error(err)
			}
		}
	})
	k, _, err := registry.CreateKey(registry.CURRENT_USER, locked, registry.ALL_ACCESS)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	r, _, err := registry.CreateKey(registry.CURRENT_USER, recommended, registry.ALL_ACCESS)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, err := range []error{
		k.SetStringValue("Portal", "https://p.example"), k.SetDWordValue("idle", 5), k.SetStringsValue("Scopes", []string{"a", "b"}),
		k.SetBinaryValue("Keep", []byte{1}), k.SetStringValue("Colour", "red"), r.SetStringValue("UpdateChannel", "early"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	g := read(policyIn(registry.CURRENT_USER, locked, recommended), nil, func(string) string { return "" })
	for key, want := range map[string]Value{
		KeyPortal: {"https://p.example", Policy, `HKLM\` + locked}, KeyIdle: {"5", Policy, `HKLM\` + locked},
		KeyScopes: {"a b", Policy, `HKLM\` + locked}, KeyKeep: {"30", Builtin, ""}, KeyChannel: {"early", Recommended, `HKLM\` + locked},
	} {
		if got := g.Value(key, ""); got != want {
			t.Errorf("%s: %+v", key, got)
		}
	}
	if len(g.Problems) != 2 {
		t.Errorf("%+v", g.Problems)
	}
}
