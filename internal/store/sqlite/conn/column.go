package conn

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// ColumnInt returns a column of the current row as an integer. Columns are numbered from 0; NULL is 0.
func (s *Stmt) ColumnInt(i int) int64 {
	return lib.Xsqlite3_column_int64(s.conn.tls, s.p, int32(i))
}

// ColumnFloat returns a column as a double.
func (s *Stmt) ColumnFloat(i int) float64 {
	return lib.Xsqlite3_column_double(s.conn.tls, s.p, int32(i))
}

// ColumnNull reports whether a column is NULL.
func (s *Stmt) ColumnNull(i int) bool {
	return lib.Xsqlite3_column_type(s.conn.tls, s.p, int32(i)) == lib.SQLITE_NULL
}

// ColumnText returns a copy of a column as a string; NULL is "".
func (s *Stmt) ColumnText(i int) string {
	p := lib.Xsqlite3_column_text(s.conn.tls, s.p, int32(i))
	return string(s.bytes(p, i))
}

// ColumnBlob returns a copy of a column as bytes; NULL and an empty blob are nil.
func (s *Stmt) ColumnBlob(i int) []byte {
	p := lib.Xsqlite3_column_blob(s.conn.tls, s.p, int32(i))
	b := s.bytes(p, i)
	if len(b) == 0 {
		return nil
	}
	return append(make([]byte, 0, len(b)), b...)
}

// bytes returns the C memory of a column. It is valid until the next Step or Reset.
func (s *Stmt) bytes(p uintptr, i int) []byte {
	if p == 0 {
		return nil
	}
	n := lib.Xsqlite3_column_bytes(s.conn.tls, s.p, int32(i))
	return libc.GoBytes(p, int(n))
}

// Columns returns the number of columns of a row.
func (s *Stmt) Columns() int { return int(lib.Xsqlite3_column_count(s.conn.tls, s.p)) }

// ColumnName returns the name of a column.
func (s *Stmt) ColumnName(i int) string {
	return libc.GoString(lib.Xsqlite3_column_name(s.conn.tls, s.p, int32(i)))
}
