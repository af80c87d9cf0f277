package clientip

import (
	"crypto/tls"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestAnAddressIsThatOfTheSocket(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "[2001:db8::1]:80": "2001:db8::1", "[fe80::1%eth0]:1": "fe80::1",
		"[::ffff:192.0.2.1]:80": "192.0.2.1", "@": "", "": "", "192.0.2.1": "",
	} {
		addr, text := socket(in)
		if text != want || addr.IsValid() && addr.String() != want {
			t.Errorf("%s: got %s (%v), want %s", in, text, addr, want)
		}
	}
}

func FuzzChain(f *testing.F) {
	for _, s := range []string{"192.0.2.1, 10.0.0.1", `for="[2001:db8::1]:80";by=x, for=10.0.0.1`, `for="\"`, "[::1", "::ffff:10.0.0.1,fe80::1%eth0", ",,;;=="} {
		f.Add(s, s)
	}
	p := NewProxies([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "")
	f.Fuzz(func(t *testing.T, forwardedFor, other string) {
		for _, header := range []string{forwardedForHeader, forwardedHeader} {
			h := http.Header{header: {forwardedFor, other}}
			c := p.Locate("10.0.0.1:1", h)
			ip, err := netip.ParseAddr(c.IP)
			if err != nil || ip != c.Addr || ip.Zone() != "" || ip.Is4In6() {
				t.Fatalf("the address is %q, and %v", c.IP, c.Addr)
			}
			if n := len(c.Chain); n == 0 || n > MaxChain || c.Chain[0] != "10.0.0.1" {
				t.Fatalf("the chain is %q", c.Chain)
			}
			// Addresses before the last trusted one must never be believed, whatever they are.
			h[header] = append(h[header], "for=203.0.113.7")
			if header == forwardedForHeader {
				h[header][2] = "203.0.113.7"
			}
			if c := p.Locate("10.0.0.1:1", h); c.IP != "203.0.113.7" {
				t.Fatalf("a forged chain made it %q", c.IP)
			}
		}
	})
}

func TestHTTPSIsWhatTheServerOrATrustedProxySees(t *testing.T) {
	const proxy, stranger = "10.0.0.1:1", "203.0.113.7:1"
	p := NewProxies([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "")
	for _, c := range []struct {
		name, from, header string
		tls, want          bool
	}{
		{name: "plain", from: stranger},
		{name: "TLS", from: stranger, tls: true, want: true},
		{name: "a stranger says so", from: stranger, header: "X-Forwarded-Proto: https"},
		{name: "a proxy says so", from: proxy, header: "X-Forwarded-Proto: HTTPS", want: true},
		{name: "the first of two proxies says so", from: proxy, header: "X-Forwarded-Proto: https, http", want: true},
		{name: "a proxy says no", from: proxy, header: "X-Forwarded-Proto: http"},
		{name: "a proxy says nothing", from: proxy},
		{name: "a proxy says so in Forwarded", from: proxy, header: `Forwarded: for=192.0.2.1;proto="https"`, want: true},
		{name: "a proxy says no in Forwarded", from: proxy, header: "Forwarded: for=192.0.2.1;proto=http"},
	} {
		r := &http.Request{RemoteAddr: c.from, Header: http.Header{}}
		if name, text, ok := strings.Cut(c.header, ": "); ok {
			r.Header.Set(name, text)
		}
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := p.HTTPS(r); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
