// Package helpdesk is what the portal wants of the help desk behind it, whichever
// that is: tickets made once, what practices say brought there, and what support
// does brought back. It stores nothing: what was tried and what was seen is the
// portal's to remember.
package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"guichet/internal/desk"
)

// Connector speaks to one help desk. An error of what writes is one of three: it
// wraps ErrUnknown when the act may have been done or may still be, a *Refusal
// when it was not and will not be however often it is tried, and any other when
// surely nothing was done and it can be tried again. Its methods may be called at
// once; whoever forwards keeps to one act at a time for each request.
type Connector interface {
	// Check compares the mapping with the help desk: its queues, fields, statuses
	// and rights. It changes nothing there. Findings are what would fail later.
	Check(ctx context.Context) ([]Finding, error)

	// Create makes a ticket and returns what the help desk calls it. It reads back
	// that the ticket carries the request's id, fields and files: an *Incomplete names
	// what it does not, comes with the ref, and the ticket stands.
	Create(ctx context.Context, t Ticket) (ref string, err error)
	// Find lists the tickets that carry a request's id, oldest first.
	Find(ctx context.Context, request string) (refs []string, err error)
	// Merge makes one ticket of several that were made of one request, and returns
	// which. It may be repeated.
	Merge(ctx context.Context, refs []string) (ref string, err error)

	// Reply adds to a ticket what the practice says. With an *Incomplete it is added.
	Reply(ctx context.Context, ref string, r Reply) error
	// Replied tells whether a reply with that id is on the ticket.
	Replied(ctx context.Context, ref, id string) (bool, error)
	// SetStatus moves a ticket; where it stands already nothing happens.
	SetStatus(ctx context.Context, ref string, status desk.PortalStatus) error

	// Changes tells what support has done since a cursor that an earlier call gave;
	// "" begins now. An event may be told twice, under the same ID, and none is left
	// out: what the help desk writes late is still told. What the connector did
	// itself, and what support says among themselves, is never told, nor a status of
	// support's from which the connector has moved the ticket on by then.
	Changes(ctx context.Context, cursor string) (events []Event, next string, err error)
	// Open reads a file of an event; ErrGone if the help desk has lost it for good.
	Open(ctx context.Context, ref, file string) (io.ReadCloser, error)
}

// ErrUnknown says that what was asked may have been done: the answer was lost.
var ErrUnknown = errors.New("outcome unknown")

// ErrGone is a file of support's that the help desk lists and has no more.
var ErrGone = errors.New("the help desk has the file no more")

// Refusal is what the help desk will not take, with its reason for the portal's
// operator. It holds nothing that was written in the request.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return "refused: " + r.Reason }

// Incomplete says that what was asked is done, but for what the help desk has let
// fall without a word: nothing is to be done again. What is lacking of fields stands
// in the ticket's text.
type Incomplete struct{ Lacks []string } // settings of the mapping, or names of files

func (i *Incomplete) Error() string {
	return "done, but the help desk did not keep " + strings.Join(i.Lacks, ", ")
}

// Unknown wraps an error whose act may have been done.
func Unknown(err error) error { return fmt.Errorf("%w: %w", ErrUnknown, err) }

// Finding is something of the mapping that the help desk does not have or does
// not allow.
type Finding struct {
	Setting string // as the mapping's file writes it, such as queues.order
	Problem string // a sentence for whoever wrote the file, with what to do
	Fatal   bool   // requests would be lost to support, not only less well sorted
}

// Ticket is a request on its way to the help desk.
type Ticket struct {
	Request  string // UUID, by which it is found again
	Number   string // as the practice knows it
	Practice Party
	Author   Party
	Type     string // keys of the catalogue
	Category string
	// TypeLabel and CategoryLabel are what support reads for them, in French.
	TypeLabel, CategoryLabel string
	Subject                  string
	Text                     string  // the description
	Fields                   []Field // the other fields with a value, in the catalogue's order
	Written                  time.Time
	Files                    []File
}

// Party is a practice or a person.
type Party struct {
	ID, Name, Town string
}

// Field is what was filled in of a request.
type Field struct {
	Key   string // of the catalogue
	Label string // in French, as support reads it
	Value string // as a person reads it
}

// File is a file on its way to the help desk.
type File struct {
	ID, Name, Media string
	Size            int64  // bytes
	SHA256          string // hex
	Open            func(ctx context.Context) (io.ReadCloser, error)
}

// Reply is what a practice says about a ticket.
type Reply struct {
	ID      string // UUID, by which it is found again
	Request string
	Author  Party
	Text    string
	Written time.Time
	Files   []File
}

// Event is something that support did with a ticket.
type Event struct {
	ID       string // of the help desk, never of two events
	Ref      string
	Request  string            // "" where the ticket has lost it: Ref tells
	At       time.Time         // UTC
	Status   desk.PortalStatus // "" if it stays
	Priority string            // as portal's Priority constants, "" if it stays
	Message  *Message          // nil if nothing was said
}

// Message is what support says to a practice.
type Message struct {
	Author string // name, may be empty
	Text   string // plain, always there
	HTML   string // as it was written: not to be trusted; may be empty
	Files  []Attachment
}

// Attachment is a file of support's, to be read by Open.
type Attachment struct {
	ID, Name, Media string
	Size            int64 // bytes
}
