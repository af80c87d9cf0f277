package writer

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// maxCached is the number of statements of generated texts that remain prepared.
const maxCached = 256

// Statement returns the prepared statement for a constant text, and keeps it.
func (tx *Tx) Statement(sql string) (*conn.Stmt, error) { return tx.lookUp(tx.kept, sql) }

// Cached returns the prepared statement for a generated text. Trim may free it.
func (tx *Tx) Cached(sql string) (*conn.Stmt, error) { return tx.lookUp(tx.cached, sql) }

func (tx *Tx) lookUp(statements map[string]*conn.Stmt, sql string) (*conn.Stmt, error) {
	if s, ok := statements[sql]; ok {
		return s, nil
	}
	s, err := tx.c.Prepare(sql)
	if err != nil {
		return nil, err
	}
	statements[sql] = s
	return s, nil
}

// Trim frees the cached statements if there are too many. No statement may be running.
func (tx *Tx) Trim() {
	if len(tx.cached) > maxCached {
		tx.FreeCached()
	}
}

// FreeCached frees all cached statements, before their tables change.
func (tx *Tx) FreeCached() {
	for _, s := range tx.cached {
		s.Finalize()
	}
	clear(tx.cached)
}

// Free frees a kept statement.
func (tx *Tx) Free(s *conn.Stmt) {
	for sql, kept := range tx.kept {
		if kept == s {
			delete(tx.kept, sql)
		}
	}
	s.Finalize()
}

// CachedSteps returns the number of virtual machine steps that the cached statements have taken. Tests use it to
// measure the cost of writes.
func (tx *Tx) CachedSteps() (n int64) {
	for _, s := range tx.cached {
		n += s.Steps()
	}
	return n
}

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

func (tx *Tx) resetAll() {
	for _, s := range tx.kept {
		s.Reset()
	}
	for _, s := range tx.cached {
		s.Reset()
	}
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
