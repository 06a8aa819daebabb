package desk_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/desk"
)

func TestErrorIs(t *testing.T) {
	all := []*desk.Error{
		desk.ErrNotFound, desk.ErrConflict, desk.ErrInvalid, desk.ErrDiskFull, desk.ErrReadOnly, desk.ErrDamaged, desk.ErrTooNew,
		desk.ErrInUse, desk.ErrSignIn, desk.ErrOffline, desk.ErrForbidden, desk.ErrNotNow, desk.ErrDraftSize, desk.ErrInternal,
	}
	for i, e := range all {
		wrapped := fmt.Errorf("save draft: %w", e.With(fs.ErrPermission))
		for j, other := range all {
			if errors.Is(wrapped, other) != (i == j) {
				t.Errorf("%s is %s: %t", e.Code, other.Code, i != j)
			}
		}
		if e.Err != nil {
			t.Errorf("With wrote into the shared %s", e.Code)
		}
	}
	if errors.Is(errors.New("not-found"), desk.ErrNotFound) || errors.Is(desk.ErrNotFound, fs.ErrNotExist) {
		t.Error("an error of another sort counts as ours")
	}
}

// With adds the cause and keeps what the window needs.
func TestErrorWith(t *testing.T) {
	e := &desk.Error{Code: desk.ErrConflict.Code, Revision: 7, Problems: []desk.Problem{{Field: "a", Code: "b"}}}
	got := e.With(fs.ErrPermission)
	if got.Code != "conflict" || got.Revision != 7 || len(got.Problems) != 1 {
		t.Errorf("got %+v", got)
	}
	if !errors.Is(got, fs.ErrPermission) || !errors.Is(got, desk.ErrConflict) {
		t.Error("cause or code is lost")
	}
	if got.Error() != "conflict: permission denied" || e.Error() != "conflict" {
		t.Errorf("prints %q and %q", got, e)
	}
}

func TestInvalid(t *testing.T) {
	err := fmt.Errorf("submit: %w", desk.Invalid(desk.Problem{Field: "subject", Code: desk.CodeRequired}, desk.Problem{Field: "files", Code: desk.CodeTooBig}))
	var e *desk.Error
	if !errors.Is(err, desk.ErrInvalid) || !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}
	wantProblems(t, e.Problems, "subject required", "files too-big")
	if len(desk.ErrInvalid.Problems) != 0 {
		t.Error("Invalid wrote into the shared error")
	}
}

// The lists hold every code of the source: what is not on a list is held to no
// sentence in the window.
func TestCodeLists(t *testing.T) {
	declared := declaredStrings(t, "problem.go", "send.go")
	lists := map[string][]string{"Code": desk.ProblemCodes(), "Reason": desk.ReasonCodes(), "Err": desk.ErrorCodes()}
	for prefix, list := range lists {
		want := declared[prefix]
		slices.Sort(want)
		slices.Sort(list)
		if len(want) < 10 || !slices.Equal(list, want) || len(slices.Compact(list)) != len(want) {
			t.Errorf("%s: listed %q, declared %q", prefix, list, want)
		}
	}
}

// declaredStrings reads the texts of constants Code... and Reason..., and the
// codes of variables Err..., from the source.
func declaredStrings(tb testing.TB, files ...string) map[string][]string {
	tb.Helper()
	found := map[string][]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			tb.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			for _, prefix := range []string{"Code", "Reason", "Err"} {
				if strings.HasPrefix(spec.Names[0].Name, prefix) {
					found[prefix] = append(found[prefix], firstString(spec.Values[0]))
				}
			}
			return true
		})
	}
	return found
}

func firstString(e ast.Expr) (s string) {
	ast.Inspect(e, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && s == "" {
			s, _ = strconv.Unquote(lit.Value)
		}
		return true
	})
	return s
}
