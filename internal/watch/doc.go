// Package watch is the live view: it sends the events of ingress and engine to every subscriber (the
// terminal, `hookline tail`), and counts them.
//
//	ingress ── Delivered ─┐             ┌─ Subscription ── Terminal (one line per delivery)
//	                      ├──► Hub ─────┤
//	engine ─── Ended ─────┘             └─ Subscription ── Follow (the API's event stream)
//
// Reporting never blocks: a subscription whose buffer is full drops the event and counts the drop. The
// list of subscriptions is replaced, never changed, so a report takes no lock; a mutex orders the changes.
// A Terminal has one goroutine from Start to Stop; Follow runs in its caller's. Nothing is stored: after a
// crash the counts start at zero, and the history is the store's.
package watch
