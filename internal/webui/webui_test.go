package webui

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func site() *Site {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return newSite(fstest.MapFS{
		"index.html":           file(`<script nonce="%NONCE%"></script><meta nonce="%NONCE%">`),
		"favicon.svg":          file("<svg/>"),
		"assets/a-1234.js":     file("raw"),
		"assets/a-1234.js.br":  file("brotli"),
		"assets/a-1234.js.gz":  file("gzip"),
		"assets/b-1234.css":    file("css"),
		"assets/b-1234.css.gz": file("css gzip"),
		".vite/manifest.json":  file("{}"),
	})
}

// answer is what a browser gets.
type answer struct {
	status int
	header http.Header
	text   string
}

func get(t *testing.T, s *Site, path string, header ...string) answer {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if !s.Serves(r) {
		t.Fatalf("%s is not served", path)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func TestServesWhatIsNotTheAPI(t *testing.T) {
	built, unbuilt := site(), newSite(fstest.MapFS{})
	for _, c := range []struct {
		method, path           string
		wantBuilt, wantUnbuilt bool
	}{
		{"GET", "/", true, true},
		{"HEAD", "/", true, true},
		{"POST", "/", false, false},
		{"GET", "/setup", true, false},
		{"GET", "/executions", true, false},
		{"GET", "/workflows/api", true, false},
		{"GET", "/apis", true, false},
		{"GET", "/api", false, false},
		{"GET", "/api/me", false, false},
		{"GET", "/api/webhooks/orders", false, false},
		{"GET", "/healthz", false, false},
		{"GET", "/readyz", false, false},
		{"GET", "/metrics", false, false},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		if got := built.Serves(r); got != c.wantBuilt {
			t.Errorf("%s %s with a UI: %t", c.method, c.path, got)
		}
		if got := unbuilt.Serves(r); got != c.wantUnbuilt {
			t.Errorf("%s %s without a UI: %t", c.method, c.path, got)
		}
	}
}

func TestThePageHasANewNonceInEachAnswer(t *testing.T) {
	seen := map[string]bool{}
	for _, path := range []string{"/", "/executions/exe_1", "/index.html", "/.vite/manifest.json", "/assets/a-1234.js.br", "/../etc/passwd"} {
		got := get(t, site(), path)
		text, csp := got.text, got.header.Get("Content-Security-Policy")
		m := regexp.MustCompile(`^<script nonce="([A-Za-z0-9+/]{22})"></script><meta nonce="([A-Za-z0-9+/]{22})">$`).FindStringSubmatch(text)
		if m == nil || m[1] != m[2] || strings.Count(csp, "'nonce-"+m[1]+"'") != 2 {
			t.Fatalf("%s: %q, %q", path, text, csp)
		}
		if seen[m[1]] {
			t.Errorf("%s: the nonce %s came twice", path, m[1])
		}
		seen[m[1]] = true
		if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: %q", path, csp)
		}
		if c := got.header.Get("Cache-Control"); c != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, c)
		}
	}
}

func TestFilesAreSentInTheBestForm(t *testing.T) {
	for _, c := range []struct{ path, accept, want, encoding, cache string }{
		{"/assets/a-1234.js", "gzip, deflate, br", "brotli", "br", "immutable"},
		{"/assets/a-1234.js", "gzip", "gzip", "gzip", "immutable"},
		{"/assets/a-1234.js", "br;q=0, gzip;q=0.5", "gzip", "gzip", "immutable"},
		{"/assets/a-1234.js", "", "raw", "", "immutable"},
		{"/assets/a-1234.js", "*", "raw", "", "immutable"},
		{"/assets/b-1234.css", "br, gzip", "css gzip", "gzip", "immutable"},
		{"/favicon.svg", "br", "<svg/>", "", "no-cache"},
	} {
		got := get(t, site(), c.path, "Accept-Encoding", c.accept)
		if text := got.text; text != c.want || got.header.Get("Content-Encoding") != c.encoding {
			t.Errorf("%s with %q: %q, encoding %q", c.path, c.accept, text, got.header.Get("Content-Encoding"))
		}
		if cache := got.header.Get("Cache-Control"); !strings.Contains(cache, c.cache) {
			t.Errorf("%s: Cache-Control %q", c.path, cache)
		}
		if got.header.Get("Vary") != "Accept-Encoding" || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", c.path, got.header)
		}
	}
}

func TestAFileOfAnotherVersionIsNotFound(t *testing.T) {
	if got := get(t, site(), "/assets/a-0000.js"); got.status != http.StatusNotFound {
		t.Errorf("status %d", got.status)
	}
}

func TestWithoutAUIAPlainPageSaysSo(t *testing.T) {
	got := get(t, newSite(fstest.MapFS{}), "/")
	if text := got.text; !strings.Contains(text, "built without its web pages") {
		t.Errorf("got %q", text)
	}
}
