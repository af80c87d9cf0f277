package app

import (
	"crypto/tls"
	"net/http"
	"path/filepath"

	"hookline.dev/hookline/internal/lifecycle"
)

// certificates is the source of the HTTPS certificate.
type certificates interface {
	lifecycle.Service
	// Certificate implements tls.Config.GetCertificate.
	Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Protocols returns the ALPN protocols that it needs besides HTTP.
	Protocols() []string
	// Answering wraps a plain HTTP handler and answers an authority's challenges before it.
	Answering(http.Handler) http.Handler
	// Close releases what exists even before Start.
	Close()
}

// openCertificates creates the source of certificates that the settings select.
func (a *App) openCertificates() error {
	switch {
	case len(a.config.Domains) > 0:
		source, err := newACME(a.config, a.log)
		if err != nil {
			return err
		}
		a.certs = source
	case a.config.TLSCert != "":
		source, err := loadFiles(a.config.TLSCert, a.config.TLSKey, a.log)
		if err != nil {
			return err
		}
		a.certs = source
	}
	return nil
}

func (a *App) closeCertificates() {
	if a.certs != nil {
		a.certs.Close()
	}
}

// enableTLS switches the listeners to HTTPS and returns the parts that start after them.
func (a *App) enableTLS() []lifecycle.Part {
	config := tlsConfig(a.certs.Certificate, a.certs.Protocols()...)
	if !a.config.PlainAPI() {
		a.admin.tls = config
	}
	if a.hooks != nil {
		a.hooks.tls = config
	}
	var parts []lifecycle.Part
	if a.config.HTTPListen != "" {
		a.plain = newListener("--http-listen", a.config.HTTPListen, a.certs.Answering(a.refusePlain()), a.config, a.log)
		parts = append(parts, lifecycle.Part{Name: "plain listener", Service: a.plain})
	}
	if source, ok := a.certs.(*acme); ok {
		parts = append(parts, lifecycle.Part{Name: "addresses", Service: startFunc(func() error {
			source.setPorts(a.front(), a.plain)
			return nil
		})})
	}
	return append(parts, lifecycle.Part{Name: "certificates", Service: a.certs})
}

// ReloadCertificates reads the files of --tls-cert and --tls-key again. Problems are logged, and the old
// certificate stays in use.
func (a *App) ReloadCertificates() {
	if f, ok := a.certs.(*files); ok {
		f.reload()
	}
}

// certName returns a name by which the certificate can be verified.
func (a *App) certName() string {
	switch source := a.certs.(type) {
	case *acme:
		return source.domains[0]
	case *files:
		if names := source.names(); len(names) > 0 {
			return names[0]
		}
	}
	return ""
}

// certRoots returns a file of certificates that verify the server's certificate if the system's roots do not.
func (a *App) certRoots() string {
	name := a.config.TLSCert
	if name == "" {
		name = a.config.ACMERoots
	}
	if name == "" {
		return ""
	}
	if absolute, err := filepath.Abs(name); err == nil {
		return absolute
	}
	return name
}

// tlsConfig returns the server's TLS configuration: TLS 1.2 with forward secrecy and TLS 1.3, the defaults of
// crypto/tls. The cipher suites are Go's choice and change with it. more are ALPN protocols besides HTTP.
func tlsConfig(certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error), more ...string) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: certificate,
		NextProtos:     append([]string{"h2", "http/1.1"}, more...), // RFC 7301
	}
}
