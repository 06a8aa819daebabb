package corpus

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// plant is a number in a document that is to be found.
type plant struct {
	number
	spelling string
	near     string // the text that it stands in, for the list of what was missed
}

// decoy is one that is not.
type decoy struct{ class, value, near string }

// document is one of the corpus, and what is known of it.
type document struct {
	name    string
	format  format
	paper   string // which kind of medical paper it is, if it is one
	blocks  []block
	plants  []plant
	decoys  []decoy
	endings map[string]bool // last characters of numbers, true for planted ones
	words   *strings.Replacer
}

// newDocument makes one: about half have numbers planted, one in seven is a medical paper.
func newDocument(r *rand.Rand, name string, f format) *document {
	d := &document{name: name, format: f, endings: map[string]bool{}, words: words(r)}
	switch {
	case chance(r, 15):
		d.medical(r)
	default:
		d.say(r, openings)
		if chance(r, 55) {
			for range 1 + r.IntN(3) {
				d.sow(r)
			}
		}
		d.administrative(r)
	}
	for i := range d.blocks {
		if f.western {
			d.blocks[i].text = narrowed(d.blocks[i].text)
		}
	}
	return d
}

// narrowed is a text of ours in the letters of Windows' code page. What is planted has
// no others there.
func narrowed(s string) string {
	return strings.NewReplacer("µ", "\u00b5", "≥", ">=").Replace(s)
}

// administrative fills a document up: ten numbers that look alike for each planted one.
func (d *document) administrative(r *rand.Rand) {
	for want := 8 + 10*len(d.plants) + r.IntN(8); len(d.decoys) < want; {
		switch r.IntN(6) {
		case 0:
			d.list(r)
		case 1:
			d.say(r, about)
		case 2, 3:
			d.say(r, sentences)
		default:
			d.mention(r)
		}
	}
	if chance(r, 50) { // a planted number may stand anywhere
		r.Shuffle(len(d.blocks)-1, func(i, k int) { d.blocks[i+1], d.blocks[k+1] = d.blocks[k+1], d.blocks[i+1] })
	}
}

func (d *document) say(r *rand.Rand, from []string) {
	d.blocks = append(d.blocks, block{text: d.words.Replace(pick(r, from))})
}

// fresh is a number that does not end as another one of the document does, since
// findings are told by their ends. Two that look alike may: neither is to be found.
func (d *document) fresh(isPlant bool, make func() string) {
	for range 100 { // there are dates that end in the same year, whatever is made
		s := normal(make())
		end := s[max(0, len(s)-4):]
		if planted, there := d.endings[end]; !there || !planted && !isPlant {
			d.endings[end] = isPlant
			return
		}
	}
}

// sow plants one number in a text, or a few in a table.
func (d *document) sow(r *rand.Rand) {
	kind := pick(r, []string{"nir", "nir", "ins", "iban", "card"})
	n := d.planted(r, kind)
	var fit []spelling
	for _, s := range spellings {
		if s.fits(n, d.format.western) {
			fit = append(fit, s)
		}
	}
	s := pick(r, fit)
	if s.line != nil {
		text := strings.ReplaceAll(d.words.Replace(pick(r, frames[kind])), "%s", s.line(n.groups))
		d.plants = append(d.plants, plant{n, s.name, text})
		d.blocks = append(d.blocks, block{text: text})
		return
	}
	head := []cell{{text: "Nom"}, {text: pick(r, columns[kind])}}
	for k := range len(s.cells(n.groups)) - 1 {
		title := ""
		if s.only == "nir" && k == 0 {
			title = "Clé"
		}
		head = append(head, cell{text: title})
	}
	rows := [][]cell{append(head, cell{text: "Date"})}
	for range 1 + r.IntN(3) {
		row := append([]cell{{text: pick(r, families)}}, s.cells(n.groups)...)
		row = append(row, cell{text: date(r)})
		rows = append(rows, row)
		d.plants = append(d.plants, plant{n, s.name, fmt.Sprint(rows[0], row)})
		for n = d.planted(r, kind); !s.fits(n, d.format.western); n = d.planted(r, kind) {
		}
	}
	d.blocks = append(d.blocks, block{rows: rows})
}

func (d *document) planted(r *rand.Rand, kind string) (n number) {
	d.fresh(true, func() string {
		switch kind {
		case "iban":
			n = ibanOf(r)
		case "card":
			n = cardOf(r)
		default:
			n = nirOf(r, kind)
		}
		return n.plain()
	})
	return n
}

func (d *document) decoy(r *rand.Rand, a alike) (value string) {
	d.fresh(false, func() string {
		value = a.value(r)
		return value
	})
	return value
}

// mention names one to three numbers with what they are.
func (d *document) mention(r *rand.Rand) {
	var parts []string
	for range 1 + r.IntN(3) {
		a := pick(r, alikes)
		value := d.decoy(r, a)
		part := pick(r, a.words) + value
		parts = append(parts, part)
		d.decoys = append(d.decoys, decoy{a.class, normal(value), part})
	}
	d.blocks = append(d.blocks, block{text: strings.Join(parts, pick(r, []string{", ", " - ", "\n", " ; "}))})
}

// list is an export: each column of a class, named above it.
func (d *document) list(r *rand.Rand) {
	var head []cell
	var of []alike
	for range 2 + r.IntN(3) {
		a := pick(r, alikes)
		of = append(of, a)
		head = append(head, cell{text: strings.TrimRight(pick(r, a.words), " :")})
	}
	rows := [][]cell{head}
	for range 1 + r.IntN(4) {
		var row []cell
		for i, a := range of {
			value := d.decoy(r, a)
			number := exact([]string{value}) && value[0] != '0' && chance(r, 50)
			row = append(row, cell{value, number})
			d.decoys = append(d.decoys, decoy{a.class + ", in a column", normal(value), head[i].text + " | " + value})
		}
		rows = append(rows, row)
	}
	d.blocks = append(d.blocks, block{rows: rows})
}

func (d *document) medical(r *rand.Rand) {
	d.paper = pick(r, sortedKeys(papers))
	text := pick(r, papers[d.paper])
	if strings.Contains(text, "{NIR}") {
		n := d.planted(r, "nir")
		number := pick(r, []string{n.plain(), strings.Join(n.groups, " ")})
		text = strings.ReplaceAll(text, "{NIR}", number)
		d.plants = append(d.plants, plant{n, "medical paper", d.words.Replace(text)})
	}
	text = d.words.Replace(text)
	if chance(r, 30) {
		d.say(r, []string{"Cabinet médical {V} - {RUE}", "Maison de santé pluriprofessionnelle\n{V}", "Page 1/1", "Duplicata", "Édité par {SOC}, version 7.2"})
	}
	if chance(r, 40) { // one paragraph for each line, as an export makes it
		for line := range strings.SplitSeq(text, "\n") {
			d.blocks = append(d.blocks, block{text: line})
		}
	} else {
		d.blocks = append(d.blocks, block{text: text})
	}
	if chance(r, 40) {
		d.mention(r)
	}
	if chance(r, 20) {
		d.say(r, []string{"Membre d'une association agréée, le règlement par chèque est accepté.", "En cas d'urgence, composez le 15.", "Document confidentiel.", "Imprimé avec {SOC}"})
	}
}

// words fills in what a text leaves open.
func words(r *rand.Rand) *strings.Replacer {
	day := func(from, years int) string {
		return fmt.Sprintf("%02d/%02d/%d", 1+r.IntN(28), 1+r.IntN(12), from+r.IntN(years))
	}
	name := pick(r, families)
	if chance(r, 40) {
		name = strings.ToUpper(name)
	}
	rpps := "10" + digits(r, 8)
	return strings.NewReplacer(
		"{NOM}", name, "{PRE}", pick(r, given), "{DR}", pick(r, families), "{CIV}", pick(r, []string{"Mme", "M.", "Madame"}),
		"{NE}", day(1930, 90), "{AGE}", fmt.Sprint(18+r.IntN(70)), "{DATE}", day(2026, 1), "{DATE2}", day(2026, 1), "{MOIS}", pick(r, months),
		"{V}", pick(r, towns), "{RUE}", pick(r, streets), "{SOC}", pick(r, firms), "{BANQUE}", pick(r, banks), "{OBJ}", pick(r, objects),
		"{RPPS}", rpps+luhn(rpps), "{DOS}", digits(r, 8))
}

func sortedKeys[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
