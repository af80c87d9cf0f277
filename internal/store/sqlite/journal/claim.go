package journal

import (
	"context"
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

// Claim takes up to limit unclaimed executions, sorted by id. It considers the waiting executions in the order of
// WakeAt. A limit above maxClaim counts as maxClaim.
func (j *Journal) Claim(owner flow.Incarnation, now time.Time, limit int, alone bool) ([]store.Claimed, error) {
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
		list, err = j.candidates(r, now, min(limit, maxClaim), alone)
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
			j.claims.set(e.ID, claim{owner: int64(owner), inBacklog: true})
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

func sqlReady(alone bool) string {
	return `SELECT id ` + ready + crashLoop(alone) + ` ORDER BY id LIMIT ?2`
}

func sqlDue(alone bool) string {
	return `SELECT id ` + due + crashLoop(alone) + ` AND wake_at <= ?3 ORDER BY wake_at, id LIMIT ?2`
}

// crashLoop returns the condition that selects the executions that reached CrashLoop, or the others.
func crashLoop(alone bool) string {
	if alone {
		return ` AND resumes >= ?1`
	}
	return ` AND resumes < ?1`
}

// candidates reads the executions that a Claim may take.
func (j *Journal) candidates(r *reader.Reader, now time.Time, limit int, alone bool) (list []candidate, err error) {
	var ids []ident.ID
	add := func(s *conn.Stmt) { ids = append(ids, ident.ID(s.ColumnInt(0))) }
	if err := r.Query(sqlReady(alone), add, store.CrashLoop, limit); err != nil {
		return nil, err
	}
	if err := r.Query(sqlDue(alone), add, store.CrashLoop, limit, now); err != nil {
		return nil, err
	}
	slices.Sort(ids)
	ids = ids[:min(limit, len(ids))]
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

// NextWake returns the earliest WakeAt of an unclaimed waiting execution.
func (j *Journal) NextWake() (at time.Time, err error) {
	err = j.Pool.Read(context.Background(), "sqlite.NextWake", func(r *reader.Reader) error {
		return r.Query(sqlNextWake, func(s *conn.Stmt) {
			at = s.ColumnTime(0)
		})
	})
	return at, err
}
