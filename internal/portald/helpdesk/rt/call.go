package rt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"guichet/internal/portald/helpdesk"
)

const (
	largest     = 16 << 20  // of an answer in JSON, bytes
	largestFile = 256 << 20 // of one that holds a file, in base64
	slowest     = 256 << 10 // of a line to RT, bytes/s, by which files are given time
	perPage     = 100       // RT gives no more
)

// answered is what RT said no with.
type answered struct {
	status int
	json   bool // it was RT that spoke, and not something before it
}

func (a *answered) Error() string {
	if !a.json {
		return fmt.Sprintf("%d, and not by RT", a.status)
	}
	return strconv.Itoa(a.status)
}

// errUnsent is what ends a call before all of it was sent.
var errUnsent = errors.New("not sent")

// get reads something.
func (c *Connector) get(ctx context.Context, path string, query url.Values, out any) error {
	if query != nil {
		path += "?" + query.Encode()
	}
	limit := int64(largest)
	if strings.HasPrefix(path, "/attachment/") {
		limit = largestFile
	}
	_, err := c.do(ctx, http.MethodGet, path, nil, 0, limit, out)
	return err
}

// list reads what a query finds, page by page. RT does not always tell how many
// there are, and leaves out of a page what the user may not see: then the end is a
// page with nothing in it.
func list[T any](ctx context.Context, c *Connector, path, query string, more url.Values) (all []T, err error) {
	values := url.Values{"orderby": {"id"}, "order": {"ASC"}, "per_page": {strconv.Itoa(perPage)}}
	if query != "" {
		values.Set("query", query)
	}
	for name := range more {
		values.Set(name, more.Get(name))
	}
	for page := 1; ; page++ {
		values.Set("page", strconv.Itoa(page))
		var got struct {
			Items []T
			Total *int
		}
		if err := c.get(ctx, path, values, &got); err != nil {
			return nil, err
		}
		all = append(all, got.Items...)
		if len(got.Items) == 0 || got.Total != nil && *got.Total <= page*perPage {
			return all, nil
		}
	}
}

// put changes a ticket. That RT answers says nothing of whether it did.
func (c *Connector) put(ctx context.Context, ref string, change any) error {
	body, err := json.Marshal(change)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	return c.write(ctx, http.MethodPut, "/ticket/"+ref, bytes.NewReader(body), int64(len(body)), nil)
}

// write changes something, and says of a failure which of the three it is.
func (c *Connector) write(ctx context.Context, method, path string, body io.Reader, size int64, out any) error {
	sent, err := c.do(ctx, method, path, body, size, largest, out)
	var said *answered
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said):
		switch s := said.status; {
		case s >= 500:
			return helpdesk.Unknown(err)
		case s == http.StatusRequestEntityTooLarge,
			said.json && s >= 400 && s != http.StatusUnauthorized && s != http.StatusRequestTimeout && s != http.StatusTooManyRequests:
			return &helpdesk.Refusal{Reason: err.Error() + " (RT's log says why)"}
		}
		return err
	case sent && !errors.Is(err, errUnsent):
		return helpdesk.Unknown(err)
	}
	return err
}

// do makes one call. It tells whether RT may have got it, and of what went wrong
// nothing that was written in a request.
func (c *Connector) do(ctx context.Context, method, path string, body io.Reader, size, limit int64, out any) (sent bool, err error) {
	within := time.Duration(c.rt.Timeout) + time.Duration(max(size, limit-largest)/slowest)*time.Second
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return false, fmt.Errorf("%s: %w", method, err)
	}
	what := method + " " + req.URL.Path
	req.ContentLength = size
	req.Header.Set("Authorization", "token "+c.token)
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.client.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // without the address, which may hold a query
		}
		return connected.Load(), fmt.Errorf("%s: %w", what, err)
	}
	defer res.Body.Close()
	isJSON := strings.HasPrefix(res.Header.Get("Content-Type"), "application/json")
	if res.StatusCode >= 300 {
		_, _ = io.CopyN(io.Discard, res.Body, 4096)
		return true, fmt.Errorf("%s: %w", what, &answered{res.StatusCode, isJSON})
	}
	if !isJSON {
		return true, fmt.Errorf("%s: the answer is not RT's", what)
	}
	said, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	switch {
	case err != nil:
		return true, fmt.Errorf("%s: read answer: %w", what, err)
	case int64(len(said)) > limit:
		return true, fmt.Errorf("%s: the answer is over %d bytes", what, limit)
	case out == nil:
		return true, nil
	}
	if err := json.Unmarshal(said, out); err != nil {
		return true, fmt.Errorf("%s: the answer is not as RT's are", what)
	}
	return true, nil
}
