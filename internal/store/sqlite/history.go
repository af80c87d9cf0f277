package sqlite

import (
	"math"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Executions lists executions, newest first, without the headers and bodies of their replies.
func (s *Store) Executions(q store.ExecutionQuery) (list []flow.Execution, err error) {
	const op = "sqlite.Executions"
	limit, err := page(op, q.Limit)
	if err != nil {
		return nil, err
	}
	sql, args := `SELECT `+executionColumns+` FROM executions WHERE id < ?1`, []any{before(q.Before), limit}
	if q.Workflow != "" {
		args = append(args, q.Workflow)
		sql += ` AND workflow = ?` + itoa(len(args))
	}
	if q.Status != "" {
		args = append(args, q.Status)
		sql += ` AND status = ?` + itoa(len(args)) + openStatus(q)
	}
	err = s.read(op, func(r *reader) error {
		return r.query(sql+` ORDER BY id DESC LIMIT ?2`, func(s *conn.Stmt) {
			var e flow.Execution
			readExecution(s, &e)
			list = append(list, e)
		}, args...)
	})
	return list, err
}

// openStatus repeats the condition of the small index that serves a status, as SQLite uses a partial
// index only for a query that says the same.
func openStatus(q store.ExecutionQuery) string {
	switch {
	case q.Status == flow.Waiting:
		return ` AND status = 'waiting'`
	case counted(q.Status):
		return ` AND (status = 'queued' OR status = 'running')`
	case q.Status == flow.Succeeded:
		return ``
	default:
		return ` AND (status = 'failed' OR status = 'aborted' OR status = 'canceled')`
	}
}

// Deliveries lists deliveries, newest first, without their bodies.
func (s *Store) Deliveries(q store.DeliveryQuery) (list []hook.Delivery, err error) {
	const op = "sqlite.Deliveries"
	limit, err := page(op, q.Limit)
	if err != nil {
		return nil, err
	}
	sql, args := `SELECT `+deliveryHead+` FROM deliveries WHERE id < ?1`, []any{before(q.Before), limit}
	if q.Workflow != "" {
		args = append(args, q.Workflow)
		sql += ` AND workflow = ?` + itoa(len(args))
	}
	if q.Outcome != "" {
		args = append(args, string(q.Outcome))
		sql += ` AND outcome = ?` + itoa(len(args))
		if q.Outcome != hook.Accepted {
			sql += ` AND outcome <> 'accepted'`
		}
	}
	err = s.read(op, func(r *reader) error {
		return r.query(sql+` ORDER BY id DESC LIMIT ?2`, func(s *conn.Stmt) {
			var d hook.Delivery
			readDelivery(s, &d)
			list = append(list, d)
		}, args...)
	})
	return list, err
}

// Delivery reads one delivery whole.
func (s *Store) Delivery(id ident.ID) (d hook.Delivery, err error) {
	const op = "sqlite.Delivery"
	err = s.read(op, func(r *reader) error {
		return r.query(`SELECT `+deliveryHead+`, body FROM deliveries WHERE id = ?1`, func(s *conn.Stmt) {
			readDelivery(s, &d)
			d.Request.Body = s.ColumnBlob(deliveryWidth)
		}, id)
	})
	if err == nil && d.ID == 0 {
		err = notFound(op, "delivery", id.Text(ident.Delivery))
	}
	return d, err
}

// page checks the size of a page.
func page(op string, limit int) (int, error) {
	if limit < 1 || limit > store.MaxPage {
		return 0, fault.Field(op, "limit", "a page has 1 to %d entries, not %d", store.MaxPage, limit)
	}
	return limit, nil
}

func before(id ident.ID) int64 {
	if id == 0 {
		return math.MaxInt64
	}
	return int64(id)
}
