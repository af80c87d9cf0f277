package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// jsonFlag has the flags of every verb that lists or shows something. They choose the form of the output.
type jsonFlag struct {
	JSON   bool   `name:"json" help:"Print JSON, exactly as the server sent it."`
	Output string `name:"output" short:"o" enum:",table,wide,json,yaml" default:"" placeholder:"FORM" help:"table (the default), wide (cells are not shortened), json or yaml."`
}

// AfterApply sets the form of the output. Kong calls it before the verb runs.
func (f *jsonFlag) AfterApply(sys *system) error {
	switch f.Output {
	case "wide":
		sys.stdout = withForm(sys.stdout, outputForm{wide: true})
	case "yaml":
		sys.stdout = withForm(sys.stdout, outputForm{yaml: true})
	}
	if f.JSON && f.Output != "" && f.Output != "json" {
		return &usageError{[]error{fmt.Errorf("--json and --output %s contradict each other: give one of them", f.Output)}}
	}
	f.JSON = f.JSON || f.Output == "json" || f.Output == "yaml" // the form of the stream turns JSON into YAML
	return nil
}

// pageFlags are the flags of every verb that lists something, newest first.
type pageFlags struct {
	Limit  int    `name:"limit" default:"20" placeholder:"N" help:"Maximum number of results, 1 to 500."`
	Before string `name:"before" placeholder:"ID" help:"Only results older than this one."`
}

// printList prints items as a JSON array with one item per line.
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
	return writeJSON(out, b.Bytes())
}

// show fetches one resource and prints it with shown. With --json it prints the response of the server instead.
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

// answered sends a JSON value and prints the response with shown. With --json it prints the response instead.
func answered[T any](sys *system, server *client, asJSON jsonFlag, method, path string, body value.Value, shown func(T) error) error {
	var raw json.RawMessage
	if err := server.send(method, path, nil, body, &raw); err != nil {
		return err
	}
	if asJSON.JSON {
		return printOne(sys.stdout, raw)
	}
	var it T
	if err := json.Unmarshal(raw, &it); err != nil {
		return err
	}
	return shown(it)
}

// printItems prints items as rows under headings, or as JSON. With none, it says that there are no items instead of printing
// a table.
func printItems[T any](sys *system, asJSON jsonFlag, items []json.RawMessage, none string, headings []string, row func(T) []string) error {
	if asJSON.JSON {
		return printList(sys.stdout, items)
	}
	if len(items) == 0 && none != "" {
		fmt.Fprintln(sys.stderr, none)
		return nil
	}
	t := newTable(sys.stdout, headings...)
	if err := eachOf(items, func(x T) { t.row(row(x)...) }); err != nil {
		return err
	}
	return t.flush()
}

// printOne prints one JSON document, indented, with its literals unchanged.
func printOne(out io.Writer, text json.RawMessage) error {
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(text), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	return writeJSON(out, b.Bytes())
}

// rawPage is a page whose items are undecoded JSON.
type rawPage struct {
	Items []json.RawMessage `json:"items"`
	Next  string            `json:"next"`
}

// eachOf decodes each item into a T and calls do with it.
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

// maxListed is the largest number of items that all reads.
const maxListed = 100_000

// all reads every page of a list. param is the query parameter that takes the next of the page before. It does not trust
// the server to end: a page that leads to itself or has no items, or more than maxListed items, is an error.
func (c *client) all(path, param string) (items []json.RawMessage, err error) {
	path, more, _ := strings.Cut(path, "?")
	query, err := url.ParseQuery(more)
	if err != nil {
		return nil, err
	}
	query.Set("limit", "500")
	for {
		var page rawPage
		if err := c.get(path, query, &page); err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
		if page.Next == "" {
			return items, nil
		}
		if page.Next == query.Get(param) || len(page.Items) == 0 || len(items) > maxListed {
			return nil, fault.New("cli.all", fault.Limit, "the list of %s does not end after %d items; use the API, page by page", c.base+path, len(items))
		}
		query.Set(param, page.Next)
	}
}

// more prints how to get the next page.
func (sys *system) more(next string) {
	if next != "" {
		fmt.Fprintf(sys.stderr, "More: --before %s\n", next)
	}
}

// when formats a time for people, to the second.
func (sys *system) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(sys.zone).Format("2006-01-02 15:04:05")
}

// elapsed formats the time between two instants; "" if one is unknown.
func elapsed(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return formatDuration(to.Sub(from))
}

// formatDuration formats a duration for people.
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
