package email_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"hookline.dev/hookline/internal/outbound"
)

// The account of the peer.
const (
	user     = "ops"
	password = "example-password"
)

// peer is a mail server on loopback.
type peer struct {
	host string
	port int

	refuse  map[string]error // by command: MAIL, RCPT, DATA
	hangUp  bool             // in the middle of DATA
	mu      sync.Mutex
	letters []received
	logins  []string // mechanisms that succeeded
}

// received is a message that the peer got.
type received struct {
	from, to string
	utf8     bool
	data     []byte
	secure   bool
}

// listen starts a peer. tlsMode is that of the config; noStartTLS takes the extension away.
func listen(t *testing.T, p *peer, tlsMode string) *outbound.Client {
	t.Helper()
	certified := httptest.NewTLSServer(nil) // only for its certificate, which is for 127.0.0.1 and example.com
	defer certified.Close()
	roots := x509.NewCertPool()
	roots.AddCert(certified.Certificate())
	config := &tls.Config{Certificates: certified.TLS.Certificates}

	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{p: p, c: c}, nil }))
	server.Domain, server.EnableSMTPUTF8, server.MaxMessageBytes = "peer.example", true, 10<<20
	server.ErrorLog = nothing{}
	if tlsMode == "starttls" {
		server.TLSConfig = config
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.at(t, l)
	if tlsMode == "tls" {
		l = tls.NewListener(l, config)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	t.Cleanup(func() { _, _ = server.Close(), l.Close(); <-done }) // Close does not end a Serve that has not begun
	client := outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: roots})
	t.Cleanup(client.Close)
	return client
}

// at sets the address of the peer.
func (p *peer) at(t *testing.T, l net.Listener) {
	t.Helper()
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	p.host = host
	if p.port, err = strconv.Atoi(port); err != nil {
		t.Fatal(err)
	}
}

func (p *peer) got() []received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.letters
}

type nothing struct{}

func (nothing) Printf(string, ...any) {}
func (nothing) Println(...any)        {}

// session is a connection to the peer.
type session struct {
	p *peer
	c *smtp.Conn
	m received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(mech string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, u, pw string) error {
		if u != user || pw != password {
			return smtp.ErrAuthFailed
		}
		s.p.mu.Lock()
		defer s.p.mu.Unlock()
		s.p.logins = append(s.p.logins, mech)
		return nil
	}), nil
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	_, s.m.secure = s.c.TLSConnectionState()
	s.m.from, s.m.utf8 = from, o.UTF8
	return s.p.refuse["MAIL"]
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.m.to = to
	return s.p.refuse["RCPT"]
}

func (s *session) Data(r io.Reader) error {
	if s.p.hangUp {
		_, _ = io.ReadFull(r, make([]byte, 10))
		return errors.Join(s.c.Conn().Close(), io.ErrUnexpectedEOF)
	}
	var b bytes.Buffer
	if _, err := io.Copy(&b, r); err != nil {
		return err
	}
	if err := s.p.refuse["DATA"]; err != nil {
		return err
	}
	s.m.data = b.Bytes()
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.letters = append(s.p.letters, s.m)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
