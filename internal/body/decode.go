package body

import (
	"errors"
	"io"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Decoded is a decoded body.
type Decoded struct {
	Type string      // media type in lower case, without parameters
	Data value.Value // null if there is no body
}

// Decode decodes a body according to its content type. It takes ownership of raw, which must not change
// afterwards, because the values point into it. A body without a type is decoded as JSON if it is JSON. Decode
// skips the files of a multipart body and the attributes of a CloudEvent; Context returns them. Errors are of
// type *fault.Error and kind Invalid, Unsupported or TooLarge. Their messages say where the problem is and what
// to do.
func Decode(contentType string, raw []byte, lim Limits) (Decoded, error) {
	d := Decoded{Type: MediaType(contentType), Data: value.Null()}
	if len(raw) > lim.bytes() {
		return d, errorf(fault.TooLarge, inBody, "it is longer than %d bytes", lim.bytes())
	}
	r := decoder{lim: lim, files: discardFiles{}}
	var err error
	d.Data, err = r.body(d.Type, contentType, unsafeString(raw))
	return d, err
}

// decoder decodes one body. It holds the settings, and the results other than the data.
type decoder struct {
	lim   Limits
	form  string // the form field that contains the data as JSON; "": none
	files Files  // nil: reject files

	stored     []hook.File
	event      value.Value // attributes of a CloudEvent
	text       string      // the body in UTF-8, if it had another charset
	transcoded bool
}

// body decodes the whole body as the media type base.
func (r *decoder) body(base, contentType, raw string) (value.Value, error) {
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
		src, err := readText(raw, charset)
		if err != nil {
			return value.Value{}, err
		}
		r.text, r.transcoded = src.text, src.transcoded
		return r.textual(base, src)
	case strings.HasPrefix(base, typeCloudEvent):
		return value.Value{}, errorf(fault.Unsupported, inBody,
			"CloudEvents in the format %q are not supported; send %s", clip(base), typeCloudEventJSON)
	default:
		return value.Value{}, errorf(fault.Unsupported, inBody,
			"the content type %q is not supported; send one of: %s", clip(base), AcceptPost)
	}
}

// textual decodes the types whose body is one text.
func (r *decoder) textual(base string, src source) (value.Value, error) {
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
		err = errorf(fault.Unsupported, inBody, "it has no Content-Type and is not JSON; set it to one of: %s", AcceptPost)
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
	return value.Value{}, errorf(fault.Invalid, inBody,
		"it is not valid JSON at %s: %s; send one JSON value in UTF-8", src.at(wrong.Offset), wrong.Reason)
}

// parseJSON limits only the depth: the length was checked before the text was decoded from gzip, a charset or a
// field.
func parseJSON(text string, lim Limits) (value.Value, error) {
	return value.Parse(text, value.Limits{Depth: lim.depth(), Bytes: max(len(text), 1)})
}

func decodeText(src source) (value.Value, error) {
	if i := invalidUTF8(src.text); i >= 0 {
		return value.Value{}, errorf(fault.Invalid, inBody,
			"it is not UTF-8 at byte %d; send UTF-8, or name the charset in the Content-Type", i+src.skipped)
	}
	return value.String(src.text), nil
}

// discardFiles stores no files and does not read their content.
type discardFiles struct{}

func (discardFiles) File(meta hook.File, _ io.Reader) (hook.File, error) { return meta, nil }
