package run

import (
	"time"

	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
)

// The back-off of commits that fail: the database is away, the disk is full.
const (
	commitPause    = 20 * time.Millisecond
	commitPauseMax = 2 * time.Second
)

// commit writes what is pending with what a Commit says of state and Ops, which belong to pending rows. A
// failed write never fails an execution: it is repeated under its number until the table returns its outcome, which
// is that of the first try that was written. False: the claim is lost, or the server stopped first.
func (r *Run) commit(c store.Commit) (store.Committed, bool) {
	c.State.Revision, c.Broken.Revision = r.revision, r.revision
	c.Execution, c.Owner, c.Seq, c.Steps = r.job.Execution.ID, r.runner.owner, r.runner.commits.Add(1), r.pending
	for _, b := range r.blobs {
		c.Blobs = append(c.Blobs, b.SHA256)
	}
	for wait := commitPause; ; wait = min(2*wait, commitPauseMax) {
		done, err := r.runner.Journal.Commit(c)
		if err == nil {
			return r.committed(done)
		}
		if r.runner.ctx.Err() != nil {
			r.over = true
			return store.Committed{}, false
		}
		r.runner.Log.Warn("commit failed; trying again", About(&r.job.Execution, "error", err)...)
		r.runner.commitRetries.Add(1)
		pause(wait, r.runner.ctx.Done())
	}
}

// committed takes note of a commit that is on disk.
func (r *Run) committed(done store.Committed) (store.Committed, bool) {
	if done.Fenced {
		r.claimLost()
		return done, false
	}
	r.runner.Reports.Committed(r.job.Execution.ID)
	if done.CancelRequested {
		r.job.canceled.Store(true)
	}
	if r.revision != "" {
		r.job.Execution.Revision, r.revision = r.revision, ""
	}
	r.unpinBlobs()
	clear(r.pending)
	r.pending, r.bytes, r.outbound = r.pending[:0], 0, false
	return done, true
}

// unpinBlobs ends the protection of blobs: the table refers to them now, or never will.
func (r *Run) unpinBlobs() {
	unpin(r.blobs)
	r.blobs = nil
}

func unpin(blobs []node.Blob) {
	for _, b := range blobs {
		b.Unpin()
	}
}
