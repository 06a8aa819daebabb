package app

// This PC: its program, its line, its keys and what lies on it.

// Update is how updates of this program stand.
type Update struct {
	Policy    string   `json:"policy"`    // off, notify, auto
	Scope     string   `json:"scope"`     // user, machine; "" for none of an installation
	Version   string   `json:"version"`   // of this program
	State     string   `json:"state"`     // current, available, staged, problem; "" before the first check
	Problem   string   `json:"problem"`   // a code of package update, or of the disk, with problem
	Offer     string   `json:"offer"`     // the newest version that would do, "" for none
	Notes     Text     `json:"notes"`     // of that
	Urgent    bool     `json:"urgent"`    // it is
	Size      int64    `json:"size"`      // of it
	Published string   `json:"published"` // when it was
	Staged    string   `json:"staged"`    // the version that the next start puts in place, "" for none
	Busy      bool     `json:"busy"`      // somebody looks now
	Done      int64    `json:"done"`      // bytes that have arrived of what is being brought
	Total     int64    `json:"total"`     // of so many; 0 while nothing is
	Checked   string   `json:"checked"`   // when somebody looked last
	Refused   []string `json:"refused"`   // versions that did not come up here, the last one first
	Quiet     bool     `json:"quiet"`     // nobody is to be reminded now
	Damaged   bool     `json:"damaged"`   // what was kept of updates was unreadable once, and set aside
}

// LineState is how others are reached from this PC.
type LineState struct {
	Reason string `json:"reason"` // what kept the last attempt from being made, whoever was spoken to; as in Status
	Proxy  string `json:"proxy"`  // host and port; empty for none, or when it is not known yet
	From   string `json:"from"`   // who says so: loopback, setting, environment, system, script, nothing
	User   string `json:"user"`   // that a password is kept for; empty for none
	For    string `json:"for"`    // the proxy that it is shown to, and no other
	Kept   bool   `json:"kept"`   // in the keyring; else until the program ends
}

// LineReport is how far a call to a host gets.
type LineReport struct {
	Address string     `json:"address"`
	OK      bool       `json:"ok"`
	Steps   []LineStep `json:"steps"`
	Took    int64      `json:"took"` // milliseconds
}

// LineStep is one step of the way, in order: settings, proxy, dns, tcp, proxy-tls,
// connect, tls, http, clock.
type LineStep struct {
	ID    string     `json:"id"`
	State string     `json:"state"` // ok, failed, skipped
	Code  string     `json:"code"`  // what is wrong, or how it is right; may be empty
	Facts []LineFact `json:"facts"`
	Took  int64      `json:"took"` // milliseconds
}

// LineFact is something that was seen; a name may come several times.
type LineFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Keys is how what is stored on this PC is protected.
type Keys struct {
	Sealed   bool `json:"sealed"`   // it cannot be read without the system's keyring
	Silent   bool `json:"silent"`   // there is a keyring, and it does not answer
	Recovery bool `json:"recovery"` // a recovery code opens what is the person's at the desk
}

// Kept is what lies on this PC of the person at the desk, and drafts of the PC's.
type Kept struct {
	Drafts     int   `json:"drafts"` // also those that can be brought back
	Shared     int   `json:"shared"` // drafts of the PC's, which stay when the person's go
	Waiting    int   `json:"waiting"`
	Received   int   `json:"received"`
	Acts       int   `json:"acts"`  // replies being written, and what waits of received requests
	Files      int   `json:"files"` // copies
	FileBytes  int64 `json:"fileBytes"`
	Here       int   `json:"here"`       // copies that the portal does not have
	Statements int   `json:"statements"` // of the guard
}

// Recovered tells of a database that was damaged and of what is in the new one
// that took its place, for all persons of this PC. At is empty when there is
// nothing to tell. When Lost, Gaps and FromBackup are 0 nothing is missing: a
// backup has nothing of what was written after it.
type Recovered struct {
	At         string `json:"at"`
	Drafts     int    `json:"drafts"`
	Requests   int    `json:"requests"`
	Waiting    int    `json:"waiting"`    // of the requests, those that will be sent by themselves
	Files      int    `json:"files"`      // attachments
	FromBackup int    `json:"fromBackup"` // drafts, requests and replies that only a backup still had, as they were then
	BackupAt   string `json:"backupAt"`   // when that backup was made, empty when none was needed
	Reopened   int    `json:"reopened"`   // requests that waited and are drafts again: only a person sends them
	Lost       int    `json:"lost"`       // drafts, requests, messages, what was done with requests, and files that are known to be gone
	Gaps       int    `json:"gaps"`       // places of which nobody knows what they held
	Folder     string `json:"folder"`     // where the damaged file lies, empty when there was none
}
