package sqlite

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
	"hookline.dev/hookline/internal/value"
)

// TestARehearsalLeavesEveryTableAsItWas compares all tables, byte by byte, also after failures at each statement.
func TestARehearsalLeavesEveryTableAsItWas(t *testing.T) {
	var failAt atomic.Int64 // statements until one fails; 0: none
	s := withAnimals(t, Options{Failpoint: func(p writer.Point) error {
		if p.Place == writer.AtStatement && failAt.Load() > 0 && failAt.Add(-1) == 0 {
			return writer.Injected(conn.Full)
		}
		return nil
	}}, 100)
	op := func(kind collection.OpKind, values string, f *collection.Filter) store.RehearsedOp {
		return store.RehearsedOp{At: s.options.Clock.Now(), Op: collection.Op{Kind: kind, Collection: "animals", Values: value.Trusted(values), Filter: f}}
	}
	goats := &collection.Filter{Op: collection.Eq, Field: "kind", Value: value.String("goat")}
	r := store.Rehearsal{
		Blobs: []string{hex.EncodeToString(make([]byte, 32))},
		Ops: []store.RehearsedOp{
			op(collection.Create, `[{"tag":"new","kind":"goat"},{"tag":"newer","mother":1}]`, nil), op(collection.Update, `{"age":{"$inc":1}}`, goats),
			op(collection.Create, `[{"tag":"x"},{"tag":"new"}]`, nil), op(collection.Delete, `{}`, goats),
		},
		Find: &collection.Query{Collection: "animals", Count: true},
	}
	before, counted := dump(t, s), s.Counters()
	for n := int64(0); ; n++ {
		failAt.Store(n)
		_, err := s.Rehearse(t.Context(), r)
		hit := n > 0 && failAt.Swap(0) == 0
		if hit != (err != nil) {
			t.Fatalf("place %d: hit is %v, error is %v", n, hit, err)
		}
		if diff := cmp.Diff(before, dump(t, s)); diff != "" {
			t.Fatalf("place %d left something (-before +after):\n%s", n, diff)
		}
		if n > 0 && !hit {
			break
		}
	}
	now := s.Counters()
	if now["discarded"] != 2 || now["transactions"] != counted["transactions"] || now["fsyncs"] != counted["fsyncs"] {
		t.Errorf("counters are %v, they were %v", now, counted)
	}
}

// dump returns every row of every table, and the definitions of all tables and indexes.
func dump(t *testing.T, s *Store) (all []string) {
	t.Helper()
	c, err := conn.Open(s.options.Dir+"/"+fileName, conn.ReadWrite, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	rows := func(sql string, each func(*conn.Stmt)) {
		st, err := c.Prepare(sql)
		if err != nil {
			t.Fatal(err)
		}
		defer st.Finalize()
		if err := st.Each(each, (*conn.Stmt).Step); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	rows(`SELECT name, type, coalesce(sql, '') FROM sqlite_schema ORDER BY 1`, func(st *conn.Stmt) {
		all = append(all, st.ColumnText(0)+" "+st.ColumnText(2))
		if st.ColumnText(1) == "table" {
			names = append(names, st.ColumnText(0))
		}
	})
	if !slices.Contains(names, "c_animals") || !slices.Contains(names, "record_blobs") {
		t.Fatalf("tables are %v", names)
	}
	for _, name := range names {
		var columns string
		rows(fmt.Sprintf(`SELECT group_concat('quote("' || name || '")', ' || '','' || ') FROM pragma_table_info('%s')`, name), func(st *conn.Stmt) { columns = st.ColumnText(0) })
		rows(fmt.Sprintf(`SELECT %s FROM "%s" ORDER BY 1`, columns, name), func(st *conn.Stmt) { all = append(all, name+": "+st.ColumnText(0)) })
	}
	return all
}
