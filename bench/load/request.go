package load

import (
	"bytes"
	"fmt"
	"strconv"
)

// Request builds the bytes of a request.
func Request(method, path, host string, headers [][2]string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, path, host)
	for _, h := range headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(body))
	b.Write(body)
	return b.Bytes()
}

// Same returns a source that sends the same bytes every time.
func Same(request []byte) func(int) func(int64) []byte {
	return func(int) func(int64) []byte {
		return func(int64) []byte { return request }
	}
}

// idDigits is the number of digits that Numbered writes.
const idDigits = 12

// Mark is the text that Numbered replaces. It is as long as the number.
const Mark = "@@@@@@@@@@@@"

// Numbered returns a source that replaces every Mark with the request's number plus base. The number has
// idDigits digits, so the length does not change.
func Numbered(request []byte, base int64) func(int) func(int64) []byte {
	var places []int
	for at := 0; ; at++ {
		i := bytes.Index(request[at:], []byte(Mark))
		if i < 0 {
			break
		}
		at += i
		places = append(places, at)
	}
	return func(int) func(int64) []byte {
		own := bytes.Clone(request)
		return func(n int64) []byte {
			digits := ID(base + n)
			for _, at := range places {
				copy(own[at:], digits)
			}
			return own
		}
	}
}

// ID formats a number as Numbered does.
func ID(n int64) string {
	digits := strconv.FormatInt(n, 10)
	return "000000000000"[:max(0, idDigits-len(digits))] + digits
}
