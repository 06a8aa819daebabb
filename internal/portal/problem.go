package portal

import (
	"maps"
	"net/http"
	"slices"
)

// ProblemType is the media type of every error, after RFC 9457.
const ProblemType = "application/problem+json"

// Problem is the body of every error.
type Problem struct {
	Type   string         `json:"type"` // "about:blank"
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Code   string         `json:"code"`             // stable, see the Code constants
	Fields []FieldProblem `json:"fields,omitempty"` // with CodeInvalid
}

// FieldProblem is what is wrong with one field, in the codes of the rulebook.
type FieldProblem struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Max    int64  `json:"max,omitempty"`
	Min    int64  `json:"min,omitempty"`
	Actual int64  `json:"actual,omitempty"`
	Text   *Text  `json:"text,omitempty"`
}

// Text is a wording in both languages.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// The codes of problems.
const (
	CodeBadRequest   = "bad-request"   // not the JSON that openapi.yaml describes
	CodeSignIn       = "sign-in"       // no token, or one that is not good (any more) here; a new sign-in mends it
	CodeForbidden    = "forbidden"     // the roles in that practice do not allow it
	CodeNotFound     = "not-found"     //
	CodeMethod       = "method"        // no such method on this route
	CodeMismatch     = "mismatch"      // another content is held under this id, and it has a number
	CodeHashMismatch = "hash-mismatch" // the bytes are not those that were announced; the upload starts anew
	CodeGone         = "gone"          // withdrawn before it was numbered
	CodeNotNow       = "not-now"       // the request's status does not allow the act; Request.Allowed says what does
	CodeStaleCursor  = "stale-cursor"  // begin anew, without a cursor: it is too old, of another store, or the person sees other practices now
	CodeTooLarge     = "too-large"     //
	CodeInvalid      = "invalid"       // Fields says what
	CodeBusy         = "busy"          // with Retry-After
	CodeThrottled    = "throttled"     // the practice calls too often; with Retry-After
	CodeInternal     = "internal"      //
)

// statuses is the one table between codes and HTTP.
var statuses = map[string]int{
	CodeBadRequest:   http.StatusBadRequest,
	CodeSignIn:       http.StatusUnauthorized,
	CodeForbidden:    http.StatusForbidden,
	CodeNotFound:     http.StatusNotFound,
	CodeMethod:       http.StatusMethodNotAllowed,
	CodeMismatch:     http.StatusConflict,
	CodeHashMismatch: 460,
	CodeGone:         http.StatusGone,
	CodeNotNow:       http.StatusConflict,
	CodeStaleCursor:  http.StatusGone,
	CodeTooLarge:     http.StatusRequestEntityTooLarge,
	CodeInvalid:      http.StatusUnprocessableEntity,
	CodeBusy:         http.StatusServiceUnavailable,
	CodeThrottled:    http.StatusTooManyRequests,
	CodeInternal:     http.StatusInternalServerError,
}

// Status returns the HTTP status of a code; an unknown code is a 500.
func Status(code string) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Codes lists every code.
func Codes() []string {
	return slices.Sorted(maps.Keys(statuses))
}
