package app_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"golang.org/x/net/dns/dnsmessage"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
)

// authority is Pebble, Let's Encrypt's small server for tests. It validates domains as the real authority does, but
// asks a name server that resolves every name to this machine.
type authority struct {
	url   string // of its directory
	roots string // file
	ready chan struct{}
	serve http.Handler
}

func newAuthority(t *testing.T, dir string) *authority {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	x := &authority{roots: filepath.Join(dir, "roots.pem"), ready: make(chan struct{})}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-x.ready:
			x.serve.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	x.url = server.URL + wfe.DirectoryPath
	write(t, x.roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	return x
}

// open starts the authority. It validates domains at the given ports.
func (x *authority) open(t *testing.T, httpPort, tlsPort string) {
	t.Helper()
	logger := log.New(io.Discard, "", 0)
	if testing.Verbose() {
		logger = log.New(t.Output(), "pebble ", 0)
	}
	store := db.NewMemoryStore()
	issuer := ca.New(logger, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "default"}})
	checks := va.New(logger, number(t, httpPort), number(t, tlsPort), false, nameServer(t), store)
	front := wfe.New(logger, store, checks, issuer, []string{"pebble.example"}, false, false, 1, 1)
	x.serve = front.Handler()
	close(x.ready)
}

func number(t *testing.T, port string) int {
	t.Helper()
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// nameServer answers every query for an IPv4 address with this machine's address.
func nameServer(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answerNames(c)
		}
	}()
	return l.Addr().String()
}

// answerNames answers the queries of one connection (RFC 1035 section 4.2.2).
func answerNames(c net.Conn) {
	defer c.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		text := make([]byte, binary.BigEndian.Uint16(size[:]))
		var m dnsmessage.Message
		if _, err := io.ReadFull(c, text); err != nil || m.Unpack(text) != nil || len(m.Questions) != 1 {
			return
		}
		m.Response, m.Additionals = true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
				Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
			}}
		}
		answer, err := m.AppendPack(make([]byte, 2))
		if err != nil {
			return
		}
		binary.BigEndian.PutUint16(answer, uint16(len(answer)-2))
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

const domain = "hooks.example.test"

// served waits until the server has a certificate for the domain, and returns it.
func served(t *testing.T, a *app.App) *x509.Certificate {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		conn := dialTLS(t, a.URL(), &tls.Config{MinVersion: tls.VersionTLS12, ServerName: domain, InsecureSkipVerify: true})
		err := conn.HandshakeContext(ctx)
		if err == nil {
			return conn.ConnectionState().PeerCertificates[0]
		}
		select {
		case <-ctx.Done():
			t.Fatalf("there is no certificate: %v", err)
		case <-tick.C:
		}
	}
}

func TestACertificateComesFromAnAuthority(t *testing.T) {
	for _, c := range []struct {
		name  string
		plain bool // the challenge uses plain HTTP
	}{{"proven by TLS", false}, {"proven by HTTP", true}} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			x := newAuthority(t, dir)
			tlsPort, httpPort := freePort(t), freePort(t)
			change := func(s *config.Server) {
				s.Domains, s.ACMEEmail, s.ACMECA, s.ACMERoots = []string{domain}, "ops@example.test", x.url, x.roots
				s.Listen = "127.0.0.1:" + tlsPort
				if c.plain {
					s.HTTPListen = "127.0.0.1:" + httpPort
				}
			}
			a, stop := startUntil(t, dir, change)
			if want := "https://" + domain + ":" + tlsPort; a.HooksURL() != want {
				t.Errorf("senders use %s, not %s", a.HooksURL(), want)
			}
			asked := tlsPort
			if c.plain {
				asked = "1" // a port without listener, so only HTTP can succeed
			}
			x.open(t, httpPort, asked)
			first := served(t, a)
			if err := first.VerifyHostname(domain); err != nil {
				t.Error(err)
			}
			isPrivate(t, filepath.Join(dir, "data", "certs"))
			stop()
			again := startWith(t, dir, change)
			if second := served(t, again); second.SerialNumber.Cmp(first.SerialNumber) != 0 {
				t.Error("a restart got another certificate")
			}
		})
	}
}

// isPrivate fails if other users could read the keys.
func isPrivate(t *testing.T, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %o", path, info.Mode().Perm())
		}
		if !d.IsDir() {
			files++
		}
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files, %v", files, err)
	}
}
