package desk_test

import (
	"errors"
	"strings"
	"testing"

	"guichet/internal/desk"
)

// Every status meets every event. Written out in full, so that a new way
// through is a change of this table too; "-" is ErrNotNow.
const machine = `
               claim    retry   lost     signout        signin  refuse      receive   cancel
queued         sending  -       -        needs-sign-in  -       -           -         cancelled
sending        -        queued  unknown  needs-sign-in  -       to-correct  received  -
unknown        sending  -       -        needs-sign-in  -       -           -         cancelled
needs-sign-in  -        -       -        -              queued  -           -         cancelled
to-correct     -        -       -        -              -       -           -         cancelled
received       -        -       -        -              -       -           -         -
cancelled      -        -       -        -              -       -           -         -
elsewhere      -        -       -        -              -       -           -         -
`

func TestNext(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(machine), "\n")
	events := append(strings.Fields(lines[0]), "explode")
	for _, line := range lines[1:] {
		cells := append(strings.Fields(line), "-")
		from := desk.Status(cells[0])
		for i, event := range events {
			t.Run(cells[0]+"/"+event, func(t *testing.T) {
				got, err := from.Next(desk.Event(event))
				if want := desk.Status(cells[i+1]); want != "-" {
					if got != want || err != nil {
						t.Errorf("got %s, %v; want %s", got, err, want)
					}
					return
				}
				if got != from || !errors.Is(err, desk.ErrNotNow) {
					t.Errorf("got %s, %v; want to stay, ErrNotNow", got, err)
				}
			})
		}
	}
}

func TestWaiting(t *testing.T) {
	for status, want := range map[desk.Status]bool{
		desk.StatusQueued: true, desk.StatusSending: true, desk.StatusUnknown: true, desk.StatusNeedsSignIn: true,
		desk.StatusToCorrect: false, desk.StatusReceived: false, desk.StatusCancelled: false, "": false,
	} {
		if got := status.Waiting(); got != want {
			t.Errorf("%q: got %t", status, got)
		}
	}
}

// An outcome that nobody knows is one that is tried again: sending twice is
// harmless, losing is not.
func TestOutcomeEvent(t *testing.T) {
	for kind, want := range map[desk.OutcomeKind]desk.Event{
		desk.OutcomeReceived: desk.EventReceive, desk.OutcomeRetry: desk.EventRetry, desk.OutcomeLost: desk.EventLost,
		desk.OutcomeSignIn: desk.EventSignOut, desk.OutcomeRefused: desk.EventRefuse, "": desk.EventRetry, "new": desk.EventRetry,
	} {
		if got := (desk.Outcome{Kind: kind}).Event(); got != want {
			t.Errorf("%q: got %s, want %s", kind, got, want)
		}
		if _, err := desk.StatusSending.Next((desk.Outcome{Kind: kind}).Event()); err != nil {
			t.Errorf("%q: %v", kind, err)
		}
	}
}
