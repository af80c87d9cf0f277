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

// Check fails the test if the query scans a table or sorts its rows, so that it may read more rows than it returns.
func (c *Checker) Check(name, sql string, args ...any) {
	c.t.Helper()
	var lines []string
	if err := c.pool.Read(c.t.Context(), "test", func(r *reader.Reader) error {
		return r.Query("EXPLAIN QUERY PLAN "+sql, func(s *conn.Stmt) { lines = append(lines, s.ColumnText(3)) }, args...)
	}); err != nil {
		c.t.Fatal(name, err)
	}
	for _, l := range lines {
		if strings.HasPrefix(l, "SCAN") && !strings.Contains(l, "INDEX") || strings.Contains(l, "TEMP B-TREE") {
			c.t.Errorf("%s: %s", name, strings.Join(lines, "; "))
		}
	}
}
