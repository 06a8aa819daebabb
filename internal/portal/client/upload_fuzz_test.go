package client

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

// stranger is a portal that holds requests honestly and answers about uploads
// with whatever it is told to.
type stranger struct {
	t     *testing.T
	r     desk.Request
	head  http.Response
	post  http.Response
	patch http.Response
	body  []byte // of both

	stands  int64 // what the last HEAD or POST said, -1 if nothing that can be gone on from
	patches int
	puts    int
	whole   bool // every byte has been written, from the first one
}

func (s *stranger) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		defer r.Body.Close()
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	if r.URL.Host != "portal.invalid" {
		s.t.Errorf("a call to %s", r.URL.Host)
	}
	switch r.Method {
	case http.MethodPut:
		s.puts++
		held := taken(s.t, s.r, func(h *portal.Request) {
			if h.Files[0].Received = s.whole; !s.whole {
				h.Number = ""
			}
		})
		return s.say(http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}}, held), nil
	case http.MethodHead:
		s.stands = standing(s.head)
		return s.say(s.head, nil), nil
	case http.MethodPost:
		if s.stands = -1; s.post.StatusCode == http.StatusCreated {
			s.stands = 0
		}
		return s.say(s.post, s.body), nil
	}
	s.patched(r, body)
	return s.say(s.patch, s.body), nil
}

// say fills a scripted answer; a Response holds its body only once.
func (s *stranger) say(res http.Response, body []byte) *http.Response {
	res.Body = io.NopCloser(bytes.NewReader(body))
	return &res
}

// standing is where a HEAD says that the upload stands, -1 if it says nothing
// that can be believed.
func standing(head http.Response) int64 {
	if n, err := strconv.ParseInt(head.Header.Get("Upload-Offset"), 10, 64); err == nil && head.StatusCode/100 == 2 &&
		head.Header.Get("Tus-Resumable") != "" && n >= 0 && n < int64(len(fuzzedBytes)) {
		return n
	}
	return -1
}

// patched holds a PATCH to the offset that was told, and to the bytes behind it.
func (s *stranger) patched(r *http.Request, body []byte) {
	s.patches++
	offset, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	switch {
	case s.stands < 0:
		s.t.Error("bytes are sent although nothing said where to go on")
	case err != nil || offset != s.stands:
		s.t.Errorf("goes on at %q, told was %d", r.Header.Get("Upload-Offset"), s.stands)
	case !bytes.Equal(body, fuzzedBytes[offset:]):
		s.t.Errorf("%d bytes from %d on are not those of the file", len(body), offset)
	case offset == 0:
		s.whole = true
	}
}

// FuzzUpload gives any answers about an upload, with any headers. Bytes go only
// to where the portal said that it stands, a lie is not believed into a receipt,
// and behind the first answer nothing is "certainly not taken" any more.
func FuzzUpload(f *testing.F) {
	for _, c := range []struct {
		head        int
		tus, offset string
		post, patch int
		media, code string
	}{
		{404, "1.0.0", "", 201, 204, "", ""},
		{200, "1.0.0", "7", 201, 204, "", ""},
		{200, "1.0.0", "20", 201, 204, "", ""},
		{200, "1.0.0", "21", 201, 204, "", ""},
		{200, "1.0.0", "-1", 201, 204, "", ""},
		{200, "1.0.0", "0x7", 201, 204, "", ""},
		{200, "1.0.0", "9223372036854775808", 201, 204, "", ""},
		{200, "", "7", 201, 204, "text/html", ""},
		{410, "1.0.0", "", 201, 409, portal.ProblemType, portal.CodeMismatch},
		{404, "1.0.0", "", 413, 204, portal.ProblemType, portal.CodeTooLarge},
		{200, "1.0.0", "0", 201, 460, portal.ProblemType, portal.CodeHashMismatch},
		{200, "1.0.0", "0", 201, 503, portal.ProblemType, portal.CodeBusy},
		{302, "", "", 201, 204, "text/html", ""},
	} {
		body := []byte(page)
		if c.code != "" {
			body = quoting(f, c.code)
		}
		f.Add(c.head, c.tus, c.offset, c.post, c.patch, c.media, body, "30", "Mon, 02 Mar 2026 09:45:00 GMT")
	}
	f.Fuzz(func(t *testing.T, head int, tus, offset string, post, patch int, media string, body []byte, retry, date string) {
		for _, status := range []int{head, post, patch} {
			if status < 200 || status > 999 {
				t.Skip("net/http gives no such answer")
			}
		}
		header := http.Header{"Tus-Resumable": {tus}, "Upload-Offset": {offset}, "Content-Type": {media}, "Retry-After": {retry}, "Date": {date}}
		s := &stranger{
			t: t, head: http.Response{StatusCode: head, Header: header}, post: http.Response{StatusCode: post, Header: header},
			patch: http.Response{StatusCode: patch, Header: header}, body: body, stands: -1,
		}
		d := fuzzed(t, s)
		s.r = subject(t, d, true)
		out := d.Send(t.Context(), s.r)
		if out.Kind == desk.OutcomeReceived && (!s.whole || s.puts != 2) {
			t.Errorf("received after %d questions, whole: %t", s.puts, s.whole)
		}
		if out.Kind != desk.OutcomeReceived && out.Kind != desk.OutcomeLost && !out.Arrived || out.Kind == desk.OutcomeRetry {
			t.Errorf("%s, arrived %t, behind a first answer", out.Kind, out.Arrived)
		}
		if s.patches > rounds {
			t.Errorf("%d times in one attempt", s.patches)
		}
		unquoted(t, out)
		paced(t, out, retry)
	})
}
