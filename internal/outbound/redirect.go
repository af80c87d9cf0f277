package outbound

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// hop is one request of the chain that redirects make.
type hop struct {
	method  string
	url     *url.URL
	header  http.Header
	body    Body
	private bool // the body may contain secrets
	left    int  // redirects to follow
}

// Do sends a request and follows redirects. The caller must close the response, and ctx must not end before. Errors
// are of type *Error, except that of an ended context.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	c.counters.requests.Add(1)
	h, err := c.first(r)
	if err != nil {
		return nil, c.failed(err)
	}
	c.counters.inFlight.Add(1)
	resp, err := c.follow(ctx, h) //nolint:bodyclose // the Response closes it
	if err != nil {
		c.counters.inFlight.Add(-1)
		return nil, c.failed(classify(ctx, err))
	}
	return newResponse(c, resp, h.method, r.MaxResponse), nil
}

// userAgent names this server to the other side, unless the request does.
const userAgent = "Hookline"

// first returns the first hop of a request.
func (c *Client) first(r Request) (*hop, error) {
	u, err := c.parse(r.URL)
	if err != nil {
		return nil, err
	}
	if err := checkHeader(r.Header); err != nil {
		return nil, err
	}
	if !validMethod(r.Method) {
		return nil, &Error{Kind: Invalid, Message: "the method " + quoted(r.Method) + " cannot be sent"}
	}
	h := &hop{
		method: r.Method, url: u, header: r.Header.Clone(), body: r.Body, private: r.PrivateBody,
		left: min(r.Redirects, MaxRedirects),
	}
	if h.header == nil {
		h.header = make(http.Header)
	}
	for name, text := range map[string]string{"Accept-Encoding": "gzip", "User-Agent": userAgent} {
		if h.header[name] == nil {
			h.header.Set(name, text)
		}
	}
	return h, nil
}

// follow sends a request and the ones that redirects ask for.
func (c *Client) follow(ctx context.Context, h *hop) (*http.Response, error) {
	follows := h.left > 0
	for {
		m, err := message(ctx, h)
		if err != nil {
			return nil, err
		}
		resp, err := c.wire.RoundTrip(m)
		if err != nil {
			return nil, err
		}
		location := resp.Header.Get("Location")
		if !follows || !isRedirect(resp.StatusCode) || location == "" {
			return resp, nil
		}
		discard(resp.Body)
		if err := c.redirect(h, resp.StatusCode, location); err != nil {
			return nil, err
		}
		c.counters.redirects.Add(1)
	}
}

// isRedirect reports whether a status has a Location to follow.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	default:
		return false
	}
}

// discardBytes is how much of a redirect's body is read so that the connection can be used again.
const discardBytes = 4 << 10

func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, discardBytes)
	_ = body.Close()
}

// redirect changes h to the next hop (RFC 9110 section 15.4).
func (c *Client) redirect(h *hop, status int, location string) error {
	if h.left == 0 {
		return &Error{Kind: Redirect, Message: "there are too many redirects"}
	}
	h.left--
	next, err := h.url.Parse(location)
	if err != nil {
		return &Error{Kind: Redirect, Message: "the location of a redirect is not a valid URL"}
	}
	if err := c.check(next); err != nil {
		return redirected(err)
	}
	post := status <= http.StatusFound && h.method == http.MethodPost // what all clients do, and the RFC permits
	if post || status == http.StatusSeeOther && h.method != http.MethodHead {
		h.method, h.body = http.MethodGet, Body{}
		for name := range h.header {
			if strings.HasPrefix(name, "Content-") {
				delete(h.header, name)
			}
		}
	}
	if !sameOrigin(h.url, next) {
		if h.private && h.body.Open != nil {
			return &Error{Kind: Redirect, Message: "a redirect would send the body, which has a secret, to another origin"}
		}
		keepContentHeaders(h.header)
	}
	h.url = next
	return nil
}

// sameOrigin compares scheme, host and port (RFC 6454 section 5).
func sameOrigin(a, b *url.URL) bool {
	pa, errA := portOf(a.Port(), a.Scheme)
	pb, errB := portOf(b.Port(), b.Scheme)
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && pa == pb && errA == nil && errB == nil
}

// contentHeaders are the headers that another origin gets: they say what the content is, and which request it is.
var contentHeaders = [...]string{
	"Accept", "Accept-Encoding", "Accept-Language", "Content-Encoding", "Content-Language", "Content-Type",
	"Idempotency-Key", "User-Agent",
}

// keepContentHeaders drops everything that may be a credential: Authorization, cookies, keys, signatures.
func keepContentHeaders(h http.Header) {
	for name := range h {
		if !slices.Contains(contentHeaders[:], http.CanonicalHeaderKey(name)) {
			delete(h, name)
		}
	}
}
