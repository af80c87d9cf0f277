package cli

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/fault"
)

// report is the file of rejected rows.
type report struct {
	file *os.File
	out  *bufio.Writer
	csv  *csv.Writer
}

func (im *importing) openReport(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return fault.As("cli.import", fault.Forbidden, err, "cannot write %s: %v", name, reason(err))
	}
	out := bufio.NewWriter(f)
	im.report = &report{file: f, out: out, csv: csv.NewWriter(out)}
	return im.report.csv.Write([]string{"row", "line", "field", "value", "code", "message"})
}

// add writes a rejected row.
func (r *report) add(e api.RowError) error {
	if r == nil {
		return nil
	}
	return r.csv.Write([]string{strconv.FormatInt(e.Row, 10), strconv.FormatInt(e.Line, 10), e.Field, e.Value, e.Code, e.Message})
}

// closeReport flushes and closes the file.
func (im *importing) closeReport() error {
	r := im.report
	if r == nil {
		return nil
	}
	im.report = nil
	r.csv.Flush()
	err := r.csv.Error()
	if flushed := r.out.Flush(); err == nil {
		err = flushed
	}
	if closed := r.file.Close(); err == nil {
		err = closed
	}
	return err
}

// told prints the result of the import.
func (im *importing) told(asJSON bool) error {
	sys := im.w
	if asJSON {
		text, err := json.Marshal(im.sum)
		if err != nil {
			return err
		}
		if err := printOne(sys.stdout, text); err != nil {
			return err
		}
	} else {
		verb := "written"
		if im.sum.DryRun {
			verb = "would be written"
		}
		fmt.Fprintf(sys.stdout, "%s: %d %s, %d refused\n", plural(int(im.sum.Rows), "row"), im.sum.Written, verb, im.sum.Refused)
		for _, e := range im.sum.Errors {
			fmt.Fprintf(sys.stderr, "row %d, line %d: %s\n", e.Row, e.Line, clip(e.Message, 300))
		}
		if more := im.sum.Refused - int64(len(im.sum.Errors)); more > 0 {
			fmt.Fprintf(sys.stderr, "and %d more; use --errors FILE to list all\n", more)
		}
	}
	if im.sum.Refused > 0 {
		return errReported
	}
	return nil
}
