package journal

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/rowmatch"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// Executions returns a page of executions. An output of more than maxListedOutput is left out.
func (j *Journal) Executions(ctx context.Context, l store.Listing) (store.Page[flow.Execution], error) {
	const op = "sqlite.Executions"
	before, err := check(op, l)
	if err != nil {
		return store.Page[flow.Execution]{}, err
	}
	s := newLister[flow.Execution](l, j.Clock.Now)
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) error {
		m, v := rowmatch.ForExecutions(l.Query), versionsBy(r)
		m.Versions = v.of
		s.id, s.costly = executionID, m.NeedsCall()
		s.matches = func(e *flow.Execution) (bool, error) { return j.matchesExecution(r, s, &m, e) }
		low, until := span(l.Query)
		from, err := j.executionSource(r, l, low)
		if err == nil {
			err = cmp.Or(s.read(r, from, min(before, until)), v.err)
		}
		for i := range s.page.Items {
			if e := &s.page.Items[i]; err == nil && e.Labels == nil {
				err = readLabels(r, e)
			}
		}
		return err
	})
	return s.page, err
}

func executionID(e *flow.Execution) ident.ID { return e.ID }

// matchesExecution compares what the source does not guarantee.
func (j *Journal) matchesExecution(r *reader.Reader, s *lister[flow.Execution], m *rowmatch.Executions, e *flow.Execution) (bool, error) {
	if s.Workflows != nil && !slices.Contains(s.Workflows, e.Workflow) || !m.Row(e) {
		return false, nil
	}
	if m.NeedsLabels() {
		if err := readLabels(r, e); err != nil || !m.Labels(e) {
			return false, err
		}
	}
	if !m.NeedsCall() {
		return true, nil
	}
	d, searched, err := j.searched(r, e.Delivery, m.NeedsBody())
	if err != nil || !searched {
		if err == nil {
			s.page.Skipped++
		}
		return false, err
	}
	whole := *e
	if m.NeedsBody() && e.Output.IsMissing() {
		err = r.Query(`SELECT output FROM executions WHERE id = ?1`, func(st *conn.Stmt) { whole.Output = st.ColumnValue(0) }, e.ID)
	}
	s.bytes += int64(d.Request.Bytes() + len(whole.Output.Text()))
	return err == nil && m.Call(&whole, &d), err
}

// readLabels reads the labels of an execution.
func readLabels(r *reader.Reader, e *flow.Execution) error {
	return r.Query(`SELECT name, value FROM execution_labels WHERE execution = ?1 ORDER BY name`, func(s *conn.Stmt) {
		e.Labels = append(e.Labels, flow.Label{Name: s.ColumnText(0), Value: s.ColumnText(1)})
	}, e.ID)
}

// searched reads a delivery for a comparison of its content. It is false if its body is too long for that, or gone.
func (j *Journal) searched(r *reader.Reader, id ident.ID, withBody bool) (d hook.Delivery, ok bool, err error) {
	sql := selectDelivery + `, d.size <= ?2`
	if withBody {
		sql += `, CASE WHEN d.size <= ?2 THEN body END, CASE WHEN d.size <= ?2 THEN opened END`
	}
	if err := r.Query(sql+fromDeliveries+` WHERE id = ?1`, func(s *conn.Stmt) {
		readDelivery(s, &d)
		if ok = !withBody || s.ColumnInt(deliveryWidth) != 0; ok && withBody {
			d.Request.Body = s.ColumnBlob(deliveryWidth + 1)
			d.Request.Opened = s.ColumnBlob(deliveryWidth + 2)
		}
	}, id, store.MaxSearch); err != nil || !ok {
		return d, ok, err
	}
	if withBody && d.Request.Stored != "" {
		ok = j.readBody(&d) == nil // a body that is gone matches nothing
	}
	return d, ok, nil
}

// maxListedOutput is the longest output in a list, in bytes.
const maxListedOutput = "16384"

// listedColumns are executionColumns for a list.
func listedColumns(id string) string {
	columns := strings.Replace(executionColumns, "output", "CASE WHEN octet_length(output) <= "+maxListedOutput+" THEN output END", 1)
	return id + strings.TrimPrefix(columns, "id")
}

// executionSource returns the narrowest index for a query.
func (j *Journal) executionSource(r *reader.Reader, l store.Listing, low ident.ID) (source[flow.Execution], error) {
	ids, found, err := executionIDs(r, l.Query)
	if err != nil {
		return nil, err
	}
	if found {
		return &points[flow.Execution]{`SELECT ` + listedColumns("id") + ` FROM executions WHERE id = ?1`, ids, low, readExecution}, nil
	}
	s := &ranges[flow.Execution]{columns: listedColumns("id"), id: "id", low: low, read: readExecution, idOf: executionID}
	if arms := labelArms(l.Query); arms != nil {
		s.columns, s.id, s.arms = listedColumns("l.execution"), "l.execution", arms
		return s, nil
	}
	workflows, some := workflowsOf(l.Query, l.Workflows)
	if statuses, ok := exact(l.Query, "status"); ok {
		arms, err := statusArms(r, statuses, workflows, some)
		if err != nil {
			return nil, err
		}
		if arms != nil && len(arms) <= maxArms {
			s.arms = arms
			return s, nil
		}
	}
	if s.arms = []arm{{from: ` FROM executions WHERE true`}}; some && len(workflows) <= maxArms {
		s.arms = nil
		for _, w := range workflows {
			s.arms = append(s.arms, arm{from: ` FROM executions INDEXED BY executions_workflow WHERE workflow = ?`, args: []any{w}})
		}
	}
	return s, nil
}

// labelArms returns the ranges of the first label with exact values; nil if there is none.
func labelArms(q query.Query) (arms []arm) {
	for _, t := range q.Field("label") {
		values, ok := exactly([]query.Term{t}, func(v query.Value) (string, bool) { return v.Text, v.Op == query.Equal })
		if !ok || len(values) > maxArms {
			continue
		}
		for _, v := range values {
			arms = append(arms, arm{from: ` FROM execution_labels l CROSS JOIN executions e ON e.id = l.execution WHERE l.name = ? AND l.value = ?`, args: []any{t.Name, v}})
		}
		return arms
	}
	return nil
}

// maxKeys bounds the dedupe keys, and maxOfKey the calls, that a query is answered by.
const (
	maxKeys  = 8
	maxOfKey = 10_000
)

// executionIDs returns the only executions that a query can be about, if an id, a delivery or a key says so.
func executionIDs(r *reader.Reader, q query.Query) (ids []ident.ID, found bool, err error) {
	if ids, found = exactIDs(q, "id"); found {
		return ids, true, nil
	}
	add := func(s *conn.Stmt) { ids = append(ids, ident.ID(s.ColumnInt(0))) }
	if deliveries, ok := exactIDs(q, "delivery"); ok {
		for _, d := range deliveries {
			if err := r.Query(`SELECT execution FROM deliveries WHERE id = ?1`, add, d); err != nil {
				return nil, false, err
			}
		}
		return ids, true, nil
	}
	keys, ok := exact(q, "key")
	if !ok || len(keys) > maxKeys || slices.Contains(keys, "") { // no key is an index entry of its own
		return nil, false, nil
	}
	oldest, newest, err := bounds(r)
	if err != nil {
		return nil, false, err
	}
	for b := newest >> bucketBits; b >= oldest>>bucketBits && newest > 0; b-- {
		for _, k := range keys {
			if err := r.Query(sqlExecutionsOfKey, add, b, rowcodec.KeyHash(k), maxOfKey); err != nil {
				return nil, false, err
			}
		}
		if len(ids) >= maxOfKey {
			return nil, false, nil
		}
	}
	return ids, true, nil
}

const sqlExecutionsOfKey = `SELECT execution FROM deliveries INDEXED BY deliveries_key WHERE id >> 44 = ?1 AND key_hash = ?2 AND outcome = 'accepted' LIMIT ?3`

// bounds returns the ids of the oldest and the newest delivery, 0 if there are none.
func bounds(r *reader.Reader) (oldest, newest ident.ID, err error) {
	if err := r.Query(`SELECT min(id) FROM deliveries`, func(s *conn.Stmt) { oldest = ident.ID(s.ColumnInt(0)) }); err != nil {
		return 0, 0, err
	}
	err = r.Query(`SELECT max(id) FROM deliveries`, func(s *conn.Stmt) { newest = ident.ID(s.ColumnInt(0)) })
	return oldest, newest, err
}

// SQLite uses a partial index only if the query repeats its condition.
const (
	endedBadly  = ` AND (status = 'failed' OR status = 'aborted' OR status = 'canceled')`
	readyStatus = ` AND (status = 'queued' OR status = 'running')`
)

// statusArms returns the ranges of some states; nil if one of them has no index. Executions that somebody has claimed are
// among those from claimed_from on. No index has them, so all from there on are candidates.
func statusArms(r *reader.Reader, statuses, workflows []string, some bool) (arms []arm, err error) {
	ready := false
	for _, status := range statuses {
		switch flow.Status(status) {
		case flow.Queued, flow.Running:
			ready = true
		case flow.Waiting:
			arms = append(arms, arm{from: ` FROM executions INDEXED BY executions_parked WHERE status = 'waiting'`})
		case flow.Failed, flow.Aborted, flow.Canceled:
			if !some {
				arms = append(arms, arm{from: ` FROM executions INDEXED BY executions_ended_badly WHERE status = ?` + endedBadly, args: []any{status}})
			}
			for _, w := range workflows {
				arms = append(arms, arm{from: ` FROM executions INDEXED BY executions_workflow_ended_badly WHERE workflow = ? AND status = ?` + endedBadly, args: []any{w, status}})
			}
		default:
			return nil, nil
		}
	}
	if ready {
		from := arm{from: ` FROM executions WHERE true`}
		if err := r.Query(sqlSetting, func(s *conn.Stmt) {
			n, _ := strconv.ParseInt(s.ColumnText(0), 10, 64) // 0: nobody has raised it yet
			from.low = ident.ID(n)
		}, settingClaimedFrom); err != nil {
			return nil, err
		}
		arms = append(arms, from)
		if !some {
			if workflows, err = readyWorkflows(r); err != nil {
				return nil, err
			}
		}
		for _, w := range workflows {
			arms = append(arms, arm{from: ` FROM executions INDEXED BY executions_ready WHERE owner = 0` + readyStatus + ` AND workflow = ?`, args: []any{w}})
		}
	}
	return arms, nil
}

// readyWorkflows returns the workflows with executions that are ready and that nobody has claimed.
func readyWorkflows(r *reader.Reader) (list []string, err error) {
	for last, more := "", true; more && len(list) <= maxArms; {
		more = false
		if err := r.Query(sqlNextWorkflow, func(s *conn.Stmt) { last, more = s.ColumnText(0), true }, last); err != nil {
			return nil, err
		}
		if more {
			list = append(list, last)
		}
	}
	return list, nil
}
