package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// change applies an operation to the model. A violation leaves the model unchanged. New records get the ids that
// the store returned in out.
func (k *recordModel) change(op collection.Op, now time.Time, out value.Value) (count int, broken *collection.Violation) {
	things, places := maps.Clone(k.things), maps.Clone(k.places)
	if count, broken = k.try(op, now, out); broken != nil {
		k.things, k.places = things, places
	}
	return count, broken
}

func (k *recordModel) try(op collection.Op, now time.Time, out value.Value) (count int, broken *collection.Violation) {
	c, ok := k.other(op.Collection)
	if !ok {
		return 0, &collection.Violation{Code: collection.CodeUnknownCollection}
	}
	if op.Kind == collection.Create {
		return k.create(c, op, now, out)
	}
	if broken := op.Check(); broken != nil {
		return 0, broken
	}
	var patch collection.Patch
	if op.Kind == collection.Update {
		if patch, broken = c.AdmitUpdate(op.Values, now); broken != nil {
			return 0, broken
		}
	}
	filter, broken := c.CheckFilter(op.Filter, k.other)
	if broken != nil {
		return 0, broken
	}
	for _, r := range k.picked(c.Name, filter, nil) {
		if _, there := k.rows(c.Name)[r.ID]; !there {
			continue // deleted together with another record
		}
		if !op.IfUpdatedAt.IsZero() && !op.IfUpdatedAt.Equal(r.Updated) {
			return 0, &collection.Violation{Code: collection.CodeChanged}
		}
		count++
		if op.Kind == collection.Delete {
			k.drop(c.Name, r.ID, now)
			continue
		}
		row, _, broken := c.Amend(r, patch)
		if broken == nil {
			broken = k.put(c, row)
		}
		if broken != nil {
			return 0, broken
		}
	}
	return count, nil
}

// put stores a row, unless its belongsTo refers to nothing or a unique value exists already.
func (k *recordModel) put(c collection.Collection, row collection.Row) *collection.Violation {
	rows := k.rows(c.Name)
	for i, f := range c.Fields {
		cell := row.Cells[i]
		if _, there := k.places[cell.Int]; f.Relation == collection.BelongsTo && cell.Kind != collection.CellNull && !there &&
			(c.Name != k.place().Name || cell.Int != row.ID) {
			return f.NoTarget(cell.Int)
		}
	}
	for i, f := range c.Fields {
		if f.Unique && k.taken(c, row, []int{i}) {
			return &collection.Violation{Code: collection.CodeUnique, Field: f.Name}
		}
	}
	if c.Unique != nil && k.taken(c, row, []int{4, 9}) {
		return &collection.Violation{Code: collection.CodeUnique, Field: "size, day"}
	}
	rows[row.ID] = row
	return nil
}

func (k *recordModel) taken(c collection.Collection, row collection.Row, at []int) bool {
	for id, r := range k.rows(c.Name) {
		if id != row.ID && !slices.ContainsFunc(at, func(i int) bool { return r.Cells[i].Kind == collection.CellNull || r.Cells[i] != row.Cells[i] }) {
			return true
		}
	}
	return false
}

// create creates records, or changes them for an upsert.
func (k *recordModel) create(c collection.Collection, op collection.Op, now time.Time, out value.Value) (count int, broken *collection.Violation) {
	list, array := []value.Value{op.Values}, op.Values.Kind() == value.KindArray
	results := []value.Value{out}
	if array {
		list, results = slices.Collect(op.Values.Elements()), slices.Collect(out.Elements())
	}
	var key []int
	if op.Upsert != nil {
		if key, broken = c.CheckUpsert(op.Upsert); broken != nil {
			return 0, broken
		}
	}
	var all []collection.Admitted
	for i, v := range list {
		a, broken := c.Admit(v, now)
		if broken == nil && key != nil {
			_, broken = c.UpsertKey(key, a)
		}
		if broken != nil {
			if array {
				broken = broken.At(i)
			}
			return 0, broken
		}
		all = append(all, a)
	}
	for i, a := range all {
		row := collection.Row{ID: 1 << 50, Created: a.Created, Updated: a.Created, Cells: a.Cells}
		if i < len(results) {
			row.ID, _ = results[i].Get("id").Int()
		} else {
			row.ID += int64(i)
		}
		if key != nil {
			if old, found := k.like(c, key, a.Cells); found {
				patch, broken := c.AdmitUpdate(list[i], now)
				if broken != nil {
					return 0, broken
				}
				if row, _, broken = c.Amend(old, patch); broken != nil {
					return 0, broken
				}
			}
		}
		if broken := k.put(c, row); broken != nil {
			if array {
				broken = broken.At(i)
			}
			return 0, broken
		}
	}
	return len(all), nil
}

func (k *recordModel) like(c collection.Collection, key []int, cells []collection.Cell) (collection.Row, bool) {
	for _, r := range k.rows(c.Name) {
		if !slices.ContainsFunc(key, func(i int) bool { return r.Cells[i] != cells[i] }) {
			return r, true
		}
	}
	return collection.Row{}, false
}

// drop deletes a row with the places inside it, and detaches the things that belonged to it.
func (k *recordModel) drop(c string, id int64, now time.Time) {
	rows := k.rows(c)
	if _, there := rows[id]; !there {
		return
	}
	delete(rows, id)
	if c != k.place().Name {
		return
	}
	for _, r := range k.picked(k.thing().Name, nil, nil) {
		if r.Cells[16].Kind != collection.CellNull && r.Cells[16].Int == id {
			r.Cells = slices.Clone(r.Cells)
			r.Cells[16] = collection.Cell{}
			r.Updated = later(now, r.Updated)
			k.things[r.ID] = r
		}
	}
	for _, r := range k.picked(c, nil, nil) {
		if r.Cells[3].Kind != collection.CellNull && r.Cells[3].Int == id {
			k.drop(c, r.ID, now)
		}
	}
}

func later(now, updated time.Time) time.Time {
	if now = now.Truncate(time.Microsecond); now.After(updated) {
		return now
	}
	return updated.Add(time.Microsecond)
}

// checkRecords checks that a store contains exactly the records of the model.
func (k *recordModel) checkRecords(t fataler, s collection.Reader) {
	t.Helper()
	for _, c := range []collection.Collection{k.place(), k.thing()} {
		k.found(t, s, collection.Query{Collection: c.Name, Sort: []collection.Sort{{Field: "id"}}, PageSize: collection.MaxPageSize})
	}
}

// drawOp draws an operation that is valid more often than not.
func drawOp(t *rapid.T, k *recordModel) collection.Op {
	c := k.thing()
	if rapid.IntRange(0, 3).Draw(t, "places") == 0 {
		c = k.place()
	}
	op := collection.Op{Kind: rapid.SampledFrom([]collection.OpKind{collection.Create, collection.Create, collection.Update, collection.Update, collection.Delete}).Draw(t, "kind"), Collection: c.Name}
	if op.Kind == collection.Create {
		if op.Values = drawValues(t, k, c, false); rapid.Bool().Draw(t, "many") {
			var list value.ArrayBuilder
			for range rapid.IntRange(0, 6).Draw(t, "records") {
				list.Add(drawValues(t, k, c, false))
			}
			op.Values = list.Value()
		}
		if rapid.Bool().Draw(t, "upsert") {
			op.Upsert = [][]string{{c.Fields[0].Name}, {c.Fields[0].Name}, {"day", "size"}, {"name"}}[rapid.IntRange(0, 3).Draw(t, "key")]
		}
		return op
	}
	if rapid.IntRange(0, 9).Draw(t, "all") == 0 {
		op.All = true
	} else {
		f := drawFilter(t, c, 1)
		op.Filter = &f
	}
	if op.Kind == collection.Update {
		op.Values = drawValues(t, k, c, true)
	}
	if rapid.IntRange(0, 9).Draw(t, "unchanged") == 0 {
		for _, r := range k.picked(c.Name, nil, nil) {
			op.IfUpdatedAt = r.Updated
		}
	}
	return op
}

func drawValues(t *rapid.T, k *recordModel, c collection.Collection, some bool) value.Value {
	var b value.ObjectBuilder
	given := 0
	for i, f := range c.Fields {
		if !f.Stored() || rapid.IntRange(0, 3).Draw(t, "given") == 0 && i > 0 || some && rapid.IntRange(0, 4).Draw(t, "changed") > 0 {
			continue
		}
		given++
		switch {
		case some && (f.Type == collection.Integer || f.Type == collection.Number) && rapid.Bool().Draw(t, "arithmetic"):
			b.Set(f.Name, value.Trusted(rapid.SampledFrom([]string{`{"$inc":1}`, `{"$inc":-0.5}`, `{"$mul":2}`, `{"$mul":0.1}`, `{"$inc":9223372036854775807}`}).Draw(t, "by")))
		case i == 0: // unique: few values, so that they collide
			b.Set(f.Name, value.String(strconv.Itoa(rapid.IntRange(0, 12).Draw(t, "code"))))
		case f.Type == collection.Relates:
			ids := []int64{1 << 40} // an id that no record has
			for _, r := range k.picked(k.place().Name, nil, nil) {
				ids = append(ids, r.ID, r.ID)
			}
			b.Set(f.Name, value.Int(rapid.SampledFrom(ids).Draw(t, "place")))
		default:
			b.Set(f.Name, rapid.SampledFrom(samples(f)).Draw(t, f.Name))
		}
	}
	if given == 0 {
		return value.Trusted("{}")
	}
	return b.Value()
}

// doing runs an operation as the step of an execution, in as many commits as necessary. It repeats every commit;
// the second must return the same outcome.
func (w *harness) doing(op collection.Op, now time.Time) (collection.Outcome, error) {
	w.Helper()
	id := w.accepted().Execution.ID
	for {
		c := w.operating(id, 1, op)
		c.Steps[0].FinishedAt = now
		var outs [2]collection.Outcome
		for i := range outs {
			out, err := w.Commit(c)
			if err != nil || len(out.Ops) != 1 {
				return collection.Outcome{}, errors.Join(err, fmt.Errorf("%d outcomes", len(out.Ops)))
			}
			outs[i] = out.Ops[0]
		}
		out := outs[0]
		if !sameOutcome(out, outs[1]) {
			return out, fmt.Errorf("committed again, %s came to %+v after %+v", op.Kind, outs[1], out)
		}
		if out.Next == nil {
			return out, w.journaled(id, out)
		}
		op.From = *out.Next
	}
}

func sameOutcome(a, b collection.Outcome) bool {
	switch {
	case (a.Violation == nil) != (b.Violation == nil), (a.Next == nil) != (b.Next == nil):
		return false
	case a.Violation != nil:
		return a.Violation.Code == b.Violation.Code && a.Violation.Message == b.Violation.Message
	case a.Next != nil:
		return *a.Next == *b.Next
	default:
		return a.Record.Text() == b.Record.Text()
	}
}

// journaled checks that the step of an operation contains its outcome.
func (w *harness) journaled(id ident.ID, out collection.Outcome) error {
	l, err := w.Load(w.Context(), id)
	if err != nil || len(l.Steps) != 1 {
		return errors.Join(err, fmt.Errorf("%d steps", len(l.Steps)))
	}
	switch s := l.Steps[0]; {
	case out.Violation != nil && (s.Status != flow.Failed || s.Error == nil || s.Error.Code != out.Violation.Code || l.Execution.Status != flow.Running),
		out.Violation == nil && (s.Status != flow.Succeeded || s.Result.Text() != out.Record.Text() || l.Execution.Status != flow.Succeeded):
		return fmt.Errorf("the journal has %+v after %+v", s, out)
	}
	return nil
}

// operating returns a commit whose last step runs an operation and ends the execution.
func (w *harness) operating(id ident.ID, n int, op collection.Op) store.Commit {
	c := w.creating(id, n, `{}`)
	c.Ops[0].Op = op
	return c
}

func testChanges(t *testing.T, d Driver) {
	w := newHarness(t, d)
	harnesses := 0
	rapid.Check(t, func(t *rapid.T) {
		harnesses++
		k := newRecordModel(strconv.Itoa(harnesses))
		if err := w.define([]collection.Collection{k.place(), k.thing()}); err != nil {
			t.Fatal(err)
		}
		newest := map[string]int64{}
		for n := range rapid.IntRange(1, 25).Draw(t, "operations") {
			w.clock.Advance(time.Duration(rapid.IntRange(0, 2).Draw(t, "pause")) * time.Microsecond)
			op, now := drawOp(t, k), w.now()
			var out collection.Outcome
			var err error
			if rapid.Bool().Draw(t, "in a step") {
				out, err = w.doing(op, now)
			} else {
				out, err = w.Write(op)
			}
			if err != nil {
				t.Fatal(err)
			}
			count, broken := k.change(op, now, out.Record)
			if (broken != nil) != (out.Violation != nil) || broken != nil && broken.Code != out.Violation.Code {
				t.Fatalf("operation %d, %+v: outcome is %+v, want %+v", n, op, out.Violation, broken)
			}
			if broken == nil {
				k.checkOutcome(t, op, out.Record, count, newest)
			}
			k.checkRecords(t, w)
		}
	})
}

// checkOutcome checks the result that a store returned for an operation.
func (k *recordModel) checkOutcome(t fataler, op collection.Op, out value.Value, count int, newest map[string]int64) {
	t.Helper()
	c, _ := k.other(op.Collection)
	records := []value.Value{out}
	switch {
	case op.Kind == collection.Delete:
		if want := fmt.Sprintf(`{"count":%d}`, count); out.Text() != want {
			t.Fatalf("%+v came to %s, want %s", op, out.Text(), want)
		}
		return
	case op.Kind == collection.Update:
		if n, _ := out.Get("count").Int(); n != int64(count) {
			t.Fatalf("%+v came to %s, want a count of %d", op, out.Text(), count)
		}
		records = slices.Collect(out.Get("records").Elements())
	case op.Values.Kind() == value.KindArray:
		records = slices.Collect(out.Elements())
	}
	if len(records) != count {
		t.Fatalf("%+v shows %d records, want %d", op, len(records), count)
	}
	last := make(map[int64]string)
	for _, r := range records {
		id, _ := r.Get("id").Int()
		last[id] = r.Text()
		if op.Kind == collection.Create && op.Upsert == nil {
			if id <= newest[c.Name] {
				t.Fatalf("the id %d was given out before", id)
			}
			newest[c.Name] = id
		}
	}
	for id, text := range last {
		row := k.rows(c.Name)[id]
		if want := c.Render(row.ID, row.Created, row.Updated, row.Cells).Text(); text != want {
			t.Fatalf("%+v shows %s, want %s", op, text, want)
		}
	}
}
