package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"github.com/google/uuid"
)

// Download writes the bytes of a file of a request, or of one of its messages, as
// the portal received it. A line that breaks is taken up again where it broke, as
// often as it gets on. desk.ErrNotFound: the portal does not have it; desk.ErrOffline:
// it cannot be had now, or other bytes came than those of its hash; an error of w as
// it is.
func (c *Client) Download(ctx context.Context, person string, request uuid.UUID, f desk.File, w io.Writer) error {
	token, err := c.cfg.Token(ctx, person)
	if err != nil {
		return err
	}
	d := &download{c: c, token: token, path: portal.RouteRequests + "/" + request.String() + "/files/" + f.ID.String(), file: f, w: w, sum: sha256.New()}
	for {
		before := d.got
		err := d.round(ctx)
		var ours unwritten
		switch {
		case err == nil && d.got == f.Size && hex.EncodeToString(d.sum.Sum(nil)) == f.SHA256:
			return nil
		case err == nil:
			return fmt.Errorf("download: %w", desk.ErrOffline.With(errors.New("other bytes than those of its hash")))
		case errors.As(err, &ours):
			return ours.error
		case ctx.Err() != nil, d.got == before, d.got >= f.Size:
			return fmt.Errorf("download: %w", err)
		}
	}
}

// download is a file on its way here.
type download struct {
	c     *Client
	token string
	path  string
	file  desk.File
	w     io.Writer
	sum   hash.Hash
	got   int64 // bytes
}

// unwritten is an error of whoever takes the bytes.
type unwritten struct{ error }

// round reads on from where the last one stopped.
func (d *download) round(ctx context.Context) error {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	header := http.Header{}
	if d.got > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", d.got))
	}
	req, err := d.c.request(own, call{method: http.MethodGet, path: d.path, token: d.token, header: header})
	if err != nil {
		return desk.ErrOffline.With(err)
	}
	stalled := time.AfterFunc(d.c.Stall, cancel)
	defer stalled.Stop()
	res, err := d.c.http.Do(req)
	if err != nil {
		return desk.ErrOffline.With(d.c.failed(ctx, d.token, &fault{err: err}))
	}
	defer res.Body.Close()
	want := http.StatusOK
	if d.got > 0 {
		want = http.StatusPartialContent
	}
	if res.StatusCode != want || res.Header.Get("Content-Disposition") == "" { // a captive portal's page is no file
		return d.refused(res)
	}
	buffer := make([]byte, 64<<10)
	for {
		n, err := res.Body.Read(buffer)
		stalled.Reset(d.c.Stall)
		if d.got+int64(n) > d.file.Size {
			return desk.ErrOffline.With(errors.New("more bytes than the file has"))
		}
		if _, werr := d.w.Write(buffer[:n]); werr != nil {
			return unwritten{werr}
		}
		_, _ = d.sum.Write(buffer[:n]) // never fails
		d.got += int64(n)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return desk.ErrOffline.With(err)
		}
	}
}

// refused is the error of an answer that is not the file.
func (d *download) refused(res *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	a := answer{status: res.StatusCode, header: res.Header, body: body}
	switch {
	case err != nil || !a.ours():
		return desk.ErrOffline.With(fmt.Errorf("foreign answer %d", res.StatusCode))
	case res.StatusCode == http.StatusUnauthorized:
		return desk.ErrSignIn
	case res.StatusCode == http.StatusForbidden:
		return desk.ErrForbidden
	case res.StatusCode == http.StatusNotFound:
		return desk.ErrNotFound
	}
	return desk.ErrOffline.With(fmt.Errorf("answer %d", res.StatusCode))
}
