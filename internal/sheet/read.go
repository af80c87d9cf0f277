package sheet

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// Reader reads the rows of a file as values for records of one collection. It must be used by one goroutine at a
// time.
type Reader struct {
	rows    *Splitter
	of      collection.Collection
	ignore  []string
	columns []column
	cells   []Cell
}

// column is the target of a CSV column.
type column struct {
	name    string
	field   *collection.Field // nil: ignored
	textual bool
	json    bool
}

// Row is one row of a file.
type Row struct {
	N      int64       // from 1, without the header
	Line   int64       // line of the file in which it begins, from 1
	Values value.Value // an object by field name
	// Broken is the reason why the row cannot be read. If it is nil, Values is set.
	Broken *collection.Violation
}

// CodeRow is the code of violations of rows that cannot be read.
const CodeRow = "row"

// NewReader returns a Reader for the rows of c. It skips the columns and members named in ignore. The error is of
// kind fault.Invalid if the header of a CSV file names an unknown field, or a field twice.
func NewReader(c *Splitter, of collection.Collection, ignore []string) (*Reader, error) {
	r := &Reader{rows: c, of: of, ignore: ignore}
	if c.format == CSV {
		return r, r.header()
	}
	return r, nil
}

// header resolves the columns to fields.
func (r *Reader) header() error {
	const op = "sheet.NewReader"
	cells, err := splitCells(nil, r.rows.header, r.rows.delimiter)
	if err != nil {
		return fault.As(op, fault.Invalid, err, "the header: %s", fault.Message(err))
	}
	for i, cell := range cells {
		name := strings.TrimSpace(cell.Text)
		col := column{name: name}
		if slices.ContainsFunc(r.columns, func(c column) bool { return c.name == name }) {
			return fault.New(op, fault.Invalid, "the header names %s twice", show(name))
		}
		if !slices.Contains(r.ignore, name) {
			if col.field = r.field(name); col.field == nil {
				return fault.New(op, fault.Invalid, "the header's column %d, %s, %s", i+1, show(name), r.unknown(name))
			}
			col.textual, col.json = Textual(*col.field), embeds(*col.field)
		}
		r.columns = append(r.columns, col)
	}
	return nil
}

func (r *Reader) field(name string) *collection.Field {
	i := slices.IndexFunc(r.of.Fields, func(f collection.Field) bool { return f.Name == name && f.Stored() })
	if i < 0 {
		return nil
	}
	return &r.of.Fields[i]
}

// unknown returns the message for a column that is not a field.
func (r *Reader) unknown(name string) string {
	if slices.Contains(collection.SystemFields(), name) {
		return "is set by the store: name it under ignore, or leave it out"
	}
	names := make([]string, 0, len(r.of.Fields))
	for _, f := range r.of.Fields {
		names = append(names, f.Name)
	}
	text := "is no field of " + r.of.Name
	if near, ok := nearest.Name(name, names); ok {
		return text + "; did you mean " + near + "? To pass it over name it under ignore"
	}
	return text + ": name it under ignore to pass it over (another delimiter?)"
}

// Next returns the next row, or io.EOF after the last one. Other errors are those of Splitter.Next. A row that
// cannot be read is no error: its Broken is set.
func (r *Reader) Next() (Row, error) {
	text, err := r.rows.Next()
	if err != nil {
		return Row{}, err
	}
	row := Row{N: text.Row, Line: text.Line}
	switch {
	case !utf8.Valid(text.Bytes):
		row.Broken = broken("", "the row is not UTF-8: save the file as UTF-8")
	case r.rows.format == CSV:
		row.Values, row.Broken = r.fromCells(text.Bytes)
	default:
		row.Values, row.Broken = r.fromJSON(text.Bytes)
	}
	return row, nil
}

func broken(field, message string) *collection.Violation {
	return &collection.Violation{Code: CodeRow, Field: field, Message: message}
}

func (r *Reader) fromJSON(text []byte) (value.Value, *collection.Violation) {
	v, err := value.Parse(string(text), value.Limits{Bytes: MaxRow})
	if err != nil {
		return v, broken("", "the row is "+err.Error())
	}
	if v.Kind() != value.KindObject {
		return v, broken("", "the row must be an object by field name, not "+v.Kind().String())
	}
	if len(r.ignore) == 0 {
		return v, nil
	}
	var b value.ObjectBuilder
	for name, member := range v.Members() {
		if !slices.Contains(r.ignore, name) {
			b.Set(name, member)
		}
	}
	return b.Value(), nil
}

func (r *Reader) fromCells(text []byte) (value.Value, *collection.Violation) {
	var err error
	if r.cells, err = splitCells(r.cells[:0], text, r.rows.delimiter); err != nil {
		return value.Value{}, broken("", fault.Message(err))
	}
	if len(r.cells) != len(r.columns) {
		return value.Value{}, broken("", "the row has "+cellsOf(len(r.cells))+", the header "+strconv.Itoa(len(r.columns)))
	}
	var b value.ObjectBuilder
	for i, col := range r.columns {
		if col.field == nil {
			continue
		}
		v, broken := col.value(r.cells[i])
		if broken != nil {
			return value.Value{}, broken
		}
		b.Set(col.name, v)
	}
	return b.Value(), nil
}

func cellsOf(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return strconv.Itoa(n) + " cells"
}

// value returns the value of a cell in its column.
func (c column) value(cell Cell) (value.Value, *collection.Violation) {
	text := cell.Text
	if !c.textual {
		text = strings.TrimSpace(text)
	}
	switch {
	case text == "" && (!cell.Quoted || !c.textual):
		return value.Null(), nil
	case c.json:
		v, err := value.Parse(text, value.Limits{Bytes: MaxRow})
		if err != nil {
			return v, broken(c.name, c.name+" must be JSON in a CSV file (a text with its double quotes), not "+show(text))
		}
		return v, nil
	case c.field.Type == collection.Boolean: // spreadsheets write TRUE
		return value.String(strings.ToLower(text)), nil
	default:
		return value.String(text), nil
	}
}

// Textual reports whether a field's value is text, so that white space and the empty string are significant.
func Textual(f collection.Field) bool {
	switch f.Type {
	case collection.String, collection.Text, collection.Email, collection.URL, collection.Phone, collection.Select:
		return true
	default:
		return false
	}
}

// embeds reports whether a field's cells are JSON.
func embeds(f collection.Field) bool {
	return f.Type == collection.JSON || f.Type == collection.Multiselect || f.Type == collection.File
}

// show quotes and shortens text from outside for a message.
func show(text string) string {
	const most = 60
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return string(value.AppendQuoted(nil, text))
}
