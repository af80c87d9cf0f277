package api

import (
	"net/http"
	"strings"
)

// plainErrors keeps back the errors that a handler of the standard library writes, as they are not problem documents.
type plainErrors struct {
	http.ResponseWriter
	status int // of the error; 0: none was written
	text   strings.Builder
}

// WriteHeader passes on a status that is not an error.
func (p *plainErrors) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		p.status = status
		return
	}
	p.ResponseWriter.WriteHeader(status)
}

// Write passes on the body of a success.
func (p *plainErrors) Write(b []byte) (int, error) {
	if p.status != 0 {
		return p.text.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find the connection.
func (p *plainErrors) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// problem returns the error that was written, or nil.
func (p *plainErrors) problem() error {
	if p.status == 0 {
		return nil
	}
	h := p.Header()
	for _, name := range []string{"Content-Disposition", "Repr-Digest", "X-Go-Pprof"} {
		h.Del(name)
	}
	return &Problem{Title: http.StatusText(p.status), Status: p.status, Detail: strings.TrimSpace(p.text.String())}
}
