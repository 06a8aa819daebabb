package paper

import "fmt"

const (
	inset  = 14.0 // of a message, beside its edge
	indent = 16.0 // of each level of a list
	deep   = 5    // levels that are shown
)

// files lists attachments, each with its size and hash.
func (l letter) files() {
	if len(l.sheet.Files) == 0 {
		return
	}
	l.heading(counted(l.words.files, len(l.sheet.Files)), together*styleBody.lead+2*styleTiny.lead)
	l.list(l.sheet.Files, left)
}

func counted(s string, n int) string { return fmt.Sprintf("%s (%d)", s, n) }

func (l letter) list(files []File, x float64) {
	p := l.press
	p.tags.within("L", func() {
		for _, f := range files {
			p.tags.within("LI", func() {
				p.tags.within("LBody", func() { l.file(f, x) })
			})
		}
	})
}

func (l letter) file(f File, x float64) {
	const sizes = 76.0
	p := l.press
	names := p.wrap(styleBody, f.Name, right-x-sizes)
	bytes := p.wrap(styleLabel, l.words.size(f.Size), sizes)
	var sum []line
	if f.SHA256 != "" {
		sum = p.wrap(styleTiny, l.words.sum+f.SHA256, right-x)
	}
	p.room(float64(min(len(names), together))*styleBody.lead + float64(len(sum))*styleTiny.lead)
	names[len(names)-1].spaced = true
	y := p.y
	page := p.pdf.PageNo()
	p.text(styleBody, x, names)
	if p.pdf.PageNo() != page {
		y = p.y - styleBody.lead
	}
	end := p.y
	bytes[0].spaced = true
	p.line(styleLabel, right-p.regular.span(bytes[0])*styleLabel.size, y, bytes[0])
	p.y = end
	p.text(styleTiny, x, sum)
	p.y += 5
}

// talk is the conversation, oldest message first as it was given.
func (l letter) talk() {
	if len(l.sheet.Messages) == 0 {
		if l.sheet.Receipt != nil {
			l.heading(l.words.talk, styleBody.lead)
			p := l.press
			p.tags.within("P", func() { p.text(styleLabel, left, p.wrap(styleLabel, l.words.noTalk, measure)) })
		}
		return
	}
	l.heading(counted(l.words.talk, len(l.sheet.Messages)), l.opening(l.sheet.Messages[0]))
	for _, m := range l.sheet.Messages {
		l.message(m)
	}
}

// message has a line at its left: full for the support's, dashed for what
// has not been sent.
func (l letter) message(m Message) {
	p := l.press
	when := l.words.pending
	if !m.Pending {
		when = ""
		if !m.At.IsZero() {
			when = l.words.moment(m.At.In(l.sheet.Zone))
		}
	}
	names := p.wrap(styleStrong, l.who(m), measure-inset)
	p.room(l.opening(m))
	set := func() {
		p.tags.within("H3", func() {
			p.text(styleStrong, left+inset, names)
			l.when(when, m.Pending)
		})
		l.blocks(m.Blocks)
		if len(m.Files) > 0 {
			p.y += 2
			l.list(m.Files, left+inset)
		}
	}
	if m.Support || m.Pending {
		p.beside(m.Pending, set)
	} else {
		set()
	}
	p.y += 13
}

// who wrote a message, and on which side.
func (l letter) who(m Message) string {
	side := l.words.ours
	if m.Support {
		side = l.words.support
	}
	if m.Author == "" || m.Author == side {
		return side
	}
	return m.Author + " · " + side
}

// opening is how much of a message stays together: who wrote it, when, and
// the beginning of what they wrote.
func (l letter) opening(m Message) float64 {
	names := l.press.wrap(styleStrong, l.who(m), measure-inset)
	lines := len(names) + 1
	if len(m.Blocks) > 0 {
		switch first := m.Blocks[0]; kin(first.Kind) {
		case Row:
			lines += 2 * together
		default:
			lines += min(len(l.press.wrap(styleBody, first.Text, measure-inset-indent)), together)
		}
	}
	return float64(lines)*styleBody.lead + 10
}

// when stands below who wrote; that something is pending, in a frame.
func (l letter) when(s string, pending bool) {
	if s == "" {
		return
	}
	p := l.press
	lines := p.wrap(styleSmall, s, measure-inset)
	x := left + inset
	if pending {
		p.y += 2
		st := styleSmall
		st.color = ink
		p.artifact(func() {
			p.stroke(ink, 0.8)
			p.pdf.Rect(x, p.y, p.regular.span(lines[0])*st.size+12, st.lead+3, "D")
		})
		p.y += 1.5
		p.text(st, x+6, lines)
		p.y += 1.5
	} else {
		p.text(styleSmall, x, lines)
	}
	p.y += 3
}

// blocks is what a message says.
func (l letter) blocks(blocks []Block) {
	p := l.press
	const x = left + inset
	for i := 0; i < len(blocks); {
		n := i + 1
		for n < len(blocks) && kin(blocks[i].Kind) == kin(blocks[n].Kind) && kin(blocks[i].Kind) != 0 {
			n++
		}
		switch b := blocks[i]; b.Kind {
		case Item:
			p.tags.within("L", func() {
				for _, item := range blocks[i:n] {
					l.item(item, x)
				}
			})
		case Row, HeadRow:
			l.table(blocks[i:n], x)
		case Heading:
			lines := p.wrap(styleStrong, b.Text, right-x)
			p.room(float64(len(lines)+2) * styleStrong.lead)
			p.tags.within("H4", func() { p.text(styleStrong, x, lines) })
		case Quote:
			p.tags.within("BlockQuote", func() {
				p.tags.within("P", func() { p.text(styleLabel, x+indent, p.wrap(styleLabel, b.Text, right-x-2*indent)) })
			})
		default:
			p.tags.within("P", func() { p.text(styleBody, x, p.wrap(styleBody, b.Text, right-x)) })
		}
		p.y += 4
		i = n
	}
}

// kin is the same for blocks that belong to one list or one table; 0 belongs
// to none.
func kin(k Kind) Kind {
	switch k {
	case Item:
		return Item
	case Row, HeadRow:
		return Row
	}
	return 0
}

func (l letter) item(b Block, x float64) {
	p := l.press
	x += indent * float64(max(0, min(b.Depth, deep)))
	markers := p.wrap(styleBody, or(b.Marker, "•"), 4*indent)
	if len(markers) > 1 { // no number of a list is that long: it is text
		b.Text = b.Marker + " " + b.Text
		markers = p.wrap(styleBody, "•", indent)
	}
	marker := markers[0]
	marker.spaced = true
	room := max(indent, p.regular.span(marker)*styleBody.size+6)
	lines := p.wrap(styleBody, b.Text, right-x-room)
	p.room(float64(min(len(lines), together)) * styleBody.lead)
	p.tags.within("LI", func() {
		p.tags.within("Lbl", func() { p.line(styleBody, x, p.y, marker) })
		p.tags.within("LBody", func() { p.text(styleBody, x+room, lines) })
	})
	p.y += 2
}
