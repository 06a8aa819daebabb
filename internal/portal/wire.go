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
	RouteOpenAPI   = "/v1/openapi.yaml"
)

// UploadID is the id of the tus upload that carries one file of one request.
// It is the same for every attempt, so an upload can be resumed with nothing
// remembered.
func UploadID(request, file string) string { return request + "." + file }

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
	ReceivedAt       *time.Time        `json:"receivedAt,omitempty"`
	UpdatedAt        time.Time         `json:"updatedAt"`
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
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

// MessagePut is the body of PUT /v1/requests/{id}/messages/{message}.
type MessagePut struct {
	Text string `json:"text"`
}

// MessageList is the answer of GET /v1/requests/{id}/messages, oldest first.
type MessageList struct {
	Messages []Message `json:"messages"`
}

// Changes is the answer of RouteChanges: what has changed since the cursor, in
// the order in which it happened. Each request stands at most once, in its
// newest form, with all of its messages.
type Changes struct {
	Changes []Change `json:"changes"`
	Cursor  string   `json:"cursor"`
	More    bool     `json:"more"` // ask again at once
}

// Change is a request that has changed.
type Change struct {
	Request  Request   `json:"request"`
	Messages []Message `json:"messages"`
	Deleted  bool      `json:"deleted,omitempty"`
}
