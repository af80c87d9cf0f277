package records

import (
	"context"
	"math"
	"math/big"
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/value"
)

// Aggregate reduces records to one number, or to one number per group. Sums and averages of integers and of exact
// numbers are exact, however large.
func (r *Records) Aggregate(ctx context.Context, a collection.Aggregate) (out value.Value, err error) {
	err = r.Pool.Read(ctx, opAggregate, func(rd *reader.Reader) error {
		cat, err := r.Catalog.Of(rd)
		if err == nil {
			out, err = aggregate(cat, rd, a)
		}
		return err
	})
	return out, err
}

const opAggregate = "sqlite.Aggregate"

// aggregate is Aggregate on one connection.
func aggregate(cat *tables.Catalog, conn tables.Querier, a collection.Aggregate) (value.Value, error) {
	t, err := tableOf(cat, conn, opAggregate, a.Collection)
	if err != nil {
		return value.Value{}, err
	}
	red, broken := t.CheckAggregate(a, cat.Collection)
	if broken != nil {
		return value.Value{}, queryError(opAggregate, broken)
	}
	return t.reduce(&red)
}

// reduce runs the query. A row consists of aggregateWidth columns with the reduction, followed by the group.
func (t *table) reduce(red *collection.Reduction) (out value.Value, err error) {
	path, err := t.accessPath(red.Filter)
	if err != nil {
		return value.Value{}, err
	}
	columns, order := aggregateColumns(red)
	q := &tables.Clause{}
	q.Text("SELECT ", columns)
	for _, c := range red.GroupBy {
		q.Text(", ", tables.Alias, tables.ColumnOf(c))
	}
	q.Text(t.From())
	if path.selective {
		q.Text(path.hint())
	}
	q.Text(" WHERE ")
	q.Where(red.Filter)
	var bad error
	if red.GroupBy == nil {
		err := q.Each(t.conn, func(s *conn.Stmt) { out, bad = aggregateResult(s, red) })
		if err == nil {
			err = bad
		}
		return out, err
	}
	for i := range red.GroupBy {
		q.Text([]string{" GROUP BY ", ", "}[min(i, 1)], strconv.Itoa(aggregateWidth+i+1))
	}
	q.Text(" ORDER BY ", order)
	for i := range red.GroupBy {
		q.Text(", ", strconv.Itoa(aggregateWidth+i+1))
	}
	q.Text(" LIMIT ", strconv.Itoa(collection.MaxGroups))
	var groups value.ArrayBuilder
	err = q.Each(t.conn, func(s *conn.Stmt) {
		var group value.ObjectBuilder
		for i, c := range red.GroupBy {
			group.Set(c.Field.Name, c.Field.Render(s.ColumnCell(aggregateWidth+i, c.Field.Storage())))
		}
		n, err := aggregateResult(s, red)
		if err != nil {
			bad = err
		}
		if groups.Len() <= maxFound {
			groups.Add(group.Set("value", n).Value())
		}
	})
	switch {
	case err != nil:
		return value.Value{}, err
	case bad != nil:
		return value.Value{}, bad
	case groups.Len() > maxFound:
		return value.Value{}, fault.Field("sqlite.Aggregate", "groupBy", "the groups have more than %d MiB: group by fewer fields, or filter the records", maxFound>>20)
	}
	return groups.Value(), nil
}

// aggregateWidth is the number of columns of the reduction: the value (or the upper half of the sum), the lower
// half of the sum, and the number of values.
const aggregateWidth = 3

// aggregateColumns returns the columns of the reduction and the order of the groups, largest first. Integers are
// added in two halves of 32 bits, so that no sum overflows 64 bits. The sum of no values is 0 and is sorted as 0;
// in SQLite it is NULL and would be sorted last.
func aggregateColumns(red *collection.Reduction) (columns, order string) {
	if red.Column == nil {
		return "count(*), 0, 0", "1 DESC"
	}
	col := tables.Alias + tables.ColumnOf(*red.Column)
	switch {
	case red.Function == collection.FunctionCount && red.Distinct:
		return "count(DISTINCT " + col + "), 0, 0", "1 DESC"
	case red.Function == collection.FunctionCount:
		return "count(" + col + "), 0, 0", "1 DESC"
	case red.Column.Field.Storage() != collection.CellInt && red.Function == collection.FunctionSum:
		return "sum(" + col + "), 0, count(" + col + ")", "coalesce(sum(" + col + "), 0) DESC"
	case red.Function == collection.FunctionMin || red.Function == collection.FunctionMax || red.Column.Field.Storage() != collection.CellInt:
		return red.Function + "(" + col + "), 0, count(" + col + ")", "1 DESC"
	case red.Function == collection.FunctionAvg:
		return sumInHalves(col), "avg(" + col + ") DESC"
	default:
		upper, lower := "sum("+col+" >> 32)", "sum("+col+" & 4294967295)"
		return sumInHalves(col), "coalesce(" + upper + " + (" + lower + " >> 32), 0) DESC, coalesce(" + lower + " & 4294967295, 0) DESC"
	}
}

func sumInHalves(col string) string {
	return "sum(" + col + " >> 32), sum(" + col + " & 4294967295), count(" + col + ")"
}

// aggregateResult reads the value of a reduction from a row.
func aggregateResult(s *conn.Stmt, red *collection.Reduction) (value.Value, error) {
	count := s.ColumnInt(2)
	switch {
	case red.Function == collection.FunctionCount:
		return value.Int(s.ColumnInt(0)), nil
	case count == 0 && red.Function == collection.FunctionSum:
		return value.Int(0), nil
	case count == 0:
		return value.Null(), nil
	}
	f := red.Column.Field
	cell := s.ColumnCell(0, f.Storage())
	switch {
	case cell.Kind == collection.CellFloat && math.IsInf(cell.Float, 0):
		return value.Value{}, fault.Field("sqlite.Aggregate", "field", "the %s of %s is larger than a number can be", red.Function, f.Name)
	case cell.Kind != collection.CellInt || red.Function == collection.FunctionMin || red.Function == collection.FunctionMax:
		return f.Render(cell), nil
	}
	total := new(big.Int).Lsh(big.NewInt(s.ColumnInt(0)), 32)
	total.Add(total, big.NewInt(s.ColumnInt(1)))
	if red.Function == collection.FunctionAvg {
		return f.Average(total, count), nil
	}
	return f.Total(total), nil
}
