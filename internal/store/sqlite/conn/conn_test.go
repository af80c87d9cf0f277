package conn_test

import (
	"bytes"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/store/sqlite/conn"
)

func open(t *testing.T) *conn.Conn {
	t.Helper()
	c, err := conn.Open(filepath.Join(t.TempDir(), "x.db"), conn.ReadWrite, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func prepare(t *testing.T, c *conn.Conn, sql string) *conn.Stmt {
	t.Helper()
	s, err := c.Prepare(sql)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValuesSurvive(t *testing.T) {
	c := open(t)
	if err := c.Exec(`CREATE TABLE v (i INTEGER, f REAL, t TEXT, b BLOB, n); -- and a comment`); err != nil {
		t.Fatal(err)
	}
	insert := prepare(t, c, `INSERT INTO v VALUES (?1, ?2, ?3, ?4, ?5)`)
	read := prepare(t, c, `SELECT i, f, t, b, n FROM v ORDER BY rowid DESC LIMIT 1`)
	rapid.Check(t, func(t *rapid.T) {
		i, f := rapid.Int64().Draw(t, "i"), rapid.Float64().Draw(t, "f")
		text := rapid.StringN(0, -1, 40_000).Draw(t, "text") // sometimes more than a statement's block
		blob := []byte(strings.Repeat(string(rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "blob")), rapid.IntRange(1, 300).Draw(t, "times")))
		insert.Int(1, i)
		insert.Float(2, f)
		insert.Text(3, text)
		insert.Blob(4, blob)
		insert.Null(5)
		if err := insert.Run(); err != nil {
			t.Fatal(err)
		}
		if row, err := read.Step(); !row || err != nil {
			t.Fatal(row, err)
		}
		defer read.Reset()
		if read.ColumnInt(0) != i || read.ColumnFloat(1) != f && !math.IsNaN(f) || read.ColumnText(2) != text ||
			!bytes.Equal(read.ColumnBlob(3), blob) || !read.ColumnNull(4) || read.ColumnNull(3) {
			t.Fatalf("read %d %v %q %x", read.ColumnInt(0), read.ColumnFloat(1), read.ColumnText(2), read.ColumnBlob(3))
		}
	})
	if c.Changes() != 1 {
		t.Error("changes:", c.Changes())
	}
}

func TestErrorsHaveTheirCode(t *testing.T) {
	c := open(t)
	if err := c.Exec(`CREATE TABLE v (i INTEGER PRIMARY KEY, u TEXT UNIQUE); INSERT INTO v VALUES (1, 'a')`); err != nil {
		t.Fatal(err)
	}
	err := c.Exec(`INSERT INTO v VALUES (2, 'a')`)
	if conn.Code(err) != conn.Constraint || conn.Extended(err) != conn.ConstraintUnique || !strings.Contains(err.Error(), "v.u") {
		t.Errorf("error is %v", err)
	}
	if err := c.Exec(`SELEC 1`); err == nil || !strings.Contains(err.Error(), "SELEC") {
		t.Errorf("error is %v", err)
	}
	if _, err := c.Prepare(` -- nothing`); err == nil {
		t.Error("a comment was prepared")
	}
	s := prepare(t, c, `SELECT ?1`)
	s.Int(2, 1)
	if err := s.Run(); err == nil {
		t.Error("a parameter that does not exist was bound")
	}
	if err := s.Run(); err != nil {
		t.Error("the error stayed:", err)
	}
	if _, err := conn.Open(filepath.Join(t.TempDir(), "none", "x.db"), conn.ReadWrite, ""); conn.Code(err) != conn.CantOpen {
		t.Errorf("error is %v", err)
	}
	if _, err := conn.Open("x", conn.ReadWrite, "no such layer"); err == nil {
		t.Error("a layer that does not exist was used")
	}
}

// TestAnInterruptEndsTheTransaction checks an assumption of the writer: SQLite rolls back the whole transaction
// when a write inside it is interrupted.
func TestAnInterruptEndsTheTransaction(t *testing.T) {
	c := open(t)
	if err := c.Exec(`CREATE TABLE v (i); BEGIN; INSERT INTO v VALUES (1)`); err != nil {
		t.Fatal(err)
	}
	if c.Autocommit() {
		t.Fatal("no transaction is open")
	}
	s := prepare(t, c, `INSERT INTO v WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT i FROM n`)
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			default:
				c.Interrupt()
			}
		}
	}()
	err := s.Run()
	close(done)
	<-stopped
	if conn.Code(err) != conn.Interrupt || !c.Autocommit() {
		t.Fatalf("error is %v, transaction open: %v", err, !c.Autocommit())
	}
	count := prepare(t, c, `SELECT count(*) FROM v`)
	if row, err := count.Step(); !row || err != nil || count.ColumnInt(0) != 0 {
		t.Fatal("rows of the transaction are there", err)
	}
	count.Reset()
}
