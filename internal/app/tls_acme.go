package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3"
	"go.uber.org/zap"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
)

// certFolder is where certmagic stores accounts, keys and certificates, in the data directory.
const certFolder = "certs"

// acme gets certificates for --domain from an authority and renews them (RFC 8555). The server's own listeners
// answer the authority's challenges: TLS-ALPN (RFC 8737) on HTTPS, and HTTP if --http-listen is set. Until the
// first certificate has arrived, handshakes fail and senders retry. Certificates are stored in the data
// directory, so a restart does not wait for the authority.
type acme struct {
	domains []string
	cache   *certmagic.Cache
	config  *certmagic.Config
	issuer  *certmagic.ACMEIssuer
	cancel  context.CancelFunc
	closed  sync.Once
}

// newACME returns the source of certificates for the domains in the settings.
func newACME(c config.Server, log *slog.Logger) (*acme, error) {
	template := certmagic.ACMEIssuer{CA: c.ACMECA, Email: c.ACMEEmail, Agreed: true, DisableHTTPChallenge: c.HTTPListen == ""}
	if c.ACMECA == "" {
		template.CA = certmagic.LetsEncryptProductionCA
	}
	if c.ACMERoots != "" {
		pool, err := roots("--acme-ca-root", c.ACMERoots)
		if err != nil {
			return nil, err
		}
		template.TrustedRoots = pool
	}
	logger := zap.New(&zapLog{log: log})
	template.Logger = logger
	a := &acme{domains: c.Domains}
	a.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return a.config, nil },
		Logger:           logger,
	})
	a.config = certmagic.New(a.cache, certmagic.Config{
		Storage:           &certmagic.FileStorage{Path: filepath.Join(c.Data, certFolder)},
		DefaultServerName: c.Domains[0], // for clients that send no server name, e.g. when they connect by address
		OnEvent:           func(_ context.Context, name string, data map[string]any) error { return logEvent(log, name, data) },
		Logger:            logger,
	})
	a.issuer = certmagic.NewACMEIssuer(a.config, template)
	a.config.Issuers = []certmagic.Issuer{a.issuer}
	return a, nil
}

// logEvent logs that a certificate was requested or obtained. certmagic itself logs failures.
func logEvent(log *slog.Logger, name string, data map[string]any) error {
	switch name {
	case "cert_obtaining":
		log.Info("getting a certificate", "name", data["identifier"], "renewal", data["renewal"] == true)
	case "cert_obtained":
		log.Info("certificate obtained", "name", data["identifier"], "renewal", data["renewal"] == true)
	}
	return nil
}

// roots returns the system's root certificates plus those in a file.
func roots(flag, name string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	text, err := readPEM(flag, name)
	if err != nil {
		return nil, err
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fault.New("app.roots", fault.Invalid, "%s: %s holds no certificate in PEM form", flag, name)
	}
	return pool, nil
}

// Certificate implements tls.Config.GetCertificate.
func (a *acme) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return a.config.GetCertificate(hello)
}

// Protocols returns the ALPN protocol of the TLS challenge.
func (a *acme) Protocols() []string { return []string{acmez.ACMETLS1Protocol} }

// Answering answers the HTTP challenge before it calls next.
func (a *acme) Answering(next http.Handler) http.Handler { return a.issuer.HTTPChallengeHandler(next) }

// setPorts tells certmagic the addresses of the bound listeners, so that it uses them and opens none of its own.
// plain may be nil.
func (a *acme) setPorts(secure, plain *listener) {
	a.issuer.ListenHost, a.issuer.AltTLSALPNPort = hostPort(secure.bound.Addr())
	if plain != nil {
		_, a.issuer.AltHTTPPort = hostPort(plain.bound.Addr())
	}
}

func hostPort(a net.Addr) (string, int) {
	host, text, err := net.SplitHostPort(a.String())
	port, bad := strconv.Atoi(text)
	if err != nil || bad != nil {
		return "", 0
	}
	return host, port
}

// Start begins to get missing certificates in the background, with retries.
func (a *acme) Start(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	a.cancel = cancel
	if err := a.config.ManageAsync(ctx, a.domains); err != nil { // Start's context ends when the start does
		return fault.As("app.acme", fault.Unavailable, err, "cannot begin to get certificates for --domain: %v", err)
	}
	return nil
}

// Stop cancels this work.
func (a *acme) Stop(context.Context) error {
	a.cancel()
	return nil
}

// Close ends the renewal of certificates.
func (a *acme) Close() { a.closed.Do(a.cache.Stop) }
