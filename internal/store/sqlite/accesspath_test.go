package sqlite

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
	"hookline.dev/hookline/internal/value"
)

// animals returns a collection in which some values are common and some are rare.
func animals() collection.Collection {
	return collection.Collection{Name: "animals", Fields: []collection.Field{
		{Name: "tag", Type: collection.String, Unique: true}, {Name: "kind", Type: collection.String, Index: true},
		{Name: "age", Type: collection.Integer, Index: true}, {Name: "note", Type: collection.String},
		{Name: "mother", Type: collection.Relates, Relation: collection.BelongsTo, Target: "animals", OnDelete: collection.SetNull},
	}}
}

// withAnimals creates n records. Every hundredth one is rare and old.
func withAnimals(t *testing.T, o Options, n int) *Store {
	t.Helper()
	s := open(t, o)
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{animals()}}); err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for i := range n {
		kind, age := "sheep", 5
		if i%(n/10) == 0 {
			kind, age = "goat", 50+i
		}
		fmt.Fprintf(&list, `,{"tag":"t%d","kind":"%s","age":%d,"note":"n%d"}`, i, kind, age, i%7)
	}
	write(t, s, collection.Op{Kind: collection.Create, Collection: "animals", Values: value.Trusted("[" + list.String()[1:] + "]")})
	return s
}

func write(t *testing.T, s *Store, op collection.Op) value.Value {
	t.Helper()
	out, err := s.Write(op)
	if err != nil || out.Violation != nil {
		t.Fatalf("%v, %+v", err, out.Violation)
	}
	return out.Record
}

// TestPagesGoByTheIndexThatLeadsToFew limits the steps of SQLite's virtual machine that queries take. The limit
// does not depend on the size of the table.
func TestPagesGoByTheIndexThatLeadsToFew(t *testing.T) {
	t.Parallel() // long, and independent: it has its own store
	const n = 30_000
	s := withAnimals(t, Options{Readers: 1}, n)
	is := func(field string, op collection.FilterOp, v string) collection.Filter {
		return collection.Filter{Op: op, Field: field, Value: value.Trusted(v)}
	}
	and := func(parts ...collection.Filter) *collection.Filter {
		return &collection.Filter{Op: collection.And, Parts: parts}
	}
	desc := func(field string) []collection.Sort { return []collection.Sort{{Field: field, Desc: true}} }
	rare, common, old, young := is("kind", collection.Eq, `"goat"`), is("kind", collection.Eq, `"sheep"`), is("age", collection.Gt, "40"), is("age", collection.Gt, "4")
	for name, q := range map[string]collection.Query{
		"newest":                                {},
		"oldest":                                {Sort: []collection.Sort{{Field: "id"}}},
		"by a unique value":                     {Filter: and(is("tag", collection.Eq, `"t17"`))},
		"by a unique value, sorted":             {Filter: and(is("tag", collection.Eq, `"t17"`)), Sort: desc("note")},
		"by a rare value":                       {Filter: and(rare), Sort: desc("note")},
		"by a common value":                     {Filter: and(common)},
		"by a common range":                     {Filter: and(young)},
		"by a rare range":                       {Filter: and(old), Sort: desc("note")},
		"by a common value and a rare range":    {Filter: and(common, is("age", collection.Gt, "60"))},
		"by a common range and a rare value":    {Filter: and(young, rare), Sort: desc("age")},
		"by a common value, sorted by an index": {Filter: and(common), Sort: desc("age")},
		"sorted by createdAt":                   {Sort: desc("createdAt")},
		"sorted by an index":                    {Sort: desc("age")},
		"by the beginning of a rare value":      {Filter: and(is("kind", collection.StartsWith, `"goa"`))},
		"by the beginning of a unique value":    {Filter: and(is("tag", collection.StartsWith, `"t1777"`))},
		"by several ids":                        {Filter: and(is("id", collection.In, `[5,7,9,29999]`))},
		"by several unique values":              {Filter: and(is("tag", collection.In, `["t1","t2","t3"]`)), Sort: desc("kind")},
	} {
		for q.Collection, q.PageSize = "animals", 20; ; {
			before := readerSteps(t, s)
			found, err := s.Find(t.Context(), q)
			steps := readerSteps(t, s) - before
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if steps > 40_000 { // a scan of all records takes ten steps for each, and sorting takes more
				t.Errorf("%s, after %q: %d steps for %d records", name, q.After, steps, len(found.Records))
			}
			if q.After != "" || found.Next == "" {
				break
			}
			q.After = found.Next
		}
	}
}

// readerSteps returns the number of virtual machine steps that the statements of the only reader have taken.
func readerSteps(t *testing.T, s *Store) (n int64) {
	t.Helper()
	if err := s.pool.Read(t.Context(), "test", func(r *reader.Reader) error {
		n = r.Steps()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheWriterLooksAtNoMoreThanItTouches(t *testing.T) {
	t.Parallel() // long, and independent: it has its own store
	const n = 30_000
	s := withAnimals(t, Options{}, n)
	steps := func() (n int64) {
		if err := s.writer.Run(func(tx *writer.Tx) error {
			n = tx.CachedSteps()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, f := range []collection.Filter{
		{Op: collection.Eq, Field: "note", Value: value.String("none")},
		{Op: collection.Eq, Field: "kind", Value: value.String("goat")},
		{Op: collection.Eq, Field: "tag", Value: value.String("t29999")},
		{Op: collection.Eq, Field: "id", Value: value.Int(29999)},
		{Op: collection.And, Parts: []collection.Filter{{Op: collection.Gt, Field: "age", Value: value.Int(1)}, {Op: collection.Includes, Field: "tag", Value: value.String("t2998")}}},
	} {
		before := steps()
		write(t, s, collection.Op{Kind: collection.Update, Collection: "animals", Filter: &f, Values: value.Trusted(`{"note":"seen"}`)})
		if took := steps() - before; took > 5000 {
			t.Errorf("%s %s: the writer took %d steps", f.Field, f.Op, took)
		}
	}
}

func TestASlowFilterIsInterrupted(t *testing.T) {
	s := withAnimals(t, Options{ReadAge: 1, Readers: 1}, 20_000)
	f := collection.Filter{Op: collection.Or}
	for i := range 400 {
		f.Parts = append(f.Parts, collection.Filter{Op: collection.Includes, Field: "tag", Value: value.String(fmt.Sprint("no", i))})
	}
	_, err := s.Aggregate(t.Context(), collection.Aggregate{Collection: "animals", Function: "count", Filter: &f})
	if err == nil || !strings.Contains(err.Error(), "ask for less") {
		t.Fatalf("error is %v", err)
	}
}

// TestWhatIsDroppedFromALargeCollectionGoesBitByBit drops fields of a collection with more records than may be
// rewritten at once.
func TestWhatIsDroppedFromALargeCollectionGoesBitByBit(t *testing.T) {
	t.Parallel() // long, and independent: it has its own store
	dir := t.TempDir()
	s := withAnimals(t, Options{Dir: dir, Rewrite: 100}, 5000)
	wanted := animals()
	wanted.Fields = wanted.Fields[:2]
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{wanted}, Lose: true}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // perhaps in the middle of the sweep
		t.Fatal(err)
	}
	s = open(t, Options{Dir: dir, Rewrite: 100})
	values := func() (columns []string, left int) {
		s.Sweep()
		if err := s.pool.Read(context.Background(), "test", func(r *reader.Reader) error {
			err := r.Query(`SELECT name FROM pragma_table_info('c_animals')`, func(st *conn.Stmt) { columns = append(columns, st.ColumnText(0)) })
			if err != nil || len(columns) < 6 {
				return err
			}
			return r.Query(`SELECT count(`+columns[5]+`) FROM c_animals`, func(st *conn.Stmt) { left = int(st.ColumnInt(0)) })
		}); err != nil {
			t.Fatal(err)
		}
		return columns, left
	}
	columns, left := values()
	for _, c := range columns[5:] {
		if !strings.HasPrefix(c, "empty_") || left != 0 {
			t.Errorf("columns are %v, and %d values are left", columns, left)
		}
	}
	if got, err := s.Find(t.Context(), collection.Query{Collection: "animals", PageSize: 1}); err != nil || got.Records[0].JSON.Get("tag").Text() != `"t4999"` {
		t.Fatal(got, err)
	}
	// The same names can be created and dropped again.
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{animals()}}); err != nil {
		t.Fatal(err)
	}
	write(t, s, collection.Op{Kind: collection.Create, Collection: "animals", Values: value.Trusted(`{"tag":"x","age":1,"mother":1}`)})
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{wanted}, Lose: true}); err != nil {
		t.Fatal(err)
	}
	values()
	if _, err := s.Redefine(store.Redefinition{Drop: []string{"animals"}, Lose: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{animals()}}); err != nil {
		t.Fatal(err)
	}
	write(t, s, collection.Op{Kind: collection.Create, Collection: "animals", Values: value.Trusted(`{"tag":"x"}`)})
	s.Sweep()
	if err := s.pool.Read(context.Background(), "test", func(r *reader.Reader) error {
		return r.Query(`SELECT name FROM sqlite_schema WHERE name LIKE 'gone%'`, func(st *conn.Stmt) { t.Error("there is still", st.ColumnText(0)) })
	}); err != nil {
		t.Fatal(err)
	}
	list := write(t, s, collection.Op{Kind: collection.Delete, Collection: "animals", All: true})
	if list.Text() != `{"count":1}` {
		t.Error(list.Text())
	}
}

func TestWhatMustRewriteALargeCollectionIsRefused(t *testing.T) {
	s := withAnimals(t, Options{Rewrite: 100}, 500)
	wanted := animals()
	wanted.Fields[2].Type = collection.String
	_, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{wanted}, Lose: true})
	if err == nil || !strings.Contains(err.Error(), "100") {
		t.Fatalf("error is %v", err)
	}
	wanted = animals()
	wanted.Fields[3].Type = collection.Text // every cell remains the same
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{wanted}}); err == nil {
		return
	}
	t.Fatal(err)
}
