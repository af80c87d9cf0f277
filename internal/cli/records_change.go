package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

type recordsCreate struct {
	Collection string   `arg:"" complete:"collections" help:"The collection's name."`
	Values     []string `arg:"" optional:"" help:"The values, see above. An array of objects creates all its records or none."`
	Upsert     []string `name:"upsert" placeholder:"FIELDS" sep:"," help:"A unique field. A record with the same value is updated instead."`
	clientFlags
}

// Help explains the verb.
func (recordsCreate) Help() string { return valuesHelp }

// Run creates records and prints them.
func (c *recordsCreate) Run(sys *system) error {
	values, err := readValues(sys, c.Values)
	if err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	query := url.Values{}
	set(query, "upsert", strings.Join(c.Upsert, ","))
	var raw json.RawMessage
	if err := server.send(http.MethodPost, recordsURL(c.Collection), query, values, &raw); err != nil {
		return err
	}
	return printOne(sys.stdout, raw)
}

type recordsUpdate struct {
	Collection  string   `arg:"" complete:"collections" help:"The collection's name."`
	Args        []string `arg:"" name:"id values" help:"The record's id, then the values, see above. With --filter, only the values."`
	Filter      string   `name:"filter" placeholder:"JSON" help:"Change all records that match, e.g. '{\"status\":\"open\"}'."`
	IfUpdatedAt string   `name:"if-updated-at" placeholder:"TIME" help:"Only if the record still has this updatedAt."`
	Yes         bool     `name:"yes" short:"y" help:"Change the records that match the filter. Without it they are only counted."`
	clientFlags
}

// Help explains the verb.
func (recordsUpdate) Help() string {
	return valuesHelp + ` Change a number relative to its value with n:='{"$inc":1}' or n:='{"$mul":2}'.`
}

// Run changes records.
func (c *recordsUpdate) Run(sys *system) error {
	if c.Filter != "" {
		return c.selected(sys)
	}
	id, err := strconv.ParseInt(c.Args[0], 10, 64)
	if err != nil {
		return &usageError{[]error{fmt.Errorf("%q is not a record id; give one, or use --filter", c.Args[0])}}
	}
	values, err := readValues(sys, c.Args[1:])
	if err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	query := url.Values{}
	set(query, "ifUpdatedAt", c.IfUpdatedAt)
	var raw json.RawMessage
	if err := server.send(http.MethodPatch, recordsURL(c.Collection)+"/"+strconv.FormatInt(id, 10), query, values, &raw); err != nil {
		return err
	}
	return printOne(sys.stdout, raw)
}

func (c *recordsUpdate) selected(sys *system) error {
	if c.IfUpdatedAt != "" {
		return &usageError{[]error{errors.New("--if-updated-at works with one record id, not with --filter")}}
	}
	values, err := readValues(sys, c.Args)
	if err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	if !c.Yes {
		return server.counted(sys, c.Collection, c.Filter, "change them")
	}
	var done struct {
		Meta struct{ Count int64 } `json:"meta"`
	}
	server.timeout = longTimeout
	path := "/api/" + url.PathEscape(c.Collection) + ":update"
	if err := server.send(http.MethodPost, path, url.Values{"filter": {c.Filter}}, values, &done); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s changed\n", plural(int(done.Meta.Count), "record"))
	return nil
}

type recordsRm struct {
	Collection string  `arg:"" complete:"collections" help:"The collection's name."`
	ID         []int64 `arg:"" optional:"" help:"Ids of records."`
	Filter     string  `name:"filter" placeholder:"JSON" help:"Delete all records that match, e.g. '{\"status\":\"open\"}'."`
	Yes        bool    `name:"yes" short:"y" help:"Delete the records that match the filter. Without it they are only counted."`
	clientFlags
}

// Run deletes records.
func (c *recordsRm) Run(sys *system) error {
	if (len(c.ID) == 0) == (c.Filter == "") {
		return &usageError{[]error{errors.New("give record ids, or use --filter")}}
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	if c.Filter != "" && !c.Yes {
		return server.counted(sys, c.Collection, c.Filter, "delete them")
	}
	if c.Filter != "" {
		var done struct{ Data int64 }
		server.timeout = longTimeout
		path := "/api/" + url.PathEscape(c.Collection) + ":destroy"
		if err := server.send(http.MethodPost, path, url.Values{"filter": {c.Filter}}, value.Value{}, &done); err != nil {
			return err
		}
		fmt.Fprintf(sys.stdout, "%s deleted\n", plural(int(done.Data), "record"))
		return nil
	}
	for _, id := range c.ID {
		if err := server.send(http.MethodDelete, recordsURL(c.Collection)+"/"+strconv.FormatInt(id, 10), nil, value.Value{}, nil); err != nil {
			return err
		}
	}
	fmt.Fprintf(sys.stdout, "%s deleted\n", plural(len(c.ID), "record"))
	return nil
}

// counted prints how many records a filter matches, and how to act on them.
func (c *client) counted(sys *system, collection, filter, what string) error {
	var page struct {
		Count int64 `json:"count"`
	}
	c.timeout = longTimeout
	query := url.Values{"filter": {filter}, "count": {"true"}, "limit": {"1"}, "fields": {"id"}}
	if err := c.get(recordsURL(collection), query, &page); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s selected; use --yes to %s\n", plural(int(page.Count), "record"), what)
	return nil
}
