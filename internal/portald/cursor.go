package portald

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxCursor is the longest text that is looked at, in bytes.
const maxCursor = 1000

// cursor is where a desk stands in the changes. It tells of nothing that its
// holder may not know, and gives no right: what a person sees is asked anew by
// each call.
type cursor struct {
	Epoch string `json:"e"`           // of the store
	Sight string `json:"s"`           // what the person saw, as sightOf tells it
	Since int64  `json:"c"`           // the feed goes on behind this change
	Below int64  `json:"b,omitempty"` // the snapshot goes on below this change; 0 behind its end
	Total int    `json:"t,omitempty"` // requests of the snapshot
	Fresh bool   `json:"f,omitempty"` // the snapshot has just ended: there is nothing to wait for
}

func (c cursor) String() string {
	out, _ := json.Marshal(c) // numbers and short texts cannot fail
	// Not in base64, in which every JSON text begins like a token: whoever looks for
	// tokens where none belong would find cursors.
	return hex.EncodeToString(out)
}

// parseCursor reads a cursor. A text that is none is errStaleCursor: an earlier
// portal may have given it.
func parseCursor(text string) (c cursor, err error) {
	if len(text) > maxCursor || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return c, errBadRequest
	}
	raw, err := hex.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil || c.Since < 0 || c.Below < 0 || c.Total < 0 || c.Below > c.Since+1 {
		return c, errStaleCursor
	}
	return c, nil
}

// sightOf is a fingerprint of what a person may see.
func sightOf(who person) string {
	overseen, elsewhere := who.overseen(), who.elsewhere()
	slices.Sort(overseen)
	slices.Sort(elsewhere)
	sum := sha256.Sum256([]byte(asJSON([]string{who.ID, asJSON(overseen), asJSON(elsewhere)})))
	return hex.EncodeToString(sum[:12])
}
