package cli

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/config"
)

// certificate writes a self-signed certificate with the given validity, and its key.
func certificate(t *testing.T, name string, from, until time.Time) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: from, NotAfter: until, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

func TestAServerOfHTTPSIsFoundByItsClients(t *testing.T) {
	now := clock.System().Now()
	cert, key := certificate(t, "hooks.example.com", now.Add(-time.Hour), now.Add(90*24*time.Hour))
	s := serve(t, helloDocument, "--tls-cert", cert, "--tls-key", key)
	defer s.stop(t)
	if text := strings.Join(s.printed, "\n"); !strings.Contains(text, "https://hooks.example.com:") || !strings.HasPrefix(s.url, "https://127.0.0.1:") {
		t.Errorf("it printed %s", text)
	}
	if text := s.client(t, "workflows", "show", "hello"); !strings.Contains(text, "https://hooks.example.com:") {
		t.Errorf("got %s", text)
	}
	s.signals <- syscall.SIGHUP
	if text := s.client(t, "reload"); !strings.Contains(text, "0 published, 1 unchanged, 0 removed") {
		t.Errorf("got %s", text)
	}
	var stdout, stderr bytes.Buffer
	args := []string{"doctor", "--data", s.data, "--listen", strings.TrimPrefix(s.url, "https://"), "--tls-cert", cert, "--tls-key", key}
	if code := Main(args, nil, strings.NewReader(""), &stdout, &stderr); code != 0 || strings.Count(stdout.String(), "responds at "+s.url) != 2 {
		t.Errorf("the doctor ends with %d: %s%s", code, &stdout, &stderr)
	}
}

func TestTheDoctorLooksAtCertificates(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for _, c := range []struct {
		name        string
		from, until time.Duration
		public      string
		problem     bool
		says        string
	}{
		{"good", -day, 90 * day, "", false, "hooks.example.com until 2026-06-02 12:00, by itself"},
		{"of the name that senders use", -day, 90 * day, "https://hooks.example.com:8443/x", false, "until"},
		{"of another name", -day, 90 * day, "https://other.example.com", true, "senders use other.example.com"},
		{"over", -90 * day, -day, "", true, "expired at 2026-03-03"},
		{"nearly over", -90 * day, 3 * day, "", true, "in 3 days"},
		{"not yet", day, 90 * day, "", true, "not valid before 2026-03-05"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cert, key := certificate(t, "hooks.example.com", now.Add(c.from), now.Add(c.until))
			sys := newSystem([]string{"TZ=UTC"}, strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{})
			sys.clock = clock.NewManual(now)
			s := config.Default()
			s.TLSCert, s.TLSKey, s.PublicURL = cert, key, c.public
			all := sys.checkHTTPS(s)
			if len(all) != 2 || all[0].problem != c.problem || !strings.Contains(all[0].state, c.says) || all[1].problem {
				t.Errorf("%+v", all)
			}
			if err := os.Chmod(key, 0o644); err != nil {
				t.Fatal(err)
			}
			if f := checkKeyFile(key); !f.problem {
				t.Errorf("%+v", f)
			}
			s.TLSKey = cert
			if f := sys.checkCertificate(s); !f.problem || f.advice == "" {
				t.Errorf("%+v", f)
			}
		})
	}
}
