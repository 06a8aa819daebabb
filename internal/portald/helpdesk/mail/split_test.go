package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/mailtest"
)

const small = 1_000_000 // bytes of a message

func three() (files []helpdesk.File, content map[string][]byte) {
	content = map[string][]byte{}
	for i := range 3 {
		name := fmt.Sprintf("radio %d.jpg", i+1)
		content[name] = noise(byte(i), 600_000)
		files = append(files, file(name, "image/jpeg", content[name]))
	}
	return files, content
}

// TestParts has a request of three messages, of which the second's outcome is
// unknown, for each way of that.
func TestParts(t *testing.T) {
	for name, fate := range map[string]mailtest.Fate{"OK": mailtest.Pass, "ErrAnswerLost": mailtest.LoseAnswer, "ErrDotLost": mailtest.LoseDot} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, func(o *office) { o.cfg.MaxSize = small })
			files, content := three()
			tk := ticket(files...)
			o.smtp.Decide(func(n int) mailtest.Fate {
				if n == 1 {
					return fate
				}
				return mailtest.Pass
			})
			ref, err := o.Create(t.Context(), tk)
			if fate == mailtest.Pass && err != nil || fate != mailtest.Pass && !errors.Is(err, helpdesk.ErrUnknown) {
				t.Fatal(err)
			}
			if fate != mailtest.Pass {
				o.portal.Await(map[mailtest.Fate]int{mailtest.LoseAnswer: 2, mailtest.LoseDot: 1}[fate])
				if refs, err := o.Find(t.Context(), tk.Request); err != nil || len(refs) != 0 {
					t.Fatalf("found though it is not whole: %v %v", refs, err)
				}
				// The bound has changed meanwhile: it goes on as it began.
				o.cfg.MaxSize = 2 * small
				o.Connector = o.connector(o.cfg)
				ref = o.create(tk)
			}
			o.found(tk.Request)
			all := o.support.Await(3)
			got := map[string][]byte{}
			for i, raw := range all {
				m := readLetter(t, raw)
				for name, body := range m.files {
					got[name] = body
				}
				if want := fmt.Sprintf("[%s] %s (%d/3)", tk.Number, tk.Subject, i+1); m.subject != want {
					t.Errorf("subject %q, want %q", m.subject, want)
				}
				if !strings.Contains(m.text, fmt.Sprintf("Message %d sur 3", i+1)) || len(raw) > small {
					t.Errorf("%d bytes, %q", len(raw), m.text)
				}
				if i > 0 && (len(m.references) != 1 || m.references[0] != ref) {
					t.Errorf("not in the thread: %v", m.references)
				}
			}
			if len(all) != 3 {
				t.Errorf("%d messages", len(all))
			}
			same(t, got, content)
			r := helpdesk.Reply{ID: tk.Request, Request: tk.Request, Text: "Voici."}
			if err := o.Reply(t.Context(), ref, r); err != nil {
				t.Fatal(err)
			}
			if m := readLetter(t, o.support.Await(4)[3]); m.subject != "Re: ["+tk.Number+"] "+tk.Subject {
				t.Errorf("subject of the reply %q", m.subject)
			}
		})
	}
}

// TestLaterPart has a part fail surely when one before it was taken: whoever tries
// again has to wait for the copy of that one.
func TestLaterPart(t *testing.T) {
	o := openOffice(t, func(o *office) { o.cfg.MaxSize = small })
	files, content := three()
	tk := ticket(files...)
	good := tk.Files[1].Open
	tk.Files[1].Open = func(context.Context) (io.ReadCloser, error) { return nil, io.ErrClosedPipe }
	if _, err := o.Create(t.Context(), tk); !errors.Is(err, helpdesk.ErrUnknown) {
		t.Fatal(err)
	}
	o.portal.Await(1)
	tk.Files[1].Open = good
	o.create(tk)
	o.found(tk.Request)
	got := map[string][]byte{}
	all := o.support.Await(3)
	for _, raw := range all {
		for name, body := range readLetter(t, raw).files {
			got[name] = body
		}
	}
	if same(t, got, content); len(all) != 3 {
		t.Errorf("%d messages", len(all))
	}
}

func TestTooLarge(t *testing.T) {
	for name, c := range map[string]struct {
		max  int64
		file int
		says string
	}{
		"ErrFile":   {small, 900_000, "file 2 of 2 takes"},
		"ErrText":   {4_000, 1, "its text takes"},
		"ErrServer": {100 << 20, 4 << 20, "552 5.3.4"}, // the server takes less than was said
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, func(o *office) { o.cfg.MaxSize = c.max })
			_, err := o.Create(t.Context(), ticket(file("a", "", []byte("a")), file("b", "", noise(1, c.file))))
			var refusal *helpdesk.Refusal
			if !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, c.says) {
				t.Fatalf("%v does not say %q", err, c.says)
			}
			if got := o.support.Messages(); len(got) != 0 {
				t.Fatalf("%d messages", len(got))
			}
		})
	}
}

// TestSizes holds what split expects to what write makes.
func TestSizes(t *testing.T) {
	c, err := New(helpdesk.Mapping{Mail: &helpdesk.Mail{From: "a@b.example", To: "c@d.example"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 2, 3, 56, 57, 58, 10_000, 99_999} {
		tk := ticket(file(strings.Repeat("é", 120)+".pdf", "", noise(1, n)), file("b", "", noise(2, n)))
		l := letter{id: root(tk.Request), request: tk.Request, number: tk.Number, subject: tk.Subject, text: ticketText(tk), files: tk.Files}
		packs := [][]helpdesk.File{tk.Files}
		var out bytes.Buffer
		if err := c.compose(l, packs, 1, small).write(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		size := int64(out.Len())
		if got, err := split(l, size+headRoom+2_000); err != nil || len(got) != 1 {
			t.Errorf("%d bytes: one message is not enough: %v", n, err)
		}
		if got, err := split(l, size-1); err == nil && len(got) == 1 {
			t.Errorf("%d bytes: the message is larger than split believes", n)
		}
		for _, line := range strings.Split(out.String(), "\r\n") {
			if len(line) > 998 || strings.Contains(line, "\n") {
				t.Errorf("line of %d", len(line))
			}
		}
		var again bytes.Buffer
		if err := c.compose(l, packs, 1, small).write(t.Context(), &again); err != nil || again.String() != out.String() {
			t.Error("the same message twice is not the same")
		}
	}
}
