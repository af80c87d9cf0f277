package body

import (
	"math"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Context makes what a workflow sees of a recorded call. The door has held the call against its
// limits, which may have been others than today's, so only what cannot be read at all is an error.
// Its files are those that the record names, req.Files; nothing is stored. The request's body must
// never change afterwards.
func Context(req hook.Request) (hook.Context, error) {
	lim := Limits{Depth: value.MaxDepth, Fields: math.MaxInt, FieldDepth: value.MaxDepth}
	c, _, err := ContextWithin(req, lim, nil)
	c.Files = fileList(req.Files)
	return c, err
}

// ContextWithin is Context for a call at the door. Every file of a multipart body goes to files, which
// may be nil where none are taken: they are then refused. The files come back in the order of their
// parts, also those that were stored before an error; they belong into hook.Request.Files, from
// which Context makes the same value again.
//
// The length of the body as it came is bounded by who reads it; lim.Bytes bounds what it unpacks to.
// Errors are those of Decode, and those of files as they are.
func ContextWithin(req hook.Request, lim Limits, files Files) (hook.Context, []hook.File, error) {
	lim.Bytes = len(req.Body)
	c := hook.Context{
		Headers:    headers(&req),
		Params:     params(req.Params),
		Files:      fileList(nil),
		Method:     req.Method,
		Path:       req.Path,
		IP:         req.IP,
		RawBody:    share(req.Body),
		ReceivedAt: req.ReceivedAt,
	}
	var err error
	if c.Query, err = Query(req.Query, lim); err != nil {
		return c, nil, err
	}
	if err := checkEncoding(&req); err != nil {
		return c, nil, err
	}
	d, err := Decode(req.ContentType, req.Body, lim)
	c.Data = d.Data
	return c, nil, err
}

// checkEncoding refuses compressed bodies.
func checkEncoding(req *hook.Request) error {
	if len(req.Body) == 0 {
		return nil
	}
	for _, h := range req.Headers {
		if strings.EqualFold(h.Name, "Content-Encoding") && h.Value != "" && !strings.EqualFold(h.Value, "identity") {
			return refuse(fault.Unsupported, inBody,
				"the Content-Encoding %q is not supported yet; send the body uncompressed", clip(h.Value))
		}
	}
	return nil
}

// headers writes the headers as an object: names in lower case and in order, repeated ones joined.
// The Host header, which servers keep apart, is among them.
func headers(req *hook.Request) value.Value {
	list := req.Headers
	if !slices.IsSortedFunc(list, ByName) {
		list = slices.Clone(list)
		slices.SortStableFunc(list, ByName)
	}
	const perHeader = 8 // quotes, colon, comma, and an escape or two
	size := 2 + len("host") + len(req.Host) + perHeader
	for _, h := range list {
		size += len(h.Name) + len(h.Value) + perHeader
	}
	buf := append(make([]byte, 0, size), '{')
	hosted := req.Host == ""
	for i := 0; i < len(list); {
		if !hosted {
			if order := compareFold(list[i].Name, "host"); order >= 0 {
				hosted = true
				if order > 0 {
					buf = appendMember(buf, "host", req.Host)
				}
			}
		}
		end := i + 1
		for end < len(list) && compareFold(list[end].Name, list[i].Name) == 0 {
			end++
		}
		buf = appendMember(buf, list[i].Name, joined(list[i:end]))
		i = end
	}
	if !hosted {
		buf = appendMember(buf, "host", req.Host)
	}
	return value.Trusted(share(append(buf, '}')))
}

func joined(list []hook.Header) string {
	if len(list) == 1 {
		return list[0].Value
	}
	var b strings.Builder
	for i, h := range list {
		if i > 0 {
			b.WriteString(", ") // RFC 9110 section 5.2
		}
		b.WriteString(h.Value)
	}
	return b.String()
}

// appendMember writes a member with its name in lower case.
func appendMember(buf []byte, name, val string) []byte {
	if len(buf) > 1 {
		buf = append(buf, ',')
	}
	start := len(buf)
	buf = value.AppendQuoted(buf, name)
	for i := start; i < len(buf); i++ {
		buf[i] = lower(buf[i])
	}
	return value.AppendQuoted(append(buf, ':'), val)
}

// ByName is the order in which Context takes headers: a list in it needs no sorting.
func ByName(a, b hook.Header) int { return compareFold(a.Name, b.Name) }

// compareFold compares ASCII texts as if they were in lower case.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func params(list []hook.Param) value.Value {
	if len(list) == 0 {
		return emptyObject()
	}
	var b value.ObjectBuilder
	for _, p := range list {
		b.Set(p.Name, value.String(p.Value))
	}
	return b.Value()
}
