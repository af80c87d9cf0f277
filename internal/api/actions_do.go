package api

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// query builds the query of an action that reads. It converts except to the remaining fields.
func (r routes) query(ctx context.Context, c *actionCall) (collection.Query, error) {
	q := collection.Query{Collection: c.collection, Filter: c.filter, Sort: c.sort, Fields: c.fields, Expand: c.appends}
	if len(c.except) == 0 {
		return q, nil
	}
	of, err := r.definition(ctx, c.collection)
	if err != nil {
		return q, err
	}
	all := collection.SystemFields()
	for _, f := range of.Fields {
		if f.Stored() {
			all = append(all, f.Name)
		}
	}
	for _, name := range c.except {
		if !slices.Contains(all, name) {
			return q, fault.Field("api.query", "except", "%s has no field %q", c.collection, name)
		}
	}
	if len(q.Fields) == 0 {
		q.Fields = all
	}
	q.Fields = slices.DeleteFunc(q.Fields, func(name string) bool { return slices.Contains(c.except, name) })
	if len(q.Fields) == 0 {
		q.Fields = []string{"id"} // the id is always included
	}
	return q, nil
}

func (r routes) listAction(w http.ResponseWriter, req *http.Request, c *actionCall) error {
	q, err := r.query(req.Context(), c)
	if err != nil {
		return err
	}
	q.Page, q.PageSize, q.Count = c.page, c.pageSize, true
	found, err := r.Records.Find(req.Context(), q)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	writeRecords(w, `{"data":[`, found.Records)
	size := int64(c.pageSize)
	pages := (found.Count + size - 1) / size
	// the caller may have disconnected
	_, _ = io.WriteString(w, `],"meta":{"count":`+strconv.FormatInt(found.Count, 10)+`,"page":`+strconv.Itoa(c.page)+
		`,"pageSize":`+strconv.Itoa(c.pageSize)+`,"totalPage":`+strconv.FormatInt(pages, 10)+"}}\n")
	return nil
}

func (r routes) getAction(w http.ResponseWriter, req *http.Request, c *actionCall) error {
	q, err := r.query(req.Context(), c)
	if err != nil {
		return err
	}
	record, err := r.find(req.Context(), q)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, `{"data":`, record.Text(), "}\n")
	return nil
}

func (r routes) createAction(w http.ResponseWriter, req *http.Request, c *actionCall) error {
	values, err := readJSON(w, req)
	if err != nil {
		return err
	}
	record, err := r.write(collection.Op{Kind: collection.Create, Collection: c.collection, Values: values})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, `{"data":`, record.Text(), "}\n")
	return nil
}

func (r routes) updateAction(w http.ResponseWriter, req *http.Request, c *actionCall) error {
	values, err := readJSON(w, req)
	if err != nil {
		return err
	}
	result, err := r.selected(c, collection.Op{Kind: collection.Update, Values: values})
	if err != nil {
		return err
	}
	// For a very large number of records the outcome has only the count.
	writeJSON(w, http.StatusOK, `{"data":`, result.Get("records").Text(), `,"meta":{"count":`, result.Get("count").Text(), "}}\n")
	return nil
}

func (r routes) destroyAction(w http.ResponseWriter, _ *http.Request, c *actionCall) error {
	result, err := r.selected(c, collection.Op{Kind: collection.Delete})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, `{"data":`, result.Get("count").Text(), "}\n")
	return nil
}

// selected applies an operation to the records that an action selects. An empty selection is an error: no
// parameter selects every record.
func (r routes) selected(c *actionCall, op collection.Op) (value.Value, error) {
	if c.filter == nil {
		return value.Value{}, fault.Field("api.selected", "filter", "it is empty, so every record of %s would be meant: give filterByTk or a condition", c.collection)
	}
	op.Collection, op.Filter = c.collection, c.filter
	return r.write(op)
}
