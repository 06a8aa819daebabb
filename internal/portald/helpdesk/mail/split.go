package mail

import (
	"fmt"

	"guichet/internal/portald/helpdesk"
)

// headRoom is what a message has above its text.
const headRoom = 4 << 10

// encoded is how many bytes a file takes in a message, with what stands above it.
func encoded(f helpdesk.File) int64 {
	b64 := (f.Size + 2) / 3 * 4
	return b64 + (b64+lineLength-1)/lineLength*2 + 512 + 8*int64(len(f.Name))
}

// split packs a letter's files into messages of at most limit bytes, in their
// order. The first message has the whole text.
func split(l letter, limit int64) ([][]helpdesk.File, error) {
	var names int64
	for _, f := range l.files {
		names += int64(len(f.Name))*3 + 64 // as they are listed
	}
	used := headRoom + int64(len(quoted(l.text))) + names
	if used > limit {
		return nil, &helpdesk.Refusal{Reason: fmt.Sprintf("its text takes %d bytes as mail, and a message has %d (mail.max_size)", used, limit)}
	}
	packs := [][]helpdesk.File{nil}
	for i, f := range l.files {
		size := encoded(f)
		if headRoom+names+size > limit {
			return nil, &helpdesk.Refusal{Reason: fmt.Sprintf("file %d of %d takes %d bytes as mail, and a message has %d (mail.max_size)", i+1, len(l.files), size, limit)}
		}
		if used+size > limit {
			packs = append(packs, nil)
			used = headRoom + names
		}
		packs[len(packs)-1] = append(packs[len(packs)-1], f)
		used += size
	}
	return packs, nil
}
