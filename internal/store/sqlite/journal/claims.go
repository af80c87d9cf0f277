package journal

import (
	"slices"
	"sync/atomic"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// claim is what is known about a claimed execution. It is the fence for Commits.
type claim struct {
	owner     int64
	workflow  string
	inBacklog bool // queued or running
	cancel    bool // a cancel was requested

	// Copies from the execution's row and journal; they are unknown while journal is 0.
	journal int   // largest N of the journal, plus 1
	seq     int64 // Seq of the owner's last Commit; 0: none
	retried bool  // it is not in its first round
}

// claims is what every write needs and what mirrors the tables. It implements writer.State: undo and the marks tell
// how it was when the transaction began.
type claims struct {
	byID   map[ident.ID]claim
	count  int64 // executions in the backlog
	loaded bool  // byID contains every claim in the tables; set by the first TakeOver

	claimedFrom ident.ID // see cover
	newest      ident.ID // the largest claimed id
	ended       int      // executions that ended since claimedFrom was raised

	undo      []undo
	countMark int64
	fromMark  ident.ID

	backlog *atomic.Int64 // the published count
}

// undo is a claim as it was before the transaction changed it. had is false if there was none.
type undo struct {
	id  ident.ID
	was claim
	had bool
}

// set changes a claim.
func (c *claims) set(id ident.ID, to claim) {
	was, had := c.byID[id]
	c.undo = append(c.undo, undo{id, was, had})
	c.byID[id] = to
}

// drop removes a claim.
func (c *claims) drop(id ident.ID) {
	if was, had := c.byID[id]; had {
		c.undo = append(c.undo, undo{id, was, had})
		delete(c.byID, id)
	}
}

// changeBacklog counts an execution whose status has changed.
func (c *claims) changeBacklog(was, is bool) {
	switch {
	case is && !was:
		c.count++
	case was && !is:
		c.count--
	}
}

// Begin marks the state.
func (c *claims) Begin() {
	c.undo, c.countMark, c.fromMark = c.undo[:0], c.count, c.claimedFrom
}

// BeforeCommit raises claimedFrom if it is time to.
func (c *claims) BeforeCommit(tx *writer.Tx) error { return c.raise(tx) }

// Committed publishes the backlog.
func (c *claims) Committed() {
	if c.count != c.countMark {
		c.backlog.Store(c.count)
	}
}

// RollBack returns to the marked state.
func (c *claims) RollBack() {
	for _, u := range slices.Backward(c.undo) {
		if u.had {
			c.byID[u.id] = u.was
		} else {
			delete(c.byID, u.id)
		}
	}
	c.undo, c.count, c.claimedFrom = c.undo[:0], c.countMark, c.fromMark
}

// load reads the backlog and claimedFrom, and calls found for each workflow's unfinished executions. The claims of
// earlier processes are not loaded: TakeOver gives them up.
func (c *claims) load(tx *writer.Tx, found func(workflow string, status flow.Status, n int64)) error {
	if err := c.loadClaimedFrom(tx); err != nil {
		return err
	}
	add := func(s *conn.Stmt) {
		c.count += s.ColumnInt(1)
		found(s.ColumnText(0), flow.Running, s.ColumnInt(1))
	}
	if err := tx.Query(sqlUnclaimed, add); err != nil {
		return err
	}
	if err := tx.Query(`SELECT workflow, count(*) FROM executions WHERE `+claimed+` GROUP BY workflow`, add, c.claimedFrom); err != nil {
		return err
	}
	c.backlog.Store(c.count)
	return tx.Query(sqlWaiting, func(s *conn.Stmt) { found(s.ColumnText(0), flow.Waiting, s.ColumnInt(1)) })
}
