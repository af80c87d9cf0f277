package retention

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// find finds the deliveries to delete, in each case through an index. The queries skip only deliveries of
// unfinished executions, and deliveries of other workflows among the refused ones.
func find(r *reader.Reader, f *store.Deletion) (list []ident.ID, err error) {
	add := func(q *query) error {
		return r.Query(q.sql.String()+` ORDER BY d.id LIMIT ?2`, func(s *conn.Stmt) {
			list = append(list, ident.ID(s.ColumnInt(0)))
		}, q.args...)
	}
	switch {
	case f.Refused:
		for _, o := range refused() {
			if err := add(refusedQuery(f, o)); err != nil {
				return nil, err
			}
		}
	case f.Workflow == "" && len(f.Except) == 0:
		err = add(newQuery(f, f.Limit))
	case f.Workflow != "":
		err = add(workflowQuery(f, f.Workflow, f.Limit))
	default:
		err = eachWorkflow(r, func(workflow string) (bool, error) {
			if slices.Contains(f.Except, workflow) {
				return true, nil
			}
			err := add(workflowQuery(f, workflow, f.Limit-len(list)))
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

// query builds a query with its arguments.
type query struct {
	sql  strings.Builder
	args []any
}

func newQuery(f *store.Deletion, limit int) *query {
	q := &query{args: []any{ident.After(f.Before), limit}}
	q.sql.WriteString(`SELECT d.id FROM deliveries d WHERE d.id < ?1 AND NOT EXISTS (SELECT 1 FROM executions e
WHERE e.id = d.execution AND e.status IN ('queued', 'running', 'waiting'))`)
	return q
}

func (q *query) add(condition string, arg any) {
	q.args = append(q.args, arg)
	q.sql.WriteString(condition + strconv.Itoa(len(q.args)))
}

func workflowQuery(f *store.Deletion, workflow string, limit int) *query {
	q := newQuery(f, limit)
	q.add(` AND d.workflow = ?`, workflow)
	return q
}

func refusedQuery(f *store.Deletion, o hook.Outcome) *query {
	q := newQuery(f, f.Limit)
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
func eachWorkflow(r *reader.Reader, f func(string) (more bool, err error)) error {
	workflow, sql := "", sqlFirstWorkflow
	for {
		found := false
		err := r.Query(sql, func(s *conn.Stmt) {
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
