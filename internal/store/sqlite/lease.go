package sqlite

import (
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// leaseTime is the length of a lease. A second process cannot open the store, and opening it ends all leases of
// earlier processes, so nobody waits for a lease to expire. The time only has to be long enough for the renewals
// to cost nothing.
const leaseTime = 10 * time.Minute

// beginLease is a Begin in the writer's queue.
type beginLease struct {
	waiter
	now   time.Time
	lease store.Lease
}

// Begin starts a new incarnation with a lease of its own. The error is of kind fault.Unavailable if all node
// numbers are taken.
func (s *Store) Begin(now time.Time) (store.Lease, error) {
	m := &beginLease{waiter: newWaiter(), now: now}
	err := s.alone(m, &m.waiter)
	return m.lease, err
}

func (m *beginLease) apply(w *writer) error {
	last, taken := int64(0), make(map[int]bool)
	if err := w.query(sqlSetting, func(s *conn.Stmt) {
		last, _ = strconv.ParseInt(s.ColumnText(0), 10, 64)
	}, settingIncarnation); err != nil {
		return err
	}
	if err := w.query(`SELECT node FROM leases`, func(s *conn.Stmt) { taken[int(s.ColumnInt(0))] = true }); err != nil {
		return err
	}
	m.lease = store.Lease{Incarnation: flow.Incarnation(last + 1), Expires: m.now.Add(leaseTime)}
	for taken[m.lease.Node] {
		m.lease.Node++
	}
	if m.lease.Node > ident.MaxNode {
		return fault.New("sqlite.Begin", fault.Unavailable, "%d processes hold a lease already; wait until one of them ends", len(taken))
	}
	if err := w.exec(sqlSetSetting, settingIncarnation, strconv.FormatInt(last+1, 10)); err != nil {
		return err
	}
	return w.exec(`INSERT INTO leases (incarnation, node, expires_at) VALUES (?1, ?2, ?3)`,
		m.lease.Incarnation, m.lease.Node, m.lease.Expires)
}

// renewLease is a Renew in the writer's queue.
type renewLease struct {
	waiter
	lease store.Lease
	lost  bool
}

// Renew extends a lease. The error is of kind fault.Conflict if the lease was taken over.
func (s *Store) Renew(l store.Lease, now time.Time) (store.Lease, error) {
	l.Expires = now.Add(leaseTime)
	m := &renewLease{waiter: newWaiter(), lease: l}
	if err := s.alone(m, &m.waiter); err != nil {
		return store.Lease{}, err
	}
	if m.lost {
		return store.Lease{}, fault.New("sqlite.Renew", fault.Conflict, "the lease of incarnation %d has expired and its executions were taken over", l.Incarnation)
	}
	return m.lease, nil
}

func (m *renewLease) apply(w *writer) error {
	err := w.exec(`UPDATE leases SET expires_at = ?2 WHERE incarnation = ?1`, m.lease.Incarnation, m.lease.Expires)
	m.lost = w.c.Changes() == 0
	return err
}

// takeOver is a TakeOver in the writer's queue.
type takeOver struct {
	waiter
	now   time.Time
	ended []ident.ID
}

// TakeOver drops the claims of incarnations without a lease.
func (s *Store) TakeOver(now time.Time) ([]ident.ID, error) {
	m := &takeOver{waiter: newWaiter(), now: now}
	err := s.alone(m, &m.waiter)
	return m.ended, err
}

func (m *takeOver) apply(w *writer) error {
	if err := w.exec(`DELETE FROM leases WHERE expires_at <= ?1`, m.now); err != nil {
		return err
	}
	leased := make(map[int64]bool)
	if err := w.query(`SELECT incarnation FROM leases`, func(s *conn.Stmt) { leased[s.ColumnInt(0)] = true }); err != nil {
		return err
	}
	var err error
	if m.ended, err = w.releaseClaims(0, false, m.now); err != nil {
		return err
	}
	for id, c := range w.claims {
		if !leased[c.owner] {
			w.dropClaim(id)
		}
	}
	w.later = append(w.later, func() { w.begun = true })
	return nil
}

// end moves an unfinished execution to a final status and drops its claim.
func (w *writer) end(id ident.ID, to flow.Status, reason string, now time.Time) error {
	was := flow.Status("")
	if err := w.query(`SELECT status FROM executions WHERE id = ?1`, func(s *conn.Stmt) {
		was = flow.Status(s.ColumnText(0))
	}, id); err != nil {
		return err
	}
	if err := w.exec(`UPDATE executions SET status = ?2, reason = ?3, finished_at = ?4, wake_at = NULL, owner = 0 WHERE id = ?1`,
		id, to, reason, now); err != nil {
		return err
	}
	w.backlog -= flag(journalplan.InBacklog(was))
	w.dropClaim(id)
	return nil
}

// sleeping is the condition for executions that are waiting but still claimed. The + makes SQLite use the index
// instead of scanning all ids.
const sleeping = `+id > ?1 AND owner > 0 AND status = 'waiting'`

// releaseClaims gives up the claims on unfinished executions: those of one owner if orderly, else those of all
// incarnations without a lease (then owner is 0). If not orderly, it increments resumes and aborts the executions
// that were found unfinished too often after they ran alone. Executions with a pending cancel request are
// canceled, because no owner is left. It returns the ids of both, sorted.
func (w *writer) releaseClaims(owner flow.Incarnation, orderly bool, now time.Time) (ended []ident.ID, err error) {
	which, raise := ` AND owner NOT IN (SELECT incarnation FROM leases) AND ?2 = 0`, `, resumes = resumes + 1`
	if orderly {
		which, raise = ` AND owner = ?2`, ""
	}
	var killed, canceled []ident.ID
	from := []ident.ID{w.claimedFrom, 0}
	tables := []string{claimed, sleeping}
	for i, where := range tables {
		err := w.query(`SELECT id, suspect = 1 AND resumes >= ?3, cancel_requested FROM executions WHERE `+where+which+` AND (suspect = 1 OR cancel_requested = 1)`, func(s *conn.Stmt) {
			if id := ident.ID(s.ColumnInt(0)); s.ColumnInt(1) != 0 && !orderly {
				killed = append(killed, id)
			} else if s.ColumnInt(2) != 0 {
				canceled = append(canceled, id)
			}
		}, from[i], owner, store.CrashLoop+store.AloneRuns-1)
		if err != nil {
			return nil, err
		}
	}
	for _, id := range killed {
		if err := w.end(id, flow.Aborted, flow.ReasonKilled, now); err != nil {
			return nil, err
		}
	}
	for _, id := range canceled {
		if err := w.end(id, flow.Canceled, "", now); err != nil {
			return nil, err
		}
	}
	for i, where := range tables {
		if err := w.exec(`UPDATE executions SET owner = 0, suspect = 0`+raise+` WHERE `+where+which, from[i], owner); err != nil {
			return nil, err
		}
	}
	ended = slices.Concat(killed, canceled)
	slices.Sort(ended)
	return ended, nil
}

// release is a Release in the writer's queue.
type release struct {
	waiter
	owner flow.Incarnation
	now   time.Time
}

// Release gives up every claim of the owner and ends its lease.
func (s *Store) Release(owner flow.Incarnation) error {
	m := &release{waiter: newWaiter(), owner: owner, now: s.opts.Clock.Now()}
	return s.alone(m, &m.waiter)
}

func (m *release) apply(w *writer) error {
	if err := w.exec(`DELETE FROM leases WHERE incarnation = ?1`, m.owner); err != nil {
		return err
	}
	if _, err := w.releaseClaims(m.owner, true, m.now); err != nil {
		return err
	}
	for id, c := range w.claims {
		if c.owner == int64(m.owner) {
			w.dropClaim(id)
		}
	}
	return nil
}
