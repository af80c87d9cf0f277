package main

import (
	"fmt"
	"io"
)

// The bounds of what gates may cost.
const (
	mostSignature = 0.15 // of a call's processor time over Basic auth
	mostDedupe    = 0.10 // of a call's processor time over one without a key
	leastGood     = 0.5  // of the good calls for each second, when as many bad ones come
)

// compare says what gates cost, from scenarios that differ in nothing else.
func compare(w io.Writer, outcomes []outcome) {
	by := make(map[string]*outcome, len(outcomes))
	for i := range outcomes {
		by[outcomes[i].scenario.name] = &outcomes[i]
	}
	w0 := by["w0"]
	if w0 == nil {
		return
	}
	more := func(what string, with, without *outcome, most float64) {
		if with != nil && without != nil {
			added := with.cpu()/without.cpu() - 1
			fmt.Fprintf(w, "%-10s %+8.1f%%    of the server's CPU for each call, %.0fµs to %.0fµs%s\n", what, added*100, without.cpu(), with.cpu(), atMost(added, most))
		}
	}
	more("signature", w0, by["basic"], mostSignature)
	more("dedupe", by["dedupe"], w0, mostDedupe)
	if half := by["half"]; half != nil {
		kept := half.accepted() / w0.accepted()
		fmt.Fprintf(w, "%-10s %8.2f     of the good calls/s that come alone, %.0f/s of %.0f/s%s\n", "half", kept, half.accepted(), w0.accepted(), verdict(kept, leastGood))
	}
	fmt.Fprintln(w)
}

// cpu is the server's processor time for each accepted call, in microseconds.
func (o *outcome) cpu() float64 { return float64(o.usage.CPU.Microseconds()) / float64(o.load.OK()) }
