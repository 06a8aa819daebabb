package portald_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guichet/internal/portal"
)

// FuzzCursor reads changes from any cursor, as somebody who sees nothing of what
// is Claire's. It is refused, or it is one that goes on: it never shows more, and
// a cursor that was answered leads to an end.
func FuzzCursor(f *testing.F) {
	d := fuzzDoor(f)
	d.knock(f, claire, http.MethodPut, pathOf(newID(f)), encoded(f, technical(tilleuls)), nil)
	for range 3 {
		d.knock(f, sophie, http.MethodPut, pathOf(newID(f)), encoded(f, technical(tilleuls)), nil)
	}
	ask := func(tb testing.TB, cursor, limit string) (int, []byte) {
		status, _, out := d.knock(tb, sophie, http.MethodGet, portal.RouteChanges+"?"+url.Values{"cursor": {cursor}, "limit": {limit}}.Encode(), nil, nil)
		return status, out
	}
	_, out := ask(f, "", "1")
	first := answered[portal.Changes](f, out).Cursor
	raw, err := hex.DecodeString(first)
	if err != nil {
		f.Fatal(err)
	}
	for _, edit := range [][2]string{{`"c":4`, `"c":0`}, {`"c":4`, `"c":9223372036854775807`}, {`"b":4`, `"b":5`}, {`"b":4`, `"b":-1`}, {`"t":3`, `"t":-3`}, {`"c":4`, `"c":4,"c":1`}, {`"e"`, `"E"`}} {
		f.Add(bytes.Replace(raw, []byte(edit[0]), []byte(edit[1]), 1), true, "2")
	}
	for _, text := range []string{first, "", "7", "x", "-1", "\x00", "é", "null", "9223372036854775808"} {
		f.Add([]byte(text), false, "500")
	}
	f.Fuzz(func(t *testing.T, text []byte, encode bool, limit string) {
		cursor := string(text)
		if encode {
			cursor = hex.EncodeToString(text)
		}
		for range 20 {
			status, out := ask(t, cursor, limit)
			if bytes.Contains(out, []byte(claire)) {
				t.Fatalf("shows what is Claire's: %s", out)
			}
			if status != http.StatusOK {
				if status != http.StatusBadRequest && status != http.StatusGone {
					t.Fatalf("answered %d", status)
				}
				return
			}
			got := answered[portal.Changes](t, out)
			if len(got.Changes) > 3 || got.Cursor == "" || got.Snapshot && !got.More {
				t.Fatalf("%d changes, cursor %q", len(got.Changes), got.Cursor)
			}
			if cursor = got.Cursor; !got.More {
				return
			}
		}
		t.Fatal("no end")
	})
}

// FuzzAct does anything with a request of Sophie's, as her or as an Admin. What
// is refused changes nothing; what is done was allowed, and its repeat is a read.
func FuzzAct(f *testing.F) {
	d := fuzzDoor(f)
	at := time.Date(2026, 3, 2, 9, 31, 0, 0, time.UTC)
	for _, a := range []portal.ActPut{
		{Kind: "withdraw", Reason: "Erreur"}, {Kind: "withdraw"}, {Kind: "reopen", Reason: "a\x00b"}, {Kind: "close"}, {Kind: "watch", Reason: canary},
		{Kind: "unwatch"}, {Kind: "watchers", Watchers: []string{claire, claire, sophie}}, {Kind: "watchers", Watchers: []string{marc}}, {Kind: "reply", Reason: "x"}, {},
	} {
		a.At = at
		f.Add(encoded(f, a), true)
		f.Add(encoded(f, a), false)
	}
	for _, body := range []string{"", "null", "[]", `{"kind":"withdraw","reason":"x","at":"0000-01-01T00:00:00Z"}`, `{"kind":7}`, `{"kind":"watchers","watchers":[""]}`} {
		f.Add([]byte(body), true)
	}
	f.Fuzz(func(t *testing.T, body []byte, admin bool) {
		who, id, act := sophie, newID(t), newID(t)
		if admin {
			who = claire
		}
		d.knock(t, sophie, http.MethodPut, pathOf(id), encoded(t, technical(tilleuls)), nil)
		look := func() (portal.Request, []byte) {
			_, _, out := d.knock(t, who, http.MethodGet, pathOf(id), nil, nil)
			_, _, said := d.knock(t, who, http.MethodGet, pathOf(id)+"/messages", nil, nil)
			return answered[portal.Request](t, out), append(out, said...)
		}
		before, as := look()
		status, _, out := d.knock(t, who, http.MethodPut, pathOf(id)+"/acts/"+act, body, nil)
		after, now := look()
		if status != http.StatusOK {
			if !bytes.Equal(as, now) {
				t.Errorf("answered %d, and something happened: %s", status, now)
			}
			return
		}
		done := answered[portal.Act](t, out)
		var put portal.ActPut
		if err := json.Unmarshal(body, &put); err != nil || done.Kind != put.Kind || done.ID != act || !slices.Contains(before.Allowed, put.Kind) || put.Kind == portal.KindReply {
			t.Fatalf("did %s by %s, allowed were %v", done.Kind, body, before.Allowed)
		}
		if (after.Status == "withdrawn") != (put.Kind == "withdraw") || !slices.Contains([]string{"received", "withdrawn"}, after.Status) || utf8.RuneCountInString(strings.TrimSpace(put.Reason)) > 1000 && put.Kind == "withdraw" {
			t.Errorf("%s is now %s", put.Kind, after.Status)
		}
		for _, w := range after.Watchers {
			if w.ID == marc || w.Name == "" {
				t.Errorf("watched by %+v", w)
			}
		}
		if status, _, again := d.knock(t, who, http.MethodPut, pathOf(id)+"/acts/"+act, body, nil); status != http.StatusOK || !bytes.Equal(again, out) {
			t.Errorf("the repeat answers %d: %s, first was %s", status, again, out)
		}
	})
}
