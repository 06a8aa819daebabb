// Package portal is the contract between a desk and a portal: openapi.yaml,
// the JSON types that it describes, and the table of problem codes. Both sides
// import it; it imports neither.
package portal

import "time"

// The routes of the portal, below its base address.
const (
	RouteConfig    = "/v1/config"
	RouteMe        = "/v1/me"
	RouteCatalogue = "/v1/catalogue"
	RouteRequests  = "/v1/requests"
	RouteUploads   = "/v1/uploads" // tus 1.0; the id of an upload is UploadID
	RouteChanges   = "/v1/changes"
	RoutePeople    = "/v1/people"    // of a practice, ?practice=
	RouteContracts = "/v1/contracts" // of all practices of the person
	RouteReleases  = "/v1/releases"  // of the desk's program, see package update
	RouteOpenAPI   = "/v1/openapi.yaml"
)

// UploadID is the id of the tus upload that carries one file of one request, or
// of one message: item is the id of that. It is the same for every attempt, so
// an upload can be resumed with nothing remembered.
func UploadID(item, file string) string { return item + "." + file }

// Config is the answer of RouteConfig: what a desk has to know before anybody
// has signed in.
type Config struct {
	OIDC OIDC `json:"oidc"`
}

// OIDC is where and as what a desk asks for a sign-in by OpenID Connect.
type OIDC struct {
	Issuer   string   `json:"issuer"`   // https, or http on loopback
	ClientID string   `json:"clientId"` // of the desk, a public client
	Scopes   []string `json:"scopes"`   // to ask for
	Resource string   `json:"resource"` // to name (RFC 8707), may be empty
}

// Me is the answer of RouteMe: who the bearer of the token is.
type Me struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Preferred string     `json:"preferred,omitempty"`
	Practices []Practice `json:"practices"`
}

// Practice is a practice with the roles held in it.
type Practice struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Town  string   `json:"town"`
	Roles []string `json:"roles"`
	// Admins are the names of those who may write administrative requests
	// there, as far as the portal knows them.
	Admins []string `json:"admins,omitempty"`
}

// RequestPut is the body of PUT /v1/requests/{id}.
type RequestPut struct {
	Revision         int64             `json:"revision"`
	Practice         string            `json:"practice"`
	CatalogueVersion int               `json:"catalogueVersion"`
	Type             string            `json:"type"`
	Category         string            `json:"category"`
	Values           map[string]string `json:"values"`
	Files            []File            `json:"files"`
	WrittenAt        time.Time         `json:"writtenAt"`
	SubmittedAt      time.Time         `json:"submittedAt"`
}

// File is a file of a request, with the statement made for it.
type File struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Size         int64         `json:"size"`
	Media        string        `json:"media"`
	SHA256       string        `json:"sha256"`
	Confirmation *Confirmation `json:"confirmation,omitempty"`
	Received     bool          `json:"received"` // answers only: stored in full, hash verified
}

// Confirmation is the statement that a file holds no protected health
// information.
type Confirmation struct {
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Wording string    `json:"wording"`
	SHA256  string    `json:"sha256"`
}

// Request is what the portal holds. Number is empty until every file has
// arrived and been verified.
type Request struct {
	ID               string            `json:"id"`
	Revision         int64             `json:"revision"`
	Number           string            `json:"number,omitempty"`
	Status           string            `json:"status,omitempty"` // empty while unnumbered
	Practice         string            `json:"practice"`
	Author           Author            `json:"author"`
	CatalogueVersion int               `json:"catalogueVersion"`
	Type             string            `json:"type"`
	Category         string            `json:"category"`
	Values           map[string]string `json:"values"`
	Files            []File            `json:"files"`
	WrittenAt        time.Time         `json:"writtenAt"`
	SubmittedAt      time.Time         `json:"submittedAt"`
	Priority         string            `json:"priority,omitempty"` // a Priority constant; support's to set
	Watchers         []Watcher         `json:"watchers,omitempty"`
	Allowed          []string          `json:"allowed,omitempty"` // Act kinds, and KindReply, that whoever asks may do now
	ReceivedAt       *time.Time        `json:"receivedAt,omitempty"`
	TakenAt          *time.Time        `json:"takenAt,omitempty"`    // support took it up
	AnsweredAt       *time.Time        `json:"answeredAt,omitempty"` // first message of support
	ClosedAt         *time.Time        `json:"closedAt,omitempty"`   // resolved, closed or withdrawn; absent once reopened
	PurgedAt         *time.Time        `json:"purgedAt,omitempty"`   // its content was taken away
	UpdatedAt        time.Time         `json:"updatedAt"`
}

// The priorities of a request; an absent one is normal.
const (
	PriorityLow    = "low"
	PriorityNormal = "normal"
	PriorityHigh   = "high"
	PriorityUrgent = "urgent"
)

// Watcher is somebody who is told of every change of a request.
type Watcher struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// The kinds of acts on a numbered request. KindReply is a message and has a route
// of its own; it stands here for Request.Allowed.
const (
	KindReply    = "reply"
	KindWithdraw = "withdraw" // with a reason
	KindClose    = "close"    // it is settled
	KindReopen   = "reopen"   // with a reason
	KindWatch    = "watch"
	KindUnwatch  = "unwatch"
	KindWatchers = "watchers" // Admins: the list as it is to be
)

// ActPut is the body of PUT /v1/requests/{id}/acts/{act}. The id of an act is made
// by whoever acts, so that a repeated PUT is a read.
type ActPut struct {
	Kind     string    `json:"kind"`
	Reason   string    `json:"reason,omitempty"`   // of withdraw and reopen, 1 to 1000 characters
	Watchers []string  `json:"watchers,omitempty"` // of watchers: ids of people of the practice
	At       time.Time `json:"at"`                 // when it was done at the desk
}

// Act is the answer of PUT /v1/requests/{id}/acts/{act}, with the request as it is
// now.
type Act struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind"`
	Request Request `json:"request"`
}

// People is the answer of RoutePeople: whoever belongs to a practice, as far as
// the portal knows, for those who may edit watchers.
type People struct {
	People []Watcher `json:"people"`
}

// Contract is a contract of a practice with the vendor. Dates are YYYY-MM-DD,
// empty when there is none.
type Contract struct {
	ID       string `json:"id"`
	Number   string `json:"number"` // as the field "contract" of a request takes it
	Practice string `json:"practice"`
	Label    Text   `json:"label"`
	State    string `json:"state"` // active, ending, ended
	Start    string `json:"start"`
	End      string `json:"end,omitempty"`    // of the term under way
	Notice   string `json:"notice,omitempty"` // last day to end it for that end
	// Amount is what it costs per Period, in cents of a euro before tax; 0 when it
	// is not told.
	Amount int64  `json:"amount,omitempty"`
	Period string `json:"period,omitempty"` // month, quarter, year
	// Topics are what can be asked about it, with the type and category of the
	// catalogue that the request begins with.
	Topics []Topic `json:"topics"`
}

// Topic is what can be asked about a contract: invoice, question, cancellation,
// payment.
type Topic struct {
	Key      string `json:"key"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

// Contracts is the answer of RouteContracts; it has an ETag.
type Contracts struct {
	Contracts []Contract `json:"contracts"`
}

// Withdrawal is the answer of DELETE /v1/requests/{id}: nothing is taken under
// that id any more.
type Withdrawal struct {
	ID string `json:"id"`
}

// Author is who wrote a request or a message.
type Author struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Support bool   `json:"support"`
}

// RequestPage is the answer of GET /v1/requests, newest first.
type RequestPage struct {
	Requests []Request `json:"requests"`
	Next     string    `json:"next,omitempty"` // cursor of the next page
}

// Message is one contribution to the conversation; its id is made by whoever
// writes it, so that a repeated PUT is a read.
type Message struct {
	ID      string    `json:"id"`
	Request string    `json:"request"`
	Author  Author    `json:"author"`
	Text    string    `json:"text"`           // plain, always there
	HTML    string    `json:"html,omitempty"` // as support wrote it, not to be trusted
	Files   []File    `json:"files,omitempty"`
	At      time.Time `json:"at"`
	// Received is true once every byte of every file is verified; nobody but its
	// author is told of a message before.
	Received bool `json:"received"`
}

// MessagePut is the body of PUT /v1/requests/{id}/messages/{message}. Its files
// travel like those of a request, under the id of the message.
type MessagePut struct {
	Text  string    `json:"text"`
	Files []File    `json:"files,omitempty"`
	At    time.Time `json:"at"` // when it was written at the desk
}

// MessageList is the answer of GET /v1/requests/{id}/messages, oldest first.
type MessageList struct {
	Messages []Message `json:"messages"`
}

// Changes is the answer of RouteChanges. Without a cursor a snapshot begins: all
// that the person sees, last changed first, in pages; then what has changed since
// it began, in the order in which it happened. A request stands at most once in
// an answer, in its newest form, with all of its messages.
type Changes struct {
	Changes []Change `json:"changes"`
	Gone    []string `json:"gone,omitempty"` // ids that are not to be seen any more
	Cursor  string   `json:"cursor"`
	More    bool     `json:"more"` // ask again at once
	// Snapshot is true on every page of a snapshot. What changed meanwhile is on
	// none of them, but in the feed behind it: what neither has told when More is
	// false is not to be seen any more.
	Snapshot bool `json:"snapshot,omitempty"`
	Total    int  `json:"total,omitempty"` // requests in the snapshot, on its pages
}

// Change is a request that has changed.
type Change struct {
	Request  Request   `json:"request"`
	Messages []Message `json:"messages"`
}
