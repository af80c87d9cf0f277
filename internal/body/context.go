package body

import (
	"math"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Context returns $context for a recorded call. When the call arrived it passed the limits, which may have
// changed since. It is therefore decoded within the widest limits, and only a malformed call is an error. The
// files are those in req.Files; nothing is stored. The request's body must not change afterwards.
func Context(req hook.Request) (hook.Context, error) {
	r := decoder{files: discardFiles{}, lim: Limits{
		Depth: value.MaxDepth, Bytes: MaxDecompressed, Fields: math.MaxInt, FieldDepth: value.MaxDepth,
		Files: math.MaxInt, FileBytes: math.MaxInt64, Elements: MaxElements,
	}}
	c, err := r.context(&req)
	c.Files = fileList(req.Files)
	return c, err
}

// ContextWithin is like Context, for an arriving call. Every file of a multipart body goes to files; if files
// is nil, bodies with files are rejected. It returns the stored files in the order of their parts, including
// those stored before an error. After they are put into hook.Request.Files, Context returns the same value.
//
// The caller limits the length of the body as received; lim.Bytes limits its decompressed length. Errors are
// those of Decode, and errors of files, unchanged.
func ContextWithin(req hook.Request, lim Limits, files Files) (hook.Context, []hook.File, error) {
	r := decoder{lim: lim, files: files}
	c, err := r.context(&req)
	c.Files = fileList(r.stored)
	return c, r.stored, err
}

// context decodes a call. The caller fills in Files.
func (r *decoder) context(req *hook.Request) (hook.Context, error) {
	c := hook.Context{
		Headers:    headers(req),
		Params:     params(req.Params),
		Method:     req.Method,
		Path:       req.Path,
		IP:         req.IP,
		RawBody:    unsafeString(req.Content()),
		ReceivedAt: req.ReceivedAt,
	}
	var err error
	if c.Query, err = Query(req.Query, r.lim); err != nil {
		return c, err
	}
	if len(req.Body) > 0 && req.Opened == nil { // a decrypted body is not compressed
		if c.RawBody, err = r.decompressed(req); err != nil {
			return c, err
		}
	}
	r.form = req.Form
	base, contentType := MediaType(req.ContentType), req.ContentType
	if req.As == hook.PreferJSON {
		if beginsLikeJSON(c.RawBody) {
			base, contentType = typeJSON, typeJSON // a charset would change the text as well
		}
	} else if req.As != "" {
		base = MediaType(req.As)
	}
	if req.Opened != nil && req.As != "" { // the charset of the envelope does not apply to its content
		contentType = req.As
	}
	if c.Data, err = r.body(base, contentType, c.RawBody); err != nil {
		return c, err
	}
	if r.transcoded {
		c.RawBody = r.text
	}
	if c.CloudEvent = r.event; c.CloudEvent.IsMissing() && !strings.HasPrefix(base, typeCloudEvent) {
		c.CloudEvent, err = binaryEvent(req)
	}
	return c, err
}

// beginsLikeJSON reports whether a body begins like a JSON object or array.
func beginsLikeJSON(raw string) bool {
	raw = strings.TrimLeft(strings.TrimPrefix(raw, byteOrderMark), " \t\r\n")
	return raw != "" && (raw[0] == '{' || raw[0] == '[')
}

// decompressed returns the body without its Content-Encoding.
func (r *decoder) decompressed(req *hook.Request) (string, error) {
	compressed, err := isGzip(req.Headers)
	if err != nil || !compressed {
		return unsafeString(req.Body), err
	}
	raw, err := gunzip(req.Body, min(r.lim.bytes(), MaxDecompressed))
	return unsafeString(raw), err
}

// headers returns the headers as an object: names in lower case and sorted, repeated headers joined.
// It includes the Host header, which net/http keeps apart.
func headers(req *hook.Request) value.Value {
	list := req.Headers
	if !slices.IsSortedFunc(list, ByName) {
		list = slices.Clone(list)
		slices.SortStableFunc(list, ByName)
	}
	const perHeader = 8 // quotes, colon, comma, and one or two escapes
	size := 2 + len("host") + len(req.Host) + perHeader
	for _, h := range list {
		size += len(h.Name) + len(h.Value) + perHeader
	}
	buf := append(make([]byte, 0, size), '{')
	hostWritten := req.Host == ""
	for i := 0; i < len(list); {
		if !hostWritten {
			if order := compareFold(list[i].Name, "host"); order >= 0 {
				hostWritten = true
				if order > 0 {
					buf = appendMember(buf, "host", req.Host)
				}
			}
		}
		end := i + 1
		for end < len(list) && compareFold(list[end].Name, list[i].Name) == 0 {
			end++
		}
		buf = appendMember(buf, list[i].Name, joinValues(list[i:end]))
		i = end
	}
	if !hostWritten {
		buf = appendMember(buf, "host", req.Host)
	}
	return value.Trusted(unsafeString(append(buf, '}')))
}

func joinValues(list []hook.Header) string {
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

// ByName orders headers as Context does. A list in this order does not have to be sorted again.
func ByName(a, b hook.Header) int { return compareFold(a.Name, b.Name) }

// compareFold compares ASCII strings in lower case.
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
