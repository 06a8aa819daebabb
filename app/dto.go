package app

// What the window is told. Times are RFC 3339 strings in UTC, empty when there
// is none; slices are never null; sizes are bytes; codes have their sentences
// in the window's src/text.

// Person is who is at the desk. SignedIn is false when the portal is not to be
// asked on anybody's behalf; Known is false until somebody has signed in once.
type Person struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Known     bool       `json:"known"`
	SignedIn  bool       `json:"signedIn"`
	Preferred string     `json:"preferred"`
	Practices []Practice `json:"practices"`
	PIN       bool       `json:"pin"`    // asked for when they come back to the desk
	Locked    string     `json:"locked"` // id of who was at the desk and has not given their PIN yet
}

// Known is a person who is known on this PC.
type Known struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	SignedIn bool   `json:"signedIn"`
	Waiting  int    `json:"waiting"` // requests that wait for being sent as theirs
	PIN      bool   `json:"pin"`     // Session.Enter asks for it
	Tries    int    `json:"tries"`   // that are left
	Wait     int64  `json:"wait"`    // seconds until the next try
}

// Colleague is a person on this PC to whom a draft can be handed. Allowed tells
// whether they can send it.
type Colleague struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Allowed bool   `json:"allowed"`
}

// Member is somebody who belongs to a practice.
type Member struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Site is the portal that this desk writes to. Address is empty as long as
// nobody has said which; Fixed tells that whoever set this PC up has.
type Site struct {
	Address string `json:"address"`
	Fixed   bool   `json:"fixed"`
}

// Practice is a practice of the person.
type Practice struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Town  string   `json:"town"`
	Roles []string `json:"roles"`
	// Admins are the names of whoever can write administrative requests there, as
	// far as the portal tells.
	Admins []string `json:"admins"`
}

// Text is a wording that comes with the catalogue.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// Status is the line at the foot of the window and the counts at its left.
type Status struct {
	Connection string `json:"connection"` // unknown, online, offline, no-network, signed-out, foreign
	// What kept the line from being made, with offline and foreign: proxy-auth,
	// proxy-unreachable, intercepted and so on (line.Reason); empty when nothing is
	// known but that nobody answered.
	Reason    string `json:"reason"`
	Since     string `json:"since"` // of that connection
	Waiting   int    `json:"waiting"`
	ToCorrect int    `json:"toCorrect"`
	Drafts    int    `json:"drafts"`
	Requests  int    `json:"requests"`
	LastSent  string `json:"lastSent"`
	Sending   bool   `json:"sending"`
	// Seconds by which this PC's clock is ahead of the portal's, negative when it
	// is behind; 0 when they agree within five minutes.
	ClockAhead int64 `json:"clockAhead"`
	// Until when the portal has asked to wait with everything; empty if it has not.
	PausedUntil string `json:"pausedUntil"`
	// Requests of the person at the desk that wait for their word: they were queued
	// before somebody else was at the desk. Outbox.SendNow gives it.
	Asking int `json:"asking"`
}

// Settings are the person's choices for this window.
type Settings struct {
	Language string `json:"language"` // fr, en
	Theme    string `json:"theme"`    // system, light, dark
	// Upload is what files may take of the line to the portal, in kB/s (1,000
	// bytes); 0 for all of it.
	Upload int `json:"upload"`
	// Idle is after how many minutes without a key or the mouse the window is
	// masked; 0 for never.
	Idle int `json:"idle"`
	// Keep is for how many days after their receipt copies of files are kept on this
	// PC; 0 for ever.
	Keep int `json:"keep"`
	// Autostart has the program start with the system's session.
	Autostart bool `json:"autostart"`
	// Closing is what closing the window means for what waits: ask, or finish (it goes
	// on leaving, and the program ends then).
	Closing string `json:"closing"`
	// Toured is whether the tour was taken, or put away.
	Toured bool `json:"toured"`
	// Locked are the names of settings that whoever set this PC up has decided: they
	// cannot be changed. SaveSettings does not look at it.
	Locked []string `json:"locked"`
	// Practice is the one that a new request begins with, if the person has
	// chosen one.
	Practice string `json:"practice"`
	// Columns are those of the list of all requests, in their order; empty for the
	// usual ones.
	Columns []string `json:"columns"`
	// Quiet are the kinds of notices that the system does not show: status, answer,
	// watcher.
	Quiet []string `json:"quiet"`
}
