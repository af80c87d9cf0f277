package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

type recordsCreated struct {
	Named
	Upsert []string `query:"upsert" doc:"a unique field, or a unique set of fields; a record with the same values is updated instead"`
}

func (r routes) createRecords(w http.ResponseWriter, req *http.Request, in *recordsCreated) error {
	values, err := readJSON(w, req)
	if err != nil {
		return err
	}
	record, err := r.write(collection.Op{Kind: collection.Create, Collection: in.Name, Values: values, Upsert: in.Upsert})
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if len(in.Upsert) > 0 {
		status = http.StatusOK // the result does not tell a created record from a changed one
	}
	if id, ok := record.Get("id").Int(); ok {
		w.Header().Set("Location", "/api/collections/"+url.PathEscape(in.Name)+"/records/"+strconv.FormatInt(id, 10))
		w.Header().Set("ETag", etag(record))
	}
	writeJSON(w, status, record.Text(), "\n")
	return nil
}

type recordChange struct {
	RecordID
	Precondition
}

func (r routes) updateRecord(w http.ResponseWriter, req *http.Request, in *recordChange) error {
	values, err := readJSON(w, req)
	if err != nil {
		return err
	}
	result, err := r.change(req.Context(), in, collection.Op{Kind: collection.Update, Values: values})
	if err != nil {
		return err
	}
	record := result.Get("records").At(0)
	if tag := etag(record); tag != "" {
		w.Header().Set("ETag", tag)
	}
	writeJSON(w, http.StatusOK, record.Text(), "\n")
	return nil
}

func (r routes) deleteRecord(w http.ResponseWriter, req *http.Request, in *recordChange) error {
	if _, err := r.change(req.Context(), in, collection.Op{Kind: collection.Delete}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// change applies an operation to one record if the precondition holds.
func (r routes) change(ctx context.Context, in *recordChange, op collection.Op) (value.Value, error) {
	at, ok, err := in.updatedAt(func() (value.Value, error) {
		return r.find(ctx, collection.Query{Collection: in.Name, Filter: byID(in.ID)})
	})
	if err == nil && ok {
		op.Collection, op.Filter, op.IfUpdatedAt = in.Name, byID(in.ID), at
		var result value.Value
		result, err = r.write(op)
		if count, _ := result.Get("count").Int(); err != nil || count > 0 {
			return result, err
		}
		err = fault.New("api.change", fault.NotFound, "no record %d in %s", in.ID, in.Name)
	}
	// RFC 9110 section 13.1.1: without a record, no tag matches
	if err == nil || in.IfMatch != "" && fault.Is(err, fault.NotFound) {
		return value.Value{}, changed()
	}
	return value.Value{}, err
}

// write applies an operation to all its records and returns the result.
func (r routes) write(op collection.Op) (value.Value, error) {
	for {
		done, err := r.Records.Write(op)
		switch {
		case err != nil:
			return value.Value{}, err
		case done.Violation != nil:
			return value.Value{}, violationOf(op, done.Violation)
		case done.Next == nil:
			return done.Record, nil
		}
		op.From = *done.Next
	}
}
