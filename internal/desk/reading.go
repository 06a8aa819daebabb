package desk

// Reading is what was seen in a file, or in a text, before it may leave. It never
// holds what was read, but for what an invoice says of itself.
type Reading struct {
	Findings []Finding
	Unread   []Unread // what could not be looked at; empty when all of it was
	Scans    []int    // pages that are pictures of text, from 1: somebody has to recognise it
	Pages    int      // 0 for what has none
	Invoice  *Invoice // what the file says of itself, nil when it is no invoice
}

// Place is where in a file something stands. Zero parts are not known or not there.
type Place struct {
	Member string `json:"member,omitempty"` // path inside of an archive, a message or a workbook: "devis.zip/lot 1.docx", "Feuil1"
	Page   int    `json:"page,omitempty"`   // from 1
	Line   int    `json:"line,omitempty"`   // from 1, on its page; the row of a table
	Part   string `json:"part,omitempty"`   // what of the file, if not its content
}

// Parts of a file beside its content.
const (
	PartName = "name" // what it is called
	PartInfo = "info" // its properties: author, title, comment
)

// Finding is something that should be looked at before a file or a text leaves.
type Finding struct {
	Kind  string `json:"kind"` // a kind of privacy.Kinds, or one of the kinds below
	Place Place  `json:"place"`
	Tail  string `json:"tail,omitempty"` // last characters of a number, all of it that may be shown; a format's name
}

// Kinds of findings that only a file can have.
const (
	FindingFormat   = "format"   // a medical file format, Tail is a privacy.Format: such a file is refused
	FindingLocation = "location" // where a picture was taken
	FindingDevice   = "device"   // what it was taken with, or by whom
	FindingHidden   = "hidden"   // more than it shows: a second picture, a film, what stands behind its end
)

// Unread is a part of a file that could not be looked at, and why.
type Unread struct {
	Reason string `json:"reason"`
	Place  Place  `json:"place"`
}

// Reasons why something could not be looked at.
const (
	UnreadEncrypted = "encrypted" // a password is wanted
	UnreadDamaged   = "damaged"   // it is not what it says it is, or cut short
	UnreadFormat    = "format"    // a format that nothing here reads
	UnreadScan      = "scan"      // a picture whose text could not be recognised, or poorly
	UnreadUntried   = "untried"   // a picture whose text nobody tried to recognise
	UnreadDepth     = "depth"     // an archive in an archive in an archive
	UnreadSize      = "size"      // too much comes out of it
	UnreadTime      = "time"      // reading it took too long
	UnreadMemory    = "memory"    // reading it took too much memory
	UnreadStopped   = "stopped"   // somebody stopped the reading
	UnreadFailed    = "failed"    // the program that reads could not be started, or broke down
)

// Invoice is what an invoice says of itself.
type Invoice struct {
	Number   string `json:"number"`             // BT-1
	Order    string `json:"order,omitempty"`    // BT-13, the buyer's order
	Contract string `json:"contract,omitempty"` // BT-12
	Date     string `json:"date,omitempty"`     // BT-2, as 2006-01-02
	Seller   string `json:"seller,omitempty"`   // BT-27
	Total    string `json:"total,omitempty"`    // BT-112 with a dot: "1250.40"
	Currency string `json:"currency,omitempty"` // BT-5, ISO 4217
	Credit   bool   `json:"credit,omitempty"`   // a credit note
	Sure     bool   `json:"sure"`               // said by data made for programs, not guessed from a text
}
