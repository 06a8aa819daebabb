package paper

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// element is a part of the document as a screen reader is told of it.
type element struct {
	role   string
	scope  string // of a heading in a table: Row or Column
	parent *element
	kids   []any // *element or mark
	object int
}

// mark is a marked stretch of a page's content.
type mark struct{ page, id int }

// tags is the tree of what the document is made of. The library knows none:
// the tree is put into what it has written.
type tags struct {
	root  *element
	open  *element
	pages map[int][]*element // by page: whose the marked stretches are
}

// within makes an element of a role that PDF names, of all that set draws.
func (t *tags) within(role string, set func()) {
	t.element(&element{role: role}, set)
}

// heading makes the heading of a table's row or column.
func (t *tags) heading(scope string, set func()) {
	t.element(&element{role: "TH", scope: scope}, set)
}

func (t *tags) element(e *element, set func()) {
	if t.root == nil {
		t.root = &element{role: "Document"}
		t.open = t.root
	}
	e.parent = t.open
	t.open.kids = append(t.open.kids, e)
	t.open = e
	set()
	t.open = e.parent
}

// reopen goes on with an element that was left.
func (t *tags) reopen(e *element, set func()) {
	before := t.open
	t.open = e
	set()
	t.open = before
}

// mark counts a stretch on a page as the open element's.
func (t *tags) mark(page int) int {
	if t.pages == nil {
		t.pages = map[int][]*element{}
	}
	id := len(t.pages[page])
	t.pages[page] = append(t.pages[page], t.open)
	t.open.kids = append(t.open.kids, mark{page: page, id: id})
	return id
}

var (
	errShape   = errors.New("add tags: the document is not made as expected")
	trailerRow = regexp.MustCompile(`/(Size|Root|Info) (\d+)`)
	kidsRow    = regexp.MustCompile(`/Kids \[([^]]*)\]`)
)

// objects are the objects of a document as the library writes it: plain, each
// once, with one table of their places.
type objects struct {
	bodies     [][]byte // by number; without "N 0 obj"
	root, info int
}

func parse(pdf []byte) (objects, error) {
	var o objects
	xref, trailer := bytes.LastIndex(pdf, []byte("\nxref\n")), bytes.LastIndex(pdf, []byte("\ntrailer\n"))
	if xref < 0 || trailer < xref {
		return o, errShape
	}
	numbers := map[string]int{}
	for _, m := range trailerRow.FindAllSubmatch(pdf[trailer:], -1) {
		numbers[string(m[1])], _ = strconv.Atoi(string(m[2])) // digits: the pattern says so
	}
	rows := strings.Split(string(pdf[xref:trailer]), "\n")[3:]
	if len(rows) != numbers["Size"] || numbers["Root"] == 0 || numbers["Info"] == 0 {
		return o, errShape
	}
	offsets := make([]int, len(rows))
	for i, row := range rows[1:] {
		n, err := strconv.Atoi(strings.Fields(row)[0])
		if err != nil || n <= 0 || n > xref {
			return o, errShape
		}
		offsets[i+1] = n
	}
	ends := append(slices.Sorted(slices.Values(offsets[1:])), xref+1)
	o.bodies = make([][]byte, len(rows))
	for n := 1; n < len(rows); n++ {
		i, _ := slices.BinarySearch(ends, offsets[n])
		body, ok := bytes.CutPrefix(pdf[offsets[n]:ends[i+1]], fmt.Appendf(nil, "%d 0 obj\n", n))
		if !ok {
			return o, errShape
		}
		o.bodies[n] = body
	}
	o.root, o.info = numbers["Root"], numbers["Info"]
	return o, nil
}

// extend adds entries to an object that is a dictionary.
func (o objects) extend(n int, entries string) error {
	dict, ok := bytes.CutSuffix(bytes.TrimSpace(o.bodies[n]), []byte("endobj"))
	if ok {
		dict, ok = bytes.CutSuffix(bytes.TrimSpace(dict), []byte(">>"))
	}
	if !ok {
		return errShape
	}
	o.bodies[n] = fmt.Appendf(nil, "%s\n%s>>\nendobj\n", bytes.TrimSpace(dict), entries)
	return nil
}

// mend says what the library leaves out: in which zone the document was made,
// and by the form of their names that the fonts are parts of fonts.
func (o objects) mend(made time.Time) {
	const stamp = "D:20060102150405"
	_, offset := made.Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	zone := fmt.Sprintf("%c%02d'%02d'", sign, offset/3600, offset/60%60)
	o.bodies[o.info] = bytes.ReplaceAll(o.bodies[o.info], []byte(made.Format(stamp)), []byte(made.Format(stamp)+zone))
	bold, regular := []byte("/utf8"+family+"B\n"), []byte("/utf8"+family+"\n")
	for n, body := range o.bodies {
		if bytes.HasPrefix(body, []byte("<</Type /Font")) {
			body = bytes.ReplaceAll(body, bold, []byte("/PAPERB+AtkinsonHyperlegibleNext-Bold\n"))
			o.bodies[n] = bytes.ReplaceAll(body, regular, []byte("/PAPERA+AtkinsonHyperlegibleNext-Regular\n"))
		}
	}
}

// into returns the document with the tree in it.
func (t *tags) into(pdf []byte, made time.Time) ([]byte, error) {
	o, err := parse(pdf)
	if err != nil {
		return nil, err
	}
	o.mend(made)
	kids := kidsRow.FindSubmatch(o.bodies[1])
	if kids == nil {
		return nil, errShape
	}
	var pages []int // objects, in order
	for ref := range strings.SplitSeq(strings.TrimSpace(string(kids[1])), " 0 R") {
		if ref = strings.TrimSpace(ref); ref != "" {
			n, err := strconv.Atoi(ref)
			if err != nil || n >= len(o.bodies) {
				return nil, errShape
			}
			pages = append(pages, n)
		}
	}
	for i, n := range pages {
		if err := o.extend(n, fmt.Sprintf("/StructParents %d /Tabs /S", i)); err != nil {
			return nil, err
		}
	}
	root := len(o.bodies)
	err = o.extend(o.root, fmt.Sprintf("/Version /1.7 /MarkInfo <</Marked true>> /StructTreeRoot %d 0 R /ViewerPreferences <</DisplayDocTitle true>>", root))
	if err != nil {
		return nil, err
	}
	next := root + 1
	number(t.root, &next)
	o.bodies = append(o.bodies, slices.Repeat([][]byte{nil}, next-root)...)
	o.bodies[root] = t.treeRoot(pages)
	t.root.put(o.bodies, root, pages)
	return o.write(), nil
}

func number(e *element, next *int) {
	e.object = *next
	*next++
	for _, k := range e.kids {
		if e, ok := k.(*element); ok {
			number(e, next)
		}
	}
}

// treeRoot leads down to the elements, and from the stretches of each page
// back to theirs.
func (t *tags) treeRoot(pages []int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<</Type /StructTreeRoot /K %d 0 R /ParentTreeNextKey %d /ParentTree <</Nums [", t.root.object, len(pages))
	for i := range pages {
		fmt.Fprintf(&b, "%d [", i)
		for _, e := range t.pages[i+1] {
			fmt.Fprintf(&b, "%d 0 R ", e.object)
		}
		b.WriteString("]\n")
	}
	b.WriteString("]>>>>\nendobj\n")
	return b.Bytes()
}

// put writes an element and all below it into their objects.
func (e *element) put(bodies [][]byte, parent int, pages []int) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<</Type /StructElem /S /%s /P %d 0 R", e.role, parent)
	if e.scope != "" {
		fmt.Fprintf(&b, " /A <</O /Table /Scope /%s>>", e.scope)
	}
	b.WriteString(" /K [")
	for _, k := range e.kids {
		switch k := k.(type) {
		case *element:
			fmt.Fprintf(&b, "%d 0 R ", k.object)
			k.put(bodies, e.object, pages)
		case mark:
			fmt.Fprintf(&b, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", pages[k.page-1], k.id)
		}
	}
	b.WriteString("]>>\nendobj\n")
	bodies[e.object] = b.Bytes()
}

// write puts the objects one after the other, with the table of their places.
func (o objects) write() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	places := make([]int, len(o.bodies))
	for n := 1; n < len(o.bodies); n++ {
		places[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n", n)
		b.Write(o.bodies[n])
	}
	id := sha256.Sum256(b.Bytes())
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(o.bodies))
	for _, at := range places[1:] {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(o.bodies), o.root, o.info, id[:16], id[:16], xref)
	return b.Bytes()
}
