package desk

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Field keys that every category has; the others are the catalogue's own.
const (
	KeySubject     = "subject"
	KeyDescription = "description"
	KeyReference   = "reference" // the practice's own case number
)

// Keys of problems that do not belong to a field of the catalogue.
const (
	KeyType     = "type"
	KeyPractice = "practice"
	KeyCategory = "category"
	KeyFiles    = "files"
)

// Kind is how a field is asked.
type Kind string

// The kinds of fields.
const (
	KindLine   Kind = "line"   // one line of text
	KindText   Kind = "text"   // several lines
	KindChoice Kind = "choice" // one of Options
)

// Catalogue says what can be asked of the vendor and under which rules. It is
// data: the portal may send a newer one.
type Catalogue struct {
	Version int    `json:"version"`
	Types   []Type `json:"types"`
}

// Type is a kind of request, such as « Assistance administrative ».
type Type struct {
	Key        string     `json:"key"`
	Label      Text       `json:"label"`
	Hint       Text       `json:"hint"`
	Roles      []Role     `json:"roles"` // who may write one; empty means everybody
	Categories []Category `json:"categories"`
	Files      FileRules  `json:"files"`
}

// OpenTo tells whether somebody with these roles may write such a request.
func (t Type) OpenTo(roles []Role) bool {
	return len(t.Roles) == 0 || slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(t.Roles, r) })
}

// Category narrows a type and drives which fields are asked.
type Category struct {
	Key    string  `json:"key"`
	Label  Text    `json:"label"`
	Hint   Text    `json:"hint"`
	Fields []Field `json:"fields"`
}

// Field is one question with its rules.
type Field struct {
	Key         string   `json:"key"`
	Label       Text     `json:"label"`
	Hint        Text     `json:"hint"`
	Kind        Kind     `json:"kind"`
	Options     []Option `json:"options,omitempty"`
	Default     string   `json:"default,omitempty"` // what a choice is before anybody chooses
	Required    bool     `json:"required,omitempty"`
	VisibleWhen *When    `json:"visibleWhen,omitempty"`
	Pattern     string   `json:"pattern,omitempty"` // RE2, the whole value, letter case ignored
	PatternText *Text    `json:"patternText,omitempty"`
	Upper       bool     `json:"upper,omitempty"` // sent in capitals
	MinLength   int      `json:"minLength,omitempty"`
	MaxLength   int      `json:"maxLength"` // in characters (code points)
}

// Option is one answer of a choice.
type Option struct {
	Value string `json:"value"`
	Label Text   `json:"label"`
}

// When makes a field visible while another one has one of these values.
type When struct {
	Field string   `json:"field"`
	In    []string `json:"in"`
}

// FileRules limits the attachments of a request.
type FileRules struct {
	MaxCount int        `json:"maxCount"`
	MaxBytes int64      `json:"maxBytes"` // of each file
	Types    []FileType `json:"types"`
}

// FileType is a sort of file that may be attached.
type FileType struct {
	Extensions []string `json:"extensions"` // lower case, no dot
	Media      []string `json:"media"`      // what the content may be recognised as
}

// Type returns the type with that key.
func (c Catalogue) Type(key string) (Type, bool) {
	i := slices.IndexFunc(c.Types, func(t Type) bool { return t.Key == key })
	if i < 0 {
		return Type{}, false
	}
	return c.Types[i], true
}

// Category returns the category with that key.
func (t Type) Category(key string) (Category, bool) {
	i := slices.IndexFunc(t.Categories, func(c Category) bool { return c.Key == key })
	if i < 0 {
		return Category{}, false
	}
	return t.Categories[i], true
}

// Visible lists the fields that are asked, given what was answered so far. A
// field that hangs on a hidden one is hidden too.
func (c Category) Visible(v Values) []Field {
	out := make([]Field, 0, len(c.Fields))
	answer := map[string]string{}
	for _, f := range c.Fields {
		if w := f.VisibleWhen; w != nil {
			if a, asked := answer[w.Field]; !asked || !slices.Contains(w.In, a) {
				continue
			}
		}
		out = append(out, f)
		answer[f.Key] = f.Clean(v[f.Key])
	}
	return out
}

// Clean is the value as it is checked and sent: no blanks around it, the
// default where a choice is open, capitals where the field wants them, line
// ends as \n.
func (f Field) Clean(value string) string {
	value = strings.ReplaceAll(value, "\r\n", "\n")
	value = strings.TrimFunc(value, unicode.IsSpace)
	if value == "" {
		return f.Default
	}
	if f.Upper {
		value = strings.ToUpper(value)
	}
	return value
}

// compiled holds the patterns by their text: a list of drafts checks the same
// few over and over.
var compiled sync.Map

func (f Field) compile() (*regexp.Regexp, error) {
	if re, ok := compiled.Load(f.Pattern); ok {
		return re.(*regexp.Regexp), nil
	}
	// By itself first: ")|(" has a meaning only inside the brackets of ours.
	if _, err := syntax.Parse(f.Pattern, syntax.Perl); err != nil {
		return nil, err
	}
	re, err := regexp.Compile(`(?i)\A(?:` + f.Pattern + `)\z`)
	if err == nil {
		compiled.Store(f.Pattern, re)
	}
	return re, err
}

// check returns the one problem of a value, or a zero Problem.
func (f Field) check(raw string) (Problem, bool) {
	value := f.Clean(raw)
	length := utf8.RuneCountInString(value)
	switch {
	case value == "" && f.Required:
		return Problem{Field: f.Key, Code: CodeRequired}, true
	case value == "":
		return Problem{}, false
	case !utf8.ValidString(raw): // capitals would hide it
		return Problem{Field: f.Key, Code: CodeEncoding}, true
	case hasControl(value, f.Kind == KindText):
		return Problem{Field: f.Key, Code: CodeControl}, true
	case f.Kind == KindChoice && !f.offers(value):
		return Problem{Field: f.Key, Code: CodeChoice}, true
	case f.MaxLength > 0 && length > f.MaxLength:
		return Problem{Field: f.Key, Code: CodeTooLong, Max: int64(f.MaxLength), Actual: int64(length)}, true
	case length < f.MinLength:
		return Problem{Field: f.Key, Code: CodeTooShort, Min: int64(f.MinLength), Actual: int64(length)}, true
	}
	if f.Pattern != "" {
		re, err := f.compile()
		if err != nil || !re.MatchString(value) {
			return Problem{Field: f.Key, Code: CodePattern, Text: f.PatternText}, true
		}
	}
	return Problem{}, false
}

// hasControl finds characters that nobody can see or type: they come from
// copying, and help desks choke on them. Line ends are fine in a text.
func hasControl(s string, text bool) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		if text && (r == '\n' || r == '\t') {
			return false
		}
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || isDirectional(r)
	})
}

// isDirectional finds the marks that make text read otherwise than it is
// stored (Unicode TR 9): in a file name they hide the true ending.
func isDirectional(r rune) bool {
	return (r >= '\u202a' && r <= '\u202e') || (r >= '\u2066' && r <= '\u2069')
}
