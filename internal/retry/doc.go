// Package retry plans retries of ended executions and carries them out. A plan says, before anything happens, what the
// execution has already sent and written, what will run again, and on which revision; or why the retry is not possible.
//
//	Plan ── reads the execution ──► advance.Rewind, advance.Difference ──► Plan
//	Retry ── Plan ──► store.Retry with the rows that the plan saw ──► the engine
//
// The write refuses a plan that is out of date, so what was shown is what happens.
//
// It does not run anything, and does not look into results further than to name targets and outcomes.
package retry
