package desk

import (
	"slices"
	"testing"
)

func TestBareNumber(t *testing.T) {
	for typed, want := range map[string]string{
		"FA-2026-0012": "FA20260012", " fa 2026/0012\u00a0": "FA20260012", "FA\u20112026\u20110012": "FA20260012", "É-100": "É100",
		"12": "", "": "", "facture": "", "---": "",
	} {
		if got := BareNumber(typed); got != want {
			t.Errorf("%q becomes %q, want %q", typed, got, want)
		}
	}
}

func TestBareNumbers(t *testing.T) {
	got := BareNumbers(Values{"order": "CO-1", "invoice": "FA-2026-1", "contract": "fa 2026 1", "reference": "REF-1000"})
	if !slices.Equal(got, []string{"FA20261", "CO1"}) {
		t.Errorf("%q", got)
	}
}
