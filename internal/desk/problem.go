package desk

import "fmt"

// Problem is what keeps a request from being sent: one per field, with a code
// that the window has a sentence for and the figures for that sentence.
type Problem struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Max    int64  `json:"max,omitempty"`
	Min    int64  `json:"min,omitempty"`
	Actual int64  `json:"actual,omitempty"`
	File   string `json:"file,omitempty"` // id of the attachment it is about, for CodeFileMissing
	Text   *Text  `json:"text,omitempty"` // the catalogue's own sentence, for CodePattern
}

// The codes of problems.
const (
	CodeRequired      = "required"
	CodePattern       = "pattern"
	CodeTooLong       = "too-long"
	CodeTooShort      = "too-short"
	CodeControl       = "control-character"
	CodeEncoding      = "encoding"
	CodeChoice        = "not-a-choice"
	CodeOrphan        = "orphan"           // an answer that the form has no place for any more
	CodeUnknown       = "unknown"          // a type, category or practice that does not exist (any more)
	CodeRole          = "role"             // the person's role in the practice does not allow it
	CodeSignIn        = "sign-in"          // nobody has ever signed in on this PC
	CodeTooMany       = "too-many"         // files
	CodeTooBig        = "too-big"          // a file
	CodeEmptyFile     = "empty-file"       //
	CodeFileType      = "file-type"        // not on the list
	CodeFileMismatch  = "file-mismatch"    // the content is not what the ending says
	CodeUnreadable    = "unreadable"       // a file that cannot be opened or read
	CodeNameTooLong   = "name-too-long"    //
	CodeNameUnsafe    = "name-unsafe"      // separators, .., invisible characters or a device of Windows in a file name
	CodeNotConfirmed  = "not-confirmed"    // a file without its statement
	CodeFileMissing   = "file-missing"     // stored bytes are gone or altered
	CodeStorageFull   = "storage-full"     // no room on the disk
	CodeNotStored     = "not-stored"       // the copy could not be made, for a reason of this PC's own
	CodeAlreadyPicked = "already-attached" // the same bytes under the same name
	CodeFileChanged   = "file-changed"     // another one than was looked at
	CodeHealthNumber  = "health-number"    // a person's number of the social security, which nobody has answered for
	CodeMedical       = "medical"          // what reads like a medical document, likewise
	CodeMedicalFormat = "medical-format"   // a format that holds nothing but health data
)

// ProblemCodes lists every code a Problem can carry, for the tests that hold
// the window to a sentence for each.
func ProblemCodes() []string {
	return []string{
		CodeRequired, CodePattern, CodeTooLong, CodeTooShort, CodeControl, CodeEncoding, CodeChoice,
		CodeOrphan, CodeUnknown, CodeRole, CodeSignIn, CodeTooMany, CodeTooBig, CodeEmptyFile, CodeFileType,
		CodeFileMismatch, CodeUnreadable, CodeNameTooLong, CodeNameUnsafe, CodeNotConfirmed,
		CodeFileMissing, CodeStorageFull, CodeNotStored, CodeAlreadyPicked,
		CodeFileChanged, CodeHealthNumber, CodeMedical, CodeMedicalFormat,
	}
}

// Error is an error that the window may show: a code with its sentence in the
// window, never the content of a request. Anything else is "internal" to the
// person at the desk and goes to the log.
type Error struct {
	Code     string
	Problems []Problem // for ErrInvalid
	Revision int64     // for ErrConflict: the revision that is stored
	Err      error     // the cause, for the log
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return e.Code
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors of the same code equal to errors.Is.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// The errors that a person may meet. They are compared by code; wrap the cause
// with With.
var (
	ErrNotFound  = &Error{Code: "not-found"}
	ErrConflict  = &Error{Code: "conflict"}   // somebody saved a newer revision
	ErrInvalid   = &Error{Code: "invalid"}    // Problems says why
	ErrDiskFull  = &Error{Code: "disk-full"}  //
	ErrReadOnly  = &Error{Code: "read-only"}  // the folder or the file cannot be written
	ErrDamaged   = &Error{Code: "damaged"}    // the database reports corruption
	ErrTooNew    = &Error{Code: "too-new"}    // a newer Guichet wrote this database
	ErrInUse     = &Error{Code: "in-use"}     // another Guichet has the data folder
	ErrSignIn    = &Error{Code: "sign-in"}    //
	ErrOffline   = &Error{Code: "offline"}    // the portal cannot be reached
	ErrForbidden = &Error{Code: "forbidden"}  //
	ErrNotNow    = &Error{Code: "not-now"}    // the act does not fit the status any more
	ErrDraftSize = &Error{Code: "draft-size"} // more text than a draft can hold
	ErrInternal  = &Error{Code: "internal"}   //

	// What is sealed cannot be read now; nothing of it is lost.
	ErrLocked      = &Error{Code: "locked"}        // the person's key is not open here
	ErrKeyring     = &Error{Code: "keyring"}       // the system's keyring is locked or does not answer
	ErrKeyLost     = &Error{Code: "key-lost"}      // the keyring does not have the key that it should have
	ErrWrongPIN    = &Error{Code: "wrong-pin"}     //
	ErrPINLimit    = &Error{Code: "pin-limit"}     // too many wrong ones: only the recovery code opens now
	ErrPINSoon     = &Error{Code: "pin-soon"}      // not so quickly after a wrong one
	ErrWrongCode   = &Error{Code: "wrong-code"}    // a recovery code of another PC, or mistyped
	ErrClock       = &Error{Code: "clock"}         // this PC's date is too wrong to sign in
	ErrNotSignedIn = &Error{Code: "not-signed-in"} // the browser came back without a sign-in

	ErrAddress  = &Error{Code: "address"}   // no address that a portal can have
	ErrNoPortal = &Error{Code: "no-portal"} // something answers there, and it is no portal
	ErrPinned   = &Error{Code: "pinned"}    // it is given by whoever has set up this PC

	ErrNotWritten = &Error{Code: "not-written"} // a file that the person wanted to save elsewhere
)

// StaleCursor is the error of a portal that does not know how far its changes have
// been brought back: they are to be asked for from the beginning. No window is
// told.
type StaleCursor struct{}

func (StaleCursor) Error() string { return "the portal does not know the cursor" }

// ErrorCodes lists every code an Error can carry.
func ErrorCodes() []string {
	all := []*Error{
		ErrNotFound, ErrConflict, ErrInvalid, ErrDiskFull, ErrReadOnly, ErrDamaged, ErrTooNew, ErrInUse,
		ErrSignIn, ErrOffline, ErrForbidden, ErrNotNow, ErrDraftSize, ErrInternal,
		ErrLocked, ErrKeyring, ErrKeyLost, ErrWrongPIN, ErrPINLimit, ErrPINSoon, ErrWrongCode, ErrClock, ErrNotSignedIn,
		ErrAddress, ErrNoPortal, ErrPinned,
		ErrNotWritten,
	}
	codes := make([]string, len(all))
	for i, e := range all {
		codes[i] = e.Code
	}
	return codes
}

// With returns the same error with its cause.
func (e *Error) With(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// Invalid returns ErrInvalid with its problems.
func Invalid(problems ...Problem) *Error {
	return &Error{Code: ErrInvalid.Code, Problems: problems}
}
