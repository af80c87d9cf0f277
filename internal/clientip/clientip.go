package clientip

import (
	"iter"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// The headers in which proxies report the caller's address.
const (
	forwardedForHeader = "X-Forwarded-For"
	forwardedHeader    = "Forwarded" // RFC 7239
)

// MaxChain is how many addresses of a chain of proxies are read, including the socket's.
const MaxChain = 32

// MaxHop is how many bytes are kept of an entry that is not an address.
const MaxHop = 64

// Proxies says whose word about the caller is believed. The zero value trusts nobody.
type Proxies struct {
	networks []netip.Prefix
	header   string
}

// NewProxies returns the proxies in these networks. header is the header that they set: X-Forwarded-For or Forwarded;
// "" means the one that a call has.
func NewProxies(trusted []netip.Prefix, header string) Proxies {
	return Proxies{networks: Networks(trusted), header: http.CanonicalHeaderKey(header)}
}

// Caller is where a request comes from.
type Caller struct {
	Addr netip.Addr // not valid if the socket has none
	IP   string     // Addr as text; "" if it is not valid
	// Proxy means that Addr is a trusted proxy, which did not report its client.
	Proxy bool
	// Chain has the addresses from the socket to the caller, if the socket is a trusted proxy. An entry that is not an
	// address is in quotes, and cut at MaxHop.
	Chain []string
}

// Locate finds the caller's address: the socket's, unless that is a trusted proxy. Then it reads the addresses that
// proxies wrote, the nearest proxy's first, as each entry can be trusted only if the proxy that wrote it is. The
// first address that is not a trusted proxy is the caller; the caller may have invented everything before it. An
// entry that is not an address ends the search too, and the last valid one counts.
//
// A proxy sets one of two headers and passes the other on as the caller sent it, so only one of them may be read. Unless
// NewProxies was told which, that is the one that the call has; of a call with both, neither is believed.
func (p *Proxies) Locate(remote string, header http.Header) (c Caller) {
	c.Addr, c.IP = socket(remote)
	if len(p.networks) == 0 || !Within(p.networks, c.Addr) {
		return c
	}
	c.Proxy = true
	c.Chain = []string{c.IP}
	if p.header == "" && len(header[forwardedForHeader]) > 0 && len(header[forwardedHeader]) > 0 {
		c.Chain = append(c.Chain, strconv.Quote(forwardedForHeader+" and "+forwardedHeader))
		return c
	}
	for element := range elements(header, p.header) {
		addr, ok := hop(element)
		if !ok {
			c.Chain = append(c.Chain, strconv.Quote(element[:min(len(element), MaxHop)]))
			break
		}
		c.Addr, c.IP = addr, addr.String()
		c.Chain = append(c.Chain, c.IP)
		if c.Proxy = Within(p.networks, addr); !c.Proxy || len(c.Chain) == MaxChain {
			break
		}
	}
	return c
}

// HTTPS reports whether the caller uses HTTPS: to this server, or to a trusted proxy that says so in X-Forwarded-Proto
// or Forwarded.
func (p *Proxies) HTTPS(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if from, _ := socket(r.RemoteAddr); !Within(p.networks, from) {
		return false
	}
	for _, line := range r.Header["X-Forwarded-Proto"] {
		for one := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(one), "https") {
				return true
			}
		}
	}
	for _, line := range r.Header[forwardedHeader] {
		if slices.ContainsFunc(parameters(line, "proto"), func(proto string) bool { return strings.EqualFold(proto, "https") }) {
			return true
		}
	}
	return false
}

// socket parses the address of a socket. It drops the zone, which only this machine understands, and writes an IPv4
// address of an IPv6 socket as IPv4.
func socket(remote string) (netip.Addr, string) {
	both, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}, ""
	}
	addr := both.Addr()
	if addr.Zone() != "" || addr.Is4In6() {
		addr = Plain(addr)
		return addr, addr.String()
	}
	return addr, strings.Trim(remote[:strings.LastIndexByte(remote, ':')], "[]") // net writes it as netip does
}

// Plain returns an address without its zone, which only this machine understands, and an IPv4 address of an IPv6 socket
// as IPv4.
func Plain(addr netip.Addr) netip.Addr { return addr.WithZone("").Unmap() }

// Within reports whether one of the networks contains an address.
func Within(list []netip.Prefix, addr netip.Addr) bool {
	for i := range list {
		if list[i].Contains(addr) {
			return true
		}
	}
	return false
}

// Networks turns prefixes into the form that Within compares addresses of Plain with.
func Networks(list []netip.Prefix) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, p := range list {
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		out[i] = p.Masked()
	}
	return out
}

// elements yields the entries of the proxies' header, the nearest proxy's first. which is the header's name; ""
// means the default.
func elements(header http.Header, which string) iter.Seq[string] {
	if which == "" {
		which = forwardedForHeader
		if len(header[forwardedForHeader]) == 0 {
			which = forwardedHeader
		}
	}
	return func(yield func(string) bool) {
		for _, line := range slices.Backward(header[which]) {
			if which == forwardedHeader {
				for _, element := range slices.Backward(parameters(line, "for")) {
					if !yield(element) {
						return
					}
				}
				continue
			}
			for more := true; more; {
				var element string
				if at := strings.LastIndexByte(line, ','); at >= 0 {
					line, element = line[:at], line[at+1:]
				} else {
					element, more = line, false
				}
				if !yield(strings.Trim(element, " \t")) {
					return
				}
			}
		}
	}
}

// hop parses an address as proxies write it: alone, with a port, or in brackets.
func hop(text string) (netip.Addr, bool) {
	host := text
	bracketed := strings.HasPrefix(text, "[")
	if bracketed {
		inside, rest, closed := strings.Cut(text[1:], "]")
		if !closed || rest != "" && !isPort(rest) {
			return netip.Addr{}, false
		}
		host = inside
	} else if strings.Count(text, ":") == 1 {
		at := strings.IndexByte(text, ':')
		if !isPort(text[at:]) {
			return netip.Addr{}, false
		}
		host = text[:at]
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || bracketed && !addr.Is6() {
		return netip.Addr{}, false
	}
	return Plain(addr), true
}

// isPort reports whether a text is a colon and a port: a number, or a name of a proxy's own that
// starts with _ (RFC 7239 section 6).
func isPort(text string) bool {
	port, ok := strings.CutPrefix(text, ":")
	if _, err := strconv.ParseUint(port, 10, 16); err == nil {
		return ok
	}
	return ok && len(port) > 1 && port[0] == '_'
}
