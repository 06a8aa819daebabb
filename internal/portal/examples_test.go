package portal_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"guichet/internal/portal"

	"github.com/getkin/kin-openapi/openapi3"
)

// exampled is a place of openapi.yaml at which an example has to stand.
type exampled struct {
	where    string
	schema   *openapi3.SchemaRef // nil where anything may stand
	examples map[string]any
	answer   bool
}

func examplesOf(one any, many openapi3.Examples) map[string]any {
	out := map[string]any{}
	if one != nil {
		out["example"] = one
	}
	for name, ref := range many {
		out[name] = ref.Value.Value
	}
	return out
}

// places lists every parameter, header and body of every operation.
func places(doc *openapi3.T) (out []exampled) {
	content := func(where string, all openapi3.Content, answer bool) {
		for media, m := range all {
			out = append(out, exampled{where + " " + media, m.Schema, examplesOf(m.Example, m.Examples), answer})
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			where := method + " " + path
			for _, params := range []openapi3.Parameters{item.Parameters, op.Parameters} {
				for _, p := range params {
					out = append(out, exampled{where + " parameter " + p.Value.Name, p.Value.Schema, examplesOf(p.Value.Example, p.Value.Examples), false})
				}
			}
			if op.RequestBody != nil {
				content(where, op.RequestBody.Value.Content, false)
			}
			for status, res := range op.Responses.Map() {
				content(where+" "+status, res.Value.Content, true)
				for name, h := range res.Value.Headers {
					out = append(out, exampled{where + " " + status + " header " + name, h.Value.Schema, examplesOf(h.Value.Example, h.Value.Examples), true})
				}
			}
		}
	}
	return out
}

// TestExamples holds every example to its schema and to the type on the wire, and
// every place to have one.
func TestExamples(t *testing.T) {
	types := wireTypes()
	maps.Copy(types, rulebook)
	doc := load(t)
	for _, p := range places(doc) {
		if len(p.examples) == 0 {
			t.Errorf("%s has no example", p.where)
		}
		for name, value := range p.examples {
			if p.schema == nil {
				continue
			}
			raw, err := json.Marshal(value) // the numbers of YAML are not those of JSON
			if err != nil {
				t.Fatalf("%s, %s: %v", p.where, name, err)
			}
			if err := valid(raw, p); err != nil {
				t.Errorf("%s, %s: %v", p.where, name, err)
			}
			typ, wired := types[strings.TrimPrefix(p.schema.Ref, "#/components/schemas/")]
			if !wired {
				continue
			}
			d := json.NewDecoder(bytes.NewReader(raw))
			d.DisallowUnknownFields()
			if err := d.Decode(reflect.New(typ).Interface()); err != nil {
				t.Errorf("%s, %s: %v", p.where, name, err)
			}
		}
	}
	for name := range doc.Components.Examples {
		if !bytes.Contains(portal.OpenAPI, []byte(`"#/components/examples/`+name+`"`)) {
			t.Errorf("example %s stands nowhere", name)
		}
	}
}

func valid(raw []byte, p exampled) error {
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return err
	}
	as := openapi3.VisitAsRequest()
	if p.answer {
		as = openapi3.VisitAsResponse()
	}
	return p.schema.Value.VisitJSON(value, as, openapi3.EnableJSONSchema2020())
}

// TestProblemExamples: an example of an error is named by its code, and has the
// status that belongs to it.
func TestProblemExamples(t *testing.T) {
	for _, p := range places(load(t)) {
		if !strings.HasSuffix(p.where, " "+portal.ProblemType) {
			continue
		}
		for name, value := range p.examples {
			got, _ := value.(map[string]any)
			raw, err := json.Marshal(got)
			var problem portal.Problem
			if err != nil || json.Unmarshal(raw, &problem) != nil {
				t.Fatalf("%s, %s: %v", p.where, name, err)
			}
			status := strings.Fields(p.where)[2]
			if problem.Code != name || problem.Status != portal.Status(name) || status != "default" && status != jsonOf(problem.Status) {
				t.Errorf("%s, %s: code %s, status %d", p.where, name, problem.Code, problem.Status)
			}
		}
	}
}

func jsonOf(v any) string {
	raw, _ := json.Marshal(v) // a number cannot fail
	return string(raw)
}
