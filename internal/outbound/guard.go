package outbound

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// guard decides which addresses and ports may be connected to. It is immutable.
type guard struct {
	addresses *ssrf.Guardian
	ports     []uint16 // empty: any
}

func newGuard(allow []netip.Prefix, ports []uint16) *guard {
	var v4, v6 []netip.Prefix
	for _, p := range allow {
		switch {
		case p.Addr().Is4In6() && p.Bits() >= mappedBits:
			v4 = append(v4, netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mappedBits))
		case p.Addr().Is4():
			v4 = append(v4, p)
		default:
			v6 = append(v6, p)
		}
	}
	return &guard{
		addresses: ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...),
			ssrf.WithDeniedV4Prefixes(azureHost())),
		ports: ports,
	}
}

// mappedBits is the length of the prefix of IPv4-mapped IPv6 addresses (RFC 4291 section 2.5.5.2).
const mappedBits = 96

// azureHost is the address at which every virtual machine on Azure finds its host. It looks public and is not.
func azureHost() netip.Prefix { return netip.MustParsePrefix("168.63.129.16/32") }

// control checks a concrete address immediately before the connection is made. It is a net.Dialer's Control.
func (g *guard) control(network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return &Error{Kind: Refused, Message: "only TCP may leave this server"}
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Error{Kind: Refused, Message: "the address cannot be checked"}
	}
	if err := g.port(to.Port()); err != nil {
		return err
	}
	return g.address(to.Addr())
}

// address returns an error for an address that may not be connected to.
func (g *guard) address(a netip.Addr) error {
	refused := &Error{Kind: Refused, Message: fmt.Sprintf(
		"%s is not a public address; if it may be called, start the server with --allow-outbound", a)}
	a = a.Unmap()
	if g.addresses.SafeAddr(a) != nil {
		return refused
	}
	// A gateway takes the last four bytes of such an address as an IPv4 address.
	if ssrf.IPv6NAT64Prefix.Contains(a) {
		b := a.As16()
		if g.addresses.SafeAddr(netip.AddrFrom4([4]byte(b[12:]))) != nil {
			return refused
		}
	}
	return nil
}

// port returns an error for a port that may not be connected to.
func (g *guard) port(n uint16) error {
	if len(g.ports) == 0 || slices.Contains(g.ports, n) {
		return nil
	}
	return &Error{Kind: Refused, Message: fmt.Sprintf("port %d is not one of --outbound-ports", n)}
}

// checkHost refuses texts that some resolvers take for an address and others for a name: 127.1, 0x7f.0.0.1,
// 2130706433, 127.0.0.1. with a dot at its end. The rule is that of the WHATWG URL standard ("ends in a number"): a
// name never ends in a number, so such a text must be an address as netip reads it.
func checkHost(host string) error {
	if host == "" {
		return &Error{Kind: Invalid, Message: "the URL names no host"}
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return nil // Control decides
	}
	last := strings.TrimSuffix(host, ".")
	last = last[strings.LastIndexByte(last, '.')+1:]
	if last == "" || isNumber(last) || strings.ContainsAny(host, ":%/\\@ ") {
		return &Error{Kind: Refused, Message: "the host is neither a name nor an address in its usual form, e.g. 192.0.2.7"}
	}
	return nil
}

// isNumber reports whether a label is a decimal, octal or hexadecimal number, of any length.
func isNumber(label string) bool {
	if rest, hex := strings.CutPrefix(strings.ToLower(label), "0x"); hex {
		return strings.Trim(rest, "0123456789abcdef") == ""
	}
	return label != "" && strings.Trim(label, "0123456789") == ""
}

// portOf parses the port of a URL.
func portOf(text, scheme string) (uint16, error) {
	switch {
	case text != "":
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil || n == 0 {
			return 0, &Error{Kind: Invalid, Message: "the port of the URL is not one of 1 to 65535"}
		}
		return uint16(n), nil
	case scheme == "https":
		return 443, nil
	default:
		return 80, nil
	}
}
