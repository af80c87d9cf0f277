package collection

import (
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/value"
)

// Row is a stored record in the form in which a store keeps it.
type Row struct {
	ID               int64
	Created, Updated time.Time
	Cells            []Cell // in the order of the collection's fields; a hasMany has no column, so its cell is CellNull
}

// Render returns the JSON of a stored record: system fields first, then the fields in their order.
func (c Collection) Render(id int64, created, updated time.Time, cells []Cell) value.Value {
	buf := strconv.AppendInt([]byte(idHead), id, 10)
	return value.TrustedBytes(c.appendTail(buf, created, updated, cells))
}

// appendHead appends the system fields after the id.
func appendHead(dst []byte, created, updated time.Time) []byte {
	dst = append(dst, `,"createdAt":`...)
	from := len(dst)
	dst = appendInstant(dst, created)
	if text := dst[from:]; created.Equal(updated) {
		dst = append(append(dst, `,"updatedAt":`...), text...)
	} else {
		dst = appendInstant(append(dst, `,"updatedAt":`...), updated)
	}
	return dst
}

func (c Collection) appendTail(dst []byte, created, updated time.Time, cells []Cell) []byte {
	dst = appendHead(dst, created, updated)
	for i := range c.Fields {
		if f := &c.Fields[i]; f.Relation != HasMany {
			dst = append(value.AppendQuoted(append(dst, ','), f.Name), ':')
			dst = f.append(dst, cells[i])
		}
	}
	return append(dst, '}')
}

// RenderAs returns the JSON of a stored record as a Selection shows it: the id, then the requested columns, or
// all. expanded contains, at a field's index, the value that replaces the field: the record of a belongsTo or the
// array of a hasMany. expanded may be nil.
func (c Collection) RenderAs(r Row, columns []Column, expanded []value.Value) value.Value {
	if columns == nil && expanded == nil {
		return c.Render(r.ID, r.Created, r.Updated, r.Cells)
	}
	dst := strconv.AppendInt([]byte(idHead), r.ID, 10)
	for _, column := range c.columns(columns) {
		dst = append(value.AppendQuoted(append(dst, ','), column.Field.Name), ':')
		if at := column.Index; at >= 0 && at < len(expanded) && !expanded[at].IsMissing() {
			dst = expanded[at].Append(dst)
			continue
		}
		dst = column.Field.append(dst, column.Cell(r))
	}
	for i := range c.Fields {
		if f := &c.Fields[i]; f.Relation == HasMany && i < len(expanded) && !expanded[i].IsMissing() {
			dst = expanded[i].Append(append(value.AppendQuoted(append(dst, ','), f.Name), ':'))
		}
	}
	return value.TrustedBytes(append(dst, '}'))
}

// columns returns the given columns, or all but the id.
func (c Collection) columns(some []Column) []Column {
	if some != nil {
		return some
	}
	created, _ := system("createdAt")
	updated, _ := system("updatedAt")
	some = append(make([]Column, 0, len(c.Fields)+2), created, updated)
	for i, f := range c.Fields {
		if f.Stored() {
			some = append(some, Column{i, f})
		}
	}
	return some
}

// Render returns the JSON of one cell of the field.
func (f Field) Render(cell Cell) value.Value { return value.TrustedBytes(f.append(nil, cell)) }

// Show returns the JSON of one cell of field i, shortened for a message.
func (c Collection) Show(i int, cell Cell) string {
	return clip(string(c.Fields[i].append(nil, cell)))
}

func (f *Field) append(dst []byte, cell Cell) []byte {
	switch {
	case cell.Kind == CellNull:
		return append(dst, "null"...)
	case f.Type == JSON, f.Type == Multiselect, f.Type == File:
		return append(dst, cell.Text...)
	case cell.Kind == CellText:
		return value.AppendQuoted(dst, cell.Text)
	case cell.Kind == CellFloat:
		return decimal.AppendFloat(dst, cell.Float)
	case f.Type == Boolean:
		return strconv.AppendBool(dst, cell.Int != 0)
	case f.Type == Datetime:
		return appendInstant(dst, time.UnixMicro(cell.Int))
	case f.Type == Number:
		return decimal.AppendScaled(dst, cell.Int, f.Scale)
	default:
		return strconv.AppendInt(dst, cell.Int, 10)
	}
}

// appendInstant appends a time of the years 0000 to 9999 in quotes: RFC 3339 in UTC with milliseconds, as
// JavaScript's Date writes it, or with microseconds if they are not zero. Every record has two of them, so this
// is written by hand: Time.AppendFormat takes four times as long.
func appendInstant(dst []byte, at time.Time) []byte {
	at = at.UTC()
	year, month, day := at.Date()
	hour, minute, second := at.Clock()
	dst = appendDigits(append(dst, '"'), year, 4)
	dst = appendDigits(append(dst, '-'), int(month), 2)
	dst = appendDigits(append(dst, '-'), day, 2)
	dst = appendDigits(append(dst, 'T'), hour, 2)
	dst = appendDigits(append(dst, ':'), minute, 2)
	dst = appendDigits(append(dst, ':'), second, 2)
	dst = append(dst, '.')
	if micros := at.Nanosecond() / int(time.Microsecond); micros%1000 != 0 {
		dst = appendDigits(dst, micros, 6)
	} else {
		dst = appendDigits(dst, micros/1000, 3)
	}
	return append(dst, `Z"`...)
}

// appendDigits appends the last digits of n, with leading zeros.
func appendDigits(dst []byte, n, digits int) []byte {
	from := len(dst)
	for range digits {
		dst = append(dst, '0')
	}
	for i := len(dst) - 1; i >= from; i-- {
		dst[i] = '0' + byte(n%10)
		n /= 10
	}
	return dst
}

// describe describes a value in a message: its kind and its shortened text.
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

// clip shortens text from outside for a message.
func clip(text string) string {
	const most = 40
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
