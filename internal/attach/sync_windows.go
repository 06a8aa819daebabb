package attach

// syncDir does nothing on Windows: a folder cannot be synced there, and NTFS
// journals the rename.
func syncDir(string) error { return nil }
