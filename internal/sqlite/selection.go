package sqlite

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"guichet/internal/desk"
)

// selection is a query in SQL: parts that are each of one kind, to be read
// together.
type selection struct {
	parts []string // SELECT kind, seq, what it is ordered by
	args  []any
	down  bool
	alone bool // no two have the same place in the order
}

// rows takes two more arguments: how many, and how many to leave out before.
func (s selection) rows() string {
	order := "3, 2" // as indexes have it
	switch {
	case s.alone && s.down:
		order = "3 DESC"
	case s.alone:
		order = "3"
	case s.down:
		order = "3 DESC, 2 DESC"
	}
	return strings.Join(s.parts, " UNION ALL ") + " ORDER BY " + order + " LIMIT ? OFFSET ?"
}

func (s selection) count() string {
	return "SELECT count(*) FROM (" + strings.Join(s.parts, " UNION ALL ") + ")"
}

// orders are what rows are ordered by, for drafts and for requests. The portal's
// states stand in the order in which a request passes them.
var orders = map[desk.Sort][2]string{
	desk.SortUpdated:   {"draft.saved_at", "request.updated_at"},
	desk.SortSubmitted: {"draft.created_at", "request.submitted_at"},
	desk.SortNumber:    {"''", "request.number"},
	desk.SortState:     {"0", stateOrder},
	desk.SortPriority:  {"0", priorityOrder},
	desk.SortPractice:  {"draft.practice", "request.practice"},
	desk.SortCategory:  {"draft.category", "request.category"},
	desk.SortSubject:   {"doc.subject", "doc.subject"},
}

const (
	stateOrder = `(CASE request.state WHEN 'to-correct' THEN 1 WHEN 'needs-sign-in' THEN 2 WHEN 'unknown' THEN 3 WHEN 'queued' THEN 4 WHEN 'sending' THEN 5
		WHEN 'received' THEN 6 WHEN 'in-progress' THEN 7 WHEN 'waiting' THEN 8 WHEN 'resolved' THEN 9 WHEN 'closed' THEN 10 WHEN 'withdrawn' THEN 11 ELSE 12 END)`
	priorityOrder = "(CASE request.priority WHEN 'low' THEN 1 WHEN 'high' THEN 3 WHEN 'urgent' THEN 4 ELSE 2 END)"
)

// none is a selection of nothing.
var none = selection{parts: []string{"SELECT 0, 0, 0 WHERE 0"}}

// selection translates a query, and tells where it is to be asked: what needs the
// text only where that is.
func (s *Store) selection(ctx context.Context, person string, q desk.Query) (querier, selection, error) {
	if q.Sort == "" {
		q.Sort = desk.SortUpdated
	}
	if match := matchOf(q.Text); match != "" || q.Sort == desk.SortSubject {
		db, err := s.text.ready(ctx, s, person)
		return db, textSelection(person, match, q), err
	}
	c := &conditions{}
	sel := selection{down: !q.Up}
	if c.drafts(person, q) {
		sel.parts = append(sel.parts, "SELECT 0, draft.seq, "+orders[q.Sort][0]+" FROM draft WHERE "+c.take())
	}
	for _, one := range eachState(q) {
		if c.requests(person, one) {
			sel.parts = append(sel.parts, "SELECT 1, request.seq, "+orders[q.Sort][1]+" FROM request WHERE "+c.take())
		}
	}
	if len(sel.parts) == 0 {
		return s.read, none, nil
	}
	sel.args = c.args
	return s.read, sel, nil
}

// textSelection asks the words, and the rows only when more than words is asked
// for: what changed last was read last.
func textSelection(person, match string, q desk.Query) selection {
	from, where, by := "text.doc", "1", orders[q.Sort]
	c := &conditions{}
	if match != "" {
		from, where = "text.words CROSS JOIN text.doc ON doc.id=words.rowid", "words MATCH ?"
		c.args = append(c.args, match)
	}
	if match != "" && q.Sort == desk.SortUpdated {
		by = [2]string{"words.rowid", "words.rowid"}
	}
	order := by[0]
	if by[0] != by[1] {
		order = "CASE doc.kind WHEN 0 THEN " + by[0] + " ELSE " + by[1] + " END"
	}
	if filters := (desk.Query{Text: q.Text, Sort: q.Sort, Up: q.Up}); !reflect.DeepEqual(filters, q) || by[0] != by[1] {
		from += " LEFT JOIN draft ON doc.kind=0 AND draft.seq=doc.seq LEFT JOIN request ON doc.kind=1 AND request.seq=doc.seq"
		var fit []string
		if c.drafts(person, q) {
			fit = append(fit, "doc.kind=0 AND "+c.take())
		}
		if c.requests(person, q) {
			fit = append(fit, "doc.kind=1 AND "+c.take())
		}
		if len(fit) == 0 {
			return none
		}
		where += " AND (" + strings.Join(fit, " OR ") + ")"
	}
	return selection{parts: []string{"SELECT doc.kind, doc.seq, " + order + " FROM " + from + " WHERE " + where}, args: c.args, down: !q.Up, alone: order == "words.rowid"}
}

// eachState divides a query into one for each state, each of which an index has in
// the order of the last change.
func eachState(q desk.Query) []desk.Query {
	if len(q.States) < 2 {
		return []desk.Query{q}
	}
	var out []desk.Query
	for i, state := range q.States {
		if state == desk.StateDraft || slices.Contains(q.States[:i], state) {
			continue
		}
		one := q
		one.States = []string{state}
		out = append(out, one)
	}
	return out
}

// conditions collects what rows have to meet.
type conditions struct {
	all  []string
	args []any
}

func (c *conditions) add(sql string, args ...any) {
	c.all, c.args = append(c.all, sql), append(c.args, args...)
}

// oneOf asks for a column to have one of these values, if there are any.
func (c *conditions) oneOf(column string, values []string) {
	switch len(values) {
	case 0:
		return
	case 1:
		c.add(column+"=?", values[0])
		return
	}
	list, _ := json.Marshal(values) // strings cannot fail
	c.add(column+" IN (SELECT value FROM json_each(?))", string(list))
}

// take returns the conditions of one part.
func (c *conditions) take() string {
	out := strings.Join(c.all, " AND ")
	c.all = nil
	return out
}

// drafts collects what drafts have to meet; false if none can.
func (c *conditions) drafts(person string, q desk.Query) bool {
	if !isAsked(q.States, desk.StateDraft) || len(q.Priorities) > 0 || q.Whose == desk.WhoseOthers || q.Watching || q.Unread || !q.Answered.IsZero() {
		return false
	}
	c.add("draft.person IN ('', ?)", person)
	c.add("draft.deleted_at IS NULL")
	c.common("draft", "saved_at", q)
	return true
}

// requests collects what requests have to meet; false if none can.
func (c *conditions) requests(person string, q desk.Query) bool {
	if len(q.States) == 1 && q.States[0] == desk.StateDraft {
		return false
	}
	c.add("request.person=?", person)
	c.oneOf("request.state", q.States)
	if isAsked(q.Priorities, string(desk.PriorityNormal)) && len(q.Priorities) > 0 {
		q.Priorities = append(q.Priorities[:len(q.Priorities):len(q.Priorities)], "")
	}
	c.oneOf("request.priority", q.Priorities)
	switch q.Whose {
	case desk.WhoseMine:
		c.add("request.mine=1")
	case desk.WhoseOthers:
		c.add("request.mine=0")
	}
	if q.Watching {
		c.add("request.watching=1")
	}
	if q.Unread {
		c.add("request.unread=1")
	}
	if !q.Answered.IsZero() {
		c.add("request.id IN (SELECT history.request FROM history WHERE history.person=? AND what='answered' AND at>=?)", person, ms(q.Answered))
	}
	c.common("request", "updated_at", q)
	return true
}

// common collects what drafts and requests have to meet alike.
func (c *conditions) common(table, changed string, q desk.Query) {
	c.oneOf(table+".practice", q.Practices)
	c.oneOf(table+".type", q.Types)
	c.oneOf(table+".category", q.Categories)
	if !q.Since.IsZero() {
		c.add(table+"."+changed+">=?", ms(q.Since))
	}
	if !q.Until.IsZero() {
		c.add(table+"."+changed+"<?", ms(q.Until))
	}
}

// isAsked tells whether a value is asked for.
func isAsked(values []string, value string) bool {
	return len(values) == 0 || slices.Contains(values, value)
}
