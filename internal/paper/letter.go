package paper

import (
	"fmt"
	"strings"
)

// label is how wide the column of labels is.
const label = 124.0

// letter is a request on its way onto paper.
type letter struct {
	press *press
	sheet Sheet
	words *words
}

func (l letter) write() {
	l.head()
	l.standing()
	l.facts()
	l.life()
	l.fields()
	l.files()
	l.talk()
	l.lost()
}

// foot names the paper on each of its pages.
func (l letter) foot() string {
	made := fmt.Sprintf(l.words.foot, l.words.moment(l.sheet.Made.In(l.sheet.Zone)))
	return "Guichet · " + l.sheet.name(l.words) + " · " + made
}

// head is the name of the paper, and below it what the request is about.
func (l letter) head() {
	p := l.press
	if l.sheet.Practice != "" {
		p.tags.within("P", func() { p.text(styleLabel, left, p.wrap(styleLabel, l.sheet.Practice, measure)) })
		p.y += 10
	}
	p.tags.within("H1", func() { p.text(styleTitle, left, p.balanced(styleTitle, l.sheet.name(l.words), measure)) })
	p.y += 2
	title := or(l.sheet.Title, l.words.noTitle)
	p.tags.within("P", func() { p.text(styleSubject, left, p.balanced(styleSubject, title, measure)) })
	p.y += 12
}

// standing says whether the portal has the request: the one thing that this
// paper can prove, or cannot.
func (l letter) standing() {
	p, w := l.press, l.words
	var strong string
	var more []string
	switch r, local := l.sheet.Receipt, l.sheet.Local; {
	case r != nil:
		strong = fmt.Sprintf(w.sentUnder, r.Number)
		if !r.At.IsZero() {
			more = append(more, fmt.Sprintf(w.receivedAt, w.moment(r.At.In(l.sheet.Zone))))
		}
	case local != nil && !local.SavedAt.IsZero():
		strong = fmt.Sprintf(w.savedAt, w.moment(local.SavedAt.In(l.sheet.Zone)))
	default:
		strong = w.savedHere
	}
	if l.sheet.Receipt == nil {
		more = append(more, w.proof)
		if l.sheet.Local != nil && l.sheet.Local.ID != "" {
			more = append(more, fmt.Sprintf(w.id, l.sheet.Local.ID))
		}
	}
	const inset, pad = 16.0, 11.0
	first := p.balanced(styleStrong, strong, measure-2*inset)
	var rest [][]line
	height := 2*pad + float64(len(first))*styleStrong.lead
	for _, s := range more {
		lines := p.wrap(styleBody, s, measure-2*inset)
		rest = append(rest, lines)
		height += float64(len(lines)) * styleBody.lead
	}
	p.room(height)
	p.artifact(func() {
		// As with messages: what has not been sent has a dashed line.
		if l.sheet.Receipt == nil {
			p.stroke(ink, 1.2)
			p.pdf.SetDashPattern([]float64{3, 3}, 0)
			p.pdf.Rect(left, p.y, measure, height, "D")
			p.pdf.SetDashPattern(nil, 0)
			return
		}
		p.pdf.SetFillColor(ground[0], ground[1], ground[2])
		p.pdf.Rect(left, p.y, measure, height, "F")
		p.pdf.SetFillColor(ink[0], ink[1], ink[2])
		p.pdf.Rect(left, p.y, 3, height, "F")
	})
	end := p.y + height
	p.y += pad
	p.tags.within("P", func() { p.text(styleStrong, left+inset, first) })
	for _, lines := range rest {
		p.tags.within("P", func() { p.text(styleBody, left+inset, lines) })
	}
	p.y = end + 14
}

// facts is what lists show of a request.
func (l letter) facts() {
	s, w := l.sheet, l.words
	var rows []Field
	for _, f := range []Field{
		{w.status, s.Status}, {w.priority, s.Priority}, {w.kind, s.Type}, {w.category, s.Category}, {w.author, s.Author},
	} {
		if f.Value != "" {
			rows = append(rows, f)
		}
	}
	l.pairs(rows)
}

// fields is what was written.
func (l letter) fields() {
	if len(l.sheet.Fields) == 0 {
		return
	}
	l.heading(l.words.details, (1+together)*styleBody.lead+2)
	l.pairs(l.sheet.Fields)
}

// pairs sets labels beside their values; what is long gets the whole width,
// below its label.
func (l letter) pairs(rows []Field) {
	if len(rows) == 0 {
		return
	}
	p := l.press
	p.tags.within("Table", func() {
		for _, row := range rows {
			value := or(row.Value, l.words.noAnswer)
			st := styleBody
			if strings.TrimSpace(row.Value) == "" {
				st = styleLabel
			}
			long := len(p.wrap(st, value, measure-label)) > 4 || len(p.wrap(styleLabel, row.Label, label-12)) > 3
			p.tags.within("TR", func() { l.pair(row.Label, value, st, long) })
		}
	})
	p.y += 4
}

func (l letter) pair(name, value string, st style, long bool) {
	p := l.press
	if long {
		names := p.wrap(styleLabel, name, measure)
		values := p.wrap(st, value, measure)
		p.room(float64(len(names)+min(len(values), together))*st.lead + 2)
		p.tags.heading("Row", func() { p.text(styleLabel, left, names) })
		p.y += 2
		p.tags.within("TD", func() { p.text(st, left, values) })
		p.y += 7
		return
	}
	names, values := p.wrap(styleLabel, name, label-12), p.wrap(st, value, measure-label)
	p.room(float64(max(len(names), len(values))) * st.lead)
	y := p.y
	p.tags.heading("Row", func() { p.text(styleLabel, left, names) })
	end := p.y
	p.y = y
	p.tags.within("TD", func() { p.text(st, left+label, values) })
	p.y = max(p.y, end) + 3
}

// heading begins a part; so many points of what follows stay with it.
func (l letter) heading(s string, with float64) {
	p := l.press
	lines := p.balanced(styleHeading, s, measure)
	const above, below = 15.0, 5.0
	if p.y > top {
		p.room(above + float64(len(lines))*styleHeading.lead + below + with)
	}
	if p.y > top {
		p.y += above
	}
	p.tags.within("H2", func() { p.text(styleHeading, left, lines) })
	p.y += below
}

// life draws the life line: a dot for each point, filled where it has been
// reached, and below it what it is and when that was.
func (l letter) life() {
	points := l.sheet.Life
	if len(points) == 0 {
		return
	}
	p := l.press
	l.heading(l.words.life, 60)
	p.tags.within("L", func() {
		const most = 5 // in one row; more would leave no room for the times
		for len(points) > 0 {
			n := min(most, len(points))
			l.stretch(points[:n], len(points) > n)
			points = points[n:]
		}
	})
}

// stretch draws a row of the life line.
func (l letter) stretch(points []Point, goesOn bool) {
	p := l.press
	step := measure / float64(max(len(points), 3))
	const radius, below = 5.0, 10.0
	type column struct{ name, when []line }
	var columns []column
	height := 0.0
	for _, point := range points {
		when := l.words.notYet
		switch {
		case point.Reached && point.At.IsZero():
			when = ""
		case point.Reached:
			when = l.words.moment(point.At.In(l.sheet.Zone))
		}
		c := column{p.wrap(styleStrong, point.Label, step-10), nil}
		if !point.Reached {
			c.name = p.wrap(styleLabel, point.Label, step-10)
		}
		if when != "" {
			c.when = p.wrap(styleSmall, when, step-10)
		}
		columns = append(columns, c)
		height = max(height, float64(len(c.name))*styleStrong.lead+float64(len(c.when))*styleSmall.lead)
	}
	p.room(2*radius + below + height)
	y := p.y + radius + 2
	p.artifact(func() { l.dots(points, y, step, radius, goesOn) })
	under, end := y+radius+below-3, p.y
	for i, c := range columns {
		x := left + step*float64(i)
		st := styleStrong
		if !points[i].Reached {
			st = styleLabel
		}
		p.tags.within("LI", func() {
			p.tags.within("LBody", func() {
				p.y = under
				p.text(st, x, c.name)
				p.text(styleSmall, x, c.when)
			})
		})
		end = max(end, p.y)
	}
	p.y = end + 6
}

func (l letter) dots(points []Point, y, step, radius float64, goesOn bool) {
	p := l.press
	for i, point := range points {
		x := left + radius + step*float64(i)
		if i+1 < len(points) || goesOn {
			p.stroke(second, 1.2)
			if i+1 < len(points) && !points[i+1].Reached {
				p.pdf.SetDashPattern([]float64{2, 3}, 0)
			}
			p.pdf.Line(x+radius+3, y, min(x+step-radius-3, right), y)
			p.pdf.SetDashPattern(nil, 0)
		}
		p.stroke(ink, 1.3)
		p.pdf.SetFillColor(ink[0], ink[1], ink[2])
		if point.Reached {
			p.pdf.Circle(x, y, radius, "FD")
		} else {
			p.pdf.Circle(x, y, radius, "D")
		}
	}
}

// lost says how many characters are shown as a box, so that nobody takes the
// boxes for what was written.
func (l letter) lost() {
	p := l.press
	if p.lost == 0 {
		return
	}
	note := fmt.Sprintf(l.words.lost, p.lost)
	if p.lost == 1 {
		note = l.words.oneLost
	}
	lines := p.wrap(styleSmall, note, measure)
	p.y += 12
	p.room(float64(len(lines)) * styleSmall.lead)
	p.tags.within("P", func() { p.text(styleSmall, left, lines) })
}

func or(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}
