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

// writer owns the one connection that writes. Everything in it belongs to its goroutine.
type writer struct {
	store *Store
	c     *conn.Conn
	prepared

	// What the tables say and the writer must know for every write. Changes are taken back with the
	// transaction, by undo.
	claims  map[ident.ID]claim
	backlog int64
	undo    []undo
	mark    int64 // backlog when the transaction began

	claimedFrom, fromMark ident.ID // see cover
	newest                ident.ID // the largest that was claimed
	ended                 int      // executions since claimedFrom was raised
	begun                 bool     // all claims are in claims: those of earlier lives are given up
	later                 []func() // what becomes true or visible with the commit

	log    logState
	copier *copier
	points int64
}

// claim is what the fence knows of an execution that somebody works on.
type claim struct {
	owner   int64
	counted bool // in the backlog: queued or running
	cancel  bool // somebody asked

	// What the execution's row and journal say; both are unknown while journal is 0.
	journal int   // the largest N of the journal, plus 1
	seq     int64 // of the owner's last Commit; 0: it has made none
}

// undo is what a claim was before the transaction changed it.
type undo struct {
	id  ident.ID
	was claim
	had bool
}

// setClaim changes a claim until the transaction is rolled back.
func (w *writer) setClaim(id ident.ID, c claim) {
	was, had := w.claims[id]
	w.undo = append(w.undo, undo{id, was, had})
	w.claims[id] = c
}

// dropClaim forgets a claim until the transaction is rolled back.
func (w *writer) dropClaim(id ident.ID) {
	if was, had := w.claims[id]; had {
		w.undo = append(w.undo, undo{id, was, had})
		delete(w.claims, id)
	}
}

// loop is the writer's goroutine: it ends when the queues are closed and empty.
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

// serve puts the work into one transaction. When that does not come to a commit, nobody is answered;
// the members run again one by one, and each learns what became of its own.
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

// attempt runs members and notes in one transaction. On an error nothing of them was written: the
// transaction was rolled back, by SQLite or by us, and what the writer knows with it.
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
		return classify("sqlite.write", err)
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

// restore rolls back, unless SQLite has done so, and takes back what the writer knew.
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

// rollbackTries is how often a rollback is tried that was itself interrupted.
const rollbackTries = 10_000

// rollBack ends the transaction, unless SQLite has done so.
func (w *writer) rollBack() (err error) {
	w.resetAll()
	for range rollbackTries {
		if w.c.Autocommit() {
			return nil
		}
		if err = w.rollback.Run(); err == nil || code(err) != conn.Interrupt {
			return err
		}
	}
	return err
}

// run runs a statement to its end.
func (w *writer) run(s *conn.Stmt) error {
	w.store.stats.statements.Add(1)
	if err := w.failpoint(AtStatement); err != nil {
		s.Reset()
		return err
	}
	return s.Run()
}

// step is run for a statement that yields rows: the caller steps on, and resets.
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

// failpoint lets a test or a measurement in. An injected error of the kinds after which SQLite ends the
// transaction ends it here too.
func (w *writer) failpoint(at Place) error {
	if w.store.opts.Failpoint == nil {
		return nil
	}
	w.points++
	err := w.store.opts.Failpoint(Point{Place: at, N: w.points})
	if err != nil && rollsBack(err) && !w.c.Autocommit() {
		if e := w.rollBack(); e != nil {
			return errors.Join(err, e)
		}
	}
	return err
}
