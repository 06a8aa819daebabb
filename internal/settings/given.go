package settings

import (
	"cmp"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Origin is who has set a value.
type Origin string

// The origins, strongest first.
const (
	Policy      Origin = "policy"
	CommandLine Origin = "command line"
	Environment Origin = "environment"
	User        Origin = "user"
	Recommended Origin = "recommended"
	Builtin     Origin = "default"
)

// Given is what was set outside the store. The zero value is that nothing was.
type Given struct {
	Problems []Problem // what was set and cannot be used; it counts as not set
	values   map[Origin]map[string]string
	where    map[Origin]string
}

// Problem is something that was set and cannot be used.
type Problem struct {
	Origin Origin
	Where  string // file, key of the registry, variable or flag
	Key    string // "" where all of it cannot be read
	Value  string // as it was given
	Unread error  // why all of it cannot be read
}

// Value is what counts, and why.
type Value struct {
	Value  string
	Origin Origin
	Where  string
}

// Locked tells that a person cannot change it.
func (v Value) Locked() bool {
	return v.Origin == Policy || v.Origin == CommandLine || v.Origin == Environment
}

// rules is what a machine's policy says, by key, as it stands there.
type rules struct {
	locked, recommended map[string]string
	where               string // of both
	unknown             []string
	err                 error
}

// Read weighs the machine's policy, flags by key, and the environment.
func Read(flags map[string]string, getenv func(string) string) Given {
	return read(machinePolicy(), flags, getenv)
}

func read(policy rules, flags map[string]string, getenv func(string) string) Given {
	g := Given{where: map[Origin]string{Policy: policy.where, Recommended: policy.where}}
	if policy.err != nil {
		g.Problems = append(g.Problems, Problem{Origin: Policy, Where: policy.where, Unread: policy.err})
	}
	for _, key := range policy.unknown {
		g.Problems = append(g.Problems, Problem{Origin: Policy, Where: policy.where, Key: key})
	}
	env := map[string]string{}
	for _, s := range Table {
		env[s.Key] = getenv(s.Env)
	}
	g.take(Policy, policy.locked, func(*Setting) string { return policy.where })
	g.take(CommandLine, flags, func(s *Setting) string { return "--" + s.Key })
	g.take(Environment, env, func(s *Setting) string { return s.Env })
	g.take(Recommended, policy.recommended, func(*Setting) string { return policy.where })
	return g
}

// take keeps what can be used of one origin.
func (g *Given) take(origin Origin, values map[string]string, where func(*Setting) string) {
	kept := map[string]string{}
	for i := range Table {
		s := &Table[i]
		given, ok := values[s.Key]
		if !ok || given == "" {
			continue
		}
		value, ok := s.Canonical(given)
		if !ok {
			g.Problems = append(g.Problems, Problem{Origin: origin, Where: where(s), Key: s.Key, Value: given})
			continue
		}
		if value != "" {
			kept[s.Key] = value
		}
	}
	if g.values == nil {
		g.values = map[Origin]map[string]string{}
	}
	g.values[origin] = kept
}

// Value is what counts for a setting, with what a person has chosen, "" for nothing.
func (g Given) Value(key, chosen string) Value {
	s := Find(key)
	for _, origin := range []Origin{Policy, CommandLine, Environment} {
		if v, ok := g.values[origin][key]; ok {
			return Value{v, origin, g.of(origin, s)}
		}
	}
	if chosen != "" {
		if v, ok := s.Canonical(chosen); ok && !s.Early {
			return Value{v, User, ""}
		}
	}
	if v, ok := g.values[Recommended][key]; ok {
		return Value{v, Recommended, g.of(Recommended, s)}
	}
	return Value{s.Default, Builtin, ""}
}

// Set is what was given from outside for a setting by whoever a person cannot
// overrule, "" for nothing.
func (g Given) Set(key string) string {
	if v := g.Value(key, ""); v.Locked() {
		return v.Value
	}
	return ""
}

// Locked lists the keys that a person cannot change.
func (g Given) Locked() []string {
	out := []string{}
	for _, s := range Table {
		if g.Value(s.Key, "").Locked() {
			out = append(out, s.Key)
		}
	}
	return out
}

func (g Given) of(origin Origin, s *Setting) string {
	switch origin {
	case CommandLine:
		return "--" + s.Key
	case Environment:
		return s.Env
	}
	return g.where[origin]
}

var variable = regexp.MustCompile(`%[A-Za-z0-9_()]+%`)

// expand fills in variables of the environment, in the way of the system. One that is
// not set stays as it is, and makes no absolute path.
func expand(path string) string {
	if runtime.GOOS != "windows" {
		if rest, ok := strings.CutPrefix(path, "~/"); ok {
			path = "$HOME/" + rest
		}
		return os.Expand(path, func(name string) string { return cmp.Or(os.Getenv(name), "$"+name) })
	}
	return variable.ReplaceAllStringFunc(path, func(name string) string {
		return cmp.Or(os.Getenv(strings.Trim(name, "%")), name)
	})
}

// unknownOf lists names that no setting has, in order.
func unknownOf(names []string) []string {
	out := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return Find(n) != nil })
	slices.Sort(out)
	return out
}
