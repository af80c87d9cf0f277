package storetest

import (
	"fmt"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// testRecordFiles checks that a blob is kept as long as a record names it.
func testRecordFiles(t *testing.T, d Driver) {
	if d.Blobs == nil {
		return
	}
	c := collection.Collection{Name: "papers", Fields: []collection.Field{
		{Name: "name", Type: collection.String, Unique: true}, {Name: "doc", Type: collection.File}, {Name: "more", Type: collection.File, Multiple: true},
	}}
	file := func(b store.Blob) string {
		return fmt.Sprintf(`{"name":"f","filename":"it's.pdf","type":"application/pdf","size":%d,"sha256":"%s"}`, b.Size, b.SHA256)
	}
	create := func(values string) collection.Op {
		return collection.Op{Kind: collection.Create, Collection: "papers", Values: value.Trusted(values)}
	}

	t.Run("a file that came with a call outlives it", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{c}))
		a, list := w.storing("body", "content")
		w.ok(w.accept(a))
		commit := w.operating(a.Execution.ID, 1, create(`{"name":"a","doc":`+file(list[1])+`}`))
		out := w.outcome(commit)
		if out.Violation != nil || out.Record.Get("doc").Text() != file(list[1]) {
			t.Fatalf("outcome is %+v", out)
		}
		w.unpin(list)
		w.clock.Advance(1e15)
		deleted, err := w.DeleteDeliveries(store.Deletion{Before: w.now(), Limit: 9})
		w.ok(err)
		w.same("deliveries", deleted.Deliveries, 1)
		w.sweep()
		w.same("kept", []bool{w.kept(list[0]), w.kept(list[1])}, []bool{false, true})
		w.reopen()
		w.sweep()
		w.same("kept", w.kept(list[1]), true)
		w.wrote(collection.Op{Kind: collection.Delete, Collection: "papers", All: true})
		w.sweep()
		w.same("kept", w.kept(list[1]), false)
	})

	t.Run("records take other files, share them, and let them go", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{c}))
		one, two, three := w.keep("one"), w.keep("two"), w.keep("three")
		w.wrote(create(fmt.Sprintf(`[{"name":"a","doc":%s,"more":[%s,%s]},{"name":"b","more":%s}]`, file(one), file(one), file(two), file(two))))
		w.unpin([]store.Blob{one, two, three})
		swept := func(want ...bool) {
			t.Helper()
			w.sweep()
			w.same("kept", []bool{w.kept(one), w.kept(two), w.kept(three)}, want)
		}
		swept(true, true, false)
		three = w.keep("three")
		w.wrote(collection.Op{Kind: collection.Update, Collection: "papers", Filter: eq("name", `"a"`), Values: value.Trusted(`{"doc":` + file(three) + `}`)})
		w.unpin([]store.Blob{three})
		swept(true, true, true)
		w.wrote(collection.Op{Kind: collection.Create, Collection: "papers", Upsert: []string{"name"}, Values: value.Trusted(`{"name":"a","more":null}`)})
		swept(false, true, true)
		wanted := c
		wanted.Fields = c.Fields[:2]
		_, err := w.Redefine(store.Redefinition{Wanted: []collection.Collection{wanted}, Lose: true})
		w.ok(err)
		w.wrote(collection.Op{Kind: collection.Update, Collection: "papers", All: true, Values: value.Trusted(`{"doc":null}`)})
		_, err = w.Redefine(store.Redefinition{Drop: []string{"papers"}, Lose: true})
		w.ok(err)
		swept(false, false, false)
	})

	t.Run("a file that nobody keeps is refused, and the record with it", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{c}))
		lost := store.Blob{SHA256: strings.Repeat("0", 64), Size: 1}
		kept := w.keep("kept")
		for _, op := range []collection.Op{create(`{"name":"a","doc":` + file(lost) + `}`), create(fmt.Sprintf(`[{"name":"b","doc":%s},{"name":"c","more":[%s]}]`, file(kept), file(lost)))} {
			out, err := w.doing(op, w.now())
			w.ok(err)
			if v := out.Violation; v == nil || v.Code != collection.CodeFormat || !strings.Contains(v.Message, lost.SHA256) {
				t.Fatalf("violation is %+v", v)
			}
		}
		w.same("records", w.count("papers", nil), int64(0))
		w.unpin([]store.Blob{kept})
		w.sweep()
		w.same("kept", w.kept(kept), false)
		id := w.accepted().Execution.ID
		w.same("the store goes on", w.commit(w.ending(id, flow.Succeeded)), store.Committed{})
	})
}
