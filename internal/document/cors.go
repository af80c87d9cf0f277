package document

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// corsDoc is trigger.cors.
type corsDoc struct{ fields corsFields }

type corsFields struct {
	Origins     []string      `json:"origins" required:"true" min:"1" max:"100"`
	Headers     []string      `json:"headers" min:"1" max:"100"`
	Expose      []string      `json:"exposeHeaders" min:"1" max:"100"`
	Credentials bool          `json:"credentials"`
	MaxAge      time.Duration `json:"maxAge" min:"1s" max:"1d"`
}

func (d *corsDoc) DecodeValue(v value.Value) []decode.Problem {
	return readObject(v, &d.fields, "{origins: [https://app.example.com]}")
}

// Hint recognizes other products' names for the fields.
func (*corsFields) Hint(field string) string {
	switch field {
	case "origin", "allowOrigin", "allowOrigins", "allowedOrigins":
		return "write origins: [https://app.example.com]"
	case "allowHeaders", "allowedHeaders":
		return "write headers"
	case "expose", "exposedHeaders":
		return "write exposeHeaders"
	case "methods", "allowMethods", "allowedMethods":
		return "the methods are those of the trigger; leave it out"
	case "allowCredentials":
		return "write credentials: true"
	case "age", "ttl", "preflightMaxAge":
		return "write maxAge"
	default:
		return ""
	}
}

func (r *reader) cors(doc *corsDoc) *flow.CORS {
	const at = "trigger.cors"
	if doc == nil {
		return nil
	}
	f := doc.fields
	for i, origin := range f.Origins {
		here := at + ".origins" + decode.Index(i)
		message := ""
		switch {
		case r.has(here):
		case origin == "*" && len(f.Origins) > 1:
			message = "* must be the only entry: it allows any origin"
		case origin == "*" && f.Credentials:
			message = "* cannot go with credentials: true (Fetch standard, section 3.2.5); name the origins"
		case origin == "*":
		case slices.Index(f.Origins, origin) < i:
			message = decode.Quote(origin) + " is given twice; keep one"
		default:
			message = originProblem(origin)
		}
		if message != "" {
			r.problem(errorcode.Format, here, message)
		}
	}
	r.corsHeaders(at+".headers", f.Headers, "* is not needed: without headers, a page may send any header; leave it out")
	star := ""
	if f.Credentials {
		star = "* means nothing with credentials: true (Fetch standard, section 3.2.5); name the headers"
	}
	r.corsHeaders(at+".exposeHeaders", f.Expose, star)
	return &flow.CORS{Origins: f.Origins, Headers: f.Headers, Expose: f.Expose, Credentials: f.Credentials, MaxAge: f.MaxAge}
}

// corsHeaders checks a list of header names. star is the reason why * is not allowed in it, or "".
func (r *reader) corsHeaders(at string, names []string, star string) {
	seen := make(map[string]bool)
	for i, name := range names {
		lower := strings.ToLower(name)
		switch here := at + decode.Index(i); {
		case r.has(here):
		case name == "*" && star != "":
			r.problem(errorcode.Insecure, here, star)
		case name == "*" && len(names) > 1:
			r.problem(errorcode.Contradicts, here, "* must be the only entry: it allows any header")
		case !isToken(name):
			r.problem(errorcode.Format, here, decode.Quote(name)+" is not a valid header name")
		case seen[lower]:
			r.problem(errorcode.Duplicate, here, decode.Quote(name)+" is given twice; keep one")
		}
		seen[lower] = true
	}
}

// originProblem returns why a text is not an origin as browsers send it (RFC 6454 section 6.2): scheme, host, and
// the port unless it is the scheme's default, all in lower case, with the host in ASCII.
func originProblem(text string) string {
	const example = "; write scheme and host, as in https://app.example.com"
	switch {
	case text == "":
		return "is empty" + example
	case text == "null":
		return `"null" is the origin of any page that hides its own; it proves nothing, leave it out`
	case strings.Contains(text, "{{"):
		return "origins are written out; they hold no template"
	case strings.Contains(text, "*"):
		return decode.Quote(text) + " is a pattern, and patterns are not supported; write each origin out, or * alone"
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Hostname() == "" || u.Opaque != "" {
		return decode.Quote(text) + " is not a valid origin" + example
	}
	if near, ok := nearest.Name(u.Scheme, []string{"http", "https"}); ok && u.Scheme != "http" && u.Scheme != "https" {
		return "unknown scheme " + decode.Quote(u.Scheme) + "; did you mean " + decode.Quote(near) + "?"
	}
	switch host := u.Hostname(); {
	case strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }):
		return "browsers send the host of " + decode.Quote(text) + " in ASCII (xn--…); write it so"
	case !isHost(host):
		return decode.Quote(text) + " is not a valid origin" + example
	}
	port, _ := strconv.Atoi(u.Port())
	if u.Port() != "" && (port < 1 || port > 65535) {
		return decode.Quote(text) + " has a port that does not exist"
	}
	if canonical := canonicalOrigin(u); canonical != text {
		return "browsers send it as " + clipped(canonical) + "; write that"
	}
	return ""
}

// isHost reports whether a text is an IPv6 address, or has only characters of host names and IPv4 addresses.
func isHost(text string) bool {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.Zone() == ""
	}
	return strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}

func canonicalOrigin(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch port := u.Port(); {
	case port == "":
		host = strings.TrimSuffix(host, ":")
	case u.Scheme == "http" && port == "80", u.Scheme == "https" && port == "443":
		host = strings.TrimSuffix(host, ":"+port)
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && addr.Is6() {
		_, after, _ := strings.Cut(host, "]")
		host = "[" + addr.String() + "]" + after
	}
	return u.Scheme + "://" + host
}
