package app

import (
	"crypto/tls"
	"net/http"
	"path/filepath"

	"hookline.dev/hookline/internal/lifecycle"
)

// certificates is where the certificate of HTTPS comes from.
type certificates interface {
	lifecycle.Service
	// Certificate is for tls.Config.GetCertificate.
	Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Protocols are those that it speaks itself.
	Protocols() []string
	// Answering puts what an authority asks over plain HTTP before a handler.
	Answering(http.Handler) http.Handler
	// Close gives up what there was before Start.
	Close()
}

// openCertificates makes what the settings ask for.
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

// secure turns the listeners to HTTPS and returns what starts after them.
func (a *App) secure() []lifecycle.Part {
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
		parts = append(parts, lifecycle.Part{Name: "addresses", Service: starter(func() error {
			source.listens(a.front(), a.plain)
			return nil
		})})
	}
	return append(parts, lifecycle.Part{Name: "certificates", Service: a.certs})
}

// ReloadCertificates reads the files of --tls-cert and --tls-key again, at once. What is wrong with
// them is logged, and the old ones stay.
func (a *App) ReloadCertificates() {
	if f, ok := a.certs.(*files); ok {
		f.reload()
	}
}

// certName is a name by which the certificate can be verified.
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

// certRoots is a file of certificates by which ours can be verified where the system's do not do.
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

// tlsConfig is what a server offers: TLS 1.2 with forward secrecy and 1.3, as crypto/tls has it by
// default; the choice of suites is Go's and changes with it. more are protocols beside HTTP.
func tlsConfig(certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error), more ...string) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: certificate,
		NextProtos:     append([]string{"h2", "http/1.1"}, more...), // RFC 7301
	}
}
