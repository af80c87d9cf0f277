// Package script runs a workflow's JavaScript in child processes, where it can do no harm.
//
// A script runs in QuickJS, on a heap that is restored before each run (package vm). The engine cannot be
// stopped from within the process while it is in one of its own long loops, such as joining an array of 2e9
// holes. Scripts therefore run in a child process, which can be killed. The child is this same binary, started
// with the argument script-worker.
//
// # What runs
//
//	server process                                 worker process
//	Pool.Do ── take ──▶ child ──── run frame ────▶ reader goroutine ──▶ main goroutine: VM.Run
//	   ◀──── Outcome ──── child ◀── log, done ──── main goroutine, log timer
//
// In the server, each call of Pool.Do runs in its caller's goroutine, which writes the run, reads frames until
// the run is done, and returns. In addition there is one goroutine for each process, which waits for it and
// reaps it, and two timers for each run: the deadline plus KillGrace, and cancelGrace once the caller has given
// up.
//
// In the worker, the main goroutine runs scripts, one at a time. The reader goroutine reads frames from the
// pool, so a cancel can arrive while a script runs. Timers set the stop flag at the deadline and send log
// lines.
//
// # Who owns what
//
// The pool owns the list of idle workers and the slots that limit how many runs are in progress; its mutex
// guards the list. The slots are dealt fairly to workflows (package fairshare): those of one workflow may take a share
// of them, and the rest is kept for the next workflow, as a run may take seconds and cannot be interrupted. A child belongs to one Do at a time, between take and put or drop. Operations from other
// goroutines (a kill by a timer, a cancel) go through the child's mutex and name the run they mean, so they
// cannot hit the next run. The VM belongs to the worker's main goroutine; only the stop flag is shared.
//
// # How a run ends
//
//  1. The script returns or throws. The worker answers first and restores the heap afterwards; then it is
//     idle again.
//  2. The deadline passes. The engine calls its interrupt handler, which sees the stop flag, and the worker
//     answers.
//  3. KillGrace later it has not answered: it is inside a loop of the engine. The pool kills it.
//  4. The caller gives up. The pool sends a cancel, and kills the worker if it does not answer within
//     cancelGrace.
//
// # What a crash leaves
//
// If a worker dies, by a kill, a limit or a defect, only its current run is lost. That run fails with the kind
// Killed, or Memory if the first lines on standard error say so. This package does not repeat it: the workflow
// decides whether to retry. The next run that needs a worker starts one.
//
// If the server dies, the pipes close. An idle worker then ends, and a worker with a run in progress ends its
// whole process at once. Close kills every worker and returns when all of them have been reaped.
//
// # Walls
//
// From the inside out: the VM has no host objects, so only strings and bytes cross; a memory limit and an
// interrupt; a process with an empty environment, its own process group, "/" as directory, no core dump, no
// file it could grow, few descriptors and limited memory; on Linux, a filter that refuses every system call
// that could reach files, processes or the network; the kill.
//
// The package does not know nodes, executions or secrets. It keeps no journal and does not retry.
package script
