package desk_test

import (
	"strings"
	"testing"

	"guichet/internal/desk"
)

// One field, one value: what comes of it. Field is a line of at most 8
// characters unless the entry says otherwise.
func TestValue(t *testing.T) {
	line := desk.Field{Key: "f", Kind: desk.KindLine, MaxLength: 8}
	with := func(change func(*desk.Field)) desk.Field { f := line; change(&f); return f }
	text := with(func(f *desk.Field) { f.Kind = desk.KindText })
	required := with(func(f *desk.Field) { f.Required = true })
	upper := with(func(f *desk.Field) { f.Upper = true })
	atLeast := with(func(f *desk.Field) { f.MinLength = 3 })
	pattern := with(func(f *desk.Field) { f.Pattern, f.PatternText = `FA-\d+`, &desk.Text{FR: "FA puis un nombre"} })
	either := with(func(f *desk.Field) { f.Pattern = `A|B` })
	choice := desk.Field{Key: "f", Kind: desk.KindChoice, Options: []desk.Option{{Value: "a"}, {Value: "b"}}}
	defaulted := choice
	defaulted.Default = "b"
	must := choice
	must.Required = true

	const emoji = "\U0001F600" // four bytes, two UTF-16 units, one character
	tests := map[string]struct {
		field desk.Field
		value string
		clean string // as it is sent; for OK only
		code  string // "" for OK
	}{
		"OK":                   {line, "Facture", "Facture", ""},
		"OKEmpty":              {line, "", "", ""},
		"OKBlanksAround":       {line, " \t\u00a0Facture\r\n ", "Facture", ""},
		"OKBlankIsEmpty":       {line, " \u00a0\t\n", "", ""},
		"OKAccents":            {line, "Éàüœ", "Éàüœ", ""},
		"OKFourBytes":          {line, strings.Repeat(emoji, 8), strings.Repeat(emoji, 8), ""},
		"ErrRequired":          {required, "", "", desk.CodeRequired},
		"ErrRequiredBlank":     {required, " \u00a0\n\t", "", desk.CodeRequired},
		"OKAtLimit":            {line, "12345678", "12345678", ""},
		"OKLimitAfterBlanks":   {line, "  12345678  ", "12345678", ""},
		"ErrTooLong":           {line, "123456789", "", desk.CodeTooLong},
		"ErrTooLongFourBytes":  {line, strings.Repeat(emoji, 9), "", desk.CodeTooLong},
		"OKAtLeast":            {atLeast, "abc", "abc", ""},
		"OKAtLeastButOptional": {atLeast, "", "", ""},
		"ErrTooShort":          {atLeast, "ab", "", desk.CodeTooShort},
		"ErrTooShortFourBytes": {atLeast, emoji + emoji, "", desk.CodeTooShort},
		"ErrTooShortBlanks":    {atLeast, " ab ", "", desk.CodeTooShort},
		"OKUpper":              {upper, "fa-é1", "FA-É1", ""},
		"OKPattern":            {pattern, "FA-12", "FA-12", ""},
		"OKPatternSmall":       {pattern, "fa-12", "fa-12", ""},
		"ErrPatternBefore":     {pattern, "xFA-1", "", desk.CodePattern},
		"ErrPatternAfter":      {pattern, "FA-1x", "", desk.CodePattern},
		"ErrPatternOtherDigit": {pattern, "FA-٣", "", desk.CodePattern},
		"OKAlternative":        {either, "b", "b", ""},
		"ErrAlternativeWhole":  {either, "Ax", "", desk.CodePattern},
		"OKChoice":             {choice, "a", "a", ""},
		"OKChoiceOpen":         {choice, "", "", ""},
		"OKDefault":            {defaulted, "", "b", ""},
		"OKNotDefault":         {defaulted, "a", "a", ""},
		"ErrChoiceRequired":    {must, "", "", desk.CodeRequired},
		"ErrChoice":            {choice, "c", "", desk.CodeChoice},
		"ErrChoiceLetterCase":  {choice, "A", "", desk.CodeChoice},
		"ErrNUL":               {line, "a\x00b", "", desk.CodeControl},
		"ErrEscape":            {text, "a\x1b[1m", "", desk.CodeControl},
		"ErrDelete":            {line, "a\x7fb", "", desk.CodeControl},
		"ErrC1":                {line, "a\u0085b", "", desk.CodeControl},
		"ErrTabInLine":         {line, "a\tb", "", desk.CodeControl},
		"ErrNewlineInLine":     {line, "a\nb", "", desk.CodeControl},
		"OKTabInText":          {text, "a\tb", "a\tb", ""},
		"OKNewlineInText":      {text, "a\nb", "a\nb", ""},
		"OKWindowsNewline":     {text, "a\r\n\r\nb", "a\n\nb", ""},
		"OKNewlinesCountOnce":  {text, "123\r\n4567", "123\n4567", ""},
		"ErrReturnInText":      {text, "a\rb", "", desk.CodeControl},
		"ErrLineSeparator":     {text, "a\u2028b", "", desk.CodeControl},
		"ErrParagraph":         {text, "a\u2029b", "", desk.CodeControl},
		"ErrOverride":          {text, "a\u202eb", "", desk.CodeControl},
		"ErrEmbedding":         {line, "a\u202ab", "", desk.CodeControl},
		"ErrIsolate":           {line, "a\u2066b", "", desk.CodeControl},
		"ErrPopIsolate":        {line, "a\u2069b", "", desk.CodeControl},
		"OKBeyondMarks":        {line, "a\u202fb\u2065", "a\u202fb\u2065", ""}, // the narrow blank of French figures
		"ErrEncoding":          {line, "a\xffb", "", desk.CodeEncoding},
		"ErrEncodingCut":       {text, "a\xe2\x80", "", desk.CodeEncoding},
		"ErrEncodingSurrogate": {line, "\xed\xa0\x80", "", desk.CodeEncoding},
		// Capitals must not turn bytes nobody can read into letters.
		"ErrEncodingUpper":     {upper, "caf\xe9", "", desk.CodeEncoding},
		"ErrEncodingBeforeMax": {line, strings.Repeat("\xff", 20), "", desk.CodeEncoding},
		"ErrControlBeforeMax":  {line, strings.Repeat("\x01", 20), "", desk.CodeControl},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := rulebook()
			c.Types[0].Categories[1].Fields = append(c.Types[0].Categories[1].Fields, tt.field)
			d := plain(desk.Values{desk.KeySubject: "Objet", desk.KeyDescription: "Texte", "f": tt.value})
			if tt.code != "" {
				wantProblems(t, desk.Look(c, d, claire).Problems, "f "+tt.code) // one per field
				return
			}
			r, err := desk.Finalize(c, d, claire, now)
			if err != nil {
				t.Fatal(err)
			}
			if got, there := r.Values["f"]; got != tt.clean || there != (tt.clean != "") {
				t.Errorf("sent as %q (there: %t), want %q", got, there, tt.clean)
			}
		})
	}
}

// Problems carry the figures that their sentences need.
func TestProblemFigures(t *testing.T) {
	one := func(change func(*desk.Draft)) desk.Problem {
		t.Helper()
		d := complete()
		change(&d)
		v := desk.Look(rulebook(), d, claire)
		if len(v.Problems) != 1 {
			t.Fatalf("got %q", brief(v.Problems))
		}
		return v.Problems[0]
	}
	if p := one(func(d *desk.Draft) { d.Values[desk.KeySubject] = "éééé ééééé" }); p.Max != 8 || p.Actual != 10 {
		t.Errorf("too long: %+v", p)
	}
	if p := one(func(d *desk.Draft) { d.Values[desk.KeySubject] = "éé" }); p.Min != 3 || p.Actual != 2 {
		t.Errorf("too short: %+v", p)
	}
	if p := one(func(d *desk.Draft) { d.Values["invoice"] = "12" }); p.Text == nil || p.Text.FR != "FA puis quatre chiffres" {
		t.Errorf("pattern: %+v", p)
	}
	if p := one(func(d *desk.Draft) { d.Files[0].Size = 1001 }); p.Max != 1000 || p.Actual != 1001 {
		t.Errorf("too big: %+v", p)
	}
	if p := one(func(d *desk.Draft) {
		d.Files = []desk.File{confirmed("a.pdf"), confirmed("b.pdf"), confirmed("c.pdf")}
	}); p.Max != 2 || p.Actual != 3 {
		t.Errorf("too many: %+v", p)
	}
}

// A catalogue that was not validated must not crash or let a value through.
func TestPatternBroken(t *testing.T) {
	c := rulebook()
	c.Types[0].Categories[0].Fields[1].Pattern = "("
	wantProblems(t, desk.Look(c, complete(), claire).Problems, "invoice pattern")
}
