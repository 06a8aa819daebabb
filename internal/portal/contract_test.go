package portal_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"github.com/getkin/kin-openapi/openapi3"
)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(portal.OpenAPI)
	if err != nil {
		t.Fatalf("load openapi.yaml: %v", err)
	}
	return doc
}

func TestOpenAPI(t *testing.T) {
	doc := load(t)
	t.Run("Valid", func(t *testing.T) {
		if err := doc.Validate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if doc.OpenAPI != "3.1.0" {
			t.Fatalf("openapi %s, want 3.1.0", doc.OpenAPI)
		}
	})
	t.Run("Routes", func(t *testing.T) {
		for _, route := range []string{
			portal.RouteConfig, portal.RouteMe, portal.RouteCatalogue, portal.RouteRequests, portal.RouteUploads, portal.RouteChanges, portal.RoutePeople, portal.RouteContracts, portal.RouteOpenAPI,
		} {
			if doc.Paths.Value(route) == nil {
				t.Errorf("openapi.yaml has no %s", route)
			}
		}
	})
	t.Run("Codes", func(t *testing.T) {
		var want []string
		for _, code := range doc.Components.Schemas["Problem"].Value.Properties["code"].Value.Enum {
			want = append(want, code.(string))
		}
		slices.Sort(want)
		if got := portal.Codes(); !slices.Equal(got, want) {
			t.Errorf("codes of problem.go %v, of openapi.yaml %v", got, want)
		}
	})
}

// wireTypes are the Go types by the names of their schemas.
func wireTypes() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, v := range []any{
		portal.Problem{}, portal.FieldProblem{}, portal.Text{}, portal.Config{}, portal.OIDC{}, portal.Me{}, portal.Practice{}, portal.RequestPut{}, portal.File{},
		portal.Confirmation{}, portal.Request{}, portal.Author{}, portal.RequestPage{}, portal.MessagePut{}, portal.Message{},
		portal.MessageList{}, portal.Changes{}, portal.Change{}, portal.Withdrawal{},
		portal.Watcher{}, portal.ActPut{}, portal.Act{}, portal.People{}, portal.Contract{}, portal.Topic{}, portal.Contracts{},
	} {
		types[reflect.TypeOf(v).Name()] = reflect.TypeOf(v)
	}
	return types
}

// rulebook are the types of the catalogue, which are desk's and travel as they
// are written.
var rulebook = map[string]reflect.Type{
	"Catalogue": reflect.TypeFor[desk.Catalogue](), "CatalogueType": reflect.TypeFor[desk.Type](), "CatalogueCategory": reflect.TypeFor[desk.Category](),
	"CatalogueField": reflect.TypeFor[desk.Field](), "CatalogueOption": reflect.TypeFor[desk.Option](), "CatalogueWhen": reflect.TypeFor[desk.When](),
	"FileRules": reflect.TypeFor[desk.FileRules](), "FileType": reflect.TypeFor[desk.FileType](),
}

// TestWireTypes holds the Go types to the schemas of the same name: the same
// fields of the same kinds, and what is required is never left out.
func TestWireTypes(t *testing.T) {
	doc := load(t)
	types := wireTypes()
	for name, typ := range types {
		t.Run(name, func(t *testing.T) {
			ref := doc.Components.Schemas[name]
			if ref == nil {
				t.Fatalf("openapi.yaml has no schema %s", name)
			}
			compare(t, typ, ref.Value)
			required(t, typ, ref.Value)
		})
	}
	for name, typ := range rulebook {
		t.Run(name, func(t *testing.T) { compare(t, typ, doc.Components.Schemas[name].Value) })
	}
	t.Run("NoSchemaWithoutType", func(t *testing.T) {
		for name, ref := range doc.Components.Schemas {
			if ref.Value.Type.Is("object") && types[name] == nil && rulebook[name] == nil && name != "Values" { // which is a map
				t.Errorf("schema %s has no type in wire.go", name)
			}
		}
	})
}

func compare(t *testing.T, typ reflect.Type, schema *openapi3.Schema) {
	fields := map[string]bool{}
	for f := range fieldsOf(typ) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = true
		prop := schema.Properties[name]
		if prop == nil {
			t.Errorf("field %s is not in the schema", name)
			continue
		}
		if got, want := kindOf(f.Type), prop.Value; want.Type != nil && !want.Type.Is(got) {
			t.Errorf("field %s is a %s, in the schema %v", name, got, *want.Type)
		}
	}
	for name := range maps.Keys(schema.Properties) {
		if !fields[name] {
			t.Errorf("property %s has no field", name)
		}
	}
}

func required(t *testing.T, typ reflect.Type, schema *openapi3.Schema) {
	for f := range fieldsOf(typ) {
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		required := slices.Contains(schema.Required, name)
		if omitted := option == "omitempty"; omitted && required {
			t.Errorf("field %s is required by the schema and may be left out", name)
		} else if !omitted && !required && name != "received" { // which answers alone have
			t.Errorf("field %s is always there, and not required by the schema", name)
		}
	}
}

func fieldsOf(typ reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range typ.NumField() {
			if !yield(typ.Field(i)) {
				return
			}
		}
	}
}

func kindOf(typ reflect.Type) string {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch typ.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64:
		return "integer"
	case reflect.Slice:
		return "array"
	default:
		if typ == reflect.TypeFor[time.Time]() {
			return "string"
		}
		return "object"
	}
}

func TestStatus(t *testing.T) {
	// The desk goes by the code: two of them may stand for one status.
	shared := [][]string{{portal.CodeMismatch, portal.CodeNotNow}, {portal.CodeGone, portal.CodeStaleCursor}}
	seen := map[int]string{}
	for _, code := range portal.Codes() {
		status := portal.Status(code)
		if status < 400 || status > 599 {
			t.Errorf("%s is %d, which is no error", code, status)
		}
		if other, twice := seen[status]; twice && !slices.ContainsFunc(shared, func(s []string) bool { return slices.Equal(s, []string{other, code}) }) {
			t.Errorf("%d means %s and %s", status, code, other)
		}
		seen[status] = code
	}
	if portal.Status("never-heard-of") != 500 {
		t.Error("an unknown code is not a 500")
	}
}
