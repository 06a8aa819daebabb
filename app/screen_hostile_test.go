package app

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guichet/internal/reader/pdf/pdftest"
	"guichet/internal/reader/readertest"
)

// While files that are to harm their reader are looked at, what is typed is saved as ever,
// and each look ends with something to say.
func TestScreenHostile(t *testing.T) {
	o := alone(t)
	id, revision := o.write(t, content())
	all, pdfs := readertest.Hostile(), pdftest.Hostile()
	var paths []string
	for name, data := range map[string][]byte{
		"shared.xlsx": all["shared.xlsx"](), "deep.docx": all["deep.docx"](),
		"pages.pdf": pdfs["10000 pages"], "bomb.pdf": pdfs["a bomb in a bomb"], "picture.pdf": pdfs["a picture too large"],
	} {
		paths = append(paths, filepath.Join(t.TempDir(), name))
		put(t, paths[len(paths)-1], data)
	}
	var looks sync.WaitGroup
	for _, token := range o.looked(t, id, paths...) {
		looks.Go(func() {
			if s, err := o.guard.Screen(token); err != nil || len(s.Findings)+len(s.Unread)+len(s.Scans)+s.Pages == 0 {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
	over := make(chan struct{})
	go func() {
		looks.Wait()
		close(over)
	}()
	saves, longest := 0, time.Duration(0)
	for open := true; open; {
		begun := time.Now()
		revision = must(o.drafts.Save(id, revision, content()))(t).Revision
		longest = max(longest, time.Since(begun))
		saves++
		select {
		case <-over:
			open = false
		default:
		}
	}
	t.Logf("%d saves meanwhile, the longest took %v", saves, longest.Round(time.Millisecond))
	if saves < 20 {
		t.Errorf("only %d saves", saves)
	}
}
