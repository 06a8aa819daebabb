package portald_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"

	"github.com/getkin/kin-openapi/openapi3"
)

// TestRoutes: each route is in openapi.yaml, and the other way round.
func TestRoutes(t *testing.T) {
	served := start(t, nil).Routes()
	var told []string
	for path, item := range openAPI(t).Paths.Map() {
		for method := range item.Operations() {
			if method == http.MethodHead && slices.Contains(served, "GET "+path) {
				continue // net/http answers it wherever it answers GET
			}
			told = append(told, method+" "+path)
		}
	}
	slices.Sort(told)
	if !slices.Equal(served, told) {
		t.Errorf("served %q\nin openapi.yaml %q", served, told)
	}
}

func openAPI(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(portal.OpenAPI)
	if err != nil {
		t.Fatalf("load openapi.yaml: %v", err)
	}
	return doc
}

// story makes the calls of the examples at a real portal.
type story struct {
	*bench
	doc  *openapi3.T
	told map[string]bool // examples of requests, by operation and name
}

// set gives parameters of a call other values than their examples.
type set map[string]string

// tell makes the call of an operation with the example of that name. Parameters
// that may be left out are, unless with names them. The answer has to look like
// the example of the same name, or the only one where none is named.
func (s *story) tell(who, operation, name string, status int, with set) reply {
	s.t.Helper()
	path, method, item, op := s.find(operation)
	query, header, body := []string{}, []string{}, any(nil)
	for _, p := range slices.Concat(item.Parameters, op.Parameters) {
		value, given := with[p.Value.Name]
		if !given && !p.Value.Required {
			continue
		}
		if !given || value == "" {
			value = textOf(s.pick(operation, name, p.Value.Example, p.Value.Examples))
		}
		switch p.Value.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", value)
		case "query":
			query = append(query, p.Value.Name+"="+value)
		case "header":
			header = append(header, p.Value.Name, value)
		}
	}
	if op.RequestBody != nil {
		for media, m := range op.RequestBody.Value.Content {
			body = s.pick(operation, name, m.Example, m.Examples)
			if text, ok := body.(string); ok {
				body, header = []byte(text), append(header, "Content-Type", media)
			}
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	r := s.call(who, method, path, body, header...).want(status)
	s.alike(operation, name, op.Responses.Status(status), r)
	return r
}

func (s *story) find(operation string) (string, string, *openapi3.PathItem, *openapi3.Operation) {
	s.t.Helper()
	for path, item := range s.doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == operation {
				s.told[operation] = true
				return path, method, item, op
			}
		}
	}
	s.t.Fatalf("openapi.yaml has no operation %s", operation)
	return "", "", nil, nil
}

func (s *story) pick(operation, name string, one any, many openapi3.Examples) any {
	s.t.Helper()
	if many == nil {
		return one
	}
	if many[name] == nil {
		s.t.Fatalf("%s has no example %s", operation, name)
	}
	s.told[operation+" "+name] = true
	return many[name].Value.Value
}

func textOf(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	raw, _ := json.Marshal(v) // a number cannot fail
	return string(raw)
}

// alike holds the shape of an answer to its example: the same fields everywhere.
func (s *story) alike(operation, name string, ref *openapi3.ResponseRef, r reply) {
	s.t.Helper()
	media := ref.Value.Content["application/json"]
	if media == nil {
		return
	}
	example := media.Examples[name]
	if name == "" {
		for _, example = range media.Examples { // the only one
		}
	}
	if example == nil {
		return // an act: they are all answered alike
	}
	want, got := map[string]bool{}, map[string]bool{}
	shape("", example.Value.Value, want)
	shape("", read[any](r), got)
	if operation == "getCatalogue" { // which has many more fields than an example needs
		maps.DeleteFunc(got, func(field string, _ bool) bool { return !want[field] })
	}
	if !maps.Equal(got, want) {
		s.t.Errorf("%s, %s: answered with %q\nthe example has %q", operation, name, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

func shape(at string, v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			into[at+"."+key] = true
			shape(at+"."+key, value, into)
		}
	case []any:
		for _, value := range v {
			shape(at+"[]", value, into)
		}
	}
}

// TestExamples tells the story of the examples of openapi.yaml: a real portal
// takes every request of them, and answers as they say.
func TestExamples(t *testing.T) {
	doc := openAPI(t)
	example := func(name string) []byte {
		raw, err := json.Marshal(doc.Components.Examples[name].Value.Value)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	releases := filepath.Join(t.TempDir(), "stable")
	if err := os.Mkdir(releases, 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(releases, "windows-amd64.json"), example("Manifest"))
	s := &story{doc: doc, told: map[string]bool{}, bench: start(t, func(c *portald.Config) {
		c.Releases = filepath.Dir(releases)
		var list struct{ Contracts json.RawMessage }
		if err := json.Unmarshal(example("Contracts"), &list); err != nil {
			t.Fatal(err)
		}
		var err error
		if c.Contracts, err = portald.ParseContracts(list.Contracts); err != nil {
			t.Fatal(err)
		}
	})}
	if _, err := catalogue.Parse(example("Catalogue")); err != nil {
		t.Error(err)
	}
	s.aroundIt()
	s.request()
	s.conversation()
	s.acts()
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if !s.told[op.OperationID] {
				t.Errorf("%s %s was not called", method, path)
			}
			if op.RequestBody == nil {
				continue
			}
			for _, m := range op.RequestBody.Value.Content {
				for name := range m.Examples {
					if !s.told[op.OperationID+" "+name] {
						t.Errorf("%s: the example %s was not sent", op.OperationID, name)
					}
				}
			}
		}
	}
}

const ok = http.StatusOK

// aroundIt is what is asked about no request.
func (s *story) aroundIt() {
	for _, operation := range []string{"getConfig", "getOpenAPI", "getRelease"} {
		s.tell("", operation, "", ok, nil)
	}
	s.tell("", "headRelease", "", ok, nil)
	s.tell("", "getRelease", "", http.StatusPartialContent, set{"Range": ""})
	for _, operation := range []string{"getMe", "getCatalogue", "getPeople", "getContracts"} {
		tag := s.tell(claire, operation, "", ok, nil).header.Get("ETag")
		if tag != "" {
			s.tell(claire, operation, "", http.StatusNotModified, set{"If-None-Match": tag})
		}
	}
}

// request is announced, sent in full, and asked for.
func (s *story) request() {
	s.tell(claire, "putRequest", "withFile", http.StatusCreated, nil)
	s.tell(claire, "headUpload", "request", http.StatusNotFound, nil)
	s.tell(claire, "createUpload", "request", http.StatusCreated, nil)
	s.tell(claire, "headUpload", "request", ok, nil)
	s.tell(claire, "patchUpload", "request", http.StatusNoContent, nil)
	s.tell(claire, "putRequest", "withFile", ok, nil)
	s.tell(claire, "getRequest", "withFile", ok, nil)
	s.tell(claire, "listRequests", "", ok, set{"limit": "1", "practice": ""})
	s.bytes("whole", s.tell(claire, "getFile", "", ok, nil))
	s.bytes("part", s.tell(claire, "getFile", "", http.StatusPartialContent, set{"Range": ""}))
	s.tell(claire, "deleteRequest", "", ok, set{"id": newID(s.t)})
}

func (s *story) bytes(name string, r reply) {
	s.t.Helper()
	_, _, _, op := s.find("getFile")
	if want := op.Responses.Status(r.status).Value.Content["*/*"].Examples[name].Value.Value; string(r.body) != want {
		s.t.Errorf("the file is %q, in the example %q", r.body, want)
	}
}

// conversation is what is said about it, and how a desk hears of it.
func (s *story) conversation() {
	of := func(name string) string { return textOf(s.doc.Components.Parameters[name].Value.Example) }
	first := s.tell(claire, "getChanges", "snapshot", ok, nil)
	gone := newID(s.t)
	s.tell(sophie, "putRequest", "withoutFiles", http.StatusCreated, set{"id": gone})
	if err := s.Forget(s.t.Context(), gone); err != nil {
		s.t.Fatal(err)
	}
	s.Says(of("RequestID"), desk.PortalWaiting, portal.PriorityNormal, "Bonjour.", "<p>Bonjour.</p>")
	s.tell(claire, "putMessage", "withFile", ok, nil)
	s.tell(claire, "createUpload", "message", http.StatusCreated, nil)
	s.tell(claire, "patchUpload", "message", http.StatusNoContent, nil)
	s.tell(claire, "getRequest", "inProgress", ok, nil)
	s.tell(claire, "listMessages", "", ok, nil)
	s.tell(claire, "getChanges", "feed", ok, set{"cursor": read[portal.Changes](first).Cursor})
	s.tell(claire, "putMessage", "text", ok, set{"message": newID(s.t)})
}

// acts are done with it, and with another one that can be closed.
func (s *story) acts() {
	s.tell(claire, "putAct", "withdraw", ok, nil)
	other := newID(s.t)
	s.tell(sophie, "putRequest", "withoutFiles", http.StatusCreated, set{"id": other})
	s.Says(other, desk.PortalResolved, "", "", "")
	for _, act := range []string{"watch", "unwatch", "watchers", "reopen", "close"} {
		s.tell(claire, "putAct", act, ok, set{"id": other, "act": newID(s.t)})
	}
}
