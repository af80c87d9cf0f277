// Package ingress is the front door: it takes a call, proves that it may enter, records it, and
// answers. It runs no workflow: an accepted call is one write (store.Door), and the engine does the
// rest at its own pace.
//
// A call passes the gates of one column (column.go), in this order:
//
//	match      the path names a route                         404, or 400 for a path that is not canonical
//	admit      the server takes calls, the method is allowed  503, 405; OPTIONS is answered here
//	identify   Basic and token are proven                     401
//	capture    the body is read once, under the cap           413, 408, 400
//	decode     content type to values                         415, 400, 413
//	accept     the one write                                  503
//	reply      async: the trigger's response, once the write is on disk. sync: what the execution says
//
// The first gate that says no ends the call. Its answer is a problem document (RFC 9457) whose type
// is "urn:hookline:problem:" and one of the names in problem.go, and whose instance is the delivery's
// id. What the operator may know beyond that stands in the delivery's Reason, which is never sent.
// A refused call is recorded after its reply, through the bounded lane of store.Door.Note.
//
// # Sync is async with a spectator
//
//	Seat ──► Accept ──► Sit ──► wait ──┬── the execution spoke ──► its reply
//	  │                                ├── out of time ──────────► timeoutStatus, or 202 and Location
//	  └── none in time: 503,           ├── the caller left ──────► no answer
//	      nothing is accepted          └── shutdown ─────────────► 503
//
// Only the waiting ends there, never the work.
//
// # Paths
//
// A path is canonicalised once, from its escaped form, before anything is compared (path.go). A key
// answers at /api/webhooks/<key> and /api/webhook:trigger/<key>; a trigger's path answers below
// /api/webhooks. Keys go before paths; in a path, fixed segments go before {name} segments, looked at
// from left to right, and where the rest does not fit the next possibility is tried. The most
// specific path is found first and the method is looked at afterwards: GET on a path that only POSTs
// is a 405, even when a {name} path would take it.
//
// # What is kept of a call
//
// Values that the gates check (the Authorization header, the token's header or query parameter) are
// taken out before anything is recorded, also when they were wrong. Of a call that no route took,
// nobody knows where its secrets stand: only a few headers and the names of its query are kept.
package ingress
