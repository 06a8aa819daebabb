package app

// What can be asked for.

// Catalogue is what can be asked for.
type Catalogue struct {
	Version int    `json:"version"`
	Types   []Type `json:"types"`
}

// Type is a kind of request. Allowed tells whether the person may write one in
// at least one practice (always true while nobody is known).
type Type struct {
	Key        string     `json:"key"`
	Label      Text       `json:"label"`
	Hint       Text       `json:"hint"`
	Allowed    bool       `json:"allowed"`
	Categories []Category `json:"categories"`
	Files      FileRules  `json:"files"`
}

// Category narrows a type.
type Category struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`
	Hint  Text   `json:"hint"`
}

// FileRules limits attachments; Extensions are without a dot.
type FileRules struct {
	MaxCount   int      `json:"maxCount"`
	MaxBytes   int64    `json:"maxBytes"`
	Extensions []string `json:"extensions"`
}

// Field is a question to ask now.
type Field struct {
	Key       string   `json:"key"`
	Label     Text     `json:"label"`
	Hint      Text     `json:"hint"`
	Kind      string   `json:"kind"` // line, text, choice
	Options   []Option `json:"options"`
	Default   string   `json:"default"`
	Required  bool     `json:"required"`
	MaxLength int      `json:"maxLength"` // characters, 0 for a choice
}

// Option is one answer of a choice.
type Option struct {
	Value string `json:"value"`
	Label Text   `json:"label"`
}

// Problem is what keeps a draft from being sent. Step is where it is mended:
// type, practice, category, details, files.
type Problem struct {
	Field  string `json:"field"`
	Step   string `json:"step"`
	Code   string `json:"code"`
	Max    int64  `json:"max"`
	Min    int64  `json:"min"`
	Actual int64  `json:"actual"`
	File   string `json:"file,omitempty"` // id of the attachment it is about
	Text   *Text  `json:"text,omitempty"`
}
