package privacy

import "slices"

// Kind is what a finding is of.
type Kind string

// What must not leave unseen.
const (
	KindNIR     Kind = "nir"     // number of the French social security, or one that holds its place (NIA)
	KindINS     Kind = "ins"     // the same as a person's national health identity, or the older INS-C
	KindIBAN    Kind = "iban"    // a bank account: whoever changes one may be defrauded
	KindCard    Kind = "card"    // of a payment
	KindMedical Kind = "medical" // words and layout of a medical document
)

// Kinds lists what a text can hold.
func Kinds() []Kind { return []Kind{KindNIR, KindINS, KindIBAN, KindCard, KindMedical} }

// MustAnswer tells whether what holds a finding of that kind can leave only once
// somebody has said that it is not what it looks like. The others are for looking at.
func MustAnswer(k Kind) bool { return k == KindNIR || k == KindINS || k == KindMedical }

// Finding is a place of a text that should be looked at before the text leaves.
type Finding struct {
	Kind  Kind
	Start int    // offset in bytes
	End   int    // behind its last byte
	Tail  string // last characters of a number, all of it that may be shown
}

// Scan looks through a text and tells what it finds, in the order in which it
// stands there. It changes nothing, and asks nobody: what it cannot tell from
// another number by structure and check digits, it tells by the words beside it.
func Scan(text string) []Finding {
	s := &scan{text: text}
	s.numbers()
	s.ibans()
	s.medical()
	slices.SortStableFunc(s.found, func(a, b Finding) int { return a.Start - b.Start })
	return s.found
}

// scan is a text that is being looked through.
type scan struct {
	text               string
	folded             string // without accents and capitals
	lines, foldedLines []int  // where they begin; nil until somebody asks
	found              []Finding
	fresh              int // index of the first one that may stand where the next does
	heads              int // columns whose heads were looked for
}

// add notes a number, unless another one stands there already.
func (s *scan) add(f Finding) {
	for _, other := range s.found[s.fresh:] {
		if f.Start < other.End && other.Start < f.End {
			return
		}
	}
	s.found = append(s.found, f)
}

// numbers looks for what is told by its digits.
func (s *scan) numbers() {
	var r run
	before := 0 // how many were found before the last run, of which this may be the rest
	for at := 0; at < len(s.text); {
		r = nextRun(s.text, at, r)
		if len(r.symbols) == 0 {
			return
		}
		s.fresh, before = before, len(s.found)
		if len(r.symbols) >= nirShort {
			s.nirs(r)
			s.cards(r)
		}
		at = r.end
	}
}

// Line is the line of an offset, the first one is 1.
func Line(text string, offset int) int {
	n := 1
	for _, c := range []byte(text[:min(max(offset, 0), len(text))]) {
		if c == '\n' {
			n++
		}
	}
	return n
}
