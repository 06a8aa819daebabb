package app

import (
	"encoding/json"
	"errors"
	"maps"
	"testing"

	"guichet/internal/desk"
)

// FuzzContent saves what the window sends, as it comes out of the bridge's
// JSON. What is answered as saved is there to the last sign, the repeat of a
// save is a success, and only too much text is refused.
func FuzzContent(f *testing.F) {
	o := alone(f)
	for _, c := range []Content{
		content(), {},
		{Road: "autre", Step: "files", Type: "\x00", Practice: "é", Category: "𝄞", Values: map[string]string{"": "", "subject": "a\r\nb\u2028"}},
		{Road: "assistant", Values: map[string]string{"subject": "\xff\xfe", "\xff": "1", "\xfe": "2"}},
	} {
		raw, err := json.Marshal(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, raw := range []string{"null", "{}", `{"values":null}`, `{"road":"form","values":{"a":"\ud800","b":"\udc00\ud800"}}`, `{"values":{"a":"1","a":"2"}}`, `{"Values":{"A":"1"},"ROAD":"form"}`} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var c Content
		if json.Unmarshal(raw, &c) != nil {
			t.Skip("does not pass the bridge")
		}
		made, err := o.drafts.Create(c)
		if err != nil {
			if !errors.Is(err, desk.ErrDraftSize) || len(raw) <= maxDraft {
				t.Errorf("%d bytes refused: %v", len(raw), err)
			}
			return
		}
		saved, err := o.drafts.Save(made.ID, 0, c)
		if err != nil {
			t.Fatalf("created, and not saved: %v", err)
		}
		if again, err := o.drafts.Save(made.ID, 0, c); err != nil || again.Revision != saved.Revision {
			t.Errorf("the repeat is revision %d after %d: %v", again.Revision, saved.Revision, err)
		}
		d, err := o.drafts.Open(made.ID)
		if err != nil {
			t.Fatalf("saved, and not there: %v", err)
		}
		want := c
		if want.Road != string(desk.RoadForm) {
			want.Road = string(desk.RoadAssistant)
		}
		got := d.Content
		same := maps.Equal(got.Values, want.Values)
		got.Values, want.Values = nil, nil
		if !same || !equalContent(got, want) || d.Revision != saved.Revision {
			t.Errorf("sent %+v, there is %+v", c, d.Content)
		}
		if len(d.View.Problems) == 0 {
			if _, err := o.drafts.Submit(made.ID, d.Revision); err != nil {
				t.Errorf("nothing is wrong, and it cannot be sent: %v", err)
			}
		}
	})
}

func equalContent(a, b Content) bool {
	return a.Road == b.Road && a.Step == b.Step && a.Type == b.Type && a.Practice == b.Practice && a.Category == b.Category
}
