package sqlite

import (
	"strconv"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// No index holds executions that are claimed, so that the usual one, claimed when it is accepted and
// committed once, costs no index anything. After a crash they must be found all the same: the setting
// store.claimed_from is an id below which none is claimed and queued or running. It is lowered in the
// write that claims a lower one, and raised now and then; what lies above is scanned when the store
// opens, and when an incarnation begins.

const (
	// raiseEvery is after how many ended executions claimed_from is raised.
	raiseEvery = 8192
	// raiseBehind is how far it stays behind the newest id, so that calls that arrive out of order
	// need not lower it each time.
	raiseBehind = 5 * time.Second
)

// claimed is the condition for the executions that claimed_from is about.
const claimed = `id >= ?1 AND owner > 0 AND (status = 'queued' OR status = 'running')`

// cover sees to it that an execution about to be claimed is found again.
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

// raise moves claimed_from up, when it is time.
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

// loadClaimedFrom reads the id, when the store opens.
func (w *writer) loadClaimedFrom() error {
	return w.query(sqlSetting, func(s *conn.Stmt) {
		n, _ := strconv.ParseInt(s.ColumnText(0), 10, 64) // our own text; 0 means: look at all
		w.claimedFrom = ident.ID(n)
	}, settingClaimedFrom)
}
