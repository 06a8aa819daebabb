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

// Catalogue is what can be asked for.
type Catalogue struct {
	Version int    `json:"version"`
	Types   []Type `json:"types"`
}

// Type is a kind of request. Allowed tells whether the person may write one in
// at least one practice (always true while nobody is known).
type Type struct {
	Key        string     `json:"key"`
	Label      Text       `json:"label"`
	Hint       Text       `json:"hint"`
	Allowed    bool       `json:"allowed"`
	Categories []Category `json:"categories"`
	Files      FileRules  `json:"files"`
}

// Category narrows a type.
type Category struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`
	Hint  Text   `json:"hint"`
}

// FileRules limits attachments; Extensions are without a dot.
type FileRules struct {
	MaxCount   int      `json:"maxCount"`
	MaxBytes   int64    `json:"maxBytes"`
	Extensions []string `json:"extensions"`
}

// Field is a question to ask now.
type Field struct {
	Key       string   `json:"key"`
	Label     Text     `json:"label"`
	Hint      Text     `json:"hint"`
	Kind      string   `json:"kind"` // line, text, choice
	Options   []Option `json:"options"`
	Default   string   `json:"default"`
	Required  bool     `json:"required"`
	MaxLength int      `json:"maxLength"` // characters, 0 for a choice
}

// Option is one answer of a choice.
type Option struct {
	Value string `json:"value"`
	Label Text   `json:"label"`
}

// Problem is what keeps a draft from being sent. Step is where it is mended:
// type, practice, category, details, files.
type Problem struct {
	Field  string `json:"field"`
	Step   string `json:"step"`
	Code   string `json:"code"`
	Max    int64  `json:"max"`
	Min    int64  `json:"min"`
	Actual int64  `json:"actual"`
	File   string `json:"file,omitempty"` // id of the attachment it is about
	Text   *Text  `json:"text,omitempty"`
}

// Content is what the person edits; the window sends it whole.
type Content struct {
	Road     string            `json:"road"` // assistant, form
	Step     string            `json:"step"`
	Type     string            `json:"type"`
	Practice string            `json:"practice"`
	Category string            `json:"category"`
	Values   map[string]string `json:"values"` // by field key; values of hidden fields are kept
	// The catalogue that it is written with; a stored draft keeps its own.
	Catalogue int      `json:"catalogue"`
	Orphans   []Orphan `json:"orphans"` // answers of older forms, see View
}

// Orphan is an answer of an older form, with its text in Values under Key. A
// choice has its Shown; Label is empty if that form is not known any more.
type Orphan struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`
	Shown *Text  `json:"shown,omitempty"`
}

// View is what the rules make of a draft. Practice is the one it would be sent
// for, which is the only possible one when none was chosen.
type View struct {
	Practice string     `json:"practice"`
	Eligible []Practice `json:"eligible"`
	Fields   []Field    `json:"fields"`
	Orphans  []Orphan   `json:"orphans"` // those that no field shows
	Problems []Problem  `json:"problems"`
	Done     int        `json:"done"`
	Total    int        `json:"total"`
}

// File is an attachment in our own store.
type File struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Size        int64  `json:"size"`
	Media       string `json:"media"`
	Thumb       bool   `json:"thumb"` // GET /files/{id}/thumb answers a picture
	ConfirmedBy string `json:"confirmedBy"`
	ConfirmedAt string `json:"confirmedAt"`
	ReleasedAt  string `json:"releasedAt"` // when its bytes were taken from this PC, since the portal has them
}

// Candidate is a file that was chosen and looked at, of which nothing is
// stored. A refused one has its Problem and no use for its Token. NeedsBytes
// is true when Go cannot read the file itself (pasted, or chosen in a browser):
// the window holds the bytes and sends them by POST /files/{token}?offset=N.
type Candidate struct {
	Token      string   `json:"token"`
	Name       string   `json:"name"`
	Size       int64    `json:"size"`
	Media      string   `json:"media"`
	NeedsBytes bool     `json:"needsBytes"`
	Problem    *Problem `json:"problem,omitempty"`
}

// Attached is what a confirmation came to.
type Attached struct {
	Files    []File      `json:"files"`   // all files of the draft
	Refused  []Candidate `json:"refused"` // not stored, each with its Problem
	Problems []Problem   `json:"problems"`
}

// Answered is what the person says of a finding in a candidate: why it is not what it
// looks like.
type Answered struct {
	Token   string  `json:"token"`
	Finding Finding `json:"finding"`
	Reason  string  `json:"reason"`
}

// Finding is something in a file or a text that should be looked at before it leaves.
// Kind is nir, ins, iban, card, medical, format, location or device; Tail is all of a
// number that may be shown, or a format's name. Zero parts of the place are not known.
type Finding struct {
	Kind   string `json:"kind"`
	Tail   string `json:"tail"`
	Member string `json:"member"` // path inside of an archive, a message or a workbook
	Page   int    `json:"page"`   // from 1
	Line   int    `json:"line"`   // from 1
	Part   string `json:"part"`   // "" for the content, name, info
	Must   bool   `json:"must"`   // it has to be answered before the file can leave
}

// Unread is a part of a file that could not be looked at; Reason has its sentence.
type Unread struct {
	Reason string `json:"reason"`
	Member string `json:"member"`
	Page   int    `json:"page"`
}

// Invoice is what an invoice says of itself; Date is YYYY-MM-DD, Total has a dot. Sure
// is false for what was guessed from a text.
type Invoice struct {
	Number   string `json:"number"`
	Order    string `json:"order"`
	Contract string `json:"contract"`
	Date     string `json:"date"`
	Seller   string `json:"seller"`
	Total    string `json:"total"`
	Currency string `json:"currency"`
	Credit   bool   `json:"credit"`
	Sure     bool   `json:"sure"`
}

// Screened is what the guard saw in a candidate.
type Screened struct {
	Token    string    `json:"token"`
	Size     int64     `json:"size"` // of what would leave
	Findings []Finding `json:"findings"`
	Unread   []Unread  `json:"unread"`
	Scans    []int     `json:"scans"`    // pages whose text the window is to recognise, see Guard.Recognised
	Pages    int       `json:"pages"`    // 0 for what has none
	Changes  []string  `json:"changes"`  // what was made of it: stripped, redacted, masked, smaller
	Drawn    bool      `json:"drawn"`    // GET /files/{token}/page/{page} draws its pages, and Guard.Change blackens them
	Maskable bool      `json:"maskable"` // Guard.Change takes "mask"
	Large    bool      `json:"large"`    // a picture that Guard.Change can make much smaller
	Invoice  *Invoice  `json:"invoice,omitempty"`
	Problem  *Problem  `json:"problem,omitempty"` // it cannot be attached
}

// Box is a part of a page, in fractions of its upright width and height.
type Box struct {
	Page int     `json:"page"` // from 1
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	W    float64 `json:"w"`
	H    float64 `json:"h"`
}

// TextFinding is a finding in a text; Start and End are places in it, in the units of
// JavaScript.
type TextFinding struct {
	Field    string `json:"field"`
	Kind     string `json:"kind"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Line     int    `json:"line"`
	Tail     string `json:"tail"`
	Must     bool   `json:"must"`     // it has to be masked or answered before the text can leave
	Answered bool   `json:"answered"` // somebody at the desk has said that it is not what it looks like
}

// Draft is a request being written.
type Draft struct {
	ID        string  `json:"id"`
	Revision  int64   `json:"revision"`
	Content   Content `json:"content"`
	Files     []File  `json:"files"`
	View      View    `json:"view"`
	CreatedAt string  `json:"createdAt"`
	SavedAt   string  `json:"savedAt"`
	// Why the portal refused it and what of it, when it came back to be corrected.
	Reason  string    `json:"reason"`
	Refused []Problem `json:"refused"`
	// What is asked has changed, by a newer catalogue, since it was last saved.
	Renewed bool `json:"renewed"`
	// It belongs to this PC: whoever uses it can read it.
	Shared bool `json:"shared"`
	// GivenBy is the colleague who handed it over, if one did.
	GivenBy string `json:"givenBy"`
}

// Saved is the answer to a save: it is on the disk (synchronous=FULL).
type Saved struct {
	Revision int64  `json:"revision"`
	SavedAt  string `json:"savedAt"`
	View     View   `json:"view"`
}

// Item is a row of the one list of drafts, waiting and sent requests.
type Item struct {
	ID           string   `json:"id"`
	Draft        bool     `json:"draft"`
	Subject      string   `json:"subject"` // may be empty for a draft
	Type         string   `json:"type"`
	Category     string   `json:"category"`
	TypeLabel    Text     `json:"typeLabel"`
	CatLabel     Text     `json:"categoryLabel"`
	Practice     string   `json:"practice"`
	PracticeName string   `json:"practiceName"`
	Road         string   `json:"road"`
	Step         string   `json:"step"`
	Files        int      `json:"files"`
	Done         int      `json:"done"`
	Total        int      `json:"total"`
	Missing      []string `json:"missing"` // keys of required answers that are open, for a draft
	Status       string   `json:"status"`  // draft, or a status of a request on this PC
	Reason       string   `json:"reason"`
	PortalStatus string   `json:"portalStatus"`
	Number       string   `json:"number"`
	Life         Life     `json:"life"` // Sent is empty as long as the portal cannot have it
	Attempts     int      `json:"attempts"`
	NextAttempt  string   `json:"nextAttempt"`
	UpdatedAt    string   `json:"updatedAt"`
	Shared       bool     `json:"shared"`      // a draft that belongs to this PC
	Priority     string   `json:"priority"`    // low, normal, high, urgent; empty as long as the portal does not have it
	Author       string   `json:"author"`      // name, empty when the person at the desk has written it
	Watching     bool     `json:"watching"`    // the person at the desk watches it
	Unread       bool     `json:"unread"`      // it has news that they have not seen
	ActsWaiting  int      `json:"actsWaiting"` // of what they have done with it, not at the portal yet
	ActsBack     int      `json:"actsBack"`    // of that, what the portal refused
	Reference    string   `json:"reference"`   // the practice's own
	Document     string   `json:"document"`    // number of the invoice, order or contract that it is about
}

// Latest is what was written and what changed last, the newest first.
type Latest struct {
	Drafts   []Item `json:"drafts"`
	Requests []Item `json:"requests"`
}

// Life is the life line: when the request was written, saved for sending, sent,
// received and answered. An empty time is a point not reached.
type Life struct {
	Written  string `json:"written"`
	Saved    string `json:"saved"`
	Sent     string `json:"sent"`
	Received string `json:"received"`
	Taken    string `json:"taken"` // support took it up
	Answered string `json:"answered"`
	Closed   string `json:"closed"` // resolved, closed or withdrawn
}

// Answer is one filled-in field of a request.
type Answer struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Shown *Text  `json:"shown,omitempty"` // the label of a choice
}

// Message is one contribution to the conversation.
type Message struct {
	ID      string `json:"id"`
	Author  string `json:"author"`
	Support bool   `json:"support"`
	Text    string `json:"text"`
	HTML    string `json:"html"` // cleaned; empty when Text is all there is
	Files   []File `json:"files"`
	At      string `json:"at"`
}

// HistoryEntry is something that happened to a request; What is a status, a
// portal status (with the prefix "portal.") or "answered".
type HistoryEntry struct {
	At   string `json:"at"`
	What string `json:"what"`
	Code string `json:"code"`
}

// Request is a submitted request with everything known of it.
type Request struct {
	Item     Item           `json:"item"`
	Answers  []Answer       `json:"answers"`
	Files    []File         `json:"files"`
	Messages []Message      `json:"messages"`
	History  []HistoryEntry `json:"history"`
	Problems []Problem      `json:"problems"`
	Watchers []Member       `json:"watchers"` // who follows it
	Allowed  []string       `json:"allowed"`  // what the person may do: reply, withdraw, close, reopen, watch, unwatch, watchers
	Rules    FileRules      `json:"rules"`    // of the files of a reply
	Acts     []Act          `json:"acts"`     // what they have done and the portal does not have yet, the oldest first
}

// Act is something that a person does with a request that the portal has.
type Act struct {
	ID       string    `json:"id"`
	Request  string    `json:"request"`
	Kind     string    `json:"kind"`     // as in Request.Allowed
	Text     string    `json:"text"`     // of a reply; the reason of withdraw and reopen
	Status   string    `json:"status"`   // draft (a reply being written, or one that came back), queued, sending, unknown, needs-sign-in, to-correct
	Reason   string    `json:"reason"`   // why it is in that status
	Problems []Problem `json:"problems"` // what the portal said of a reply that came back
	Files    []File    `json:"files"`
	At       string    `json:"at"`
	SavedAt  string    `json:"savedAt"`
	Attempts int       `json:"attempts"`
}

// Member is somebody who belongs to a practice.
type Member struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Status is the line at the foot of the window and the counts at its left.
type Status struct {
	Connection string `json:"connection"` // unknown, online, offline, no-network, signed-out, foreign
	Since      string `json:"since"`      // of that connection
	Waiting    int    `json:"waiting"`
	ToCorrect  int    `json:"toCorrect"`
	Drafts     int    `json:"drafts"`
	Requests   int    `json:"requests"`
	LastSent   string `json:"lastSent"`
	Sending    bool   `json:"sending"`
	// Seconds by which this PC's clock is ahead of the portal's, negative when it
	// is behind; 0 when they agree within five minutes.
	ClockAhead int64 `json:"clockAhead"`
	// Until when the portal has asked to wait with everything; empty if it has not.
	PausedUntil string `json:"pausedUntil"`
	// Requests of the person at the desk that wait for their word: they were queued
	// before somebody else was at the desk. Outbox.SendNow gives it.
	Asking int `json:"asking"`
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

// Progress is sent with the event "progress": a file on its way into our store
// (Token) or to the portal (Request and File).
type Progress struct {
	Token   string `json:"token"`
	Request string `json:"request"`
	File    string `json:"file"`
	Done    int64  `json:"done"` // bytes
	Total   int64  `json:"total"`
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
