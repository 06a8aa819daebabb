package portald

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/setting"
)

// ParseContracts reads a list of contracts and checks that it can be used.
func ParseContracts(body []byte) ([]portal.Contract, error) {
	var list []portal.Contract
	if err := setting.JSON(body, &list); err != nil {
		return nil, fmt.Errorf("parse contracts: %w", err)
	}
	ids := map[string]bool{}
	for i, c := range list {
		if c.ID == "" {
			return nil, fmt.Errorf("parse contracts: contract %d has no id", i+1)
		}
		if ids[c.ID] {
			return nil, fmt.Errorf("parse contracts: the id %s stands twice", c.ID)
		}
		ids[c.ID] = true
		if err := checkContract(c); err != nil {
			return nil, fmt.Errorf("parse contracts: contract %s %w", c.ID, err)
		}
	}
	return list, nil
}

func checkContract(c portal.Contract) error {
	oneOf := func(value string, known ...string) bool { return slices.Contains(known, value) }
	switch {
	case c.Number == "" || c.Practice == "":
		return errors.New("has no number or practice")
	case c.Label.FR == "" || c.Label.EN == "":
		return errors.New("lacks a label in French or English")
	case !oneOf(c.State, "active", "ending", "ended"):
		return fmt.Errorf("has the state %q, which is none of active, ending, ended", c.State)
	case c.Amount < 0 || c.Amount > 0 && c.Period == "":
		return errors.New("has an amount below 0, or one without its period")
	case !oneOf(c.Period, "", "month", "quarter", "year"):
		return fmt.Errorf("has the period %q, which is none of month, quarter, year", c.Period)
	case c.Start == "":
		return errors.New("has no start")
	}
	for _, date := range []string{c.Start, c.End, c.Notice} {
		if _, err := time.Parse(time.DateOnly, date); date != "" && err != nil {
			return fmt.Errorf("has the date %q, which is not YYYY-MM-DD", date)
		}
	}
	if c.End != "" && c.End < c.Start || c.Notice != "" && (c.End == "" || c.Notice > c.End) {
		return errors.New("ends before it starts, or its notice is not before its end")
	}
	var keys []string
	for _, t := range c.Topics {
		if !oneOf(t.Key, "invoice", "question", "cancellation", "payment") || slices.Contains(keys, t.Key) {
			return fmt.Errorf("has the topic %q, which is unknown or stands twice", t.Key)
		}
		keys = append(keys, t.Key)
	}
	return nil
}

// keyContract is the field of the catalogue that takes the number of a contract.
const keyContract = "contract"

// takeContracts checks the contracts against the catalogue that is served: what
// begins from one must be a request that can be sent.
func (s *Server) takeContracts() error {
	s.contracts = slices.Clone(s.cfg.Contracts)
	if s.cfg.Demo && s.contracts == nil {
		s.contracts = DemoContracts(s.Now())
	}
	rules := s.catalogues[s.current]
	for i := range s.contracts {
		c := &s.contracts[i]
		if c.Topics == nil {
			c.Topics = []portal.Topic{}
		}
		for _, t := range c.Topics {
			typ, known := rules.Type(t.Type)
			if known {
				_, known = typ.Category(t.Category)
			}
			if !known {
				return fmt.Errorf("contract %s: the catalogue has no category %q of type %q", c.ID, t.Category, t.Type)
			}
			begun := desk.Draft{Content: desk.Content{Type: t.Type, Category: t.Category, Values: desk.Values{keyContract: c.Number}}}
			if slices.ContainsFunc(desk.Look(rules, begun, desk.Person{}).Problems, func(p desk.Problem) bool { return p.Field == keyContract }) {
				return fmt.Errorf("contract %s: the catalogue does not take the number %q", c.ID, c.Number)
			}
		}
	}
	slices.SortStableFunc(s.contracts, func(a, b portal.Contract) int {
		return cmp.Or(cmp.Compare(a.Practice, b.Practice), cmp.Compare(a.Number, b.Number))
	})
	return nil
}

// getContracts lists the contracts of the practices that the person leads.
func (s *Server) getContracts(w http.ResponseWriter, r *http.Request, who person) error {
	out := portal.Contracts{Contracts: []portal.Contract{}}
	for _, c := range s.contracts {
		if p, ok := who.Practice(c.Practice); ok && isAdmin(p.Roles) {
			out.Contracts = append(out.Contracts, c)
		}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("encode contracts: %w", err)
	}
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "private, no-cache")
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
	return nil
}
