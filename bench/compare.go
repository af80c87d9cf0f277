package main

import (
	"fmt"
	"io"
)

// The limits for the cost of gates.
const (
	maxSignature = 0.15 // additional CPU time per call, relative to Basic auth
	maxDedupe    = 0.20 // additional CPU time per call, relative to a call without a key
	minGood      = 0.5  // share of the rate of good calls that remains when as many bad ones arrive
)

// compare prints the cost of gates. It compares scenarios that differ only in the gate.
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
