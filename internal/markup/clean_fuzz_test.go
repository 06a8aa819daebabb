package markup_test

import (
	"testing"

	"guichet/internal/markup"
)

// FuzzClean looks for a message of which more than the list comes through, which
// changes when it is cleaned again, or which outgrows its bounds.
func FuzzClean(f *testing.F) {
	for _, src := range hostile(f) {
		if len(src) < 4<<10 {
			f.Add(src)
		}
	}
	for _, c := range cleaned {
		f.Add(c.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if err := holds(src); err != nil {
			t.Error(err)
		}
		for _, b := range markup.Blocks(src) {
			if len(b.Cells) == 0 || b.Kind == "" {
				t.Errorf("an empty block: %+v", b)
			}
			for _, c := range b.Cells {
				if err := checkText(c); err != nil {
					t.Error(err)
				}
			}
		}
	})
}
