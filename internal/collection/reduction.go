package collection

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/nearest"
)

// The functions of an Aggregate.
const (
	FunctionCount = "count"
	FunctionSum   = "sum"
	FunctionAvg   = "avg"
	FunctionMin   = "min"
	FunctionMax   = "max"
)

// Functions returns the functions in the order of the documentation.
func Functions() []string {
	return []string{FunctionCount, FunctionSum, FunctionAvg, FunctionMin, FunctionMax}
}

// MaxGroupBy is the largest number of fields to group by.
const MaxGroupBy = 4

// Reduction is an Aggregate that fits its collection. Stores compile it to a query.
type Reduction struct {
	Function string
	Column   *Column // nil: count of records
	Distinct bool
	Filter   *Bound   // nil: every record
	GroupBy  []Column // null forms a group of its own
}

// CheckAggregate resolves the names in an aggregate and admits its filter's values. Sum and average need integers
// or numbers; min and max need ordered types; groups need short values. The violation's Field names the part.
func (c Collection) CheckAggregate(a Aggregate, others Others) (Reduction, *Violation) {
	r := Reduction{Function: a.Function, Distinct: a.Distinct}
	var broken *Violation
	if r.Filter, broken = c.CheckFilter(a.Filter, others); broken != nil {
		return Reduction{}, broken
	}
	if broken := r.check(c, a); broken != nil {
		return Reduction{}, broken
	}
	if len(a.GroupBy) > MaxGroupBy {
		return Reduction{}, queryError("groupBy", "groupBy takes at most "+strconv.Itoa(MaxGroupBy)+" fields")
	}
	for i, name := range a.GroupBy {
		at := "groupBy[" + strconv.Itoa(i) + "]"
		column, broken := c.stored(name, "aggregate")
		switch {
		case broken != nil:
			broken.Field = at
			return Reduction{}, broken
		case !column.Field.plain():
			return Reduction{}, queryError(at, name+" is a "+string(column.Field.Type)+" field, by which records cannot be grouped")
		case strings.EqualFold(name, "value"):
			return Reduction{}, queryError(at, "the result of a group has its number in value: a field of that name cannot group records")
		}
		for _, have := range r.GroupBy {
			if have.Index == column.Index {
				return Reduction{}, queryError(at, "groupBy names "+name+" twice")
			}
		}
		r.GroupBy = append(r.GroupBy, column)
	}
	return r, nil
}

// check resolves the function and its field.
func (r *Reduction) check(c Collection, a Aggregate) *Violation {
	if !slices.Contains(Functions(), a.Function) {
		message := "unknown function " + quote(clip(a.Function)) + ": use one of " + strings.Join(Functions(), ", ")
		if near, ok := nearest.Name(a.Function, Functions()); ok {
			message += "; did you mean " + near + "?"
		}
		return queryError("function", message)
	}
	if a.Distinct && (a.Function != FunctionCount || a.Field == "") {
		return queryError("distinct", "distinct counts the different values of a field: use it with the function count and a field")
	}
	if a.Field == "" {
		if a.Function == FunctionCount {
			return nil
		}
		return queryError("field", a.Function+" needs a field")
	}
	column, broken := c.stored(a.Field, "aggregate")
	if broken != nil {
		broken.Field = "field"
		return broken
	}
	f := column.Field
	number := f.Type == Integer || f.Type == Number
	switch {
	case (a.Function == FunctionSum || a.Function == FunctionAvg) && !number:
		return queryError("field", a.Field+" is a "+string(f.Type)+" field; "+a.Function+" needs an integer or a number")
	case (a.Function == FunctionMin || a.Function == FunctionMax) && (!f.ordered() || !f.plain()):
		return queryError("field", a.Field+" is a "+string(f.Type)+" field, which has no "+a.Function)
	case a.Distinct && !f.plain():
		return queryError("field", a.Field+" is a "+string(f.Type)+" field, whose different values cannot be counted")
	}
	r.Column = &column
	return nil
}
