package sqlite

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// forgettable finds the deliveries to delete, in each case through an index. The queries skip only deliveries of
// unfinished executions, and deliveries of other workflows among the refused ones.
func (r *reader) forgettable(f *store.Forget) (list []ident.ID, err error) {
	find := func(q *forgetQuery) error {
		return r.query(q.sql.String()+` ORDER BY d.id LIMIT ?2`, func(s *conn.Stmt) {
			list = append(list, ident.ID(s.ColumnInt(0)))
		}, q.args...)
	}
	switch {
	case f.Refused:
		for _, o := range refused() {
			if err := find(refusedQuery(f, o)); err != nil {
				return nil, err
			}
		}
	case f.Workflow == "" && len(f.Except) == 0:
		err = find(newForgetQuery(f, f.Limit))
	case f.Workflow != "":
		err = find(workflowQuery(f, f.Workflow, f.Limit))
	default:
		err = r.eachWorkflow(func(workflow string) (bool, error) {
			if slices.Contains(f.Except, workflow) {
				return true, nil
			}
			err := find(workflowQuery(f, workflow, f.Limit-len(list)))
			return len(list) < f.Limit, err
		})
	}
	slices.Sort(list)
	return list[:min(len(list), f.Limit)], err
}

// refused returns the outcomes of calls that were not accepted and have no execution.
func refused() []hook.Outcome {
	return []hook.Outcome{hook.Filtered, hook.Handshake, hook.Rejected, hook.Unmatched}
}

// forgetQuery builds a query with its arguments.
type forgetQuery struct {
	sql  strings.Builder
	args []any
}

func newForgetQuery(f *store.Forget, limit int) *forgetQuery {
	q := &forgetQuery{args: []any{ident.After(f.Before), limit}}
	q.sql.WriteString(`SELECT d.id FROM deliveries d WHERE d.id < ?1 AND NOT EXISTS (SELECT 1 FROM executions e
WHERE e.id = d.execution AND e.status IN ('queued', 'running', 'waiting'))`)
	return q
}

func (q *forgetQuery) add(condition string, arg any) {
	q.args = append(q.args, arg)
	q.sql.WriteString(condition + itoa(len(q.args)))
}

func workflowQuery(f *store.Forget, workflow string, limit int) *forgetQuery {
	q := newForgetQuery(f, limit)
	q.add(` AND d.workflow = ?`, workflow)
	return q
}

func refusedQuery(f *store.Forget, o hook.Outcome) *forgetQuery {
	q := newForgetQuery(f, f.Limit)
	q.add(` AND d.outcome <> 'accepted' AND d.outcome = ?`, string(o))
	if f.Workflow != "" {
		q.add(` AND +d.workflow = ?`, f.Workflow) // the + makes SQLite use the index of refused deliveries
	}
	for _, w := range f.Except {
		q.add(` AND d.workflow <> ?`, w)
	}
	return q
}

// eachWorkflow calls f for each workflow that has deliveries, including "", until f returns false.
func (r *reader) eachWorkflow(f func(string) (more bool, err error)) error {
	workflow, sql := "", sqlFirstWorkflow
	for {
		found := false
		err := r.query(sql, func(s *conn.Stmt) {
			if found = !s.ColumnNull(0); found {
				workflow = s.ColumnText(0)
			}
		}, workflow)
		if err != nil || !found {
			return err
		}
		if more, err := f(workflow); err != nil || !more {
			return err
		}
		sql = sqlNextWorkflow
	}
}

const (
	sqlFirstWorkflow = `SELECT min(workflow) FROM deliveries WHERE workflow >= ?1`
	sqlNextWorkflow  = `SELECT min(workflow) FROM deliveries WHERE workflow > ?1`
)
