package webui

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var embedded embed.FS

const (
	// noncePlaceholder is replaced in index.html; vite.config.ts has it as well.
	noncePlaceholder = "%NONCE%"
	index            = "index.html"
	// hashed is the folder of the files whose names have a hash of their content.
	hashed = "assets/"
)

// Site serves the web UI.
type Site struct {
	files fs.FS
	page  []byte // index.html; nil: the UI was not built
}

// New returns the site that is embedded in the binary.
func New() *Site {
	dist, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic(err) // the name is a valid path
	}
	return newSite(dist)
}

func newSite(files fs.FS) *Site {
	page, err := fs.ReadFile(files, index)
	if err != nil {
		page = nil
	}
	return &Site{files: files, page: page}
}

// Built reports whether the binary has a UI.
func (s *Site) Built() bool { return s.page != nil }

// Serves reports whether a request is for the UI, and not for the API or for a program that watches the server.
func (s *Site) Serves(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if !s.Built() {
		return r.URL.Path == "/"
	}
	switch r.URL.Path {
	case "/api", "/healthz", "/readyz", "/metrics":
		return false
	}
	return !strings.HasPrefix(r.URL.Path, "/api/")
}

// ServeHTTP implements http.Handler for the requests that Serves accepts.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if !s.Built() {
		s.servePlain(w)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	switch {
	case name == index || strings.HasPrefix(name, ".") || path.Ext(name) == ".br" || path.Ext(name) == ".gz":
		s.servePage(w) // not files of their own
	case s.isFile(name):
		s.serveFile(w, r, name)
	case strings.HasPrefix(name, hashed):
		// Of another version, for a page that was opened before an update.
		http.Error(w, "there is no such file", http.StatusNotFound)
	default:
		s.servePage(w)
	}
}

func (s *Site) isFile(name string) bool {
	info, err := fs.Stat(s.files, name)
	return err == nil && info.Mode().IsRegular()
}

// servePage answers with index.html.
func (s *Site) servePage(w http.ResponseWriter) {
	nonce := newNonce()
	h := w.Header()
	h.Set("Content-Security-Policy", policy(nonce))
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(bytes.ReplaceAll(s.page, []byte(noncePlaceholder), []byte(nonce))) // the browser may have disconnected
}

// policy is the content security policy of the page (https://www.w3.org/TR/CSP3/).
func policy(nonce string) string {
	return "default-src 'self'; script-src 'self' 'nonce-" + nonce + "'; style-src 'self' 'nonce-" + nonce + "'; img-src 'self' data:; " +
		"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// newNonce returns 128 random bits, as CSP3 section 7.1 asks for.
func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawStdEncoding.EncodeToString(b[:])
}

// serveFile answers with a file, in the best form that the browser accepts.
func (s *Site) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	content, encoding := s.encoded(name, r.Header.Get("Accept-Encoding"))
	if content == nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, hashed) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, _ = w.Write(content) // the browser may have disconnected
}

// encoded returns a file in the shortest form that was built and is accepted, and the name of its encoding.
func (s *Site) encoded(name, accepted string) (content []byte, encoding string) {
	for _, e := range []struct{ name, ext string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(accepted, e.name) {
			continue
		}
		if b, err := fs.ReadFile(s.files, name+e.ext); err == nil {
			return b, e.name
		}
	}
	b, err := fs.ReadFile(s.files, name)
	if err != nil {
		return nil, ""
	}
	return b, ""
}

// accepts reports whether Accept-Encoding lists a coding (RFC 9110 section 12.5.3). One with the weight zero is not
// accepted. A coding is never guessed from *.
func accepts(header, coding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(item), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(weight), " ", ""), "q=")
			return !ok || strings.Trim(q, "0.") != ""
		}
	}
	return false
}

// servePlain says that there is no UI.
func (s *Site) servePlain(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(plainPage)) // the browser may have disconnected
}

const plainPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hookline</title>
<style>body { max-width: 60ch; margin: 10vh auto; padding: 0 16px; font: 16px/24px system-ui, sans-serif }</style>
<h1>Hookline is running</h1>
<p>This program was built without its web pages. <code>make build</code> builds it with them; that needs Node.</p>
<p>Webhooks are received, and the command line does everything else: <code>hookline help</code>.
The API is described at <a href="/api/docs">/api/docs</a>.</p>
</html>
`
