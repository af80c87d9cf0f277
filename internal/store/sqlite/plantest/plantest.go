package plantest

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/schema"
)

// Checker explains queries of an empty database.
type Checker struct {
	t    *testing.T
	pool *reader.Pool
}

// New creates a database.
func New(t *testing.T) *Checker {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.db")
	if err := schema.Migrate(path, 4096); err != nil {
		t.Fatal(err)
	}
	c := &Checker{t, reader.NewPool(reader.Options{Path: path, Size: 1, Age: time.Minute})}
	t.Cleanup(func() { _ = c.pool.Close() })
	return c
}

// Read reads from the database.
func (c *Checker) Read(f func(*reader.Reader) error) {
	c.t.Helper()
	if err := c.pool.Read(c.t.Context(), "test", f); err != nil {
		c.t.Fatal(err)
	}
}

// Check fails the test if the query scans a table or sorts its rows, so that it may read more rows than it returns.
func (c *Checker) Check(name, sql string, args ...any) {
	c.t.Helper()
	c.Uses(name, "", sql, args...)
}

// Uses is Check, and fails the test if the plan does not name the index.
func (c *Checker) Uses(name, index, sql string, args ...any) {
	c.t.Helper()
	var lines []string
	c.Read(func(r *reader.Reader) error {
		return r.Query("EXPLAIN QUERY PLAN "+sql, func(s *conn.Stmt) { lines = append(lines, s.ColumnText(3)) }, args...)
	})
	plan := strings.Join(lines, "; ")
	for _, l := range lines {
		if strings.HasPrefix(l, "SCAN") && !strings.Contains(l, "INDEX") || strings.Contains(l, "TEMP B-TREE") {
			c.t.Errorf("%s: %s", name, plan)
		}
	}
	if !strings.Contains(plan, index) {
		c.t.Errorf("%s: does not use %s: %s", name, index, plan)
	}
}
