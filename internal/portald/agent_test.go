package portald

import (
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

// TestNextWord holds the agent to what it may say: it looks again before it
// speaks, since the practice may have ended the request meanwhile.
func TestNextWord(t *testing.T) {
	s := New(Config{})
	received := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	last := received.Add(time.Hour)
	for name, c := range map[string]struct {
		status            desk.PortalStatus
		answered, support bool
		last              *time.Time
		want              desk.PortalStatus
		says              string
		due               time.Duration // behind received; 0 for nothing
	}{
		"TakesUp":                {status: desk.PortalReceived, want: desk.PortalInProgress, due: s.Acknowledge},
		"TakesUpWhateverWasSaid": {status: desk.PortalReceived, last: &last, want: desk.PortalInProgress, due: s.Acknowledge},
		"Answers":                {status: desk.PortalInProgress, want: desk.PortalResolved, says: replies[""].text, due: s.Reply},
		"Settles":                {status: desk.PortalInProgress, answered: true, last: &last, want: desk.PortalResolved, says: settled.text, due: time.Hour + s.Reply},
		"Confirms":               {status: desk.PortalWithdrawn, last: &last, says: confirmed.text, due: time.Hour + s.Acknowledge},
		"NotItself":              {status: desk.PortalInProgress, answered: true, support: true, last: &last},
		"ConfirmedAlready":       {status: desk.PortalWithdrawn, answered: true, support: true, last: &last},
		"Waits":                  {status: desk.PortalWaiting, answered: true, last: &last},
		"Resolved":               {status: desk.PortalResolved, answered: true, last: &last},
		"Closed":                 {status: desk.PortalClosed, last: &last},
	} {
		t.Run(name, func(t *testing.T) {
			h := held{Request: portal.Request{Category: "other", Status: string(c.status), ReceivedAt: &received}}
			if c.answered {
				h.AnsweredAt = &last
			}
			what, due := s.nextWord(&h, c.last, c.support)
			if c.due == 0 {
				if !due.IsZero() {
					t.Fatalf("says %+v", what)
				}
				return
			}
			if !due.Equal(received.Add(c.due)) || what.status != c.want || what.text != c.says {
				t.Fatalf("says %+v at %v", what, due)
			}
		})
	}
}
