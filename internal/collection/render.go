package collection

import (
	"math"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/value"
)

// DatetimeLayout is how instants are written in records: RFC 3339 in UTC with milliseconds, which is
// what JavaScript's Date writes; an instant with microseconds is written with six digits.
const DatetimeLayout = "2006-01-02T15:04:05.000Z"

const microLayout = "2006-01-02T15:04:05.000000Z"

// Render is the JSON of a stored record: system fields first, then the fields in their order.
func (c Collection) Render(id int64, created, updated time.Time, cells []Cell) value.Value {
	buf := strconv.AppendInt([]byte(idHead), id, 10)
	return value.Trusted(string(c.appendTail(buf, created, updated, cells)))
}

func (c Collection) appendTail(dst []byte, created, updated time.Time, cells []Cell) []byte {
	dst = appendInstant(append(dst, `,"createdAt":`...), created)
	dst = appendInstant(append(dst, `,"updatedAt":`...), updated)
	for i, f := range c.Fields {
		dst = append(value.AppendQuoted(append(dst, ','), f.Name), ':')
		dst = f.append(dst, cells[i])
	}
	return append(dst, '}')
}

// Show is the JSON of one cell of field i, shortened for a message.
func (c Collection) Show(i int, cell Cell) string {
	return clip(string(c.Fields[i].append(nil, cell)))
}

func (f Field) append(dst []byte, cell Cell) []byte {
	switch {
	case cell.Kind == CellNull:
		return append(dst, "null"...)
	case f.Type == JSON:
		return append(dst, cell.Text...)
	case cell.Kind == CellText:
		return value.AppendQuoted(dst, cell.Text)
	case cell.Kind == CellFloat:
		return appendFloat(dst, cell.Float)
	case f.Type == Boolean:
		return strconv.AppendBool(dst, cell.Int != 0)
	case f.Type == Datetime:
		return appendInstant(dst, time.UnixMicro(cell.Int))
	default:
		return strconv.AppendInt(dst, cell.Int, 10)
	}
}

// appendFloat writes the shortest text that reads back as x, the way package value does.
func appendFloat(dst []byte, x float64) []byte {
	if size := math.Abs(x); size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(dst, x, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, x, 'f', -1, 64)
}

func appendInstant(dst []byte, at time.Time) []byte {
	at = at.UTC()
	layout := DatetimeLayout
	if at.Nanosecond()%int(time.Millisecond) != 0 {
		layout = microLayout
	}
	return append(at.AppendFormat(append(dst, '"'), layout), '"')
}

// describe names a value in a message: its kind and its text, shortened.
func describe(v value.Value) string {
	if v.IsMissing() {
		return "missing"
	}
	text := clip(v.Text())
	if v.Kind() == value.KindNull {
		return text
	}
	return v.Kind().String() + " " + text
}

func quote(s string) string { return string(value.AppendQuoted(nil, s)) }

// clip shortens text that came from outside before it enters a message.
func clip(text string) string {
	const most = 40
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
