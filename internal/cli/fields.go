package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// The layout of what show prints.
const (
	nameWidth = 10  // width of field names
	lineWidth = 100 // JSON that fits is printed on one line
	maxLines  = 30  // most lines of one value, unless --full is given
)

// fields prints one name and value per line.
type fields struct {
	w      io.Writer
	indent string
}

// add prints a field unless it is empty.
func (f fields) add(name, text string) {
	if text != "" {
		fmt.Fprintf(f.w, "%s  %-*s%s\n", f.indent, nameWidth, name, clip(text, 500))
	}
}

// json prints a JSON value: after the name if it fits on the line, otherwise below it.
func (f fields) json(name string, v value.Value, lines int) {
	if v.IsMissing() {
		return
	}
	if text := compact(v); len(f.indent)+nameWidth+len(text) <= lineWidth {
		f.add(name, text)
		return
	}
	fmt.Fprintf(f.w, "%s  %s\n", f.indent, name)
	_ = printJSON(f.w, f.indent+"    ", v, lines) // the writer is a buffer, which never fails
}

// compact returns the JSON on one line, with its literals unchanged.
func compact(v value.Value) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(v.Text())) != nil {
		return v.Text()
	}
	return b.String()
}

// printJSON prints an indented value, at most lines of it (0: all).
func printJSON(out io.Writer, indent string, v value.Value, lines int) error {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(v.Text()), indent, "  "); err != nil {
		b.Reset()
		b.WriteString(v.Text())
	}
	return printText(out, indent, indent+b.String(), lines)
}

// printText prints text that is already indented, at most lines of it (0: all).
func printText(out io.Writer, indent, text string, lines int) error {
	all := strings.Split(strings.TrimRight(cleanText(text), "\n"), "\n")
	rest := 0
	if lines > 0 && len(all) > lines {
		all, rest = all[:lines], len(all)-lines
	}
	if _, err := fmt.Fprintln(out, strings.Join(all, "\n")); err != nil || rest == 0 {
		return err
	}
	_, err := fmt.Fprintf(out, "%s… %d more lines; use --full to see them\n", indent, rest)
	return err
}
