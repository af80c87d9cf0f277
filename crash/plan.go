package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// place is a way for a life to end.
type place string

// The places. All but outside are those of program killer.
const (
	beforeStatement place = "statement" // BEGIN included
	beforeCommit    place = "commit"
	beforeAnswer    place = "answer" // after COMMIT, before the callers are answered
	beforeWrite     place = "write"  // of the log or the database file
	beforeSync      place = "sync"   // while the next transaction is being made
	outside         place = "outside"
)

// places lists them in the order in which lives take turns, so that each gets the same share.
func places() []place {
	return []place{beforeStatement, beforeCommit, beforeAnswer, beforeWrite, beforeSync, outside}
}

// death is when and where one life ends.
type death struct {
	at    place
	count int           // of points of that place
	after time.Duration // outside: from the moment the server is ready
}

// The ranges from which deaths are drawn. A start takes a few dozen statements and a handful of
// commits, so early deaths hit starts and recoveries, late ones hit the load.
const (
	earlyStatements, lateStatements = 60, 6000
	earlyCommits, lateCommits       = 6, 150
	earlyOutside, lateOutside       = 20 * time.Millisecond, 600 * time.Millisecond
)

// draw chooses the death of the i-th life. One of eight lives dies early. Two early deaths never
// follow each other, because an execution that is found unfinished three times in a row is
// quarantined as the possible cause (store.CrashLoop), and this suite is about the innocent.
func draw(rnd *rand.Rand, i int) death {
	all := places()
	d := death{at: all[(i+i/len(all))%len(all)]} // each place is early in its turn
	early := i%2 == 1 && rnd.IntN(4) == 0
	between := func(low, high int) int {
		if early {
			return 1 + rnd.IntN(low)
		}
		return low + 1 + rnd.IntN(high-low)
	}
	switch d.at {
	case beforeStatement:
		d.count = between(earlyStatements, lateStatements)
	case beforeCommit, beforeAnswer, beforeWrite, beforeSync:
		d.count = between(earlyCommits, lateCommits)
	case outside:
		d.after = time.Duration(between(int(earlyOutside), int(lateOutside)))
	}
	return d
}

// env is what tells program killer.
func (d death) env() string { return fmt.Sprintf("KILL_AT=%s:%d", d.at, d.count) }
