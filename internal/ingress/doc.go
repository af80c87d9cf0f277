// Package ingress is the front door: it takes a call, proves that it may enter, records it, and
// answers. It runs no workflow: an accepted call is one write (store.Door), and the engine does the
// rest at its own pace.
//
// A call passes the gates of one column (column.go), in this order:
//
//	match      the path names a route                              404, or 400 for a path that is not canonical
//	admit      the server takes calls, the method, address, rate   503, 405, 403, 429; OPTIONS is answered here
//	identify   Basic and token are proven, nobody is locked out    401, 429; HEAD is answered here
//	capture    the body is read once, under the cap                413, 408, 400, 503
//	verify     signatures, over the raw bytes                      401
//	handshake  the provider only asks whether it is heard          as it demands
//	decode     content type to values, files to the blob store     415, 400, 413, 503
//	validate   the data fits trigger.schema                        422 with JSON pointers
//	filter     trigger.filter says yes                             the answer to an accepted call; nothing runs
//	dedupe     the key by which a repeat is known                  400 without one that is required
//	accept     the one write                                       503; 422 for a key used with another body
//	reply      async: the trigger's response, once the write is on disk. sync: what the execution says
//
// The first gate that says no ends the call. Its answer is a problem document (RFC 9457) whose type
// is "urn:hookline:problem:" and one of the names in problem.go, and whose instance is the delivery's
// id. What the operator may know beyond that stands in the delivery's Reason, which is never sent.
// A refused call is recorded after its reply, through the bounded lane of store.Door.Note. So is a call
// that is answered and runs nothing (hook.Handshake): a preflight, a HEAD, a provider's question.
//
// # Who calls
//
// The caller's address is the socket's, unless that is a trusted proxy (address.go). All gates of auth
// must pass, and one of the alternatives under any. Each gate that is asked leaves its verdict on the
// delivery. What needs no body is asked before the body is read; when nothing can pass any more the
// call is refused there, otherwise verify decides with what was left open (proof.go). Whoever tries
// too many wrong secrets is not heard for a while, one workflow at a time (lockout.go).
//
// # Sync is async with a caller who waits
//
//	SubmitAndWait: slot ──► write ──► wait ──┬── the execution has answered or ended ──► its reply
//	                │                        ├── out of time ──► timeoutStatus, or 202 and Location
//	                └── none in time: 503,   ├── the caller left ──► no answer
//	                    nothing is written   └── shutdown ──► 503
//
// Only the waiting ends there, never the work.
//
// # Repeats
//
// The key that a call has is claimed by the write that accepts it and by nothing else, so a refused call,
// a filtered one or a handshake never keeps a later one out. When the key belongs to an earlier execution,
// only the delivery is written, and the first execution decides (repeat.go, SPEC section 6):
//
//	queued, running, waiting ──► async: the answer to an accepted call. sync: waits with it (Await)
//	failed, aborted ───────────► the write has put it back into the queue; then as above
//	succeeded ─────────────────► its answer, with Idempotent-Replayed: true
//	canceled ──────────────────► the trigger's response; nothing runs
//
// # Large bodies and files
//
// A body over SpoolOver goes to the blob store while it comes, so that callers who are slow hold no
// memory. When it has come it is read back, within Options.BodyMemory for all calls together. It is kept
// (synced, and pinned until the row that names it is written) only when the call is about to be accepted;
// whatever a gate refuses leaves nothing. Such a call is submitted as heavy: the engine does not keep it in
// memory until its execution begins, but reads it from the table. Files of multipart bodies are kept
// in the same way, under their hash; nothing that a caller says becomes a path.
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
// Values that the gates check (the Authorization header, the token's header or query parameter, under
// any as well, and those of presets that send the secret itself) are taken out before anything is
// recorded, also when they were wrong. Signatures stay, so that a verdict can be explained later
// (explain.go). Of a call that no route took, nobody knows where its secrets stand: only a few headers
// and the names of its query are kept.
package ingress
