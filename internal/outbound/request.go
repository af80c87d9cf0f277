package outbound

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/net/idna"
)

// Request is one request. Do does not change it.
type Request struct {
	Method string
	URL    string // http or https, without user information
	// Header is sent as it is, with Host as the name of the host. Accept-Encoding and
	// User-Agent are set if they are missing.
	Header http.Header
	Body   Body
	// PrivateBody says that the body may contain secrets. A redirect that would send it to another origin is then
	// an error.
	PrivateBody bool
	// Redirects is the number of redirects to follow, at most MaxRedirects. With 0, a redirect is the response.
	Redirects int
	// MaxResponse limits the body of the response in bytes, as received and decompressed.
	MaxResponse int64
}

// Body is the content of a request. The zero value is no content.
type Body struct {
	// Open returns the content from its beginning. A redirect and a closed connection make it necessary to read it
	// again. Do returns its error unchanged.
	Open func() (io.ReadCloser, error)
	// Length is the number of bytes; -1 if it is not known.
	Length int64
}

// Bytes returns a body in memory.
func Bytes(b []byte) Body {
	return Body{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }, Length: int64(len(b))}
}

// parse reads a URL and checks everything that can be known without resolving its host.
func (c *Client) parse(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, &Error{Kind: Invalid, Message: "the URL is not valid"}
	}
	return u, c.check(u)
}

// check returns an error for a URL that may not be requested.
func (c *Client) check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return &Error{Kind: Invalid, Message: "the URL must begin with http:// or https://"}
	case u.User != nil:
		return &Error{Kind: Invalid, Message: "the URL contains a user name; send credentials in a header"}
	}
	if err := toASCII(u); err != nil {
		return err
	}
	if err := checkHost(u.Hostname()); err != nil {
		return err
	}
	port, err := portOf(u.Port(), u.Scheme)
	if err != nil {
		return err
	}
	if err := c.guard.port(port); err != nil {
		return err
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		return c.guard.address(a) // also when a proxy connects
	}
	return nil
}

// toASCII writes an internationalized host name in its ASCII form, so that what is checked is what is resolved: other
// digits and dots of Unicode become ASCII ones.
func toASCII(u *url.URL) error {
	name := u.Hostname()
	if !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return nil
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return &Error{Kind: Invalid, Message: "the host name is not valid"}
	}
	if port := u.Port(); port != "" {
		ascii += ":" + port
	}
	u.Host = ascii
	return nil
}

// unsendable lists the headers that belong to the connection, not to the request.
var unsendable = [...]string{
	"Connection", "Content-Length", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade",
}

// Sendable reports whether a request may have a header with this name: it is a valid name, and does not control the
// connection.
func Sendable(name string) bool {
	return httpguts.ValidHeaderFieldName(name) && !slices.Contains(unsendable[:], http.CanonicalHeaderKey(name))
}

// checkHeader returns an error for headers that cannot be sent. It never quotes a value.
func checkHeader(h http.Header) error {
	for name, values := range h {
		if !Sendable(name) {
			return &Error{Kind: Invalid, Message: "the header " + quoted(name) + " cannot be sent"}
		}
		for _, text := range values {
			if !httpguts.ValidHeaderFieldValue(text) {
				return &Error{Kind: Invalid, Message: "the value of the header " + quoted(name) + " has a character that is not allowed, such as a line break"}
			}
		}
	}
	return nil
}

// message makes the request of one hop.
func message(ctx context.Context, h *hop) (*http.Request, error) {
	r := &http.Request{
		Method: h.method, URL: h.url, Header: h.header, Host: h.header.Get("Host"),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if h.body.Open != nil {
		content, err := h.body.Open()
		if err != nil {
			return nil, &bodyError{err}
		}
		r.Body, r.GetBody, r.ContentLength = content, h.body.Open, h.body.Length
		if h.body.Length == 0 {
			_ = content.Close()
			r.Body, r.GetBody = http.NoBody, nil
		}
	}
	return r.WithContext(ctx), nil
}

// validMethod reports whether a method may be sent. CONNECT is for proxies, and TRACE returns what was sent.
func validMethod(method string) bool {
	return httpguts.ValidHeaderFieldName(method) && !strings.EqualFold(method, "CONNECT") && !strings.EqualFold(method, "TRACE")
}
