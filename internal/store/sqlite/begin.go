package sqlite

import (
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// beginning is a Begin on its way.
type beginning struct {
	ticket
	now    time.Time
	number flow.Incarnation
	ended  []ident.ID
}

// Begin starts an incarnation.
func (s *Store) Begin(now time.Time) (flow.Incarnation, []ident.ID, error) {
	m := &beginning{ticket: newTicket(), now: now}
	if err := s.alone(m, &m.ticket); err != nil {
		return 0, nil, err
	}
	return m.number, m.ended, nil
}

func (m *beginning) apply(w *writer) error {
	last := int64(0)
	if err := w.query(sqlSetting, func(s *conn.Stmt) {
		last, _ = strconv.ParseInt(s.ColumnText(0), 10, 64)
	}, settingIncarnation); err != nil {
		return err
	}
	m.number = flow.Incarnation(last + 1)
	if err := w.exec(sqlSetSetting, settingIncarnation, strconv.FormatInt(last+1, 10)); err != nil {
		return err
	}
	var err error
	if m.ended, err = w.letGo(0, false, m.now); err != nil {
		return err
	}
	for id := range w.claims {
		w.dropClaim(id)
	}
	w.later = append(w.later, func() { w.begun = true })
	return nil
}

// end brings an unfinished execution to an end without its owner.
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
	w.backlog -= flag(counted(was))
	w.dropClaim(id)
	return nil
}

// sleeping is the condition for executions that sleep and are claimed all the same; the + keeps SQLite
// from walking all ids instead of the index.
const sleeping = `+id > ?1 AND owner > 0 AND status = 'waiting'`

// letGo gives up the claims on unfinished executions, of one owner or (0) of all. Those that
// killed the process often enough while they ran alone are aborted, unless the claim ends in good order
// (then resumes are not raised either); those that somebody asked to cancel are canceled, as nobody owns
// them any more. Both are returned.
func (w *writer) letGo(owner flow.Incarnation, orderly bool, now time.Time) (ended []ident.ID, err error) {
	which, raise := ` AND (?2 = 0 OR owner = ?2)`, `, resumes = resumes + 1`
	if orderly {
		raise = ""
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

// release is a Release on its way.
type release struct {
	ticket
	owner flow.Incarnation
	now   time.Time
}

// Release gives up every claim of the owner.
func (s *Store) Release(owner flow.Incarnation) error {
	m := &release{ticket: newTicket(), owner: owner, now: s.opts.Clock.Now()}
	return s.alone(m, &m.ticket)
}

func (m *release) apply(w *writer) error {
	if _, err := w.letGo(m.owner, true, m.now); err != nil {
		return err
	}
	for id, c := range w.claims {
		if c.owner == int64(m.owner) {
			w.dropClaim(id)
		}
	}
	return nil
}
