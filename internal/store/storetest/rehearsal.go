package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// testRehearsal checks that a rehearsal sees its own writes and leaves nothing.
func testRehearsal(t *testing.T, d Driver) {
	t.Run("operations and the read see the operations before them", func(t *testing.T) {
		w := newRehearsals(t, d, Options{})
		out := w.rehearse(w.rehearsal(w.now()))
		for i, o := range out.Outcomes {
			if (o.Violation != nil) != (i == 2) || o.Next != nil {
				t.Fatalf("outcome %d is %+v, %+v", i, o, o.Violation)
			}
		}
		w.same("created", out.Outcomes[0].Record.Get("id").Text(), "3")
		w.same("updated", out.Outcomes[1].Record.Get("count").Text(), "2")
		w.same("broken rule", out.Outcomes[2].Violation.Code, collection.CodeUnique)
		w.same("deleted", out.Outcomes[3].Record.Text(), `{"count":1}`)
		w.same("detached", out.Outcomes[4].Record.Get("count").Text(), "1")
		if n := len(out.Found.Records); n != 2 || out.Found.Count != 2 || out.Found.Records[0].JSON.Get("age").Text() != "41" {
			t.Fatalf("found is %+v", out.Found)
		}
		counted := w.rehearsal(w.now())
		counted.Find, counted.Aggregate = nil, &collection.Aggregate{Collection: "people", Function: "sum", Field: "age"}
		w.same("sum", w.rehearse(counted).Value.Text(), "82")
	})

	t.Run("nothing is left", func(t *testing.T) {
		w := newRehearsals(t, d, Options{})
		before := w.contents()
		first := w.rehearse(w.rehearsal(w.now().AddDate(1, 0, 0))) // as after a long delay
		w.same("contents", w.contents(), before)
		if again := w.rehearse(w.rehearsal(w.now().AddDate(1, 0, 0))); again.Outcomes[0].Record.Text() != first.Outcomes[0].Record.Text() {
			t.Fatalf("the same rehearsal made %s, then %s", first.Outcomes[0].Record.Text(), again.Outcomes[0].Record.Text())
		}
		w.reopen()
		w.same("contents after a restart", w.contents(), before)
		made := w.wrote(collection.Op{Kind: collection.Create, Collection: "people", Values: value.Trusted(`{"email":"new"}`)})
		w.same("the next id", made.Get("id").Text(), "3")
		w.same("its time", made.Get("createdAt").Text(), `"2026-11-22T08:30:00.123456Z"`)
	})

	t.Run("what does not fit is refused and leaves nothing", func(t *testing.T) {
		w := newRehearsals(t, d, Options{})
		before := w.contents()
		wrong := w.rehearsal(w.now())
		wrong.Find = &collection.Query{Collection: "people", Sort: []collection.Sort{{Field: "nope"}}}
		_, err := w.Rehearse(w.Context(), wrong)
		w.fails(err, fault.Invalid)
		wrong.Find = &collection.Query{Collection: "nope"}
		_, err = w.Rehearse(w.Context(), wrong)
		w.fails(err, fault.NotFound)
		_, err = w.Rehearse(w.Context(), store.Rehearsal{Ops: []store.RehearsedOp{{Op: collection.Op{Kind: "rename", Collection: "people"}}}})
		w.fails(err, fault.Unsupported)
		ended, cancel := context.WithCancel(w.Context())
		cancel()
		_, err = w.Rehearse(ended, w.rehearsal(w.now()))
		w.fails(err, fault.Timeout)
		out := w.rehearse(store.Rehearsal{Ops: []store.RehearsedOp{{Op: collection.Op{Kind: collection.Create, Collection: "nope", Values: value.Trusted(`{}`)}}}})
		if out.Outcomes[0].Violation == nil {
			t.Fatal("a record was created in a collection that does not exist")
		}
		w.same("contents", w.contents(), before)
	})

	t.Run("a large operation goes on where it ended", func(t *testing.T) {
		w := newRehearsals(t, d, Options{})
		w.fill("people", 2*collection.OpChunk, `{"email":"many #"}`)
		ops := []store.RehearsedOp{{Op: collection.Op{Kind: collection.Delete, Collection: "people", All: true}, At: w.now()}}
		total := w.count("people", nil)
		for {
			outs := w.rehearse(store.Rehearsal{Ops: ops}).Outcomes
			last := outs[len(outs)-1]
			if last.Next == nil {
				w.same("deleted", last.Record.Text(), fmt.Sprintf(`{"count":%d}`, total))
				break
			}
			next := ops[0]
			next.Op.From = *last.Next
			ops = append(ops, next)
		}
		w.same("writes", len(ops), 3)
		w.same("left", w.count("people", nil), total)
	})

	t.Run("files that exist for the rehearsal only", func(t *testing.T) { rehearseFiles(t, d) })
	t.Run("slow ones end", func(t *testing.T) { rehearseSlowly(t, d) })
	rehearseWithFaults(t, d)
}

// newRehearsals opens a store with two people, one of whom has a pet.
func newRehearsals(t *testing.T, d Driver, o Options) *harness {
	w := openHarness(t, d, o)
	w.ok(w.define([]collection.Collection{people(), {Name: "pets", Fields: []collection.Field{
		{Name: "owner", Type: collection.Relates, Relation: collection.BelongsTo, Target: "people", OnDelete: collection.SetNull},
	}}}))
	w.wrote(collection.Op{Kind: collection.Create, Collection: "people", Values: value.Trusted(`[{"email":"a","age":30},{"email":"b","age":40}]`)})
	w.wrote(collection.Op{Kind: collection.Create, Collection: "pets", Values: value.Trusted(`{"owner":2}`)})
	return w
}

// rehearsal creates a person, makes all with an age older, breaks a rule, deletes one who has a pet, finds the pet by
// what the deletion made of it, and reads.
func (w *harness) rehearsal(at time.Time) store.Rehearsal {
	old := &collection.Filter{Op: collection.Gte, Field: "age", Value: value.Int(40)}
	lone := &collection.Filter{Op: collection.Empty, Field: "owner"}
	r := store.Rehearsal{Find: &collection.Query{Collection: "people", Filter: old, Count: true}}
	for _, op := range []collection.Op{
		{Kind: collection.Create, Collection: "people", Values: value.Trusted(`{"email":"c","age":40}`)},
		{Kind: collection.Update, Collection: "people", Filter: old, Values: value.Trusted(`{"age":{"$inc":1}}`)},
		{Kind: collection.Create, Collection: "people", Values: value.Trusted(`{"email":"c"}`)},
		{Kind: collection.Delete, Collection: "people", Filter: eq("email", `"b"`)},
		{Kind: collection.Update, Collection: "pets", Filter: lone, Values: value.Trusted(`{"owner":3}`)},
		{Kind: collection.Create, Collection: "people", Upsert: []string{"email"}, Values: value.Trusted(`{"email":"a","age":41}`)},
	} {
		r.Ops = append(r.Ops, store.RehearsedOp{Op: op, At: at})
	}
	return r
}

func (w *harness) rehearse(r store.Rehearsal) store.Rehearsed {
	w.Helper()
	out, err := w.Rehearse(w.Context(), r)
	w.ok(err)
	w.same("number of outcomes", len(out.Outcomes), len(r.Ops))
	return out
}

// contents returns everything in the collections.
func (w *harness) contents() (all []string) {
	w.Helper()
	for _, name := range []string{"people", "pets"} {
		for _, order := range []string{"id", "createdAt", "updatedAt"} {
			found, err := w.Find(w.Context(), collection.Query{Collection: name, PageSize: collection.MaxPageSize, Sort: []collection.Sort{{Field: order}}})
			w.ok(err)
			for _, r := range found.Records {
				all = append(all, name+r.JSON.Text())
			}
		}
	}
	for _, age := range []string{"30", "31", "40", "41"} { // through the index
		all = append(all, fmt.Sprint(age, w.count("people", eq("age", age))))
	}
	for _, email := range []string{`"a"`, `"b"`, `"c"`} {
		all = append(all, fmt.Sprint(email, w.count("people", eq("email", email))))
	}
	return append(all, fmt.Sprint(w.count("pets", eq("owner", "2")), w.count("pets", eq("owner", "3"))))
}

func rehearseFiles(t *testing.T, d Driver) {
	if d.Blobs == nil {
		t.Skip("the driver keeps no blobs")
	}
	w := newHarness(t, d)
	w.ok(w.define([]collection.Collection{{Name: "papers", Fields: []collection.Field{{Name: "doc", Type: collection.File}}}}))
	kept := w.keep("kept")
	w.unpin([]store.Blob{kept})
	create := func(sum string) store.Rehearsal {
		text := fmt.Sprintf(`{"doc":{"name":"f","filename":"a","type":"b","size":1,"sha256":"%s"}}`, sum)
		return store.Rehearsal{Ops: []store.RehearsedOp{{At: w.now(), Op: collection.Op{Kind: collection.Create, Collection: "papers", Values: value.Trusted(text)}}}}
	}
	imagined := create("00000000000000000000000000000000000000000000000000000000000000ff")
	if out := w.rehearse(imagined); out.Outcomes[0].Violation == nil {
		t.Error("a record names a file that does not exist")
	}
	imagined.Blobs = []string{"00000000000000000000000000000000000000000000000000000000000000ff"}
	if out := w.rehearse(imagined); out.Outcomes[0].Violation != nil {
		t.Errorf("a file of the rehearsal is refused: %+v", out.Outcomes[0].Violation)
	}
	if out := w.rehearse(create(kept.SHA256)); out.Outcomes[0].Violation != nil {
		t.Errorf("a file that is there is refused: %+v", out.Outcomes[0].Violation)
	}
	w.sweep()
	w.same("kept", w.kept(kept), false) // the rehearsal left no reference
}

// rehearseSlowly checks that the store goes on after a rehearsal that takes too long.
func rehearseSlowly(t *testing.T, d Driver) {
	w := newRehearsals(t, d, Options{})
	before := w.contents()
	op := collection.Op{Kind: collection.Create, Collection: "people", Values: value.Trusted(w.many(20_000))}
	r := store.Rehearsal{}
	for range 40 { // all but the first are undone in their savepoint, after most of the work
		r.Ops = append(r.Ops, store.RehearsedOp{Op: op, At: w.now()})
	}
	r.Ops[0].Op.Values = value.Trusted(`{"email":"last"}`)
	_, err := w.Rehearse(w.Context(), r)
	w.fails(err, fault.Limit)
	w.same("contents", w.contents(), before)
	w.rehearse(w.rehearsal(w.now()))
	w.wrote(collection.Op{Kind: collection.Create, Collection: "people", Values: value.Trusted(`{"email":"after"}`)})
}

// many returns an array of n people of whom the last breaks a rule.
func (w *harness) many(n int) string {
	text := []byte{'['}
	for i := range n {
		text = fmt.Appendf(text, `{"email":"m%d"},`, i)
	}
	return string(append(text, `{"email":"last"}]`...))
}

// rehearseWithFaults makes a rehearsal fail at each of its places in turn.
func rehearseWithFaults(t *testing.T, d Driver) {
	var inner []Place
	for _, p := range d.Places {
		if p == Statement || p == Commit {
			inner = append(inner, p)
		}
	}
	if len(inner) == 0 {
		return
	}
	for _, f := range []Fault{Full, IOError, NoMemory, Interrupt, Panic} {
		t.Run("nothing is left after "+string(f), func(t *testing.T) {
			t.Parallel()
			in := &injector{}
			w := newRehearsals(t, d, Options{Inject: in.Inject})
			before, want := w.contents(), w.rehearse(w.rehearsal(w.now())).Outcomes[0].Record.Text()
			for n, hit := 1, true; hit; n += d.stride() {
				in.arm(inner, f, n, false)
				_, err := w.Rehearse(w.Context(), w.rehearsal(w.now()))
				if hit = in.disarm(); hit && err == nil {
					t.Fatalf("place %d: the rehearsal succeeded", n)
				} else if !hit {
					w.ok(err)
				}
				w.same(fmt.Sprintf("contents after place %d", n), w.contents(), before)
				if got := w.rehearse(w.rehearsal(w.now())).Outcomes[0].Record.Text(); got != want {
					t.Fatalf("after place %d the rehearsal makes %s, want %s", n, got, want)
				}
			}
			w.reopen()
			w.same("contents after a restart", w.contents(), before)
		})
	}
}
