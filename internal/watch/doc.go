// Package watch is the live view: it sends the events of ingress and engine to whoever looks (the terminal, the event
// streams of the API), and counts them.
//
//	ingress ── Delivered ─┐             ┌─ Subscription ── Terminal (one line per delivery)
//	                      ├──► Hub ─────┼─ Subscription ── Follow (/api/tail)
//	engine ─── Ended ─────┤  (recent    ├─ Watch (one execution: "something was committed", the watcher reads the store)
//	engine ─── Committed ─┘   events)   └─ Listen (the next call that matches)
//
// # Recent events
//
// The hub keeps the newest Recent events in a ring, numbered without gaps. A subscription is a place in the ring: it costs
// no memory of its own, and one that is slow finds out how many events it has missed. Follow gives each event an id,
// which is the epoch of the hub and the number. Who comes back with an id goes on behind it; if that event is not in the
// ring any more, or the epoch is another one because the process is, it is told that there is a gap. So between two
// events that a follower gets, either nothing is missing that it asked for, or it was told.
//
// Events are kept while somebody subscribes, and afterwards until Recent events have passed: then nobody could go on.
// While none are kept, an event costs two reads of atomics and no allocation. Event keeps no memory of a request.
//
// # What runs
//
// Delivered, Ended and Committed run in the goroutines of those who report, and never block. They take Hub.mu only while
// events are kept, watchers.mu only while somebody watches, and listeners.mu only while somebody listens. Signals have room
// for one, so several reports between two reads are one. A Terminal has one goroutine from Start to Stop; Follow, Watch
// and Listen run in their callers' goroutines and end with their contexts, or when the hub closes.
//
// Watch does not carry steps: it only says that it is worth reading the store again, at most every 100 ms, and now and
// then without a reason, because another process may run the execution. So the store is the only source of what is shown,
// an execution costs nothing that nobody watches, and a slow reader reads less often.
//
// # What a crash leaves
//
// Nothing is stored: after a restart the counts start at zero, and whoever comes back is told of a gap. The store has the
// history.
package watch
