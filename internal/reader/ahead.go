package reader

import (
	"context"
	"runtime"

	"guichet/internal/reader/pdf"
)

const (
	// many is from how many pages on a second pdfium helps: it takes a while to start.
	many = 100
	// helping is how much memory that one may have, in bytes. A page that wants more is
	// read by the first one.
	helping = 48 << 20
)

// ahead reads the pages of a PDF file in their order. Of a long one, every other page is
// read by a second pdfium meanwhile, since one cannot use more than one processor.
type ahead struct {
	doc   *pdf.Doc
	even  chan pageRead // pages 2, 4, 6 …; closed when no more are to come
	leave context.CancelFunc
}

type pageRead struct {
	page pdf.Page
	err  error
}

func (l *looker) ahead(doc *pdf.Doc, data []byte) *ahead {
	a := &ahead{doc: doc, leave: func() {}}
	if doc.Pages() < many || runtime.NumCPU() < 2 {
		return a
	}
	ctx, leave := context.WithCancel(l.ctx)
	a.leave, a.even = leave, make(chan pageRead, 4)
	go l.help(ctx, data, a.even)
	return a
}

// help reads every second page. Whatever goes wrong with it, the first pdfium can do.
func (l *looker) help(ctx context.Context, data []byte, to chan<- pageRead) {
	defer close(to)
	engine, err := pdf.StartWithin(ctx, l.cache, helping)
	if err != nil {
		return
	}
	defer engine.Close()
	doc, err := engine.Open(data)
	if err != nil {
		return
	}
	defer doc.Close()
	for n := 2; n <= doc.Pages(); n += 2 {
		var r pageRead
		r.page, r.err = doc.Page(n)
		select {
		case to <- r:
		case <-ctx.Done():
			return
		}
	}
}

// page reads a page. They are asked for in their order, the first is 1.
func (a *ahead) page(n int) (pdf.Page, error) {
	if a.even != nil && n%2 == 0 {
		if r, ok := <-a.even; ok && r.err == nil {
			return r.page, nil
		}
	}
	return a.doc.Page(n)
}

// stop has nothing more be read.
func (a *ahead) stop() {
	a.leave()
	if a.even == nil {
		return
	}
	for range a.even { // until the second pdfium is gone
	}
}
