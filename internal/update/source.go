package update

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// source is where manifests and packages lie.
type source interface {
	// open reads a file from an offset on, if it still is the one of that tag. at is
	// where the body begins: 0 when it is not, or when the source cannot begin
	// elsewhere. A tag of "" can be resumed as well: the hash decides in the end.
	open(ctx context.Context, name string, from int64, tag string) (stretch, error)
}

// stretch is what is read of a file.
type stretch struct {
	io.ReadCloser
	at  int64
	tag string // "" for none
}

// sourceAt is what an address leads to: a folder, or a server by http.
func sourceAt(address string, client *http.Client) (source, error) {
	u, err := url.Parse(address)
	switch {
	case address == "":
		return nil, fmt.Errorf("%w: no address", ErrOffline)
	case err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "":
		return web{u, client}, nil
	case filepath.IsAbs(address):
		return folder(address), nil
	}
	return nil, fmt.Errorf("%w: neither an address nor the full path of a folder", ErrOffline)
}

// web is a portal, or any server of files.
type web struct {
	base   *url.URL
	client *http.Client
}

func (w web) open(ctx context.Context, name string, from int64, tag string) (stretch, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base.JoinPath(strings.Split(name, "/")...).String(), nil)
	if err != nil {
		return stretch{}, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	req.Header.Set("Accept-Encoding", "identity") // a range is one of the bytes that were signed for
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		if strong(tag) {
			req.Header.Set("If-Range", tag)
		}
	}
	res, err := w.client.Do(req)
	if err != nil {
		return stretch{}, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	out := stretch{ReadCloser: res.Body, tag: res.Header.Get("ETag")}
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	switch {
	case res.StatusCode == http.StatusOK && media == "text/html":
		err = fmt.Errorf("%w: a page answers", ErrOffline) // that of a hotspot, say
	case res.StatusCode == http.StatusOK:
		return out, nil
	case res.StatusCode == http.StatusPartialContent && from > 0:
		if start, ok := startOf(res.Header.Get("Content-Range")); ok && start == from {
			out.at = from
			return out, nil
		}
		err = errRange
	case res.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		err = errRange
	case res.StatusCode == http.StatusNotFound:
		err = ErrNone
	default:
		err = fmt.Errorf("%w: status %d", ErrOffline, res.StatusCode)
	}
	return stretch{}, errors.Join(err, res.Body.Close())
}

// errRange is a source that does not give the rest that was asked for: the file is
// asked for as a whole.
var errRange = errors.New("no such range")

// strong tells whether a tag stands for bytes; a weak one is not for ranges.
func strong(tag string) bool { return strings.HasPrefix(tag, `"`) }

// startOf reads "bytes 100-199/200".
func startOf(contentRange string) (int64, bool) {
	rest, ok := strings.CutPrefix(contentRange, "bytes ")
	first, _, dash := strings.Cut(rest, "-")
	n, err := strconv.ParseInt(first, 10, 64)
	return n, ok && dash && err == nil
}

// folder is a folder of this PC or of a file server.
type folder string

// open reads in a goroutine of its own: a file server that is away keeps whoever
// asks it for minutes, and nobody shall wait for that longer than they want. The
// goroutine ends when the system lets it go, and it touches nothing of ours.
func (f folder) open(ctx context.Context, name string, from int64, tag string) (stretch, error) {
	type opened struct {
		file *os.File
		info fs.FileInfo
		err  error
	}
	ready := make(chan opened, 1)
	r, w := io.Pipe()
	go func() {
		file, err := os.Open(filepath.Join(string(f), filepath.FromSlash(name)))
		if err != nil {
			ready <- opened{err: err}
			return
		}
		defer file.Close() // it was only read
		info, err := file.Stat()
		if err == nil && from > 0 && tag == fileTag(info) {
			_, err = file.Seek(from, io.SeekStart)
		}
		ready <- opened{file, info, err}
		if err == nil {
			_, err = io.Copy(w, file)
			w.CloseWithError(err)
		}
	}()
	select {
	case <-ctx.Done():
		return stretch{}, errors.Join(fmt.Errorf("%w: %w", ErrOffline, ctx.Err()), r.Close())
	case o := <-ready:
		if errors.Is(o.err, fs.ErrNotExist) {
			if _, err := os.Stat(string(f)); err == nil {
				return stretch{}, ErrNone
			}
		}
		if o.err != nil {
			var named *fs.PathError
			if errors.As(o.err, &named) {
				o.err = named.Err // the path is the practice's own
			}
			return stretch{}, fmt.Errorf("%w: %w", ErrOffline, o.err)
		}
		out := stretch{ReadCloser: boundPipe(ctx, r), tag: fileTag(o.info)}
		if from > 0 && tag == out.tag {
			out.at = from
		}
		return out, nil
	}
}

// boundPipe ends a pipe with a context.
func boundPipe(ctx context.Context, r *io.PipeReader) io.ReadCloser {
	stop := context.AfterFunc(ctx, func() { r.CloseWithError(ctx.Err()) })
	return pipe{r, stop}
}

type pipe struct {
	*io.PipeReader
	stop func() bool
}

func (p pipe) Close() error {
	p.stop()
	return p.PipeReader.Close()
}

func fileTag(info fs.FileInfo) string {
	return fmt.Sprintf(`"%d-%d"`, info.Size(), info.ModTime().UnixNano())
}
