package catalogue_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/catalogue"
	"guichet/internal/desk"

	"github.com/google/uuid"
)

var now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

var claire = desk.Person{ID: "claire", Practices: []desk.Practice{{ID: "tilleuls", Roles: []desk.Role{desk.RoleAdmin}}}}

// finalize submits a draft of the default catalogue with these answers on top
// of a valid subject and description.
func finalize(t *testing.T, typ, category string, answers desk.Values) (desk.Request, error) {
	t.Helper()
	c, err := catalogue.Default()
	if err != nil {
		t.Fatal(err)
	}
	values := desk.Values{desk.KeySubject: "Facture de septembre", desk.KeyDescription: "Elle est comptée deux fois."}
	maps.Copy(values, answers)
	d := desk.Draft{ID: uuid.New(), Revision: 1, Content: desk.Content{Type: typ, Category: category, Values: values}}
	return desk.Finalize(c, d, claire, now)
}

// One entry per category: what it asks, what it takes, what it refuses.
func TestCategories(t *testing.T) {
	type refusal struct {
		answers     desk.Values
		field, code string
	}
	tests := map[string]struct {
		fields  []string // visible with no answer given
		good    desk.Values
		refused []refusal
	}{
		"administrative/invoice-dispute": {
			fields: []string{"numberKind", "invoice", "reference", "subject", "description"},
			good:   desk.Values{"invoice": "FA-2026-0001"},
			refused: []refusal{
				{nil, "invoice", desk.CodeRequired},
				{desk.Values{"invoice": "FA 2026"}, "invoice", desk.CodePattern},
				{desk.Values{"numberKind": "order"}, "order", desk.CodeRequired},
				{desk.Values{"numberKind": "order", "invoice": "FA-2026-0001"}, "order", desk.CodeRequired},
				{desk.Values{"numberKind": "document"}, "documentReference", desk.CodeRequired},
				{desk.Values{"numberKind": "fax", "invoice": "FA-2026-0001"}, "numberKind", desk.CodeChoice},
			},
		},
		"administrative/invoice-question": {
			fields:  []string{"invoice", "reference", "subject", "description"},
			good:    desk.Values{},
			refused: []refusal{{desk.Values{"invoice": "12"}, "invoice", desk.CodePattern}},
		},
		"administrative/order": {
			fields:  []string{"order", "reference", "subject", "description"},
			good:    desk.Values{"order": "co-2026-0042"},
			refused: []refusal{{nil, "order", desk.CodeRequired}},
		},
		"administrative/contract-question": {
			fields:  []string{"contract", "reference", "subject", "description"},
			good:    desk.Values{},
			refused: []refusal{{desk.Values{"contract": "CT-1"}, "contract", desk.CodePattern}},
		},
		"administrative/contract-termination": {
			fields: []string{"contract", "endDate", "reference", "subject", "description"},
			good:   desk.Values{"contract": "CT-20417", "endDate": "31/12/2026"},
			refused: []refusal{
				{nil, "contract", desk.CodeRequired},
				{desk.Values{"contract": "CT-20417", "endDate": "demain"}, "endDate", desk.CodePattern},
			},
		},
		"administrative/payment-method": {
			fields:  []string{"payment", "contract", "reference", "subject", "description"},
			good:    desk.Values{"payment": "transfer"},
			refused: []refusal{{nil, "payment", desk.CodeRequired}},
		},
		"administrative/practice-data": {
			fields:  []string{"dataKind", "reference", "subject", "description"},
			good:    desk.Values{"dataKind": "address"},
			refused: []refusal{{nil, "dataKind", desk.CodeRequired}},
		},
		"administrative/other": {
			fields:  []string{"reference", "subject", "description"},
			good:    desk.Values{"reference": "Compta 11/26"},
			refused: []refusal{{desk.Values{"reference": strings.Repeat("é", 41)}, "reference", desk.CodeTooLong}},
		},
		"technical/software": {
			fields:  []string{"reference", "subject", "description"},
			good:    desk.Values{},
			refused: []refusal{{desk.Values{"subject": "  "}, "subject", desk.CodeRequired}},
		},
		"technical/device": {
			fields:  []string{"deviceKind", "reference", "subject", "description"},
			good:    desk.Values{"deviceKind": "printer", "serial": "SN 42"},
			refused: []refusal{{nil, "deviceKind", desk.CodeRequired}},
		},
		"technical/connection": {
			fields:  []string{"reference", "subject", "description"},
			good:    desk.Values{},
			refused: []refusal{{desk.Values{"description": "court"}, "description", desk.CodeTooShort}},
		},
		"technical/other": {
			fields:  []string{"reference", "subject", "description"},
			good:    desk.Values{},
			refused: []refusal{{desk.Values{"subject": "a\x00bcd"}, "subject", desk.CodeControl}},
		},
	}
	c, err := catalogue.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range c.Types {
		for _, cat := range typ.Categories {
			name := typ.Key + "/" + cat.Key
			tt, ok := tests[name]
			if !ok {
				t.Errorf("category %s has no test", name)
				continue
			}
			t.Run(name, func(t *testing.T) {
				var fields []string
				for _, f := range cat.Visible(nil) {
					fields = append(fields, f.Key)
				}
				if !slices.Equal(fields, tt.fields) {
					t.Errorf("asks %v, want %v", fields, tt.fields)
				}
				if _, err := finalize(t, typ.Key, cat.Key, tt.good); err != nil {
					t.Errorf("good answers: %v", problems(err))
				}
				for _, r := range tt.refused {
					_, err := finalize(t, typ.Key, cat.Key, r.answers)
					ps := problems(err)
					if len(ps) != 1 || ps[0].Field != r.field || ps[0].Code != r.code {
						t.Errorf("%s: problems %+v, want one %s at %s", name, ps, r.code, r.field)
					}
				}
			})
			delete(tests, name)
		}
	}
	for name := range tests {
		t.Errorf("test for %s, which does not exist", name)
	}
}

func problems(err error) []desk.Problem {
	var e *desk.Error
	if errors.As(err, &e) {
		return e.Problems
	}
	return nil
}

func TestRoles(t *testing.T) {
	c, err := catalogue.Default()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[desk.Role]bool{
		"administrative": {desk.RoleAdmin: true, desk.RoleSuperAdmin: true, desk.RoleUser: false, desk.RoleSupportManager: false},
		"technical":      {desk.RoleAdmin: true, desk.RoleSuperAdmin: true, desk.RoleUser: true, desk.RoleSupportManager: true},
	}
	for key, roles := range want {
		typ, _ := c.Type(key)
		for role, may := range roles {
			if typ.OpenTo([]desk.Role{role}) != may {
				t.Errorf("%s: %s may: %v, want %v", key, role, !may, may)
			}
		}
	}
}

// Every label has both languages, and no text of the catalogue is left empty
// where somebody would look for one.
func TestBothLanguages(t *testing.T) {
	var tree any
	if err := json.Unmarshal(catalogue.DefaultJSON(), &tree); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, n any)
	walk = func(path string, n any) {
		switch n := n.(type) {
		case map[string]any:
			if fr, ok := n["fr"].(string); ok {
				if en, _ := n["en"].(string); (fr == "") != (en == "") {
					t.Errorf("%s: one language only", path)
				}
			}
			for k, v := range n {
				walk(path+"/"+k, v)
			}
		case []any:
			for _, v := range n {
				walk(path, v)
			}
		}
	}
	walk("", tree)
}

func TestParse(t *testing.T) {
	good := catalogue.DefaultJSON()
	tests := map[string][]byte{
		"ErrNotJSON":           []byte("<html>"),
		"ErrNoVersion":         bytes.Replace(good, []byte(`"version": 2`), []byte(`"version": 0`), 1),
		"ErrBadPattern":        bytes.Replace(good, []byte(`CT-\\d{4,8}`), []byte(`CT-(`), 1),
		"ErrUnknownDependency": bytes.Replace(good, []byte(`"field": "numberKind"`), []byte(`"field": "nobody"`), 1),
		"ErrUnknownKind":       bytes.Replace(good, []byte(`"kind": "choice"`), []byte(`"kind": "dial"`), 1),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			if bytes.Equal(body, good) {
				t.Fatal("the damage was not done")
			}
			if _, err := catalogue.Parse(body); err == nil {
				t.Error("accepted")
			}
		})
	}
	t.Run("OK", func(t *testing.T) {
		if _, err := catalogue.Parse(good); err != nil {
			t.Error(err)
		}
	})
}
