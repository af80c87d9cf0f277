package cli

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/width"
)

// The widths of cells, in columns of a terminal.
const (
	maxCell  = 80 // of a cell, unless everything is wanted
	wideCell = 500
	minCell  = 8 // down to which cells shrink so that a table fits the terminal
	cellGap  = 2 // between two cells
)

// table prints rows in columns under headings. On a terminal the widest columns shrink until a line fits.
type table struct {
	out  io.Writer
	rows [][]string // the first has the headings
}

func newTable(out io.Writer, headings ...string) *table {
	return &table{out: out, rows: [][]string{headings}}
}

// row adds a row. Cells are cleaned and may be empty.
func (t *table) row(cells ...string) {
	limit := maxCell
	if form(t.out).wide {
		limit = wideCell
	}
	row := make([]string, len(cells))
	for i, cell := range cells {
		if row[i] = clip(cell, limit); row[i] == "" {
			row[i] = "-"
		}
	}
	t.rows = append(t.rows, row)
}

// flush prints the table.
func (t *table) flush() error {
	widths := t.widths()
	for _, row := range t.rows {
		var b strings.Builder
		for i, cell := range row {
			cell = clipColumns(cell, widths[i])
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-columns(cell)+cellGap))
			}
		}
		if _, err := fmt.Fprintln(t.out, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// widths returns the width of each column.
func (t *table) widths() []int {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	f := form(t.out)
	if f.columns == 0 || f.wide {
		return widths
	}
	total := cellGap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for ; total > f.columns; total-- {
		i := widest(widths)
		if i == 0 || widths[i] <= minCell {
			break
		}
		widths[i]--
	}
	return widths
}

// widest returns the widest column but the first, which has what one copies: an id, a key or a name. Of equal ones it
// returns the last, which is rather text.
func widest(widths []int) (at int) {
	for i := 1; i < len(widths); i++ {
		if at == 0 || widths[i] >= widths[at] {
			at = i
		}
	}
	return at
}

// columns returns the width of text on a terminal. Wide characters, such as those of Chinese, take two columns.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// clipColumns shortens text to a width, and marks that with an ellipsis.
func clipColumns(text string, limit int) string {
	if columns(text) <= limit {
		return text
	}
	n := 1 // the ellipsis
	for i, r := range text {
		if n += runeColumns(r); n > limit {
			return text[:i] + "…"
		}
	}
	return text
}
