package collection

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/nearest"
)

// Selection is a Query that fits its collection. Stores compile it to a query.
type Selection struct {
	Filter *Bound  // nil: every record
	Order  []Order // never empty; the last key is always the id, so no two records are equal
	// Fields are the columns to show, in the requested order. They do not contain the id, which is always shown
	// first. nil means all columns.
	Fields []Column
	Expand []Expansion
	After  []Cell // cells of the last record of the previous page, by Order; nil: from the start
	Offset int    // records to skip
	Limit  int    // size of the page, from 1 to MaxPageSize
	Count  bool
}

// Order is one key of a sort order. Null comes before every value, so with Desc it comes last.
type Order struct {
	Column Column
	Desc   bool
}

// Expansion is a relation whose records are included in the page's records.
type Expansion struct {
	Column Column     // the relation in the queried collection
	Target Collection // the related collection; its records are shown whole
	Key    Column     // for a hasMany: the belongsTo in Target; the related records are sorted by id
}

// Bounds of a query.
const (
	MaxSortKeys = 4
	MaxExpand   = 10
	MaxExpanded = 200           // related records shown per record of a hasMany
	MaxOffset   = 1_000_000_000 // records that pages may skip
)

// CheckQuery resolves the names in a query, admits its filter's values, and reads its cursor. The violation's
// Field names the part, for example sort[0]; for a filter it names the field.
func (c Collection) CheckQuery(q Query, others Others) (Selection, *Violation) {
	s := Selection{Count: q.Count, Limit: q.PageSize}
	if s.Limit == 0 {
		s.Limit = DefaultPageSize
	}
	var broken *Violation
	for _, step := range []func() *Violation{
		func() *Violation { s.Filter, broken = c.CheckFilter(q.Filter, others); return broken },
		func() *Violation { s.Order, broken = c.order(q.Sort); return broken },
		func() *Violation { s.Fields, broken = c.shown(q.Fields); return broken },
		func() *Violation { s.Expand, broken = c.expansions(q, others); return broken },
		func() *Violation { return s.page(q) },
	} {
		if broken := step(); broken != nil {
			return Selection{}, broken
		}
	}
	return s, nil
}

// order resolves a sort. Without one the newest record is first.
func (c Collection) order(keys []Sort) ([]Order, *Violation) {
	if len(keys) > MaxSortKeys {
		return nil, queryError("sort", "sort takes at most "+strconv.Itoa(MaxSortKeys)+" fields")
	}
	last := Order{Desc: true}
	var order []Order
	for i, key := range keys {
		at := "sort[" + strconv.Itoa(i) + "]"
		column, broken := c.stored(key.Field, "sort")
		switch {
		case broken != nil:
			broken.Field = at
			return nil, broken
		case slices.ContainsFunc(order, func(o Order) bool { return o.Column.Index == column.Index }):
			return nil, queryError(at, "sort names "+key.Field+" twice")
		case !column.Field.sorts():
			return nil, queryError(at, key.Field+" is a "+string(column.Field.Type)+" field, by which records cannot be sorted")
		}
		last.Desc = key.Desc
		order = append(order, Order{column, key.Desc})
		if column.Index == ID {
			return order, nil // ids are unique, so further keys have no effect
		}
	}
	last.Column, _ = system("id")
	return append(order, last), nil
}

// sorts reports whether records can be sorted by the field. A long text has no index, and a cursor would have to
// contain it.
func (f Field) sorts() bool { return f.plain() }

// shown resolves the fields to show.
func (c Collection) shown(names []string) ([]Column, *Violation) {
	if len(names) > MaxFields+len(SystemFields()) {
		return nil, queryError("fields", "fields names more than a collection can have")
	}
	var columns []Column
	for i, name := range names {
		at := "fields[" + strconv.Itoa(i) + "]"
		column, broken := c.column(name)
		switch {
		case broken != nil:
			broken.Field = at
			return nil, broken
		case !column.Field.Stored():
			return nil, queryError(at, name+" is a hasMany: name it in expand")
		case slices.ContainsFunc(columns, func(have Column) bool { return have.Index == column.Index }):
			return nil, queryError(at, "fields names "+name+" twice")
		case column.Index != ID:
			columns = append(columns, column)
		case columns == nil:
			columns = []Column{}
		}
	}
	return columns, nil
}

// expansions resolves the relations to expand.
func (c Collection) expansions(q Query, others Others) ([]Expansion, *Violation) {
	if len(q.Expand) > MaxExpand {
		return nil, queryError("expand", "expand takes at most "+strconv.Itoa(MaxExpand)+" relations")
	}
	var out []Expansion
	for i, name := range q.Expand {
		at := "expand[" + strconv.Itoa(i) + "]"
		column, broken := c.relation(name)
		if broken == nil && slices.ContainsFunc(out, func(e Expansion) bool { return e.Column.Index == column.Index }) {
			broken = queryError(at, "expand names "+name+" twice")
		}
		if broken == nil && len(q.Fields) > 0 && column.Field.Stored() && !slices.Contains(q.Fields, name) {
			broken = queryError(at, "expand names "+name+", which fields leaves out: add it there")
		}
		e := Expansion{Column: column}
		if broken == nil {
			b := binder{collection: c, others: others}
			e.Target, broken = b.target(column.Field)
		}
		if broken == nil && column.Field.Relation == HasMany {
			e.Key, broken = e.Target.column(column.Field.ForeignKey)
		}
		if broken != nil {
			broken.Field = at
			return nil, broken
		}
		out = append(out, e)
	}
	return out, nil
}

// relation finds a relation by its name.
func (c Collection) relation(name string) (Column, *Violation) {
	if i := c.index(name); i >= 0 && c.Fields[i].Type == Relates {
		return Column{i, c.Fields[i]}, nil
	} else if i >= 0 {
		return Column{}, queryError("", name+" is a "+string(c.Fields[i].Type)+" field and no relation: it cannot be expanded")
	}
	if first, _, deep := strings.Cut(name, "."); deep {
		return Column{}, queryError("", "expand follows one relation, not another behind it; write "+quote(clip(first)))
	}
	var names []string
	for _, f := range c.Fields {
		if f.Type == Relates {
			names = append(names, f.Name)
		}
	}
	broken := queryError("", "collection "+c.Name+" has no relation "+quote(clip(name)))
	if near, ok := nearest.Name(name, names); ok {
		broken.Message += "; did you mean " + near + "?"
	}
	return Column{}, broken
}

// page resolves the start of the page.
func (s *Selection) page(q Query) (broken *Violation) {
	switch {
	case s.Limit < 1 || s.Limit > MaxPageSize:
		return queryError("pageSize", "pageSize is from 1 to "+strconv.Itoa(MaxPageSize)+", not "+strconv.Itoa(s.Limit))
	case q.Page < 0:
		return queryError("page", "page counts from 1, not "+strconv.Itoa(q.Page))
	case q.After != "" && q.Page != 0:
		return queryError("page", "page and a cursor cannot be combined: leave page out")
	case q.After != "":
		s.After, broken = s.ReadCursor(q.After)
		return broken
	case q.Page-1 > MaxOffset/s.Limit:
		return queryError("page", "page "+strconv.Itoa(q.Page)+" is too far: go from page to page by cursor")
	}
	s.Offset = max(0, q.Page-1) * s.Limit
	return nil
}

// queryError returns the violation for a part of a query that does not fit the collection.
func queryError(part, message string) *Violation {
	return &Violation{Code: CodeQuery, Field: part, Message: message}
}
