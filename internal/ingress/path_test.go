package ingress

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPathsHaveOneReading(t *testing.T) {
	for _, c := range []struct{ in, want, refused string }{
		{"/", "/", ""},
		{"/a/b", "/a/b", ""},
		{"/a/b/", "/a/b", ""},
		{"/a%2db", "/a-b", ""},
		{"/%E6%97%A5", "/日", ""},
		{"/a%2525", "/a%25", ""},
		{"/...", "/...", ""},
		{"/.a", "/.a", ""},
		{"", "", relative},
		{"*", "", relative},
		{"//", "", emptySegment},
		{"//a", "", emptySegment},
		{"/a//b", "", emptySegment},
		{"/a//", "", emptySegment},
		{"/.", "", dotSegment},
		{"/a/../b", "", dotSegment},
		{"/a/%2E%2e", "", dotSegment},
		{"/a/./", "", dotSegment},
		{"/a%2fb", "", hiddenSlash},
		{"/a%5Cb", "", hiddenSlash},
		{`/a\b`, "", hiddenSlash},
		{"/a%00", "", controlChar},
		{"/a%0d%0a", "", controlChar},
		{"/a%7f", "", controlChar},
		{"/a%", "", brokenEscape},
		{"/a%g0", "", brokenEscape},
		{"/a%c3", "", notUTF8},
	} {
		if got, refused := canonical(c.in); got != c.want || refused != c.refused {
			t.Errorf("%q: got %q, %q; want %q, %q", c.in, got, refused, c.want, c.refused)
		}
	}
}

// FuzzPath checks that a canonical path is its own canonical form, and that matching never maps a path to a
// place that another reading of it would not reach.
func FuzzPath(f *testing.F) {
	for _, s := range []string{
		"/api/webhooks/open", "/api/webhook%3Atrigger/open/", "/api/webhooks/a/%7Bx%7D", "/api/webhooks/orders/7", "/a/%2e%2e/b", "/%2f",
		"/api/webhooks/orders//7", "/api/webhooks/%", "/api/webhooks/a%00",
	} {
		f.Add(s)
	}
	h := build(f, nil, append(manyWorkflows(), workflow("deep", path("/a/{x}/c/{y}")), workflow("other", path("/a/b/{x}")))...)
	f.Fuzz(func(t *testing.T, escaped string) {
		plain, refused := canonical(escaped)
		if refused != "" {
			if plain != "" {
				t.Fatalf("%q is refused and yet %q", escaped, plain)
			}
			return
		}
		if !utf8.ValidString(plain) || strings.Contains(plain, "//") || strings.ContainsAny(plain, "\x00\\") ||
			strings.Contains(plain+"/", "/../") || strings.Contains(plain+"/", "/./") {
			t.Fatalf("%q became %q", escaped, plain)
		}
		if !strings.Contains(plain, "%") {
			if again, refused := canonical(plain); again != plain || refused != "" {
				t.Fatalf("%q became %q and then %q (%s)", escaped, plain, again, refused)
			}
		}
		endpoint, values := h.table.Load().find(plain)
		if endpoint == nil {
			return
		}
		for _, r := range endpoint.routes {
			if len(values) != len(r.names) {
				t.Fatalf("%q: %d values for the parameters %v", plain, len(values), r.names)
			}
			want := hooksPrefix + strings.TrimPrefix(r.path, "/")
			for i, v := range values {
				want = strings.Replace(want, "{"+r.names[i]+"}", v, 1)
			}
			if plain != want && plain != hooksPrefix+r.key && plain != triggerPrefix+r.key {
				t.Fatalf("%q was taken by %s %s", plain, r.key, r.path)
			}
		}
	})
}
