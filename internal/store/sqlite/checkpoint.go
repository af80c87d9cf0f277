package sqlite

import (
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// checkpoint copies the log into the database once it is long enough. When all of it was copied and
// nobody reads an old state, the next transaction starts the log over, so its size stays bounded.
func (w *writer) checkpoint() {
	if w.frames < w.store.opts.Checkpoint {
		return
	}
	if _, _, err := w.c.Checkpoint(conn.Passive); err == nil {
		w.store.stats.checkpoints.Add(1)
	}
}

// countFrames notes how long the log is.
func (w *writer) countFrames() {
	now := w.c.LogFrames()
	if now < w.frames {
		w.store.stats.restarts.Add(1)
	}
	w.frames = now
}
