package journal

import (
	"context"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// Load reads a whole execution. The error is of kind fault.NotFound if there is none.
func (j *Journal) Load(ctx context.Context, id ident.ID) (out store.Loaded, err error) {
	const op = "sqlite.Load"
	found := false
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) (err error) {
		out, found, err = j.load(r, id)
		return err
	})
	if err == nil && !found {
		err = notFound(op, id)
	}
	return out, err
}

// Execution reads one execution without its steps. The error is of kind fault.NotFound if there is none.
func (j *Journal) Execution(ctx context.Context, id ident.ID) (e flow.Execution, err error) {
	const op = "sqlite.Execution"
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) error {
		if err := r.Query(sqlExecution, func(s *conn.Stmt) { readWhole(s, &e) }, id); err != nil || e.ID == 0 {
			return err
		}
		return readLabels(r, &e)
	})
	if err == nil && e.ID == 0 {
		err = notFound(op, id)
	}
	return e, err
}

func notFound(op string, id ident.ID) error {
	return fault.New(op, fault.NotFound, "there is no execution %s", id.Text(ident.Execution))
}

// load reads row, delivery and journal. found is false if there is no such execution.
func (j *Journal) load(r *reader.Reader, id ident.ID) (out store.Loaded, found bool, err error) {
	if err := r.Query(sqlExecution, func(s *conn.Stmt) {
		found = true
		readWhole(s, &out.Execution)
	}, id); err != nil || !found {
		return out, found, err
	}
	if err := readLabels(r, &out.Execution); err != nil {
		return out, found, err
	}
	if out.Delivery, err = j.delivery(r, out.Execution.Delivery); err != nil {
		return out, found, err
	}
	err = r.Query(`SELECT rows FROM steps WHERE execution = ?1 ORDER BY n`, func(s *conn.Stmt) {
		out.Steps = rowcodec.MergeSteps(out.Steps, rowcodec.DecodeSteps(id, s.ColumnText(0)))
	}, id)
	return out, found, err
}

const (
	executionColumns = `id, workflow, revision, delivery, mode, status, reason, owner, resumes, round, created_at, started_at, finished_at, wake_at, error, output, reply_status`
	executionWidth   = 17
)

// sqlExecution selects everything about one execution.
const sqlExecution = `SELECT ` + executionColumns + `, reply_headers, reply_body FROM executions WHERE id = ?1`

// readWhole reads what sqlExecution selects.
func readWhole(s *conn.Stmt, e *flow.Execution) {
	readExecution(s, e)
	if e.Reply != nil {
		e.Reply.Headers = rowcodec.DecodeHeaders(s.ColumnValue(executionWidth))
		e.Reply.Body = s.ColumnBlob(executionWidth + 1)
	}
}

func readExecution(s *conn.Stmt, e *flow.Execution) {
	*e = flow.Execution{
		ID: ident.ID(s.ColumnInt(0)), Workflow: s.ColumnText(1), Revision: s.ColumnText(2), Delivery: ident.ID(s.ColumnInt(3)),
		Mode: flow.Mode(s.ColumnText(4)), Status: flow.Status(s.ColumnText(5)), Reason: s.ColumnText(6),
		Owner: flow.Incarnation(s.ColumnInt(7)), Resumes: int(s.ColumnInt(8)), Round: int(s.ColumnInt(9)),
		CreatedAt: s.ColumnTime(10), StartedAt: s.ColumnTime(11), FinishedAt: s.ColumnTime(12), WakeAt: s.ColumnTime(13),
		Error: rowcodec.DecodeError(s.ColumnValue(14)), Output: s.ColumnValue(15),
	}
	if !s.ColumnNull(16) {
		e.Reply = &hook.Reply{Status: int(s.ColumnInt(16))}
	}
}
