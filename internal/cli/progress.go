package cli

import (
	"fmt"
	"time"
)

// progressEvery is the shortest time between updates.
const progressEvery = 200 * time.Millisecond

// progress is a status line that is overwritten on a terminal. On other streams it prints nothing.
type progress struct {
	w     *system
	on    bool
	shown bool
	last  time.Time
}

func newProgress(sys *system) *progress { return &progress{w: sys, on: isTerminal(sys.stderr)} }

// show updates the line, unless it was updated just now.
func (p *progress) show(format string, args ...any) {
	now := p.w.clock.Now()
	if !p.on || now.Sub(p.last) < progressEvery {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(raw(p.w.stderr), "\r\x1b[K"+format, args...)
}

// end erases the line.
func (p *progress) end() {
	if p.shown {
		fmt.Fprint(raw(p.w.stderr), "\r\x1b[K")
	}
}
