package journal

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// Executions returns executions, newest first, without the headers and bodies of their replies. The error is of
// kind fault.Invalid if Limit is not in 1 to store.MaxPage.
func (j *Journal) Executions(ctx context.Context, q store.ExecutionQuery) (list []flow.Execution, err error) {
	const op = "sqlite.Executions"
	if err := journalplan.CheckPage(op, q.Limit); err != nil {
		return nil, err
	}
	sql, args := executionsSQL(q)
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(sql, func(s *conn.Stmt) {
			var e flow.Execution
			readExecution(s, &e)
			list = append(list, e)
		}, args...)
	})
	return list, err
}

// executionsSQL returns a query that reads no more rows than it returns, as far as there is an index. SQLite uses
// a partial index only if the query repeats its condition.
func executionsSQL(q store.ExecutionQuery) (string, []any) {
	sql, args := `SELECT `+executionColumns+` FROM executions WHERE id < ?1`, []any{journalplan.Before(q.Before), q.Limit}
	if q.Workflow != "" {
		args = append(args, q.Workflow)
		sql += ` AND workflow = ?` + strconv.Itoa(len(args))
	}
	if q.Status != "" {
		args = append(args, q.Status)
		sql += ` AND status = ?` + strconv.Itoa(len(args))
	}
	switch q.Status {
	case flow.Queued, flow.Running: // unclaimed ones through their index, claimed ones from claimed_from on
		sql += ` AND owner = 0 AND (status = 'queued' OR status = 'running') UNION ALL ` + sql +
			` AND owner > 0 AND id >= coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE name = '` + settingClaimedFrom + `'), 0)`
	case flow.Waiting:
		sql += ` AND status = 'waiting'`
	case flow.Failed, flow.Aborted, flow.Canceled:
		sql += ` AND (status = 'failed' OR status = 'aborted' OR status = 'canceled')`
	}
	return sql + ` ORDER BY id DESC LIMIT ?2`, args
}

// Deliveries returns deliveries, newest first, without their bodies and answers. The error is of kind
// fault.Invalid if Limit is not in 1 to store.MaxPage.
func (j *Journal) Deliveries(ctx context.Context, q store.DeliveryQuery) (list []hook.Delivery, err error) {
	const op = "sqlite.Deliveries"
	if err := journalplan.CheckPage(op, q.Limit); err != nil {
		return nil, err
	}
	sql, args := deliveriesSQL(q)
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(sql, func(s *conn.Stmt) {
			var d hook.Delivery
			readDelivery(s, &d)
			list = append(list, d)
		}, args...)
	})
	return list, err
}

// deliveriesSQL is executionsSQL for deliveries. Refused deliveries have an index of their own, so that a few are
// found among many; with a workflow they are searched among its deliveries. A dedupe key is searched in the index
// entries of its workflow, or of all workflows; only rows with its hash are read.
func deliveriesSQL(q store.DeliveryQuery) (string, []any) {
	last := journalplan.Before(q.Before)
	if !q.Until.IsZero() {
		last = min(last, ident.After(q.Until))
	}
	sql, args := ` WHERE id < ?1`, []any{last, q.Limit}
	add := func(condition string, arg any) {
		args = append(args, arg)
		sql += ` AND ` + condition + strconv.Itoa(len(args))
	}
	if !q.Since.IsZero() {
		add(`id >= ?`, ident.After(q.Since))
	}
	if q.Workflow != "" {
		add(`workflow = ?`, q.Workflow)
	}
	if q.Outcome != "" {
		add(`outcome = ?`, string(q.Outcome))
		if q.Outcome != hook.Accepted && q.DedupeKey == "" {
			sql += ` AND outcome <> 'accepted'`
		}
	}
	if q.Gate != "" {
		add(`gate = ?`, q.Gate)
	}
	from := fromDeliveries
	if q.DedupeKey != "" {
		from = strings.Replace(from, ` d `, ` d INDEXED BY deliveries_workflow `, 1)
		add(`key_hash = ?`, rowcodec.KeyHash(q.DedupeKey))
		if utf8.ValidString(q.DedupeKey) { // otherwise it is stored in base64, and the hash must be enough
			add(`request ->> 'key' = ?`, q.DedupeKey)
		}
	}
	return selectDelivery + from + sql + ` ORDER BY id DESC LIMIT ?2`, args
}

// Delivery reads one whole delivery. The error is of kind fault.NotFound if there is none.
func (j *Journal) Delivery(ctx context.Context, id ident.ID) (d hook.Delivery, err error) {
	const op = "sqlite.Delivery"
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) (err error) {
		d, err = j.delivery(r, id)
		return err
	})
	if err == nil && d.ID == 0 {
		err = fault.New(op, fault.NotFound, "there is no delivery %s", id.Text(ident.Delivery))
	}
	return d, err
}
