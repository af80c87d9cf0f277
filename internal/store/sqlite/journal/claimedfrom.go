package journal

import (
	"strconv"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// No index contains claimed executions. The usual execution is claimed when it is accepted and committed once,
// and so causes no index write. After a crash the claimed executions must still be found: the setting
// store.claimed_from is an id below which no execution is claimed and queued or running. A write that claims a
// lower id also lowers the setting; it is raised from time to time. The store scans the ids from there on when it
// opens and when it releases claims.

const (
	// raiseAfter is the number of ended executions after which claimed_from is raised.
	raiseAfter = 8192
	// raiseDistance is the distance that it keeps from the newest id, so that calls that arrive out of order need
	// not lower it each time.
	raiseDistance = 5 * time.Second
)

// claimed is the condition for the executions that claimed_from covers.
const claimed = `id >= ?1 AND owner > 0 AND (status = 'queued' OR status = 'running')`

// cover makes sure that an execution that is about to be claimed will be found after a crash.
func (c *claims) cover(tx *writer.Tx, id ident.ID) error {
	c.newest = max(c.newest, id)
	if id >= c.claimedFrom {
		return nil
	}
	return c.setClaimedFrom(tx, id)
}

func (c *claims) setClaimedFrom(tx *writer.Tx, id ident.ID) error {
	if err := tx.Exec(sqlSetSetting, settingClaimedFrom, strconv.FormatInt(int64(id), 10)); err != nil {
		return err
	}
	c.claimedFrom = id
	return nil
}

// raise increases claimed_from if enough executions have ended.
func (c *claims) raise(tx *writer.Tx) error {
	if c.ended < raiseAfter || !c.loaded {
		return nil
	}
	to := c.newest - (ident.After(time.UnixMilli(ident.Epoch).Add(raiseDistance)))
	for id := range c.byID {
		to = min(to, id)
	}
	c.ended = 0
	if to <= c.claimedFrom {
		return nil
	}
	return c.setClaimedFrom(tx, to)
}

// loadClaimedFrom reads the setting when the store is opened.
func (c *claims) loadClaimedFrom(tx *writer.Tx) error {
	return tx.Query(sqlSetting, func(s *conn.Stmt) {
		n, _ := strconv.ParseInt(s.ColumnText(0), 10, 64) // written by this package; 0 means: scan everything
		c.claimedFrom = ident.ID(n)
	}, settingClaimedFrom)
}
