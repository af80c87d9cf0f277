// Package dryrun tries workflows without an effect: a whole workflow on a call, one node with given variables, one
// template on a sample.
//
// # A run without effects
//
// Nothing here imitates the engine. A run is a run.Run, as every execution is, and its call passes the gates of
// ingress. What they work with is replaced:
//
//	ingress.Try ──► session ──► run.Runner     the gates, the engine: the code that serves real calls
//	                   │            │
//	                   │            ├─ Journal   in memory; operations on records are rehearsed (store.Rehearser)
//	                   │            ├─ Clock     skips to the end of each wait
//	                   │            └─ Programs  the document under test, compiled with the kinds below
//	                   └─ kinds     those of the server, with other dependencies:
//	                        records   read through the rehearsal of all operations so far
//	                        requests  a transport that answers by itself and notes what was sent
//	                        channels  doubles that note the message
//	                        files     in memory, before those that are stored
//
// Scripts run for real, as they have no effect.
//
// # What runs
//
// The caller's goroutine drives the run, with at most maxTasks parallel tasks. A run has a slot, of which each workflow
// gets its share (package fairshare). When the caller's context ends, or its time, the run stops at its next step and
// its attempts are interrupted.
//
// Rehearsals occupy the writer of the store, so all runs together rehearse at most half of the time (paced): one rehearsal
// at a time, and a pause as long as it took. A run that waits for its turn gives up when its context ends.
//
// # What it leaves
//
// Nothing: neither rows nor files nor ids that anybody can see. What a crash ends is gone.
//
// The package does not run anything in earnest, and does not know where a document or a sample comes from.
package dryrun
