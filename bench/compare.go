package main

import (
	"fmt"
	"io"
)

// The bounds of what gates may cost.
const (
	mostSignature = 0.15 // of a call's processor time over Basic auth
	mostDedupe    = 0.20 // of a call's processor time over one without a key
	leastGood     = 0.5  // of the good calls for each second, when as many bad ones come
)

// compare says what gates cost, from scenarios that differ in nothing else.
func compare(w io.Writer, outcomes []rounded) {
	by := make(map[string]rounded, len(outcomes))
	for _, r := range outcomes {
		by[r[0].scenario.name] = r
	}
	w0 := by["w0"]
	if w0 == nil {
		return
	}
	more := func(what string, with, without rounded, most float64) {
		if with == nil || without == nil {
			return
		}
		middle, all := with.against(without, (*outcome).cpu)
		added := middle - 1
		fmt.Fprintf(w, "%-10s %+8.1f%%    of the server's CPU for each call; in all rounds %s times%s\n", what, added*100, all, atMost(added, most))
	}
	more("signature", w0, by["basic"], mostSignature)
	more("dedupe", by["dedupe"], w0, mostDedupe)
	if half := by["half"]; half != nil {
		middle, all := half.against(w0, (*outcome).accepted)
		fmt.Fprintf(w, "%-10s %8.2f     of the good calls/s that come alone; in all rounds %s%s\n", "half", middle, all, verdict(middle, leastGood))
	}
	fmt.Fprintln(w)
}
