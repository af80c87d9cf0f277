package nodetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// reader is a collection.Reader that returns the story's records for any query, and records the query.
type reader struct {
	mu      sync.Mutex // locked by hold, unlocked by the function that hold returns
	records value.Value
	asked   value.Value
}

// hold sets a story's records: a list for Find, any value for Aggregate, or a text for an error with that message.
//
// It locks the reader for the caller. The returned function unlocks it and returns the query. The caller must call
// it exactly once.
func (s *reader) hold(records value.Value) func() value.Value {
	if s == nil {
		return func() value.Value { return value.Value{} }
	}
	s.mu.Lock()
	s.records, s.asked = records, value.Value{}
	return func() value.Value {
		defer s.mu.Unlock()
		return s.asked
	}
}

func (s *reader) ask(question value.Value) (value.Value, error) {
	s.asked = question
	if text, fails := s.records.Str(); fails {
		return value.Value{}, fault.New("reader.ask", fault.Invalid, "%s", text)
	}
	return s.records, nil
}

// Find implements collection.Reader.
func (s *reader) Find(ctx context.Context, q collection.Query) (collection.Found, error) {
	var b value.ObjectBuilder
	b.Set("collection", value.String(q.Collection))
	if q.Filter != nil {
		b.Set("filter", filterJSON(*q.Filter))
	}
	var keys []string
	for _, key := range q.Sort {
		if key.Desc {
			key.Field = "-" + key.Field
		}
		keys = append(keys, key.Field)
	}
	names(&b, "sort", keys)
	names(&b, "fields", q.Fields)
	names(&b, "expand", q.Expand)
	b.Set("page", value.Int(int64(q.Page))).Set("pageSize", value.Int(int64(q.PageSize)))
	records, err := s.ask(b.Value())
	found := collection.Found{Count: -1}
	for each := range records.Elements() {
		id, _ := each.Get("id").Int()
		found.Records = append(found.Records, collection.Record{ID: id, JSON: each})
	}
	return found, err
}

// Aggregate implements collection.Reader.
func (s *reader) Aggregate(ctx context.Context, a collection.Aggregate) (value.Value, error) {
	var b value.ObjectBuilder
	b.Set("collection", value.String(a.Collection)).Set("function", value.String(a.Function))
	b.Set("field", value.String(a.Field)).Set("distinct", value.Bool(a.Distinct))
	if a.Filter != nil {
		b.Set("filter", filterJSON(*a.Filter))
	}
	names(&b, "groupBy", a.GroupBy)
	v, err := s.ask(b.Value())
	if err == nil && v.IsMissing() {
		v = value.Null()
	}
	return v, err
}

func names(b *value.ObjectBuilder, field string, list []string) {
	if len(list) == 0 {
		return
	}
	var a value.ArrayBuilder
	for _, name := range list {
		a.Add(value.String(name))
	}
	b.Set(field, a.Value())
}

// filterJSON returns a filter in the form of a document.
func filterJSON(f collection.Filter) value.Value {
	var b, is value.ObjectBuilder
	switch f.Op {
	case collection.Not:
		return b.Set(string(f.Op), filterJSON(f.Parts[0])).Value()
	case collection.And, collection.Or:
		var parts value.ArrayBuilder
		for _, part := range f.Parts {
			parts.Add(filterJSON(part))
		}
		return b.Set(string(f.Op), parts.Value()).Value()
	default:
		return b.Set(f.Field, is.Set(string(f.Op), f.Value).Value()).Value()
	}
}

func showOp(op *collection.Op) string {
	if op == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", op.Kind, op.Collection)
	if len(op.Upsert) > 0 {
		fmt.Fprintf(&b, "upsert %s\n", strings.Join(op.Upsert, " "))
	}
	if op.All {
		fmt.Fprintln(&b, "all")
	}
	if op.Filter != nil {
		fmt.Fprintf(&b, "filter %s\n", filterJSON(*op.Filter))
	}
	if !op.IfUpdatedAt.IsZero() {
		fmt.Fprintf(&b, "ifUpdatedAt %s\n", op.IfUpdatedAt.Format(time.RFC3339Nano))
	}
	return b.String() + showJSON(op.Values)
}
