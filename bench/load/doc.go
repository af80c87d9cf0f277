// Package load drives bounded load at an HTTP server over a fixed number of keep-alive connections, each with
// at most one request under way. It writes prebuilt bytes and parses only the parts of an answer that it needs,
// because client and server share the machine: CPU time that the client uses is missing at the server.
//
// It is not a general HTTP client: it has no TLS, redirects or chunked requests.
package load
