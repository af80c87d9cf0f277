package storetest

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// counters returns a collection of counters, and collections whose records belong to them.
func counters() []collection.Collection {
	belongs := func(onDelete collection.OnDelete) collection.Field {
		return collection.Field{Name: "counter", Type: collection.Relates, Relation: collection.BelongsTo, Target: "counters", OnDelete: onDelete}
	}
	return []collection.Collection{
		{Name: "counters", Fields: []collection.Field{
			{Name: "name", Type: collection.String, Unique: true}, {Name: "kind", Type: collection.String, Index: true}, {Name: "n", Type: collection.Integer},
			{Name: "parent", Type: collection.Relates, Relation: collection.BelongsTo, Target: "counters", OnDelete: collection.Cascade},
		}},
		{Name: "ticks", Fields: []collection.Field{belongs(collection.Cascade)}},
		{Name: "notes", Fields: []collection.Field{belongs(collection.SetNull)}},
		{Name: "locks", Fields: []collection.Field{belongs("")}},
	}
}

func withCounters(t *testing.T, d Driver) *harness {
	t.Helper()
	w := newHarness(t, d)
	w.ok(w.define(counters()))
	return w
}

// fill creates n records; each has its number in its values.
func (w *harness) fill(name string, n int, values string) {
	w.Helper()
	var list value.ArrayBuilder
	for i := range n {
		list.Add(value.Trusted(strings.ReplaceAll(values, "#", strconv.Itoa(i+1))))
	}
	w.wrote(collection.Op{Kind: collection.Create, Collection: name, Values: list.Value()})
}

// count returns the number of records that a filter selects.
func (w *harness) count(name string, filter *collection.Filter) int64 {
	w.Helper()
	v, err := w.Aggregate(w.Context(), collection.Aggregate{Collection: name, Function: collection.FunctionCount, Filter: filter})
	w.ok(err)
	n, _ := v.Int()
	return n
}

func eq(field, v string) *collection.Filter {
	return &collection.Filter{Op: collection.Eq, Field: field, Value: value.Trusted(v)}
}

func testBulk(t *testing.T, d Driver) {
	const many = 2*collection.OpChunk + 153
	increment := collection.Op{Kind: collection.Update, Collection: "counters", Filter: eq("kind", `"a"`), Values: value.Trusted(`{"n":{"$inc":1}}`)}

	t.Run("a large update touches each record once, whatever comes between its writes", func(t *testing.T) {
		w := withCounters(t, d)
		w.fill("counters", many, `{"name":"#","kind":"a","n":#}`)
		id, op, writes := w.accepted().Execution.ID, increment, 0
		for {
			c := w.operating(id, 3, op)
			c.State.Output = value.Trusted(`"done"`)
			out := w.outcome(c)
			if writes++; out.Violation != nil {
				t.Fatal(out.Violation)
			}
			if again := w.outcome(c); !sameOutcome(again, out) {
				t.Fatalf("repeated, it came to %+v after %+v", again, out)
			}
			l := w.load(id)
			step := l.Steps[len(l.Steps)-1]
			if out.Next == nil {
				w.same("result", step.Result.Text(), fmt.Sprintf(`{"count":%d}`, many))
				w.same("status", []flow.Status{step.Status, l.Execution.Status}, []flow.Status{flow.Succeeded, flow.Succeeded})
				w.same("output", l.Execution.Output.Text(), `"done"`)
				break
			}
			w.same("status in between", []flow.Status{step.Status, l.Execution.Status}, []flow.Status{flow.Running, flow.Running})
			w.same("progress", collection.ProgressOf(step.Result), *out.Next)
			w.same("output", l.Execution.Output.IsMissing(), true)
			w.same("touched", out.Next.Count, int64(writes*collection.OpChunk))
			op.From = *out.Next
			w.fill("counters", 3, `{"name":"new #`+strconv.Itoa(writes)+`","kind":"a","n":-5}`)
			if writes == 2 { // as after a crash: another incarnation continues from the journal
				w.reopen()
				w.begin()
				list, err := w.Claim(w.owner, w.now(), 1, false)
				w.ok(err)
				op.From = collection.ProgressOf(list[0].Steps[len(list[0].Steps)-1].Result)
			}
		}
		w.same("writes", writes, 3)
		sum, err := w.Aggregate(t.Context(), collection.Aggregate{Collection: "counters", Function: collection.FunctionSum, Field: "n", Filter: &collection.Filter{Op: collection.Gt, Field: "n", Value: value.Int(0)}})
		w.ok(err)
		w.same("sum", sum.Text(), strconv.Itoa(many*(many+1)/2+many))
		w.same("created meanwhile", w.count("counters", eq("n", "-5")), int64(6))
	})

	t.Run("a large operation over all records that changes what it filters by", func(t *testing.T) {
		w := withCounters(t, d)
		w.fill("counters", many, `{"name":"#","kind":"a","n":0}`)
		op := increment
		op.Values = value.Trusted(`{"kind":"b","n":{"$inc":1}}`)
		out, err := w.Write(op)
		w.ok(err)
		w.same("outcome", out.Record.Text(), fmt.Sprintf(`{"count":%d}`, many))
		w.same("changed", w.count("counters", eq("kind", `"b"`)), int64(many))
		out, err = w.Write(collection.Op{Kind: collection.Delete, Collection: "counters", All: true})
		w.ok(err)
		w.same("outcome", out.Record.Text(), fmt.Sprintf(`{"count":%d}`, many))
		w.same("left", w.count("counters", nil), int64(0))
		w.fill("counters", 1, `{"name":"after"}`)
		w.reopen()
		w.wrote(collection.Op{Kind: collection.Delete, Collection: "counters", All: true})
		w.reopen()
		w.fill("counters", 1, `{"name":"after"}`)
		got, err := w.Find(t.Context(), collection.Query{Collection: "counters"})
		w.ok(err)
		w.same("id", got.Records[0].ID, int64(many+2))
	})

	t.Run("a rule that a later record breaks undoes that write and no other", func(t *testing.T) {
		w := withCounters(t, d)
		w.fill("counters", many, `{"name":"#","kind":"a","n":1}`)
		w.wrote(collection.Op{Kind: collection.Update, Collection: "counters", Filter: eq("name", fmt.Sprintf("%q", strconv.Itoa(collection.OpChunk+100))), Values: value.Trusted(`{"n":9223372036854775807}`)})
		id, op := w.accepted().Execution.ID, increment
		first := w.outcome(w.operating(id, 1, op))
		op.From = *first.Next
		c := w.operating(id, 1, op)
		out := w.outcome(c)
		if v := out.Violation; v == nil || v.Code != collection.CodeRange || v.Field != "n" {
			t.Fatalf("violation is %+v", v)
		}
		w.same("repeated", w.outcome(c).Violation.Message, out.Violation.Message)
		w.same("touched", w.count("counters", eq("n", "2")), int64(collection.OpChunk))
		w.status(id, flow.Running)
	})

	t.Run("what depends on a deleted record goes with it, however much and deep", func(t *testing.T) {
		w := withCounters(t, d)
		w.fill("counters", 40, `{"name":"#"}`)
		for i := 2; i <= 40; i++ { // a chain; the first record belongs to the last
			w.wrote(collection.Op{Kind: collection.Update, Collection: "counters", Filter: eq("id", strconv.Itoa(i)), Values: value.Trusted(fmt.Sprintf(`{"parent":%d}`, i-1))})
		}
		w.wrote(collection.Op{Kind: collection.Update, Collection: "counters", Filter: eq("id", "1"), Values: value.Trusted(`{"parent":40}`)})
		w.fill("ticks", 2300, `{"counter":33}`)
		w.fill("notes", 1700, `{"counter":35}`)
		w.fill("notes", 1, `{}`)
		id, op, writes := w.accepted().Execution.ID, collection.Op{Kind: collection.Delete, Collection: "counters", Filter: eq("name", `"2"`)}, 0
		for {
			c := w.operating(id, 1, op)
			out := w.outcome(c)
			if again := w.outcome(c); !sameOutcome(again, out) {
				t.Fatalf("repeated, it came to %+v after %+v", again, out)
			}
			if out.Next == nil {
				w.same("result", out.Record.Text(), `{"count":1}`)
				break
			}
			if writes++; writes > 20 {
				t.Fatal("it comes to no end")
			}
			op.From = *out.Next
		}
		if writes < 2 {
			t.Errorf("%d records in %d writes", 4000, writes+1)
		}
		for name, left := range map[string]int64{"counters": 0, "ticks": 0, "notes": 1701} {
			w.same(name, w.count(name, nil), left)
		}
		w.same("freed", w.count("notes", &collection.Filter{Op: collection.Null, Field: "counter"}), int64(1701))
	})

	t.Run("a record that another holds is not deleted, nor anything else of that write", func(t *testing.T) {
		w := withCounters(t, d)
		w.fill("counters", 5, `{"name":"#"}`)
		w.fill("ticks", 10, `{"counter":3}`)
		w.wrote(collection.Op{Kind: collection.Update, Collection: "counters", Filter: eq("id", "4"), Values: value.Trusted(`{"parent":3}`)})
		w.fill("locks", 1, `{"counter":4}`)
		for _, in := range []func(collection.Op) (collection.Outcome, error){w.Write, func(op collection.Op) (collection.Outcome, error) { return w.doing(op, w.now()) }} {
			out, err := in(collection.Op{Kind: collection.Delete, Collection: "counters", All: true})
			w.ok(err)
			if v := out.Violation; v == nil || v.Code != collection.CodeRelation || !strings.Contains(v.Message, "locks") || !strings.Contains(v.Message, "4") {
				t.Fatalf("violation is %+v", v)
			}
		}
		w.same("counters", w.count("counters", nil), int64(5))
		w.same("ticks", w.count("ticks", nil), int64(10))
		w.wrote(collection.Op{Kind: collection.Delete, Collection: "locks", All: true})
		w.wrote(collection.Op{Kind: collection.Delete, Collection: "counters", All: true})
		w.same("counters", w.count("counters", nil), int64(0))
		w.same("ticks", w.count("ticks", nil), int64(0))
	})

	t.Run("an array that is too large is refused, and a large result says how many", func(t *testing.T) {
		w := withCounters(t, d)
		list := value.Trusted("[" + strings.Repeat(`{"kind":"a"},`, collection.MaxBulk) + `{"kind":"b"}]`)
		out, err := w.Write(collection.Op{Kind: collection.Create, Collection: "counters", Values: list})
		w.ok(err)
		if out.Violation == nil || out.Violation.Code != collection.CodeTooLarge {
			t.Fatalf("outcome is %+v", out)
		}
		w.same("none", w.wrote(collection.Op{Kind: collection.Create, Collection: "counters", Values: value.Trusted("[]")}).Text(), "[]")
		record := w.wrote(collection.Op{Kind: collection.Create, Collection: "counters", Values: value.Trusted("[" + strings.Repeat(`{"kind":"a"},`, 19_999) + `{"kind":"b"}]`)})
		n, _ := record.Get("count").Int()
		last, _ := record.Get("ids").At(19_999).Int()
		w.same("result", []int64{n, int64(record.Get("ids").Len()), last}, []int64{20_000, 20_000, 20_000})
		w.same("records", w.count("counters", nil), int64(20_000))
	})
}

// testSharedTransactions runs several operations in one transaction. One that breaks a rule must not affect the others.
func testSharedTransactions(t *testing.T, d Driver) {
	w := withCounters(t, d)
	w.fill("counters", 3, `{"name":"taken #","n":0}`)
	const callers, each = 32, 12
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for i := range each {
				name, kind := fmt.Sprintf("%d-%d", c, i), (c+i)%6
				var op collection.Op
				switch kind {
				case 0, 1: // the third name is taken, so none is created
					op = collection.Op{Kind: collection.Create, Collection: "counters", Values: value.Trusted(fmt.Sprintf(`[{"name":"%s"},{"name":"%s b"},{"name":"taken 1"}]`, name, name))}
				case 2: // an update that breaks a rule at its second record
					op = collection.Op{Kind: collection.Update, Collection: "counters", Filter: &collection.Filter{Op: collection.StartsWith, Field: "name", Value: value.String("taken")}, Values: value.Trusted(`{"n":{"$inc":1},"name":"taken 1"}`)}
				case 3:
					op = collection.Op{Kind: collection.Update, Collection: "counters", Filter: eq("name", `"taken 2"`), Values: value.Trusted(`{"n":{"$inc":1}}`)}
				case 4:
					op = collection.Op{Kind: collection.Create, Collection: "counters", Upsert: []string{"name"}, Values: value.Trusted(`{"name":"taken 3","kind":"` + name + `"}`)}
				default:
					op = collection.Op{Kind: collection.Create, Collection: "counters", Values: value.Trusted(`[{"name":"` + name + `","kind":"whole"},{"name":"` + name + ` b","kind":"whole"}]`)}
				}
				var out collection.Outcome
				var err error
				if i%2 == 0 {
					out, err = w.Write(op)
				} else {
					out, err = w.doing(op, w.now())
				}
				if err != nil || (out.Violation != nil) != (kind < 3) {
					t.Errorf("%+v: %v, %+v", op, err, out.Violation)
				}
			}
		})
	}
	all.Wait()
	w.same("records", w.count("counters", nil), int64(3+callers*each/6*2))
	w.same("whole ones", w.count("counters", eq("kind", `"whole"`)), int64(callers*each/6*2))
	for name, want := range map[string]string{"taken 1": "0", "taken 2": strconv.Itoa(callers * each / 6), "taken 3": "0"} {
		got, err := w.Find(t.Context(), collection.Query{Collection: "counters", Filter: eq("name", fmt.Sprintf("%q", name))})
		w.ok(err)
		w.same(name, got.Records[0].JSON.Get("n").Text(), want)
	}
}

// testSeveralOps commits several operations in one Commit.
func testSeveralOps(t *testing.T, d Driver) {
	passes := func(w *harness, id ident.ID, n int, values func(int) string) store.Commit {
		c := w.running(id)
		c.Broken = c.State
		for i := range n {
			s := w.step(id, i+1)
			s.Result = value.Value{}
			c.Steps = append(c.Steps, s)
			c.Ops = append(c.Ops, store.StepOp{N: i + 1, Op: collection.Op{Kind: collection.Create, Collection: "counters", Values: value.Trusted(values(i))}})
		}
		return c
	}
	t.Run("each has its outcome, and one that breaks a rule leaves the others done", func(t *testing.T) {
		w := withCounters(t, d)
		id := w.accepted().Execution.ID
		c := passes(w, id, 64, func(i int) string {
			if i == 40 {
				return `{"name":"7"}`
			}
			return fmt.Sprintf(`{"name":"%d"}`, i)
		})
		c.State = w.ending(id, flow.Succeeded).State
		out := w.commit(c)
		again := w.commit(c)
		l := w.load(id)
		for i, o := range out.Ops {
			if (o.Violation != nil) != (i == 40) || !sameOutcome(o, again.Ops[i]) {
				t.Fatalf("outcome %d is %+v, then %+v", i, o, again.Ops[i])
			}
			if want := map[bool]flow.Status{true: flow.Failed, false: flow.Succeeded}[i == 40]; l.Steps[i].Status != want || l.Steps[i].Result.Text() != o.Record.Text() && i != 40 {
				t.Fatalf("step is %+v after %+v", l.Steps[i], o)
			}
		}
		w.same("records", w.count("counters", nil), int64(63))
		w.same("status", l.Execution.Status, flow.Running)
	})
	t.Run("they may be of any kind", func(t *testing.T) {
		w := withCounters(t, d)
		w.fill("counters", collection.OpChunk+10, `{"name":"old #","kind":"a","n":1}`)
		id := w.accepted().Execution.ID
		c := passes(w, id, 4, func(i int) string { return fmt.Sprintf(`[{"name":"%d"},{"name":"%d b"}]`, i, i) })
		c.Ops[1].Op = collection.Op{Kind: collection.Delete, Collection: "counters", Filter: eq("name", `"old 1"`)}
		c.Ops[2].Op = collection.Op{Kind: collection.Update, Collection: "counters", Filter: eq("kind", `"a"`), Values: value.Trusted(`{"n":{"$inc":1}}`)}
		out := w.commit(c)
		if out.Ops[2].Next == nil || out.Ops[1].Record.Text() != `{"count":1}` || out.Ops[0].Record.Len() != 2 || out.Ops[3].Record.Len() != 2 {
			t.Fatalf("outcome is %+v", out)
		}
		steps := w.load(id).Steps
		w.same("status", []flow.Status{steps[1].Status, steps[2].Status, steps[3].Status}, []flow.Status{flow.Succeeded, flow.Running, flow.Succeeded})
		rest := w.operating(id, 3, c.Ops[2].Op)
		rest.Ops[0].Op.From = *out.Ops[2].Next
		end := w.outcome(rest)
		w.same("the rest", end.Record.Text(), fmt.Sprintf(`{"count":%d}`, collection.OpChunk+9))
		steps = w.load(id).Steps
		w.same("steps", len(steps), 4)
		w.same("the step that went on", []string{string(steps[2].Status), steps[2].Result.Text()}, []string{"succeeded", end.Record.Text()})
		w.same("twice", w.count("counters", eq("n", "2")), int64(collection.OpChunk+9))
	})
	t.Run("what makes no sense is refused", func(t *testing.T) {
		w := withCounters(t, d)
		id := w.accepted().Execution.ID
		for name, spoil := range map[string]func(*store.Commit){
			"two of one step": func(c *store.Commit) { c.Ops[1].N = 1 },
			"of no step":      func(c *store.Commit) { c.Ops[1].N = 9 },
			"out of order":    func(c *store.Commit) { c.Ops[0], c.Ops[1] = c.Ops[1], c.Ops[0] },
			"too many":        func(c *store.Commit) { c.Ops = make([]store.StepOp, store.MaxOps+1) },
			"no way on":       func(c *store.Commit) { c.Broken = store.State{} },
		} {
			c := passes(w, id, 2, func(i int) string { return fmt.Sprintf(`{"name":"%d"}`, i) })
			spoil(&c)
			if _, err := w.Commit(c); err == nil {
				t.Errorf("%s is taken", name)
			}
		}
		w.same("records", w.count("counters", nil), int64(0))
	})
}

// testCreatedAt creates records from many callers whose clocks differ.
func testCreatedAt(t *testing.T, d Driver) {
	w := withCounters(t, d)
	var all sync.WaitGroup
	for c := range 16 {
		all.Go(func() {
			for i := range 12 {
				op := collection.Op{Kind: collection.Create, Collection: "counters", Values: value.Trusted(fmt.Sprintf(`[{"n":%d},{"n":%d}]`, c, i))}
				out, err := w.doing(op, w.now().Add(time.Duration((i*7+c*3)%10)*time.Microsecond))
				if err != nil || out.Violation != nil {
					t.Error(out, err)
				}
			}
		})
	}
	all.Wait()
	for _, restart := range []bool{false, true} {
		if restart {
			w.reopen()
			w.fill("counters", 1, `{"n":1}`)
		}
		got, err := w.Find(t.Context(), collection.Query{Collection: "counters", Sort: []collection.Sort{{Field: "createdAt"}}, PageSize: collection.MaxPageSize})
		w.ok(err)
		before := ""
		for i, r := range got.Records {
			at := r.JSON.Get("createdAt").Text()
			if at < before || r.ID != int64(i+1) {
				t.Fatalf("record %d, found as %d, was created at %s, after %s", r.ID, i, at, before)
			}
			before = at
			same, err := w.Record(t.Context(), "counters", r.ID)
			w.ok(err)
			w.same("record", same.JSON, r.JSON)
		}
	}
}
