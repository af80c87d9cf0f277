package cli

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/sheet"
)

type recordsImport struct {
	Collection string   `arg:"" complete:"collections" help:"The collection's name."`
	File       string   `arg:"" help:"The file, or - for stdin."`
	Format     string   `name:"format" enum:",csv,ndjson,json" default:"" placeholder:"FORMAT" help:"csv, ndjson (one object per line) or json (an array). Default: by the file's extension."`
	Delimiter  string   `name:"delimiter" placeholder:"CHAR" help:"Delimiter of CSV: , ; | : or tab."`
	Upsert     []string `name:"upsert" placeholder:"FIELDS" sep:"," help:"A unique field, or a unique set of fields. A record with the same values is updated instead."`
	Ignore     []string `name:"ignore" placeholder:"NAMES" sep:"," help:"Columns to skip, e.g. id,createdAt,updatedAt of an export."`
	DryRun     bool     `name:"dry-run" help:"Write nothing; only report which rows would be refused."`
	Errors     string   `name:"errors" placeholder:"FILE" help:"Write the refused rows to this CSV file: row, line, field, value, code, message."`
	From       int64    `name:"from" placeholder:"ROW" default:"1" help:"Skip the rows before this one, to continue an interrupted import."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (recordsImport) Help() string {
	return "The file is sent in batches of 1,000 rows, and each batch is one transaction. Rows that break a rule are skipped and reported. " +
		"CSV follows RFC 4180, in UTF-8, with a header row that names the fields. An empty cell is null; in a text field \"\" is the empty string; " +
		"objects, arrays and json fields are JSON; a missing column takes the field's default. " +
		"The exit code is 1 if a row was refused."
}

// The limits of one batch.
const (
	pieceRows  = 1000
	pieceBytes = 4 << 20
	toldErrors = 10 // rejected rows that are printed
)

// Run imports a file.
func (c *recordsImport) Run(sys *system) error {
	im, err := c.begin(sys)
	if err != nil {
		return err
	}
	defer im.close()
	err = im.all()
	im.progress.end()
	if err == nil {
		err = im.closeReport()
	}
	if err != nil {
		if im.done > 0 {
			fmt.Fprintf(sys.stderr, "%s processed; continue with --from %d\n", plural(int(im.done), "row"), im.done+1)
		}
		return err
	}
	return im.told(c.JSON)
}

// begin opens the file and connects to the server.
func (c *recordsImport) begin(sys *system) (*importing, error) {
	format := sheet.Format(c.Format)
	if format == "" {
		format = sheet.FormatOf(c.File)
	}
	if format == "" {
		return nil, &usageError{[]error{errors.New("unknown file format: set --format to csv, ndjson or json")}}
	}
	delimiter, err := sheet.Delimiter(c.Delimiter)
	if err != nil {
		return nil, &usageError{[]error{err}}
	}
	im := &importing{w: sys, format: format, path: recordsURL(c.Collection) + "/import", from: c.From, progress: newProgress(sys)}
	if im.server, err = c.open(); err != nil {
		return nil, err
	}
	im.query = url.Values{"format": {string(format)}}
	set(im.query, "delimiter", c.Delimiter)
	set(im.query, "upsert", strings.Join(c.Upsert, ","))
	set(im.query, "ignore", strings.Join(c.Ignore, ","))
	if c.DryRun {
		im.query.Set("dryRun", "true")
	}
	file := sys.stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, fault.As("cli.import", fault.NotFound, err, "cannot read %s: %v", c.File, reason(err))
		}
		if info, err := f.Stat(); err == nil {
			im.size = info.Size()
		}
		file, im.file = f, f
	}
	im.cut, err = sheet.NewSplitter(counting{file, func(n int) { im.read += int64(n) }}, format, delimiter)
	if err == nil && c.Errors != "" {
		err = im.openReport(c.Errors)
	}
	if err != nil {
		im.close()
		return nil, err
	}
	return im, nil
}

// importing is a running import.
type importing struct {
	w        *system
	server   *client
	path     string
	query    url.Values
	format   sheet.Format
	cut      *sheet.Splitter
	from     int64 // the first row to import
	file     io.Closer
	progress *progress
	size     int64 // of the file; 0: unknown
	read     int64 // bytes read so far

	text   strings.Builder // the batch
	places []place         // of the batch's rows in the file
	sum    api.Imported    // Errors are the ones to print
	done   int64           // the last row that the server has confirmed
	report *report         // nil: no report requested
}

// place is the position of a row in the file.
type place struct{ row, line int64 }

func (im *importing) close() {
	if im.file != nil {
		_ = im.file.Close() // it was only read
	}
	_ = im.closeReport() // already closed unless something else failed
}

// all sends the file batch by batch.
func (im *importing) all() error {
	for {
		row, err := im.cut.Next()
		if errors.Is(err, io.EOF) {
			return im.send()
		}
		if err != nil {
			return errors.Join(im.send(), err)
		}
		if row.Row < im.from {
			continue
		}
		im.add(row)
		if len(im.places) == pieceRows || im.text.Len() >= pieceBytes {
			if err := im.send(); err != nil {
				return err
			}
		}
	}
}

// add appends a row to the batch, which has the format of the file.
func (im *importing) add(row sheet.RowText) {
	switch {
	case len(im.places) > 0 && im.format == sheet.Array:
		im.text.WriteString(",")
	case len(im.places) > 0:
	case im.format == sheet.CSV:
		im.text.Write(im.cut.Header())
		im.text.WriteString("\n")
	case im.format == sheet.Array:
		im.text.WriteString("[")
	}
	im.text.Write(row.Bytes)
	if im.format != sheet.Array {
		im.text.WriteString("\n")
	}
	im.places = append(im.places, place{row.Row, row.Line})
}

// send asks the server to import the batch, and adds its result to the total.
func (im *importing) send() error {
	if len(im.places) == 0 {
		return nil
	}
	if im.format == sheet.Array {
		im.text.WriteString("]")
	}
	var done api.Imported
	if err := im.server.sendText("POST", im.path, im.query, im.format.Type(), im.text.String(), &done); err != nil {
		return err
	}
	im.sum.Rows += done.Rows
	im.sum.Written += done.Written
	im.sum.Refused += done.Refused
	im.sum.DryRun = done.DryRun
	for _, e := range done.Errors {
		if e.Row >= 1 && e.Row <= int64(len(im.places)) {
			at := im.places[e.Row-1]
			e.Row, e.Line = at.row, at.line
		}
		if len(im.sum.Errors) < toldErrors {
			im.sum.Errors = append(im.sum.Errors, e)
		}
		if err := im.report.add(e); err != nil {
			return err
		}
	}
	im.done = im.places[len(im.places)-1].row
	im.places = im.places[:0]
	im.text.Reset()
	im.progress.show("%s%d rows, %d refused", im.part(), im.sum.Rows, im.sum.Refused)
	return nil
}

// part returns how much of the file has been read, or "" if its size is unknown.
func (im *importing) part() string {
	if im.size == 0 {
		return ""
	}
	return fmt.Sprintf("%3d %%  ", min(100, im.read*100/im.size))
}
