package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"guichet/internal/desk"
	"guichet/internal/privacy"

	"github.com/google/uuid"
)

// Texts looks through what is being written, by field: what is found there, in the
// order of the fields' names. item is the draft, the reply, or the request that a
// reason is for; "" for none.
func (x *Guard) Texts(item string, texts map[string]string) (out []TextFinding, err error) {
	defer x.a.guard("Guard.Texts", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	fields := make([]string, 0, len(texts))
	size := 0
	for field, text := range texts {
		fields = append(fields, field)
		size += len(text)
	}
	if size > maxDraft {
		return nil, desk.ErrDraftSize
	}
	slices.Sort(fields)
	out = []TextFinding{}
	for _, field := range fields {
		text := texts[field]
		for _, f := range privacy.Scan(text) {
			out = append(out, TextFinding{
				Field: field, Kind: string(f.Kind), Start: units(text[:f.Start]), End: units(text[:f.End]), Line: privacy.Line(text, f.Start),
				Tail: f.Tail, Must: privacy.MustAnswer(f.Kind),
			})
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	answers, err := x.a.answers(x.a.ctx, item)
	if err != nil {
		return nil, err
	}
	for i, f := range out {
		out[i].Answered = answers.has(f.Field, f.Kind, numberIn(texts[f.Field], f.Start, f.End))
	}
	return out, nil
}

// units is the length of a text in the units of JavaScript.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// numberIn is what tells a finding from another one in its place: the digest of its
// letters and digits. Start and end are in the units of JavaScript.
func numberIn(text string, start, end int) string {
	at, b := 0, strings.Builder{}
	for _, r := range text {
		if at >= start && at < end && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			b.WriteRune(unicode.ToUpper(r))
		}
		at += max(1, utf16.RuneLen(r))
	}
	return sumOf([]byte(b.String()))
}

// Answer keeps that what was found in a text is not what it looks like, for the reason
// given. It holds for that number in that field, by whoever is at the desk.
func (x *Guard) Answer(item, text string, finding TextFinding, reason string) (err error) {
	defer x.a.guard("Guard.Answer", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	about, err := x.a.itemOf(item)
	if err != nil {
		return err
	}
	reason, ok := reasonFor(reason)
	if !ok || finding.Field == "" || finding.Start >= finding.End {
		return desk.ErrInvalid
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	found := desk.Finding{Kind: finding.Kind, Tail: finding.Tail, Place: desk.Place{Line: finding.Line}}
	return x.a.store.AddStatement(x.a.ctx, desk.Statement{
		ID: id, Owner: about.owner, Item: about.id, Field: finding.Field, By: x.a.me().ID, At: x.a.Now(),
		Screened: desk.Screened{
			Findings: []desk.Finding{found},
			Answers:  []desk.Answer{{Finding: found, Number: numberIn(text, finding.Start, finding.End), Reason: reason}},
		},
	})
}

// about is what a text belongs to, and in whose papers it is kept.
type about struct {
	id    uuid.UUID
	owner desk.Owner
}

// itemOf finds a draft, a reply being written, or a request of whoever is at the desk.
func (a *App) itemOf(item string) (about, error) {
	d, err := a.holder(item)
	if err == nil {
		return about{d.ID, d.Owner}, nil
	}
	id, e := uuid.Parse(item)
	if !errors.Is(err, desk.ErrNotFound) || e != nil {
		return about{}, err
	}
	r, err := a.store.Head(a.ctx, a.me().ID, id)
	return about{r.ID, r.Owner}, err
}

// answers are what was said of the texts of one item, by whoever is at the desk, or in
// the PC's papers before anybody had signed in.
type answers map[string]bool

func answerKey(field, kind, number string) string { return field + " " + kind + " " + number }

func (a answers) has(field, kind, number string) bool { return a[answerKey(field, kind, number)] }

func (a *App) answers(ctx context.Context, item string) (answers, error) {
	out := answers{}
	if item == "" {
		return out, nil
	}
	at, err := a.itemOf(item)
	if errors.Is(err, desk.ErrNotFound) {
		return out, nil // not stored yet: nothing was said of it
	}
	if err != nil {
		return nil, err
	}
	return out, a.addAnswers(ctx, out, at.owner.Person, at.id)
}

func (a *App) addAnswers(ctx context.Context, out answers, person string, item uuid.UUID) error {
	said, err := a.store.Statements(ctx, person, item)
	if err != nil {
		return err
	}
	me := a.me().ID
	for _, s := range said {
		for _, answer := range s.Answers {
			if s.Field != "" && (s.By == me || s.By == "" && person == "") {
				out[answerKey(s.Field, answer.Finding.Kind, answer.Number)] = true
			}
		}
	}
	return nil
}

// checkTexts is an error that lists what keeps texts from leaving.
func (a *App) checkTexts(ctx context.Context, person string, item uuid.UUID, texts map[string]string) error {
	problems, err := a.guardTexts(ctx, person, item, texts)
	if err == nil && len(problems) > 0 {
		err = desk.Invalid(problems...)
	}
	return err
}

// guardTexts lists what keeps texts from leaving: each field once.
func (a *App) guardTexts(ctx context.Context, person string, item uuid.UUID, texts map[string]string) ([]desk.Problem, error) {
	var out []desk.Problem
	var said answers
	for field, text := range texts {
		code := ""
		for _, f := range privacy.Scan(text) {
			if !privacy.MustAnswer(f.Kind) {
				continue
			}
			if said == nil {
				said = answers{}
				if err := a.addAnswers(ctx, said, person, item); err != nil {
					return nil, err
				}
			}
			number := numberIn(text, units(text[:f.Start]), units(text[:f.End]))
			switch {
			case said.has(field, string(f.Kind), number):
			case f.Kind == privacy.KindMedical && code == "":
				code = desk.CodeMedical
			case f.Kind != privacy.KindMedical:
				code = desk.CodeHealthNumber
			}
		}
		if code != "" {
			out = append(out, desk.Problem{Field: field, Code: code})
		}
	}
	slices.SortFunc(out, func(a, b desk.Problem) int { return strings.Compare(a.Field, b.Field) })
	return out, nil
}
