package journal

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
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Names in the table settings, which holds the journal's own persistent values.
const (
	settingIncarnation = "store.incarnation"  // number of the last incarnation
	settingClaimedFrom = "store.claimed_from" // see claimedfrom.go
)

const (
	sqlSetting    = `SELECT value FROM settings WHERE name = ?1`
	sqlSetSetting = `REPLACE INTO settings (name, value) VALUES (?1, ?2)`
)

// leaseTime is the length of a lease. A second process cannot open the store, and opening it ends all leases of
// earlier processes, so nobody waits for a lease to expire. The time only has to be long enough for the renewals
// to cost nothing.
const leaseTime = 10 * time.Minute

// Begin starts a new incarnation with a lease of its own. The error is of kind fault.Unavailable if all node
// numbers are taken.
func (j *Journal) Begin(now time.Time) (lease store.Lease, err error) {
	err = j.Writer.Run(func(tx *writer.Tx) (err error) {
		lease, err = begin(tx, now)
		return err
	})
	return lease, err
}

func begin(tx *writer.Tx, now time.Time) (store.Lease, error) {
	last, taken := int64(0), make(map[int]bool)
	if err := tx.Query(sqlSetting, func(s *conn.Stmt) {
		last, _ = strconv.ParseInt(s.ColumnText(0), 10, 64)
	}, settingIncarnation); err != nil {
		return store.Lease{}, err
	}
	if err := tx.Query(`SELECT node FROM leases`, func(s *conn.Stmt) { taken[int(s.ColumnInt(0))] = true }); err != nil {
		return store.Lease{}, err
	}
	l := store.Lease{Incarnation: flow.Incarnation(last + 1), Expires: now.Add(leaseTime)}
	for taken[l.Node] {
		l.Node++
	}
	if l.Node > ident.MaxNode {
		return l, fault.New("sqlite.Begin", fault.Unavailable, "%d processes hold a lease already; wait until one of them ends", len(taken))
	}
	if err := tx.Exec(sqlSetSetting, settingIncarnation, strconv.FormatInt(last+1, 10)); err != nil {
		return l, err
	}
	return l, tx.Exec(`INSERT INTO leases (incarnation, node, expires_at) VALUES (?1, ?2, ?3)`, l.Incarnation, l.Node, l.Expires)
}

// Renew extends a lease. The error is of kind fault.Conflict if the lease was taken over.
func (j *Journal) Renew(l store.Lease, now time.Time) (store.Lease, error) {
	l.Expires = now.Add(leaseTime)
	err := j.Writer.Run(func(tx *writer.Tx) error {
		err := tx.Exec(`UPDATE leases SET expires_at = ?2 WHERE incarnation = ?1`, l.Incarnation, l.Expires)
		if err == nil && tx.Changes() == 0 {
			return fault.New("sqlite.Renew", fault.Conflict, "the lease of incarnation %d has expired and its executions were taken over", l.Incarnation)
		}
		return err
	})
	if err != nil {
		return store.Lease{}, err
	}
	return l, nil
}

// TakeOver drops the claims of incarnations without a lease.
func (j *Journal) TakeOver(now time.Time) (ended []ident.ID, err error) {
	err = j.Writer.Run(func(tx *writer.Tx) (err error) {
		ended, err = j.takeOver(tx, now)
		return err
	})
	return ended, err
}

func (j *Journal) takeOver(tx *writer.Tx, now time.Time) ([]ident.ID, error) {
	if err := tx.Exec(`DELETE FROM leases WHERE expires_at <= ?1`, now); err != nil {
		return nil, err
	}
	leased := make(map[int64]bool)
	if err := tx.Query(`SELECT incarnation FROM leases`, func(s *conn.Stmt) { leased[s.ColumnInt(0)] = true }); err != nil {
		return nil, err
	}
	ended, err := j.releaseClaims(tx, 0, false, now)
	if err != nil {
		return nil, err
	}
	for id, c := range j.claims.byID {
		if !leased[c.owner] {
			j.claims.drop(id)
		}
	}
	tx.OnCommit(func() { j.claims.loaded = true })
	return ended, nil
}

// Release gives up every claim of the owner and ends its lease.
func (j *Journal) Release(owner flow.Incarnation) error {
	now := j.Clock.Now()
	return j.Writer.Run(func(tx *writer.Tx) error {
		if err := tx.Exec(`DELETE FROM leases WHERE incarnation = ?1`, owner); err != nil {
			return err
		}
		if _, err := j.releaseClaims(tx, owner, true, now); err != nil {
			return err
		}
		for id, c := range j.claims.byID {
			if c.owner == int64(owner) {
				j.claims.drop(id)
			}
		}
		return nil
	})
}

// end moves an unfinished execution to a final status and drops its claim.
func (j *Journal) end(tx *writer.Tx, id ident.ID, to flow.Status, reason string, now time.Time) error {
	var (
		was      flow.Status
		workflow string
		started  time.Time
		first    bool
	)
	if err := tx.Query(`SELECT status, workflow, started_at, round = 0 FROM executions WHERE id = ?1`, func(s *conn.Stmt) {
		was, workflow, started, first = flow.Status(s.ColumnText(0)), s.ColumnText(1), s.ColumnTime(2), s.ColumnInt(3) != 0
	}, id); err != nil {
		return err
	}
	if err := tx.Exec(`UPDATE executions SET status = ?2, reason = ?3, finished_at = ?4, wake_at = NULL, owner = 0 WHERE id = ?1`,
		id, to, reason, now); err != nil {
		return err
	}
	j.claims.changeBacklog(journalplan.InBacklog(was), false)
	j.Statistics.Moved(workflow, was, to)
	j.Statistics.Ended(workflow, to, started, now, first)
	j.claims.drop(id)
	return nil
}

// waitingClaimed is the condition for executions that are waiting but still claimed. The + makes SQLite use the index
// instead of scanning all ids.
const waitingClaimed = `+id > ?1 AND owner > 0 AND status = 'waiting'`

// releaseClaims gives up the claims on unfinished executions: those of one owner if orderly, else those of all
// incarnations without a lease (then owner is 0). If not orderly, it increments resumes and aborts the executions
// that were found unfinished too often after they ran alone. Executions with a pending cancel request are
// canceled, because no owner is left. It returns the ids of both, sorted.
func (j *Journal) releaseClaims(tx *writer.Tx, owner flow.Incarnation, orderly bool, now time.Time) (ended []ident.ID, err error) {
	which, raise := ` AND owner NOT IN (SELECT incarnation FROM leases) AND ?2 = 0`, `, resumes = resumes + 1`
	if orderly {
		which, raise = ` AND owner = ?2`, ""
	}
	var killed, canceled []ident.ID
	from := []ident.ID{j.claims.claimedFrom, 0}
	tables := []string{claimed, waitingClaimed}
	for i, where := range tables {
		err := tx.Query(`SELECT id, suspect = 1 AND resumes >= ?3, cancel_requested FROM executions WHERE `+where+which+` AND (suspect = 1 OR cancel_requested = 1)`, func(s *conn.Stmt) {
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
		if err := j.end(tx, id, flow.Aborted, flow.ReasonKilled, now); err != nil {
			return nil, err
		}
	}
	for _, id := range canceled {
		if err := j.end(tx, id, flow.Canceled, "", now); err != nil {
			return nil, err
		}
	}
	for i, where := range tables {
		if err := tx.Exec(`UPDATE executions SET owner = 0, suspect = 0`+raise+` WHERE `+where+which, from[i], owner); err != nil {
			return nil, err
		}
	}
	ended = slices.Concat(killed, canceled)
	slices.Sort(ended)
	return ended, nil
}
