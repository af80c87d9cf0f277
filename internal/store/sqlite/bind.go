package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// bind binds values of the types that the store uses. It is not for the hot path.
func bind(s *conn.Stmt, args []any) {
	for i, a := range args {
		switch a := a.(type) {
		case nil:
			s.Null(i + 1)
		case string:
			s.Text(i+1, a)
		case []byte:
			s.Blob(i+1, a)
		case int:
			s.Int(i+1, int64(a))
		case int64:
			s.Int(i+1, a)
		case ident.ID:
			s.Int(i+1, int64(a))
		case flow.Incarnation:
			s.Int(i+1, int64(a))
		case flow.Status:
			s.Text(i+1, string(a))
		case bool:
			s.Int(i+1, flag(a))
		case time.Time:
			bindTime(s, i+1, a)
		case value.Value:
			bindValue(s, i+1, a)
		case collection.Cell:
			bindCell(s, i+1, &a)
		default:
			panic("sqlite: a value of this type cannot be bound") // a bug in this package
		}
	}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// bindTime binds a time as microseconds since 1970, and the zero time as NULL.
func bindTime(s *conn.Stmt, i int, t time.Time) {
	if t.IsZero() {
		s.Null(i)
		return
	}
	s.Int(i, t.UnixMicro())
}

// bindValue binds the exact JSON text, and a missing value as NULL.
func bindValue(s *conn.Stmt, i int, v value.Value) {
	if v.IsMissing() {
		s.Null(i)
		return
	}
	s.Text(i, v.Text())
}

// bindText binds a text that was encoded before, and "" as NULL.
func bindText(s *conn.Stmt, i int, text string) {
	if text == "" {
		s.Null(i)
		return
	}
	s.Text(i, text)
}

func columnTime(s *conn.Stmt, i int) time.Time {
	if s.ColumnNull(i) {
		return time.Time{}
	}
	return time.UnixMicro(s.ColumnInt(i)).UTC()
}

func columnValue(s *conn.Stmt, i int) value.Value {
	if s.ColumnNull(i) {
		return value.Value{}
	}
	return value.Trusted(s.ColumnText(i))
}

func columnError(s *conn.Stmt, i int) *flow.Error {
	return rowcodec.DecodeError(columnValue(s, i))
}
