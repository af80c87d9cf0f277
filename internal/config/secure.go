package config

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// MostDomains is the largest number of domains. A longer list would exceed the rate limits of an authority.
const MostDomains = 100

// Secure reports whether the server uses HTTPS.
func (s Server) Secure() bool { return s.TLSCert != "" || len(s.Domains) > 0 }

// PlainAPI reports whether the API uses plain HTTP although Secure is true. On a separate loopback address the
// traffic stays on the machine, and no certificate names that address.
func (s Server) PlainAPI() bool {
	return s.Hooks != "" && loopback(s.Listen)
}

// Public returns the base URL that senders use, if the settings determine it: PublicURL, or https with the
// first domain and the port of the hooks. Otherwise it is "", and only the bound address is known.
func (s Server) Public() string {
	if s.PublicURL != "" || len(s.Domains) == 0 {
		return s.PublicURL
	}
	address := s.Hooks
	if address == "" {
		address = s.Listen
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil || port == "0" {
		return ""
	}
	host := s.Domains[0]
	if port != "443" {
		return "https://" + net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return "https://" + host
}

// Networks parses addresses and networks (CIDR), IPv4 and IPv6. It skips invalid ones, which Validate reports.
func Networks(list []string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range list {
		if p, ok := network(text); ok {
			all = append(all, p)
		}
	}
	return all
}

// network parses a network. A single address is a network of one address.
func network(text string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	return p, err == nil
}

// secure checks everything about HTTPS.
func (c *checks) secure(s Server) {
	pair, names := s.TLSCert != "" || s.TLSKey != "", len(s.Domains) > 0
	c.when(s.TLSCert != "" && s.TLSKey == "", "tls-key", "name the private key of --tls-cert")
	c.when(s.TLSKey != "" && s.TLSCert == "", "tls-cert", "name the certificate of --tls-key")
	c.when(pair && names, "domain", "a certificate comes from --tls-cert and --tls-key, or by ACME for --domain, not both")
	c.domains(s.Domains)
	c.when(names && s.ACMEEmail == "", "acme-email", "--domain needs a contact address for the certificate authority, e.g. --acme-email ops@example.com")
	c.acme(s, names)
	c.plain(s, pair || names)
	c.when((pair || names) && strings.HasPrefix(s.PublicURL, "http://"), "public-url",
		"senders would use plain HTTP, which refuses hooks with --tls-cert or --domain: write https://")
}

func (c *checks) domains(names []string) {
	c.when(len(names) > MostDomains, "domain", "%d names are too many: use at most %d", len(names), MostDomains)
	for _, name := range names {
		c.when(strings.Contains(name, "*"), "domain", "%q needs a DNS challenge, which is not supported: name each host, or give a certificate with --tls-cert", name)
		c.when(!strings.Contains(name, "*") && !domainName(name), "domain", "%q is not a host name: write it alone, e.g. hooks.example.com", name)
	}
}

// domainName reports whether a text is a name or an address that a certificate can contain.
func domainName(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	const longest = 253 // RFC 1035 section 2.3.4, as text
	if len(text) > longest || !strings.Contains(text, ".") {
		return false
	}
	for label := range strings.SplitSeq(text, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || !ldh(label) {
			return false
		}
	}
	return true
}

// ldh reports whether a label consists of letters, digits and hyphens (RFC 5890 section 2.3.1).
func ldh(label string) bool {
	for i := range len(label) {
		switch x := label[i]; {
		case 'a' <= x|0x20 && x|0x20 <= 'z', '0' <= x && x <= '9', x == '-':
		default:
			return false
		}
	}
	return true
}

func (c *checks) acme(s Server, names bool) {
	const nothing = "there is nothing to get a certificate for: name the host with --domain"
	c.when(!names && s.ACMEEmail != "", "acme-email", nothing)
	c.when(!names && s.ACMECA != "", "acme-ca", nothing)
	c.when(s.ACMERoots != "" && s.ACMECA == "", "acme-ca-root", "it is for an authority of your own: name it with --acme-ca")
	if s.ACMEEmail != "" {
		a, err := mail.ParseAddress(s.ACMEEmail)
		c.when(err != nil || a.Address != s.ACMEEmail, "acme-email", "%q is not an email address: write e.g. ops@example.com", s.ACMEEmail)
	}
	if s.ACMECA != "" {
		u, err := url.Parse(s.ACMECA)
		c.when(err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil, "acme-ca",
			"%q is not the directory of an authority: write an https URL, e.g. https://ca.internal/acme/acme/directory", s.ACMECA)
	}
}

// plain checks the listener for plain HTTP.
func (c *checks) plain(s Server, secure bool) {
	const flag = "http-listen"
	c.address(flag, s.HTTPListen, false)
	if s.HTTPListen == "" {
		return
	}
	c.when(!secure, flag, "it is for plain HTTP in addition to HTTPS: set --tls-cert and --tls-key, or --domain; without them --listen is plain HTTP")
	c.when(s.HTTPListen == s.Listen && !anyPort(s.Listen), flag, "it is the address of --listen, which speaks HTTPS: give it another, e.g. :80")
	c.when(s.HTTPListen == s.Hooks && !anyPort(s.Hooks), flag, "it is the address of --hooks-listen, which speaks HTTPS: give it another, e.g. :80")
}

// networks checks a list of addresses and networks.
func (c *checks) networks(flag string, list []string) {
	for _, text := range list {
		p, ok := network(text)
		c.when(!ok, flag, "%q is neither an address nor a network: write e.g. 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32", text)
		c.when(ok && p != p.Masked(), flag, "%q has bits set after its prefix length: write %s, or the address alone", text, p.Masked())
	}
}

// proxyHeader checks the name of a header.
func (c *checks) proxyHeader(s Server) {
	const flag = "proxy-header"
	c.when(s.ProxyHeader != "" && len(s.TrustedProxies) == 0, flag, "no proxy is trusted: name the proxies with --trusted-proxies")
	c.when(s.ProxyHeader != "" && !httpguts.ValidHeaderFieldName(s.ProxyHeader), flag, "%q is not a valid header name", s.ProxyHeader)
}

func loopback(address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}
