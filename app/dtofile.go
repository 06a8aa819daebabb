package app

// Files, and what the guard sees in them and in texts.

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

// Progress is sent with the event "progress": a file on its way into our store
// (Token) or to the portal (Request and File).
type Progress struct {
	Token   string `json:"token"`
	Request string `json:"request"`
	File    string `json:"file"`
	Done    int64  `json:"done"` // bytes
	Total   int64  `json:"total"`
}
