package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/value"
)

type recordsCmd struct {
	Ls  recordsLs  `cmd:"" help:"List records of a collection, newest first."`
	Get recordsGet `cmd:"" help:"Show one record."`
}

type recordsLs struct {
	Collection string `arg:"" help:"The collection's name."`
	pageFlags
	clientFlags
	jsonFlag
}

// The most columns of a table of records, and characters of a cell.
const (
	maxColumns = 12
	cellWidth  = 36
)

// Run lists records.
func (c *recordsLs) Run(w *world) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var page rawPage
	if err := server.get("/api/collections/"+url.PathEscape(c.Collection)+"/records", c.pageFlags.query(), &page); err != nil {
		return err
	}
	if c.JSON {
		return printList(w.stdout, page.Items)
	}
	if len(page.Items) == 0 {
		fmt.Fprintf(w.stderr, "There is no record in %s.\n", c.Collection)
		return nil
	}
	columns, left := columnsOf(page.Items)
	t := newTable(w.stdout, columns...)
	for _, item := range page.Items {
		record := value.Trusted(string(item))
		cells := make([]string, len(columns))
		for i, name := range columns {
			cells[i] = cell(record.Get(name))
		}
		t.row(cells...)
	}
	err = t.flush()
	if left > 0 {
		fmt.Fprintf(w.stderr, "%d more fields are not shown; --json has them.\n", left)
	}
	w.more(page.Next)
	return err
}

// columnsOf are the fields of records, as they come, and how many more there are.
func columnsOf(items []json.RawMessage) (columns []string, left int) {
	for _, item := range items {
		for name := range value.Trusted(string(item)).Members() {
			if !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	if len(columns) > maxColumns {
		return columns[:maxColumns], len(columns) - maxColumns
	}
	return columns, 0
}

func cell(v value.Value) string {
	if v.IsNull() {
		return ""
	}
	if text, ok := v.Str(); ok {
		return clip(text, cellWidth)
	}
	return clip(v.Text(), cellWidth)
}

type recordsGet struct {
	Collection string `arg:"" help:"The collection's name."`
	ID         int64  `arg:"" help:"The record's id."`
	clientFlags
}

// Run prints a record as JSON.
func (c *recordsGet) Run(w *world) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var raw json.RawMessage
	path := "/api/collections/" + url.PathEscape(c.Collection) + "/records/" + strconv.FormatInt(c.ID, 10)
	if err := server.get(path, nil, &raw); err != nil {
		return err
	}
	return printOne(w.stdout, raw)
}
