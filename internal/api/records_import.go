package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/sheet"
)

type importQuery struct {
	Named
	FileShape
	Upsert      []string `query:"upsert" doc:"a unique field, or a unique set of fields; a record with the same values is updated instead"`
	Ignore      []string `query:"ignore" doc:"columns or members to skip, e.g. id,createdAt,updatedAt of an export"`
	DryRun      bool     `query:"dryRun" doc:"write nothing; only report which rows would be refused"`
	ContentType string   `header:"Content-Type" doc:"the format, if the query has none"`
}

// Imported is the result of an import.
type Imported struct {
	Rows int64 `json:"rows"` // rows read
	// Written counts the rows created or, with upsert, changed; in a dry run, those that would be.
	Written int64      `json:"written"`
	Refused int64      `json:"refused"`          // rows rejected; the first 1,000 are listed in Errors
	DryRun  bool       `json:"dryRun,omitempty"` // nothing was written
	Errors  []RowError `json:"errors,omitempty"` // in row order
}

// RowError says why a row was rejected.
type RowError struct {
	Row     int64  `json:"row"`             // starts at 1 and does not count a header
	Line    int64  `json:"line"`            // the line of the file on which the row begins
	Field   string `json:"field,omitempty"` // the field that broke the rule
	Value   string `json:"value,omitempty"` // the beginning of that field's value, as JSON
	Code    string `json:"code"`
	Message string `json:"message"`
}

// The limits of an import.
const (
	importChunk   = 1000    // rows in one write
	importBytes   = 4 << 20 // approximate size of the rows in one write, in bytes
	shownRefusals = 1000    // rejected rows that are listed
	shownValue    = 100     // bytes of a rejected value that are shown
)

func (r routes) imports() {
	respond(r, account.WriteRecords, huma.Operation{
		OperationID: "import-records", Method: "POST", Path: recordsPath + "/import",
		Summary: "Import records from a file of any length, in transactions of 1,000 rows; rows that break a rule are skipped and reported. " +
			"In csv an empty cell is null, and in a field of text \"\" the empty string; objects, arrays and json fields are JSON",
		RequestBody: &huma.RequestBody{Required: true, Content: files()},
		Responses:   response("200", "the number of imported rows and the refused ones", map[string]*huma.MediaType{"application/json": {Schema: r.schemaOf(Imported{})}}),
	}, r.importRecords)
}

func (r routes) importRecords(w http.ResponseWriter, req *http.Request, in *importQuery) error {
	rows, of, err := r.openImport(w, req, in)
	if err != nil {
		return err
	}
	im := &importer{records: r.Records, of: of, now: r.Clock, upsert: in.Upsert, dry: in.DryRun, size: importChunk}
	im.report.DryRun = in.DryRun
	if in.DryRun {
		auditNothing(req.Context())
	}
	if err := im.all(req.Context(), rows); err != nil {
		if p := problemOf(err); im.report.Written > 0 && !in.DryRun {
			p.Detail = fmt.Sprintf("%s; %d rows before it are written", p.Detail, im.report.Written)
			return p
		}
		return err
	}
	return writeAny(w, http.StatusOK, im.report)
}

// openImport reads the beginning of a file and checks the request.
func (r routes) openImport(w http.ResponseWriter, req *http.Request, in *importQuery) (*sheet.Reader, collection.Collection, error) {
	of, err := r.definition(req.Context(), in.Name)
	if err != nil {
		return nil, of, err
	}
	if len(in.Upsert) > 0 {
		if _, broken := of.CheckUpsert(in.Upsert); broken != nil {
			return nil, of, violationOf(collection.Op{Kind: collection.Create}, broken)
		}
	}
	format := sheet.Format(in.Format)
	if format == "" {
		format = sheet.FormatOfType(in.ContentType)
	}
	if format == "" {
		return nil, of, fault.Field("api.import", "format", "say what the file is: %s", strings.Join(sheet.Formats(), ", "))
	}
	delimiter, err := sheet.Delimiter(in.Delimiter)
	if err != nil {
		return nil, of, err
	}
	body := slowBody{body: req.Body, control: http.NewResponseController(w), clock: r.Clock}
	cut, err := sheet.NewSplitter(body, format, delimiter)
	if err != nil {
		return nil, of, bodyError("api.import", err)
	}
	rows, err := sheet.NewReader(cut, of, in.Ignore)
	return rows, of, err
}
