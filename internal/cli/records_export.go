package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/sheet"
)

type recordsExport struct {
	Collection string `arg:"" help:"The collection's name."`
	Output     string `name:"output" short:"o" placeholder:"FILE" help:"The file to write; stdout unless given."`
	recordSelection
	Format    string `name:"format" enum:",csv,ndjson,json" default:"" placeholder:"FORMAT" help:"csv, ndjson (one object a line) or json (an array); by the file's name unless given, else csv."`
	Delimiter string `name:"delimiter" placeholder:"CHAR" help:"Of csv: , ; | : or tab."`
	BOM       bool   `name:"bom" help:"Begin csv with a byte order mark, by which spreadsheets know UTF-8."`
	Guard     bool   `name:"guard" help:"Put an apostrophe before texts in csv that a spreadsheet would run as a formula. This alters the data."`
	clientFlags
}

// Help explains the verb.
func (recordsExport) Help() string {
	return "Records are read page by page, the oldest first unless --sort says otherwise, while others may change. " +
		"CSV is that of RFC 4180: a header row, null as an empty cell, the empty string as \"\", objects, arrays and json fields as JSON, numbers and times in full. " +
		"FILE appears when it is whole."
}

// Run exports records.
func (c *recordsExport) Run(w *world) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := url.Values{}
	c.recordSelection.query(query)
	format := c.Format
	if format == "" {
		format = string(sheet.FormatOf(c.Output))
	}
	set(query, "format", format)
	set(query, "delimiter", c.Delimiter)
	if c.BOM {
		query.Set("bom", "true")
	}
	if c.Guard {
		query.Set("guard", "true")
	}
	res, err := server.do(context.Background(), http.MethodGet, recordsURL(c.Collection)+"/export?"+query.Encode())
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if c.Output == "" {
		return received(server, res.Body, w.stdout)
	}
	return c.save(w, server, res.Body)
}

// save writes a file that appears when it is whole.
func (c *recordsExport) save(w *world, server *client, from io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(c.Output), "."+filepath.Base(c.Output)+".*")
	if err != nil {
		return fault.As("cli.export", fault.Forbidden, err, "cannot write %s: %v", c.Output, reason(err))
	}
	defer func() { _ = os.Remove(f.Name()) }() // it fails when the file has got its own name
	p := newProgress(w)
	size := int64(0)
	from = counting{from, func(n int) {
		size += int64(n)
		p.show("%s", config.FormatSize(size&^1023))
	}}
	err = received(server, from, f)
	p.end()
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), c.Output)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w.stderr, "%s: %d bytes\n", c.Output, size)
	return nil
}

// received copies an answer.
func received(server *client, from io.Reader, to io.Writer) error {
	if _, err := io.Copy(to, from); err != nil {
		return fault.As("cli.export", fault.Unavailable, err, "the answer of %s broke off, the file is not whole: %v", server.base, inner(err))
	}
	return nil
}

// counting tells how many bytes are read.
type counting struct {
	io.Reader
	read func(int)
}

// Read reads and tells.
func (c counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read(n)
	return n, err
}
