package outbound_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"hookline.dev/hookline/internal/outbound"
)

// secure starts a TLS server on loopback, and returns the authority that signed its certificate.
func secure(t *testing.T, h http.HandlerFunc, change func(*httptest.Server)) (*httptest.Server, *x509.CertPool) {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = true
	if change != nil {
		change(s)
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s, roots
}

func TestConnectionsAreReused(t *testing.T) {
	for name, test := range map[string]struct {
		secure bool
		proto  string
	}{"HTTP/1.1": {false, "HTTP/1.1"}, "HTTP/2": {true, "HTTP/2.0"}} {
		t.Run(name, func(t *testing.T) {
			var others atomic.Int64
			handler := func(w http.ResponseWriter, r *http.Request) {
				if r.Proto != test.proto {
					others.Add(1)
				}
				_, _ = io.WriteString(w, "ok")
			}
			s, o := peer(t, handler), outbound.Options{Allow: loopback()}
			if test.secure {
				s, o.Roots = secure(t, handler, nil)
			}
			c := newClient(t, o)
			for range 20 {
				if _, body, err := get(t.Context(), c, s.URL); err != nil || body != "ok" {
					t.Fatal(body, err)
				}
			}
			if got := c.Stats(); got.Dials != 1 || got.Connections != 1 || got.Requests != 20 || others.Load() != 0 {
				t.Errorf("counters are %+v, %d by another protocol", got, others.Load())
			}
		})
	}
}

// TestARequestGoesAgainWhenItsConnectionWasClosed closes connections after each response, without saying so.
func TestARequestGoesAgainWhenItsConnectionWasClosed(t *testing.T) {
	address := raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") })
	c := newClient(t, outbound.Options{Allow: loopback()})
	for range 50 {
		_, body, err := send(t.Context(), c, outbound.Request{
			Method: "POST", URL: "http://" + address, Header: http.Header{"Idempotency-Key": {"k"}}, Body: outbound.Bytes([]byte("x")), MaxResponse: 10,
		})
		if err != nil || body != "ok" {
			t.Fatal(body, err)
		}
	}
}

func TestConnectionsToAHostAreLimited(t *testing.T) {
	arrived, release := make(chan struct{}, 100), make(chan struct{})
	s := peer(t, func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-release
	})
	c := newClient(t, outbound.Options{Allow: loopback(), PerHost: 3})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, _, err := get(t.Context(), c, s.URL); err != nil {
				t.Error(err)
			}
		})
	}
	for range 3 {
		<-arrived
	}
	if got := c.Stats(); got.Connections != 3 || len(arrived) != 0 {
		t.Errorf("%d connections, %d more requests arrived", got.Connections, len(arrived))
	}
	close(release)
	wg.Wait()
	if got := c.Stats(); got.Dials != 3 || got.InFlight != 0 {
		t.Errorf("counters are %+v", got)
	}
}

func TestBrokenTLS(t *testing.T) {
	ok := func(http.ResponseWriter, *http.Request) {}
	good, roots := secure(t, ok, nil)
	old, oldRoots := secure(t, ok, func(s *httptest.Server) {
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	})
	client, clientRoots := secure(t, ok, func(s *httptest.Server) { s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert} })
	plain := peer(t, ok)
	closes := raw(t, func(net.Conn) {})
	_, port, _ := net.SplitHostPort(good.Listener.Addr().String())
	for name, test := range map[string]struct {
		url   string
		roots *x509.CertPool
		text  string
	}{
		"an unknown authority": {good.URL, x509.NewCertPool(), "unknown authority"},
		"another name":         {"https://other.invalid:" + port, roots, "another host name"},
		"an old version":       {old.URL, oldRoots, "TLS"},
		"a client certificate": {client.URL, clientRoots, ""}, // TLS 1.3 says so after the handshake
		"plain HTTP":           {strings.Replace(plain.URL, "http:", "https:", 1), roots, "TLS"},
		"closes":               {"https://" + closes, roots, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, outbound.Options{Allow: loopback(), Roots: test.roots, Resolver: (&names{answers: [][]string{{"127.0.0.1"}}}).resolver()})
			_, _, err := get(t.Context(), c, test.url)
			if err == nil {
				t.Fatal("it was requested")
			}
			if k := kindOf(t, err); k != outbound.TLS && test.text != "" || !strings.Contains(err.Error(), test.text) {
				t.Errorf("%v (kind %d)", err, k)
			}
		})
	}
	c := newClient(t, outbound.Options{Allow: loopback(), Roots: roots})
	if _, _, err := get(t.Context(), c, strings.Replace(good.URL, "https:", "http:", 1)); err != nil {
		t.Error(err) // Go's server answers 400
	}
}

func TestTheProxyIsUsedOnlyWhenTheEnvironmentIsGiven(t *testing.T) {
	var through atomic.Int64
	proxy := peer(t, func(w http.ResponseWriter, r *http.Request) {
		through.Add(1)
		_, _ = io.WriteString(w, r.RequestURI)
	})
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	c := newClient(t, outbound.Options{Resolver: (&names{answers: [][]string{{"127.0.0.1"}}}).resolver()})
	if _, _, err := get(t.Context(), c, "http://public.example/"); err == nil || through.Load() != 0 {
		t.Errorf("without being asked: %v, %d through the proxy", err, through.Load())
	}
	for _, environ := range [][]string{{"HTTP_PROXY=" + proxy.URL}, {"http_proxy=" + strings.TrimPrefix(proxy.URL, "http://"), "NO_PROXY=direct.example"}} {
		c = newClient(t, outbound.Options{Proxy: outbound.ProxyFromEnviron(environ), Resolver: (&names{answers: [][]string{{"127.0.0.1"}}}).resolver()})
		if _, body, err := get(t.Context(), c, "http://public.example/x"); err != nil || body != "http://public.example/x" {
			t.Errorf("%q: %q, %v", environ, body, err)
		}
		before := through.Load()
		for _, target := range []string{"http://10.0.0.1/", "http://169.254.169.254/", "http://0x7f.1/", "http://[::ffff:10.0.0.1]/", "http://１０.０.０.１/", "http://localhost/"} {
			if _, _, err := get(t.Context(), c, target); err == nil || kindOf(t, err) != outbound.Refused || through.Load() != before {
				t.Errorf("%s through the proxy: %v", target, err)
			}
		}
	}
	if _, _, err := get(t.Context(), c, "http://direct.example/"); err == nil || kindOf(t, err) != outbound.Refused {
		t.Errorf("past the proxy: %v", err)
	}
	if outbound.ProxyFromEnviron([]string{"PATH=/bin", "NO_PROXY=x", "HTTP_PROXY="}) != nil {
		t.Error("a proxy was found where there is none")
	}
}

func TestDialIsGuardedToo(t *testing.T) {
	address := raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, "220 ready\r\n") })
	if _, err := newClient(t, outbound.Options{}).Dial(t.Context(), "tcp", address); err == nil || kindOf(t, err) != outbound.Refused {
		t.Errorf("not allowed: %v", err)
	}
	c := newClient(t, outbound.Options{Allow: loopback()})
	conn, err := c.Dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, "HELO\r\n")
	if text, err := io.ReadAll(conn); err != nil || string(text) != "220 ready\r\n" {
		t.Errorf("%q, %v", text, err)
	}
	if c.Stats().Connections != 1 {
		t.Error("the connection is not counted")
	}
	_ = conn.Close()
	_ = conn.Close()
	if c.Stats().Connections != 0 {
		t.Error("the closed connection is counted")
	}
	for _, bad := range []string{"127.1:25", "127.0.0.1", ":25", "0x7f000001:25"} {
		if _, err := c.Dial(t.Context(), "tcp", bad); err == nil {
			t.Errorf("%s: connected", bad)
		}
	}
}
