package body

import (
	"errors"
	"io"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Decoded is what a body holds.
type Decoded struct {
	Type string      // media type in lower case, without parameters
	Data value.Value // null when there is no body
}

// Decode reads a body by its content type. It takes ownership of raw, which nobody may change
// afterwards: the values point into it. A body that is JSON and names no type is taken for JSON. The
// files of a multipart body are passed over, and so are the attributes of a CloudEvent: Context has
// them. Errors are *fault.Error of kind Invalid, Unsupported or TooLarge, whose message names the
// place and what to do.
func Decode(contentType string, raw []byte, lim Limits) (Decoded, error) {
	d := Decoded{Type: MediaType(contentType), Data: value.Null()}
	if len(raw) > lim.bytes() {
		return d, refuse(fault.TooLarge, inBody, "it is longer than %d bytes", lim.bytes())
	}
	r := reading{lim: lim, files: passOver{}}
	var err error
	d.Data, err = r.body(d.Type, contentType, share(raw))
	return d, err
}

// reading is one body being read: what holds for it, and what comes of it beside the data.
type reading struct {
	lim   Limits
	form  string // the field of a form that holds the data as JSON, "" for none
	files Files  // nil: files are refused

	kept    []hook.File
	event   value.Value // attributes of a CloudEvent
	text    string      // the body in UTF-8, where it came in another charset
	recoded bool
}

// body reads the whole body. base is the media type to read it by.
func (r *reading) body(base, contentType, raw string) (value.Value, error) {
	if raw == "" {
		return value.Null(), nil
	}
	charset := parameter(contentType, "charset")
	switch {
	case base == typeMultipart:
		return r.multipart(contentType, strings.TrimPrefix(raw, byteOrderMark), charset)
	case base == typeForm:
		return r.urlencoded(strings.TrimPrefix(raw, byteOrderMark), charset)
	case isXML(base):
		return r.xml(raw, charset)
	case isJSON(base) || base == "" || isText(base):
		src, err := read(raw, charset)
		if err != nil {
			return value.Value{}, err
		}
		r.text, r.recoded = src.text, src.recoded
		return r.plain(base, src)
	case strings.HasPrefix(base, typeCloudEvent):
		return value.Value{}, refuse(fault.Unsupported, inBody,
			"CloudEvents in the format %q are not supported; send %s", clip(base), typeCloudEventJSON)
	default:
		return value.Value{}, refuse(fault.Unsupported, inBody,
			"the content type %q is not supported; send one of: %s", clip(base), AcceptPost)
	}
}

// plain reads the types whose body is one text.
func (r *reading) plain(base string, src source) (value.Value, error) {
	switch {
	case base == typeCloudEventJSON:
		return r.structured(src)
	case base == typeCloudEventBatch:
		return r.batch(src)
	case isText(base):
		return decodeText(src)
	}
	v, err := decodeJSON(src, r.lim)
	if err != nil && base == "" {
		err = refuse(fault.Unsupported, inBody, "it has no Content-Type and is not JSON; say what it is, one of: %s", AcceptPost)
	}
	return v, err
}

// decodeJSON validates the text and wraps it.
func decodeJSON(src source, lim Limits) (value.Value, error) {
	v, err := parseJSON(src.text, lim)
	if err == nil {
		return v, nil
	}
	wrong, ok := errors.AsType[*value.SyntaxError](err)
	if !ok {
		return value.Value{}, fault.As("body.Decode", fault.Invalid, err, "it is not valid JSON")
	}
	return value.Value{}, refuse(fault.Invalid, inBody,
		"it is not valid JSON at %s: %s; send one JSON value in UTF-8", src.at(wrong.Offset), wrong.Reason)
}

// parseJSON holds the text against nothing but the depth: how long it may be was asked before it was
// unpacked from gzip, a charset or a field.
func parseJSON(text string, lim Limits) (value.Value, error) {
	return value.Parse(text, value.Limits{Depth: lim.depth(), Bytes: max(len(text), 1)})
}

func decodeText(src source) (value.Value, error) {
	if i := invalidUTF8(src.text); i >= 0 {
		return value.Value{}, refuse(fault.Invalid, inBody,
			"it is not UTF-8 at byte %d; send UTF-8, or name the charset in the Content-Type", i+src.skipped)
	}
	return value.String(src.text), nil
}

// passOver takes no file: what a part holds is not looked at.
type passOver struct{}

func (passOver) File(meta hook.File, _ io.Reader) (hook.File, error) { return meta, nil }
