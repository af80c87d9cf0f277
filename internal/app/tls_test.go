package app_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
)

// certificate writes a self-signed certificate for localhost and its key into dir.
func certificate(t *testing.T, dir string, serial int64, names ...string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System().Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(90 * 24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write(t, certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	return certFile, keyFile
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// startWith runs a server with the documents and changed settings until the test ends.
func startWith(t *testing.T, dir string, change func(*config.Server)) *app.App {
	t.Helper()
	a, _ := startUntil(t, dir, change)
	return a
}

// startUntil runs a server until stop is called or the test ends.
func startUntil(t *testing.T, dir string, change func(*config.Server)) (a *app.App, stop func()) {
	t.Helper()
	docs := filepath.Join(dir, "workflows")
	if err := os.MkdirAll(docs, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(docs, "all.yaml"), []byte(documents))
	c := settings(dir)
	c.Workflows = docs
	change(&c)
	var err error
	a, err = app.New(c, app.Options{Log: testLog(t), Environ: []string{"HOOKLINE_ENV_HOOK_PASSWORD=open sesame"}})
	if err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a, stop
}

// testLog returns a logger that writes only if the test is verbose.
func testLog(t *testing.T) *slog.Logger {
	if testing.Verbose() {
		return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.New(slog.DiscardHandler)
}

// trusting returns a client that trusts the certificates in a file. It does not follow redirects.
func trusting(t *testing.T, roots string, http2 bool) *http.Client {
	t.Helper()
	text, err := os.ReadFile(roots)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}, ForceAttemptHTTP2: http2}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is a server's answer.
type answer struct {
	status int
	http   int // major version
	header http.Header
	text   string
}

// ask sends a request.
func ask(t *testing.T, client *http.Client, method, url, body string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.ProtoMajor, res.Header, string(text)}
}

func TestHooksAndAPIAreServedOverHTTPS(t *testing.T) {
	dir := t.TempDir()
	a := startWith(t, dir, func(c *config.Server) { c.TLSCert, c.TLSKey = certificate(t, dir, 1, "localhost") })
	if !strings.HasPrefix(a.URL(), "https://127.0.0.1:") || !strings.HasPrefix(a.HooksURL(), "https://localhost:") {
		t.Errorf("%s, %s", a.URL(), a.HooksURL())
	}
	for _, http2 := range []bool{false, true} {
		client := trusting(t, filepath.Join(dir, "cert.pem"), http2)
		got := ask(t, client, http.MethodPost, a.HooksURL()+"/api/webhooks/ask/me", `{"a":1}`, "Content-Type", "application/json")
		if got.status != 201 || (got.http == 2) != http2 || !strings.Contains(got.text, `"hello":"me"`) {
			t.Errorf("%+v", got)
		}
		got = ask(t, client, http.MethodGet, a.HooksURL()+"/api/workflows", "", "Authorization", "Bearer "+token(t, dir))
		if got.status != 200 || !strings.Contains(got.text, a.HooksURL()+"/api/webhooks/ask") {
			t.Errorf("%+v", got)
		}
	}
	var known app.Address
	text, err := os.ReadFile(filepath.Join(dir, "data", "server.json"))
	if err != nil || json.Unmarshal(text, &known) != nil || known.Name != "localhost" || known.Roots != filepath.Join(dir, "cert.pem") {
		t.Errorf("%s, %v", text, err)
	}
}

// dialTLS connects to a base URL.
func dialTLS(t *testing.T, base string, c *tls.Config) *tls.Conn {
	t.Helper()
	raw, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", strings.TrimPrefix(base, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	conn := tls.Client(raw, c)
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(clock.System().Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestOldTLSIsRefused(t *testing.T) {
	dir := t.TempDir()
	a := startWith(t, dir, func(c *config.Server) { c.TLSCert, c.TLSKey = certificate(t, dir, 1, "localhost") })
	for version, want := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn := dialTLS(t, a.URL(), &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version, InsecureSkipVerify: true})
		if err := conn.HandshakeContext(context.Background()); (err == nil) != want {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
}

func TestPlainHTTPOnTheAddressOfHTTPSIsToldSo(t *testing.T) {
	dir := t.TempDir()
	a := startWith(t, dir, func(c *config.Server) { c.TLSCert, c.TLSKey = certificate(t, dir, 1, "localhost") })
	got := ask(t, http.DefaultClient, http.MethodPost, strings.Replace(a.URL(), "https:", "http:", 1)+"/api/webhooks/save", "x")
	if got.status != 400 || !strings.Contains(got.text, "HTTPS") {
		t.Errorf("%+v", got)
	}
}

func TestACertificateIsReadAgainAndABrokenOneChangesNothing(t *testing.T) {
	dir := t.TempDir()
	a := startWith(t, dir, func(c *config.Server) { c.TLSCert, c.TLSKey = certificate(t, dir, 1, "localhost") })
	serial := func() int64 {
		conn := dialTLS(t, a.URL(), &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true})
		if err := conn.HandshakeContext(context.Background()); err != nil {
			t.Fatal(err)
		}
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	oldKey, err := os.ReadFile(filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	certificate(t, dir, 2, "localhost")
	a.ReloadCertificates()
	if n := serial(); n != 2 {
		t.Errorf("the certificate is %d", n)
	}
	newKey, err := os.ReadFile(filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range [][]byte{oldKey, nil, []byte("no key")} {
		write(t, filepath.Join(dir, "key.pem"), wrong)
		a.ReloadCertificates()
		if n := serial(); n != 2 {
			t.Errorf("with key %.10q the certificate is %d", wrong, n)
		}
	}
	if err := os.Remove(filepath.Join(dir, "key.pem")); err != nil {
		t.Fatal(err)
	}
	a.ReloadCertificates()
	certificate(t, dir, 3, "localhost")
	write(t, filepath.Join(dir, "key.pem"), newKey)
	a.ReloadCertificates()
	if n := serial(); n != 2 {
		t.Errorf("half of a new pair gives %d", n)
	}
	certificate(t, dir, 4, "localhost")
	a.ReloadCertificates()
	if n := serial(); n != 4 {
		t.Errorf("the certificate is %d", n)
	}
}

func TestWrongCertificatesKeepTheServerFromStarting(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := certificate(t, dir, 1, "localhost")
	other := t.TempDir()
	_, otherKey := certificate(t, other, 1, "localhost")
	for _, c := range []struct{ cert, key, says string }{
		{certFile, filepath.Join(dir, "none"), "--tls-key: cannot read"},
		{filepath.Join(dir, "none"), keyFile, "--tls-cert: cannot read"},
		{certFile, otherKey, "private key does not match"},
		{keyFile, keyFile, "--tls-cert"},
	} {
		s := settings(dir)
		s.TLSCert, s.TLSKey = c.cert, c.key
		_, err := app.New(s, app.Options{})
		if err == nil || !strings.Contains(fault.Message(err), c.says) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestPlainHTTPBesideHTTPSRefusesHooksAndSendsBrowsersOn(t *testing.T) {
	dir := t.TempDir()
	port := freePort(t)
	a := startWith(t, dir, func(c *config.Server) {
		c.TLSCert, c.TLSKey = certificate(t, dir, 1, "localhost")
		c.HTTPListen = "127.0.0.1:" + port
	})
	plain := "http://127.0.0.1:" + port
	client := trusting(t, filepath.Join(dir, "cert.pem"), false)
	for _, c := range []struct {
		method, path, header string
		status               int
	}{
		{http.MethodPost, "/api/webhooks/ask/me", "", 403},
		{http.MethodGet, "/api/webhooks/ask/me", "", 403},
		{http.MethodPost, "/api/webhook:trigger/save", "", 403},
		{http.MethodPost, "/api/webhook%3Atrigger/save", "", 403},
		{http.MethodGet, "/api/workflows", "Authorization", 403},
		{http.MethodPost, "/api/reload", "", 403},
		{http.MethodGet, "/", "Cookie", 403},
		{http.MethodGet, "/some?page=1", "", 308},
	} {
		var header []string
		if c.header != "" {
			header = []string{c.header, "secret"}
		}
		got := ask(t, client, c.method, plain+c.path, "", header...)
		if got.status != c.status {
			t.Errorf("%s %s: %+v", c.method, c.path, got)
		}
		if want := a.URL() + c.path; c.status == 308 && got.header.Get("Location") != want {
			t.Errorf("it leads to %s, not %s", got.header.Get("Location"), want)
		}
	}
	// The operator can see who calls unencrypted, but not the secrets that were sent.
	ask(t, client, http.MethodPost, plain+"/api/webhooks/save", "", "Authorization", "Basic b2N0bzpvcGVuIHNlc2FtZQ==")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var seen answer
	for range 200 { // rejected calls are written a little later, together with others
		seen = ask(t, client, http.MethodGet, a.HooksURL()+"/api/deliveries?workflow=save&limit=1", "", "Authorization", "Bearer "+token(t, dir))
		if strings.Contains(seen.text, "dlv_") {
			break
		}
		<-tick.C
	}
	if !strings.Contains(seen.text, "it came over plain HTTP") || strings.Contains(seen.text, "b2N0") || !strings.Contains(seen.text, `"rejected"`) {
		t.Errorf("%+v", seen)
	}
}

func TestTheAPIStaysPlainOnALoopbackAddressOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	a := startWith(t, dir, func(c *config.Server) {
		c.TLSCert, c.TLSKey = certificate(t, dir, 1, "localhost")
		c.Hooks = "127.0.0.1:0"
	})
	if !strings.HasPrefix(a.URL(), "http://") || !strings.HasPrefix(a.HooksURL(), "https://localhost:") {
		t.Fatalf("%s %s", a.URL(), a.HooksURL())
	}
	if status, _, text := request(t, http.MethodGet, a.URL()+"/api/workflows", token(t, dir)); status != 200 {
		t.Errorf("%d %s", status, text)
	}
}

// freePort returns a port on which nothing listened a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
