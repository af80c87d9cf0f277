// Program crash kills the server with SIGKILL, over and over, under load. At the end it proves that nothing was
// lost and nothing was done twice.
//
// Each run of the server is killed in one of seven ways. Five are by the server itself (program killer, a server
// whose store has failpoints): before a statement, before a COMMIT, after a COMMIT but before the callers are
// answered, before a write to a file, or before a sync. The sixth is by the other side of a
// request, before its response or right after, and the seventh from outside at a random moment (both the real binary). All runs share one data directory. Every call has its own id. Most calls are sent once; those to
// workflows with a dedupe key are sent several times at once, and again some runs later. Some calls have a file
// or a large body. At the end the real binary starts once more and finishes what is left. Then the program
// reads all records and executions and checks:
//
//   - an acknowledged call has exactly one record, and its execution succeeded
//   - any other call has at most one record
//   - there are as many successful executions as records, and no other executions
//   - all acknowledgements of one key name the same execution, and have its answer
//   - the statistics equal a count of all deliveries and executions
//   - every file and body that a delivery names exists and has its hash, and after a sweep there are no others
//   - a call that does every operation on records has left exactly the expected records, and a call that raises
//     all tallies, in several writes, has raised each exactly once
//   - a backup that was made under load, and restored, passes these checks for what was acknowledged before it
//   - a call that sends requests has sent each of them at least once, and all requests under one Idempotency-Key are the
//     same, byte for byte; the inputs have random ids, so an input that is rendered again is seen
package main
