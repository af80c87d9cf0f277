package sqlite

import (
	"slices"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// claiming is a Claim on its way: the candidates were read before, and those that are still as they
// were read become the owner's.
type claiming struct {
	ticket
	owner   flow.Incarnation
	suspect bool
	list    []store.Claimed
	taken   []bool
}

// Claim takes up to limit unclaimed executions. What is due is taken in the order of the ids; of
// waiting ones, those that should have woken first are considered.
func (s *Store) Claim(owner flow.Incarnation, now time.Time, limit int, alone bool) ([]store.Claimed, error) {
	const op = "sqlite.Claim"
	if owner == 0 || limit < 1 {
		return nil, fault.New(op, fault.Invalid, "a claim needs an owner and a limit of at least 1")
	}
	if alone {
		limit = 1
	}
	limit = min(limit, maxClaim)
	s.claiming.Lock() // so that two do not read the same candidates
	defer s.claiming.Unlock()
	m := &claiming{ticket: newTicket(), owner: owner, suspect: alone}
	err := s.read(op, func(r *reader) (err error) {
		m.list, err = r.candidates(now, limit, alone)
		return err
	})
	if err != nil || len(m.list) == 0 {
		return nil, err
	}
	if err := s.alone(m, &m.ticket); err != nil {
		return nil, err
	}
	out := m.list[:0]
	for i, c := range m.list {
		if !m.taken[i] {
			continue // canceled or retried in between
		}
		c.Execution.Owner = owner
		if c.Execution.Status == flow.Waiting {
			c.Execution.Status, c.Execution.WakeAt = flow.Running, time.Time{}
		}
		out = append(out, c)
	}
	return out, nil
}

// maxClaim bounds one Claim, as all of it is in memory at once.
const maxClaim = 4096

func (m *claiming) apply(w *writer) error {
	m.taken = make([]bool, len(m.list))
	if err := w.cover(m.list[0].Execution.ID); err != nil { // they are in the order of the ids
		return err
	}
	for i := range m.list {
		e := &m.list[i].Execution
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

// often is the condition for those that were found unfinished too often, or for the others.
func often(alone bool) string {
	if alone {
		return ` AND resumes >= ?1`
	}
	return ` AND resumes < ?1`
}

// candidates reads the executions that a Claim may take.
func (r *reader) candidates(now time.Time, limit int, alone bool) ([]store.Claimed, error) {
	var ids []ident.ID
	add := func(s *conn.Stmt) { ids = append(ids, ident.ID(s.ColumnInt(0))) }
	if err := r.query(sqlReady(alone), add, store.CrashLoop, limit); err != nil {
		return nil, err
	}
	if err := r.query(sqlDue(alone), add, store.CrashLoop, limit, now); err != nil {
		return nil, err
	}
	slices.Sort(ids)
	ids = ids[:min(limit, len(ids))]
	list := make([]store.Claimed, 0, len(ids))
	for _, id := range ids {
		c, found, err := r.load(id)
		if err != nil {
			return nil, err
		}
		if found {
			list = append(list, c)
		}
	}
	return list, nil
}

// NextWake returns the earliest WakeAt of a waiting execution that nobody has claimed.
func (s *Store) NextWake() (at time.Time, err error) {
	err = s.read("sqlite.NextWake", func(r *reader) error {
		return r.query(sqlNextWake, func(s *conn.Stmt) {
			at = columnTime(s, 0)
		})
	})
	return at, err
}
