// Program crash kills the server with SIGKILL, over and over, under load, and proves at the end that
// nothing was lost and nothing was done twice.
//
// Each run of the server is killed in one of six ways: by itself (program killer, a server whose store has
// failpoints) before a statement, before a COMMIT, after a COMMIT and before the callers are answered,
// before a write to a file, or before a sync; or from outside at a random moment (the real binary). All
// runs share one data directory. Every call carries an id of its own. Most are sent once; those of the
// workflows with a dedupe key are sent several times at once, and again some runs later. Some carry a file
// or a large body. At the end the real binary starts once more, finishes what is left, and is asked for
// all records and executions:
//
//   - an acknowledged call has exactly one record, and its execution succeeded
//   - any other call has at most one record
//   - there are as many succeeded executions as records, and no others
//   - all acknowledgements of one key name the same execution, and have its answer
//   - every file and body that a delivery names is there and has its hash, and after a sweep no other
//   - a call that does every operation on records has made of them exactly what it must, and a call that
//     raises all tallies, in several writes, has raised each once
package main
