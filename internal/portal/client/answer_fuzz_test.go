package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"github.com/google/uuid"
)

// The ids of what is fuzzed are fixed: the committed answers name them.
var (
	fuzzedRequest = uuid.MustParse("0198c1de-7a00-7000-8000-000000000001")
	fuzzedFile    = uuid.MustParse("0198c1de-7a00-7000-8000-0000000000f1")
	fuzzedBytes   = []byte("%PDF-1.7 une facture")
)

// far is the other side of every call: it gives the answer, or the fault.
type far func(r *http.Request) (*http.Response, error)

func (f far) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	return f(r)
}

// fuzzed is a desk whose calls all go to that other side.
func fuzzed(tb testing.TB, other http.RoundTripper) *desktop {
	d := newDesktop(tb, "http://portal.invalid", secret)
	d.http.Transport = other
	d.Now = func() time.Time { return time.Date(2026, 3, 2, 9, 45, 0, 0, time.UTC) }
	return d
}

// subject is the request that is sent, with a file or without.
func subject(tb testing.TB, d *desktop, file bool) desk.Request {
	var files []desk.File
	if file {
		f := d.file(tb, "facture.pdf", fuzzedBytes)
		delete(d.stored, f.ID)
		f.ID = fuzzedFile
		d.stored[f.ID] = fuzzedBytes
		files = []desk.File{f}
	}
	r := request(tb, files...)
	r.ID, r.Revision = fuzzedRequest, 3
	return r
}

// taken is the answer of a portal that has the request in full.
func taken(tb testing.TB, r desk.Request, edit func(*portal.Request)) []byte {
	put := putOf(r)
	held := portal.Request{
		ID: r.ID.String(), Revision: put.Revision, Number: "AS-2026-000001", Status: "received", Practice: put.Practice,
		CatalogueVersion: 1, Type: put.Type, Category: put.Category, Values: put.Values, Files: put.Files,
	}
	for i := range held.Files {
		held.Files[i].Received = true
	}
	if edit != nil {
		edit(&held)
	}
	body, err := json.Marshal(held)
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

// quoting is a problem that quotes what it was sent.
func quoting(tb testing.TB, code string) []byte {
	body, err := json.Marshal(portal.Problem{Code: code, Status: portal.Status(code), Detail: secret + canary,
		Fields: []portal.FieldProblem{{Field: "subject", Code: "too-long", Max: 120, Actual: 121}}})
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

const page = "<html><title>Portail Wi-Fi</title>" + canary + "</html>"

// FuzzPut gives any answer to the PUT of a request. It is a receipt if and
// only if the portal says of this id, this revision and every file that it has
// them; "certainly not taken" is said of no answer behind which the portal may
// stand with the request in its hands.
func FuzzPut(f *testing.F) {
	seed := fuzzed(f, nil)
	plain, attached := subject(f, seed, false), subject(f, seed, true)
	f.Add(200, "application/json", "", "", taken(f, plain, nil), false)
	f.Add(201, "application/json; charset=utf-8", "", "", taken(f, attached, nil), true)
	for _, edit := range []func(*portal.Request){
		func(h *portal.Request) { h.ID = uuid.Nil.String() },
		func(h *portal.Request) { h.Revision = 2 },
		func(h *portal.Request) { h.Revision = 4 },
		func(h *portal.Request) { h.Number = "" },
		func(h *portal.Request) { h.Files[0].Received = false },
		func(h *portal.Request) { h.Files[0].SHA256 = strings.Repeat("0", 64) },
		func(h *portal.Request) { h.Files = nil },
	} {
		f.Add(200, "application/json", "", "", taken(f, attached, edit), true)
	}
	for _, code := range portal.Codes() {
		f.Add(portal.Status(code), portal.ProblemType, "12", "", quoting(f, code), false)
	}
	f.Add(200, "text/html", "", "", []byte(page), false)
	f.Add(302, "text/html", "", "", []byte(page), true)
	f.Add(413, "text/html", "", "", []byte(page), false)
	f.Add(503, "text/html", "Mon, 02 Mar 2026 09:50:00 GMT", "Mon, 02 Mar 2026 09:45:00 GMT", []byte(page), false)
	f.Add(429, portal.ProblemType, "99999", "Sun, 01 Mar 1970 00:00:00 GMT", quoting(f, portal.CodeBusy), false)
	f.Add(200, "application/json", "", "", []byte("null"), false)
	f.Fuzz(func(t *testing.T, status int, media, retry, date string, body []byte, file bool) {
		if status < 200 || status > 999 {
			t.Skip("net/http gives no such answer")
		}
		header := http.Header{"Content-Type": {media}, "Retry-After": {retry}, "Date": {date}}
		calls := 0
		d := fuzzed(t, far(func(r *http.Request) (*http.Response, error) {
			calls++
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		}))
		r := subject(t, d, file)
		out := d.Send(t.Context(), r)
		judge(t, r, out, status, header, body)
		if told := d.told(); len(told) != calls {
			t.Errorf("%d calls, and the connection was told %v", calls, told)
		}
	})
}

// judge holds an outcome to the answer that every call of the attempt got.
func judge(t *testing.T, r desk.Request, out desk.Outcome, status int, header http.Header, body []byte) {
	t.Helper()
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		media = ""
	}
	var p portal.Problem
	problem := media == portal.ProblemType && json.Unmarshal(body, &p) == nil && p.Code != ""
	if got, want := out.Kind == desk.OutcomeReceived, status <= 201 && media == "application/json" && complete(r, body); got != want {
		t.Errorf("received is %t, the answer says %t", got, want)
	}
	busy := problem && (p.Code == portal.CodeBusy || p.Code == portal.CodeThrottled) // turned away at the door
	switch out.Kind {
	case desk.OutcomeReceived:
		if out.Receipt.Number == "" || out.Receipt.ReceivedAt.IsZero() {
			t.Errorf("receipt %+v", out.Receipt)
		}
	case desk.OutcomeRetry:
		if !busy && (problem || status/100 == 2 || status >= 500) {
			t.Errorf("answer %d is taken for a certain no", status)
		}
	case desk.OutcomeRefused, desk.OutcomeSignIn:
		newer := status <= 201 && out.Code == desk.ReasonMismatch && out.Arrived
		if !problem && !newer && status != http.StatusRequestEntityTooLarge { // a proxy's limit is one as well
			t.Errorf("%s by what is not a problem of the portal", out.Kind)
		}
	case desk.OutcomeLost:
	default:
		t.Errorf("outcome %q", out.Kind)
	}
	if out.Kind == desk.OutcomeSignIn && p.Code != portal.CodeSignIn {
		t.Errorf("sign-in for problem %q", p.Code)
	}
	unquoted(t, out)
	paced(t, out, header.Get("Retry-After"))
}

// complete is the portal's receipt, read by hand.
func complete(r desk.Request, body []byte) bool {
	var held portal.Request
	if len(body) > maxAnswer || json.Unmarshal(body, &held) != nil || held.ID != r.ID.String() || held.Revision != r.Revision || held.Number == "" {
		return false
	}
	for _, f := range r.Files {
		there := false
		for _, h := range held.Files {
			there = there || h.ID == f.ID.String() && h.SHA256 == f.SHA256 && h.Received
		}
		if !there {
			return false
		}
	}
	return true
}

// unquoted holds an outcome to a known reason and to an error without content.
func unquoted(t *testing.T, out desk.Outcome) {
	t.Helper()
	if out.Kind != desk.OutcomeReceived && !slices.Contains(desk.ReasonCodes(), out.Code) {
		t.Errorf("reason %q has no sentence", out.Code)
	}
	if out.Err != nil && (strings.Contains(out.Err.Error(), canary) || strings.Contains(out.Err.Error(), secret)) {
		t.Errorf("the error quotes what was sent: %v", out.Err)
	}
}

var fewDigits = regexp.MustCompile(`^[0-9]{1,9}$`)

// paced holds the pause to what the portal asked for, and to the cap.
func paced(t *testing.T, out desk.Outcome, retry string) {
	t.Helper()
	if out.RetryAfter < 0 || out.RetryAfter > maxRetryAfter {
		t.Errorf("a pause of %s", out.RetryAfter)
	}
	if n, err := strconv.Atoi(retry); out.Code == desk.ReasonBusy && fewDigits.MatchString(retry) && err == nil {
		if want := min(time.Duration(n)*time.Second, maxRetryAfter); out.RetryAfter != want {
			t.Errorf("a pause of %s for %q", out.RetryAfter, retry)
		}
	}
}

// FuzzLine gives any bytes for the answer, head and all: what net/http makes of
// them must not become a receipt or reach a log.
func FuzzLine(f *testing.F) {
	seed := fuzzed(f, nil)
	r := subject(f, seed, false)
	body := string(taken(f, r, nil))
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	f.Add([]byte(head + "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body))
	f.Add([]byte(head + "Content-Length: 99999\r\n\r\n" + body))
	f.Add([]byte(head + "Transfer-Encoding: chunked\r\n\r\n" + strconv.FormatInt(int64(len(body)), 16) + "\r\n" + body + "\r\n0\r\n\r\n"))
	f.Add([]byte(head + "Transfer-Encoding: chunked\r\n\r\n" + strconv.FormatInt(int64(len(body)), 16) + "\r\n" + body))
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\n" + head + "\r\n" + body))
	f.Add([]byte("HTTP/1.1 302 Found\r\nLocation: http://autre.invalid/\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n" + body))
	f.Add([]byte("220 mail." + canary + " ESMTP " + secret + "\r\n"))
	f.Add([]byte("HTTP/1.1 " + canary + "\r\n\r\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		line := wired(raw)
		defer line.CloseIdleConnections()
		d := fuzzed(t, line)
		r := subject(t, d, false)
		out := d.Send(t.Context(), r)
		if status, header, body, ok := answerIn(raw); ok {
			judge(t, r, out, status, header, body)
		} else if out.Kind != desk.OutcomeLost {
			t.Errorf("%s %s by what is no answer", out.Kind, out.Code)
		}
		unquoted(t, out)
	})
}

// wired answers each call with raw bytes, on a line of its own that is cut
// behind them.
func wired(raw []byte) *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		near, other := net.Pipe()
		go func() {
			defer other.Close()
			r, err := http.ReadRequest(bufio.NewReader(other))
			if err != nil {
				return
			}
			if _, err := io.Copy(io.Discard, r.Body); err == nil {
				_, _ = other.Write(raw) // the desk may have heard enough
			}
		}()
		return near, nil
	}}
}

// answerIn reads the first answer in raw that is more than a word in between;
// false if there is none or it is cut.
func answerIn(raw []byte) (status int, header http.Header, body []byte, ok bool) {
	in := bufio.NewReader(bytes.NewReader(raw))
	for range 6 { // net/http hears no more words in between
		res, err := http.ReadResponse(in, &http.Request{Method: http.MethodPut})
		if err != nil {
			return 0, nil, nil, false
		}
		if res.StatusCode >= 200 || res.StatusCode == http.StatusSwitchingProtocols {
			body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
			return res.StatusCode, res.Header, body, err == nil && len(body) <= maxAnswer
		}
	}
	return 0, nil, nil, false
}
