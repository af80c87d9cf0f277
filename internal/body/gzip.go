package body

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// AcceptEncoding lists the supported content codings, as the value of an Accept-Encoding header. RFC 7694
// section 3 asks for it with a 415 response.
const AcceptEncoding = "gzip"

// isGzip reports whether the headers declare the body as compressed with gzip, the only supported coding.
// Several codings are rejected: each multiplies the possible size of a small body, and no known sender uses
// them.
func isGzip(headers []hook.Header) (bool, error) {
	compressed := false
	for i := range headers {
		if len(headers[i].Name) != len("Content-Encoding") || !strings.EqualFold(headers[i].Name, "Content-Encoding") {
			continue
		}
		for coding := range strings.SplitSeq(headers[i].Value, ",") {
			coding = strings.TrimSpace(coding)
			switch {
			case coding == "" || strings.EqualFold(coding, "identity"):
			case compressed:
				return false, errorf(fault.Unsupported, inBody, "it has more than one Content-Encoding; send it with gzip once, or as it is")
			case strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip"): // RFC 9110 section 8.4.1.3
				compressed = true
			default:
				return false, errorf(fault.Unsupported, inBody,
					"the Content-Encoding %q is not supported; send it with gzip, or as it is", clip(coding))
			}
		}
	}
	return compressed, nil
}

// gunzip decompresses gzip. It stops at the first byte over the limit, whatever size the body announces.
func gunzip(raw []byte, limit int) ([]byte, error) {
	in := bytes.NewReader(raw)
	members, err := gzip.NewReader(in)
	if err != nil {
		return nil, brokenGzip(err)
	}
	const usualRatio = 8 // of text
	out := make([]byte, 0, min(usualRatio*len(raw), limit)+1)
	for range MaxMembers {
		members.Multistream(false)
		if out, err = readMember(out, members, limit); err != nil {
			return nil, err
		}
		if in.Len() == 0 {
			return out, nil
		}
		if err := members.Reset(in); err != nil {
			return nil, brokenGzip(err)
		}
	}
	return nil, errorf(fault.TooLarge, inBody, "it has more than %d gzip members", MaxMembers)
}

// readMember appends the content of one gzip member.
func readMember(out []byte, from io.Reader, limit int) ([]byte, error) {
	for {
		if len(out) == cap(out) {
			grown := make([]byte, len(out), min(2*cap(out), limit)+1)
			copy(grown, out)
			out = grown
		}
		n, err := from.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		switch {
		case len(out) > limit:
			return nil, errorf(fault.TooLarge, inBody, "it decompresses to more than %d bytes", limit)
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, brokenGzip(err)
		}
	}
}

func brokenGzip(err error) error {
	e := errorf(fault.Invalid, inBody, "it is not gzip as its Content-Encoding says: it is cut off, damaged, or followed by something else")
	e.Err = err
	return e
}
