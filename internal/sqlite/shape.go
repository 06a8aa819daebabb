package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/sqlite/dbfile"

	"github.com/google/uuid"
)

// table is what rows of a table look like, by which a row is known that nothing
// leads to any more.
type table struct {
	name    string
	columns []column
	meaning
}

// column is a column of a STRICT table.
type column struct {
	name     string
	kind     string // INTEGER, TEXT, BLOB, REAL
	nullable bool
	optional bool // has a default, which a row of an older schema takes
	rowid    bool
}

// meaning is what SQL does not say of a table: which columns make two rows the
// same, which one tells the newer of the two, which are UUIDs, which are sealed
// and for whom. A table without an entry is
// copied as it is.
type meaning struct {
	key    []string
	newer  string
	ids    []string
	person string
	sealed map[string]func() any
}

func aString() any { return new(string) }

var meanings = map[string]meaning{
	"draft": {
		key: []string{"id"}, newer: "revision", ids: []string{"id"}, person: "person",
		sealed: map[string]func() any{"body": func() any { return new(draftBody) }},
	},
	"request": {
		key: []string{"id", "person"}, newer: "updated_at", ids: []string{"id"}, person: "person",
		sealed: map[string]func() any{"body": func() any { return new(requestBody) }},
	},
	"job":  {key: []string{"request"}},
	"file": {key: []string{"id", "person"}, ids: []string{"id", "item"}, person: "person", sealed: map[string]func() any{"name": aString}},
	"message": {
		key: []string{"id", "person"}, ids: []string{"id", "request"}, person: "person",
		sealed: map[string]func() any{"author": aString, "body": func() any { return new(messageBody) }},
	},
	"history":   {key: []string{"person", "request", "at", "what", "code"}, ids: []string{"request"}},
	"catalogue": {key: []string{"version"}},
	"person":    {key: []string{"id"}, sealed: map[string]func() any{"body": func() any { return new(desk.Person) }}},
	"setting":   {key: []string{"key"}},
	"notice":    {key: []string{"person", "request", "kind", "code", "at"}, ids: []string{"request"}},
	"act": {
		key: []string{"id", "person"}, newer: "updated_at", ids: []string{"id", "request"}, person: "person",
		sealed: map[string]func() any{"body": func() any { return new(actBody) }},
	},
	"view": {
		key: []string{"id", "person"}, person: "person",
		sealed: map[string]func() any{"body": func() any { return new(viewBody) }},
	},
	"statement": {
		key: []string{"id", "person"}, ids: []string{"id", "item"}, person: "person",
		sealed: map[string]func() any{"body": func() any { return new(desk.Screened) }},
	},
	"contract": {
		key: []string{"id", "person"}, newer: "seen", person: "person",
		sealed: map[string]func() any{"body": func() any { return new(desk.Contract) }},
	},
}

// tablesOf reads the tables of a database of the newest schema, in the order
// in which they were made, but files last: none refers to a later one, and a file is
// of a row of any of several.
func tablesOf(ctx context.Context, q querier) ([]*table, error) {
	rows, err := q.QueryContext(ctx, `SELECT t.name, c.name, c.type, c."notnull", c.dflt_value IS NOT NULL, c.pk
		FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type='table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name='file', t.rowid, c.cid`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	var out []*table
	for rows.Next() {
		var name string
		var c column
		var notNull bool
		var pk int
		if err := rows.Scan(&name, &c.name, &c.kind, &notNull, &c.optional, &pk); err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		c.nullable, c.rowid = !notNull && pk == 0, pk == 1 && c.kind == "INTEGER"
		if len(out) == 0 || out[len(out)-1].name != name {
			out = append(out, &table{name: name, meaning: meanings[name]})
		}
		t := out[len(out)-1]
		t.columns = append(t.columns, c)
	}
	return out, rows.Err()
}

// at is the place of a column, -1 if the table has none of that name.
func (t *table) at(name string) int {
	return slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
}

// value is that of a column, nil in a row that is older than it.
func (t *table) value(values []any, name string) any {
	if i := t.at(name); i >= 0 && i < len(values) {
		return values[i]
	}
	return nil
}

func (t *table) text(values []any, name string) string {
	text, _ := t.value(values, name).(string)
	return text
}

// byRowID tells whether a row's id is one of its values, so that it is the same
// in every copy of the database.
func (t *table) byRowID() bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.rowid })
}

// fit returns the row's values if it can be one of this table, nil if not.
// Columns that were added after it was written are left out.
func (t *table) fit(r dbfile.Row) []any {
	if len(r.Values) > len(t.columns) {
		return nil
	}
	out := slices.Clone(r.Values)
	for i, c := range t.columns {
		switch {
		case i >= len(out) && !c.nullable && !c.optional:
			return nil
		case i >= len(out):
		case c.rowid:
			if out[i] != nil {
				return nil
			}
			out[i] = r.ID
		case !c.takes(out[i]):
			return nil
		}
	}
	return out
}

// begins tells whether a row of this table can begin with these values.
func (t *table) begins(values []any) bool {
	if len(values) > len(t.columns) {
		return false
	}
	for i, v := range values {
		if c := t.columns[i]; c.rowid != (v == nil) && !(v == nil && c.nullable) || v != nil && !c.takes(v) {
			return false
		}
	}
	return true
}

func (c column) takes(v any) bool {
	switch v := v.(type) {
	case nil:
		return c.nullable
	case int64:
		return c.kind == "INTEGER"
	case float64:
		return c.kind == "REAL"
	case string:
		return c.kind == "TEXT" && utf8.ValidString(v)
	case []byte:
		return c.kind == "BLOB"
	}
	return false
}

// readable tells whether this program can read the row: its ids are ids, and
// its seals open. What it has no key for now is kept for the day it has.
func (s *Store) readable(t *table, values []any) bool {
	for _, name := range t.ids {
		if _, err := uuid.Parse(t.text(values, name)); err != nil {
			return false
		}
	}
	for name, into := range t.sealed {
		sealed, _ := t.value(values, name).([]byte)
		if err := s.unseal(t.text(values, t.person), sealed, into()); err != nil && !closed(err) {
			return false
		}
	}
	return true
}

// insertion is the statement that stores so many values of a row unless its
// place or key is taken.
func (t *table) insertion(n int) string {
	names := make([]string, n)
	for i, c := range t.columns[:n] {
		names[i] = `"` + c.name + `"`
	}
	return "INSERT OR IGNORE INTO " + t.name + " (" + strings.Join(names, ",") + ") VALUES (" +
		strings.TrimSuffix(strings.Repeat("?,", n), ",") + ")"
}

// stored finds the row with the same key: its row id, and what tells the newer
// of two. sql.ErrNoRows if there is none, or if the table has no keys.
func (t *table) stored(ctx context.Context, tx *sql.Tx, values []any) (id, newer int64, err error) {
	if len(t.key) == 0 {
		return 0, 0, sql.ErrNoRows
	}
	args := make([]any, len(t.key))
	for i, k := range t.key {
		args[i] = t.value(values, k)
	}
	column := "0"
	if t.newer != "" {
		column = t.newer
	}
	err = tx.QueryRowContext(ctx, "SELECT rowid, "+column+" FROM "+t.name+" WHERE "+strings.Join(t.key, "=? AND ")+"=?", args...).Scan(&id, &newer)
	return id, newer, err
}
