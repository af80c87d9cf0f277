package api

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/sheet"
	"hookline.dev/hookline/internal/value"
)

// importer writes the rows of a file in chunks. Each write creates all of its records or none. If one of them
// breaks a rule, it is removed and the others are written again.
type importer struct {
	records Records
	of      collection.Collection
	now     clock.Clock
	upsert  []string
	dry     bool
	size    int // rows in the next write; reduced after a rejection to limit wasted work
	chunk   []sheet.Row
	bytes   int        // size of the chunk's rows
	refused []RowError // rejected rows of the chunk
	report  Imported
}

// all imports every row. An error ends the import; what is already written stays.
func (im *importer) all(ctx context.Context, rows *sheet.Reader) error {
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return im.flush(ctx)
		}
		if err != nil {
			if wrote := im.flush(ctx); wrote != nil {
				return wrote
			}
			return bodyError("api.import", err)
		}
		im.report.Rows++
		if row.Broken != nil {
			im.refuse(row, row.Broken)
		} else {
			im.chunk = append(im.chunk, row)
			im.bytes += len(row.Values.Text())
		}
		if len(im.chunk) == importChunk || im.bytes >= importBytes {
			if err := im.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// flush writes the chunk.
func (im *importer) flush(ctx context.Context) error {
	err := im.write(ctx)
	im.chunk, im.bytes = im.chunk[:0], 0
	slices.SortFunc(im.refused, func(a, b RowError) int { return int(a.Row - b.Row) })
	room := shownRefusals - len(im.report.Errors)
	im.report.Errors = append(im.report.Errors, im.refused[:min(room, len(im.refused))]...)
	im.refused = im.refused[:0]
	return err
}

func (im *importer) write(ctx context.Context) error {
	if im.dry {
		return im.dryRun(ctx)
	}
	dropped := false
	for rest := im.chunk; len(rest) > 0; {
		n := min(im.size, len(rest))
		done, err := im.records.Write(collection.Op{
			Kind: collection.Create, Collection: im.of.Name, Upsert: im.upsert, Values: arrayOf(rest[:n]),
		})
		if err != nil {
			return err
		}
		v := done.Violation
		if v == nil {
			im.report.Written += int64(n)
			rest = rest[n:]
			im.size = min(2*im.size, importChunk)
			continue
		}
		if v.Code == collection.CodeUnknownCollection { // it was dropped in the meantime
			return violationOf(collection.Op{Kind: collection.Create}, v)
		}
		if !dropped { // drop all rows that break a rule by themselves, without asking the store about each
			dropped = true
			rest, _ = im.dropInvalid(rest)
			continue
		}
		i, field := recordOf(v.Field, n)
		if i < 0 { // the violation names no record: bisect
			im.size = max(1, n/2)
			continue
		}
		im.refuse(rest[i], &collection.Violation{Code: v.Code, Field: field, Message: withoutIndex(v.Message)})
		rest = slices.Delete(rest, i, i+1)
		im.size = max(1, i, n/2)
	}
	return nil
}

// arrayOf builds an array from the values of rows.
func arrayOf(rows []sheet.Row) value.Value {
	var b value.ArrayBuilder
	for _, row := range rows {
		b.Add(row.Values)
	}
	return b.Value()
}

// recordOf returns which of n records a violation is about: the field [3].email belongs to the fourth. i is -1
// if the violation does not say.
func recordOf(field string, n int) (i int, of string) {
	if at, behind, ok := strings.Cut(strings.TrimPrefix(field, "["), "]"); ok && strings.HasPrefix(field, "[") {
		if i, err := strconv.Atoi(at); err == nil && i >= 0 && i < n {
			return i, strings.TrimPrefix(behind, ".")
		}
	}
	if n == 1 {
		return 0, field
	}
	return -1, field
}

// withoutIndex removes the record's index within the write from a message, because the index means nothing to
// the reader of a file.
func withoutIndex(message string) string {
	if rest, ok := strings.CutPrefix(message, "record ["); ok {
		if _, behind, ok := strings.Cut(rest, "]: "); ok {
			return behind
		}
	}
	return message
}

// dropInvalid removes the rows that break a rule by themselves, and returns the others with their checked
// records.
func (im *importer) dropInvalid(rows []sheet.Row) ([]sheet.Row, []collection.Admitted) {
	now := im.now.Now()
	good := rows[:0]
	admitted := make([]collection.Admitted, 0, len(rows))
	for _, row := range rows {
		a, v := im.of.Admit(row.Values, now)
		if v != nil {
			im.refuse(row, v)
			continue
		}
		good = append(good, row)
		admitted = append(admitted, a)
	}
	return good, admitted
}

// refuse notes why a row is skipped.
func (im *importer) refuse(row sheet.Row, v *collection.Violation) {
	im.report.Refused++
	if len(im.report.Errors)+len(im.refused) >= shownRefusals {
		return
	}
	text := ""
	if given := row.Values.Get(v.Field); v.Field != "" && !given.IsMissing() {
		if text = given.Text(); len(text) > shownValue {
			text = strings.ToValidUTF8(text[:shownValue], "") + "…"
		}
	}
	im.refused = append(im.refused, RowError{Row: row.N, Line: row.Line, Field: v.Field, Value: text, Code: v.Code, Message: v.Message})
}
