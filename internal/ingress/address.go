package ingress

import (
	"iter"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// The headers in which proxies write whom they speak for.
const (
	forwardedForHeader = "X-Forwarded-For"
	forwardedHeader    = "Forwarded" // RFC 7239
)

// locate finds the caller's address: the socket's, unless that is a trusted proxy. Then what proxies
// wrote is walked from the nearest on, as each may only be believed when the one before it is. The
// first address that is no trusted proxy's is the caller's; whatever stands behind it, the caller may
// have made up. An element that is no address ends the walk as well, and the last good one counts.
//
// Proxies write one of two headers and pass the other one on as the caller sent it, so only one may be
// looked at: X-Forwarded-For, which nearly all write, and Forwarded where there is none. Where
// proxies write only Forwarded, Options.ProxyHeader must say so, or callers could put an
// X-Forwarded-For before it.
func (c *call) locate() {
	req := &c.delivery.Request
	c.from, req.IP = socket(c.r.RemoteAddr)
	proxies := c.h.opt.TrustedProxies
	if len(proxies) == 0 || !within(proxies, c.from) {
		return
	}
	c.proxy = true
	chain := []string{req.IP}
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

// socket reads the address of a socket. A zone is left out, as it means something on this machine
// only; an IPv4 address that came over an IPv6 socket is written as what it is.
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

// within reports whether one of the networks holds an address.
func within(list []netip.Prefix, addr netip.Addr) bool {
	for i := range list {
		if list[i].Contains(addr) {
			return true
		}
	}
	return false
}

// networks brings prefixes into the form that plain addresses are compared with.
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

// elements yields what proxies wrote, the nearest one's first. which is a header's name, "" for the
// default.
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

// hop reads an address as proxies write it: alone, with a port, in brackets.
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
