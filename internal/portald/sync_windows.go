package portald

// syncFolder does nothing: Windows keeps names itself and refuses to sync a
// folder.
func syncFolder(string) error { return nil }
