package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"

	"guichet/app"
)

// paper is a draft or request, as the journal has it.
type paper struct {
	id       string
	mark     string     // in its subject, and in no other
	sent     []version  // what was sent since the newest acknowledged content, which is the first
	revision int64      // of that first one, 0 when nothing was acknowledged
	files    []original // acknowledged
	doubtful []original // confirmed, and not answered or refused by a failing disk
	stage    stage
	thrown   bool
	unsure   bool   // whether it is thrown
	number   string // that the desk has told
	settled  bool   // received, and read back once since
}

type stage int

const (
	stageWritten  stage = iota
	stageAsked          // submitted, and not answered
	stagePromised       // submitted, and acknowledged
)

type version struct {
	n       int
	content app.Content
}

// original is a file that was attached: name, size in bytes and SHA-256 are
// what was chosen, id is the desk's.
type original struct {
	id, name, sum string
	size          int64
}

// listed is the list of the window, by id. Its pages overlap, since others may
// throw drafts away while it is read.
func listed(b *bridge) (map[string]app.Item, error) {
	const page, step = 200, 150
	out := map[string]app.Item{}
	for offset := 0; ; offset += step {
		var found app.Page
		if err := b.call("Lists.Find", &found, app.Query{Sort: "submitted", Up: true}, offset, page); err != nil {
			return nil, err
		}
		once := map[string]bool{}
		for _, i := range found.Items {
			if once[i.ID] {
				return nil, errors.New("something stands twice in the list")
			}
			once[i.ID] = true
			if before, twice := out[i.ID]; !twice || before.Draft { // submitted meanwhile
				out[i.ID] = i
			}
		}
		if !found.More {
			return out, nil
		}
	}
}

// follow holds that a promised request is on its way or has arrived, and that
// its number does not change.
func (p *paper) follow(items map[string]app.Item) error {
	item, ok := items[p.id]
	switch {
	case !ok:
		return fmt.Errorf("request %s is gone", p.id)
	case item.Draft, item.Status == "cancelled", item.Status == "to-correct", item.Status == "received" && item.Number == "":
		return fmt.Errorf("request %s is %s (%s)", p.id, item.Status, item.Reason)
	case p.number != "" && item.Number != p.number:
		return fmt.Errorf("request %s had number %s and has %q", p.id, p.number, item.Number)
	}
	p.number = item.Number
	return nil
}

func sameContent(a, b app.Content) bool {
	return a.Type == b.Type && a.Practice == b.Practice && a.Category == b.Category && a.Road == b.Road && a.Step == b.Step &&
		maps.Equal(a.Values, b.Values)
}

// noiseFile is a PDF to the eye of whoever looks at the first bytes only.
func noiseFile(rnd *rand.Rand, size int) []byte {
	const head = "%PDF-1.7\n"
	body := make([]byte, max(size, len(head)))
	var key [32]byte
	for i := range key {
		key[i] = byte(rnd.Uint32())
	}
	_, _ = rand.NewChaCha8(key).Read(body) // never fails
	copy(body, head)
	return body
}

func sha256Of(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
