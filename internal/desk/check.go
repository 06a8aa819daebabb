package desk

import (
	"maps"
	"slices"
	"time"
)

// View is what the rules make of a draft: what to ask, what is wrong, how much
// is left to do.
type View struct {
	Practice string // the practice it would be sent for: chosen, or the only possible one
	Eligible []Practice
	Fields   []Field // visible, in order
	Orphans  []Orphan
	Problems []Problem
	Done     int // required answers given
	Total    int // required answers in all
}

// Look evaluates the rules on a draft. It never fails: what is missing or wrong
// is a Problem.
func Look(c Catalogue, d Draft, who Person) View {
	v := View{Practice: d.Practice, Eligible: []Practice{}, Fields: []Field{}, Orphans: []Orphan{}, Problems: []Problem{}}
	t, known := c.Type(d.Type)
	v.require(known, missing(KeyType, d.Type))
	if !known {
		v.require(false, missing(KeyPractice, "")) // the type decides which ones
		v.require(false, missing(KeyCategory, ""))
		v.orphans(d.Content)
		return v
	}
	v.practice(t, who)
	cat, known := t.Category(d.Category)
	v.require(known, missing(KeyCategory, d.Category))
	if known {
		v.fields(cat, d.Values)
	}
	v.orphans(d.Content)
	v.Problems = append(v.Problems, checkFiles(t.Files, d.Files, who)...)
	return v
}

// missing is the problem of a choice that is open or no longer exists.
func missing(field, value string) Problem {
	if value == "" {
		return Problem{Field: field, Code: CodeRequired}
	}
	return Problem{Field: field, Code: CodeUnknown}
}

// require counts one required answer, with its problem when it is not there.
func (v *View) require(done bool, p Problem) {
	v.Total++
	if done {
		v.Done++
		return
	}
	v.Problems = append(v.Problems, p)
}

func (v *View) practice(t Type, who Person) {
	if who.ID == "" {
		v.require(false, Problem{Field: KeyPractice, Code: CodeSignIn})
		return
	}
	v.Eligible = who.Eligible(t)
	if len(v.Eligible) == 0 {
		v.require(false, Problem{Field: KeyType, Code: CodeRole})
		return
	}
	if v.Practice == "" && len(v.Eligible) == 1 {
		v.Practice = v.Eligible[0].ID
	}
	switch _, member := who.Practice(v.Practice); {
	case slices.ContainsFunc(v.Eligible, func(p Practice) bool { return p.ID == v.Practice }):
		v.require(true, Problem{})
	case member:
		v.require(false, Problem{Field: KeyPractice, Code: CodeRole})
	default:
		v.require(false, missing(KeyPractice, v.Practice))
	}
}

func (v *View) fields(cat Category, values Values) {
	v.Fields = cat.Visible(values)
	for _, f := range v.Fields {
		p, bad := f.check(values[f.Key])
		if f.Required {
			v.Total++
			if !bad {
				v.Done++
			}
		}
		if bad {
			v.Problems = append(v.Problems, p)
		}
	}
}

// Finalize freezes a draft into the request that is sent, or says what is
// wrong with ErrInvalid. Hidden fields are dropped, values are cleaned.
func Finalize(c Catalogue, d Draft, who Person, now time.Time) (Request, error) {
	v := Look(c, d, who)
	if len(v.Problems) > 0 {
		return Request{}, Invalid(v.Problems...)
	}
	values := make(Values, len(v.Fields))
	for _, f := range v.Fields {
		if clean := f.Clean(d.Values[f.Key]); clean != "" {
			values[f.Key] = clean
		}
	}
	return Request{
		ID:               d.ID,
		Revision:         d.Revision,
		Owner:            Owner{Person: who.ID, Practice: v.Practice},
		CatalogueVersion: c.Version,
		Type:             d.Type,
		Category:         d.Category,
		Road:             d.Road,
		Values:           values,
		Files:            slices.Clone(d.Files),
		Status:           StatusQueued,
		WrittenAt:        d.CreatedAt,
		SubmittedAt:      now,
		UpdatedAt:        now,
	}, nil
}

// Check runs the same rules on a request that has arrived, at the portal: the
// sender's roles, every field, and the statement for every file. Values of
// fields that are not asked are a problem there, since nobody saw them.
func Check(c Catalogue, r Request, who Person) []Problem {
	d := Draft{
		ID: r.ID, Revision: r.Revision, Owner: r.Owner, Files: r.Files,
		Content: Content{Type: r.Type, Practice: r.Owner.Practice, Category: r.Category, Values: r.Values},
	}
	v := Look(c, d, who)
	if len(v.Fields) == 0 {
		return v.Problems // type or category is wrong already; its fields say nothing more
	}
	for _, key := range slices.Sorted(maps.Keys(r.Values)) {
		if !slices.ContainsFunc(v.Fields, func(f Field) bool { return f.Key == key }) {
			v.Problems = append(v.Problems, Problem{Field: key, Code: CodeUnknown})
		}
	}
	return v.Problems
}

// StepOf tells on which step of the Assistant a problem is mended.
func StepOf(field string) Step {
	switch field {
	case KeyType:
		return StepType
	case KeyPractice:
		return StepPractice
	case KeyCategory:
		return StepCategory
	case KeyFiles:
		return StepFiles
	default:
		return StepDetails
	}
}

// FirstStep is the first step of the Assistant on which one of the problems is
// mended; without problems it is the one with the fields.
func FirstStep(problems []Problem) Step {
	for _, step := range []Step{StepType, StepPractice, StepCategory, StepDetails, StepFiles} {
		if slices.ContainsFunc(problems, func(p Problem) bool { return StepOf(p.Field) == step }) {
			return step
		}
	}
	return StepDetails
}
