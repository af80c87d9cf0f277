package writer

import "hookline.dev/hookline/internal/store/sqlite/conn"

// A connection of its own copies the write-ahead log into the database while the writer continues. But the log
// starts over only if all of it is copied when a transaction begins, and under load the writer is always ahead.
// So the copier runs until the rest is short enough; the writer copies that rest itself between two transactions.
// To bound the log, the writer copies everything itself once the log is very long.

// MaxLog bounds the log: the writer copies everything itself when the log has this many times Options.Checkpoint pages.
const MaxLog = 6

// shortRest is the part of Options.Checkpoint that the writer copies itself: a fourth.
const shortRest = 4

// copier runs checkpoints in the background. Only the writer uses the other ends of its channels: it sends one
// token on want, and receives one result from done before it sends the next.
type copier struct {
	c    *conn.Conn
	want chan struct{} // one token: start a copy; closed by the writer
	done chan int      // number of copied pages, after each copy; closed when the goroutine ends
}

func newCopier(c *conn.Conn) *copier {
	return &copier{c: c, want: make(chan struct{}, 1), done: make(chan int, 1)}
}

// loop is the copier's goroutine. It ends when want is closed, and closes the connection.
func (k *copier) loop(stats *counters) {
	defer close(k.done)
	for range k.want {
		_, copied, err := k.c.Checkpoint(conn.Passive)
		if err == nil {
			stats.checkpoints.Add(1)
		}
		k.done <- copied
	}
	_ = k.c.Close()
}

// logState is the writer's view of the log, in pages.
type logState struct {
	length  int  // pages after the last transaction
	copied  int  // pages of them that are in the database
	tryAt   int  // the length at which to act next
	copying bool // a background copy is running
	stale   bool // the log started over since that copy began
}

// checkpoint copies the log if necessary. The writer calls it between two transactions.
func (tx *Tx) checkpoint() {
	limit := tx.w.options.Checkpoint
	long := tx.log.length >= MaxLog*limit
	if tx.log.copying {
		select {
		case n := <-tx.copier.done:
			tx.log.finished(n)
		default:
			if !long {
				return
			}
			tx.log.finished(<-tx.copier.done) // the writer waits here, so the log stops growing
		}
	}
	if tx.log.length < max(tx.log.tryAt, limit) {
		return
	}
	if tx.log.length-tx.log.copied > limit/shortRest && !long {
		tx.log.copying, tx.log.stale = true, false
		tx.copier.want <- struct{}{}
		return
	}
	if _, n, err := tx.c.Checkpoint(conn.Passive); err == nil {
		tx.w.stats.checkpoints.Add(1)
		tx.log.copied = n
	}
	tx.log.tryAt = tx.log.length + limit/shortRest // if a reader holds the log, an immediate retry is useless
}

// finished records the end of a background copy.
func (l *logState) finished(copied int) {
	l.copying = false
	if !l.stale {
		l.copied = copied
	}
}

// grew records the length of the log after a transaction. It reports whether the log started over.
func (l *logState) grew(length int) bool {
	over := length < l.length
	if over {
		l.copied, l.tryAt, l.stale = 0, 0, true
	}
	l.length = length
	return over
}
