package journal

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Claim takes up to limit unclaimed executions, sorted by id. Each workflow has an equal part of the limit, and those
// that the last Claim did not get to come first. It considers the waiting executions in the order of WakeAt. A limit
// above maxClaim counts as maxClaim.
func (j *Journal) Claim(owner flow.Incarnation, now time.Time, limit int, alone bool, skip ...string) ([]store.Claimed, error) {
	const op = "sqlite.Claim"
	if owner == 0 || limit < 1 {
		return nil, fault.New(op, fault.Invalid, "a claim needs an owner and a limit of at least 1")
	}
	if alone {
		limit = 1
	}
	j.claiming.Lock() // so that two calls do not read the same candidates
	defer j.claiming.Unlock()
	var list []candidate
	err := j.Pool.Read(context.Background(), op, func(r *reader.Reader) (err error) {
		list, err = j.candidates(r, now, min(limit, maxClaim), alone, skip)
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if err := j.Writer.Run(func(tx *writer.Tx) error { return j.claim(tx, list, owner, alone, now) }); err != nil {
		return nil, err
	}
	var out []store.Claimed
	for i := range list {
		if list[i].taken {
			out = append(out, list[i].result(owner, now))
		}
	}
	return out, nil
}

// candidate is an execution that a reader has found. The write claims it if it has not changed since.
type candidate struct {
	store.Claimed
	missing error // the reason why the execution cannot run, or nil
	taken   bool  // it was claimed, or failed if it cannot run; set by the write
}

// result returns the execution as it is after the write.
func (c *candidate) result(owner flow.Incarnation, now time.Time) store.Claimed {
	e := &c.Execution
	switch {
	case c.missing != nil:
		e.Status, e.Error, e.FinishedAt, e.WakeAt = flow.Failed, c.reason(), now, time.Time{}
	default:
		e.Owner = owner
		if e.Status == flow.Waiting {
			e.Status, e.WakeAt = flow.Running, time.Time{}
		}
	}
	return c.Claimed
}

// reason returns the error of an execution that cannot run.
func (c *candidate) reason() *flow.Error {
	return &flow.Error{Code: flow.CodeError, Message: fault.Message(c.missing)}
}

// maxClaim and claimBytes bound one Claim, because all of it is in memory at once.
const (
	maxClaim   = 4096
	claimBytes = 64 << 20 // bodies and steps; a single execution may exceed it
)

// claim claims the candidates, which are sorted by id, and fails those that cannot run.
func (j *Journal) claim(tx *writer.Tx, list []candidate, owner flow.Incarnation, suspect bool, now time.Time) error {
	if err := j.claims.cover(tx, list[0].Execution.ID); err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		c.taken = false
		if c.missing != nil {
			if err := j.failMissing(tx, c, now); err != nil {
				return err
			}
			continue
		}
		e := &c.Execution
		sql := `UPDATE executions SET owner = ?2, suspect = ?3 WHERE id = ?1 AND owner = 0 AND round = ?4 AND status = ?5`
		if e.Status == flow.Waiting {
			sql = `UPDATE executions SET owner = ?2, suspect = ?3, status = 'running', wake_at = NULL WHERE id = ?1 AND owner = 0 AND round = ?4 AND status = ?5`
		}
		if err := tx.Exec(sql, e.ID, owner, suspect, e.Round, e.Status); err != nil {
			return err
		}
		if c.taken = tx.Changes() == 1; c.taken {
			j.claims.changeBacklog(journalplan.InBacklog(e.Status), true)
			j.Statistics.Moved(e.Workflow, e.Status, flow.Running)
			j.claims.set(e.ID, claim{owner: int64(owner), workflow: e.Workflow, inBacklog: true})
		}
	}
	return nil
}

// failMissing fails an execution whose call can no longer be read, so that no later Claim finds it again.
func (j *Journal) failMissing(tx *writer.Tx, c *candidate, now time.Time) error {
	e := &c.Execution
	if err := tx.Exec(`UPDATE executions SET error = ?2 WHERE id = ?1 AND owner = 0 AND round = ?3 AND status = ?4`,
		e.ID, rowcodec.EncodeError(c.reason()), e.Round, e.Status); err != nil || tx.Changes() == 0 {
		return err
	}
	c.taken = true
	return j.end(tx, e.ID, flow.Failed, "", now)
}

const (
	ready = `FROM executions INDEXED BY executions_ready WHERE owner = 0 AND (status = 'queued' OR status = 'running')`
	due   = `FROM executions INDEXED BY executions_waiting WHERE status = 'waiting' AND owner = 0`
)

const sqlNextWake = `SELECT wake_at ` + due + ` AND wake_at IS NOT NULL ORDER BY wake_at LIMIT 1`

// The executions that are ready are read workflow by workflow; their index is sorted by workflow and id.
const (
	sqlReadyAlone   = `SELECT id ` + ready + ` AND resumes >= ?1 ORDER BY id LIMIT ?2`
	sqlReady        = `SELECT id ` + ready + ` AND workflow = ?3 AND resumes < ?1 ORDER BY id LIMIT ?2`
	sqlNextWorkflow = `SELECT workflow ` + ready + ` AND workflow > ?1 ORDER BY workflow LIMIT 1`
	sqlUnclaimed    = `SELECT workflow, count(*) ` + ready + ` GROUP BY workflow`
	sqlWaiting      = `SELECT workflow, count(*) FROM executions INDEXED BY executions_waiting WHERE status = 'waiting' GROUP BY workflow`
)

// sqlDue skips the workflows in the JSON array ?4. The index has their names, too, so that no row of theirs is read.
func sqlDue(alone bool) string {
	return `SELECT id ` + due + crashLoop(alone) + ` AND wake_at <= ?3 AND workflow NOT IN (SELECT value FROM json_each(?4)) ORDER BY wake_at, id LIMIT ?2`
}

// crashLoop returns the condition that selects the executions that reached CrashLoop, or the others.
func crashLoop(alone bool) string {
	if alone {
		return ` AND resumes >= ?1`
	}
	return ` AND resumes < ?1`
}

// ready reads the ids of executions that are queued or running and that nobody has claimed.
func (j *Journal) ready(r *reader.Reader, limit int, skip []string) (ids []ident.ID, err error) {
	var workflows []string
	for last, more := "", true; more; {
		more = false
		if err := r.Query(sqlNextWorkflow, func(s *conn.Stmt) { last, more = s.ColumnText(0), true }, last); err != nil {
			return nil, err
		}
		if more && !slices.Contains(skip, last) {
			workflows = append(workflows, last)
		}
	}
	// Those after the one that the last Claim ended with come first.
	n, _ := slices.BinarySearch(workflows, j.nextTurn)
	workflows = slices.Concat(workflows[n:], workflows[:n])
	for i, workflow := range workflows {
		if len(ids) >= limit {
			j.nextTurn = workflow
			break
		}
		part := max(1, (limit-len(ids))/(len(workflows)-i))
		if err := r.Query(sqlReady, func(s *conn.Stmt) { ids = append(ids, ident.ID(s.ColumnInt(0))) }, store.CrashLoop, part, workflow); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// due reads the ids of waiting executions that are due and that nobody has claimed.
func (j *Journal) due(r *reader.Reader, now time.Time, limit int, alone bool, skip []string) (ids []ident.ID, err error) {
	names, err := json.Marshal(append([]string{}, skip...))
	if err != nil {
		return nil, err
	}
	err = r.Query(sqlDue(alone), func(s *conn.Stmt) { ids = append(ids, ident.ID(s.ColumnInt(0))) }, store.CrashLoop, limit, now, string(names))
	return ids, err
}

// candidates reads the executions that a Claim may take. Of those that are due and those that are ready, neither has
// more than half of the limit while there are enough others; an odd one they get by turns.
func (j *Journal) candidates(r *reader.Reader, now time.Time, limit int, alone bool, skip []string) (list []candidate, err error) {
	due, err := j.due(r, now, limit, alone, skip)
	if err != nil {
		return nil, err
	}
	j.dueFirst = !j.dueFirst
	half := limit / 2
	if j.dueFirst {
		half = (limit + 1) / 2
	}
	var ids []ident.ID
	if ready := limit - min(len(due), half); alone {
		err = r.Query(sqlReadyAlone, func(s *conn.Stmt) { ids = append(ids, ident.ID(s.ColumnInt(0))) }, store.CrashLoop, ready)
	} else if ready > 0 {
		ids, err = j.ready(r, ready, skip)
	}
	if err != nil {
		return nil, err
	}
	ids = append(ids, due[:min(len(due), limit-len(ids))]...)
	slices.Sort(ids)
	for bytes := 0; len(ids) > 0 && bytes < claimBytes; ids = ids[1:] {
		c, found, err := j.load(r, ids[0])
		if _, missing := errors.AsType[*errMissing](err); err != nil && !missing {
			return nil, err
		}
		if found {
			list = append(list, candidate{Claimed: c, missing: err})
			bytes += memory(&c)
		}
	}
	return list, nil
}

// memory returns the approximate memory of an execution, in bytes.
func memory(c *store.Claimed) int {
	n := c.Delivery.Request.Bytes()
	for i := range c.Steps {
		n += len(c.Steps[i].Input.Text()) + len(c.Steps[i].Result.Text())
	}
	return n
}

// Unclaimed counts the unclaimed executions that are queued or running, by workflow.
func (j *Journal) Unclaimed() (map[string]int64, error) {
	counts := make(map[string]int64)
	err := j.Pool.Read(context.Background(), "sqlite.Unclaimed", func(r *reader.Reader) error {
		return r.Query(sqlUnclaimed, func(s *conn.Stmt) { counts[s.ColumnText(0)] = s.ColumnInt(1) })
	})
	return counts, err
}

// NextWake returns the earliest WakeAt of an unclaimed waiting execution.
func (j *Journal) NextWake() (at time.Time, err error) {
	err = j.Pool.Read(context.Background(), "sqlite.NextWake", func(r *reader.Reader) error {
		return r.Query(sqlNextWake, func(s *conn.Stmt) {
			at = s.ColumnTime(0)
		})
	})
	return at, err
}
