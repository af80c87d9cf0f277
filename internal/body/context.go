package body

import (
	"math"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Context makes what a workflow sees of a recorded call. The door has held the call against its
// limits, which may have been others than today's, so only what cannot be read at all is an error.
// Its files are those that the record names, req.Files; nothing is stored. The request's body must
// never change afterwards.
func Context(req hook.Request) (hook.Context, error) {
	r := reading{files: passOver{}, lim: Limits{
		Depth: value.MaxDepth, Bytes: MaxUnpacked, Fields: math.MaxInt, FieldDepth: value.MaxDepth,
		Files: math.MaxInt, FileBytes: math.MaxInt64, Elements: MaxElements,
	}}
	c, err := r.context(&req)
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
	r := reading{lim: lim, files: files}
	c, err := r.context(&req)
	c.Files = fileList(r.kept)
	return c, r.kept, err
}

// context reads a call. Files are left to the caller.
func (r *reading) context(req *hook.Request) (hook.Context, error) {
	c := hook.Context{
		Headers:    headers(req),
		Params:     params(req.Params),
		Method:     req.Method,
		Path:       req.Path,
		IP:         req.IP,
		RawBody:    share(req.Body),
		ReceivedAt: req.ReceivedAt,
	}
	var err error
	if c.Query, err = Query(req.Query, r.lim); err != nil {
		return c, err
	}
	if len(req.Body) > 0 {
		if c.RawBody, err = r.unpacked(req); err != nil {
			return c, err
		}
	}
	r.form = req.Form
	base := MediaType(req.ContentType)
	if req.As != "" {
		base = MediaType(req.As)
	}
	if c.Data, err = r.body(base, req.ContentType, c.RawBody); err != nil {
		return c, err
	}
	if r.recoded {
		c.RawBody = r.text
	}
	if c.CloudEvent = r.event; c.CloudEvent.IsMissing() && !strings.HasPrefix(base, typeCloudEvent) {
		c.CloudEvent, err = binaryEvent(req)
	}
	return c, err
}

// unpacked returns the body without its Content-Encoding.
func (r *reading) unpacked(req *hook.Request) (string, error) {
	packed, err := isPacked(req.Headers)
	if err != nil || !packed {
		return share(req.Body), err
	}
	raw, err := unpack(req.Body, min(r.lim.bytes(), MaxUnpacked))
	return share(raw), err
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
