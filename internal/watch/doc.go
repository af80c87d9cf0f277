// Package watch is the live view: it fans what happens at the front door and in the engine out to
// whoever looks on (the terminal, `hookline tail`), and counts it.
//
//	ingress ── Delivered ─┐             ┌─ Subscription ── Terminal (one line per delivery)
//	                      ├──► Hub ─────┤
//	engine ─── Ended ─────┘             └─ Subscription ── Follow (the API's event stream)
//
// It never blocks who reports: a subscription that is full drops the event and counts the drop. It
// keeps no history; that is the store's.
package watch
