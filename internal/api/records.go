package api

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Records reads and writes records. store.Records implements it.
type Records interface {
	collection.Reader
	// Write applies one operation in one transaction, with the rules of record nodes. If a rule is broken, the
	// outcome contains the violation and nothing was written.
	Write(collection.Op) (collection.Outcome, error)
}

// The paths of records.
const (
	recordsPath = "/api/collections/{name}/records"
	recordPath  = recordsPath + "/{id}"
)

// Named is the path parameter that selects a collection.
type Named struct {
	Name string `path:"name" maxLength:"64"`
}

// Selection selects records of a collection, for lists and exports.
type Selection struct {
	Named
	Filter string   `query:"filter" doc:"a condition as JSON, e.g. {\"status\":{\"$eq\":\"open\"}}"`
	Sort   []string `query:"sort" doc:"fields to sort by; a minus means descending, e.g. -createdAt,name"`
	Fields []string `query:"fields" doc:"return only these fields and the id"`
	Expand []string `query:"expand" doc:"relations to return as records instead of ids"`
}

type recordQuery struct {
	Selection
	Page     int    `query:"page" minimum:"1" doc:"page number, from 1; after (a cursor) stays fast on late pages"`
	PageSize int    `query:"pageSize" minimum:"1" maximum:"500" doc:"maximum number of results; default 20"`
	After    string `query:"after" doc:"next of the previous page"`
	Count    bool   `query:"count" doc:"also count all matching records; slow if there are many"`
	Before   string `query:"before" doc:"as in other lists: only records with a smaller id, or next of the previous page"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" doc:"as in other lists: pageSize"`
}

// RecordID is the path parameters that select a record.
type RecordID struct {
	Named
	ID int64 `path:"id" minimum:"1"`
}

type recordShown struct {
	RecordID
	Fields      []string `query:"fields" doc:"return only these fields and the id"`
	Expand      []string `query:"expand" doc:"relations to return as records instead of ids"`
	IfNoneMatch string   `header:"If-None-Match" doc:"304 if the record still has this ETag"`
}

func (r routes) records() {
	page := response("200", "a page of records", map[string]*huma.MediaType{"application/json": {Schema: r.schemaOf(RecordPage{})}})
	record := anyJSON("the record")
	respond(r, account.ReadRecords, huma.Operation{OperationID: "list-records", Method: "GET", Path: recordsPath, Summary: "List the records of a collection, newest first by default", Responses: page}, r.listRecords)
	respond(r, account.ReadRecords, huma.Operation{
		OperationID: "get-record", Method: "GET", Path: recordPath, Summary: "One record, with an ETag for its version",
		Responses: response("200", "the record", record),
	}, r.getRecord)
	respond(r, account.WriteRecords, huma.Operation{
		OperationID: "create-records", Method: "POST", Path: recordsPath, DefaultStatus: http.StatusCreated,
		Summary:     "Create one record, or several: all or none",
		RequestBody: &huma.RequestBody{Required: true, Content: anyJSON("an object by field name, or an array of such")},
		Responses:   response("201", "the record as stored, or the array of them", record),
	}, r.createRecords)
	respond(r, account.WriteRecords, huma.Operation{
		OperationID: "update-record", Method: "PATCH", Path: recordPath, Summary: "Change the given fields of a record",
		RequestBody: &huma.RequestBody{Required: true, Content: anyJSON("an object by field name; a number may also be {\"$inc\": n} or {\"$mul\": n}")},
		Responses:   response("200", "the record as stored", record),
	}, r.updateRecord)
	respond(r, account.WriteRecords, huma.Operation{
		OperationID: "delete-record", Method: "DELETE", Path: recordPath, DefaultStatus: http.StatusNoContent, Summary: "Delete a record",
		Responses: response("204", "deleted", nil),
	}, r.deleteRecord)
	r.exports()
	r.imports()
}

// RecordPage is one page of records.
type RecordPage struct {
	Items []JSON `json:"items"`
	Next  string `json:"next,omitempty" doc:"pass it as after to get the next page; absent on the last page"`
	Count *int64 `json:"count,omitempty" doc:"number of all matching records, if count was set"`
}

// query parses a selection. The store checks that it fits the collection.
func (s *Selection) query() (collection.Query, error) {
	q := collection.Query{Collection: s.Name, Fields: s.Fields, Expand: s.Expand, Sort: sortOf(s.Sort)}
	if s.Filter == "" {
		return q, nil
	}
	v, err := value.Parse(s.Filter, value.Limits{})
	if err != nil {
		return q, fault.Field("api.query", "filter", `it is %v; write e.g. {"status":{"$eq":"open"}}`, err)
	}
	q.Filter, err = filterOf(v)
	return q, err
}

// sortOf parses the keys of a sort order.
func sortOf(keys []string) (order []collection.Sort) {
	for _, key := range keys {
		name, desc := strings.CutPrefix(key, "-")
		order = append(order, collection.Sort{Field: strings.TrimPrefix(name, "+"), Desc: desc})
	}
	return order
}

// filterOf parses a filter. The error joins all syntax problems.
func filterOf(v value.Value) (*collection.Filter, error) {
	f, problems := collection.ParseFilter(v)
	if len(problems) == 0 {
		return f, nil
	}
	p := &Problem{Type: problemURN + fault.Invalid.String(), Title: "The filter is wrong", Status: http.StatusUnprocessableEntity}
	for _, wrong := range problems {
		at := "filter"
		if wrong.Path != "" {
			at += "." + wrong.Path
		}
		p.Errors = append(p.Errors, Detail{Location: at, Message: wrong.Message})
	}
	p.Detail = p.Errors[0].Location + ": " + p.Errors[0].Message
	return nil, p
}

func (q *recordQuery) query() (collection.Query, error) {
	out, err := q.Selection.query()
	if err != nil {
		return out, err
	}
	if q.Limit != 0 && q.PageSize != 0 || q.Before != "" && (q.After != "" || q.Page != 0) {
		return out, fault.Field("api.listRecords", "before", "before and limit are other names for after and pageSize: give one of each")
	}
	out.Page, out.PageSize, out.After, out.Count = q.Page, max(q.PageSize, q.Limit), q.After, q.Count
	id, err := strconv.ParseInt(q.Before, 10, 64)
	switch {
	case q.Before == "":
	case err != nil:
		out.After = q.Before
	default:
		older := collection.Filter{Op: collection.Lt, Field: "id", Value: value.Int(id)}
		if out.Filter != nil {
			older = collection.Filter{Op: collection.And, Parts: []collection.Filter{*out.Filter, older}}
		}
		out.Filter = &older
	}
	return out, nil
}

func (r routes) listRecords(w http.ResponseWriter, req *http.Request, in *recordQuery) error {
	q, err := in.query()
	if err != nil {
		return err
	}
	found, err := r.Records.Find(req.Context(), q)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	writeRecords(w, `{"items":[`, found.Records)
	end := "]"
	if found.Next != "" {
		end += `,"next":` + value.String(found.Next).Text()
	}
	if q.Count {
		end += `,"count":` + strconv.FormatInt(found.Count, 10)
	}
	_, _ = io.WriteString(w, end+"}\n") // the caller may have disconnected
	return nil
}

// writeRecords writes the elements of an array.
func writeRecords(w io.Writer, before string, records []collection.Record) {
	for _, record := range records {
		_, _ = io.WriteString(w, before) // the caller may have disconnected
		_, _ = io.WriteString(w, record.JSON.Text())
		before = ","
	}
	if len(records) == 0 {
		_, _ = io.WriteString(w, before)
	}
}

// byID selects one record.
func byID(id int64) *collection.Filter {
	return &collection.Filter{Op: collection.Eq, Field: "id", Value: value.Int(id)}
}

// find returns one record as stored, or fault.NotFound.
func (r routes) find(ctx context.Context, q collection.Query) (value.Value, error) {
	q.PageSize = 1
	found, err := r.Records.Find(ctx, q)
	if err != nil {
		return value.Value{}, err
	}
	if len(found.Records) == 0 {
		return value.Value{}, fault.New("api.find", fault.NotFound, "no such record in %s", q.Collection)
	}
	return found.Records[0].JSON, nil
}

func (r routes) getRecord(w http.ResponseWriter, req *http.Request, in *recordShown) error {
	record, err := r.find(req.Context(), collection.Query{Collection: in.Name, Filter: byID(in.ID), Fields: in.Fields, Expand: in.Expand})
	if err != nil {
		return err
	}
	tag := ""
	if len(in.Expand) == 0 { // an expanded record also changes when a related one does
		tag = etag(record)
	}
	if tag != "" {
		w.Header().Set("ETag", tag)
	}
	if tag != "" && matches(in.IfNoneMatch, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	writeJSON(w, http.StatusOK, record.Text(), "\n")
	return nil
}

// schemaOf returns the schema of a response type.
func (r routes) schemaOf(x any) *huma.Schema {
	return r.api.OpenAPI().Components.Schemas.Schema(typeOf(x), true, "")
}
