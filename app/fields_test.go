package app

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
)

// catalogueWith is the embedded catalogue after edit.
func catalogueWith(t *testing.T, edit func(*desk.Catalogue)) []byte {
	t.Helper()
	c, err := catalogue.Default()
	if err != nil {
		t.Fatal(err)
	}
	edit(&c)
	body, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestFields(t *testing.T) {
	o := alone(t)
	for name, c := range map[string]struct {
		field, typed string
		kept         string // if it is not what was typed
		problem      string
	}{
		"Emoji":             {desk.KeySubject, "🦷 détartrage 👩‍⚕️ 𝔸", "", ""},
		"AsLongAsAllowed":   {desk.KeySubject, strings.Repeat("🦷", 120), "", ""},
		"LongerThanAllowed": {desk.KeySubject, strings.Repeat("🦷", 121), "", desk.CodeTooLong},
		"Bell":              {desk.KeySubject, "a\x07b", "", desk.CodeControl},
		"NUL":               {desk.KeyDescription, "a\x00b", "", desk.CodeControl},
		"LineEndInALine":    {desk.KeySubject, "a\nb", "", desk.CodeControl},
		"LineEndInAText":    {desk.KeyDescription, "Bonjour,\r\n\tl’agenda est lent.", "", ""},
		"Directional":       {desk.KeySubject, "a\u202eb", "", desk.CodeControl},
		"BadUTF8":           {desk.KeySubject, "a\xffb\xc3", "a\uFFFDb\uFFFD", ""},
		"Blank":             {desk.KeySubject, " \t ", "", desk.CodeRequired},
		"SQL":               {desk.KeySubject, "'; DROP TABLE draft; --", "", ""},
		"Markup":            {desk.KeySubject, "<script>alert(1)</script> %s %n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := content()
			in.Values[c.field] = c.typed
			d := must(o.drafts.Create(in))(t)
			saved := must(o.drafts.Save(d.ID, 0, in))(t)
			if c.kept == "" {
				c.kept = c.typed
			}
			if got := must(o.drafts.Open(d.ID))(t).Content.Values[c.field]; got != c.kept {
				t.Errorf("kept as %q, want %q", got, c.kept)
			}
			got := problems(saved.View.Problems, c.field)
			if c.problem == "" && len(got) > 0 || c.problem != "" && !slices.Equal(got, []string{c.problem}) {
				t.Errorf("problems %v, want %q", got, c.problem)
			}
		})
	}
}

func TestDraftSize(t *testing.T) {
	o := alone(t)
	id, revision := o.write(t, content())
	long := func(c *Content) { c.Values[desk.KeyDescription] = strings.Repeat("x", maxDraft) }
	for name, grow := range map[string]func(*Content){
		"InAField": long,
		"InAKey":   func(c *Content) { c.Values[strings.Repeat("k", maxDraft)] = "" },
		"InMany": func(c *Content) {
			for i := range 1100 {
				c.Values[strings.Repeat("k", i+1)] = strings.Repeat("x", 1<<10)
			}
		},
		"InAChoice": func(c *Content) { c.Category = strings.Repeat("x", maxDraft) },
	} {
		t.Run(name, func(t *testing.T) {
			c := content()
			grow(&c)
			_, err := o.drafts.Save(id, revision, c)
			fails(t, err, desk.ErrDraftSize)
			_, err = o.drafts.Create(c)
			fails(t, err, desk.ErrDraftSize)
			if d := must(o.drafts.Open(id))(t); d.Revision != revision || d.Content.Values[desk.KeyDescription] != content().Values[desk.KeyDescription] {
				t.Error("the stored text was touched")
			}
		})
	}
	t.Run("JustBelow", func(t *testing.T) {
		c := content()
		c.Values = map[string]string{desk.KeyDescription: strings.Repeat("x", maxDraft-1<<10)}
		must(o.drafts.Save(id, revision, c))(t)
	})
}

// The window iterates over every list: null would stop it.
func TestNothingIsNull(t *testing.T) {
	o, _ := desktop(t)
	id, revision := o.write(t, Content{})
	full, again := o.write(t, content())
	must(o.drafts.Submit(full, again))(t)
	for name, v := range map[string]any{
		"Draft": must(o.drafts.Open(id))(t), "Create": must(o.drafts.Create(Content{}))(t), "Save": must(o.drafts.Save(id, revision, Content{}))(t),
		"List": must(o.drafts.List())(t), "Requests": o.everything(t), "Outbox": must(o.requests.Outbox())(t), "Request": must(o.requests.Open(full))(t),
		"Look": must(o.files.Look(id, nil))(t), "Confirm": must(o.files.Confirm(id, nil, wording, nil))(t),
		"Person": must(o.session.State())(t), "Catalogue": must(o.catalogues.Current())(t), "Version": must(o.catalogues.Version(99))(t),
		"Nobody": must(alone(t).session.State())(t),
	} {
		body, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), "null") {
			t.Errorf("%s: %s", name, body)
		}
	}
}
