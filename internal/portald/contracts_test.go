package portald_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

func TestContracts(t *testing.T) {
	b := start(t, func(c *portald.Config) { c.Demo = true }, func(s *portald.Server) { s.Acknowledge = time.Hour })
	ask := func(who string, header ...string) reply {
		return b.call(who, http.MethodGet, portal.RouteContracts, nil, header...)
	}
	r := ask(claire).want(http.StatusOK)
	perPractice, states, topics := map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range read[portal.Contracts](r).Contracts {
		perPractice[c.Practice]++
		states[c.State]++
		for _, topic := range c.Topics {
			topics[topic.Key]++
		}
	}
	if perPractice[tilleuls] < 2 || perPractice[port] < 2 || len(perPractice) != 2 { // in Saint-Michel she is no Admin
		t.Errorf("%v", perPractice)
	}
	if len(states) != 3 || len(topics) != 4 {
		t.Errorf("states %v, topics %v", states, topics)
	}
	if got := read[portal.Contracts](ask(marc).want(http.StatusOK)).Contracts; len(got) < 2 || got[0].Practice != michel {
		t.Errorf("%+v", got)
	}
	if got := ask(sophie).want(http.StatusOK); !strings.Contains(string(got.body), `"contracts":[]`) {
		t.Errorf("%s", got.body)
	}
	ask(claire, "If-None-Match", r.header.Get("ETag")).want(http.StatusNotModified)
	ask(marc, "If-None-Match", r.header.Get("ETag")).want(http.StatusOK)
	ask("").refused(portal.CodeSignIn)
	b.restart()
	ask(claire, "If-None-Match", r.header.Get("ETag")).want(http.StatusNotModified)
	t.Run("WithoutTheDemoNone", func(t *testing.T) {
		b := start(t, nil)
		if got := read[portal.Contracts](b.call(claire, http.MethodGet, portal.RouteContracts, nil).want(http.StatusOK)); len(got.Contracts) > 0 {
			t.Errorf("%+v", got)
		}
	})
}

// TestDemoContracts holds the demo's contracts to the rules on any day.
func TestDemoContracts(t *testing.T) {
	rules, err := catalogue.Default()
	if err != nil {
		t.Fatal(err)
	}
	for day := range 400 {
		now := time.Date(2026, 1, 1+day, 23, 30, 0, 0, time.UTC)
		list := portald.DemoContracts(now)
		body, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := portald.ParseContracts(body); err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			today := now.Format(time.DateOnly)
			if (c.State == "ended") != (c.End < today) || c.State == "active" && c.Notice < today || c.Start > today {
				t.Fatalf("on %s: %+v", today, c)
			}
			// One is warned of, wherever the day's end finds the reader: not on its last day.
			if soon, late := now.AddDate(0, 0, 7).Format(time.DateOnly), now.AddDate(0, 0, 80).Format(time.DateOnly); c.Number == "CT-20250318" &&
				(c.Notice < soon || c.Notice > late) {
				t.Fatalf("on %s: notice of %s is due on %s", today, c.Number, c.Notice)
			}
			for _, topic := range c.Topics {
				draft := desk.Draft{Content: desk.Content{Type: topic.Type, Category: topic.Category, Values: desk.Values{"contract": c.Number}}}
				for _, p := range desk.Look(rules, draft, desk.Person{}).Problems {
					if p.Field == "contract" || p.Field == desk.KeyCategory {
						t.Fatalf("%s: %+v", c.ID, p)
					}
				}
			}
		}
	}
}

func TestParseContracts(t *testing.T) {
	good := func() portal.Contract {
		return portal.Contract{ID: "1", Number: "CT-20240142", Practice: tilleuls, Label: portal.Text{FR: "a", EN: "b"}, State: "active", Start: "2024-01-01",
			End: "2026-12-31", Notice: "2026-09-30", Amount: 100, Period: "month", Topics: []portal.Topic{{Key: "question", Type: "administrative", Category: "contract-question"}}}
	}
	for name, c := range map[string]struct {
		edit func(*portal.Contract)
		says string // "" if it is taken
	}{
		"OK":              {func(*portal.Contract) {}, ""},
		"OKOpenEnded":     {func(c *portal.Contract) { c.End, c.Notice, c.Amount, c.Period, c.Topics = "", "", 0, "", nil }, ""},
		"ErrID":           {func(c *portal.Contract) { c.ID = "" }, "no id"},
		"ErrNumber":       {func(c *portal.Contract) { c.Number = "" }, "number"},
		"ErrLabel":        {func(c *portal.Contract) { c.Label.EN = "" }, "label"},
		"ErrState":        {func(c *portal.Contract) { c.State = "open" }, `"open"`},
		"ErrDate":         {func(c *portal.Contract) { c.End = "31/12/2026" }, `"31/12/2026"`},
		"ErrNoStart":      {func(c *portal.Contract) { c.Start = "" }, "start"},
		"ErrOrder":        {func(c *portal.Contract) { c.End, c.Notice = "2023-12-31", "" }, "before it starts"},
		"ErrNotice":       {func(c *portal.Contract) { c.Notice = "2027-01-01" }, "notice"},
		"ErrPeriod":       {func(c *portal.Contract) { c.Period = "week" }, `"week"`},
		"ErrNoPeriod":     {func(c *portal.Contract) { c.Period = "" }, "period"},
		"ErrTopic":        {func(c *portal.Contract) { c.Topics[0].Key = "other" }, `"other"`},
		"ErrTopicTwice":   {func(c *portal.Contract) { c.Topics = slices.Repeat(c.Topics, 2) }, "twice"},
		"ErrNoCategory":   {func(c *portal.Contract) { c.Topics[0].Category = "none" }, `"none"`},
		"ErrNumberOfRule": {func(c *portal.Contract) { c.Number = "142" }, `"142"`},
	} {
		t.Run(name, func(t *testing.T) {
			one := good()
			c.edit(&one)
			body, err := json.Marshal([]portal.Contract{one})
			if err != nil {
				t.Fatal(err)
			}
			list, err := portald.ParseContracts(body)
			if err == nil { // the catalogue is known at the start only
				b := portald.New(portald.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), OIDC: portald.DemoOIDC("http://127.0.0.1:1"), Contracts: list})
				if err = b.Start(t.Context()); err == nil {
					defer func() { _ = b.Stop(t.Context()) }()
				}
			}
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Fatalf("says %v, want %q", err, c.says)
			}
		})
	}
	for _, body := range []string{"{", `[{"id":"1","typo":2}]`} {
		if _, err := portald.ParseContracts([]byte(body)); err == nil {
			t.Errorf("read %s", body)
		}
	}
	one, err := json.Marshal([]portal.Contract{good(), good()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := portald.ParseContracts(one); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("one id twice: %v", err)
	}
}
