package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The document that each of these changes is made to.
const firstAPI = "internal/portal/released/openapi-1.0.0.yaml"

// edit replaces the first of what is old behind a place.
type edit struct{ behind, old, new string }

// changed is a document with an edit made to it.
func (e edit) changed(t *testing.T, doc string) string {
	t.Helper()
	head, tail, ok := strings.Cut(doc, e.behind)
	if !ok || !strings.Contains(tail, e.old) {
		t.Fatalf("the document has no %q behind %q", e.old, e.behind)
	}
	return head + e.behind + strings.Replace(tail, e.old, e.new, 1)
}

func TestBreaking(t *testing.T) {
	t.Chdir("..")
	released, err := os.ReadFile(filepath.FromSlash(firstAPI))
	if err != nil {
		t.Fatal(err)
	}
	program, err := oasdiffHere(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const deletion, request, put, act = "    delete:\n", "    Request:\n", "    RequestPut:\n", "    ActPut:\n"
	people := edit{"", between(t, string(released), "  /v1/people:\n", "  /v1/contracts:\n"), ""}
	for name, c := range map[string]struct {
		edit
		breaks string // the name that oasdiff has for it, "" for none
	}{
		"OKUnchanged":          {edit{"", "", ""}, ""},
		"OKWords":              {edit{"", "summary: This text", "summary: The contract"}, ""},
		"OKRoute":              {edit{"", "  /v1/people:\n", "  /v1/news:\n    get:\n      operationId: getNews\n      responses: {default: {description: News}}\n\n  /v1/people:\n"}, ""},
		"OKCode":               {edit{"            - busy\n", "", "            - asleep\n"}, ""},
		"OKStatusOfARequest":   {edit{"", "closed, withdrawn]", "closed, withdrawn, merged]"}, ""},
		"OKRole":               {edit{"", "user, support-manager]", "user, support-manager, accountant]"}, ""},
		"OKKindOfActInAllowed": {edit{request, "unwatch, watchers]", "unwatch, watchers, rate]"}, ""},
		"OKKindOfActToDo":      {edit{act, "unwatch, watchers]", "unwatch, watchers, rate]"}, ""},
		"OKFieldOfAnAnswer":    {edit{request, "        receivedAt:", "        assignee: {type: string}\n        receivedAt:"}, ""},
		"OKFieldOfACall":       {edit{put, "        category:", "        mood: {type: string}\n        category:"}, ""},
		"OKParameter":          {edit{"operationId: listRequests", "        - {name: cursor,", "        - {name: status, in: query, schema: {type: string}}\n        - {name: cursor,"}, ""},
		"OKHTTPStatus":         {edit{deletion, `        "403":`, `        "429": {$ref: "#/components/responses/Problem"}` + "\n" + `        "403":`}, ""},
		"OKHeaderOfAnAnswer":   {edit{"    Problem:\n", "        Retry-After:", "        X-Request-Id: {schema: {type: string}}\n        Retry-After:"}, ""},
		"OKWiderLimit":         {edit{"", "maxLength: 4000", "maxLength: 8000"}, ""},

		"ErrRouteRemoved":              {people, "api-path-removed-without-deprecation"},
		"ErrRouteRenamed":              {edit{"", "  /v1/people:\n", "  /v1/persons:\n"}, "api-path-removed-without-deprecation"},
		"ErrMethodRemoved":             {edit{"", between(t, string(released), deletion, "  /v1/requests/{id}/files"), "\n"}, "api-removed-without-deprecation"},
		"ErrOperationRenamed":          {edit{"", "operationId: getPeople", "operationId: listPeople"}, "api-operation-id-removed"},
		"ErrSuccessRemoved":            {edit{"operationId: putRequest", `        "201":`, `        "202":`}, "response-success-status-removed"},
		"ErrStatusRemoved":             {edit{"operationId: putRequest", `        "410": {$ref: "#/components/responses/Problem"}` + "\n", ""}, "response-non-success-status-removed"},
		"ErrRequiredAnswerRemoved":     {edit{"    Author:\n", "        support: {type: boolean, description: Written by support rather than by the practice}\n", ""}, "response-required-property-removed"},
		"ErrOptionalAnswerRemoved":     {edit{request, `        takenAt: {$ref: "#/components/schemas/Time", description: Support took it up}` + "\n", ""}, "response-optional-property-removed"},
		"ErrAnswerNoLongerRequired":    {edit{"    Author:\n", "required: [id, name, support]", "required: [id, name]"}, "response-property-became-optional"},
		"ErrAnswerOfAnotherType":       {edit{"    Contract:\n", "amount: {type: integer,", "amount: {type: string,"}, "response-property-type-changed"},
		"ErrAnswerOfAnotherForm":       {edit{"", `pattern: "^AS-[0-9]{4}-[0-9]{6,}$"`, `pattern: "^[0-9]+$"`}, "response-property-pattern-changed"},
		"ErrCodeRemoved":               {edit{"", "            - stale-cursor\n", ""}, "response-property-enum-value-removed"},
		"ErrStatusOfARequestRemoved":   {edit{"", "resolved, closed, withdrawn]", "resolved, closed]"}, "response-property-enum-value-removed"},
		"ErrHeaderRemoved":             {edit{"operationId: getCatalogue", "          headers:\n            ETag: {required: true, schema: {type: string}}\n", ""}, "required-response-header-removed"},
		"ErrHeaderNoLongerRequired":    {edit{"operationId: getCatalogue", "ETag: {required: true, schema", "ETag: {schema"}, "response-header-became-optional"},
		"ErrMediaTypeRemoved":          {edit{"operationId: getMe", "application/json:", "application/cbor:"}, "response-media-type-removed"},
		"ErrNewFieldOfACallRequired":   {edit{put, "required: [revision, practice, catalogueVersion, type, category, values, files, writtenAt, submittedAt]\n      properties:\n", "required: [mood, revision, practice, catalogueVersion, type, category, values, files, writtenAt, submittedAt]\n      properties:\n        mood: {type: string}\n"}, "new-required-request-property"},
		"ErrFieldOfACallRemoved":       {edit{act, `        reason: {type: string, maxLength: 1000, description: "Of withdraw and reopen, required there"}` + "\n", ""}, "request-property-removed"},
		"ErrFieldOfACallBecomes":       {edit{act, "required: [kind, at]", "required: [kind, at, reason]"}, "request-property-became-required"},
		"ErrFieldOfACallOfAnotherType": {edit{put, "catalogueVersion: {type: integer, minimum: 1,", "catalogueVersion: {type: string,"}, "request-property-type-changed"},
		"ErrNarrowerLimit":             {edit{"", "maxLength: 4000", "maxLength: 2000"}, "request-property-max-length-decreased"},
		"ErrNewLimit":                  {edit{"    Confirmation:\n", "wording: {type: string,", "wording: {type: string, maxLength: 8,"}, "request-property-max-length-set"},
		"ErrKindOfActRemoved":          {edit{act, "watch, unwatch, watchers]", "watch, unwatch]"}, "request-property-enum-value-removed"},
		"ErrParameterRequired":         {edit{"operationId: listRequests", "{name: practice, in: query,", "{name: practice, in: query, required: true,"}, "request-parameter-became-required"},
		"ErrNewParameterRequired":      {edit{"operationId: listRequests", "        - {name: cursor,", "        - {name: status, in: query, required: true, schema: {type: string}}\n        - {name: cursor,"}, "new-required-request-parameter"},
		"ErrParameterRemoved":          {edit{"operationId: getChanges", `        - {name: wait, in: query, description: "Seconds, at most 60", schema: {type: integer, minimum: 0, default: 0}}` + "\n", ""}, "request-parameter-removed"},
		"ErrSmallerPages":              {edit{"operationId: getChanges", "maximum: 500", "maximum: 100"}, "request-parameter-max-decreased"},
		"ErrTokenWhereThereWasNone":    {edit{"operationId: getConfig", "      security: []\n", ""}, "api-security-anonymous-access-removed"},
	} {
		t.Run(name, func(t *testing.T) { breaks(t, program, string(released), c.changed(t, string(released)), c.breaks) })
	}
	for name, notice := range map[string]string{
		"ErrRouteRemovedWithNotice": "      deprecated: true\n      x-sunset: \"2020-01-01\"\n", "ErrRouteRemovedAsADraft": "      x-stability-level: draft\n",
	} {
		t.Run(name, func(t *testing.T) {
			breaks(t, program, edit{"operationId: getPeople\n", "", notice}.changed(t, string(released)), people.changed(t, string(released)), "api-path-removed-without-deprecation")
		})
	}
}

// breaks holds what is told of two documents to the name of a change.
func breaks(t *testing.T, program, base, revision, want string) {
	t.Helper()
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "base.yaml"), filepath.Join(dir, "revision.yaml")}
	for i, body := range []string{base, revision} {
		if err := os.WriteFile(paths[i], []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := compareAPI(t.Context(), program, paths[0], paths[1])
	switch {
	case want == "" && err != nil:
		t.Errorf("it is allowed, and refused: %v", err)
	case want != "" && err == nil:
		t.Error("it breaks the API, and is let pass")
	case want != "" && !strings.Contains(err.Error(), "["+want+"]"):
		t.Errorf("refused for something else than %s: %v", want, err)
	}
}

// between is what stands from one text on, up to another one.
func between(t *testing.T, doc, from, to string) string {
	t.Helper()
	_, tail, ok := strings.Cut(doc, from)
	inner, _, found := strings.Cut(tail, to)
	if !ok || !found {
		t.Fatalf("the document has no %q before %q", from, to)
	}
	return from + inner
}

func TestVersioned(t *testing.T) {
	doc := func(version, more string) []byte {
		return []byte("openapi: 3.1.0\ninfo:\n  title: Portal\n  version: " + version + "\n  description: x\n" + more)
	}
	const history = "# History\n\n## 1.1.0 (2026-12-01)\n\n- More.\n\n## 1.0.0 (2026-11-30)\n\n- The first.\n"
	for name, c := range map[string]struct {
		current []byte
		history string
		ok      bool
	}{
		"OKReleased":      {doc("1.0.0", ""), "", true},
		"OKNewMinor":      {doc("1.1.0", "x"), history, true},
		"ErrSameVersion":  {doc("1.0.0", "x"), history, false},
		"ErrLower":        {doc("0.9.0", "x"), history, false},
		"ErrNoVersion":    {[]byte("openapi: 3.1.0\ninfo:\n  title: Portal\n"), history, false},
		"ErrOtherMajor":   {doc("2.0.0", "x"), "## 2.0.0 (2026-12-01)\n\n- Other.\n", false},
		"ErrNotInHistory": {doc("1.2.0", "x"), history, false},
		"ErrNotDated":     {doc("1.1.0", "x"), "## 1.1.0\n\n- More.\n", false},
		"ErrEmptyEntry":   {doc("1.1.0", "x"), "## 1.1.0 (2026-12-01)\n\n## 1.0.0 (2026-11-30)\n\n- The first.\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := versioned(doc("1.0.0", ""), c.current, []byte(c.history)); (err == nil) != c.ok {
				t.Error(err)
			}
		})
	}
}

func TestLastReleased(t *testing.T) {
	dir := t.TempDir()
	put := func(name, version string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("openapi: 3.1.0\ninfo:\n  version: "+version+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := lastReleased(dir); err == nil {
		t.Error("an empty folder is taken")
	}
	put("openapi-1.9.0.yaml", "1.9.0")
	put("openapi-1.10.0.yaml", "1.10.0")
	if got, err := lastReleased(dir); err != nil || filepath.Base(got) != "openapi-1.10.0.yaml" {
		t.Errorf("%s, %v", got, err)
	}
	put("openapi-1.11.0.yaml", "1.10.0")
	if _, err := lastReleased(dir); err == nil {
		t.Error("a document under another version's name is taken")
	}
}
