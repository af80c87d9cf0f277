package storetest

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func testAggregates(t *testing.T, d Driver) {
	w := newHarness(t, d)
	k := w.withRecords("", 120)
	c := k.thing()
	t.Run("any function of any field, in groups", func(t *testing.T) {
		names := append(column(c.Fields, func(f collection.Field) string { return f.Name }), "id", "createdAt", "")
		rapid.Check(t, func(t *rapid.T) {
			a := collection.Aggregate{
				Collection: c.Name, Function: rapid.SampledFrom(collection.Functions()).Draw(t, "function"),
				Field: rapid.SampledFrom(names).Draw(t, "field"), Distinct: rapid.IntRange(0, 3).Draw(t, "distinct") == 0,
			}
			if rapid.Bool().Draw(t, "filtered") {
				f := drawFilter(t, c, 2)
				a.Filter = &f
			}
			if rapid.Bool().Draw(t, "grouped") {
				a.GroupBy = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"color", "done", "name", "count", "place", "day"}), 1, 3, rapid.ID[string]).Draw(t, "by")
			}
			k.reduced(t, w, a)
		})
	})
	t.Run("sums are exact beyond 64 bits", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{{Name: "n", Fields: []collection.Field{
			{Name: "i", Type: collection.Integer}, {Name: "x", Type: collection.Number, Precision: 18, Scale: 2}, {Name: "f", Type: collection.Number},
		}}}))
		w.wrote(collection.Op{Kind: collection.Create, Collection: "n", Values: value.Trusted(`[
			{"i":9223372036854775807,"x":9999999999999999.99,"f":1e308},{"i":9223372036854775807,"x":9999999999999999.99,"f":1e308},{"i":-3,"x":0.01,"f":1e308}]`)})
		for want, a := range map[string]collection.Aggregate{
			"18446744073709551611":             {Function: "sum", Field: "i"},
			"6148914691236517203.666666666667": {Function: "avg", Field: "i"},
			"19999999999999999.99":             {Function: "sum", Field: "x"},
			"-3":                               {Function: "min", Field: "i"},
			"9999999999999999.99":              {Function: "max", Field: "x"},
			"3":                                {Function: "count"},
			`[{"i":9223372036854775807,"value":2},{"i":-3,"value":1}]`: {Function: "count", GroupBy: []string{"i"}},
		} {
			a.Collection = "n"
			got, err := w.Aggregate(t.Context(), a)
			w.ok(err)
			if got.Text() != want {
				t.Errorf("%s of %s is %s, want %s", a.Function, a.Field, got.Text(), want)
			}
		}
		_, err := w.Aggregate(t.Context(), collection.Aggregate{Collection: "n", Function: "sum", Field: "f"})
		w.fails(err, fault.Invalid)
	})
	t.Run("the sum of nothing stands among the groups as 0", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{{Name: "n", Fields: []collection.Field{
			{Name: "of", Type: collection.String}, {Name: "i", Type: collection.Integer}, {Name: "f", Type: collection.Number},
		}}}))
		w.wrote(collection.Op{Kind: collection.Create, Collection: "n", Values: value.Trusted(`[
			{"of":"less","i":-7,"f":-0.5},{"of":"nothing"},{"of":"more","i":7,"f":0.5}]`)})
		for field, want := range map[string]string{
			"i": `[{"of":"more","value":7},{"of":"nothing","value":0},{"of":"less","value":-7}]`,
			"f": `[{"of":"more","value":0.5},{"of":"nothing","value":0},{"of":"less","value":-0.5}]`,
		} {
			got, err := w.Aggregate(t.Context(), collection.Aggregate{Collection: "n", Function: "sum", Field: field, GroupBy: []string{"of"}})
			w.ok(err)
			if got.Text() != want {
				t.Errorf("sum of %s is %s, want %s", field, got.Text(), want)
			}
		}
	})
}

// reduced checks that a store returns the same result as the model.
func (k *recordModel) reduced(t fataler, s collection.Reader, a collection.Aggregate) {
	t.Helper()
	c, _ := k.other(a.Collection)
	red, broken := c.CheckAggregate(a, k.other)
	got, err := s.Aggregate(context.Background(), a)
	if broken != nil {
		if !fault.Is(err, fault.Invalid) {
			t.Fatalf("%+v is refused by CheckAggregate (%s), and the store gives %v", a, broken.Message, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	rows := k.picked(a.Collection, red.Filter, nil)
	if red.GroupBy == nil {
		same(t, a, got, reduceRows(red, rows))
		return
	}
	groups := make(map[string][]collection.Row)
	for _, r := range rows {
		key := fmt.Sprint(column(red.GroupBy, func(c collection.Column) collection.Cell { return c.Cell(r) }))
		groups[key] = append(groups[key], r)
	}
	if got.Len() != len(groups) {
		t.Fatalf("%+v: %d groups, want %d: %s", a, got.Len(), len(groups), got.Text())
	}
	var before *big.Rat
	for have := range got.Elements() {
		found := false
		for _, rows := range groups {
			alike := !slices.ContainsFunc(red.GroupBy, func(c collection.Column) bool {
				return have.Get(c.Field.Name).Text() != c.Field.Render(c.Cell(rows[0])).Text()
			})
			if alike {
				found = true
				same(t, a, have.Get("value"), reduceRows(red, rows))
			}
		}
		if !found {
			t.Fatalf("%+v: there is no group %s", a, have.Text())
		}
		if n, ok := new(big.Rat).SetString(have.Get("value").Text()); ok {
			if before != nil && before.Cmp(n) < 0 && a.Function != collection.FunctionAvg {
				t.Fatalf("%+v: groups are not in their order: %s", a, got.Text())
			}
			before = n
		}
	}
}

func same(t fataler, a collection.Aggregate, got, want value.Value) {
	t.Helper()
	x, ok := new(big.Rat).SetString(got.Text())
	y, ok2 := new(big.Rat).SetString(want.Text())
	if ok && ok2 {
		x.Sub(x, y)
		off, _ := x.Float64()
		size, _ := y.Float64()
		if off == 0 || strings.ContainsAny(got.Text()+want.Text(), "e.") && abs(off) <= 1e-9*max(abs(size), 1) {
			return
		}
	}
	if got.Text() != want.Text() {
		t.Fatalf("%+v is %s, want %s", a, got.Text(), want.Text())
	}
}

func abs(x float64) float64 { return max(x, -x) }

// reduceRows computes an aggregate over rows with package big.
func reduceRows(red collection.Reduction, rows []collection.Row) value.Value {
	if red.Column == nil {
		return value.Int(int64(len(rows)))
	}
	var cells []collection.Cell
	for _, r := range rows {
		if cell := red.Column.Cell(r); cell.Kind != collection.CellNull {
			cells = append(cells, cell)
		}
	}
	f := red.Column.Field
	slices.SortFunc(cells, compareCells)
	switch {
	case red.Function == collection.FunctionCount && red.Distinct:
		return value.Int(int64(len(slices.Compact(cells))))
	case red.Function == collection.FunctionCount:
		return value.Int(int64(len(cells)))
	case len(cells) == 0 && red.Function == collection.FunctionSum:
		return value.Int(0)
	case len(cells) == 0:
		return value.Null()
	case red.Function == collection.FunctionMin:
		return f.Render(cells[0])
	case red.Function == collection.FunctionMax:
		return f.Render(cells[len(cells)-1])
	}
	sum, float := new(big.Int), new(big.Rat)
	for _, cell := range cells {
		sum.Add(sum, big.NewInt(cell.Int))
		float.Add(float, new(big.Rat).SetFloat64(cell.Float))
	}
	switch avg := red.Function == collection.FunctionAvg; {
	case f.Storage() == collection.CellInt && avg:
		return f.Average(sum, int64(len(cells)))
	case f.Storage() == collection.CellInt:
		return f.Total(sum)
	case avg:
		float.Quo(float, big.NewRat(int64(len(cells)), 1))
	}
	x, _ := float.Float64()
	v, _ := value.Float(x)
	return v
}
