// Package outbound is the only way out of the server: a client for HTTP and a dialer for other protocols, which
// connect to public addresses only, unless the operator allows more. A test in internal/archtest finds any other use
// of net/http's client and of net.Dial.
//
// The URL of a request may come from a sender, so every destination is suspect. The guard checks the concrete
// address in the dialer's Control, after name resolution and immediately before connect(2). So no spelling of an
// address, no DNS answer that changes between two look-ups and no redirect gets past it:
//
//	Do ──► parse: scheme, host, port ──► transport ──► dialer ──► resolver ──► Control: address and port ──► connect
//	 ▲                                                                                        │
//	 └───────────── redirect: the next URL is parsed and dialed like the first ◄───────────────┘
//
// A redirect to another origin (scheme, host and port) keeps only headers that describe the content. Everything else
// may be a credential, and is dropped for the rest of the request.
//
// # What is concurrent
//
// A Client is safe for concurrent use. The connections of its transport have net/http's goroutines, and are reused.
// Requests beyond Options.PerHost wait for a connection until their context ends. Bodies of responses over smallBody
// share Options.Memory; each reserves once, so two of them cannot deadlock.
//
// # What it does not do
//
// It does not retry (the engine does, with the same Idempotency-Key), except that net/http sends a request again when
// a reused connection turns out to be closed before any byte of the response arrived. It keeps no cookies and
// no credentials. It does not log. Its errors contain no part of the request, because a URL may be a secret.
package outbound
