// Package load drives bounded load at an HTTP server over a fixed number of keep-alive connections,
// each with at most one request under way. It writes prebuilt bytes and parses only what it needs of
// an answer, because client and server share the machine: what the client burns, the server lacks.
//
// It is not a general HTTP client: no TLS, no redirects, no chunked requests.
package load
