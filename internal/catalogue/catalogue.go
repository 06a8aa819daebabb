// Package catalogue holds what can be asked of the vendor, as data: the types
// of requests, their categories, fields and rules. The default is part of the
// program, so that a first day without a network works; a newer one from the
// portal takes its place. It does not evaluate rules (desk does) and does not
// fetch or store.
package catalogue

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"guichet/internal/desk"
)

//go:embed default.json
var defaultJSON []byte

// DefaultJSON is the catalogue that comes with the program, as it is served.
func DefaultJSON() []byte { return defaultJSON }

// Default is the catalogue that comes with the program.
func Default() (desk.Catalogue, error) { return Parse(defaultJSON) }

// Parse reads a catalogue and checks that every rule in it can be evaluated.
func Parse(body []byte) (desk.Catalogue, error) {
	var c desk.Catalogue
	if err := json.Unmarshal(body, &c); err != nil {
		return desk.Catalogue{}, fmt.Errorf("parse catalogue: %w", err)
	}
	if err := c.Validate(); err != nil {
		return desk.Catalogue{}, err
	}
	return c, nil
}
