package app

// Query says what a list of drafts and requests shows, and in which order. Within
// a field any value fits; an empty field asks for nothing.
type Query struct {
	Text       string   `json:"text"`       // words, the last letters of each may be missing
	States     []string `json:"states"`     // draft, a status of this PC, or the portal's status once it has the request
	Priorities []string `json:"priorities"` // low, normal, high, urgent
	Practices  []string `json:"practices"`  // ids
	Types      []string `json:"types"`
	Categories []string `json:"categories"`
	Whose      string   `json:"whose"`    // mine, others, or empty
	Watching   bool     `json:"watching"` // only what they watch
	Unread     bool     `json:"unread"`   // only what has news
	Answered   string   `json:"answered"` // support has said something since then
	Period     string   `json:"period"`   // changed today, in the last week (7 days) or month (30), this year; empty for since and until
	Since      string   `json:"since"`    // changed since then
	Until      string   `json:"until"`    // changed before then
	Sort       string   `json:"sort"`     // updated (default), submitted, number, subject, state, priority, practice, category
	Up         bool     `json:"up"`       // the smallest or oldest first
}

// Page is a part of what a Query asks for.
type Page struct {
	Items []Item `json:"items"`
	More  bool   `json:"more"` // there are others behind them
	// Of so many drafts and requests, Read have been made ready for words to be
	// looked for; until they all are, a search may miss the older ones.
	Read int `json:"read"`
	Of   int `json:"of"`
}

// NamedQuery is a combination of filters that the person has given a name.
type NamedQuery struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Query Query  `json:"query"`
}

// Board is what the dashboard shows. States and Priorities have a figure for each
// that occurs.
type Board struct {
	States     []Figure `json:"states"`     // of requests, and of drafts as "draft"
	Priorities []Figure `json:"priorities"` // of requests that are not closed
	Latest     []Item   `json:"latest"`     // the five last changed of each state
	Answered   int      `json:"answered"`   // requests answered since yesterday
	Unread     int      `json:"unread"`
	Stuck      int      `json:"stuck"`    // cannot go on without the person
	SyncedAt   string   `json:"syncedAt"` // last answer of the portal, empty if there was none
	SyncDone   int      `json:"syncDone"` // requests of the synchronisation under way that are here
	SyncTotal  int      `json:"syncTotal"`
	SyncAgain  bool     `json:"syncAgain"` // it is not the first one
}

// Figure is a count.
type Figure struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
}

// Notice is something that the bell tells. It says nothing of what the request is
// about.
type Notice struct {
	Seq     int64  `json:"seq"`
	Request string `json:"request"`
	Number  string `json:"number"`
	Kind    string `json:"kind"`   // status, answer, watcher
	Status  string `json:"status"` // the portal's, of kind status
	At      string `json:"at"`
	Read    bool   `json:"read"`
}

// Contract is a contract of a practice with the vendor. Dates are YYYY-MM-DD.
type Contract struct {
	ID           string   `json:"id"`
	Number       string   `json:"number"`
	Practice     string   `json:"practice"`
	PracticeName string   `json:"practiceName"`
	Label        Text     `json:"label"`
	State        string   `json:"state"` // active, ending, ended
	Start        string   `json:"start"`
	End          string   `json:"end"`
	Notice       string   `json:"notice"` // last day to end it for that end
	Amount       int64    `json:"amount"` // cents of a euro before tax, per Period
	Period       string   `json:"period"` // month, quarter, year
	Topics       []string `json:"topics"` // invoice, question, cancellation, payment
}

// PaperWords are the window's words on the paper of a request.
type PaperWords struct {
	Lang     string   `json:"lang"` // fr, en
	Status   string   `json:"status"`
	Priority string   `json:"priority"`
	Life     []string `json:"life"` // written, saved, sent, received, taken, answered, closed
}

// Table is what a list is in a spreadsheet: its columns in their order, and the
// words for "state.X" and "priority.X".
type Table struct {
	Lang    string            `json:"lang"` // fr, en
	Columns []Column          `json:"columns"`
	Words   map[string]string `json:"words"`
}

// Column is a column of a Table. Key is one of Settings.Columns but life, or
// received, answered, closed.
type Column struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}
