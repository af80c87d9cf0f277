package sheet

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// Options configure a Writer.
type Options struct {
	Delimiter byte // for CSV; 0: the comma
	BOM       bool // for CSV: write a byte order mark, by which spreadsheets recognize UTF-8
	// Guard writes an apostrophe before texts in CSV that a spreadsheet would run as a formula: those that begin
	// with = + - @, a tab or a line end (https://owasp.org/www-community/attacks/CSV_Injection). It changes the
	// data, so it is off by default.
	Guard bool
}

// Writer writes records to a file. The caller must call Close. It must be used by one goroutine at a time.
type Writer struct {
	out     *bufio.Writer
	format  Format
	opt     Options
	columns []written
	n       int64
	err     error
}

type written struct {
	name    string
	json    bool   // the cell is the value's JSON, also for strings
	special string // characters that need quotes
}

// NewWriter starts a file with these columns, which must be fields of the collection. Array and NDJSON files
// contain whole records and need no columns. Record and Close return write errors.
func NewWriter(w io.Writer, format Format, of collection.Collection, columns []string, opt Options) *Writer {
	if opt.Delimiter == 0 {
		opt.Delimiter = ','
	}
	out := &Writer{out: bufio.NewWriterSize(w, 64<<10), format: format, opt: opt}
	special := string(rune(opt.Delimiter)) + "\"\r\n"
	for _, name := range columns {
		col := written{name: name, special: special}
		if i := slices.IndexFunc(of.Fields, func(f collection.Field) bool { return f.Name == name }); i >= 0 {
			col.json = embeds(of.Fields[i])
		}
		out.columns = append(out.columns, col)
	}
	switch format {
	case CSV:
		if opt.BOM {
			out.text("\xef\xbb\xbf")
		}
		for i, col := range out.columns {
			out.cell(i, col, col.name, false)
		}
		out.text("\r\n")
	case Array:
		out.text("[")
	case Lines:
	}
	return out
}

// Record writes one record. It returns the first error of all writes so far.
func (w *Writer) Record(record value.Value) error {
	w.n++
	switch w.format {
	case CSV:
		w.row(record)
	case Lines:
		w.text(oneLine(record))
		w.text("\n")
	default:
		if w.n > 1 {
			w.text(",")
		}
		w.text("\n")
		w.text(oneLine(record))
	}
	return w.err
}

// row writes a record as CSV.
func (w *Writer) row(record value.Value) {
	for i, col := range w.columns {
		v := record.Get(col.name)
		text, isText := v.Str()
		switch {
		case v.IsNull():
			w.cell(i, col, "", false)
		case !isText || col.json:
			w.cell(i, col, v.Text(), false)
		default:
			if w.opt.Guard && isFormula(text) {
				text = "'" + text
			}
			w.cell(i, col, text, text == "")
		}
	}
	w.text("\r\n")
}

// cell writes one cell. Cells with white space at their ends are quoted, because some programs remove it
// otherwise.
func (w *Writer) cell(i int, col written, text string, quoted bool) {
	if i > 0 {
		_ = w.out.WriteByte(w.opt.Delimiter) // bufio.Writer keeps its first error, and text returns it
	}
	if !quoted && !strings.ContainsAny(text, col.special) && strings.TrimSpace(text) == text {
		w.text(text)
		return
	}
	w.text(`"`)
	w.text(strings.ReplaceAll(text, `"`, `""`))
	w.text(`"`)
}

func isFormula(text string) bool {
	return text != "" && strings.IndexByte("=+-@\t\r\n", text[0]) >= 0
}

// oneLine returns a record's JSON without line ends. In JSON they occur only between tokens.
func oneLine(v value.Value) string {
	text := v.Text()
	if !strings.ContainsAny(text, "\r\n") {
		return text
	}
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(text)
}

// Close ends the file and flushes it. It does not close the underlying writer.
func (w *Writer) Close() error {
	if w.format == Array {
		w.text("\n]\n")
	}
	if err := w.out.Flush(); w.err == nil {
		w.err = err
	}
	return w.err
}

func (w *Writer) text(s string) {
	if _, err := w.out.WriteString(s); w.err == nil {
		w.err = err
	}
}
