package document

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
)

// addresses checks allowIPs: networks (CIDR, RFC 4632 and RFC 4291 section 2.3) and single addresses.
func (r *reader) addresses(at string, list []string) []netip.Prefix {
	if len(list) == 0 && !r.has(at) {
		r.problem(errorcode.Empty, at, "lists no address, so nobody could call; leave it out to allow calls from anywhere")
	}
	var out []netip.Prefix
	for i, text := range list {
		here := at + decode.Index(i)
		if r.has(here) {
			continue
		}
		prefix, message := prefixOf(text)
		if message == "" && slices.Contains(out, prefix) {
			message = decode.Quote(text) + " is given twice; keep one"
		}
		if message != "" {
			r.problem(errorcode.Format, here, message)
			continue
		}
		out = append(out, prefix)
	}
	return out
}

// prefixOf parses one network or address. It turns an IPv4-mapped IPv6 address (::ffff:192.0.2.1, RFC 4291 section
// 2.5.5.2) into IPv4, because callers' addresses are converted the same way.
func prefixOf(text string) (netip.Prefix, string) {
	if !strings.Contains(text, "/") {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, noAddress(text)
		}
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), ""
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, noAddress(text)
	}
	if addr := prefix.Addr(); addr.Is4In6() {
		bits := prefix.Bits() - 96
		if bits < 0 {
			return netip.Prefix{}, fmt.Sprintf("%s is an IPv4 address written as IPv6, whose network has at least 96 bits; write %s", decode.Quote(text), likelyPrefix(addr.Unmap(), prefix.Bits()))
		}
		prefix = netip.PrefixFrom(addr.Unmap(), bits)
	}
	if masked := prefix.Masked(); masked != prefix {
		return netip.Prefix{}, fmt.Sprintf("%s has bits set behind its first %d; write %s for the network or %s for the address", decode.Quote(text), prefix.Bits(), masked, prefix.Addr())
	}
	return prefix, ""
}

// likelyPrefix guesses the intended network when an IPv4 prefix length follows an ::ffff: address.
func likelyPrefix(addr netip.Addr, bits int) string {
	if bits > addr.BitLen() {
		return addr.String()
	}
	return netip.PrefixFrom(addr, bits).Masked().String()
}

// noAddress returns the message for a text that is not a valid address, with advice on what to write instead.
func noAddress(text string) string {
	const example = `; write a network such as 192.0.2.0/24 or "2001:db8::/32", or an address`
	switch {
	case text == "":
		return "is empty" + example
	case strings.Contains(text, "{{"):
		return "addresses are written out; they hold no template"
	case strings.Contains(text, "*"):
		return decode.Quote(text) + " is not a valid address: a network is written with its length, as in 192.0.2.0/24"
	case strings.Contains(text, "%"):
		return decode.Quote(text) + " has a zone, which no other machine knows; leave it out"
	case text == "localhost":
		return `"localhost" is a name, and names are not looked up; write 127.0.0.1 and "::1"`
	case !strings.Contains(text, ":") && strings.ContainsFunc(text, unicode.IsLetter):
		return decode.Quote(text) + " is a name, and names are not looked up" + example
	case strings.Contains(text, "-"):
		return decode.Quote(text) + " is not a valid address, and ranges are not supported" + example
	default:
		if host, err := netip.ParseAddrPort(text); err == nil {
			return decode.Quote(text) + " has a port, which changes with every call; write " + host.Addr().String()
		}
		return decode.Quote(text) + " is not a valid address" + example
	}
}
