package sqlite

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"guichet/internal/desk"
)

// document is what can be found of a draft or a request.
type document struct {
	subject, body string
	numbers       []string // of invoices and the like, bare
}

// documents reads rows of the person as text.
func (t *texts) documents(ctx context.Context, s *Store, keys []key) (map[key]document, error) {
	at := map[key]FoundRow{}
	var drafts, requests []int64
	for _, k := range keys {
		if k.kind == kindDraft {
			drafts = append(drafts, k.seq)
		} else {
			requests = append(requests, k.seq)
		}
	}
	if err := s.loadReadable(ctx, t.person, drafts, requests, at); err != nil {
		return nil, err
	}
	said, err := s.said(ctx, t.person, requests)
	if err != nil {
		return nil, err
	}
	out := map[key]document{}
	for k, row := range at {
		switch {
		case row.Draft != nil && row.Draft.DeletedAt.IsZero():
			d := row.Draft
			out[k] = documentOf(d.Values, d.Files, t.names.Practices[d.Practice], t.names.Categories[[2]string{d.Type, d.Category}])
		case row.Request != nil:
			r := row.Request
			out[k] = documentOf(r.Values, r.Files, t.names.Practices[r.Owner.Practice], t.names.Categories[[2]string{r.Type, r.Category}],
				r.Number, spoken(r.Number), r.Author.Name, said[r.ID.String()])
		}
	}
	return out, nil
}

// loadReadable reads the rows that can be read: a damaged one takes no other one
// with it.
func (s *Store) loadReadable(ctx context.Context, person string, drafts, requests []int64, at map[key]FoundRow) error {
	err := errors.Join(s.loadDrafts(ctx, person, drafts, at), s.loadRequests(ctx, person, requests, at))
	if !errors.Is(err, desk.ErrDamaged) {
		return err
	}
	clear(at)
	for _, seq := range drafts {
		if err := s.loadDrafts(ctx, person, []int64{seq}, at); err != nil && !errors.Is(err, desk.ErrDamaged) {
			return err
		}
	}
	for _, seq := range requests {
		if err := s.loadRequests(ctx, person, []int64{seq}, at); err != nil && !errors.Is(err, desk.ErrDamaged) {
			return err
		}
	}
	return nil
}

func documentOf(values desk.Values, files []desk.File, more ...string) document {
	var body strings.Builder
	add := func(text string) {
		body.WriteString(fold(text))
		body.WriteByte('\n')
	}
	for _, v := range values {
		add(v)
	}
	for _, f := range files {
		add(f.Name)
	}
	for _, m := range more {
		add(m)
	}
	return document{subject: fold(strings.TrimSpace(values[desk.KeySubject])), body: body.String(), numbers: desk.BareNumbers(values)}
}

// spoken is a number as people say it: AS-2026-000010 is « la 10 ».
func spoken(number string) string {
	return strings.TrimLeft(number[strings.LastIndexByte(number, '-')+1:], "0")
}

// said reads what was said about requests, and what files came with it are called,
// by their ids.
func (s *Store) said(ctx context.Context, person string, seqs []int64) (map[string]string, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	const about = "request IN (SELECT id FROM request WHERE seq IN (SELECT value FROM json_each(?2)))"
	rows, err := s.read.QueryContext(ctx, `SELECT request, body, NULL FROM message WHERE person=?1 AND `+about+`
		UNION ALL SELECT request, NULL, file.name FROM message JOIN file ON file.item=message.id AND file.person=message.person
		WHERE message.person=?1 AND file.removed_at IS NULL AND `+about, person, seqList(seqs))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var request, name string
		var body, file []byte
		var b messageBody
		if err := rows.Scan(&request, &body, &file); err != nil {
			return nil, err
		}
		if body != nil {
			err = s.unseal(person, body, &b)
		} else {
			err = s.unseal(person, file, &name)
		}
		if err != nil {
			return nil, err
		}
		out[request] += b.Text + name + "\n"
	}
	return out, rows.Err()
}

// folding is what remove_diacritics leaves as it is, and a person types otherwise.
var folding = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d")

// fold makes a text one that is found however it is typed.
func fold(text string) string { return folding.Replace(strings.ToLower(text)) }

// matchOf translates words that were typed: each of them has to stand somewhere,
// as the beginning of a word. What has several parts, such as FA-2026-0412, has to
// stand as it is. "" when there is nothing to look for.
func matchOf(typed string) string {
	var out []string
	for word := range strings.FieldsSeq(fold(typed)) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			out = append(out, `"`+strings.ReplaceAll(word, `"`, " ")+`"*`)
		}
	}
	return strings.Join(out, " ")
}
