package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"hookline.dev/hookline/internal/config"
)

const (
	// soon is how long before its expiry a certificate counts as a problem: automatic renewal should have
	// happened by then.
	soon = 14 * 24 * time.Hour
	// lookup is the timeout of a DNS query.
	lookup = 5 * time.Second
)

// checkHTTPS checks everything that HTTPS needs.
func (sys *system) checkHTTPS(s config.Server) (all []finding) {
	if s.TLSCert != "" && s.TLSKey != "" {
		all = append(all, sys.checkCertificate(s), checkKeyFile(s.TLSKey))
	}
	for _, name := range s.Domains {
		all = append(all, checkDomain(name))
	}
	if s.HTTPListen != "" {
		all = append(all, checkAddress("plain", "--http-listen", s.HTTPListen))
	}
	return all
}

// checkCertificate checks the files of --tls-cert and --tls-key.
func (sys *system) checkCertificate(s config.Server) finding {
	const what = "cert"
	pair, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
	if err != nil {
		return problem(what, "the server does not start with these files: set --tls-cert and --tls-key to others", "%v", err)
	}
	leaf, now := pair.Leaf, sys.clock.Now()
	names := strings.Join(leaf.DNSNames, ", ")
	switch left := leaf.NotAfter.Sub(now); {
	case left <= 0:
		return problem(what, "renew it; the server loads the new files by itself", "%s expired at %s", s.TLSCert, sys.instant(leaf.NotAfter))
	case now.Before(leaf.NotBefore):
		return problem(what, "wait, or correct the clock of this machine", "%s is not valid before %s", s.TLSCert, sys.instant(leaf.NotBefore))
	case left < soon:
		return problem(what, "renew it; the server loads the new files by itself", "%s expires at %s, in %d days", s.TLSCert, sys.instant(leaf.NotAfter), int(left.Hours()/24))
	}
	if host := hostOf(s.PublicURL); host != "" && leaf.VerifyHostname(host) != nil {
		return problem(what, "get one for that name, or correct --public-url", "%s is for %s, but senders use %s", s.TLSCert, names, host)
	}
	return passed(what, "%s is for %s until %s, by %s", s.TLSCert, names, sys.instant(leaf.NotAfter), issuer(leaf))
}

// instant formats a time for people.
func (sys *system) instant(t time.Time) string { return t.In(sys.zone).Format("2006-01-02 15:04") }

func issuer(c *x509.Certificate) string {
	if c.Issuer.String() == c.Subject.String() {
		return "itself (self-signed): senders must be configured to trust it"
	}
	return c.Issuer.String()
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// checkKeyFile checks who can read a private key.
func checkKeyFile(name string) finding {
	const what = "key"
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return problem(what, "set --tls-key to another file", "%s cannot be read: %v", name, reason(err))
	case info.Mode().Perm()&0o007 != 0:
		return problem(what, "chmod 600 "+name, "%s can be read by every user (%o)", name, info.Mode().Perm())
	default:
		return passed(what, "%s", name)
	}
}

// checkDomain resolves a name.
func checkDomain(name string) finding {
	const what = "domain"
	ctx, cancel := context.WithTimeout(context.Background(), lookup)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		return problem(what, "point an A or AAAA record of "+name+" to this machine: the certificate authority connects there", "%v", err)
	}
	return passed(what, "%s resolves to %s; the certificate authority connects to port 443, or 80 with --http-listen", name, strings.Join(addresses, ", "))
}

// anyCertificate returns a client that accepts any certificate. It only checks which server answers and sends
// no secret.
func anyCertificate(timeout time.Duration) *http.Client {
	return &http.Client{Timeout: timeout, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true}, // see above
	}}
}
