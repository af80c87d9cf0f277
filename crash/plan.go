package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// killPoint is where a run of the server is killed.
type killPoint string

// The kill points. All but outside are those of program killer.
const (
	beforeStatement killPoint = "statement" // BEGIN included
	beforeCommit    killPoint = "commit"
	beforeAnswer    killPoint = "answer" // after COMMIT, before the callers are answered
	beforeWrite     killPoint = "write"  // of the log or the database file
	beforeSync      killPoint = "sync"   // while the next transaction is being made
	outside         killPoint = "outside"
)

// killPoints lists them in the order in which runs take turns, so that each gets the same share.
func killPoints() []killPoint {
	return []killPoint{beforeStatement, beforeCommit, beforeAnswer, beforeWrite, beforeSync, outside}
}

// kill is where and when one run is killed.
type kill struct {
	at    killPoint
	count int           // of times that the kill point is reached
	after time.Duration // outside: from the moment the server is ready
}

// The ranges from which kills are drawn. A start takes a few dozen statements and a handful of commits,
// so early kills hit starts and recoveries, late ones hit the load.
const (
	earlyStatements, lateStatements = 60, 6000
	earlyCommits, lateCommits       = 6, 150
	earlyOutside, lateOutside       = 20 * time.Millisecond, 600 * time.Millisecond
)

// drawKill chooses the kill of the i-th run. One of eight runs is killed early. Two early kills never
// follow each other: an execution that is found unfinished three times in a row is quarantined as the
// possible cause (store.CrashLoop), and the executions of this suite cause no crash.
func drawKill(rnd *rand.Rand, i int) kill {
	all := killPoints()
	d := kill{at: all[(i+i/len(all))%len(all)]} // each kill point is early in its turn
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
func (d kill) env() string { return fmt.Sprintf("KILL_AT=%s:%d", d.at, d.count) }
