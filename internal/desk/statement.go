package desk

import (
	"time"

	"github.com/google/uuid"
)

// Statement is what somebody said of a file, that it holds no protected health
// information, or of what was found in a text, that it is none. It is kept when the
// file and the text are gone, and never altered.
type Statement struct {
	ID    uuid.UUID
	Owner Owner     // in whose papers it is kept
	Item  uuid.UUID // the draft, later the request, or the reply
	File  uuid.UUID // zero for a text
	Field string    // of the text: a field's key; empty for a file
	By    string    // person id; empty when nobody had signed in yet
	At    time.Time

	Wording string // version of the sentence that was shown, of a file
	SHA256  string // of the file's bytes, as they were stored
	Screened
}

// Screened is what a statement was made upon.
type Screened struct {
	Name     string    `json:"name,omitempty"` // of the file
	Size     int64     `json:"size,omitempty"` // bytes
	Findings []Finding `json:"findings,omitempty"`
	Unread   []Unread  `json:"unread,omitempty"`
	Answers  []Answer  `json:"answers,omitempty"`
	Changes  []string  `json:"changes,omitempty"` // what was made of the file before it was stored
}

// Answer is what was said of one finding: that it is not what it looks like.
type Answer struct {
	Finding Finding `json:"finding"`
	Number  string  `json:"number,omitempty"` // SHA-256 of the number in a text, hex: another one in its place is another finding
	Reason  string  `json:"reason"`
}

// What may be made of a file before it leaves.
const (
	ChangeStripped = "stripped" // where and with what a picture was taken is gone
	ChangeRedacted = "redacted" // parts are black
	ChangeMasked   = "masked"   // numbers have lost their digits
	ChangeSmaller  = "smaller"  // a picture has fewer pixels
)

// Unanswered lists the findings without which a file cannot leave: each has to be
// answered, masked, or stay here with its file.
func (s Screened) Unanswered(needs func(Finding) bool) []Finding {
	var out []Finding
	for _, f := range s.Findings {
		answered := false
		for _, a := range s.Answers {
			answered = answered || a.Finding == f && a.Reason != ""
		}
		if needs(f) && !answered {
			out = append(out, f)
		}
	}
	return out
}
