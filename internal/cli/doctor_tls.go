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
	// soon is how long before its end a certificate is a problem: whoever renews it should have.
	soon = 14 * 24 * time.Hour
	// lookup is the time that a name server has to answer.
	lookup = 5 * time.Second
)

// checkHTTPS looks at what HTTPS needs.
func (w *world) checkHTTPS(s config.Server) (all []finding) {
	if s.TLSCert != "" && s.TLSKey != "" {
		all = append(all, w.checkCertificate(s), checkKeyFile(s.TLSKey))
	}
	for _, name := range s.Domains {
		all = append(all, checkDomain(name))
	}
	if s.HTTPListen != "" {
		all = append(all, checkAddress("plain", "--http-listen", s.HTTPListen))
	}
	return all
}

// checkCertificate looks at the files of --tls-cert and --tls-key.
func (w *world) checkCertificate(s config.Server) finding {
	const what = "cert"
	pair, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
	if err != nil {
		return bad(what, "the server will not start with these: name others with --tls-cert and --tls-key", "%v", err)
	}
	leaf, now := pair.Leaf, w.clock.Now()
	names := strings.Join(leaf.DNSNames, ", ")
	switch left := leaf.NotAfter.Sub(now); {
	case left <= 0:
		return bad(what, "renew it; the server takes the new files by itself", "%s ended at %s", s.TLSCert, w.instant(leaf.NotAfter))
	case now.Before(leaf.NotBefore):
		return bad(what, "wait, or correct this machine's clock", "%s begins at %s", s.TLSCert, w.instant(leaf.NotBefore))
	case left < soon:
		return bad(what, "renew it; the server takes the new files by itself", "%s ends at %s, in %d days", s.TLSCert, w.instant(leaf.NotAfter), int(left.Hours()/24))
	}
	if host := hostOf(s.PublicURL); host != "" && leaf.VerifyHostname(host) != nil {
		return bad(what, "get one for that name, or correct --public-url", "%s is for %s, but senders use %s", s.TLSCert, names, host)
	}
	return fine(what, "%s is for %s until %s, by %s", s.TLSCert, names, w.instant(leaf.NotAfter), issuer(leaf))
}

// instant is a time as people read it.
func (w *world) instant(t time.Time) string { return t.In(w.zone).Format("2006-01-02 15:04") }

func issuer(c *x509.Certificate) string {
	if c.Issuer.String() == c.Subject.String() {
		return "itself: senders must be told to trust it"
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

// checkKeyFile looks at who can read a private key.
func checkKeyFile(name string) finding {
	const what = "key"
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return bad(what, "name another with --tls-key", "%s cannot be read: %v", name, reason(err))
	case info.Mode().Perm()&0o007 != 0:
		return bad(what, "chmod 600 "+name, "%s can be read by every user (%o)", name, info.Mode().Perm())
	default:
		return fine(what, "%s", name)
	}
}

// checkDomain asks where a name leads.
func checkDomain(name string) finding {
	const what = "domain"
	ctx, cancel := context.WithTimeout(context.Background(), lookup)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		return bad(what, "let an A or AAAA record of "+name+" lead to this machine: the authority asks there", "%v", err)
	}
	return fine(what, "%s leads to %s; the authority asks at its port 443, or 80 with --http-listen", name, strings.Join(addresses, ", "))
}

// anyCertificate is a client that is content with any certificate: it only asks who is there, and says
// nothing that is secret.
func anyCertificate(timeout time.Duration) *http.Client {
	return &http.Client{Timeout: timeout, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true}, //nolint:gosec // see above
	}}
}
