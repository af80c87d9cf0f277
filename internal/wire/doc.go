// Package wire gives back what net/http takes from a call over HTTP/1: the order and the spelling of its
// header lines.
//
// A Conn stands between the socket (or TLS) and net/http and notes the header block of each request that
// it hands on. To know where a block begins it follows the framing of the bodies, in the strictest
// reading that net/http shares: anything unusual, a folded line, a trailer, a chunk extension, and the
// connection is not followed any more. It hands on one message at a time, so that the block that was
// noted last is always that of the request being served, also when requests come in a pipeline. Headers
// then holds the block against what net/http understood, and keeps silent unless they agree.
//
// It does not change a byte of what net/http reads, and it knows nothing of HTTP/2, whose header lines
// have neither an order worth keeping nor a spelling.
package wire
