package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"guichet/internal/portal"
)

// Fault is one thing that a line can do to a call.
type Fault struct {
	Name  string
	Steps []Step // where it can happen
	// Wide faults are of the whole line, and stay until it heals. They begin
	// behind the call that they are armed for.
	Wide bool
	// Done faults concern a call that the portal has done.
	Done bool
	// Says is the code of the problem that somebody states in the portal's
	// name: the desk may take it for the portal's word, and ask a person to go
	// on. No other fault may trouble anybody.
	Says string
	do   func(*lineCall) bool // tells whether the connection goes on
}

// At tells whether a fault can happen at a step.
func (f Fault) At(s Step) bool { return slices.Contains(f.Steps, s) }

// Where a fault can happen.
var (
	allSteps  = []Step{StepMe, StepCatalogue, StepChanges, StepAnnounce, StepOffset, StepCreate, StepBytes, StepReceipt}
	sendSteps = allSteps[3:]
	bodySteps = []Step{StepAnnounce, StepBytes, StepReceipt} // the desk's call has a body
	jsonSteps = []Step{StepMe, StepCatalogue, StepChanges, StepAnnounce, StepReceipt}
	putSteps  = []Step{StepAnnounce, StepReceipt}
)

// Faults are all that a line can do.
var Faults = slices.Concat(brokenBefore, done(brokenAfter), done(answeredOtherwise), answeredAhead(), forgedWords())

func done(faults []Fault) []Fault {
	for i := range faults {
		faults[i].Done = true
	}
	return faults
}

func passOn(c *lineCall) bool {
	a, ok := c.ask()
	return ok && c.say(a)
}

// brokenBefore ends a call of which the portal hears nothing, or a half.
var brokenBefore = []Fault{
	{Name: "refuse", Steps: allSteps, Wide: true, do: func(c *lineCall) bool { return c.lastAnswer(false) }},
	{Name: "accept-drop", Steps: allSteps, Wide: true, do: func(c *lineCall) bool { return c.lastAnswer(true) }},
	{Name: "drop", Steps: allSteps, do: func(*lineCall) bool { return false }},
	{Name: "drop-half", Steps: bodySteps, do: func(c *lineCall) bool { return c.readHalf() && false }},
	{Name: "reset", Steps: allSteps, do: (*lineCall).reset},
	{Name: "reset-half", Steps: bodySteps, do: func(c *lineCall) bool { return c.readHalf() && c.reset() }},
	{Name: "stall", Steps: allSteps, do: (*lineCall).stall},
	{Name: "half-forwarded", Steps: bodySteps, do: func(c *lineCall) bool {
		if c.readHalf() {
			c.forwardHalf()
		}
		return c.reset()
	}},
	{Name: "half-then-502", Steps: bodySteps, do: func(c *lineCall) bool {
		if !c.read() {
			return false
		}
		c.forwardHalf()
		return c.say(page(http.StatusBadGateway))
	}},
	{Name: "replay", Steps: allSteps, do: func(c *lineCall) bool {
		if !c.read() {
			return false
		}
		c.line.mu.Lock()
		a, ok := c.line.past[c.kind()]
		c.line.mu.Unlock()
		return ok && c.say(a)
	}},
	{Name: "altered", Steps: []Step{StepBytes}, do: func(c *lineCall) bool {
		if !c.read() {
			return false
		}
		c.body[len(c.body)/3] ^= 1
		a, err := c.forward(c.wire.ctx, bytes.NewReader(c.body))
		return err == nil && c.say(a)
	}},
	{Name: "altered-half", Steps: []Step{StepBytes}, do: func(c *lineCall) bool {
		if c.readHalf() {
			c.body[len(c.body)/3] ^= 1
			c.forwardHalf()
		}
		return c.reset()
	}},
	{Name: "late", Steps: sendSteps, do: (*lineCall).keepBack},
}

// brokenAfter ends a call that the portal has done.
var brokenAfter = []Fault{
	{Name: "drop-after", Steps: allSteps, do: func(c *lineCall) bool { c.ask(); return false }},
	{Name: "reset-after", Steps: allSteps, do: func(c *lineCall) bool { c.ask(); return c.reset() }},
	{Name: "stall-after", Steps: allSteps, do: func(c *lineCall) bool { c.ask(); return c.stall() }},
	{Name: "cut-head", Steps: allSteps, do: func(c *lineCall) bool {
		if a, ok := c.ask(); ok {
			head := a.head(len(a.body))
			_, _ = c.wire.Write(head[:len(head)/2])
		}
		return false
	}},
	{Name: "cut-body", Steps: jsonSteps, do: func(c *lineCall) bool {
		if a, ok := c.ask(); ok {
			raw := a.bytes(c.req.Method)
			_, _ = c.wire.Write(raw[:len(raw)-len(a.body)/2-1])
		}
		return false
	}},
	{Name: "garbage-chunk", Steps: jsonSteps, do: func(c *lineCall) bool {
		if a, ok := c.ask(); ok {
			var raw bytes.Buffer
			raw.Write(bytes.Replace(a.head(-1), []byte("\r\n"), []byte("\r\nTransfer-Encoding: chunked\r\n"), 1))
			raw.WriteString("8\r\n")
			raw.Write(a.body[:min(8, len(a.body))])
			raw.WriteString("\r\nzz\x00\xff\r\n\x7f\r\n")
			_, _ = c.wire.Write(raw.Bytes())
		}
		return false
	}},
	{Name: "not-http", Steps: allSteps, do: func(c *lineCall) bool {
		c.ask()
		_, _ = c.wire.Write([]byte("220 mail.example ESMTP\r\n"))
		return false
	}},
	{Name: "huge-answer", Steps: []Step{StepMe, StepCatalogue, StepChanges, StepAnnounce, StepCreate, StepBytes, StepReceipt}, do: func(c *lineCall) bool {
		a, ok := c.ask()
		if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
			a.status = http.StatusOK
		}
		a.body = append(a.body, bytes.Repeat([]byte(" "), 5<<20)...)
		return ok && c.say(a)
	}},
}

// lastAnswer passes a call on, and with its answer the line goes.
func (c *lineCall) lastAnswer(deaf bool) bool {
	a, ok := c.ask()
	c.line.shut(deaf, c.wire.Conn)
	if ok {
		a.header.Set("Connection", "close")
		c.say(a)
	}
	return false
}

// answeredOtherwise are calls that the portal has done, with another answer
// than its own, or more often than once, or slowly.
var answeredOtherwise = []Fault{
	{Name: "500-after", Steps: allSteps, do: instead(http.StatusInternalServerError)},
	{Name: "502-after", Steps: allSteps, do: instead(http.StatusBadGateway)},
	{Name: "503-after", Steps: allSteps, do: instead(http.StatusServiceUnavailable)},
	{Name: "504-after", Steps: allSteps, do: instead(http.StatusGatewayTimeout)},
	{Name: "html-after", Steps: allSteps, do: instead(http.StatusOK)},
	{Name: "slow-request", Steps: bodySteps, do: func(c *lineCall) bool {
		if !c.read() {
			return false
		}
		c.wire.listen()
		a, err := c.forward(c.wire.ctx, dripping{bytes.NewReader(c.body), c.line, max(1, len(c.body)/20)})
		return err == nil && c.say(a)
	}},
	{Name: "slow-answer", Steps: allSteps, do: func(c *lineCall) bool { a, ok := c.ask(); return ok && c.drip(a) }},
	{Name: "twice", Steps: sendSteps, do: func(c *lineCall) bool {
		if _, ok := c.ask(); !ok {
			return false
		}
		a, err := c.forward(c.wire.ctx, bytes.NewReader(c.body))
		return err == nil && c.say(a)
	}},
	{Name: "twice-at-once", Steps: sendSteps, do: func(c *lineCall) bool {
		if !c.read() {
			return false
		}
		c.wire.listen()
		second := make(chan struct{})
		go func() {
			defer close(second)
			_, _ = c.forward(c.wire.ctx, bytes.NewReader(c.body)) // the desk hears the other answer
		}()
		a, err := c.forward(c.wire.ctx, bytes.NewReader(c.body))
		<-second
		return err == nil && c.say(a)
	}},
}

// instead does the call and gives another's page for its answer.
func instead(status int) func(*lineCall) bool {
	return func(c *lineCall) bool { _, ok := c.ask(); return ok && c.say(page(status)) }
}

// answeredAhead are answers of somebody who has not asked the portal.
func answeredAhead() (out []Fault) {
	add := func(name string, steps []Step, make func(*lineCall) lineAnswer) {
		out = append(out, Fault{Name: name, Steps: steps, do: func(c *lineCall) bool { return c.read() && c.say(make(c)) }})
	}
	for name, status := range map[string]int{
		"408": 408, "425": 425, "429": 429, "500": 500, "502": 502, "503": 503, "504": 504,
		"200-html": 200, "401-html": 401, "403-html": 403, "404-html": 404, "413-html": 413,
	} {
		add(name, allSteps, func(*lineCall) lineAnswer { return page(status) })
		if status == http.StatusRequestEntityTooLarge {
			out[len(out)-1].Says = portal.CodeTooLarge // a proxy's limit is the portal's to the person
		}
	}
	for name, status := range map[string]int{"429-retry-after": 429, "503-retry-after": 503} {
		add(name, allSteps, func(*lineCall) lineAnswer {
			a := page(status)
			a.header.Set("Retry-After", "1")
			return a
		})
	}
	add("redirect", allSteps, func(*lineCall) lineAnswer {
		a := page(http.StatusFound)
		a.header.Set("Location", "http://login.example/")
		return a
	})
	add("200-json", allSteps, func(*lineCall) lineAnswer { return jsonAnswer(map[string]bool{"ok": true}) })
	add("wrong-id", putSteps, func(c *lineCall) lineAnswer {
		return c.forge(func(r *portal.Request) { r.ID = "01980000-0000-7000-8000-000000000000" })
	})
	add("old-revision", putSteps, func(c *lineCall) lineAnswer {
		return c.forge(func(r *portal.Request) { r.Revision-- })
	})
	slices.SortFunc(out, func(a, b Fault) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// forgedWords are the portal's refusals, said by somebody else.
func forgedWords() (out []Fault) {
	for _, code := range []string{
		portal.CodeBusy, portal.CodeSignIn, portal.CodeForbidden, portal.CodeNotFound, portal.CodeMismatch, portal.CodeGone,
		portal.CodeTooLarge, portal.CodeInvalid, portal.CodeBadRequest, portal.CodeInternal,
	} {
		out = append(out, Fault{Name: "says-" + code, Steps: allSteps, Says: code, do: func(c *lineCall) bool { return c.read() && c.say(problemAnswer(code)) }})
	}
	return out
}

// page is what a gateway or a captive portal shows.
func page(status int) lineAnswer {
	return lineAnswer{status, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, []byte("<!DOCTYPE html><title>" + http.StatusText(status) + "</title>")}
}

func jsonAnswer(v any) lineAnswer {
	body, _ := json.Marshal(v) // of maps and of the contract's types
	return lineAnswer{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, body}
}

func problemAnswer(code string) lineAnswer {
	status := portal.Status(code)
	a := jsonAnswer(portal.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code})
	a.status = status
	a.header.Set("Content-Type", portal.ProblemType)
	if code == portal.CodeBusy {
		a.header.Set("Retry-After", "1")
	}
	return a
}

// forge is the receipt of a request that the portal has not been asked for.
func (c *lineCall) forge(wrong func(*portal.Request)) lineAnswer {
	var put portal.RequestPut
	_ = json.Unmarshal(c.body, &put) // the desk made it
	r := portal.Request{
		ID: c.request, Revision: put.Revision, Number: "AS-1999-000001", Status: "received", Practice: put.Practice,
		CatalogueVersion: put.CatalogueVersion, Type: put.Type, Category: put.Category, Values: put.Values, Files: put.Files,
		WrittenAt: put.WrittenAt, SubmittedAt: put.SubmittedAt, UpdatedAt: put.SubmittedAt,
	}
	for i := range r.Files {
		r.Files[i].Received = true
	}
	wrong(&r)
	return jsonAnswer(r)
}
