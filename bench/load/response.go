package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Response is the part of an answer that a client needs. Its slices are valid until the connection is used
// again.
type Response struct {
	Status int
	Body   []byte
	Close  bool // the server closes the connection after this answer
	header []byte
}

// Header returns the value of a header line, or nil. The name must be spelled as Go's server writes it.
func (r *Response) Header(name string) []byte {
	for rest := r.header; len(rest) > 0; {
		line, after, _ := bytes.Cut(rest, crlf())
		if len(line) > len(name)+1 && line[len(name)] == ':' && bytes.EqualFold(line[:len(name)], []byte(name)) {
			return bytes.TrimSpace(line[len(name)+1:])
		}
		rest = after
	}
	return nil
}

func crlf() []byte { return []byte("\r\n") }

// maxHeader is the largest header section, in bytes.
const maxHeader = 8 << 10

// reader reads answers from one connection.
type reader struct {
	r    *bufio.Reader
	head []byte
	body []byte
}

func newReader(r io.Reader) *reader { return &reader{r: bufio.NewReaderSize(r, maxHeader)} }

// read reads one complete answer. It skips interim answers (1xx).
func (d *reader) read(into *Response) error {
	for {
		if err := d.readHead(into); err != nil {
			return err
		}
		if into.Status >= 200 {
			break
		}
	}
	length := into.Header("Content-Length")
	switch {
	case length != nil:
		n, err := strconv.Atoi(string(length))
		if err != nil || n < 0 {
			return fmt.Errorf("content length %q", length)
		}
		return d.readBody(into, n)
	case bytes.Equal(into.Header("Transfer-Encoding"), []byte("chunked")):
		return d.readChunks(into)
	case into.Status == 204 || into.Status == 304:
		into.Body = d.body[:0]
		return nil
	default:
		return errors.New("an answer without a length")
	}
}

// readHead reads the status line and the header section.
func (d *reader) readHead(into *Response) error {
	d.head = d.head[:0]
	for {
		line, err := d.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(d.head)+len(line) > maxHeader {
			return errors.New("header section too large")
		}
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		d.head = append(d.head, line...)
	}
	status, rest, _ := bytes.Cut(d.head, crlf())
	if len(status) < 12 || !bytes.HasPrefix(status, []byte("HTTP/1.1 ")) {
		return fmt.Errorf("status line %q", status)
	}
	code, err := strconv.Atoi(string(status[9:12]))
	if err != nil {
		return fmt.Errorf("status line %q", status)
	}
	into.Status, into.header = code, rest
	into.Close = bytes.EqualFold(into.Header("Connection"), []byte("close"))
	return nil
}

// readBody reads n bytes.
func (d *reader) readBody(into *Response, n int) error {
	if cap(d.body) < n {
		d.body = make([]byte, n)
	}
	into.Body = d.body[:n]
	_, err := io.ReadFull(d.r, into.Body)
	return err
}

// readChunks reads a chunked body (RFC 9112 section 7.1) and skips trailers.
func (d *reader) readChunks(into *Response) error {
	d.body = d.body[:0]
	for {
		line, err := d.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, _, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(";"))
		n, err := strconv.ParseUint(string(size), 16, 31)
		if err != nil {
			return fmt.Errorf("chunk size %q", size)
		}
		if n == 0 {
			break
		}
		start := len(d.body)
		d.body = append(d.body, make([]byte, n)...)
		if _, err := io.ReadFull(d.r, d.body[start:]); err != nil {
			return err
		}
		if _, err := d.r.Discard(2); err != nil {
			return err
		}
	}
	into.Body = d.body
	for {
		line, err := d.r.ReadSlice('\n')
		if err != nil || len(bytes.TrimRight(line, "\r\n")) == 0 {
			return err
		}
	}
}
