package launch

// Minimised is what a program is started with that opens with the session.
const Minimised = "--minimised"

// SetAutostart has a program start with this user's session, or not any more.
func SetAutostart(program string, on bool) error { return setAutostart(program, on) }
