package main

import (
	"fmt"
	"io"
)

// The bounds of what gates may cost.
const (
	maxSignature = 0.15 // of a call's processor time over Basic auth
	maxDedupe    = 0.20 // of a call's processor time over one without a key
	minGood      = 0.5  // of the good calls for each second, when as many bad ones come
)

// compare says what gates cost, from scenarios that differ in nothing else.
func compare(w io.Writer, outcomes []results) {
	by := make(map[string]results, len(outcomes))
	for _, r := range outcomes {
		by[r[0].scenario.name] = r
	}
	w0 := by["w0"]
	if w0 == nil {
		return
	}
	more := func(what string, with, without results, most float64) {
		if with == nil || without == nil {
			return
		}
		middle, all := with.ratioTo(without, (*outcome).cpu)
		added := middle - 1
		fmt.Fprintf(w, "%-10s %+8.1f%%    of the server's CPU for each call; in all rounds %s times%s\n", what, added*100, all, atMost(added, most))
	}
	more("signature", w0, by["basic"], maxSignature)
	more("dedupe", by["dedupe"], w0, maxDedupe)
	if half := by["half"]; half != nil {
		middle, all := half.ratioTo(w0, (*outcome).accepted)
		fmt.Fprintf(w, "%-10s %8.2f     of the good calls/s that come alone; in all rounds %s%s\n", "half", middle, all, verdict(middle, minGood))
	}
	fmt.Fprintln(w)
}
