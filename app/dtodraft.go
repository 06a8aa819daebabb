package app

// What is being written.

// Content is what the person edits; the window sends it whole.
type Content struct {
	Road     string            `json:"road"` // assistant, form
	Step     string            `json:"step"`
	Type     string            `json:"type"`
	Practice string            `json:"practice"`
	Category string            `json:"category"`
	Values   map[string]string `json:"values"` // by field key; values of hidden fields are kept
	// The catalogue that it is written with; a stored draft keeps its own.
	Catalogue int      `json:"catalogue"`
	Orphans   []Orphan `json:"orphans"` // answers of older forms, see View
}

// Orphan is an answer of an older form, with its text in Values under Key. A
// choice has its Shown; Label is empty if that form is not known any more.
type Orphan struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`
	Shown *Text  `json:"shown,omitempty"`
}

// View is what the rules make of a draft. Practice is the one it would be sent
// for, which is the only possible one when none was chosen.
type View struct {
	Practice string     `json:"practice"`
	Eligible []Practice `json:"eligible"`
	Fields   []Field    `json:"fields"`
	Orphans  []Orphan   `json:"orphans"` // those that no field shows
	Problems []Problem  `json:"problems"`
	Done     int        `json:"done"`
	Total    int        `json:"total"`
}

// Draft is a request being written.
type Draft struct {
	ID        string  `json:"id"`
	Revision  int64   `json:"revision"`
	Content   Content `json:"content"`
	Files     []File  `json:"files"`
	View      View    `json:"view"`
	CreatedAt string  `json:"createdAt"`
	SavedAt   string  `json:"savedAt"`
	// Why the portal refused it and what of it, when it came back to be corrected.
	Reason  string    `json:"reason"`
	Refused []Problem `json:"refused"`
	// What is asked has changed, by a newer catalogue, since it was last saved.
	Renewed bool `json:"renewed"`
	// It belongs to this PC: whoever uses it can read it.
	Shared bool `json:"shared"`
	// GivenBy is the colleague who handed it over, if one did.
	GivenBy string `json:"givenBy"`
}

// Saved is the answer to a save: it is on the disk (synchronous=FULL).
type Saved struct {
	Revision int64  `json:"revision"`
	SavedAt  string `json:"savedAt"`
	View     View   `json:"view"`
}
