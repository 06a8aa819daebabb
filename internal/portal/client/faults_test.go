package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

// answering is a portal's answer to a PUT that it has taken in full, after
// edit; edit may be nil.
func answering(edit func(*portal.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(takenOf(r, edit))
	}
}

func takenOf(r *http.Request, edit func(*portal.Request)) []byte {
	var put portal.RequestPut
	if err := json.NewDecoder(r.Body).Decode(&put); err != nil {
		return nil
	}
	held := portal.Request{
		ID: strings.TrimPrefix(r.URL.Path, portal.RouteRequests+"/"), Revision: put.Revision, Number: "D-2026-000001", Status: "received",
		Practice: put.Practice, CatalogueVersion: put.CatalogueVersion, Type: put.Type, Category: put.Category, Values: put.Values, Files: put.Files,
	}
	for i := range held.Files {
		held.Files[i].Received = true
	}
	if edit != nil {
		edit(&held)
	}
	body, _ := json.Marshal(held) // a wire type always can
	return body
}

// saying answers with a body that holds the token and content that it was sent.
func saying(status int, media string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", media)
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "<html>%s %s</html>", r.Header.Get("Authorization"), body)
	}
}

// problem answers as the contract has it, with what it was sent in its detail.
func problem(code string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", portal.ProblemType)
		w.WriteHeader(portal.Status(code))
		body, _ := io.ReadAll(r.Body)
		_ = json.NewEncoder(w).Encode(portal.Problem{
			Type: "about:blank", Status: portal.Status(code), Code: code, Detail: r.Header.Get("Authorization") + string(body),
		})
	}
}

// raw takes the line over behind the head, or behind the body as well.
func raw(body bool, say string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if body {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, say)
		_ = conn.Close()
	}
}

func silent(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

var (
	lost     = wanted{kind: desk.OutcomeLost, reach: desk.ReachNetwork, code: desk.ReasonNetwork}
	foreign  = wanted{kind: desk.OutcomeRetry, reach: desk.ReachNetwork, code: desk.ReasonForeign}
	posed    = wanted{kind: desk.OutcomeLost, reach: desk.ReachNetwork, code: desk.ReasonForeign}
	mistaken = wanted{kind: desk.OutcomeLost, code: desk.ReasonForeign}
	severed  = wanted{kind: desk.OutcomeLost, code: desk.ReasonCut}
	faulty   = wanted{kind: desk.OutcomeLost, code: desk.ReasonPortalFault}
	faulty5x = wanted{kind: desk.OutcomeLost, reach: desk.ReachNetwork, code: desk.ReasonPortalFault} // not the portal's own
	busy     = wanted{kind: desk.OutcomeRetry, reach: desk.ReachNetwork, code: desk.ReasonBusy}
	gateway  = wanted{kind: desk.OutcomeLost, reach: desk.ReachNetwork, code: desk.ReasonBusy} // who may have passed it on
)

func refusal(code string) wanted { return wanted{kind: desk.OutcomeRefused, code: code} }

// TestSuccess proves what a success is: 2xx, our JSON, our id, our revision,
// every file.
func TestSuccess(t *testing.T) {
	for name, c := range map[string]struct {
		do      http.HandlerFunc
		want    wanted
		contact string
	}{
		"OK":            {answering(nil), wanted{kind: desk.OutcomeReceived}, ContactOnline},
		"AnotherId":     {answering(func(h *portal.Request) { h.ID = "0198c1de-0000-7000-8000-000000000000" }), mistaken, ContactOnline},
		"NoId":          {answering(func(h *portal.Request) { h.ID = "" }), mistaken, ContactOnline},
		"OlderRevision": {answering(func(h *portal.Request) { h.Revision-- }), mistaken, ContactOnline},
		"NewerRevision": {answering(func(h *portal.Request) { h.Revision++ }), refusal(desk.ReasonMismatch), ContactOnline},
		"NoNumber":      {answering(func(h *portal.Request) { h.Number = "" }), faulty, ContactOnline},
		"WithoutAFile":  {answering(func(h *portal.Request) { h.Files = h.Files[:1] }), faulty, ContactOnline},
		"FileNotThere":  {answering(func(h *portal.Request) { h.Files[1].Received = false }), faulty, ContactOnline},
		"OtherBytes":    {answering(func(h *portal.Request) { h.Files[1].SHA256 = strings.Repeat("0", 64) }), faulty, ContactOnline},
		"Not2xx": {func(w http.ResponseWriter, r *http.Request) {
			body := takenOf(r, nil)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write(body)
		}, faulty5x, ContactOffline},
		"Another2xx": {func(w http.ResponseWriter, r *http.Request) {
			body := takenOf(r, nil)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusAccepted)
			_, _ = w.Write(body)
		}, posed, ContactOnline},
		"NotJSON": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(takenOf(r, nil))
		}, posed, ContactForeign},
		"NoMedia": {func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = w.Write(takenOf(r, nil))
		}, posed, ContactForeign},
		"CaptivePortal":  {saying(http.StatusOK, "text/html"), posed, ContactForeign},
		"NoContent":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, posed, ContactForeign},
		"JSONOfAnother":  {saying(http.StatusOK, "application/json"), severed, ContactOnline},
		"EmptyJSON":      {raw(true, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"), mistaken, ContactOnline},
		"JSONCut":        {func(w http.ResponseWriter, r *http.Request) { body := takenOf(r, nil); cutJSON(w, body) }, severed, ContactOnline},
		"AnswerCut":      {raw(true, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":"), severed, ContactOffline},
		"AnswerTooLarge": {tooLarge, severed, ContactOffline},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(c.do)
			defer s.Close()
			d := newDesktop(t, s.URL, secret)
			r := request(t, d.file(t, "a.pdf", []byte("a")), d.file(t, "b.pdf", []byte("b")))
			if name == "NoNumber" {
				r.Files = nil // with files it would go on to them
			}
			expect(t, d.Send(t.Context(), r), c.want)
			if got := d.told(); got[len(got)-1] != c.contact {
				t.Errorf("told %v, want %s", got, c.contact)
			}
		})
	}
}

func cutJSON(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body[:len(body)/2])
}

// tooLarge is an answer that would be a success if it were read in full.
func tooLarge(w http.ResponseWriter, r *http.Request) {
	body := takenOf(r, nil)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
	_, _ = w.Write([]byte(strings.Repeat(" ", maxAnswer)))
}

func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		do      http.HandlerFunc
		want    wanted
		contact string
	}{
		"DroppedBeforeTheBody": {raw(false, ""), lost, ContactOffline},
		"DroppedBehindTheBody": {raw(true, ""), lost, ContactOffline},
		"NotHTTP":              {raw(true, "Bearer "+secret+" "+canary+"\r\n\r\n"), lost, ContactOffline},
		"HeaderThatIsNone":     {raw(true, "HTTP/1.1 200 OK\r\nBearer "+secret+" "+canary+"\r\n\r\n"), lost, ContactOffline},
		"LengthThatIsNone":     {raw(true, "HTTP/1.1 200 OK\r\nContent-Length: "+secret+canary+"\r\n\r\n"), lost, ContactOffline},
		"Silent":               {silent, wanted{desk.OutcomeLost, desk.ReachNetwork, desk.ReasonTimeout}, ContactOffline},

		"400": {problem(portal.CodeBadRequest), refusal(desk.ReasonInvalid), ContactOnline},
		"401": {problem(portal.CodeSignIn), wanted{desk.OutcomeSignIn, desk.ReachAccount, desk.ReasonSignIn}, ContactSignedOut},
		"403": {problem(portal.CodeForbidden), refusal(desk.ReasonForbidden), ContactOnline},
		"404": {problem(portal.CodeNotFound), refusal(desk.ReasonGone), ContactOnline},
		"405": {problem(portal.CodeMethod), refusal(desk.ReasonGone), ContactOnline},
		"409": {problem(portal.CodeMismatch), refusal(desk.ReasonMismatch), ContactOnline},
		"410": {problem(portal.CodeGone), refusal(desk.ReasonGone), ContactOnline},
		"413": {problem(portal.CodeTooLarge), refusal(desk.ReasonTooLarge), ContactOnline},
		"422": {problem(portal.CodeInvalid), refusal(desk.ReasonInvalid), ContactOnline},
		"460": {problem(portal.CodeHashMismatch), faulty, ContactOnline},
		"500": {problem(portal.CodeInternal), faulty, ContactOnline},
		"503": {problem(portal.CodeBusy), busy, ContactOnline},

		"302HTML": {saying(302, "text/html", "Location", "http://login.example/"), foreign, ContactForeign},
		"400HTML": {saying(400, "text/html"), foreign, ContactForeign},
		"401HTML": {saying(401, "text/html"), foreign, ContactForeign},
		"403HTML": {saying(403, "text/html"), foreign, ContactForeign},
		"404HTML": {saying(404, "text/html"), foreign, ContactForeign},
		"409HTML": {saying(409, "text/html"), foreign, ContactForeign},
		"410HTML": {saying(410, "text/html"), foreign, ContactForeign},
		"413HTML": {saying(413, "text/html"), refusal(desk.ReasonTooLarge), ContactForeign},
		"422HTML": {saying(422, "text/html"), foreign, ContactForeign},
		"407HTML": {saying(407, "text/html"), foreign, ContactForeign},
		"511HTML": {saying(511, "text/html"), faulty5x, ContactForeign},
		"500HTML": {saying(500, "text/html"), faulty5x, ContactOffline},
		"502HTML": {saying(502, "text/html"), faulty5x, ContactOffline},
		"504HTML": {saying(504, "text/html"), faulty5x, ContactOffline},
		"408HTML": {saying(408, "text/html"), wanted{kind: desk.OutcomeLost, code: desk.ReasonBusy}, ContactForeign},
		"425HTML": {saying(425, "text/html"), wanted{kind: desk.OutcomeLost, code: desk.ReasonBusy}, ContactForeign},
		"429HTML": {saying(429, "text/html"), gateway, ContactForeign},
		"503HTML": {saying(503, "text/html"), gateway, ContactOffline},
		// A media type alone is not the portal's word.
		"404ProblemWithoutCode": {saying(404, portal.ProblemType), foreign, ContactOnline},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(c.do)
			defer s.Close()
			d := newDesktop(t, s.URL, secret)
			if name == "Silent" {
				d.Answer = 50 * time.Millisecond
			}
			expect(t, d.Send(t.Context(), request(t)), c.want)
			if got := d.told(); len(got) != 1 || got[0] != c.contact {
				t.Errorf("told %v, want %s", got, c.contact)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	const ours = 0 // the portal's own answer
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable, ours} {
		for value, want := range map[string]time.Duration{
			"":                     0,
			"7":                    7 * time.Second,
			"0":                    0,
			"-5":                   0,
			"900":                  15 * time.Minute,
			"90000":                15 * time.Minute,
			"soon":                 0,
			"99999999999999999999": maxRetryAfter,
			now.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
			now.Add(-time.Hour).Format(http.TimeFormat):       0,
			now.Add(48 * time.Hour).Format(http.TimeFormat):   15 * time.Minute,
		} {
			t.Run(strconv.Itoa(status)+" "+value, func(t *testing.T) {
				handler, want1 := saying(status, "text/plain", "Retry-After", value), gateway
				if status == ours {
					handler, want1 = retryAfterOf(value, problem(portal.CodeBusy)), busy
				}
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Date", now.Format(http.TimeFormat))
					handler(w, r)
				}))
				defer s.Close()
				d := newDesktop(t, s.URL, secret)
				d.Now = func() time.Time { return now }
				out := d.Send(t.Context(), request(t))
				if want > 0 {
					want1.reach = desk.ReachNetwork // the portal speaks for all that waits
				}
				expect(t, out, want1)
				if out.RetryAfter != want {
					t.Errorf("after %v, want %v", out.RetryAfter, want)
				}
			})
		}
	}
}

// A date is measured by the portal's clock, whatever this PC takes for now.
func TestRetryAfterByAnotherClock(t *testing.T) {
	for _, off := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			there := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
			w.Header().Set("Date", there.Format(http.TimeFormat))
			retryAfterOf(there.Add(90*time.Second).Format(http.TimeFormat), problem(portal.CodeBusy))(w, r)
		}))
		d := newDesktop(t, s.URL, secret)
		d.Now = func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).Add(off) }
		if out := d.Send(t.Context(), request(t)); out.RetryAfter != 90*time.Second {
			t.Errorf("with a clock %v off, after %v", off, out.RetryAfter)
		}
		s.Close()
	}
}

// retryAfterOf is an answer that asks for patience.
func retryAfterOf(value string, then http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", value)
		then.ServeHTTP(w, r)
	}
}
