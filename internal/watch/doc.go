// Package watch is the live view: it sends the events of ingress and engine to every subscriber (the terminal,
// `hookline tail`), and counts them.
//
//	ingress ── Delivered ─┐             ┌─ Subscription ── Terminal (one line per delivery)
//	                      ├──► Hub ─────┤
//	engine ─── Ended ─────┘             └─ Subscription ── Follow (the API's event stream)
//
// Reporting never blocks: a subscription whose buffer is full drops the event and counts the drop. The list of
// subscriptions is replaced, never modified, so reporting takes no lock; a mutex serialises the replacements. A
// Terminal has one goroutine from Start to Stop; Follow runs in its caller's goroutine. Nothing is stored:
// after a restart the counts start at zero. The store has the history.
package watch
