package desk

import (
	"time"

	"github.com/google/uuid"
)

// Act is something that a person does with a request that the portal has: a reply,
// a withdrawal. Its id is made here, so that to send it again is no second act; the
// id of a reply becomes that of the message.
type Act struct {
	ID       uuid.UUID
	Request  uuid.UUID
	Owner    Owner
	Kind     ActKind
	Text     string   // of a reply; the reason of a withdrawal or a reopening
	Watchers []string // ids, for ActWatchers
	Files    []File
	Status   Status    // StatusDraft while it is written or when it came back
	Reason   string    // why it is in that status: a code of Outcome, may be empty
	Problems []Problem // what the portal said of a reply that came back
	At       time.Time
	SavedAt  time.Time
	Attempts int
	NextAt   time.Time
}

// StatusDraft is the status of a reply that is being written, or that could not be
// sent and is kept.
const StatusDraft Status = "draft"

// MaxReply is the longest reply, MaxReason the longest reason, in characters, as
// portals take them.
const (
	MaxReply  = 4000
	MaxReason = 1000
)

// Check says what keeps an act from being sent.
func (a Act) Check() error {
	most, field := 0, "text"
	switch a.Kind {
	case ActReply:
		most = MaxReply
	case ActWithdraw, ActReopen:
		most, field = MaxReason, "reason"
	case ActClose, ActWatch, ActUnwatch, ActWatchers:
		return nil
	default:
		return ErrInvalid
	}
	n := len([]rune(a.Text))
	switch {
	case blank(a.Text):
		return Invalid(Problem{Field: field, Code: CodeRequired})
	case n > most:
		return Invalid(Problem{Field: field, Code: CodeTooLong, Max: int64(most), Actual: int64(n)})
	}
	return nil
}
