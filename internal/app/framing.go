package app

import "net/http"

// closeAmbiguous closes the connection after a request whose end another server on the way may see
// elsewhere, so that bytes that it took for the body are never read as a second request (request smuggling).
//
// RFC 9112 section 6.1 asks for that where Content-Length came beside Transfer-Encoding, and where a request
// of HTTP/1.0 has a Transfer-Encoding at all. net/http reads both as the RFC says, but takes the header that
// does not count away before a handler can see it. So every request in chunks and every request of HTTP/1.0
// closes its connection: the client opens another one for the next call.
func closeAmbiguous(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 && (r.ProtoMinor == 0 || len(r.TransferEncoding) > 0) {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
