package sqlite

import (
	"context"
	"errors"
	"slices"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// claiming is a Claim in the writer's queue. A reader has found the candidates; the write claims those that have
// not changed since.
type claiming struct {
	waiter
	owner   flow.Incarnation
	suspect bool
	now     time.Time
	list    []store.Claimed
	gone    []error // by index in list: the reason why the execution cannot run
	taken   []bool  // by index in list: it was claimed, or failed if it cannot run
}

// Claim takes up to limit unclaimed executions, sorted by id. It considers the waiting executions in the order of
// WakeAt. A limit above maxClaim counts as maxClaim.
func (s *Store) Claim(owner flow.Incarnation, now time.Time, limit int, alone bool) ([]store.Claimed, error) {
	const op = "sqlite.Claim"
	if owner == 0 || limit < 1 {
		return nil, fault.New(op, fault.Invalid, "a claim needs an owner and a limit of at least 1")
	}
	if alone {
		limit = 1
	}
	s.claiming.Lock() // so that two calls do not read the same candidates
	defer s.claiming.Unlock()
	m := &claiming{waiter: newWaiter(), owner: owner, suspect: alone, now: now}
	err := s.read(context.Background(), op, func(r *reader) (err error) {
		m.list, m.gone, err = r.candidates(now, min(limit, maxClaim), alone)
		return err
	})
	if err != nil || len(m.list) == 0 {
		return nil, err
	}
	if err := s.alone(m, &m.waiter); err != nil {
		return nil, err
	}
	return m.outcome(), nil
}

// outcome returns the executions that were claimed or failed.
func (m *claiming) outcome() []store.Claimed {
	out := m.list[:0]
	for i, c := range m.list {
		e := &c.Execution
		switch {
		case !m.taken[i]:
			continue // canceled or retried in the meantime
		case m.gone[i] != nil:
			e.Status, e.Error, e.FinishedAt, e.WakeAt = flow.Failed, m.why(i), m.now, time.Time{}
		default:
			e.Owner = m.owner
			if e.Status == flow.Waiting {
				e.Status, e.WakeAt = flow.Running, time.Time{}
			}
		}
		out = append(out, c)
	}
	return out
}

// why returns the error of an execution that cannot run.
func (m *claiming) why(i int) *flow.Error {
	return &flow.Error{Code: flow.CodeError, Message: fault.Message(m.gone[i])}
}

// maxClaim and claimBytes bound one Claim, because all of it is in memory at once.
const (
	maxClaim   = 4096
	claimBytes = 64 << 20 // bodies and steps; a single execution may exceed it
)

func (m *claiming) apply(w *writer) error {
	m.taken = make([]bool, len(m.list))
	if err := w.cover(m.list[0].Execution.ID); err != nil { // the list is sorted by id
		return err
	}
	for i := range m.list {
		e := &m.list[i].Execution
		if m.gone[i] != nil {
			if err := m.giveUp(w, i); err != nil {
				return err
			}
			continue
		}
		var err error
		if e.Status == flow.Waiting {
			err = w.exec(`UPDATE executions SET owner = ?2, suspect = ?3, status = 'running', wake_at = NULL WHERE id = ?1 AND owner = 0 AND round = ?4 AND status = 'waiting'`,
				e.ID, m.owner, m.suspect, e.Round)
		} else {
			err = w.exec(`UPDATE executions SET owner = ?2, suspect = ?3 WHERE id = ?1 AND owner = 0 AND round = ?4 AND status = ?5`,
				e.ID, m.owner, m.suspect, e.Round, e.Status)
		}
		if err != nil {
			return err
		}
		if m.taken[i] = w.c.Changes() == 1; !m.taken[i] {
			continue
		}
		if e.Status == flow.Waiting {
			w.backlog++
		}
		w.setClaim(e.ID, claim{owner: int64(m.owner), counted: true})
	}
	return nil
}

// giveUp fails an execution whose call can no longer be read, so that no later Claim finds it again.
func (m *claiming) giveUp(w *writer, i int) error {
	e := &m.list[i].Execution
	if err := w.exec(`UPDATE executions SET error = ?2 WHERE id = ?1 AND owner = 0 AND round = ?3 AND status = ?4`,
		e.ID, rowcodec.EncodeError(m.why(i)), e.Round, e.Status); err != nil || w.c.Changes() == 0 {
		return err
	}
	m.taken[i] = true
	return w.end(e.ID, flow.Failed, "", m.now)
}

const (
	ready = `FROM executions INDEXED BY executions_ready WHERE owner = 0 AND (status = 'queued' OR status = 'running')`
	due   = `FROM executions INDEXED BY executions_waiting WHERE status = 'waiting' AND owner = 0`
)

const sqlNextWake = `SELECT wake_at ` + due + ` AND wake_at IS NOT NULL ORDER BY wake_at LIMIT 1`

func sqlReady(alone bool) string {
	return `SELECT id ` + ready + often(alone) + ` ORDER BY id LIMIT ?2`
}

func sqlDue(alone bool) string {
	return `SELECT id ` + due + often(alone) + ` AND wake_at <= ?3 ORDER BY wake_at, id LIMIT ?2`
}

// often returns the condition that selects the executions that reached CrashLoop, or the others.
func often(alone bool) string {
	if alone {
		return ` AND resumes >= ?1`
	}
	return ` AND resumes < ?1`
}

// candidates reads the executions that a Claim may take, and for each the reason why it cannot run, or nil.
func (r *reader) candidates(now time.Time, limit int, alone bool) ([]store.Claimed, []error, error) {
	var ids []ident.ID
	add := func(s *conn.Stmt) { ids = append(ids, ident.ID(s.ColumnInt(0))) }
	if err := r.query(sqlReady(alone), add, store.CrashLoop, limit); err != nil {
		return nil, nil, err
	}
	if err := r.query(sqlDue(alone), add, store.CrashLoop, limit, now); err != nil {
		return nil, nil, err
	}
	slices.Sort(ids)
	ids = ids[:min(limit, len(ids))]
	list, gone := make([]store.Claimed, 0, len(ids)), make([]error, 0, len(ids))
	for bytes := 0; len(ids) > 0 && bytes < claimBytes; ids = ids[1:] {
		c, found, err := r.load(ids[0])
		if _, lost := errors.AsType[*errMissing](err); err != nil && !lost {
			return nil, nil, err
		}
		if found {
			list, gone = append(list, c), append(gone, err)
			bytes += weight(&c)
		}
	}
	return list, gone, nil
}

// weight returns the approximate memory of an execution, in bytes.
func weight(c *store.Claimed) int {
	n := c.Delivery.Request.Bytes()
	for i := range c.Steps {
		n += len(c.Steps[i].Input.Text()) + len(c.Steps[i].Result.Text())
	}
	return n
}

// NextWake returns the earliest WakeAt of an unclaimed waiting execution.
func (s *Store) NextWake() (at time.Time, err error) {
	err = s.read(context.Background(), "sqlite.NextWake", func(r *reader) error {
		return r.query(sqlNextWake, func(s *conn.Stmt) {
			at = s.ColumnTime(0)
		})
	})
	return at, err
}
