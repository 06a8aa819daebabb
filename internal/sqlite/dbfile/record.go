package dbfile

import (
	"encoding/binary"
	"math"
)

// Row is one row of a table. Values are nil, int64, float64, string or []byte,
// as they are stored: the column that is the row id is nil. A row that was
// written before columns were added has fewer.
type Row struct {
	ID     int64
	Values []any
}

// varint reads one of SQLite's integers; n is 0 if there is none.
func varint(b []byte) (v uint64, n int) {
	for i := 0; i < 9 && i < len(b); i++ {
		if i == 8 {
			return v<<8 | uint64(b[8]), 9
		}
		v = v<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// record reads the values of a record. Of one that is cut it reads as many as
// are there in full, and whole is false.
func record(b []byte) (values []any, whole bool) {
	size, n := varint(b)
	if n == 0 || size < uint64(n) || size > uint64(len(b)) {
		return nil, false
	}
	types, content := b[n:size], b[size:]
	for len(types) > 0 {
		t, n := varint(types)
		if n == 0 {
			return values, false
		}
		types = types[n:]
		v, n, ok := value(t, content)
		if !ok {
			return values, false
		}
		values, content = append(values, v), content[n:]
	}
	return values, len(content) == 0
}

// value reads a value of that type and tells how many bytes it has.
func value(t uint64, b []byte) (v any, n int, ok bool) {
	switch {
	case t == 0:
		return nil, 0, true
	case t == 8, t == 9:
		return int64(t - 8), 0, true
	case t == 10, t == 11:
		return nil, 0, false
	case t == 7:
		if len(b) < 8 {
			return nil, 0, false
		}
		return math.Float64frombits(binary.BigEndian.Uint64(b)), 8, true
	case t < 7:
		n := [7]int{0, 1, 2, 3, 4, 6, 8}[t]
		if len(b) < n {
			return nil, 0, false
		}
		whole := int64(int8(b[0]))
		for _, c := range b[1:n] {
			whole = whole<<8 | int64(c)
		}
		return whole, n, true
	case (t-12)/2 > uint64(len(b)):
		return nil, 0, false
	}
	n = int((t - 12) / 2)
	if t%2 == 1 {
		return string(b[:n]), n, true
	}
	return append([]byte{}, b[:n]...), n, true
}
