package portald_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

func TestPut(t *testing.T) {
	b := start(t, nil)

	t.Run("NumberedAtOnce", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		got := b.put(claire, id, technical(tilleuls), http.StatusCreated)
		if !strings.HasPrefix(got.Number, "AS-") || got.Status != string(desk.PortalReceived) || got.ReceivedAt == nil {
			t.Fatalf("number %q, status %q, received %v", got.Number, got.Status, got.ReceivedAt)
		}
		if got.Author.ID != claire || got.Values[desk.KeySubject] != technical(tilleuls).Values[desk.KeySubject] {
			t.Fatal("the answer is not what was sent")
		}
	})
	t.Run("RepeatIsARead", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		first := b.put(claire, id, technical(tilleuls), http.StatusCreated)
		again := b.put(claire, id, technical(tilleuls), http.StatusOK)
		if first.Number != again.Number || !first.UpdatedAt.Equal(again.UpdatedAt) {
			t.Fatalf("%s at %v, then %s at %v", first.Number, first.UpdatedAt, again.Number, again.UpdatedAt)
		}
	})
	t.Run("RepeatInAnotherSpellingIsARead", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		first := b.put(claire, id, technical(tilleuls), http.StatusCreated)
		body := technical(tilleuls)
		zone := body.WrittenAt.Local().Location()
		body.WrittenAt, body.SubmittedAt = body.WrittenAt.In(zone), body.SubmittedAt.In(zone)
		body.Files = nil
		if again := read[portal.Request](b.wrong(claire, http.MethodPut, pathOf(id), body).want(http.StatusOK)); again.Number != first.Number {
			t.Fatalf("%s, then %s", first.Number, again.Number)
		}
	})
	t.Run("ErrMismatchBehindTheNumber", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		b.put(claire, id, technical(tilleuls), http.StatusCreated)
		for _, revision := range []int64{1, 2, 99} {
			other := technical(tilleuls)
			other.Revision, other.Values[desk.KeySubject] = revision, "Autre chose "+canary
			b.call(claire, http.MethodPut, pathOf(id), other).refused(portal.CodeMismatch)
		}
		if got := b.get(claire, id); got.Values[desk.KeySubject] != technical(tilleuls).Values[desk.KeySubject] {
			t.Fatal("a refused content was stored")
		}
	})
	t.Run("SameContentWithAnotherRevisionBehindTheNumberIsARead", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		first := b.put(claire, id, technical(tilleuls), http.StatusCreated)
		again := technical(tilleuls)
		again.Revision = 7
		if got := b.put(claire, id, again, http.StatusOK); got.Number != first.Number || got.Revision != first.Revision {
			t.Fatalf("%s revision %d, then %s revision %d", first.Number, first.Revision, got.Number, got.Revision)
		}
	})
	t.Run("ErrBadRequest", func(t *testing.T) {
		b := b.in(t)
		for name, path := range map[string]string{
			"version 4": pathOf("9f3f1b5e-6c1f-4f0a-9a3e-0d0f5f1f7c11"), "capitals": pathOf(strings.ToUpper(newID(t))),
			"no UUID": pathOf("1"), "braces": pathOf("%7B" + newID(t) + "%7D"),
		} {
			t.Run(name, func(t *testing.T) {
				b := b.in(t)
				b.wrong(claire, http.MethodPut, path, technical(tilleuls)).refused(portal.CodeBadRequest)
			})
		}
		for name, body := range map[string]string{
			"no JSON": "{", "empty": "", "two": `{"revision":1}{"revision":2}`, "no revision": "{}", "null": "null", "kinds": `{"revision":"` + canary + `"}`,
		} {
			t.Run(name, func(t *testing.T) {
				b := b.in(t)
				b.wrong(claire, http.MethodPut, pathOf(newID(t)), []byte(body)).refused(portal.CodeBadRequest)
			})
		}
	})
	t.Run("UnknownFieldsAreLetBe", func(t *testing.T) {
		b := b.in(t)
		body := struct {
			portal.RequestPut
			Later string `json:"later"`
		}{technical(tilleuls), "a newer desk"}
		b.call(claire, http.MethodPut, pathOf(newID(t)), body).want(http.StatusCreated)
	})
	t.Run("ErrTooLarge", func(t *testing.T) {
		b := b.in(t)
		body := technical(tilleuls)
		body.Values[desk.KeyDescription] = strings.Repeat("é", 1<<20)
		b.call(claire, http.MethodPut, pathOf(newID(t)), body).refused(portal.CodeTooLarge)
	})
}

// TestRevisions walks through every meeting of what is held with what comes,
// for a request that waits for its file and so has no number.
func TestRevisions(t *testing.T) {
	b := start(t, nil)
	f, _ := fileOf(t, claire, 10)
	same := withFiles(technical(tilleuls), f)
	other := withFiles(technical(tilleuls), f)
	other.Values = map[string]string{desk.KeySubject: "Nouveau sujet " + canary, desk.KeyDescription: same.Values[desk.KeyDescription]}

	for name, c := range map[string]struct {
		held, comes int64
		content     portal.RequestPut
		refused     string
		revision    int64 // held behind it
		replaced    bool
	}{
		"HigherReplaces":                 {held: 1, comes: 2, content: other, revision: 2, replaced: true},
		"HigherOfSameContentIsHeld":      {held: 1, comes: 2, content: same, revision: 2},
		"SameIsARead":                    {held: 2, comes: 2, content: same, revision: 2},
		"ErrMismatchForSameRevision":     {held: 2, comes: 2, content: other, refused: portal.CodeMismatch, revision: 2},
		"LowerIsIgnored":                 {held: 3, comes: 2, content: other, revision: 3},
		"LowerOfSameContentIsIgnored":    {held: 3, comes: 2, content: same, revision: 3},
		"MuchHigherReplaces":             {held: 1, comes: 1 << 40, content: other, revision: 1 << 40, replaced: true},
		"HigherThatIsWrongIsNotTaken":    {held: 1, comes: 2, content: portal.RequestPut{}, refused: portal.CodeInvalid, revision: 1},
		"LowerThatIsWrongIsStillIgnored": {held: 3, comes: 2, content: portal.RequestPut{}, revision: 3},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			id := newID(t)
			first := same
			first.Revision = c.held
			b.put(claire, id, first, http.StatusCreated)
			next := c.content
			if next.Type == "" {
				next = withFiles(technical(tilleuls), f)
				next.Values = map[string]string{desk.KeySubject: "x" + canary}
			}
			next.Revision = c.comes
			r := b.call(claire, http.MethodPut, pathOf(id), next)
			if c.refused != "" {
				r.refused(c.refused)
			} else if got := read[portal.Request](r.want(http.StatusOK)); got.Revision != c.revision {
				t.Errorf("answered revision %d, want %d", got.Revision, c.revision)
			}
			got := b.get(claire, id)
			if got.Revision != c.revision || got.Number != "" {
				t.Errorf("holds revision %d with number %q, want %d without", got.Revision, got.Number, c.revision)
			}
			if replaced := got.Values[desk.KeySubject] == other.Values[desk.KeySubject]; replaced != c.replaced {
				t.Errorf("replaced %v, want %v", replaced, c.replaced)
			}
		})
	}
	t.Run("NumberedWhenNoFileIsLeft", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		b.put(claire, id, same, http.StatusCreated)
		next := technical(tilleuls)
		next.Revision = 2
		if got := b.put(claire, id, next, http.StatusOK); got.Number == "" {
			t.Fatal("nothing is missing, and it has no number")
		}
	})
}

func TestDelete(t *testing.T) {
	b := start(t, nil)
	f, content := fileOf(t, claire, 500)
	t.Run("TombstoneStopsLatePuts", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.begin(claire, id, f)
		for range 2 {
			b.call(claire, http.MethodDelete, pathOf(id), nil).want(http.StatusOK)
		}
		later := technical(tilleuls)
		later.Revision = 2
		b.call(claire, http.MethodPut, pathOf(id), later).refused(portal.CodeGone)
		b.call(claire, http.MethodGet, pathOf(id), nil).refused(portal.CodeNotFound)
		b.call(claire, http.MethodHead, uploadPath(id, f), nil).want(http.StatusNotFound)
		b.patch(claire, id, f, 0, content).refused(portal.CodeNotFound)
		if left := b.stored(id); len(left) > 0 {
			t.Fatalf("its upload is still there: %v", left)
		}
	})
	t.Run("OvertakesItsPut", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		b.call(claire, http.MethodDelete, pathOf(id), nil).want(http.StatusOK)
		b.call(claire, http.MethodPut, pathOf(id), technical(tilleuls)).refused(portal.CodeGone)
	})
	t.Run("HoldsOverARestart", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		b.call(claire, http.MethodDelete, pathOf(id), nil).want(http.StatusOK)
		b.restart()
		b.call(claire, http.MethodPut, pathOf(id), technical(tilleuls)).refused(portal.CodeGone)
	})
	t.Run("ErrMismatchBehindTheNumber", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		b.put(claire, id, technical(tilleuls), http.StatusCreated)
		b.call(claire, http.MethodDelete, pathOf(id), nil).refused(portal.CodeMismatch)
		b.put(claire, id, technical(tilleuls), http.StatusOK)
	})
	t.Run("ErrForbiddenForAnother", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		b.put(sophie, id, withFiles(technical(tilleuls), fileBy(sophie, f)), http.StatusCreated)
		b.call(marc, http.MethodDelete, pathOf(id), nil).refused(portal.CodeForbidden)
		b.get(sophie, id)
	})
}

func TestNumbers(t *testing.T) {
	b := start(t, nil)
	t.Run("ParallelRepeatsShareOne", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		before := b.put(claire, newID(t), technical(tilleuls), http.StatusCreated).Number
		numbers := make([]string, 20)
		parallel(t, len(numbers), func(i int) error {
			r, err := b.try(t.Context(), claire, http.MethodPut, pathOf(id), technical(tilleuls))
			if err != nil {
				return err
			}
			if r.status != http.StatusOK && r.status != http.StatusCreated {
				return unexpected(r)
			}
			numbers[i] = read[portal.Request](r).Number
			return nil
		})
		if u := slices.Compact(slices.Sorted(slices.Values(numbers))); len(u) != 1 || u[0] == "" {
			t.Fatalf("one request, numbers %v", u)
		}
		after := b.put(claire, newID(t), technical(tilleuls), http.StatusCreated).Number
		if last(t, after) != last(t, before)+2 {
			t.Fatalf("%s, %s, %s: a number was given and lost", before, numbers[0], after)
		}
	})
	t.Run("ParallelRequestsHaveTheirOwn", func(t *testing.T) {
		b := b.in(t)
		ids, numbers := make([]string, 20), make([]string, 20)
		for i := range ids {
			ids[i] = newID(t)
		}
		parallel(t, len(ids), func(i int) error {
			r, err := b.try(t.Context(), claire, http.MethodPut, pathOf(ids[i]), technical(tilleuls))
			if err != nil {
				return err
			}
			if r.status != http.StatusCreated {
				return unexpected(r)
			}
			numbers[i] = read[portal.Request](r).Number
			return nil
		})
		slices.Sort(numbers)
		if len(slices.Compact(slices.Clone(numbers))) != len(ids) || last(t, numbers[19])-last(t, numbers[0]) != 19 {
			t.Fatalf("20 requests, numbers %v", numbers)
		}
	})
	t.Run("GoOnBehindARestart", func(t *testing.T) {
		b := b.in(t)
		before := b.put(claire, newID(t), technical(tilleuls), http.StatusCreated).Number
		b.restart()
		if after := b.put(claire, newID(t), technical(tilleuls), http.StatusCreated).Number; last(t, after) != last(t, before)+1 {
			t.Fatalf("%s, then %s", before, after)
		}
	})
}

func last(t *testing.T, number string) (n int) {
	t.Helper()
	var year int
	if _, err := fmt.Sscanf(number, "AS-%d-%06d", &year, &n); err != nil {
		t.Fatalf("number %q: %v", number, err)
	}
	return n
}

// TestRulebook sends what the desk itself would never send.
func TestRulebook(t *testing.T) {
	b := start(t, nil)
	for name, c := range map[string]struct {
		edit func(*portal.RequestPut)
		want []string
	}{
		"ErrSubjectRequired":    {func(r *portal.RequestPut) { delete(r.Values, desk.KeySubject) }, []string{"subject required"}},
		"ErrSubjectTooLong":     {func(r *portal.RequestPut) { r.Values[desk.KeySubject] = strings.Repeat("é", 121) }, []string{"subject too-long"}},
		"ErrSubjectControl":     {func(r *portal.RequestPut) { r.Values[desk.KeySubject] = "deux\nlignes" }, []string{"subject control-character"}},
		"ErrFieldNotAsked":      {func(r *portal.RequestPut) { r.Values["order"] = "CO-2026-0001" }, []string{"order unknown"}},
		"ErrCategoryUnknown":    {func(r *portal.RequestPut) { r.Category = "order" }, []string{"category unknown"}},
		"ErrTypeUnknown":        {func(r *portal.RequestPut) { r.Type = "medical" }, []string{"type unknown", "practice required", "category required"}},
		"ErrPracticeRequired":   {func(r *portal.RequestPut) { r.Practice = "" }, []string{"practice required", "practice required"}},
		"ErrNumberPattern":      {invoice("1234"), []string{"invoice pattern"}},
		"ErrNumberRequired":     {invoice(""), []string{"invoice required"}},
		"ErrChoice":             {func(r *portal.RequestPut) { r.Category = "device"; r.Values["deviceKind"] = "toaster" }, []string{"deviceKind not-a-choice"}},
		"ErrSeveralAtOnce":      {func(r *portal.RequestPut) { r.Values = map[string]string{} }, []string{"subject required", "description required"}},
		"ErrHiddenFieldOfDraft": {func(r *portal.RequestPut) { invoice("FA-2026-0001")(r); r.Values["order"] = "CO-2026-0001" }, []string{"order unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			id, body := newID(t), technical(tilleuls)
			c.edit(&body)
			b.call(claire, http.MethodPut, pathOf(id), body).wrongWith(c.want...)
			b.call(claire, http.MethodGet, pathOf(id), nil).refused(portal.CodeNotFound)
		})
	}
	t.Run("ErrPracticeRequiredForWhoHasOne", func(t *testing.T) {
		b := b.in(t)
		b.call(marc, http.MethodPut, pathOf(newID(t)), technical("")).wrongWith("practice required")
	})
	t.Run("FiguresAndTextOfAPattern", func(t *testing.T) {
		b := b.in(t)
		body := administrative(tilleuls)
		invoice("1234")(&body)
		p := b.call(claire, http.MethodPut, pathOf(newID(t)), body).refused(portal.CodeInvalid)
		if len(p.Fields) != 1 || p.Fields[0].Text == nil || p.Fields[0].Text.FR == "" {
			t.Fatalf("problem without its sentence: %+v", p.Fields)
		}
	})
}

func invoice(number string) func(*portal.RequestPut) {
	return func(r *portal.RequestPut) {
		r.Type, r.Category = "administrative", "invoice-dispute"
		r.Values["numberKind"], r.Values["invoice"] = "invoice", number
	}
}

// TestRoles asks for every person, practice and type.
func TestRoles(t *testing.T) {
	extra := []portald.Person{
		{ID: "super", Name: "Super-Admin", Practices: []portald.Practice{{ID: michel, Name: "M", Roles: []string{"super-admin"}}}},
		{ID: "manager", Name: "Support manager", Practices: []portald.Practice{{ID: michel, Name: "M", Roles: []string{"support-manager"}}}},
		{ID: "nobody", Name: "Sans cabinet"},
	}
	b := start(t, func(c *portald.Config) { c.People = append(c.People, extra...) })
	may := map[string]bool{}
	for _, allowed := range []string{
		claire + " " + tilleuls + " administrative", claire + " " + tilleuls + " technical",
		claire + " " + port + " administrative", claire + " " + port + " technical", claire + " " + michel + " technical",
		marc + " " + michel + " administrative", marc + " " + michel + " technical",
		sophie + " " + tilleuls + " technical",
		"super " + michel + " administrative", "super " + michel + " technical", "manager " + michel + " technical",
	} {
		may[allowed] = true
	}
	for _, who := range []string{claire, marc, sophie, "super", "manager", "nobody"} {
		for _, practice := range []string{tilleuls, port, michel, "cabinet-inconnu"} {
			for _, body := range []portal.RequestPut{administrative(practice), technical(practice)} {
				name := who + " " + practice + " " + body.Type
				t.Run(name, func(t *testing.T) {
					b := b.in(t)
					id := newID(t)
					r := b.call(who, http.MethodPut, pathOf(id), body)
					if may[name] {
						r.want(http.StatusCreated)
						return
					}
					r.refused(portal.CodeForbidden)
					b.call(who, http.MethodGet, pathOf(id), nil).refused(portal.CodeNotFound)
				})
			}
		}
	}
}

// TestVisibility looks at requests of every author through everybody's eyes,
// by each of the calls that show one.
func TestVisibility(t *testing.T) {
	manager := portald.Person{ID: "manager", Name: "Support manager",
		Practices: []portald.Practice{{ID: michel, Name: "M", Roles: []string{"support-manager"}}}}
	b := start(t, func(c *portald.Config) { c.People = append(c.People, manager) })
	everybody := []string{claire, marc, sophie, "manager"}
	for _, c := range []struct {
		author, practice string
		seenBy           []string
	}{
		{sophie, tilleuls, []string{sophie, claire}},
		{claire, tilleuls, []string{claire}},
		{claire, port, []string{claire}},
		{claire, michel, []string{claire, marc, "manager"}},
		{marc, michel, []string{marc, "manager"}},
	} {
		id := newID(t)
		f, content := fileOf(t, c.author, 64)
		b.put(c.author, id, withFiles(technical(c.practice), f), http.StatusCreated)
		for _, who := range everybody { // without a number it is its author's alone
			if who != c.author {
				b.call(who, http.MethodGet, pathOf(id), nil).refused(portal.CodeNotFound)
			}
		}
		if n := countOf(b, c.author, id); n != 0 {
			t.Errorf("an unnumbered request stands in %d lists", n)
		}
		b.send(c.author, id, f, content)
		for _, who := range everybody {
			t.Run(c.author+" in "+c.practice+" to "+who, func(t *testing.T) {
				b := b.in(t)
				sees := slices.Contains(c.seenBy, who)
				for _, path := range []string{"", "/messages", "/files/" + f.ID} {
					r := b.call(who, http.MethodGet, pathOf(id)+path, nil)
					if sees {
						r.want(http.StatusOK)
					} else {
						r.refused(portal.CodeNotFound)
					}
				}
				if want := map[bool]int{true: 3}[sees]; countOf(b, who, id) != want {
					t.Errorf("stands in %d lists, want %d", countOf(b, who, id), want)
				}
				if !sees {
					b.call(who, http.MethodPut, pathOf(id)+"/messages/"+newID(t), portal.MessagePut{Text: canary}).refused(portal.CodeNotFound)
				}
				if who != c.author {
					b.call(who, http.MethodPut, pathOf(id), withFiles(technical(c.practice), fileBy(who, f))).refused(portal.CodeForbidden)
				}
			})
		}
	}
	t.Run("ErrSignIn", func(t *testing.T) {
		b := b.in(t)
		for _, header := range []string{"", "Bearer ", "Bearer wrong", "Basic " + b.Token(claire), b.Token(claire)} {
			r := b.call("", http.MethodGet, portal.RouteMe, nil, "Authorization", header)
			r.refused(portal.CodeSignIn)
			if r.header.Get("WWW-Authenticate") == "" {
				t.Error("401 without WWW-Authenticate")
			}
		}
	})
}

// countOf tells in how many of the person's lists a request stands: all, those
// of its practice, the changes.
func countOf(b *bench, who, id string) (n int) {
	b.t.Helper()
	is := func(r portal.Request) bool { return r.ID == id }
	for _, query := range []string{"", "?practice=" + tilleuls, "?practice=" + port, "?practice=" + michel} {
		if slices.ContainsFunc(read[portal.RequestPage](b.call(who, http.MethodGet, portal.RouteRequests+query, nil).want(http.StatusOK)).Requests, is) {
			n++
		}
	}
	if slices.ContainsFunc(read[portal.Changes](b.call(who, http.MethodGet, portal.RouteChanges, nil).want(http.StatusOK)).Changes,
		func(c portal.Change) bool { return is(c.Request) }) {
		n++
	}
	return n
}

func TestList(t *testing.T) {
	b := start(t, nil)
	var want []string
	for range 7 {
		id := newID(t)
		b.put(claire, id, technical(tilleuls), http.StatusCreated)
		want = append([]string{id}, want...)
	}
	t.Run("PagesNewestFirst", func(t *testing.T) {
		b := b.in(t)
		var got []string
		cursor := ""
		for range 10 {
			page := read[portal.RequestPage](b.call(claire, http.MethodGet, portal.RouteRequests+"?limit=3&cursor="+cursor, nil).want(http.StatusOK))
			if len(page.Requests) > 3 {
				t.Fatalf("%d in a page of 3", len(page.Requests))
			}
			for _, r := range page.Requests {
				got = append(got, r.ID)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
	t.Run("ErrBadRequest", func(t *testing.T) {
		b := b.in(t)
		for _, query := range []string{"?limit=0", "?limit=201", "?limit=x", "?cursor=x"} {
			b.wrong(claire, http.MethodGet, portal.RouteRequests+query, nil).refused(portal.CodeBadRequest)
		}
	})
}

func TestMessages(t *testing.T) {
	b := start(t, nil)
	id, mid := newID(t), newID(t)
	b.put(sophie, id, technical(tilleuls), http.StatusCreated)
	path := pathOf(id) + "/messages/"
	put := func(who, mid, text string) reply {
		return b.call(who, http.MethodPut, path+mid, portal.MessagePut{Text: text})
	}
	t.Run("OK", func(t *testing.T) {
		m := read[portal.Message](put(sophie, mid, " Bonjour "+canary+"\n").want(http.StatusOK))
		if m.ID != mid || m.Request != id || m.Author.ID != sophie || m.Author.Support || m.Text != "Bonjour "+canary {
			t.Fatalf("message of %s for %s by %s", m.ID, m.Request, m.Author.ID)
		}
	})
	t.Run("RepeatIsARead", func(t *testing.T) {
		b := b.in(t)
		before := b.get(sophie, id).UpdatedAt
		put(sophie, mid, "Bonjour "+canary).want(http.StatusOK)
		list := read[portal.MessageList](b.call(sophie, http.MethodGet, pathOf(id)+"/messages", nil).want(http.StatusOK))
		if len(list.Messages) != 1 || !b.get(sophie, id).UpdatedAt.Equal(before) {
			t.Fatalf("%d messages behind a repeat", len(list.Messages))
		}
	})
	t.Run("ErrMismatch", func(t *testing.T) {
		put(sophie, mid, "Autre texte").refused(portal.CodeMismatch)
		put(claire, mid, "Bonjour "+canary).refused(portal.CodeMismatch) // another's
	})
	t.Run("ErrTextRequired", func(t *testing.T) { put(sophie, newID(t), " \n").wrongWith("text required") })
	t.Run("ErrTextTooLong", func(t *testing.T) {
		b := b.in(t)
		r := b.wrong(sophie, http.MethodPut, path+newID(t), portal.MessagePut{Text: strings.Repeat("é", 4001)})
		r.wrongWith("text too-long")
	})
	t.Run("ErrBadRequest", func(t *testing.T) {
		b := b.in(t)
		b.wrong(sophie, http.MethodPut, path+"1", portal.MessagePut{Text: "x"}).refused(portal.CodeBadRequest)
	})
	t.Run("ErrMismatchBeforeTheNumber", func(t *testing.T) {
		b := b.in(t)
		f, _ := fileOf(t, sophie, 5)
		waiting := newID(t)
		b.put(sophie, waiting, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.call(sophie, http.MethodPut, pathOf(waiting)+"/messages/"+newID(t), portal.MessagePut{Text: "x"}).refused(portal.CodeMismatch)
	})
	t.Run("ParallelRepeatsAreOne", func(t *testing.T) {
		b := b.in(t)
		once := newID(t)
		parallel(t, 10, func(int) error {
			r, err := b.try(context.Background(), sophie, http.MethodPut, path+once, portal.MessagePut{Text: "une fois"})
			if err == nil && r.status != http.StatusOK {
				err = unexpected(r)
			}
			return err
		})
		list := read[portal.MessageList](b.call(claire, http.MethodGet, pathOf(id)+"/messages", nil).want(http.StatusOK))
		if len(list.Messages) != 2 {
			t.Fatalf("%d messages, want 2", len(list.Messages))
		}
	})
}
