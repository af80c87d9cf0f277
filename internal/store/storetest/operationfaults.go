package storetest

import (
	"fmt"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// testOperationFaults is testFaults for record operations. Whatever fails, no operation may be written in part,
// and a repeated one must be applied exactly once.
func testOperationFaults(t *testing.T, d Driver) {
	var inner []Place
	for _, p := range d.Places {
		if p == Statement || p == Commit {
			inner = append(inner, p)
		}
	}
	if len(inner) == 0 {
		return
	}
	for _, c := range []struct {
		fault Fault
		after bool
	}{{Full, false}, {Interrupt, false}, {Panic, false}, {IOError, true}} {
		name := string(c.fault)
		if c.after {
			name += " and ever after"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sweepOperations(t, d, inner, c.fault, c.after)
		})
	}
}

func sweepOperations(t *testing.T, d Driver, places []Place, f Fault, after bool) {
	in := &injector{}
	w := openHarness(t, d, Options{Inject: in.Inject})
	w.ok(w.define(counters()))
	w.fill("counters", 1, `{"name":"taken"}`)
	var all []*attempt
	for n := 1; ; n += d.stride() {
		if n > most {
			t.Fatalf("the workload still fails at place %d", n)
		}
		tries := w.operations(n)
		in.arm(places, f, n, after)
		atOnce(tries)
		hit := in.disarm()
		for _, a := range tries {
			w.checkResult(a, fmt.Sprintf("%s at place %d", f, n))
		}
		for _, a := range tries { // callers retry failed writes
			if a.err != nil {
				a.err = a.write()
				w.checkResult(a, fmt.Sprintf("again after %s at place %d", f, n))
				if a.err != nil {
					t.Fatalf("%s fails again: %v", a.name, a.err)
				}
			}
		}
		all = append(all, tries...)
		if !hit {
			t.Logf("%d places", n-1)
			break
		}
	}
	w.reopen()
	for _, a := range all {
		w.checkResult(a, "after a restart")
	}
}

// operations returns one write of each kind. Each finds its own records by their kind.
func (w *harness) operations(n int) []*attempt {
	w.Helper()
	var tries []*attempt
	kind := func(what string) string { return fmt.Sprintf("%s %d", what, n) }
	prepare := func(what string) {
		w.fill("counters", 3, fmt.Sprintf(`{"name":"%s #","kind":"%s","n":0}`, kind(what), kind(what)))
	}
	// state counts the records of a kind and sums their numbers.
	state := func(what string) (records, sum int64, err error) {
		for function, to := range map[string]*int64{"count": &records, "sum": &sum} {
			v, err := w.Aggregate(w.Context(), collection.Aggregate{Collection: "counters", Function: function, Field: "n", Filter: eq("kind", value.String(kind(what)).Text())})
			if err != nil {
				return 0, 0, err
			}
			*to, _ = v.Int()
		}
		return records, sum, nil
	}
	add := func(what string, c *store.Commit, op collection.Op, undone, done [2]int64) {
		a := &attempt{name: kind(what)}
		a.write = func() error {
			if c == nil {
				out, err := w.Write(op)
				if err == nil && out.Violation != nil {
					return fmt.Errorf("violation %+v", out.Violation)
				}
				return err
			}
			out, err := w.Commit(*c)
			if err == nil && out.Fenced {
				return fmt.Errorf("outcome is %+v", out)
			}
			return err
		}
		a.found = func() (bool, error) {
			records, sum, err := state(what)
			got := [2]int64{records, sum}
			if err == nil && c != nil {
				l, e := w.Load(w.Context(), c.Execution)
				if e != nil {
					return false, e
				}
				if (len(l.Steps) > 0) != (got == done) && undone != done {
					return false, fmt.Errorf("%d steps, and %v records and sum", len(l.Steps), got)
				}
				if undone == done {
					return len(l.Steps) > 0, nil
				}
			}
			if err == nil && got != undone && got != done {
				return false, fmt.Errorf("%s is there in part: %d records, sum %d", kind(what), records, sum)
			}
			return got == done, err
		}
		tries = append(tries, a)
	}
	commit := func(op collection.Op) *store.Commit {
		c := w.operating(w.accepted().Execution.ID, 1, op)
		return &c
	}
	many := func(what, last string) collection.Op {
		k := kind(what)
		return collection.Op{Kind: collection.Create, Collection: "counters", Values: value.Trusted(fmt.Sprintf(
			`[{"name":"%s 1","kind":"%s","n":1},{"name":"%s 2","kind":"%s","n":1},{"name":"%s","kind":"%s","n":1}]`, k, k, k, k, last, k))}
	}
	by := func(what string) *collection.Filter { return eq("kind", value.String(kind(what)).Text()) }

	add("array", commit(many("array", kind("last"))), collection.Op{}, [2]int64{0, 0}, [2]int64{3, 3})
	add("broken", commit(many("broken", "taken")), collection.Op{}, [2]int64{0, 0}, [2]int64{0, 0})
	prepare("inc")
	add("inc", commit(collection.Op{Kind: collection.Update, Collection: "counters", Filter: by("inc"), Values: value.Trusted(`{"n":{"$inc":2}}`)}), collection.Op{}, [2]int64{3, 0}, [2]int64{3, 6})
	prepare("set")
	add("set", nil, collection.Op{Kind: collection.Update, Collection: "counters", Filter: by("set"), Values: value.Trusted(`{"n":2}`)}, [2]int64{3, 0}, [2]int64{3, 6})
	prepare("upsert")
	k := kind("upsert")
	add("upsert", commit(collection.Op{Kind: collection.Create, Collection: "counters", Upsert: []string{"name"}, Values: value.Trusted(fmt.Sprintf(
		`[{"name":"%s 1","n":5},{"name":"%s 9","kind":"%s","n":6}]`, k, k, k))}), collection.Op{}, [2]int64{3, 0}, [2]int64{4, 11})
	prepare("delete")
	found, err := w.Find(w.Context(), collection.Query{Collection: "counters", Filter: by("delete")})
	w.ok(err)
	w.fill("ticks", 3, fmt.Sprintf(`{"counter":%d}`, found.Records[0].ID))
	w.fill("notes", 2, fmt.Sprintf(`{"counter":%d}`, found.Records[1].ID))
	add("delete", commit(collection.Op{Kind: collection.Delete, Collection: "counters", Filter: by("delete")}), collection.Op{}, [2]int64{3, 0}, [2]int64{0, 0})

	several := w.running(w.accepted().Execution.ID)
	several.Broken = several.State
	for i := range 3 {
		s := w.step(several.Execution, i+1)
		s.Result = value.Value{}
		several.Steps = append(several.Steps, s)
		several.Ops = append(several.Ops, store.StepOp{N: i + 1, Op: collection.Op{Kind: collection.Create, Collection: "counters",
			Values: value.Trusted(fmt.Sprintf(`{"name":"%s %d","kind":"%s","n":1}`, kind("several"), i, kind("several")))}})
	}
	add("several", &several, collection.Op{}, [2]int64{0, 0}, [2]int64{3, 3})

	journal := w.accepted().Execution.ID
	first := w.running(journal, w.step(journal, 2), w.step(journal, 5))
	w.commit(first)
	second := w.running(journal, w.step(journal, 2), w.step(journal, 3), w.step(journal, 7))
	second.Steps[0].Status, second.Steps[0].Error = flow.Failed, &flow.Error{Code: "x", Message: "y"}
	tries = append(tries, &attempt{name: kind("journal"), write: func() error { _, err := w.Commit(second); return err }, found: func() (bool, error) {
		l, err := w.Load(w.Context(), journal)
		failed := err == nil && l.Steps[0].Status == flow.Failed
		if err == nil && failed != (len(l.Steps) == 4) {
			return false, fmt.Errorf("%d steps, the first %s", len(l.Steps), l.Steps[0].Status)
		}
		return failed, err
	}})
	name := fmt.Sprintf("reshaped_%d", n)
	before := collection.Collection{Name: name, Fields: []collection.Field{
		{Name: "a", Type: collection.String, Index: true}, {Name: "b", Type: collection.String}, {Name: "c", Type: collection.Relates, Relation: collection.BelongsTo, Target: "counters"},
	}}
	w.ok(w.define([]collection.Collection{before}))
	w.fill(name, 3, `{"a":"#","b":"#","c":1}`)
	wanted := collection.Collection{Name: name, Fields: []collection.Field{
		{Name: "x", Type: collection.String, Index: true, Was: "a"}, {Name: "b", Type: collection.Integer, Unique: true}, {Name: "d", Type: collection.Integer, Default: value.Int(7)},
	}}
	tries = append(tries, &attempt{name: kind("redefine"), write: func() error {
		_, err := w.Redefine(store.Redefinition{Wanted: []collection.Collection{wanted}, Lose: true})
		return err
	}, found: func() (bool, error) {
		got, err := w.Find(w.Context(), collection.Query{Collection: name})
		if err != nil || len(got.Records) != 3 {
			return false, fmt.Errorf("%d records: %w", len(got.Records), err)
		}
		v := got.Records[0].JSON
		now := v.Get("x").Text() == `"3"` && v.Get("b").Text() == "3" && v.Get("d").Text() == "7" && v.Get("c").IsMissing()
		was := v.Get("a").Text() == `"3"` && v.Get("b").Text() == `"3"` && v.Get("d").IsMissing() && v.Get("c").Text() == "1"
		if now == was {
			return false, fmt.Errorf("the record is %s", v.Text())
		}
		return now, nil
	}})
	return tries
}
