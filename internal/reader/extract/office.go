package extract

import (
	"io"
	"path"
	"slices"
	"strings"

	"guichet/internal/desk"
)

// office is a document that is an archive of parts.
type office struct {
	r       *reader
	place   desk.Place
	entries []entry
	depth   int
	read    map[string]bool // parts that have been
}

// dull are parts that hold nothing that somebody wrote, by the end of their names.
var dull = []string{"[Content_Types].xml", "/theme1.xml", "/theme2.xml", "/styles.xml", "/fontTable.xml", "/webSettings.xml", "/calcChain.xml",
	"/stylesWithEffects.xml", "/tableStyles.xml", "/presProps.xml", "/viewProps.xml", "docProps/thumbnail.jpeg", "docProps/thumbnail.wmf", "docProps/thumbnail.emf",
	".odttf", ".fntdata", "Thumbnails/thumbnail.png", "META-INF/manifest.xml", "mimetype", "manifest.rdf"}

// part reads one part by its name, once. False is that there is none.
func (o *office) part(name string, do func(io.Reader) error) bool {
	i := slices.IndexFunc(o.entries, func(e entry) bool { return e.name == name })
	if i < 0 || o.read[name] {
		return false
	}
	o.each(o.entries[i], do)
	return true
}

func (o *office) each(e entry, do func(io.Reader) error) {
	if o.read == nil {
		o.read = map[string]bool{}
	}
	o.read[e.name] = true
	in, err := o.r.open(e)
	if err == nil {
		err = do(in)
	}
	o.r.unread(o.place, err)
}

// file reads a part as a file of its own: a picture, an embedded document.
func (o *office) file(e entry) {
	o.each(e, func(in io.Reader) error {
		data, err := o.r.hold(in, e.expected(), o.depth)
		at := o.place
		if !strings.Contains(path.Dir(e.name), "media") && !strings.HasPrefix(e.name, "Pictures/") {
			at = within(o.place, tidy(path.Base(e.name)))
		}
		o.r.file(at, path.Base(e.name), data, o.depth+1)
		return err
	})
}

// ooxml reads a document of Word, Excel or PowerPoint. Every part is read, whatever
// its name says: what a program does not show may have stayed in it.
func (o *office) ooxml() {
	if o.depth > deepest {
		o.r.unread(o.place, errDepth)
		return
	}
	o.workbook()
	o.slides()
	for _, e := range o.entries {
		name := e.name
		ends := func(end string) bool { return strings.HasSuffix("/"+name, end) }
		switch {
		case o.read[name] || ends("/") || slices.ContainsFunc(dull, ends) || strings.Contains(name, "printerSettings") || o.r.ctx.Err() != nil:
		case strings.HasPrefix(name, "word/") && ends(".xml") && !ends("/settings.xml"): // which holds variables
			o.each(e, func(in io.Reader) error { return o.word(in, o.place, ends("/document.xml")) })
		case strings.HasPrefix(name, "ppt/") && ends(".xml"), strings.HasPrefix(name, "xl/drawings/") && ends(".xml"):
			o.each(e, func(in io.Reader) error { return o.word(in, o.place, false) })
		case ends(".xml"), ends(".rels"), ends(".vml"):
			o.each(e, func(in io.Reader) error { return o.r.parts(o.r.pieces(o.place), o.place, in) })
		default:
			o.file(e)
		}
	}
}

// wordText are the elements whose text is shown: text, what was deleted while
// changes are tracked, what fields are made of, and that of drawings and formulas.
func wordText(name []byte) bool {
	switch string(name) {
	case "t", "delText", "instrText", "delInstrText", "text", "v":
		return true
	}
	return false
}

// word reads a part in which text stands in runs and paragraphs, of Word or of a
// drawing. Pages are those that Word noted at the last time: none before the first.
func (o *office) word(in io.Reader, place desk.Place, paged bool) error {
	f, beside := &flow{pieces: o.r.pieces(place)}, aside{o.r.pieces(place)}
	s := newXMLScanner(in)
	shown, fallback, page := false, 0, 1
	for s.next() {
		switch {
		case s.event == eventText:
			if shown && fallback == 0 {
				f.write(string(s.text))
			}
		case string(s.name) == "Fallback": // the same again, for older programs
			fallback += map[event]int{eventOpen: 1, eventClose: -1}[s.event]
		case s.event == eventOpen:
			shown = wordText(s.name)
			if paged && string(s.name) == "lastRenderedPageBreak" {
				page++
				f.stands(desk.Place{Member: place.Member, Page: page}, false)
			}
			f.opened(s.name)
			s.each(func(name, value []byte) {
				switch string(name) {
				case "descr", "title", "displayText", "value", "val", "instr", "tooltip", "alt", "string", "author", "name":
					if len(value) >= shortestAttr {
						beside.note("", string(value))
					}
				}
			})
		default:
			shown = false
			f.closed(s.name)
		}
	}
	f.flush()
	beside.flush()
	return s.err
}

// opened takes an element that stands for a character.
func (f *flow) opened(name []byte) {
	switch string(name) {
	case "tab", "ptab":
		f.write("\t")
	case "br", "cr":
		f.write("\n")
	case "noBreakHyphen":
		f.write("-")
	}
}

// closed takes the end of a paragraph, a cell or a row.
func (f *flow) closed(name []byte) {
	switch string(name) {
	case "p":
		f.paragraph()
	case "tc":
		f.ends("\t")
	case "tr", "txbxContent", "comment", "footnote", "endnote", "v":
		f.ends("\n")
	}
}

// ordered lists what a part lists by relation: the sheets of a workbook, the slides
// of a presentation, with the names of their parts.
func (o *office) ordered(part, element string) (names, parts []string) {
	var relations []string
	if !o.part(part, func(in io.Reader) error {
		s := newXMLScanner(in)
		for s.next() {
			if s.event == eventOpen && string(s.name) == element && len(names) < mostMembers {
				names = append(names, s.attr("name"))
				relation := ""
				s.each(func(name, value []byte) { // of two that are called id it is the later one
					if string(name) == "id" {
						relation = string(value)
					}
				})
				relations = append(relations, relation)
			}
		}
		return s.err
	}) {
		return nil, nil
	}
	delete(o.read, part) // its text is read too
	targets := map[string]string{}
	rels := path.Dir(part) + "/_rels/" + path.Base(part) + ".rels"
	o.part(rels, func(in io.Reader) error {
		s := newXMLScanner(in)
		for s.next() {
			if s.event == eventOpen && len(targets) < mostMembers {
				targets[s.attr("Id")] = s.attr("Target")
			}
		}
		return s.err
	})
	for _, relation := range relations {
		target := targets[relation]
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join(path.Dir(part), target)
		}
		parts = append(parts, target)
	}
	return names, parts
}

// slides reads those of a presentation in their order.
func (o *office) slides() {
	_, parts := o.ordered("ppt/presentation.xml", "sldId")
	for i, part := range parts {
		place := desk.Place{Member: o.place.Member, Page: i + 1}
		o.part(part, func(in io.Reader) error { return o.word(in, place, false) })
	}
}

// odf reads a document of LibreOffice.
func (o *office) odf() {
	if o.depth > deepest {
		o.r.unread(o.place, errDepth)
		return
	}
	if o.encrypted() {
		o.r.unread(o.place, errEncrypted)
		return
	}
	for _, e := range o.entries {
		name := e.name
		ends := func(end string) bool { return strings.HasSuffix("/"+name, end) }
		switch {
		case ends("/") || ends("/settings.xml") || strings.HasPrefix(name, "Configurations2/") || o.r.ctx.Err() != nil:
		case ends("/content.xml"), ends("/styles.xml"):
			o.each(e, func(in io.Reader) error { return o.r.odfText(o.place, in) })
		case slices.ContainsFunc(dull, ends):
		case ends(".xml"), ends(".rdf"):
			o.each(e, func(in io.Reader) error { return o.r.parts(o.r.pieces(o.place), o.place, in) })
		default:
			o.file(e)
		}
	}
}

// encrypted tells whether the manifest says how to decrypt the parts.
func (o *office) encrypted() (yes bool) {
	o.part("META-INF/manifest.xml", func(in io.Reader) error {
		s := newXMLScanner(in)
		for s.next() && !yes {
			yes = s.event == eventOpen && string(s.name) == "encryption-data"
		}
		return s.err
	})
	return yes
}
