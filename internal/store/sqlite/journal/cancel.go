package journal

import (
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// RequestCancel asks to cancel an execution. It does not change an execution that has ended.
func (j *Journal) RequestCancel(id ident.ID, now time.Time) (status flow.Status, err error) {
	err = j.Writer.Run(func(tx *writer.Tx) (err error) {
		status, err = j.cancel(tx, id, now)
		return err
	})
	if err != nil {
		return "", err
	}
	return status, nil
}

func (j *Journal) cancel(tx *writer.Tx, id ident.ID, now time.Time) (status flow.Status, err error) {
	var owner int64
	if err := tx.Query(`SELECT status, owner FROM executions WHERE id = ?1`, func(s *conn.Stmt) {
		status, owner = flow.Status(s.ColumnText(0)), s.ColumnInt(1)
	}, id); err != nil {
		return "", err
	}
	switch {
	case status == "":
		return "", notFound("sqlite.RequestCancel", id)
	case status.Final():
		return status, nil
	case owner == 0:
		return flow.Canceled, j.end(tx, id, flow.Canceled, "", now)
	}
	if held, known := j.claims.byID[id]; known {
		held.cancel = true
		j.claims.set(id, held)
	}
	return status, tx.Exec(`UPDATE executions SET cancel_requested = 1 WHERE id = ?1`, id)
}

// Retry puts a failed, aborted or canceled execution back into the queue.
func (j *Journal) Retry(r store.Retry) error {
	return j.Writer.Run(func(tx *writer.Tx) error { return j.requeue(tx, &r) })
}

// requeue puts a failed, aborted or canceled execution back into the queue, as its next round.
func (j *Journal) requeue(tx *writer.Tx, r *store.Retry) error {
	const op = "sqlite.Retry"
	id := r.Execution
	var (
		status   flow.Status
		n        int
		round    int
		workflow string
		ended    time.Time
	)
	if err := tx.Query(`SELECT status, round, (SELECT max(n) FROM steps WHERE execution = ?1), workflow, finished_at FROM executions WHERE id = ?1`, func(s *conn.Stmt) {
		status, workflow, ended = flow.Status(s.ColumnText(0)), s.ColumnText(3), s.ColumnTime(4)
		round, n = int(s.ColumnInt(1))+1, int(s.ColumnInt(2))+1
	}, id); err != nil {
		return err
	}
	if status == "" {
		return notFound(op, id)
	}
	if !flow.CanMove(status, flow.Queued) {
		return fault.New(op, fault.Conflict, "execution %s is %s: only a failed, aborted or canceled one can be retried", id.Text(ident.Execution), status)
	}
	marker, err := journalplan.RetryStep(r, n, round, ended)
	if err != nil {
		return err
	}
	if err := j.insertRow(tx, &marker, rowcodec.EncodeSteps([]flow.Step{marker})); err != nil {
		return err
	}
	j.claims.count++
	j.Statistics.Moved(workflow, status, flow.Queued)
	j.Statistics.Retried(workflow, r.At)
	return tx.Exec(`UPDATE executions SET status = 'queued', round = ?2, owner = 0, suspect = 0, cancel_requested = 0,
reason = '', error = NULL, finished_at = NULL, wake_at = NULL WHERE id = ?1`, id, round)
}
