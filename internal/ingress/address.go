package ingress

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

// locate finds the caller's address: the socket's, unless that is a trusted proxy. Then it reads the addresses that
// proxies wrote, the nearest proxy's first, as each entry can be trusted only if the proxy that wrote it is. The
// first address that is not a trusted proxy is the caller; the caller may have invented everything before it. An
// entry that is not an address ends the search too, and the last valid one counts.
//
// A proxy sets one of two headers and passes the other on as the caller sent it, so only one of them may be read. Unless
// Options.ProxyHeader says which, that is the one that the call has; of a call with both, neither is believed.
func (c *call) locate() {
	req := &c.delivery.Request
	c.from, req.IP = socket(c.r.RemoteAddr)
	proxies := c.h.opt.TrustedProxies
	if len(proxies) == 0 || !within(proxies, c.from) {
		return
	}
	c.proxy = true
	chain := []string{req.IP}
	if c.h.opt.ProxyHeader == "" && len(c.r.Header[forwardedForHeader]) > 0 && len(c.r.Header[forwardedHeader]) > 0 {
		c.delivery.Chain = append(chain, strconv.Quote(forwardedForHeader+" and "+forwardedHeader))
		return
	}
	for element := range elements(c.r.Header, c.h.opt.ProxyHeader) {
		addr, ok := hop(element)
		if !ok {
			chain = append(chain, strconv.Quote(element[:min(len(element), maxHop)]))
			break
		}
		c.from, req.IP = addr, addr.String()
		chain = append(chain, req.IP)
		if c.proxy = within(proxies, addr); !c.proxy || len(chain) == maxChain {
			break
		}
	}
	c.delivery.Chain = chain
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
		addr = plain(addr)
		return addr, addr.String()
	}
	return addr, strings.Trim(remote[:strings.LastIndexByte(remote, ':')], "[]") // net writes it as netip does
}

func plain(addr netip.Addr) netip.Addr { return addr.WithZone("").Unmap() }

// within reports whether one of the networks contains an address.
func within(list []netip.Prefix, addr netip.Addr) bool {
	for i := range list {
		if list[i].Contains(addr) {
			return true
		}
	}
	return false
}

// networks turns prefixes into the form that plain addresses are compared with.
func networks(list []netip.Prefix) []netip.Prefix {
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
				for _, element := range slices.Backward(forwarded(line)) {
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
	return plain(addr), true
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
