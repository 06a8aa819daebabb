package client

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

func TestSend(t *testing.T) {
	p := portald.Run(t, nil)
	d := newDesktop(t, p.URL, p.Token(claire))
	received := wanted{kind: desk.OutcomeReceived}

	t.Run("WithoutFiles", func(t *testing.T) {
		r := request(t)
		out := d.Send(t.Context(), r)
		expect(t, out, received)
		got := held(t, p.URL, d.token, r.ID)
		if got.Number != out.Receipt.Number || got.Values[desk.KeySubject] != r.Values[desk.KeySubject] || !got.WrittenAt.Equal(r.WrittenAt) {
			t.Fatalf("the portal holds %+v", got)
		}
		if out.Receipt.Status != desk.PortalReceived || out.Receipt.ReceivedAt.IsZero() {
			t.Fatalf("receipt %+v", out.Receipt)
		}
	})
	t.Run("WithFiles", func(t *testing.T) {
		contents := [][]byte{noise(t, 1), noise(t, 300<<10), []byte("%PDF-1.7")}
		var files []desk.File
		for i, name := range []string{"a.pdf", "Facture n° 12 – été.pdf", "c.pdf"} {
			files = append(files, d.file(t, name, contents[i]))
		}
		r := request(t, files...)
		out := d.Send(t.Context(), r)
		expect(t, out, received)
		got := held(t, p.URL, d.token, r.ID)
		for i, f := range files {
			status, body := look(t, p.URL, d.token, portal.RouteRequests+"/"+r.ID.String()+"/files/"+f.ID.String())
			if status != http.StatusOK || !bytes.Equal(body, contents[i]) {
				t.Errorf("file %d came otherwise than it left (%d)", i, status)
			}
			c := got.Files[i].Confirmation
			if got.Files[i].Name != f.Name || c == nil || c.By != claire || c.Wording != "2026-1" || c.SHA256 != f.SHA256 || !c.At.Equal(f.Confirmation.At) {
				t.Errorf("file %d is held as %+v, confirmed %+v", i, got.Files[i], c)
			}
		}
		opened := d.opened
		again := d.Send(t.Context(), r)
		expect(t, again, received)
		if again.Receipt.Number != out.Receipt.Number || d.opened != opened {
			t.Errorf("a repeat gives %s after %s, and opens %d files", again.Receipt.Number, out.Receipt.Number, d.opened-opened)
		}
	})
	t.Run("ConfirmedByThePC", func(t *testing.T) {
		f := d.file(t, "a.pdf", noise(t, 10))
		f.Confirmation.By = "" // nobody had signed in yet: the sender answers for it
		r := request(t, f)
		expect(t, d.Send(t.Context(), r), received)
		if c := held(t, p.URL, d.token, r.ID).Files[0].Confirmation; c.By != claire {
			t.Fatalf("confirmed by %q", c.By)
		}
	})
	t.Run("ErrFileMissing", func(t *testing.T) {
		before := numbered(t, p.URL, d.token)
		for name, spoil := range map[string]func(f desk.File){
			"Gone":    func(f desk.File) { delete(d.stored, f.ID) },
			"Altered": func(f desk.File) { d.stored[f.ID] = append([]byte("x"), d.stored[f.ID][1:]...) },
			"Shorter": func(f desk.File) { d.stored[f.ID] = d.stored[f.ID][1:] },
			"Longer":  func(f desk.File) { d.stored[f.ID] = append(slices.Clone(d.stored[f.ID]), 'x') },
		} {
			t.Run(name, func(t *testing.T) {
				f := d.file(t, "a.pdf", []byte("%PDF-1.7 et la suite"))
				spoil(f)
				r := request(t, f)
				out := d.Send(t.Context(), r)
				expect(t, out, wanted{kind: desk.OutcomeRefused, code: desk.ReasonFileMissing})
				if len(out.Problems) != 1 || out.Problems[0].Field != desk.KeyFiles || out.Problems[0].Code != desk.CodeFileMissing || out.Problems[0].File != r.Files[0].ID.String() {
					t.Errorf("problems %+v", out.Problems)
				}
				if held(t, p.URL, d.token, r.ID).Number != "" {
					t.Error("numbered without its file")
				}
			})
		}
		if now := numbered(t, p.URL, d.token); now != before {
			t.Errorf("%d requests have a number, %d before", now, before)
		}
	})
	t.Run("ErrFileMissingTellsNothingOfTheLine", func(t *testing.T) {
		d.told()
		f := d.file(t, "a.pdf", []byte("x"))
		delete(d.stored, f.ID)
		d.Send(t.Context(), request(t, f))
		if got := d.told(); slices.Contains(got, ContactOffline) {
			t.Errorf("told %v", got)
		}
	})
}

func TestRefusals(t *testing.T) {
	p := portald.Run(t, nil)
	d := newDesktop(t, p.URL, p.Token(claire))
	refused := func(code string) wanted { return wanted{kind: desk.OutcomeRefused, code: code} }

	t.Run("ErrSignIn", func(t *testing.T) {
		for _, token := range []string{"", secret} { // nobody, and nobody that the portal knows
			d := newDesktop(t, p.URL, token)
			expect(t, d.Send(t.Context(), request(t)), wanted{desk.OutcomeSignIn, desk.ReachAccount, desk.ReasonSignIn})
		}
	})
	t.Run("ErrForbidden", func(t *testing.T) {
		d := newDesktop(t, p.URL, p.Token(sophie))
		r := request(t)
		r.Owner.Person, r.Type, r.Category = sophie, "administrative", "other"
		expect(t, d.Send(t.Context(), r), refused(desk.ReasonForbidden))
	})
	t.Run("ErrInvalid", func(t *testing.T) {
		for name, c := range map[string]struct {
			edit func(*desk.Request)
			want desk.Problem
		}{
			"Required": {func(r *desk.Request) { delete(r.Values, desk.KeySubject) }, desk.Problem{Field: desk.KeySubject, Code: desk.CodeRequired}},
			"TooLong": {func(r *desk.Request) { r.Values[desk.KeySubject] = strings.Repeat("é", 121) },
				desk.Problem{Field: desk.KeySubject, Code: desk.CodeTooLong, Max: 120, Actual: 121}},
			"Control": {func(r *desk.Request) { r.Values[desk.KeyDescription] = "a\x07b" }, desk.Problem{Field: desk.KeyDescription, Code: desk.CodeControl}},
			"Unknown": {func(r *desk.Request) { r.Values["elsewhere"] = "x" }, desk.Problem{Field: "elsewhere", Code: desk.CodeUnknown}},
			"Pattern": {func(r *desk.Request) {
				r.Type, r.Category, r.Values["invoice"] = "administrative", "invoice-question", "12"
			}, desk.Problem{Field: "invoice", Code: desk.CodePattern}},
		} {
			t.Run(name, func(t *testing.T) {
				r := request(t)
				c.edit(&r)
				out := d.Send(t.Context(), r)
				expect(t, out, refused(desk.ReasonInvalid))
				if len(out.Problems) != 1 {
					t.Fatalf("problems %+v", out.Problems)
				}
				got := out.Problems[0]
				if text := got.Text; c.want.Code == desk.CodePattern && (text == nil || text.FR == "" || text.EN == "") {
					t.Errorf("the catalogue's sentence is lost: %+v", text)
				}
				got.Text = nil
				if got != c.want {
					t.Errorf("problem %+v, want %+v", got, c.want)
				}
			})
		}
	})
	t.Run("ErrNotConfirmed", func(t *testing.T) {
		for name, edit := range map[string]func(*desk.Confirmation){
			"None":       func(c *desk.Confirmation) { *c = desk.Confirmation{} },
			"NoWording":  func(c *desk.Confirmation) { c.Wording = "" },
			"OtherBytes": func(c *desk.Confirmation) { c.SHA256 = strings.Repeat("0", 64) },
			"ByAnother":  func(c *desk.Confirmation) { c.By = sophie },
		} {
			t.Run(name, func(t *testing.T) {
				f := d.file(t, "a.pdf", noise(t, 100))
				edit(&f.Confirmation)
				out := d.Send(t.Context(), request(t, f))
				expect(t, out, refused(desk.ReasonInvalid))
				if len(out.Problems) != 1 || out.Problems[0].Code != desk.CodeNotConfirmed {
					t.Errorf("problems %+v", out.Problems)
				}
			})
		}
	})
	t.Run("ErrMismatch", func(t *testing.T) {
		r := request(t)
		expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeReceived})
		r.Values[desk.KeySubject] = "Autre chose"
		expect(t, d.Send(t.Context(), r), refused(desk.ReasonMismatch))
		r.Revision++
		expect(t, d.Send(t.Context(), r), refused(desk.ReasonMismatch))
	})
	t.Run("ErrNewerRevision", func(t *testing.T) {
		f := d.file(t, "a.pdf", []byte("x"))
		r := request(t, f)
		r.Revision = 3
		content := d.stored[f.ID]
		delete(d.stored, f.ID) // held, not numbered
		expect(t, d.Send(t.Context(), r), refused(desk.ReasonFileMissing))
		d.stored[f.ID] = content
		r.Revision = 2
		expect(t, d.Send(t.Context(), r), refused(desk.ReasonMismatch))
		r.Revision = 4 // corrected, it goes
		expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeReceived})
	})
	t.Run("ErrGone", func(t *testing.T) {
		r := request(t)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, p.URL+portal.RouteRequests+"/"+r.ID.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+d.token)
		req.Close = true
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		expect(t, d.Send(t.Context(), r), refused(desk.ReasonGone))
	})
	t.Run("Stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		d.told()
		out := d.Send(ctx, request(t))
		if out.Code != desk.ReasonStopped || out.Reach != desk.ReachItem {
			t.Errorf("%+v", out)
		}
		if got := d.told(); len(got) > 0 {
			t.Errorf("our own stop says %v of the line", got)
		}
	})
}
