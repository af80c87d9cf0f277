package cli

import (
	"fmt"
	"time"
)

// progressEvery is how often progress is shown.
const progressEvery = 200 * time.Millisecond

// progress is a line on the terminal that is written over and over. Elsewhere it is nothing.
type progress struct {
	w     *system
	on    bool
	shown bool
	last  time.Time
}

func newProgress(sys *system) *progress { return &progress{w: sys, on: isTerminal(sys.stderr)} }

// show shows a line, unless one was shown just now.
func (p *progress) show(format string, args ...any) {
	now := p.w.clock.Now()
	if !p.on || now.Sub(p.last) < progressEvery {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.w.stderr, "\r\x1b[K"+format, args...)
}

// end takes the line away.
func (p *progress) end() {
	if p.shown {
		fmt.Fprint(p.w.stderr, "\r\x1b[K")
	}
}
