package sqlite

import (
	"encoding/json"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// bind binds values that are not on the hot path.
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
		default:
			panic("sqlite: a value of this type cannot be bound") // a programmer's error
		}
	}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// bindTime binds an instant as microseconds, and NULL for none.
func bindTime(s *conn.Stmt, i int, t time.Time) {
	if t.IsZero() {
		s.Null(i)
		return
	}
	s.Int(i, t.UnixMicro())
}

// bindValue binds exact JSON text, and NULL for Missing.
func bindValue(s *conn.Stmt, i int, v value.Value) {
	if v.IsMissing() {
		s.Null(i)
		return
	}
	s.Text(i, v.Text())
}

// bindText binds a text that was encoded before, and NULL for none.
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

// encodeError is the JSON of an error, "" for none.
func encodeError(e *flow.Error) string {
	if e == nil {
		return ""
	}
	var b value.ObjectBuilder
	b.Set("code", value.String(e.Code)).Set("message", value.String(e.Message))
	if e.Node != "" {
		b.Set("node", value.String(e.Node))
	}
	return b.Value().Text()
}

func columnError(s *conn.Stmt, i int) *flow.Error {
	if s.ColumnNull(i) {
		return nil
	}
	v := columnValue(s, i)
	text := func(name string) string {
		t, _ := v.Get(name).Str()
		return t
	}
	return &flow.Error{Code: text("code"), Message: text("message"), Node: text("node")}
}

// encodeLog is the JSON of a step's lines, "" for none.
func encodeLog(lines []flow.LogLine) string {
	if len(lines) == 0 {
		return ""
	}
	var b value.ArrayBuilder
	for _, l := range lines {
		var line value.ObjectBuilder
		b.Add(line.Set("level", value.String(l.Level)).Set("text", value.String(l.Text)).Value())
	}
	return b.Value().Text()
}

func columnLog(s *conn.Stmt, i int) []flow.LogLine {
	if s.ColumnNull(i) {
		return nil
	}
	var lines []flow.LogLine
	_ = json.Unmarshal([]byte(s.ColumnText(i)), &lines) // our own text
	return lines
}
