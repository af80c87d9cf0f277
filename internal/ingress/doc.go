// Package ingress is the front door: it takes a call, authenticates its sender, records it, and answers. It does not
// run workflows: an accepted call is one write, and the engine does the rest at its own pace.
//
// A call passes the gates of one column (column.go), in this order:
//
//	match      find the route of the path                          404; 400 for a path that is not canonical
//	admit      draining, address, method                           503, 403, 405, 429; OPTIONS is answered here
//	identify   lock-out, Basic, token, rate                        429, 401; HEAD is answered here
//	capture    read the body once, up to its limit                 413, 408, 400, 503
//	verify     check signatures over the raw bytes, then the rate  401, 429
//	open       decrypt the body, where the preset does             400, 413
//	handshake  answer a provider that tests the address            what the provider demands
//	decode     content type to values, files to the blob store     415, 400, 413, 503
//	validate   compare the data with trigger.schema                422 with JSON pointers
//	filter     evaluate trigger.filter; an error counts as no      the answer to an accepted call; nothing runs
//	dedupe     compute the key that identifies a repeat            400 when a required key is missing
//	accept     the one write                                       503; 422 for a key used for another request
//	reply      async: the trigger's response, once the write is on disk. sync: what the execution says
//
// The first gate that returns an outcome ends the call. Most outcomes are rejections: their answer is a problem
// document (RFC 9457) whose type is "urn:hookline:problem:" followed by a name in problem.go, and whose instance is
// the delivery's id. Some answer a call that runs nothing: a preflight, a HEAD, a handshake (hook.Handshake), a
// filtered call. Details that only the operator may see are in the delivery's Reason, which is never sent. A call that
// ends in this way is recorded after its reply, through the bounded queue of store.Door.SaveDelivery.
//
// # What is concurrent
//
// A call runs on one goroutine, that of net/http, from the first gate to its last byte. The type call belongs to that
// goroutine and is never shared. The package starts no goroutine. Calls share:
//
//	the table of routes     immutable, behind an atomic pointer. SetRoutes replaces it; a call keeps the route that
//	                        it matched
//	limiters, lockout       package throttle, safe for concurrent use. A route that is published again keeps its
//	                        limiter if its limit has not changed
//	buckets                 counters per minute that limit what is recorded of rejected calls, atomic
//	memory                  a semaphore over the bytes of all large bodies
//	draining, hungUp        set once at shutdown: Drain rejects new calls, HangUp ends the wait of sync callers
//
// A call waits in five places: for its body (BodyTimeout), for memory for a large body (the rest of BodyTimeout), for a
// running slot (sync; its timeout), for the write (as long as the disk needs), and for its execution (sync; its
// timeout). All of these waits except the write also end with the request's context. In HTTP/2 that is when the stream
// is reset or the connection is lost. In HTTP/1 it does not end (package app, halfclose.go): a caller who has closed its
// sending side may still read, so the wait lasts until its time limit. Once the write has begun, its result counts even
// if the caller is gone.
//
// # Authentication
//
// The caller's address is the socket's, unless that is a trusted proxy (address.go). All gates of auth must pass, and
// one of the alternatives under any. Each gate that is evaluated leaves its verdict on the delivery. Gates that need no
// body come before the body is read; if no alternative can pass any more, the call is rejected there. Otherwise verify
// decides, with the signatures. An address that tries too many wrong secrets on a workflow is locked out of that
// workflow for a while (lockout.go).
//
// # Sync is async with a caller who waits
//
//	SubmitAndWait: slot ──► write ──► wait ──┬── the execution has answered or ended ──► its reply
//	                │                        ├── out of time ──► timeoutStatus, or 202 and Location
//	                └── none in time: 503,   ├── the stream was reset ──► no answer
//	                    nothing is written   └── shutdown ──► 503
//
// Only the wait ends there; the execution continues.
//
// # Repeats
//
// Only the write that accepts a call claims its key, so a rejected call, a filtered one or a handshake never keeps a
// later one out. If the key belongs to an earlier execution, only the delivery is written, and the first
// execution determines the answer (repeat.go, SPEC section 6):
//
//	queued, running, waiting ──► async: the answer to an accepted call. sync: waits with it (Await)
//	failed, aborted ───────────► the write has put it back into the queue; then as above
//	succeeded ─────────────────► its answer, with Idempotent-Replayed: true
//	canceled ──────────────────► the trigger's response; nothing runs
//
// # Memory of bodies
//
// A body is read into a buffer that grows as it arrives, so announcing a large body costs nothing. A body of at most
// SpoolOver bytes stays in memory and goes into the delivery's row. A larger one goes to the blob store while it
// arrives, so a slow caller uses no memory.
//
// Options.BodyMemory bounds all bodies, in two parts. A quarter is for bodies that are arriving: a buffer takes from it
// what it grows over 16 KiB, without waiting; if nothing is left, the body is spooled although it is not large.
// The rest is for large bodies that have arrived: the call reserves the size of its body, waits if it must, reads the
// body back for the gates, and returns the memory when it ends. So callers who hold back a part of their bodies
// make no other call wait. A call waits for memory only once, so two calls can never wait for each other. A compressed
// body reserves what it may unpack to, and returns the rest once that is known.
//
// A large body is submitted as heavy: the engine does not keep it in memory until the execution begins, but reads it
// from the table. Files of multipart bodies are stored in the same way, under their hash; nothing that a caller says
// becomes a path.
//
// # What a crash leaves
//
//	before accept            temporary files of spooled bodies and files, which the janitor removes; nothing else
//	in accept                blobs that no row names; the janitor removes them too. They are synced before the row is
//	                         written, and pinned until then, so a row never names a blob that is missing
//	after the write          the delivery and its execution. The caller may have got no answer and may call again: with a
//	                         dedupe key that is a repeat, without one it is a second call
//	after the reply          everything except what is written later: the record of a rejected call, and the answer of
//	                         a sync call on its delivery. Both are lost if they are still queued
//
// Rates and lock-outs are kept in memory only, and start afresh.
//
// # Paths
//
// A path is made canonical once, from its escaped form, before anything is compared (path.go). A key answers at
// /api/webhooks/<key> and /api/webhook:trigger/<key>; a trigger's path answers below /api/webhooks. Keys go before
// paths. In a path, fixed segments go before {name} segments, from left to right, and where the rest does not fit the
// next possibility is tried. The most specific path is found first and the method is compared afterwards: GET on
// a path that only accepts POST is a 405, even when a {name} path would accept it.
//
// # What is kept of a call
//
// Values that the gates check (the Authorization header, the token's header or query parameter, those under any as
// well, and those of presets that send the secret itself) are removed before anything is recorded, also when they
// were wrong. The right secrets of the route's gates are masked wherever else they are in the call (mask.go).
// Signatures stay, so that a verdict can be explained later (explain.go). Of a call without a route, only a few headers
// and the names of its query parameters are kept, masked with the secrets of all routes.
package ingress
