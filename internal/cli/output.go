package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// table prints rows under headings, in columns.
type table struct {
	w    *tabwriter.Writer
	cols int
}

func newTable(out io.Writer, headings ...string) *table {
	t := &table{w: tabwriter.NewWriter(out, 0, 8, 2, ' ', 0), cols: len(headings)}
	t.row(headings...)
	return t
}

// row adds a row; cells are cleaned and may be empty.
func (t *table) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = clip(cell, 80)
		if cells[i] == "" {
			cells[i] = "-"
		}
	}
	fmt.Fprintln(t.w, strings.Join(cells, "\t"))
}

func (t *table) flush() error { return t.w.Flush() }

// jsonFlag is the --json of everything that lists or shows.
type jsonFlag struct {
	JSON bool `name:"json" help:"Print JSON, exactly as the server sent it."`
}

// pageFlags are those of everything that lists, newest first.
type pageFlags struct {
	Limit  int    `name:"limit" default:"20" placeholder:"N" help:"Maximum number of results, 1 to 500."`
	Before string `name:"before" placeholder:"ID" help:"Only results older than this one."`
}

// printList prints items as a JSON array with one item a line.
func printList(out io.Writer, items []json.RawMessage) error {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(item)
	}
	b.WriteString("\n]\n")
	_, err := b.WriteTo(out)
	return err
}

// show gets one resource and has it shown. With --json it is printed as the server sent it instead.
func show[T any](sys *system, flags *clientFlags, asJSON jsonFlag, path string, shown func(*client, T) error) error {
	server, err := flags.open()
	if err != nil {
		return err
	}
	var raw json.RawMessage
	if err := server.get(path, nil, &raw); err != nil {
		return err
	}
	if asJSON.JSON {
		return printOne(sys.stdout, raw)
	}
	var it T
	if err := json.Unmarshal(raw, &it); err != nil {
		return err
	}
	return shown(server, it)
}

// printOne prints one JSON document, indented; its texts stay as they are.
func printOne(out io.Writer, text json.RawMessage) error {
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(text), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := b.WriteTo(out)
	return err
}

// rawPage is a page whose items are still JSON.
type rawPage struct {
	Items []json.RawMessage `json:"items"`
	Next  string            `json:"next"`
}

// eachOf decodes items into T and calls do with each.
func eachOf[T any](items []json.RawMessage, do func(T)) error {
	for _, item := range items {
		var x T
		if err := json.Unmarshal(item, &x); err != nil {
			return err
		}
		do(x)
	}
	return nil
}

// more tells that a list goes on.
func (sys *system) more(next string) {
	if next != "" {
		fmt.Fprintf(sys.stderr, "More: --before %s\n", next)
	}
}

// when prints an instant for people, to the second.
func (sys *system) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(sys.zone).Format("2006-01-02 15:04:05")
}

// elapsed prints the time between two instants; "" when one is not known.
func elapsed(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return formatDuration(to.Sub(from))
}

// formatDuration prints a duration for people.
func formatDuration(d time.Duration) string {
	switch {
	case d < 0:
		return ""
	case d < time.Millisecond:
		return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < 10*time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	default:
		return d.Round(time.Second).String()
	}
}
