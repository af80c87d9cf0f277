package sqlite

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// writer owns the only connection that changes tables. All its fields belong to its goroutine, so it needs no
// lock.
type writer struct {
	store *Store
	c     *conn.Conn
	prepared

	// State that every write needs and that mirrors the tables. After a rollback, restore reverts it with undo
	// and mark.
	claims  map[ident.ID]claim
	backlog int64
	undo    []undo
	mark    int64 // backlog at the start of the transaction

	claimedFrom, fromMark ident.ID // see cover
	newest                ident.ID // the largest claimed id
	ended                 int      // executions that ended since claimedFrom was raised
	begun                 bool     // claims contains every claim in the tables; set by the first TakeOver
	later                 []func() // functions to call after the commit

	log    logState
	copier *copier
	points int64 // points passed, for Failpoint
}

// claim is what the writer knows about a claimed execution. It is the fence for Commits.
type claim struct {
	owner   int64
	counted bool // counts toward the backlog: queued or running
	cancel  bool // a cancel was requested

	// Copies from the execution's row and journal; both are unknown while journal is 0.
	journal int   // largest N of the journal, plus 1
	seq     int64 // Seq of the owner's last Commit; 0: none
}

// undo is a claim as it was before the transaction changed it. had is false if there was none.
type undo struct {
	id  ident.ID
	was claim
	had bool
}

// setClaim changes a claim. A rollback reverts it.
func (w *writer) setClaim(id ident.ID, c claim) {
	was, had := w.claims[id]
	w.undo = append(w.undo, undo{id, was, had})
	w.claims[id] = c
}

// dropClaim removes a claim. A rollback reverts it.
func (w *writer) dropClaim(id ident.ID) {
	if was, had := w.claims[id]; had {
		w.undo = append(w.undo, undo{id, was, had})
		delete(w.claims, id)
	}
}

// loop is the writer's goroutine. It ends when the queues are closed and empty.
func (w *writer) loop() {
	defer w.finish()
	var todo work
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		wait, end := w.store.queues.next(&todo, w.store.opts.Batch, w.store.syncing.Load() > 0, w.store.opts.Clock.Now())
		switch {
		case end:
			return
		case !todo.empty():
			w.serve(&todo)
			w.store.reserve.wrote(w.store.disk.Stats().LogBytes)
			w.checkpoint()
		case wait > 0:
			timer.Reset(wait)
			select {
			case <-w.store.queues.wake:
			case <-timer.C:
			}
		default:
			<-w.store.queues.wake
		}
	}
}

// serve runs the work in one transaction. If the transaction is not committed, no member is answered; the members
// run again one by one, and each gets the outcome of its own write.
func (w *writer) serve(todo *work) {
	err := w.attempt(todo.members, todo.notes)
	if err == nil {
		w.store.stats.batch(len(todo.members))
		w.hand(todo.members, todo.bulk)
		w.forget(todo)
		return
	}
	if len(todo.members) == 1 && len(todo.notes) == 0 {
		todo.members[0].settle(err)
		w.forget(todo)
		return
	}
	w.store.stats.reruns.Add(1)
	for i := range todo.members {
		one := todo.members[i : i+1]
		if err := w.attempt(one, nil); err != nil {
			one[0].settle(err)
			continue
		}
		w.store.stats.batch(1)
		w.hand(one, false)
	}
	for i := range todo.notes {
		if w.attempt(nil, todo.notes[i:i+1]) != nil {
			w.store.queues.drop(1)
		}
	}
	w.forget(todo)
}

func (w *writer) forget(todo *work) {
	clear(todo.notes)
	todo.notes = todo.notes[:0]
}

// attempt runs members and notes in one transaction. After an error nothing was written: the transaction was
// rolled back, by SQLite or by restore, and the writer's state was reverted.
func (w *writer) attempt(members []member, notes []*optional) (err error) {
	if err := w.store.alive(); err != nil {
		return err
	}
	committed := false
	w.undo, w.later, w.mark, w.fromMark = w.undo[:0], w.later[:0], w.backlog, w.claimedFrom
	defer func() {
		if p := recover(); p != nil && !committed {
			err = fault.As("sqlite.write", fault.Internal, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "the store failed; nothing was written")
		}
		if err != nil {
			w.restore(err)
		}
	}()
	if err := w.transact(members, notes, &committed); err != nil {
		return conn.Fault("sqlite.write", err)
	}
	return nil
}

func (w *writer) transact(members []member, notes []*optional, committed *bool) error {
	if err := w.run(w.begin); err != nil {
		return err
	}
	for _, m := range members {
		if err := m.apply(w); err != nil {
			return err
		}
	}
	for _, n := range notes {
		if err := n.apply(w); err != nil {
			return err
		}
	}
	if err := w.raise(); err != nil {
		return err
	}
	if w.c.Autocommit() {
		return errLeft
	}
	if err := w.failpoint(BeforeCommit); err != nil {
		return err
	}
	if err := w.commit.Run(); err != nil {
		return err
	}
	*committed = true
	w.store.stats.transactions.Add(1)
	if w.log.grew(w.c.LogFrames()) {
		w.store.stats.restarts.Add(1)
	}
	if w.backlog != w.mark {
		w.store.backlog.Store(w.backlog)
	}
	for _, f := range w.later {
		f()
	}
	_ = w.failpoint(AfterCommit)
	return nil
}

var errLeft = errors.New("the connection has left the transaction")

// restore reverts the writer's state and rolls back, unless SQLite has done so. If the rollback fails, the store
// refuses all further writes.
func (w *writer) restore(cause error) {
	for _, u := range slices.Backward(w.undo) {
		if u.had {
			w.claims[u.id] = u.was
		} else {
			delete(w.claims, u.id)
		}
	}
	w.undo, w.backlog, w.claimedFrom = w.undo[:0], w.mark, w.fromMark
	w.store.stats.rollbacks.Add(1)
	defer func() {
		if p := recover(); p != nil {
			w.store.die(panicked(p, cause))
		}
	}()
	if err := w.rollBack(); err != nil {
		w.store.die(errors.Join(err, cause))
	}
}

// rollbackTries is the number of attempts for a rollback that is itself interrupted.
const rollbackTries = 10_000

// rollBack ends the transaction, unless SQLite has done so.
func (w *writer) rollBack() (err error) {
	w.resetAll()
	for range rollbackTries {
		if w.c.Autocommit() {
			return nil
		}
		if err = w.rollback.Run(); err == nil || conn.Code(err) != conn.Interrupt {
			return err
		}
	}
	return err
}

// run executes a statement and resets it.
func (w *writer) run(s *conn.Stmt) error {
	w.store.stats.statements.Add(1)
	if err := w.failpoint(AtStatement); err != nil {
		s.Reset()
		return err
	}
	return s.Run()
}

// step is run for a statement that returns rows: the caller takes the other steps and resets it.
func (w *writer) step(s *conn.Stmt) (bool, error) {
	w.store.stats.statements.Add(1)
	if err := w.failpoint(AtStatement); err != nil {
		s.Reset()
		return false, err
	}
	row, err := s.Step()
	if err != nil {
		s.Reset()
	}
	return row, err
}

// failpoint calls Options.Failpoint. After an injected error of a kind for which SQLite ends the transaction, it
// ends the transaction too.
func (w *writer) failpoint(at Place) error {
	if w.store.opts.Failpoint == nil {
		return nil
	}
	w.points++
	err := w.store.opts.Failpoint(Point{Place: at, N: w.points})
	if err != nil && conn.RollsBack(err) && !w.c.Autocommit() {
		if e := w.rollBack(); e != nil {
			return errors.Join(err, e)
		}
	}
	return err
}
