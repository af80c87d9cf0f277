package dryrun

import "time"

// The limits of one run. They are lower than those of an execution, because the person who tests waits for the result,
// and gets all of it in one answer.
const (
	MaxTime = time.Minute

	maxSteps     = 10_000
	maxBytes     = 16 << 20 // of the journal
	maxWaits     = 1000     // that are skipped; after each the run begins anew from its journal
	maxOps       = 200      // operations on records; each repeats those before it
	maxOpBytes   = 16 << 20
	maxFileBytes = 32 << 20
	maxEffects   = 1000    // requests and messages that are shown
	maxShown     = 1 << 20 // bytes of their bodies that are shown together
	maxShownOne  = 64 << 10
	maxTasks     = 16
)

// The limits of all runs together.
const (
	slots = 4   // runs at once
	share = 0.5 // of the slots, for one workflow
)
