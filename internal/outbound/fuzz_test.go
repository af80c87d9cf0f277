package outbound

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// FuzzURL checks that no URL panics, and that one that passes has a public address or something that only a resolver
// of names can turn into one.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{
		"http://.", "http://127.1/", "https://[::1%25lo]:1/x", "http://a@b/", "http://①.①", "http://0x7f.1:80", "http://x..", "%", "https://example.com/?q#f",
		"http://８.８.８.８", "http://[64:ff9b::8.8.8.8]/", "http://xn--a.example:8080",
	} {
		f.Add(seed)
	}
	c := New(Options{})
	f.Fuzz(func(t *testing.T, text string) {
		u, err := c.parse(text)
		if err != nil {
			return
		}
		host := u.Hostname()
		if a, err := netip.ParseAddr(host); err == nil {
			if !a.IsGlobalUnicast() || a.IsPrivate() {
				t.Errorf("%q leads to %s", text, a)
			}
			return
		}
		last := strings.TrimSuffix(host, ".")
		last = last[strings.LastIndexByte(last, '.')+1:]
		if last == "" || '0' <= last[0] && last[0] <= '9' && strings.Trim(last, "0123456789") == "" || strings.HasPrefix(strings.ToLower(last), "0x") && isNumber(last) {
			t.Errorf("%q has the host %q, which may be an address", text, host)
		}
		if again, err := url.Parse(u.String()); err != nil || again.Host != u.Host {
			t.Errorf("%q: %q is read differently the second time: %v", text, u.String(), err)
		}
	})
}
