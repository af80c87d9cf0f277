package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// cancelWrite is a RequestCancel in the writer's queue.
type cancelWrite struct {
	waiter
	id     ident.ID
	now    time.Time
	status flow.Status
}

// RequestCancel asks to cancel an execution. It does not change an execution that has ended.
func (s *Store) RequestCancel(id ident.ID, now time.Time) (flow.Status, error) {
	m := &cancelWrite{waiter: newWaiter(), id: id, now: now}
	if err := s.alone(m, &m.waiter); err != nil {
		return "", err
	}
	return m.status, nil
}

func (m *cancelWrite) apply(w *writer) error {
	var owner int64
	m.status = ""
	if err := w.query(`SELECT status, owner FROM executions WHERE id = ?1`, func(s *conn.Stmt) {
		m.status, owner = flow.Status(s.ColumnText(0)), s.ColumnInt(1)
	}, m.id); err != nil {
		return err
	}
	switch {
	case m.status == "":
		return notFound("sqlite.RequestCancel", "execution", m.id.Text(ident.Execution))
	case m.status.Final():
		return nil
	case owner == 0:
		m.status = flow.Canceled
		return w.end(m.id, flow.Canceled, "", m.now)
	}
	if held, known := w.claims[m.id]; known {
		held.cancel = true
		w.setClaim(m.id, held)
	}
	return w.exec(`UPDATE executions SET cancel_requested = 1 WHERE id = ?1`, m.id)
}

func notFound(op, what, name string) error {
	return fault.New(op, fault.NotFound, "there is no %s %s", what, name)
}

// retryWrite is a Retry in the writer's queue.
type retryWrite struct {
	waiter
	id  ident.ID
	now time.Time
}

// Retry puts a failed, aborted or canceled execution back into the queue.
func (s *Store) Retry(id ident.ID, now time.Time) error {
	m := &retryWrite{waiter: newWaiter(), id: id, now: now}
	return s.alone(m, &m.waiter)
}

func (m *retryWrite) apply(w *writer) error { return w.requeue(m.id, m.now) }

// requeue puts a failed, aborted or canceled execution back into the queue, as its next round.
func (w *writer) requeue(id ident.ID, now time.Time) error {
	const op = "sqlite.Retry"
	var (
		status flow.Status
		n      int
		round  int
	)
	if err := w.query(`SELECT status, round, (SELECT max(n) FROM steps WHERE execution = ?1) FROM executions WHERE id = ?1`, func(s *conn.Stmt) {
		status = flow.Status(s.ColumnText(0))
		round, n = int(s.ColumnInt(1))+1, int(s.ColumnInt(2))+1
	}, id); err != nil {
		return err
	}
	if status == "" {
		return notFound(op, "execution", id.Text(ident.Execution))
	}
	if !flow.CanMove(status, flow.Queued) {
		return fault.New(op, fault.Conflict, "execution %s is %s: only a failed, aborted or canceled one can be retried", id.Text(ident.Execution), status)
	}
	steps := []flow.Step{journalplan.RetryStep(id, n, round, now)}
	if err := w.insertRow(&steps[0], rowcodec.EncodeSteps(steps)); err != nil {
		return err
	}
	w.backlog++
	return w.exec(`UPDATE executions SET status = 'queued', round = ?2, owner = 0, suspect = 0, cancel_requested = 0,
reason = '', error = NULL, finished_at = NULL, wake_at = NULL WHERE id = ?1`, id, round)
}
