package sqlite

import (
	"strconv"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// No index contains claimed executions. The usual execution is claimed when it is accepted and committed once,
// and so causes no index write. After a crash the claimed executions must still be found: the setting
// store.claimed_from is an id below which no execution is claimed and queued or running. A write that claims a
// lower id also lowers the setting; it is raised from time to time. The store scans the ids from there on when it
// opens and when it releases claims.

const (
	// raiseEvery is the number of ended executions after which claimed_from is raised.
	raiseEvery = 8192
	// raiseBehind is the distance that it keeps from the newest id, so that calls that arrive out of order need
	// not lower it each time.
	raiseBehind = 5 * time.Second
)

// claimed is the condition for the executions that claimed_from covers.
const claimed = `id >= ?1 AND owner > 0 AND (status = 'queued' OR status = 'running')`

// cover makes sure that an execution that is about to be claimed will be found after a crash.
func (w *writer) cover(id ident.ID) error {
	w.newest = max(w.newest, id)
	if id >= w.claimedFrom {
		return nil
	}
	return w.setClaimedFrom(id)
}

func (w *writer) setClaimedFrom(id ident.ID) error {
	if err := w.exec(sqlSetSetting, settingClaimedFrom, strconv.FormatInt(int64(id), 10)); err != nil {
		return err
	}
	w.claimedFrom = id
	return nil
}

// raise increases claimed_from if enough executions have ended.
func (w *writer) raise() error {
	if w.ended < raiseEvery || !w.begun {
		return nil
	}
	to := w.newest - (ident.After(time.UnixMilli(ident.Epoch).Add(raiseBehind)))
	for id := range w.claims {
		to = min(to, id)
	}
	w.ended = 0
	if to <= w.claimedFrom {
		return nil
	}
	return w.setClaimedFrom(to)
}

// loadClaimedFrom reads the setting when the store is opened.
func (w *writer) loadClaimedFrom() error {
	return w.query(sqlSetting, func(s *conn.Stmt) {
		n, _ := strconv.ParseInt(s.ColumnText(0), 10, 64) // written by this package; 0 means: scan everything
		w.claimedFrom = ident.ID(n)
	}, settingClaimedFrom)
}
