package document

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzAddress checks that an accepted address is canonical: masked, IPv4 where possible, and unchanged when its own
// text is parsed again.
func FuzzAddress(f *testing.F) {
	for _, text := range []string{"192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1", "::ffff:192.0.2.0/120", "::ffff:1.2.3.4/0", "fe80::1%eth0", "010.0.0.1", "1.2.3.4:80", "::/0", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		prefix, message := prefixOf(text)
		if message != "" {
			if prefix.IsValid() {
				t.Fatalf("%q is refused and taken as %s", text, prefix)
			}
			return
		}
		if !prefix.IsValid() || prefix != prefix.Masked() || prefix.Addr().Is4In6() || prefix.Addr().Zone() != "" {
			t.Fatalf("%q is taken as %s", text, prefix)
		}
		if again, message := prefixOf(prefix.String()); again != prefix || message != "" {
			t.Fatalf("%q is taken as %s, and that as %s: %s", text, prefix, again, message)
		}
	})
}

// FuzzOrigin checks that an accepted origin can be compared byte by byte with what browsers send.
func FuzzOrigin(f *testing.F) {
	for _, text := range []string{"https://app.example.com", "http://localhost:5173", "http://[::1]:80", "https://a:443", "null", "*", "HTTPS://A", "chrome-extension://ab", "https://a/", "https://a?", "https://a#", "https://u@a", "https://a:"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if originProblem(text) != "" {
			return
		}
		u, err := url.Parse(text)
		if err != nil || text != u.Scheme+"://"+u.Host || strings.ToLower(text) != text || strings.ContainsAny(text, " ,*%@\\\"'<>") {
			t.Fatalf("%q is taken as an origin", text)
		}
		for i := range len(text) {
			if text[i] <= ' ' || text[i] >= 0x7f {
				t.Fatalf("%q is taken as an origin", text)
			}
		}
	})
}

// FuzzPublicURL checks that an accepted URL is absolute and has no part that senders never send.
func FuzzPublicURL(f *testing.F) {
	for _, text := range []string{"https://hooks.example.com/a?b=c", "http://h:8080", "https://u:p@h", "https://h#", "//h", "https:h", "https://{{$env.H}}", "ftp://h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if urlProblem(text) != "" {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || strings.Contains(text, "{{") || len(text) > MaxURL {
			t.Fatalf("%q is taken as a public URL", text)
		}
		if lower := strings.ToLower(text); !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://") {
			t.Fatalf("%q is taken as a public URL", text)
		}
	})
}
