package desk_test

import (
	"strings"
	"testing"

	"guichet/internal/desk"
)

// Every reason for which a catalogue is refused. A damaged one from the portal
// must never replace a good one.
func TestValidate(t *testing.T) {
	typ := func(c *desk.Catalogue) *desk.Type { return &c.Types[0] }
	cat := func(c *desk.Catalogue) *desk.Category { return &c.Types[0].Categories[0] }
	field := func(c *desk.Catalogue, i int) *desk.Field { return &c.Types[0].Categories[0].Fields[i] }
	tests := map[string]struct {
		change func(*desk.Catalogue)
		want   string // in the message; "" for OK
	}{
		"OK":                   {func(*desk.Catalogue) {}, ""},
		"OKNoFiles":            {func(c *desk.Catalogue) { typ(c).Files = desk.FileRules{} }, ""},
		"OKChoiceWithoutLimit": {func(c *desk.Catalogue) { field(c, 0).MaxLength = 0 }, ""},
		"ErrVersion":           {func(c *desk.Catalogue) { c.Version = 0 }, "version 0"},
		"ErrVersionNegative":   {func(c *desk.Catalogue) { c.Version = -1 }, "version -1"},
		"ErrNoType":            {func(c *desk.Catalogue) { c.Types = nil }, "no type"},
		"ErrTypeKey":           {func(c *desk.Catalogue) { typ(c).Key = "" }, "lacks its key"},
		"ErrTypeLabel":         {func(c *desk.Catalogue) { typ(c).Label.FR = "" }, "lacks its key, label"},
		"ErrTypeCategories":    {func(c *desk.Catalogue) { typ(c).Categories = nil }, "or categories"},
		"ErrSecondType":        {func(c *desk.Catalogue) { c.Types[1].Categories = nil }, `type "open" lacks`},
		"ErrFileCount":         {func(c *desk.Catalogue) { typ(c).Files.MaxCount = -1 }, "negative file limit"},
		"ErrFileBytes":         {func(c *desk.Catalogue) { typ(c).Files.MaxBytes = -1 }, "negative file limit"},
		"ErrCategoryKey":       {func(c *desk.Catalogue) { cat(c).Key = "" }, "lacks its key or label"},
		"ErrCategoryLabel":     {func(c *desk.Catalogue) { cat(c).Label.FR = "" }, `category "invoice": lacks`},
		"ErrSecondCategory":    {func(c *desk.Catalogue) { c.Types[0].Categories[1].Label.FR = "" }, `category "plain": lacks`},
		"ErrFieldKey":          {func(c *desk.Catalogue) { field(c, 4).Key = "" }, "lacks its key or label"},
		"ErrFieldLabel":        {func(c *desk.Catalogue) { field(c, 4).Label.FR = "" }, `field "colour": lacks`},
		"ErrFieldTwice":        {func(c *desk.Catalogue) { field(c, 4).Key = "invoice" }, "stands twice"},
		"ErrKindEmpty":         {func(c *desk.Catalogue) { field(c, 4).Kind = "" }, `kind ""`},
		"ErrKindUnknown":       {func(c *desk.Catalogue) { field(c, 4).Kind = "slider" }, `kind "slider"`},
		"ErrNoOptions":         {func(c *desk.Catalogue) { field(c, 4).Options = nil }, "no options"},
		"ErrNoLimitLine":       {func(c *desk.Catalogue) { field(c, 5).MaxLength = 0 }, "no length limit"},
		"ErrNoLimitText":       {func(c *desk.Catalogue) { field(c, 6).MaxLength = -1 }, "no length limit"},
		"ErrWhenUnknown":       {func(c *desk.Catalogue) { field(c, 1).VisibleWhen.Field = "nothing" }, `depends on "nothing"`},
		"ErrWhenItself":        {func(c *desk.Catalogue) { field(c, 1).VisibleWhen.Field = "invoice" }, `depends on "invoice"`},
		"ErrWhenLater":         {func(c *desk.Catalogue) { field(c, 1).VisibleWhen.Field = "colour" }, `depends on "colour"`},
		"ErrPattern":           {func(c *desk.Catalogue) { field(c, 1).Pattern = "[" }, "missing closing ]"},
		"ErrPatternLookahead":  {func(c *desk.Catalogue) { field(c, 1).Pattern = "(?=a)" }, "invalid or unsupported Perl syntax"},
		// In brackets of ours this compiles, and no longer means the whole value.
		"ErrPatternBrackets":  {func(c *desk.Catalogue) { field(c, 1).Pattern = "FA)|(?:CO" }, "unexpected )"},
		"ErrPatternNoText":    {func(c *desk.Catalogue) { field(c, 1).PatternText = nil }, "needs its message"},
		"ErrPatternEmptyText": {func(c *desk.Catalogue) { field(c, 1).PatternText = &desk.Text{EN: "x"} }, "needs its message"},
		"ErrTypeTwice":        {func(c *desk.Catalogue) { c.Types[1].Key = "office" }, `type "office" stands twice`},
		"ErrCategoryTwice":    {func(c *desk.Catalogue) { c.Types[0].Categories[1].Key = "invoice" }, `category "invoice" twice`},
		"OKCategoryElsewhere": {func(c *desk.Catalogue) { c.Types[1].Categories[0].Key = "invoice" }, ""},
		"ErrReservedType":     {func(c *desk.Catalogue) { field(c, 4).Key = desk.KeyType }, "means something else"},
		"ErrReservedPractice": {func(c *desk.Catalogue) { field(c, 4).Key = desk.KeyPractice }, "means something else"},
		"ErrReservedCategory": {func(c *desk.Catalogue) { field(c, 4).Key = desk.KeyCategory }, "means something else"},
		"ErrReservedFiles":    {func(c *desk.Catalogue) { field(c, 4).Key = desk.KeyFiles }, "means something else"},
		"ErrReservedSign":     {func(c *desk.Catalogue) { field(c, 4).Key = "colour@7" }, `has a "@"`},
		"ErrLimitsCross":      {func(c *desk.Catalogue) { field(c, 5).MinLength = 9 }, "between 9 and 8"},
		"OKLimitsMeet":        {func(c *desk.Catalogue) { field(c, 5).MinLength = 8 }, ""},
		"ErrDefaultNoOption":  {func(c *desk.Catalogue) { field(c, 0).Default = "fax" }, "default is no option"},
		"ErrDefaultOfText":    {func(c *desk.Catalogue) { field(c, 5).Default = "Facture" }, "default is no option"},
		"ErrOptionTwice":      {func(c *desk.Catalogue) { field(c, 0).Options[1].Value = "invoice" }, "stands twice"},
		"ErrOptionEmpty":      {func(c *desk.Catalogue) { field(c, 0).Options[1].Value = "" }, "an option is empty"},
		"ErrTwoMeanings": {func(c *desk.Catalogue) {
			other := &c.Types[1].Categories[0]
			other.Fields = append(other.Fields, desk.Field{Key: "colour", Label: label("Couleur"), Kind: desk.KindLine, MaxLength: 9})
		}, `"colour" is a choice in one place`},
		"ErrNoSubject":     {func(c *desk.Catalogue) { field(c, 5).Key = "other" }, "no subject or description"},
		"ErrNoDescription": {func(c *desk.Catalogue) { field(c, 6).Key = "other" }, "no subject or description"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := rulebook()
			tt.change(&c)
			err := c.Validate()
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
