package writer

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// maxCached is the number of statements of generated texts that remain prepared.
const maxCached = 256

// Statement returns the prepared statement for a constant text, and keeps it.
func (tx *Tx) Statement(sql string) (*conn.Stmt, error) { return tx.kept.Get(sql) }

// Cached returns the prepared statement for a generated text. It is valid until the next call of Cached or QueryCells.
func (tx *Tx) Cached(sql string) (*conn.Stmt, error) { return tx.cached.Get(sql) }

// FreeCached frees all cached statements, before their tables change.
func (tx *Tx) FreeCached() { tx.cached.Free(func(*conn.Stmt) bool { return true }) }

// Free frees a kept statement.
func (tx *Tx) Free(s *conn.Stmt) { tx.kept.Free(func(kept *conn.Stmt) bool { return kept == s }) }

// CachedSteps returns the number of virtual machine steps that the cached statements have taken. Tests use it to
// measure the cost of writes.
func (tx *Tx) CachedSteps() int64 { return tx.cached.Steps() }

// Exec runs a constant text with bound values.
func (tx *Tx) Exec(sql string, args ...any) error {
	s, err := tx.Statement(sql)
	if err != nil {
		return err
	}
	s.Bind(args)
	return tx.Run(s)
}

// Query runs a constant text with bound values and calls f for each row.
func (tx *Tx) Query(sql string, f func(*conn.Stmt), args ...any) error {
	s, err := tx.Statement(sql)
	if err != nil {
		return err
	}
	s.Bind(args)
	return s.Each(f, tx.Step)
}

// QueryCells runs a generated text with cells as the bound values and calls f for each row.
func (tx *Tx) QueryCells(sql string, cells []collection.Cell, f func(*conn.Stmt)) error {
	s, err := tx.Cached(sql)
	if err != nil {
		return err
	}
	s.Cells(cells)
	return s.Each(f, tx.Step)
}

// Prepare returns a statement for a text that is not worth keeping. The caller finalizes it.
func (tx *Tx) Prepare(sql string) (*conn.Stmt, error) { return tx.c.Prepare(sql) }

// QueryOnce is QueryCells for a text that is not worth caching. f may be nil if there are no rows.
func (tx *Tx) QueryOnce(sql string, cells []collection.Cell, f func(*conn.Stmt)) error {
	s, err := tx.c.Prepare(sql)
	if err != nil {
		return err
	}
	defer s.Finalize()
	s.Cells(cells)
	return s.Each(f, tx.Step)
}

// Savepoint runs f in a savepoint: if f returns a violation, its writes are rolled back and the rest of the
// transaction remains. After an error the whole transaction is rolled back, including the savepoint.
func (tx *Tx) Savepoint(f func() (*collection.Violation, error)) (*collection.Violation, error) {
	if err := tx.Exec("SAVEPOINT op"); err != nil {
		return nil, err
	}
	broken, err := f()
	if err != nil {
		return nil, err
	}
	if broken != nil {
		if err := tx.Exec("ROLLBACK TO op"); err != nil {
			return nil, err
		}
	}
	return broken, tx.Exec("RELEASE op")
}
