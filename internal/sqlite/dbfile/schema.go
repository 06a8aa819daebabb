package dbfile

import "encoding/binary"

// Schema is where the tables of a database and their indexes begin.
type Schema struct {
	Tables  map[string]uint32   // by name
	Indexes map[string][]uint32 // by the table's name
	Whole   bool                // nothing of it is lost
}

// Schema reads it from the first page on.
func (f *File) Schema() Schema {
	s := Schema{map[string]uint32{}, map[string][]uint32{}, true}
	gaps := f.Table(1, func(r Row) {
		if len(r.Values) < 4 {
			s.Whole = false
			return
		}
		kind, _ := r.Values[0].(string)
		name, named := r.Values[1].(string)
		of, _ := r.Values[2].(string)
		root, placed := r.Values[3].(int64)
		if !named || !placed || root < 1 || root > int64(f.pages) {
			s.Whole = false
			return
		}
		switch kind {
		case "table":
			s.Tables[name] = uint32(root)
		case "index":
			s.Indexes[of] = append(s.Indexes[of], uint32(root))
		}
	})
	s.Whole = s.Whole && len(gaps) == 0
	return s
}

// Entries counts what an index has, as far as it can be read: a table with
// fewer rows has lost some.
func (f *File) Entries(root uint32) int { return f.entries(root, 0) }

func (f *File) entries(n uint32, depth int) int {
	p, ok := f.take(n)
	if !ok || depth > deepest {
		return 0
	}
	b := body(p, n)
	cells, ok := b.cells(f.usable)
	switch {
	case !ok:
		return 0
	case b.kind() == leafIndex:
		return len(cells)
	case b.kind() != interiorIndex:
		return 0
	}
	count := len(cells) + f.entries(binary.BigEndian.Uint32(p[b.head+8:]), depth+1)
	for _, at := range cells {
		if at > 0 && at+4 <= f.usable {
			count += f.entries(binary.BigEndian.Uint32(p[at:]), depth+1)
		}
	}
	return count
}
