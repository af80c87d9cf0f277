// Package script runs a workflow's JavaScript in child processes, where it can do no harm.
//
// A script runs in QuickJS, on a heap that is as good as new for each run (package vm). The engine cannot be
// stopped from inside the process while it is in one of its own long loops, such as joining an array of 2e9
// holes. So it runs in a child process of this same binary, started with the argument script-worker, which
// can be killed.
//
// # What runs
//
//	server process                                 worker process
//	Pool.Do ── take ──▶ child ──── run frame ────▶ reader goroutine ──▶ main goroutine: VM.Run
//	   ◀──── Outcome ──── child ◀── log, done ──── main goroutine, log timer
//
// In the server, each call of Pool.Do runs in its caller's goroutine, which writes the run, reads frames until
// the run is done, and returns. Besides it there is one goroutine for each process, which waits for its end
// and reaps it, and two timers for each run: the deadline with KillGrace, and cancelGrace once the caller
// has given up.
//
// In the worker, the main goroutine runs scripts, one at a time. The reader goroutine takes frames from the
// pool, so a cancel arrives while a script runs. Timers set the stop flag at the deadline and send log lines.
//
// # Who owns what
//
// The pool owns the list of idle workers and the slots that bound how many runs are in progress; its mutex
// guards the list. A child belongs to one Do at a time, between take and put or drop. What may come from
// other goroutines (the kill by a timer, the cancel) goes through the child's mutex and names the run it means, so it
// cannot hit the next one. The VM belongs to the worker's main goroutine; only the stop flag is shared.
//
// # How a run ends
//
//  1. The script returns or throws. The worker answers first and restores the heap afterwards; it is idle again.
//  2. The deadline passes. The engine asks its interrupt handler, sees the stop flag, and the worker answers.
//  3. KillGrace later it has not answered: it is inside a loop of the engine. The pool kills it.
//  4. The caller gives up. The pool sends a cancel, and kills the worker when it does not answer within cancelGrace.
//
// # What a crash leaves
//
// A worker that dies, by a kill, a limit or a defect, takes nothing with it but its own run. That run fails
// with the kind Killed, or Memory where the first lines on its standard error say so, and is not repeated here:
// whether to try again is the workflow's decision. The next run that needs a worker starts one.
//
// When the server dies, the pipes close. An idle worker ends on that, and one with a run in progress ends the whole
// process at once. Close kills every worker and returns when all of them are reaped.
//
// # Walls
//
// From the inside out: the VM has no host objects (strings and bytes cross, nothing else); a memory limit and an
// interrupt; a process with an empty environment, its own process group, "/" as directory, no core dump, no file
// it could grow, few descriptors and bounded memory; on Linux a filter that refuses every system call by which files,
// processes or the network could be reached; the kill.
//
// The package does not know nodes, executions or secrets. It keeps no journal and does not retry.
package script
