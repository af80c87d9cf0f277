package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

type recordsCmd struct {
	Ls     recordsLs     `cmd:"" help:"List records of a collection, newest first."`
	Get    recordsGet    `cmd:"" help:"Show one record."`
	Create recordsCreate `cmd:"" help:"Create one or more records."`
	Update recordsUpdate `cmd:"" help:"Change a record, or all records that match a filter."`
	Rm     recordsRm     `cmd:"" help:"Delete records."`
	Import recordsImport `cmd:"" help:"Create records from a CSV or JSON file of any length."`
	Export recordsExport `cmd:"" help:"Write records to a CSV or JSON file."`
}

// recordSelection selects records and their fields.
type recordSelection struct {
	Filter string   `name:"filter" placeholder:"JSON" help:"Only records that match, e.g. '{\"status\":\"open\"}'."`
	Sort   []string `name:"sort" placeholder:"FIELDS" sep:"," help:"Fields to sort by; a minus means descending, e.g. --sort=-createdAt,name."`
	Fields []string `name:"fields" placeholder:"FIELDS" sep:"," help:"Only these fields."`
	Expand []string `name:"expand" placeholder:"FIELDS" sep:"," help:"Relations to show as records instead of ids."`
}

// query adds the selection to the parameters of an API request.
func (s *recordSelection) query(query url.Values) {
	set(query, "filter", s.Filter)
	set(query, "sort", strings.Join(s.Sort, ","))
	set(query, "fields", strings.Join(s.Fields, ","))
	set(query, "expand", strings.Join(s.Expand, ","))
}

// recordsURL returns the path of a collection's records.
func recordsURL(collection string) string {
	return "/api/collections/" + url.PathEscape(collection) + "/records"
}

type recordsLs struct {
	Collection string `arg:"" complete:"collections" help:"The collection's name."`
	recordSelection
	pageFlags
	Count bool `name:"count" help:"Also print the total number."`
	clientFlags
	jsonFlag
}

// The largest number of columns in a table of records, and of characters in a cell.
const (
	maxColumns = 12
	cellWidth  = 36
)

// Run lists records.
func (c *recordsLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := c.pageFlags.query()
	c.recordSelection.query(query)
	if c.Count {
		query.Set("count", "true")
	}
	var page struct {
		rawPage
		Count *int64 `json:"count"`
	}
	if err := server.get(recordsURL(c.Collection), query, &page); err != nil {
		return err
	}
	if page.Count != nil {
		defer fmt.Fprintf(sys.stderr, "%s in all\n", plural(int(*page.Count), "record"))
	}
	if c.JSON {
		sys.more(page.Next)
		return printList(sys.stdout, page.Items)
	}
	if len(page.Items) == 0 {
		fmt.Fprintf(sys.stderr, "No records in %s.\n", c.Collection)
		return nil
	}
	err = printRecords(sys, page.Items)
	sys.more(page.Next)
	return err
}

func printRecords(sys *system, items []json.RawMessage) error {
	columns, left := columnsOf(items)
	t := newTable(sys.stdout, columns...)
	for _, item := range items {
		record := value.Trusted(string(item))
		cells := make([]string, len(columns))
		for i, name := range columns {
			cells[i] = cell(record.Get(name))
		}
		t.row(cells...)
	}
	err := t.flush()
	if left > 0 {
		fmt.Fprintf(sys.stderr, "%d more fields are not shown; use --json to see them.\n", left)
	}
	return err
}

// columnsOf returns the field names of records in order of appearance, and how many were left out.
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
	Collection string   `arg:"" complete:"collections" help:"The collection's name."`
	ID         int64    `arg:"" help:"The record's id."`
	Fields     []string `name:"fields" placeholder:"FIELDS" sep:"," help:"Only these fields."`
	Expand     []string `name:"expand" placeholder:"FIELDS" sep:"," help:"Relations to show as records instead of ids."`
	clientFlags
}

// Run prints a record as JSON.
func (c *recordsGet) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := url.Values{}
	set(query, "fields", strings.Join(c.Fields, ","))
	set(query, "expand", strings.Join(c.Expand, ","))
	var raw json.RawMessage
	if err := server.get(recordsURL(c.Collection)+"/"+strconv.FormatInt(c.ID, 10), query, &raw); err != nil {
		return err
	}
	return printOne(sys.stdout, raw)
}
