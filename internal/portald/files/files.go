// Package files keeps the bytes of files for the portal: in a folder of one
// machine, or in a bucket of an S3 server for several nodes. It knows ids and
// bytes; what a file is for, and who may have it, is the portal's business.
//
// Both keep the same promises. Bytes that an upload has acknowledged stay until
// the file is removed, whatever becomes of the process. A file whose Sum was
// told, or that Put has taken, survives a power cut.
package files

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/tus/tusd/v2/pkg/handler"
)

// Store keeps files under ids that the caller makes: letters, digits, dots and
// hyphens. A file comes by tus (NewUpload, GetUpload), or in one go (Put).
//
// An upload that another process has begun is found by its id. NewUpload answers
// ErrExists if it has been begun, GetUpload handler.ErrNotFound if not; of several
// that begin one at once, one does. Whoever writes to an upload is the only one
// who does.
type Store interface {
	handler.DataStore
	// Sum makes a file safe and returns the SHA-256 of its bytes in hexadecimal, as
	// they are read back; "" if it is not there, or not all of it. An upload of a file
	// of another size is ErrSize.
	Sum(ctx context.Context, id string, size int64) (sha256 string, err error)
	// Open reads a file that is whole; fs.ErrNotExist if there is none. ctx is of the
	// reading too.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, error)
	// Put keeps all that it reads as one file, in the place of one that has the id.
	// After an error nothing has changed.
	Put(ctx context.Context, id string, r io.Reader) (size int64, sha256 string, err error)
	// Remove drops a file with its upload, and whatever was left of them. One that is
	// not there is what was wanted.
	Remove(ctx context.Context, id string) error
	// List has the ids that begin with a prefix, in order, each once; also those of
	// which only some of the bytes are there.
	List(ctx context.Context, prefix string) (ids []string, err error)
	// Owner tells whose the files are, "" if nobody has claimed them.
	Owner(ctx context.Context) (string, error)
	// Claim makes the files an owner's if they are nobody's, and tells whose they are now. Of
	// several that claim at once, one does. It lasts; Mark is no file, and Remove leaves it.
	Claim(ctx context.Context, owner string) (whose string, err error)
	// Close lets go of what the store works with.
	Close() error
}

// ErrSize is an upload that was begun for a file of another size.
var ErrSize = errors.New("the upload is of another size")

// ErrExists is an upload that has been begun: ask where it stands.
var ErrExists = handler.NewError("ERR_UPLOAD_EXISTS", "the upload has been begun", http.StatusConflict)
