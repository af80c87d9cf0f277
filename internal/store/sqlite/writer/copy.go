package writer

import (
	"context"
	"errors"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// A copy of the database is made by the writer itself, a few pages between two transactions. SQLite then carries every
// change into the copy, so no transaction of a reader has to stay open while the copy grows, and the log starts over
// as always. A copy through another connection would either keep such a transaction for its whole duration, or begin
// again at every commit.

// copyPages is the number of pages that are copied between two transactions. With nothing to write, the writer copies
// back to back, and looks for work in between.
const copyPages = 64

// copyJob is a copy that somebody waits for.
type copyJob struct {
	ctx  context.Context
	to   *conn.Conn
	copy *conn.Copy // nil until the writer has begun
	done chan error // holds the result
}

// Copy writes the database to a new file at path, without the log. It returns when the file is complete; it contains
// everything that was committed before some moment between the call and the return. The file is not synced. The error
// is of kind fault.Conflict while another copy is being made, and fault.Unavailable if the disk is nearly full, the
// writer is closed, or ctx ends. After an error the caller removes the file.
func (w *Writer) Copy(ctx context.Context, path string) error {
	const op = "writer.Copy"
	if !w.copying.CompareAndSwap(false, true) {
		return fault.New(op, fault.Conflict, "the database is being copied already; try again later")
	}
	defer w.copying.Store(false)
	to, err := conn.Open(path, conn.ReadWrite, "")
	if err != nil {
		return conn.OpenFault(op, path, err)
	}
	if err = to.Exec(copyPragmas); err == nil {
		job := &copyJob{ctx: ctx, to: to, done: make(chan error, 1)}
		w.copies <- job // never blocks: there is one Copy at a time
		w.queues.signal()
		select {
		case err = <-job.done:
		case <-w.done: // it may have ended before it saw the job
			err = conn.ErrClosed
		}
	}
	return conn.Fault(op, errors.Join(err, to.Close()))
}

// copyPragmas are the settings of the copy's connection: what it leaves after a crash is removed.
const copyPragmas = `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = 0`

// copySome copies the next pages, if there is something to copy. It reports whether there is more. The writer calls it
// between two transactions.
func (tx *Tx) copySome() (more bool) {
	if tx.copying == nil {
		select {
		case tx.copying = <-tx.w.copies:
		default:
			return false
		}
	}
	j := tx.copying
	done, err := tx.copyStep(j)
	if err == nil && !done {
		return true
	}
	if j.copy != nil {
		err = errors.Join(err, j.copy.Finish())
	}
	tx.copying = nil
	j.done <- err
	return false
}

func (tx *Tx) copyStep(j *copyJob) (done bool, err error) {
	if err := j.ctx.Err(); err != nil {
		return false, fault.As("writer.Copy", fault.Unavailable, err, "the copy of the database was canceled")
	}
	if err := tx.w.options.Reserve.Check(); err != nil {
		return false, err
	}
	if j.copy == nil {
		if j.copy, err = tx.c.NewCopy(j.to); err != nil {
			return false, err
		}
	}
	return j.copy.Step(copyPages)
}

// endCopy fails the copy that the end of the writer interrupts. A job that arrives later is never seen.
func (tx *Tx) endCopy() {
	j := tx.copying
	if j == nil {
		return
	}
	tx.copying = nil
	err := error(conn.ErrClosed)
	if j.copy != nil {
		err = errors.Join(err, j.copy.Finish())
	}
	j.done <- err
}
