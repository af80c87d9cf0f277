package sqlite

import (
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// The log is copied into the database by a connection of its own, while the writer goes on. But the
// log starts over only when all of it was copied and a transaction begins, and under load the writer
// is always ahead. So copies follow one another until what is left is short enough for the writer to
// copy it itself, between two transactions; the log is bounded by making the writer do so in any case
// when it is long.

const (
	shortRest = 4 // the rest that the writer copies is at most a fourth of Options.Checkpoint
	longLog   = 6 // and all of it when the log has so many times Options.Checkpoint pages
)

// copier copies in the background.
type copier struct {
	c    *conn.Conn
	want chan struct{} // one token: copy now
	done chan int      // how many pages of the log are copied, when it has ended
}

func newCopier(c *conn.Conn) *copier {
	return &copier{c: c, want: make(chan struct{}, 1), done: make(chan int, 1)}
}

// loop is the copier's goroutine; it ends when want is closed.
func (k *copier) loop(s *Store) {
	defer close(k.done)
	for range k.want {
		_, copied, err := k.c.Checkpoint(conn.Passive)
		if err == nil {
			s.stats.checkpoints.Add(1)
		}
		k.done <- copied
	}
	_ = k.c.Close()
}

// logState is what the writer knows of the log, in pages.
type logState struct {
	length  int  // after the last transaction
	copied  int  // of them, into the database
	tryAt   int  // the length at which something is to be done
	copying bool // in the background
	stale   bool // the log started over since that began
}

// checkpoint is called by the writer between two transactions.
func (w *writer) checkpoint() {
	limit := w.store.opts.Checkpoint
	long := w.log.length >= longLog*limit
	if w.log.copying {
		select {
		case n := <-w.copier.done:
			w.log.came(n)
		default:
			if !long {
				return
			}
			w.log.came(<-w.copier.done) // the writer waits, so the log stops growing
		}
	}
	if w.log.length < max(w.log.tryAt, limit) {
		return
	}
	if w.log.length-w.log.copied > limit/shortRest && !long {
		w.log.copying, w.log.stale = true, false
		w.copier.want <- struct{}{}
		return
	}
	if _, n, err := w.c.Checkpoint(conn.Passive); err == nil {
		w.store.stats.checkpoints.Add(1)
		w.log.copied = n
	}
	w.log.tryAt = w.log.length + limit/shortRest // when a reader holds the log, there is no use in trying at once
}

// came takes the end of a copy in the background.
func (l *logState) came(copied int) {
	l.copying = false
	if !l.stale {
		l.copied = copied
	}
}

// grew notes the length of the log after a transaction, and reports whether it started over.
func (l *logState) grew(length int) bool {
	over := length < l.length
	if over {
		l.copied, l.tryAt, l.stale = 0, 0, true
	}
	l.length = length
	return over
}
