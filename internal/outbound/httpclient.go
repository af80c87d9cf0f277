package outbound

import (
	"io"
	"net/http"
	"time"
)

// HTTP returns a client of net/http for libraries that need one. Its requests are those of Do: the guard checks every
// address, and a response has at most maxResponse bytes and takes at most
// timeout. It follows no redirects.
func (c *Client) HTTP(maxResponse int64, timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		Transport:     &roundTripper{client: c, max: maxResponse},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// roundTripper sends the requests of net/http's client through Do.
type roundTripper struct {
	client *Client
	max    int64
}

// RoundTrip sends one request.
func (t *roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := bodyOf(r)
	if err != nil {
		return nil, err
	}
	resp, err := t.client.Do(r.Context(), Request{
		Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: body, PrivateBody: true, MaxResponse: t.max,
	})
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: http.StatusText(resp.Status), StatusCode: resp.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: resp.Header, Body: &responseBody{resp}, ContentLength: resp.Length, Request: r,
	}, nil
}

// bodyOf returns the content of a request, which must be in memory: then GetBody returns it from its beginning.
func bodyOf(r *http.Request) (Body, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return Body{}, nil
	}
	if err := r.Body.Close(); err != nil {
		return Body{}, err
	}
	if r.GetBody == nil {
		return Body{}, &Error{Kind: Invalid, Message: "the body of the request can be read only once"}
	}
	return Body{Open: r.GetBody, Length: r.ContentLength}, nil
}

// responseBody closes the response with its body.
type responseBody struct{ resp *Response }

// Read reads the body, decompressed.
func (b *responseBody) Read(p []byte) (int, error) { return b.resp.Read(p) }

// Close ends the response.
func (b *responseBody) Close() error {
	b.resp.Close()
	return nil
}

var _ io.ReadCloser = (*responseBody)(nil)
