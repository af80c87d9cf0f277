package outbound

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
)

// smallBody is the part of a body that needs no reservation of memory, in bytes.
const smallBody = 64 << 10

// Response is a response. It is for one goroutine.
type Response struct {
	Status int
	Header http.Header // without Content-Encoding and Content-Length if the body was decompressed
	// Length is the number of bytes of the body; -1 if it is not known.
	Length int64

	client   *Client
	ctx      context.Context
	wire     io.ReadCloser
	body     io.Reader
	limit    int64
	reserved int64
	closed   bool
}

func newResponse(c *Client, resp *http.Response, method string, limit int64) *Response {
	r := &Response{
		Status: resp.StatusCode, Header: resp.Header, Length: resp.ContentLength,
		client: c, ctx: resp.Request.Context(), wire: resp.Body, limit: limit,
	}
	encoding := resp.Header.Get("Content-Encoding")
	if method != http.MethodHead && (strings.EqualFold(encoding, "gzip") || strings.EqualFold(encoding, "x-gzip")) {
		// What is received is limited too: a stream that decompresses to nothing could go on for ever.
		r.body = &capped{src: &unzipped{src: bufio.NewReader(&capped{src: resp.Body, left: limit + smallBody})}, left: limit}
		r.Length = -1
		r.Header.Del("Content-Encoding")
		r.Header.Del("Content-Length")
	} else {
		r.body = &capped{src: resp.Body, left: limit}
	}
	return r
}

// Read reads the body, decompressed. The error is of kind TooLarge when the body exceeds the request's limit.
func (r *Response) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.client.failed(classify(r.ctx, err))
	}
	return n, err
}

// Bytes reads the rest of the body. A body that is not small waits for its share of the memory, which it gives back
// in Close.
func (r *Response) Bytes() ([]byte, error) {
	if r.Length > r.limit {
		return nil, r.client.failed(&Error{Kind: TooLarge, Message: tooLarge})
	}
	data, err := io.ReadAll(io.LimitReader(r, smallBody))
	if err != nil || len(data) < smallBody {
		return data, err
	}
	if err := r.reserve(); err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(r)
	return append(data, rest...), err
}

// reserve takes memory for the largest body that this may become.
func (r *Response) reserve() error {
	n := r.limit
	if r.Length >= 0 {
		n = min(n, r.Length)
	}
	n = min(n, r.client.budget)
	if err := r.client.memory.Acquire(r.ctx, n); err != nil {
		return r.client.failed(classify(r.ctx, err))
	}
	r.reserved = n
	return nil
}

// Close ends the response. The connection is used again if the body was read to its end.
func (r *Response) Close() {
	if r.closed {
		return
	}
	r.closed = true
	_ = r.wire.Close()
	r.client.counters.inFlight.Add(-1)
	if r.reserved > 0 {
		r.client.memory.Release(r.reserved)
	}
}

// tooLarge is a message. The limit belongs to the caller, who adds it.
const tooLarge = "the response is too large"

// capped fails when there is more than its limit.
type capped struct {
	src  io.Reader
	left int64 // bytes
}

func (c *capped) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if c.left == 0 {
		var one [1]byte
		n, err := c.src.Read(one[:])
		if n > 0 {
			return 0, &Error{Kind: TooLarge, Message: tooLarge}
		}
		return 0, err
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.src.Read(p)
	c.left -= int64(n)
	return n, err
}

// unzipped undoes gzip. Empty content stays empty.
type unzipped struct {
	src *bufio.Reader
	zip *gzip.Reader
}

func (u *unzipped) Read(p []byte) (int, error) {
	if u.zip == nil {
		if _, err := u.src.Peek(1); err != nil {
			return 0, err
		}
		z, err := gzip.NewReader(u.src)
		if err != nil {
			return 0, badGzip(err)
		}
		u.zip = z
	}
	n, err := u.zip.Read(p)
	return n, badGzip(err)
}

// badGzip replaces gzip's own errors, and leaves those of the connection.
func badGzip(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || isCorrupt(err) {
		return &Error{Kind: Broken, Message: "the response is not valid gzip"}
	}
	return err
}
