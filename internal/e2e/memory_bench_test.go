//go:build linux

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/portald"
)

// BenchmarkMemory attaches and sends one big file (100 MB with GUICHET_BENCH=1)
// and reports how much more memory than at rest the app takes meanwhile, in MB:
// the resident set of a process that is the composition root without a window.
func BenchmarkMemory(b *testing.B) {
	size := 8 << 20
	if full() {
		size = 100 << 20
	}
	for b.Loop() {
		p := runPortal(b, func(c *portald.Config) { c.Catalogue = roomy(b, int64(size)) })
		d := startDesk(b, b.TempDir(), p.URL)
		eventuallyTrue(b, "the catalogue is there", func() bool {
			var c app.Catalogue
			return d.call("Catalogues.Current", &c) == nil && len(c.Types) > 0 && c.Types[0].Files.MaxBytes >= int64(size)
		})
		var draft app.Draft
		content := app.Content{Road: "form", Step: "details", Type: "technical", Practice: "cabinet-tilleuls", Category: "software", Values: map[string]string{
			desk.KeySubject: "Journal du serveur", desk.KeyDescription: "Le voici, en entier.",
		}}
		mustCall(b, d, "Drafts.Create", &draft, content)
		mustCall(b, d, "Drafts.Save", nil, draft.ID, 0, content)
		path := pdfSource(b, rand.New(rand.NewPCG(1, 2)), "journal.pdf", size).path
		pid := d.cmd.Process.Pid
		rest := resident(b, pid)

		attach := peak(b, pid, func() {
			var looked []app.Candidate
			mustCall(b, d, "Files.Look", &looked, draft.ID, []string{path})
			mustCall(b, d, "Files.Confirm", nil, draft.ID, []string{looked[0].Token}, "2026-1", nil)
		})
		send := peak(b, pid, func() {
			mustCall(b, d, "Drafts.Submit", nil, draft.ID, 1)
			eventuallyTrue(b, "it is received", func() bool {
				var r app.Request
				return d.call("Requests.Open", &r, draft.ID) == nil && r.Item.Status == string(desk.StatusReceived)
			})
		})
		const mb = 1 << 20
		b.ReportMetric(float64(rest)/mb, "rest-MB")
		b.ReportMetric(float64(max(attach-rest, 0))/mb, "attach-MB")
		b.ReportMetric(float64(max(send-rest, 0))/mb, "send-MB")
		d.kill()
		p.Down()
	}
}

// roomy is a newer catalogue that lets files be as big as that.
func roomy(b *testing.B, size int64) []byte {
	b.Helper()
	var c map[string]any
	if err := json.Unmarshal(catalogue.DefaultJSON(), &c); err != nil {
		b.Fatal(err)
	}
	c["version"] = c["version"].(float64) + 1
	for _, t := range c["types"].([]any) {
		t.(map[string]any)["files"].(map[string]any)["maxBytes"] = size
	}
	body, err := json.Marshal(c)
	if err != nil {
		b.Fatal(err)
	}
	return body
}

func mustCall(b *testing.B, d *deskProcess, method string, out any, args ...any) {
	b.Helper()
	if err := d.call(method, out, args...); err != nil {
		var r *refusal
		if errors.As(err, &r) {
			b.Logf("%+v", r.Problems)
		}
		b.Fatal(err)
	}
}

func eventuallyTrue(b *testing.B, what string, ok func() bool) {
	b.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.Now().Add(2 * time.Minute); !ok(); <-tick.C {
		if time.Now().After(late) {
			b.Fatalf("waited in vain: %s", what)
		}
	}
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident is the resident set of a process in bytes, 0 when it is gone.
func resident(b *testing.B, pid int) int64 {
	b.Helper()
	body, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	m := residentLine.FindSubmatch(body)
	if err != nil || m == nil {
		b.Errorf("no resident set: %v", err)
		return 0
	}
	kb, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		b.Error(err)
	}
	return kb << 10
}

// peak is the largest resident set seen while something is done.
func peak(b *testing.B, pid int, do func()) (most int64) {
	b.Helper()
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, resident(b, pid))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	do()
	close(done)
	<-watched
	return most
}
