package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/sheet"
)

// FileShape is the format of a file of records.
type FileShape struct {
	Format    string `query:"format" enum:"csv,ndjson,json" doc:"csv (RFC 4180), ndjson (one object per line) or json (an array)"`
	Delimiter string `query:"delimiter" doc:"delimiter of CSV: , ; | : or tab"`
}

type exportQuery struct {
	Selection
	FileShape
	BOM   bool `query:"bom" doc:"start the CSV with a byte order mark, so that spreadsheets recognize UTF-8"`
	Guard bool `query:"guard" doc:"prefix CSV cells that a spreadsheet would run as a formula with an apostrophe; this changes the data"`
}

// files lists the content types of a file of records.
func files() map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"text/csv": {}, "application/x-ndjson": {}, "application/json": {}}
}

func (r routes) exports() {
	respond(r, account.ReadRecords, huma.Operation{
		OperationID: "export-records", Method: "GET", Path: recordsPath + "/export",
		Summary:   "Export all matching records as a file, oldest first by default; records may change during the export",
		Responses: response("200", "the file", files()),
	}, r.exportRecords)
}

// The page sizes of an export. Pages grow while records are small and shrink when they are large, so that a
// page of large records does not use much memory.
const (
	firstExported = 50      // records
	exportedBytes = 2 << 20 // target size of a page, in bytes
)

func (r routes) exportRecords(w http.ResponseWriter, req *http.Request, in *exportQuery) error {
	q, err := in.query()
	if err != nil {
		return err
	}
	delimiter, err := sheet.Delimiter(in.Delimiter)
	if err != nil {
		return err
	}
	of, err := r.definition(req.Context(), in.Name)
	if err != nil {
		return err
	}
	if len(q.Sort) == 0 {
		q.Sort = []collection.Sort{{Field: "id"}}
	}
	q.PageSize = firstExported
	found, err := r.Records.Find(req.Context(), q)
	if err != nil {
		return err
	}
	format := sheet.Format(in.Format)
	if format == "" {
		format = sheet.CSV
	}
	w.Header().Set("Content-Type", format.Type())
	w.Header().Set("Content-Disposition", `attachment; filename="`+of.Name+"."+string(format)+`"`)
	out := sheet.NewWriter(w, format, of, exported(of, q), sheet.Options{Delimiter: delimiter, BOM: in.BOM, Guard: in.Guard})
	for {
		bytes := 0
		for _, record := range found.Records {
			bytes += len(record.JSON.Text())
			if gone := out.Record(record.JSON); gone != nil {
				return nil //nolint:nilerr // the caller has disconnected, and nobody reads an error
			}
		}
		if found.Next == "" {
			_ = out.Close() // the caller may have disconnected
			return nil
		}
		q.After, q.PageSize = found.Next, nextExported(q.PageSize, bytes)
		if found, err = r.Records.Find(req.Context(), q); err != nil {
			r.Log.Error("an export broke off", "collection", in.Name, "error", err)
			panic(http.ErrAbortHandler) // aborts the response, so that the caller notices that the file is incomplete
		}
	}
}

// nextExported returns the size of the next page, given the bytes of the last one.
func nextExported(size, bytes int) int {
	switch {
	case bytes > 2*exportedBytes:
		return max(1, size/2)
	case bytes < exportedBytes/2:
		return min(2*size, collection.MaxPageSize)
	default:
		return size
	}
}

// exported returns the columns of a CSV file: the requested ones, or all that every record has.
func exported(of collection.Collection, q collection.Query) []string {
	columns := slices.Clone(q.Fields)
	if len(columns) == 0 {
		columns = collection.SystemFields()
		for _, f := range of.Fields {
			if f.Stored() {
				columns = append(columns, f.Name)
			}
		}
	}
	for _, name := range q.Expand {
		if !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	return columns
}

// definition returns a collection, or fault.NotFound.
func (r routes) definition(ctx context.Context, name string) (collection.Collection, error) {
	all, err := r.Collections.Collections(ctx)
	if err != nil {
		return collection.Collection{}, err
	}
	for _, c := range all {
		if c.Name == name {
			return c, nil
		}
	}
	return collection.Collection{}, fault.New("api.definition", fault.NotFound, "there is no collection %q", name)
}
