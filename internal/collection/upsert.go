package collection

import (
	"slices"
	"strconv"
	"strings"
)

// CheckUpsert resolves the fields by which Create finds a record to update instead (Op.Upsert) to their indexes
// in Fields. They must be one unique field or one unique set of fields, in any order; otherwise several records
// could match.
func (c Collection) CheckUpsert(names []string) ([]int, *Violation) {
	var at []int
	for _, name := range names {
		i := c.index(name)
		switch {
		case i < 0:
			return nil, c.unknown(name)
		case slices.Contains(at, i):
			return nil, &Violation{Code: CodeQuery, Field: name, Message: "upsert names " + name + " twice"}
		}
		at = append(at, i)
	}
	if len(names) == 1 && c.Fields[at[0]].Unique {
		return at, nil
	}
	for _, set := range c.Unique {
		if len(set) == len(names) && !slices.ContainsFunc(set, func(name string) bool { return !slices.Contains(names, name) }) {
			return at, nil
		}
	}
	message := "upsert needs a unique field, or a unique set of fields, of " + c.Name
	if keys := c.keys(); len(keys) > 0 {
		message += ": " + strings.Join(keys, " or ")
	} else {
		message += ", which has none: give a field unique: true"
	}
	return nil, &Violation{Code: CodeQuery, Field: "upsert", Message: message}
}

// keys returns the unique fields and sets, for a message.
func (c Collection) keys() []string {
	var keys []string
	for _, f := range c.Fields {
		if f.Unique {
			keys = append(keys, f.Name)
		}
	}
	for _, set := range c.Unique {
		keys = append(keys, "["+strings.Join(set, ", ")+"]")
	}
	return keys
}

// UpsertKey returns the cells by which an upsert looks for a record. Null is refused, because it never equals the
// value of another record.
func (c Collection) UpsertKey(at []int, a Admitted) ([]Cell, *Violation) {
	key := make([]Cell, len(at))
	for i, field := range at {
		if key[i] = a.Cells[field]; key[i].Kind == CellNull {
			name := c.Fields[field].Name
			return nil, &Violation{Code: CodeRequired, Field: name, Message: "upsert finds a record by " + name + ": give it a value"}
		}
	}
	return key, nil
}

// Check reports problems of an Op that do not depend on its collection: an Update or Delete that would select
// every record without All, or both a filter and All.
func (op Op) Check() *Violation {
	if op.Kind == Create {
		return nil
	}
	switch {
	case op.Filter == nil && !op.All:
		return &Violation{Code: CodeFilter, Field: "filter", Message: "the filter is empty, so every record of " + op.Collection +
			" would be meant: give it a condition, or say all: true"}
	case op.Filter != nil && op.All:
		return &Violation{Code: CodeFilter, Field: "all", Message: "all: true and a filter cannot be combined: leave one out"}
	default:
		return nil
	}
}

// At returns the violation for one of several records, counted from 0 in values: its Field becomes [3].email and
// its Message names the record.
func (v *Violation) At(i int) *Violation {
	at := "[" + strconv.Itoa(i) + "]"
	message := "record " + at + ": " + v.Message
	if v.Field != "" {
		at += "." + v.Field
	}
	return &Violation{Code: v.Code, Field: at, Message: message}
}
