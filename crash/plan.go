package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// killPoint is the moment at which a run of the server is killed.
type killPoint string

// The kill points. Program killer implements all except the last two.
const (
	beforeStatement killPoint = "statement" // including BEGIN
	beforeCommit    killPoint = "commit"
	beforeAnswer    killPoint = "answer"  // after COMMIT, before the callers are answered
	beforeWrite     killPoint = "write"   // to the log or the database file
	beforeSync      killPoint = "sync"    // while the next transaction is being prepared
	duringRequest   killPoint = "request" // after a peer got a request: before its response, or right after
	outside         killPoint = "outside"
)

// killPoints lists the kill points in the order in which runs use them, so that each gets the same share.
func killPoints() []killPoint {
	return []killPoint{beforeStatement, beforeCommit, beforeAnswer, beforeWrite, beforeSync, duringRequest, outside}
}

// kill says where and when one run is killed.
type kill struct {
	at    killPoint
	count int           // how often the kill point must be reached
	after time.Duration // for outside: time since the server was ready
}

// The ranges from which kills are drawn. A start takes a few dozen statements and a handful of commits, so
// early kills hit starts and recoveries, and late ones hit the load.
const (
	earlyStatements, lateStatements = 60, 6000
	earlyCommits, lateCommits       = 6, 150
	earlyRequests, lateRequests     = 2, 60
	earlyOutside, lateOutside       = 20 * time.Millisecond, 600 * time.Millisecond
)

// drawKill chooses the kill of the i-th run. One run in eight is killed early. Two early kills never follow
// each other: an execution that is found unfinished three times in a row is quarantined as the possible cause
// of a crash (store.CrashLoop), and the executions of this suite cause no crash.
func drawKill(rnd *rand.Rand, i int) kill {
	all := killPoints()
	d := kill{at: all[(i+i/len(all))%len(all)]} // every kill point gets its turn to be early
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
	case duringRequest:
		d.count = between(earlyRequests, lateRequests)
	case outside:
		d.after = time.Duration(between(int(earlyOutside), int(lateOutside)))
	}
	return d
}

// env returns the environment variable for program killer.
func (d kill) env() string { return fmt.Sprintf("KILL_AT=%s:%d", d.at, d.count) }
