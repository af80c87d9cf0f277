// Package waiters knows who waits for which execution, and tells each of them once: when the answer of a
// Response node is committed, or the execution has ended.
//
//	owner of an execution ──► Tell ──► Events ──┬──► waiter: result channel ──► caller
//	   (this process)                          └──► waiters of other processes
//
// # Who owns what
//
// A waiter has a lock of its own and is finished once: by an event, by what the table says, by its caller who
// leaves, or by Close. Its channel has room for the one value, so nobody blocks on a slow caller. Waiters keeps
// the list of unfinished ones.
//
// # Order
//
// An execution may end between the caller's question and the wait. So Await subscribes first and reads the
// table afterwards: what was committed before the read is in the table, and what is committed later is
// published. An event that comes before the table was read is kept until then, because it may be the end of an
// earlier round: the execution may have been retried since. Events of earlier rounds are ignored.
//
// Expect is for an execution that this process is about to run. Nothing can have happened yet, so the table is
// not read.
//
// # Several processes
//
// A wait needs the id of an execution and nothing else; events are plain data. Events is the interface that
// carries them. Local serves one process. An implementation for several machines must also deliver what other
// processes publish; it may deliver an event late or twice.
//
// # What a crash leaves
//
// Nothing: waits are in memory. Callers lose their connection; the executions go on.
//
// What it does not do: it runs nothing and writes nothing.
package waiters
