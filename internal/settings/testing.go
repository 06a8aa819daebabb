package settings

// Ruled is what a machine's policy that says so has set, for the tests of other rooms.
func Ruled(locked, recommended map[string]string) Given {
	return read(rules{where: "policy of a test", locked: locked, recommended: recommended}, nil, func(string) string { return "" })
}
