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

// AcceptEncoding lists the codings that are undone, as the value of an Accept-Encoding header: what
// RFC 7694 section 3 wants beside a 415 for a coding.
const AcceptEncoding = "gzip"

// isPacked tells whether headers say that the body is compressed with gzip, the one coding that is
// undone. Several codings, one behind the other, multiply what a small body may become, and nobody
// sends them.
func isPacked(headers []hook.Header) (bool, error) {
	packed := false
	for i := range headers {
		if len(headers[i].Name) != len("Content-Encoding") || !strings.EqualFold(headers[i].Name, "Content-Encoding") {
			continue
		}
		for coding := range strings.SplitSeq(headers[i].Value, ",") {
			coding = strings.TrimSpace(coding)
			switch {
			case coding == "" || strings.EqualFold(coding, "identity"):
			case packed:
				return false, refuse(fault.Unsupported, inBody, "it has more than one Content-Encoding; send it with gzip once, or as it is")
			case strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip"): // RFC 9110 section 8.4.1.3
				packed = true
			default:
				return false, refuse(fault.Unsupported, inBody,
					"the Content-Encoding %q is not supported; send it with gzip, or as it is", clip(coding))
			}
		}
	}
	return packed, nil
}

// unpack undoes gzip. It stops at the first byte over the limit, whatever the body announces.
func unpack(raw []byte, limit int) ([]byte, error) {
	in := bytes.NewReader(raw)
	packed, err := gzip.NewReader(in)
	if err != nil {
		return nil, brokenGzip(err)
	}
	const likely = 8 // times; text that is sent shrinks about so much
	out := make([]byte, 0, min(likely*len(raw), limit)+1)
	for range MaxMembers {
		packed.Multistream(false)
		if out, err = fill(out, packed, limit); err != nil {
			return nil, err
		}
		if in.Len() == 0 {
			return out, nil
		}
		if err := packed.Reset(in); err != nil {
			return nil, brokenGzip(err)
		}
	}
	return nil, refuse(fault.TooLarge, inBody, "it holds more than %d gzip files one behind the other", MaxMembers)
}

// fill appends what a member holds.
func fill(out []byte, from io.Reader, limit int) ([]byte, error) {
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
			return nil, refuse(fault.TooLarge, inBody, "it unpacks to more than %d bytes", limit)
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, brokenGzip(err)
		}
	}
}

func brokenGzip(err error) error {
	e := refuse(fault.Invalid, inBody, "it is not gzip as its Content-Encoding says: it is cut off, damaged, or followed by something else")
	e.Err = err
	return e
}
