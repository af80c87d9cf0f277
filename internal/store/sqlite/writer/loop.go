package writer

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// loop is the writer's goroutine. It ends when the queues are closed and empty.
func (w *Writer) loop() {
	defer w.finish()
	var todo work
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		wait, end := w.queues.next(&todo, w.syncing.Load() > 0, w.options.Clock.Now())
		switch {
		case end:
			return
		case !todo.empty():
			w.write(&todo)
			w.options.Reserve.Wrote(w.options.Disk.Stats().LogBytes)
			w.tx.checkpoint()
			w.tx.copySome()
		case w.tx.copySome(): // there is nothing to write
		case wait > 0:
			timer.Reset(wait)
			select {
			case <-w.queues.wake:
			case <-timer.C:
			}
		default:
			<-w.queues.wake
		}
	}
}

// finish ends the goroutines in order: first the syncer, which answers the last callers, then the copier. It then
// closes the connection and signals done.
func (w *Writer) finish() {
	close(w.committed)
	<-w.synced
	w.tx.endCopy()
	close(w.tx.copier.want)
	for range w.tx.copier.done { // wait until the copier has ended
		continue
	}
	if w.alive() == nil {
		_, _, _ = w.tx.c.Checkpoint(conn.Truncate)
	}
	_ = w.tx.c.Close()
	close(w.done)
}

// write runs the work in one transaction. If the transaction is not committed, no member is answered; the members
// run again one by one, and each gets the outcome of its own write.
func (w *Writer) write(todo *work) {
	defer todo.clearOptional()
	err := w.attempt(todo.members, todo.optional)
	if err == nil {
		w.handOver(todo.members, todo.bulk)
		return
	}
	if len(todo.members) == 1 && len(todo.optional) == 0 {
		todo.members[0].waiter().done <- err
		return
	}
	w.stats.reruns.Add(1)
	for i := range todo.members {
		one := todo.members[i : i+1]
		if err := w.attempt(one, nil); err != nil {
			one[0].waiter().done <- err
			continue
		}
		w.handOver(one, false)
	}
	for i := range todo.optional {
		if w.attempt(nil, todo.optional[i:i+1]) != nil {
			w.queues.drop(1)
		}
	}
}

// attempt runs members and optional writes in one transaction. After an error nothing was written: the transaction
// was rolled back, by SQLite or by restore, and State was told.
func (w *Writer) attempt(members []Member, optional []Optional) (err error) {
	if err := w.alive(); err != nil {
		return err
	}
	committed := false
	w.tx.onCommit = w.tx.onCommit[:0]
	for _, s := range w.states {
		s.Begin()
	}
	defer func() {
		if p := recover(); p != nil && !committed {
			err = fault.As("sqlite.write", fault.Internal, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "the store failed; nothing was written")
		}
		if err != nil {
			w.restore(err)
		}
	}()
	if err := w.transact(members, optional, &committed); err != nil {
		return conn.Fault("sqlite.write", err)
	}
	return nil
}

func (w *Writer) transact(members []Member, optional []Optional, committed *bool) error {
	tx := w.tx
	if err := tx.Run(tx.begin); err != nil {
		return err
	}
	for _, m := range members {
		if err := m.Apply(tx); err != nil {
			return err
		}
	}
	for _, o := range optional {
		if err := o.Apply(tx); err != nil {
			return err
		}
	}
	for _, s := range w.states {
		if err := s.BeforeCommit(tx); err != nil {
			return err
		}
	}
	if tx.c.Autocommit() {
		return errNoTransaction
	}
	if err := tx.failpoint(BeforeCommit); err != nil {
		return err
	}
	if err := tx.commit.Run(); err != nil {
		return err
	}
	*committed = true
	w.stats.transactions.Add(1)
	if tx.log.grew(tx.c.LogFrames()) {
		w.stats.restarts.Add(1)
	}
	for _, s := range w.states {
		s.Committed()
	}
	for _, f := range tx.onCommit {
		f()
	}
	_ = tx.failpoint(AfterCommit)
	return nil
}

var errNoTransaction = errors.New("the connection has left the transaction")

// restore rolls back, unless SQLite has done so. Transactions that are discarded on purpose are counted apart. If the rollback fails, the writer refuses all further writes.
func (w *Writer) restore(cause error) {
	for _, s := range w.states {
		s.RollBack()
	}
	if errors.Is(cause, errDiscarded) {
		w.stats.discarded.Add(1)
	} else {
		w.stats.rollbacks.Add(1)
	}
	defer func() {
		if p := recover(); p != nil {
			w.fail(fmt.Errorf("panic: %v after: %w", p, cause))
		}
	}()
	if err := w.tx.rollBack(); err != nil {
		w.fail(errors.Join(err, cause))
	}
}
