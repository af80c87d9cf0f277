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
	Collection string `arg:"" complete:"collections" help:"The collection's name."`
	Output     string `name:"output" short:"o" placeholder:"FILE" help:"File to write. Default: stdout."`
	recordSelection
	Format    string `name:"format" enum:",csv,ndjson,json" default:"" placeholder:"FORMAT" help:"csv, ndjson (one object per line) or json (an array). Default: by the file's extension, else csv."`
	Delimiter string `name:"delimiter" placeholder:"CHAR" help:"Delimiter of CSV: , ; | : or tab."`
	BOM       bool   `name:"bom" help:"Start the CSV with a byte order mark, so that spreadsheets recognize UTF-8."`
	Guard     bool   `name:"guard" help:"Prefix CSV cells that a spreadsheet would run as a formula with an apostrophe. This changes the data."`
	clientFlags
}

// Help explains the verb.
func (recordsExport) Help() string {
	return "Records are read in pages, oldest first unless --sort is given; they may change during the export. " +
		"CSV follows RFC 4180: a header row, null as an empty cell, the empty string as \"\", objects, arrays and json fields as JSON, numbers and times in full. " +
		"FILE appears only when it is complete."
}

// Run exports records.
func (c *recordsExport) Run(sys *system) error {
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
		return received(server, res.Body, raw(sys.stdout))
	}
	return c.save(sys, server, res.Body)
}

// save writes a file that appears only when it is complete.
func (c *recordsExport) save(sys *system, server *client, from io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(c.Output), "."+filepath.Base(c.Output)+".*")
	if err != nil {
		return fault.As("cli.export", fault.Forbidden, err, "cannot write %s: %v", c.Output, reason(err))
	}
	defer func() { _ = os.Remove(f.Name()) }() // after the rename there is nothing to remove, so it fails
	p := newProgress(sys)
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
	fmt.Fprintf(sys.stderr, "%s: %d bytes\n", c.Output, size)
	return nil
}

// received copies a response.
func received(server *client, from io.Reader, to io.Writer) error {
	if _, err := io.Copy(to, from); err != nil {
		return fault.As("cli.export", fault.Unavailable, err, "the connection to %s was lost, the file is incomplete: %v", server.base, inner(err))
	}
	return nil
}

// counting reports the number of bytes read.
type counting struct {
	io.Reader
	read func(int)
}

// Read reads and reports the number of bytes.
func (c counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read(n)
	return n, err
}
