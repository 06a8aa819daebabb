package desk

import (
	"fmt"
	"slices"
	"strings"
)

// Validate reports what makes a catalogue unusable, so that a damaged one from
// the portal never replaces a good one.
func (c Catalogue) Validate() error {
	if c.Version < 1 {
		return fmt.Errorf("catalogue: version %d", c.Version)
	}
	if len(c.Types) == 0 {
		return fmt.Errorf("catalogue: no type")
	}
	seen := map[string]bool{}
	kinds := map[string]Kind{}
	for _, t := range c.Types {
		if seen[t.Key] {
			return fmt.Errorf("catalogue: type %q stands twice", t.Key)
		}
		seen[t.Key] = true
		if err := t.validate(kinds); err != nil {
			return fmt.Errorf("catalogue: type %q %w", t.Key, err)
		}
	}
	return nil
}

// validate checks a type; kinds holds what the fields before it are, by key.
func (t Type) validate(kinds map[string]Kind) error {
	if t.Key == "" || t.Label.FR == "" || len(t.Categories) == 0 {
		return fmt.Errorf("lacks its key, label or categories")
	}
	if t.Files.MaxCount < 0 || t.Files.MaxBytes < 0 {
		return fmt.Errorf("has a negative file limit")
	}
	seen := map[string]bool{}
	for _, cat := range t.Categories {
		if seen[cat.Key] {
			return fmt.Errorf("has category %q twice", cat.Key)
		}
		seen[cat.Key] = true
		if err := cat.validate(kinds); err != nil {
			return fmt.Errorf("has category %q: %w", cat.Key, err)
		}
	}
	return nil
}

func (c Category) validate(kinds map[string]Kind) error {
	if c.Key == "" || c.Label.FR == "" {
		return fmt.Errorf("lacks its key or label")
	}
	seen := map[string]bool{}
	for _, f := range c.Fields {
		if seen[f.Key] {
			return fmt.Errorf("field %q stands twice", f.Key)
		}
		if f.VisibleWhen != nil && !seen[f.VisibleWhen.Field] {
			return fmt.Errorf("field %q depends on %q, which does not stand before it", f.Key, f.VisibleWhen.Field)
		}
		// Answers are kept by key, also when another category is chosen.
		if kind, known := kinds[f.Key]; known && (kind == KindChoice) != (f.Kind == KindChoice) {
			return fmt.Errorf("field %q is a choice in one place and a text in another", f.Key)
		}
		if err := f.validate(); err != nil {
			return fmt.Errorf("field %q: %w", f.Key, err)
		}
		seen[f.Key], kinds[f.Key] = true, f.Kind
	}
	if !seen[KeySubject] || !seen[KeyDescription] {
		return fmt.Errorf("no subject or description")
	}
	return nil
}

func (f Field) validate() error {
	switch {
	case f.Key == "" || f.Label.FR == "":
		return fmt.Errorf("lacks its key or label")
	case slices.Contains([]string{KeyType, KeyPractice, KeyCategory, KeyFiles}, f.Key):
		return fmt.Errorf("the key means something else")
	case strings.Contains(f.Key, orphanSign):
		return fmt.Errorf("the key has a %q, which marks answers of older forms", orphanSign)
	case f.Kind != KindLine && f.Kind != KindText && f.Kind != KindChoice:
		return fmt.Errorf("kind %q", f.Kind)
	case f.Kind == KindChoice && len(f.Options) == 0:
		return fmt.Errorf("no options")
	case f.Kind != KindChoice && f.MaxLength < 1:
		return fmt.Errorf("no length limit")
	case f.MaxLength > 0 && f.MinLength > f.MaxLength:
		return fmt.Errorf("nothing is between %d and %d characters long", f.MinLength, f.MaxLength)
	case f.Default != "" && !(f.Kind == KindChoice && f.offers(f.Default)):
		return fmt.Errorf("the default is no option")
	}
	seen := map[string]bool{"": true}
	for _, o := range f.Options {
		if seen[o.Value] {
			return fmt.Errorf("an option is empty or stands twice")
		}
		seen[o.Value] = true
	}
	if f.Pattern == "" {
		return nil
	}
	if _, err := f.compile(); err != nil {
		return err
	}
	if f.PatternText == nil || f.PatternText.FR == "" {
		return fmt.Errorf("a pattern needs its message")
	}
	return nil
}
