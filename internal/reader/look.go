package reader

import (
	"context"
	"errors"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/reader/extract"
	"guichet/internal/reader/invoice"
	"guichet/internal/reader/pdf"
	"guichet/internal/reader/picture"
)

// looker reads a file and tells what is in it, part by part, as it finds it. It takes
// what extract finds; what is in a part in a part of the file it takes as inner.
type looker struct {
	ctx   context.Context
	say   teller
	cache string
	size  int // of the file

	engine  *pdf.Engine
	failed  error // an answer that nobody takes any more
	invoice bool  // it has said what it is
	head    strings.Builder
}

// look reads a file.
func look(ctx context.Context, o order, data []byte, say teller) error {
	l := &looker{ctx: ctx, say: say, cache: o.Cache, size: len(data)}
	defer l.end()
	file := &inner{looker: l}
	file.name(o.Name)
	extract.Read(ctx, o.Name, data, file)
	if found, ok := invoice.Guess(l.head.String(), o.Name); ok && !l.invoice {
		l.tell(sayInvoice, found)
	}
	return l.failed
}

func (l *looker) end() {
	if l.engine != nil {
		_ = l.engine.Close() // the process ends next
	}
}

func (l *looker) tell(kind byte, what any) {
	switch w := what.(type) {
	case desk.Finding:
		w.Place.Member = masked(w.Place.Member)
		what = w
	case desk.Unread:
		w.Place.Member = masked(w.Place.Member)
		what = w
	}
	if l.failed == nil {
		l.failed = l.say.say(kind, what)
	}
}

// masked is the path of a part without the numbers in it: it is shown and kept.
func masked(path string) string {
	out := []byte(path)
	for _, f := range privacy.Scan(path) {
		hide(out, f.Start, f.End-len(f.Tail))
	}
	return string(out)
}

func (l *looker) unread(reason string, place desk.Place) {
	l.tell(sayUnread, desk.Unread{Reason: reason, Place: place})
}

// headSize is how much of a text an invoice is guessed from: what it says of itself
// stands on its first page.
const headSize = 20 << 10

// maxInner is how deep a file may lie in PDF files.
const maxInner = 3

// inner is a part of the file: its path, and how many PDF files it lies in.
type inner struct {
	*looker
	path string
	deep int
}

func (i *inner) at(place desk.Place) desk.Place {
	switch {
	case i.path == "":
	case place.Member == "":
		place.Member = i.path
	default:
		place.Member = i.path + "/" + place.Member
	}
	return place
}

// whole tells whether a place is the file itself and not a part of it.
func (i *inner) whole(place desk.Place) bool { return i.at(place).Member == "" }

// scan looks through a text of this part.
func (i *inner) scan(p extract.Piece) {
	for _, f := range privacy.Scan(p.Text) { // what stands in two pieces is told twice, and kept once
		i.tell(sayFinding, desk.Finding{Kind: string(f.Kind), Tail: f.Tail, Place: i.at(p.At(f.Start))})
	}
}

// name looks through what this part is called.
func (i *inner) name(name string) {
	for _, f := range privacy.ScanName(name) {
		i.tell(sayFinding, desk.Finding{Kind: string(f.Kind), Tail: f.Tail, Place: i.at(desk.Place{Part: desk.PartName})})
	}
}

// Text implements extract.Sink.
func (i *inner) Text(p extract.Piece) {
	if room := headSize - i.head.Len(); room > 0 && i.deep == 0 && p.Place.Part == "" {
		i.head.WriteString(p.Text[p.Again:][:min(room, len(p.Text)-p.Again)])
	}
	i.scan(p)
}

// Format implements extract.Sink.
func (i *inner) Format(place desk.Place, f privacy.Format) {
	i.tell(sayFinding, desk.Finding{Kind: desk.FindingFormat, Tail: string(f), Place: i.at(place)})
}

// Unread implements extract.Sink.
func (i *inner) Unread(u desk.Unread) { i.unread(u.Reason, i.at(u.Place)) }

// XML implements extract.Sink.
func (i *inner) XML(place desk.Place, data []byte) {
	if !i.whole(place) {
		return
	}
	if found, err := invoice.Parse(data); err == nil {
		i.foundInvoice(found)
	}
}

func (i *inner) foundInvoice(found desk.Invoice) {
	if !i.invoice {
		i.invoice = true
		i.tell(sayInvoice, found)
	}
}

// Picture implements extract.Sink.
func (i *inner) Picture(place desk.Place, _ string, data []byte) {
	whole := len(data) == i.size
	info, err := picture.Look(data)
	if err != nil || info.Unread {
		i.unread(desk.UnreadDamaged, i.at(place))
	}
	for kind, there := range map[string]bool{
		desk.FindingLocation: info.Location, desk.FindingDevice: info.Device, desk.FindingHidden: info.Hidden,
	} {
		if there {
			i.tell(sayFinding, desk.Finding{Kind: kind, Place: i.at(place)})
		}
	}
	said := place
	said.Part = desk.PartInfo
	for _, text := range info.Texts {
		i.scan(extract.Piece{Place: said, Text: text})
	}
	switch {
	case errors.Is(err, picture.ErrFormat):
	case whole && drawable(info):
		i.tell(sayScan, 1)
	case whole || mayHoldText(info):
		i.unread(desk.UnreadScan, i.at(place))
	}
}

// drawable tells whether the window can be shown such a picture.
func drawable(info picture.Info) bool {
	return info.Pages == 1 && (info.Format == picture.JPEG || info.Format == picture.PNG || info.Format == picture.WebP || info.Format == picture.GIF)
}

// mayHoldText tells pictures that somebody may have written something in from logos
// and lines.
func mayHoldText(info picture.Info) bool { return info.Width >= 400 && info.Height >= 200 }

// PDF implements extract.Sink.
func (i *inner) PDF(place desk.Place, data []byte) {
	whole := i.whole(place)
	part := &inner{looker: i.looker, path: i.at(place).Member, deep: i.deep + 1}
	if part.deep > maxInner {
		part.unread(desk.UnreadDepth, part.at(desk.Place{}))
		return
	}
	doc, err := i.open(data)
	if err != nil {
		part.unread(reasonOf(err), part.at(desk.Place{}))
		return
	}
	part.pages(doc, data, whole)
	part.carried(doc, whole)
	doc.Close()
}

// open opens a PDF file. What understands them starts with the first one.
func (l *looker) open(data []byte) (*pdf.Doc, error) {
	if l.engine == nil {
		engine, err := pdf.Start(l.ctx, l.cache)
		if err != nil {
			return nil, err
		}
		l.engine = engine
	}
	return l.engine.Open(data)
}

func reasonOf(err error) string {
	switch {
	case errors.Is(err, pdf.ErrEncrypted):
		return desk.UnreadEncrypted
	case errors.Is(err, pdf.ErrDamaged):
		return desk.UnreadDamaged
	case errors.Is(err, pdf.ErrMemory):
		return desk.UnreadMemory
	}
	return desk.UnreadFailed
}

// pages reads the pages of a PDF file; what is pinned to one is read as well.
func (i *inner) pages(doc *pdf.Doc, data []byte, whole bool) {
	total, read := doc.Pages(), i.ahead(doc, data)
	defer read.stop()
	for n := 1; n <= total && i.failed == nil; n++ {
		place := desk.Place{Page: n}
		now := progress{Done: n - 1, Total: total, At: i.at(place)}
		if whole {
			now.Pages = total
		}
		i.tell(sayProgress, now)
		page, err := read.page(n)
		if err != nil {
			i.unread(reasonOf(err), i.at(place))
		}
		if i.deep == 1 && i.head.Len() < headSize && whole {
			i.head.WriteString(page.Text[:min(len(page.Text), headSize-i.head.Len())])
		}
		lined := place
		lined.Line = 1
		i.scan(extract.Piece{Place: lined, Text: page.Text})
		i.scan(extract.Piece{Place: place, Text: page.Notes})
		switch {
		case page.Scanned && whole:
			i.tell(sayScan, n)
		case page.Scanned:
			i.unread(desk.UnreadScan, i.at(place))
		}
		i.files(page.Files)
	}
}

// carried reads what a PDF file says beside its pages, and what it carries.
func (i *inner) carried(doc *pdf.Doc, whole bool) {
	info, err := doc.Info()
	if err != nil {
		i.unread(reasonOf(err), i.at(desk.Place{Part: desk.PartInfo}))
	}
	i.scan(extract.Piece{Place: desk.Place{Part: desk.PartInfo}, Text: info})
	files, err := doc.Files()
	if err != nil {
		i.unread(reasonOf(err), i.at(desk.Place{}))
	}
	if whole {
		carried := make([]invoice.File, 0, len(files))
		for _, f := range files {
			carried = append(carried, invoice.File{Name: f.Name, Data: f.Data})
		}
		if found, err := invoice.FromFiles(carried); err == nil {
			i.foundInvoice(found)
		}
	}
	i.files(files)
}

// files reads files that a PDF file carries.
func (i *inner) files(files []pdf.Attachment) {
	for _, f := range files {
		part := &inner{looker: i.looker, path: i.at(desk.Place{Member: f.Name}).Member, deep: i.deep}
		if f.Err != nil {
			part.unread(reasonOf(f.Err), part.at(desk.Place{}))
			continue
		}
		part.name(f.Name)
		extract.Read(i.ctx, f.Name, f.Data, part)
	}
}
