package app

import "net/http"

// closeAmbiguous closes the connection after a request whose end an intermediary may locate differently. Bytes
// that the intermediary took for the body are then never read as a second request (request smuggling).
//
// RFC 9112 section 6.1 requires this if a request has both Content-Length and Transfer-Encoding, and if an
// HTTP/1.0 request has a Transfer-Encoding. net/http parses both as the RFC says, but removes the overridden
// header before a handler can see it. So every chunked request and every HTTP/1.0 request closes its
// connection. The client opens another one for its next call.
func closeAmbiguous(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 && (r.ProtoMinor == 0 || len(r.TransferEncoding) > 0) {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
