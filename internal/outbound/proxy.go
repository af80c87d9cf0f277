package outbound

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// Proxy is an HTTP or SOCKS5 proxy of the operator. Connections to it are not checked, because the operator has named
// it. It resolves the names in URLs itself, so it must refuse private addresses itself; addresses in URLs, and
// ports, are checked here too.
type Proxy struct {
	of        func(*url.URL) (*url.URL, error)
	addresses []string // host:port
}

// ProxyFromEnviron returns the proxies that HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or the same in lower case, name in
// a process environment ("NAME=value"). It returns nil if there is none.
func ProxyFromEnviron(environ []string) *Proxy {
	variable := func(name string) string {
		for _, entry := range environ {
			if key, text, _ := strings.Cut(entry, "="); text != "" && (key == name || key == strings.ToLower(name)) {
				return text
			}
		}
		return ""
	}
	cfg := httpproxy.Config{
		HTTPProxy: variable("HTTP_PROXY"), HTTPSProxy: variable("HTTPS_PROXY"), NoProxy: variable("NO_PROXY"),
	}
	if cfg.HTTPProxy == "" && cfg.HTTPSProxy == "" {
		return nil
	}
	return &Proxy{of: cfg.ProxyFunc(), addresses: []string{proxyAddress(cfg.HTTPProxy), proxyAddress(cfg.HTTPSProxy)}}
}

// proxyAddress returns the host and port of a proxy's URL, which may lack its scheme, as httpproxy reads it.
func proxyAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" {
		if u, err = url.Parse("http://" + text); err != nil {
			return ""
		}
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// isAt reports whether an address is that of a proxy.
func (p *Proxy) isAt(address string) bool {
	if p == nil {
		return false
	}
	for _, a := range p.addresses {
		if a != "" && strings.EqualFold(a, address) {
			return true
		}
	}
	return false
}
