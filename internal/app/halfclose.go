package app

import (
	"context"
	"net/http"
	"strings"
)

// ignoreHalfClose keeps the context of an HTTP/1 request alive when its caller has sent everything and closes its side
// of the connection, as `nc -N` does. Such a caller still reads, and must get the answer.
//
// net/http reads ahead while a handler runs, and ends the context at the end of the input. It cannot tell this caller
// from one who has left: both have sent a FIN. So handlers go on in both cases. A caller who has left costs what one
// who waits costs: handlers end at their own time limits, or when a write fails.
//
// A profile is the exception: it has no time limit of its own, and a stop of the server would wait for it.
//
// In HTTP/2 the end of a request's stream does not end its context; only a reset stream or a lost connection does.
func ignoreHalfClose(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 && !strings.HasPrefix(r.URL.Path, "/api/debug/pprof/") {
			r = r.WithContext(context.WithoutCancel(r.Context()))
		}
		next.ServeHTTP(w, r)
	})
}
