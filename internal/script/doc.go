// Package script runs a workflow's JavaScript where it can do no harm.
//
// A script runs in QuickJS, in a child process of this same binary (started with the argument
// script-worker), on a VM that is as fresh as at birth (package vm). The engine cannot be stopped
// from inside the process while it is in one of its own long loops (joining an array of 2e9 holes,
// sorting a huge typed array), so a process is what can be taken away from it:
//
//	Pool.Do ──frame──▶ worker: parse, run, drain promises ──frame──▶ Outcome
//	   │                  ▲ 1. the engine asks its interrupt handler, which knows the deadline
//	   └── kill ──────────┘ 2. KillGrace later the process is killed; the next run starts another
//
// Walls, from the inside out: the VM has no host objects (strings and bytes cross, nothing else);
// a memory limit and an interrupt; a process with an empty environment, its own process group, "/"
// as directory, no core dump, no file it could grow, few descriptors, bounded memory; on Linux a
// filter that refuses every system call by which files, processes or the network could be reached;
// the kill.
//
// A worker that died is replaced by the next run that needs it. A run whose worker dies fails as
// Killed and is not repeated here: whether to try again is the workflow's decision.
//
// The package does not know nodes, executions or secrets; it does not journal and does not retry.
package script
