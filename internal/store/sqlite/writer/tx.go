package writer

import (
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Tx is the connection of the writer, and with it the transaction that is running. It belongs to the writer's
// goroutine: a Member uses it only in Apply.
type Tx struct {
	w *Writer
	c *conn.Conn

	begin, commit, rollback *conn.Stmt

	kept   *conn.Cache // statements of constant texts
	cached *conn.Cache // statements of generated texts, of which there can be any number

	onCommit []func()
	points   int64 // points passed, for Failpoint

	log     logState
	copier  *copier
	copying *copyJob // nil: none
}

func openTx(w *Writer) (tx *Tx, err error) {
	o := &w.options
	tx = &Tx{w: w}
	if tx.c, err = conn.Open(o.Path, conn.ReadWrite, o.Disk.Name()); err != nil {
		return nil, err
	}
	tx.kept, tx.cached = tx.c.NewCache(0), tx.c.NewCache(maxCached)
	second, err := conn.Open(o.Path, conn.ReadWrite, o.Disk.Name())
	if err != nil {
		_ = tx.c.Close()
		return nil, err
	}
	tx.copier = newCopier(second)
	if err = tx.prepare(); err == nil {
		err = second.Exec(o.pragmas())
	}
	if err != nil {
		tx.close()
		return nil, err
	}
	return tx, nil
}

// prepare configures the connection.
func (tx *Tx) prepare() (err error) {
	if err := tx.c.Exec(tx.w.options.pragmas()); err != nil {
		return err
	}
	tx.c.WatchLog()
	for sql, s := range map[string]**conn.Stmt{"BEGIN IMMEDIATE": &tx.begin, "COMMIT": &tx.commit, "ROLLBACK": &tx.rollback} {
		if *s, err = tx.Statement(sql); err != nil {
			return err
		}
	}
	return nil
}

// close closes the connections of a writer that was not started.
func (tx *Tx) close() {
	_ = tx.copier.c.Close()
	_ = tx.c.Close()
}

// Run executes a statement and resets it.
func (tx *Tx) Run(s *conn.Stmt) error {
	tx.w.stats.statements.Add(1)
	if err := tx.failpoint(AtStatement); err != nil {
		s.Reset()
		return err
	}
	return s.Run()
}

// Step is Run for a statement that returns rows: the caller takes the other steps and resets it.
func (tx *Tx) Step(s *conn.Stmt) (bool, error) {
	tx.w.stats.statements.Add(1)
	if err := tx.failpoint(AtStatement); err != nil {
		s.Reset()
		return false, err
	}
	row, err := s.Step()
	if err != nil {
		s.Reset()
	}
	return row, err
}

// Changes returns the number of rows that the last INSERT, UPDATE or DELETE touched.
func (tx *Tx) Changes() int { return tx.c.Changes() }

// OnCommit calls f after the transaction is committed, and not at all if it is rolled back.
func (tx *Tx) OnCommit(f func()) { tx.onCommit = append(tx.onCommit, f) }

// rollbackTries is the number of attempts for a rollback that is itself interrupted.
const rollbackTries = 10_000

// rollBack ends the transaction, unless SQLite has done so.
func (tx *Tx) rollBack() (err error) {
	tx.kept.Reset()
	tx.cached.Reset()
	for range rollbackTries {
		if tx.c.Autocommit() {
			return nil
		}
		if err = tx.rollback.Run(); err == nil || conn.Code(err) != conn.Interrupt {
			return err
		}
	}
	return err
}
