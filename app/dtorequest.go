package app

// Requests, and what becomes of them.

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
// portal status (with the prefix "portal."), "answered" or "purged": its content was
// taken away at the portal.
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
