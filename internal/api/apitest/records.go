package apitest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Records keeps records in memory.
type Records struct {
	Writes []int  // the number of records in each Create
	InUse  string // why every plan is refused; "": it is not

	of   []collection.Collection
	rows map[string][]collection.Row
	last int64
	now  time.Time
}

// NewRecords returns an empty collection named pushes. Its records get the time now.
func NewRecords(now time.Time) *Records {
	return &Records{now: now, rows: make(map[string][]collection.Row), of: []collection.Collection{{
		Name: "pushes", Fields: []collection.Field{
			{Name: "branch", Type: collection.String, Required: true, Unique: true},
			{Name: "price", Type: collection.Number},
			{Name: "n", Type: collection.Integer, Default: value.Int(0)},
			{Name: "more", Type: collection.JSON},
		},
	}}}
}

func (d *Records) named(name string) (collection.Collection, bool) {
	for _, c := range d.of {
		if c.Name == name {
			return c, true
		}
	}
	return collection.Collection{}, false
}

// Texts returns the values of the field branch in pushes.
func (d *Records) Texts() (texts []string) {
	for _, r := range d.rows["pushes"] {
		texts = append(texts, r.Cells[0].Text)
	}
	return texts
}

// Find returns a page.
func (d *Records) Find(ctx context.Context, q collection.Query) (collection.Found, error) {
	c, ok := d.named(q.Collection)
	if !ok {
		return collection.Found{}, fault.New("test", fault.NotFound, "there is no collection %q", q.Collection)
	}
	s, broken := c.CheckQuery(q, d.named)
	if broken != nil {
		return collection.Found{}, fault.Field("test", broken.Field, "%s", broken.Message)
	}
	var rows []collection.Row
	for _, r := range d.rows[q.Collection] {
		if holds(s.Filter, r) {
			rows = append(rows, r)
		}
	}
	order := func(a, b func(collection.Column) collection.Cell) int {
		for _, o := range s.Order {
			by := compare(a(o.Column), b(o.Column))
			if o.Desc {
				by = -by
			}
			if by != 0 {
				return by
			}
		}
		return 0
	}
	of := func(r collection.Row) func(collection.Column) collection.Cell {
		return func(c collection.Column) collection.Cell { return c.Cell(r) }
	}
	slices.SortFunc(rows, func(a, b collection.Row) int { return order(of(a), of(b)) })
	found := collection.Found{Count: -1}
	if s.Count {
		found.Count = int64(len(rows))
	}
	after := func(c collection.Column) collection.Cell {
		return s.After[slices.IndexFunc(s.Order, func(o collection.Order) bool { return o.Column.Index == c.Index })]
	}
	rows = slices.DeleteFunc(rows, func(r collection.Row) bool { return s.After != nil && order(of(r), after) <= 0 })
	rows = rows[min(s.Offset, len(rows)):]
	if len(rows) > s.Limit {
		rows = rows[:s.Limit]
		found.Next = s.Cursor(rows[s.Limit-1])
	}
	for _, r := range rows {
		found.Records = append(found.Records, collection.Record{ID: r.ID, JSON: c.RenderAs(r, s.Fields, nil)})
	}
	return found, nil
}

// Aggregate is not implemented and returns null.
func (d *Records) Aggregate(context.Context, collection.Aggregate) (value.Value, error) {
	return value.Null(), nil
}

func compare(a, b collection.Cell) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Int, b.Int), cmp.Compare(a.Float, b.Float), strings.Compare(a.Text, b.Text))
}

func holds(f *collection.Bound, r collection.Row) bool {
	if f == nil {
		return true
	}
	some := func(p collection.Bound) bool { return holds(&p, r) }
	cell := f.Column.Cell(r)
	var yes bool
	switch f.Op {
	case collection.And:
		return !slices.ContainsFunc(f.Parts, func(p collection.Bound) bool { return !some(p) })
	case collection.Or:
		return slices.ContainsFunc(f.Parts, some)
	case collection.Null:
		yes = cell.Kind == collection.CellNull
	case collection.Lt:
		yes = compare(cell, f.Cells[0]) < 0
	case collection.Gt:
		yes = compare(cell, f.Cells[0]) > 0
	default:
		yes = slices.Contains(f.Cells, cell)
	}
	return yes != f.Negated
}

// Write applies an operation.
func (d *Records) Write(op collection.Op) (collection.Outcome, error) {
	c, ok := d.named(op.Collection)
	if !ok {
		return collection.Outcome{Violation: &collection.Violation{Code: collection.CodeUnknownCollection, Message: "there is no collection " + op.Collection}}, nil
	}
	if v := op.Check(); v != nil {
		return collection.Outcome{Violation: v}, nil
	}
	if op.Kind == collection.Create {
		return d.create(c, op)
	}
	bound, v := c.CheckFilter(op.Filter, d.named)
	if v != nil {
		return collection.Outcome{Violation: v}, nil
	}
	var patch collection.Patch
	if op.Kind == collection.Update {
		if patch, v = c.AdmitUpdate(op.Values, d.now); v != nil {
			return collection.Outcome{Violation: v}, nil
		}
	}
	var left []collection.Row
	var shown value.ArrayBuilder
	n := int64(0)
	for _, r := range d.rows[c.Name] {
		if !holds(bound, r) {
			left = append(left, r)
			continue
		}
		if !op.IfUpdatedAt.IsZero() && !op.IfUpdatedAt.Equal(r.Updated) {
			return collection.Outcome{Violation: &collection.Violation{Code: collection.CodeChanged, Message: "it has changed"}}, nil
		}
		n++
		if op.Kind == collection.Update {
			changed, json, v := c.Amend(r, patch)
			if v != nil {
				return collection.Outcome{Violation: v}, nil
			}
			left = append(left, changed)
			shown.Add(json)
		}
	}
	d.rows[c.Name] = left
	var b value.ObjectBuilder
	return collection.Outcome{Record: b.Set("count", value.Int(n)).Set("records", shown.Value()).Value()}, nil
}

func (d *Records) create(c collection.Collection, op collection.Op) (collection.Outcome, error) {
	many := op.Values.Kind() == value.KindArray
	list := []value.Value{op.Values}
	if many {
		list = slices.Collect(op.Values.Elements())
	}
	d.Writes = append(d.Writes, len(list))
	rows, last := slices.Clone(d.rows[c.Name]), d.last
	var made value.ArrayBuilder
	var one value.Value
	for i, values := range list {
		a, v := c.Admit(values, d.now)
		same := slices.IndexFunc(rows, func(r collection.Row) bool { return v == nil && r.Cells[0] == a.Cells[0] })
		switch {
		case v == nil && same >= 0 && op.Upsert == nil:
			v = &collection.Violation{Code: collection.CodeUnique, Field: "branch", Message: "branch must be unique"}
		case v == nil && same >= 0:
			rows[same].Cells = a.Cells
			one = c.RenderAs(rows[same], nil, nil)
		case v == nil:
			last++
			rows = append(rows, collection.Row{ID: last, Created: a.Created, Updated: a.Created, Cells: a.Cells})
			one = a.JSON(last)
		}
		if v != nil && many {
			v = v.At(i)
		}
		if v != nil {
			return collection.Outcome{Violation: v}, nil
		}
		made.Add(one)
	}
	d.rows[c.Name], d.last = rows, last
	if many {
		one = made.Value()
	}
	return collection.Outcome{Record: one}, nil
}

// Collections returns the collections.
func (d *Records) Collections(ctx context.Context) ([]collection.Collection, error) { return d.of, nil }

// Plan compares the wanted collections with the existing ones.
func (d *Records) Plan(wanted []collection.Collection) ([]collection.Change, string, error) {
	return collection.PlanAll(d.of, wanted), d.InUse, nil
}

// Apply creates new collections. Changes to existing ones are reported but not made.
func (d *Records) Apply(wanted []collection.Collection, lose bool) ([]collection.Change, error) {
	plan := collection.PlanAll(d.of, wanted)
	for _, c := range plan {
		if c.Loss && !lose {
			return nil, fault.New("test", fault.Conflict, "%s; say yes to do it all the same", c.Text)
		}
	}
	for _, w := range wanted {
		if _, known := d.named(w.Name); !known {
			d.of = append(d.of, w)
		}
	}
	return plan, nil
}

// Drop removes a collection.
func (d *Records) Drop(name string, lose bool) error {
	if _, ok := d.named(name); !ok {
		return fault.New("test", fault.NotFound, "there is no collection %q", name)
	}
	if !lose {
		return fault.New("test", fault.Conflict, "all of its records are lost")
	}
	d.of = slices.DeleteFunc(d.of, func(c collection.Collection) bool { return c.Name == name })
	return nil
}
