package sqlite

import (
	"crypto/sha256"
	"strconv"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// keyed is a call with a dedupe key that expires in an hour.
func keyed(ids *ident.Source, key string) store.Accept {
	a := call(ids, 10)
	now := clock.System().Now()
	a.Delivery.DedupeKey, a.Execution.CreatedAt = key, now
	a.Dedupe = &store.Dedupe{Key: sha256.Sum256([]byte(key)), Expires: now.Add(time.Hour)}
	return a
}

// number is what a query of one number gives.
func number(t *testing.T, s *Store, sql string) (n int) {
	t.Helper()
	err := s.read("test", func(r *reader) error {
		return r.query(sql, func(s *conn.Stmt) { n = int(s.ColumnInt(0)) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestKeysMoveFromTheLogIntoTheirTable(t *testing.T) {
	t.Parallel() // it is long, and alone with its store
	const limit, keys = 20, 2500
	dir := t.TempDir()
	s := open(t, Options{Dir: dir, KeyLog: limit})
	ids := ident.NewSource(clock.System(), 1)
	first := make(map[string]ident.ID)
	most := 0
	for i := range keys {
		a := keyed(ids, strconv.Itoa(i))
		if out, err := s.Accept(a); err != nil || out.First != nil {
			t.Fatal(out, err)
		}
		first[a.Delivery.DedupeKey] = a.Execution.ID
		most = max(most, number(t, s, `SELECT count(*) FROM dedupe_log`))
		if i%900 == 899 { // in the middle of it
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, Options{Dir: dir, KeyLog: limit})
		}
	}
	for key, id := range first {
		out, err := s.Accept(keyed(ids, key))
		if err != nil || out.First == nil || out.First.ID != id {
			t.Fatalf("key %s: %+v %v", key, out, err)
		}
	}
	if in := number(t, s, `SELECT count(*) FROM dedupe_keys`); in < keys-2*limit || most > 2*limit {
		t.Errorf("%d of %d keys are in the table, and the log had up to %d", in, keys, most)
	}
}

func TestALogThatIsDamagedIsNamed(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	if _, err := s.Accept(keyed(ident.NewSource(clock.System(), 1), "k")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := conn.Open(dir+"/"+fileName, conn.ReadWrite, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Exec(`UPDATE dedupe_log SET keys = x'ff'`); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: dir, Reserve: -1}); err == nil {
		t.Fatal("it was opened")
	}
}
